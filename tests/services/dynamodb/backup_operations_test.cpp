// Backups, point-in-time recovery, and tables made from them.
#include "tests/services/dynamodb/service_client.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

Json item(const char* id, int n = 0) {
    return {{"id", {{"S", id}}}, {"n", {{"N", std::to_string(n)}}}};
}

std::string make_backup(ServiceClient& client, const char* name = "nightly") {
    const Json made = client.call("CreateBackup", {{"TableName", "Orders"}, {"BackupName", name}});
    client.run_for(6s);
    return made["BackupDetails"]["BackupArn"];
}

void enable_recovery(ServiceClient& client, bool enabled = true) {
    client.call("UpdateContinuousBackups",
                {{"TableName", "Orders"},
                 {"PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", enabled}}}});
}

std::string value_of(ServiceClient& client, const char* table, const char* id) {
    const Json answer =
        client.call("GetItem", {{"TableName", table}, {"Key", {{"id", {{"S", id}}}}}});
    return answer.contains("Item") ? answer["Item"]["n"]["N"].get<std::string>() : "";
}

}  // namespace

TEST_CASE("dynamodb CreateBackup: is CREATING, then AVAILABLE") {
    ServiceClient client;
    client.create("Orders", {{"SSESpecification", {{"Enabled", true}}}});
    client.put("Orders", item("a"));
    const Json made = client.call(
        "CreateBackup", {{"TableName", "Orders"}, {"BackupName", "nightly"}})["BackupDetails"];
    CHECK(made["BackupStatus"] == "CREATING");
    CHECK(made["BackupType"] == "USER");
    CHECK(made["BackupArn"].get<std::string>().starts_with(
        "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/backup/01767225606000-"));
    CHECK(client.error("DeleteBackup", {{"BackupArn", made["BackupArn"]}})
              .starts_with("BackupInUseException: "));
    client.run_for(5s);
    const Json backup =
        client.call("DescribeBackup", {{"BackupArn", made["BackupArn"]}})["BackupDescription"];
    CHECK(backup["BackupDetails"]["BackupStatus"] == "AVAILABLE");
    CHECK(backup["SourceTableDetails"]["ItemCount"] == 1);
    CHECK(backup["SourceTableDetails"]["BillingMode"] == "PAY_PER_REQUEST");
    CHECK(backup["SourceTableFeatureDetails"]["SSEDescription"]["Status"] == "ENABLED");
    CHECK(client.error("CreateBackup", {{"TableName", "None"}, {"BackupName", "nightly"}}) ==
          "TableNotFoundException: Table not found: None");
}

TEST_CASE("dynamodb ListBackups: comes by table, time and page") {
    ServiceClient client;
    client.create("Orders");
    const std::string first = make_backup(client, "first");
    client.run_for(1h);
    const std::string second = make_backup(client, "second");
    const auto listed = [&](Json parameters) {
        std::string names;
        const Json answer = client.call("ListBackups", parameters);
        for (const Json& backup : answer["BackupSummaries"]) {
            names += backup["BackupName"].get<std::string>() + " ";
        }
        return names;
    };
    CHECK(listed(Json::object()) == "first second ");
    CHECK(listed({{"TableName", "Other"}}).empty());
    CHECK(listed({{"BackupType", "SYSTEM"}}).empty());
    CHECK(listed({{"TimeRangeLowerBound", 1767225700}}) == "second ");
    CHECK(listed({{"TimeRangeUpperBound", 1767225700}}) == "first ");
    CHECK(client.call("ListBackups", {{"Limit", 1}})["LastEvaluatedBackupArn"] == first);
    CHECK(listed({{"ExclusiveStartBackupArn", first}}) == "second ");
}

TEST_CASE("dynamodb DeleteBackup: it is gone, its table is not") {
    ServiceClient client;
    client.create("Orders");
    const std::string arn = make_backup(client);
    const Json deleted = client.call("DeleteBackup", {{"BackupArn", arn}});
    CHECK(deleted["BackupDescription"]["BackupDetails"]["BackupStatus"] == "DELETED");
    CHECK(client.error("DescribeBackup", {{"BackupArn", arn}}) ==
          "BackupNotFoundException: Backup not found: " + arn);
    CHECK(client.error("DeleteBackup", {{"BackupArn", arn}}) ==
          "BackupNotFoundException: Backup not found: " + arn);
}

TEST_CASE("dynamodb RestoreTableFromBackup: a new table has the items of then") {
    ServiceClient client;
    client.create("Orders");
    client.put("Orders", item("a", 1));
    client.put("Orders", item("b", 1));
    const std::string arn = make_backup(client);
    client.put("Orders", item("a", 2));
    client.call("DeleteTable", {{"TableName", "Orders"}});
    client.run_for(4s);
    const Json restoring =
        client.call("RestoreTableFromBackup",
                    {{"TargetTableName", "Again"}, {"BackupArn", arn}})["TableDescription"];
    CHECK(restoring["TableStatus"] == "CREATING");
    CHECK(restoring["RestoreSummary"]["RestoreInProgress"] == true);
    CHECK(restoring["RestoreSummary"]["SourceBackupArn"] == arn);
    client.run_for(30s);
    CHECK(client.describe("Again")["RestoreSummary"]["RestoreInProgress"] == false);
    CHECK(client.ids("Again") == "a b");
    CHECK(value_of(client, "Again", "a") == "1");
    CHECK(client.error("RestoreTableFromBackup",
                       {{"TargetTableName", "Again"}, {"BackupArn", arn}}) ==
          "TableAlreadyExistsException: Table already exists: Again");
}

TEST_CASE("dynamodb RestoreTableFromBackup: billing and indexes may differ") {
    ServiceClient client;
    client.create("Orders",
                  {{"AttributeDefinitions",
                    {{{"AttributeName", "id"}, {"AttributeType", "S"}},
                     {{"AttributeName", "n"}, {"AttributeType", "N"}}}},
                   {"GlobalSecondaryIndexes",
                    {{{"IndexName", "by-n"},
                      {"KeySchema", {{{"AttributeName", "n"}, {"KeyType", "HASH"}}}},
                      {"Projection", {{"ProjectionType", "ALL"}}}}}}});
    client.put("Orders", item("a", 1));
    const std::string arn = make_backup(client);
    client.call("RestoreTableFromBackup", {{"TargetTableName", "Same"}, {"BackupArn", arn}});
    client.call(
        "RestoreTableFromBackup",
        {{"TargetTableName", "Other"},
         {"BackupArn", arn},
         {"BillingModeOverride", "PROVISIONED"},
         {"ProvisionedThroughputOverride", {{"ReadCapacityUnits", 3}, {"WriteCapacityUnits", 4}}},
         {"GlobalSecondaryIndexOverride", Json::array()}});
    client.run_for(30s);
    CHECK(client.describe("Same")["GlobalSecondaryIndexes"][0]["ItemCount"] == 1);
    const Json other = client.describe("Other");
    CHECK(!other.contains("GlobalSecondaryIndexes"));
    CHECK(other["AttributeDefinitions"].size() == 1);
    CHECK(other["ProvisionedThroughput"]["WriteCapacityUnits"] == 4);
}

TEST_CASE("dynamodb UpdateContinuousBackups: says how far back one can go") {
    ServiceClient client;
    client.create("Orders");
    const auto described = [&] {
        return client.call("DescribeContinuousBackups",
                           {{"TableName", "Orders"}})["ContinuousBackupsDescription"];
    };
    CHECK(described() ==
          Json{{"ContinuousBackupsStatus", "ENABLED"},
               {"PointInTimeRecoveryDescription", {{"PointInTimeRecoveryStatus", "DISABLED"}}}});
    enable_recovery(client);
    client.run_for(1h);
    CHECK(described()["PointInTimeRecoveryDescription"] ==
          Json{{"PointInTimeRecoveryStatus", "ENABLED"},
               {"RecoveryPeriodInDays", 35},
               {"EarliestRestorableDateTime", 1767225606.0},
               {"LatestRestorableDateTime", 1767225606.0 + 3300}});
    client.run_for(40 * 24h);
    CHECK(described()["PointInTimeRecoveryDescription"]["EarliestRestorableDateTime"] ==
          1767225606.0 + 3600 + 5 * 86400);
    CHECK(client.error("DescribeContinuousBackups", {{"TableName", "None"}}) ==
          "TableNotFoundException: Table not found: None");
}

TEST_CASE("dynamodb RestoreTableToPointInTime: every write since is undone") {
    TemporaryFolder folder;
    ServiceClient client(folder.path() / "state");
    client.create("Orders");
    client.put("Orders", item("a", 1));
    enable_recovery(client);
    client.run_for(10s);  // to second 16
    client.put("Orders", item("a", 2));
    client.put("Orders", item("b", 2));
    client.run_for(10s);
    client.remove("Orders", "a");
    client.put("Orders", item("b", 3));
    client.put("Orders", item("c", 3));
    client.restart();
    client.run_for(1h);
    const auto restore = [&](const char* target, Json more) {
        more["TargetTableName"] = target;
        more["SourceTableName"] = "Orders";
        return client.error("RestoreTableToPointInTime", more);
    };
    CHECK(restore("Early", {{"RestoreDateTime", 1767225610}}).empty());
    CHECK(restore("Middle", {{"RestoreDateTime", 1767225616}}).empty());
    CHECK(restore("Late", {{"UseLatestRestorableTime", true}}).empty());
    CHECK(restore("Never", {{"RestoreDateTime", 1767225600}})
              .starts_with("InvalidRestoreTimeException: "));
    client.run_for(30s);
    CHECK(client.ids("Early") == "a");
    CHECK(value_of(client, "Early", "a") == "1");
    CHECK(client.ids("Middle") == "a b");
    CHECK(value_of(client, "Middle", "a") == "2");
    CHECK(value_of(client, "Middle", "b") == "2");
    CHECK(client.ids("Late") == "b c");
    enable_recovery(client, false);
    CHECK(restore("More", {{"UseLatestRestorableTime", true}}) ==
          "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for "
          "table 'Orders'");
}

TEST_CASE("dynamodb DescribeBackup: backups outlive a restart") {
    TemporaryFolder folder;
    ServiceClient client(folder.path() / "state");
    client.create("Orders");
    client.put("Orders", item("a", 1));
    const std::string arn = make_backup(client);
    const Json before = client.call("DescribeBackup", {{"BackupArn", arn}});
    client.restart();
    CHECK(client.call("DescribeBackup", {{"BackupArn", arn}}) == before);
    client.call("RestoreTableFromBackup", {{"TargetTableName", "Again"}, {"BackupArn", arn}});
    client.run_for(30s);
    CHECK(value_of(client, "Again", "a") == "1");
}
