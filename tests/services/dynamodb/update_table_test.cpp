// Tables and their indexes as UpdateTable changes them, and how long that takes.
#include "tests/services/dynamodb/service_client.h"

#include <catch2/catch.hpp>

namespace update_table_test {

using namespace orrery;
using namespace orrery::test;

namespace {

Json units(int read, int write) {
    return {{"ReadCapacityUnits", read}, {"WriteCapacityUnits", write}};
}

/// Orders with 10 units of each.
void create_provisioned(ServiceClient& client) {
    client.create("Orders",
                  {{"BillingMode", "PROVISIONED"}, {"ProvisionedThroughput", units(10, 10)}});
}

Json update(Json parameters) {
    parameters["TableName"] = "Orders";
    return parameters;
}

Json create_index(const char* name, const char* attribute) {
    return update({{"AttributeDefinitions",
                    {{{"AttributeName", "id"}, {"AttributeType", "S"}},
                     {{"AttributeName", attribute}, {"AttributeType", "S"}}}},
                   {"GlobalSecondaryIndexUpdates",
                    {{{"Create",
                       {{"IndexName", name},
                        {"KeySchema", {{{"AttributeName", attribute}, {"KeyType", "HASH"}}}},
                        {"Projection", {{"ProjectionType", "ALL"}}}}}}}}});
}

Json delete_index(const char* name) {
    return update({{"GlobalSecondaryIndexUpdates", {{{"Delete", {{"IndexName", name}}}}}}});
}

}  // namespace

TEST_CASE("dynamodb UpdateTable: throughput changes when the table is ACTIVE again") {
    ServiceClient client;
    create_provisioned(client);
    const Json changing =
        client.call("UpdateTable", update({{"ProvisionedThroughput", units(20, 5)}}));
    CHECK(changing["TableDescription"]["TableStatus"] == "UPDATING");
    CHECK(changing["TableDescription"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 10);
    CHECK(client.error("UpdateTable", update({{"ProvisionedThroughput", units(1, 1)}})) ==
          "ResourceInUseException: Attempt to change a resource which is still in use: Table is "
          "being updated: Orders");
    client.put("Orders", {{"id", {{"S", "still usable"}}}});
    client.run_for(3s);
    const Json changed = client.describe("Orders");
    CHECK(changed["TableStatus"] == "ACTIVE");
    const Json& throughput = changed["ProvisionedThroughput"];
    CHECK(throughput["ReadCapacityUnits"] == 20);
    CHECK(throughput["WriteCapacityUnits"] == 5);
    CHECK(throughput["NumberOfDecreasesToday"] == 1);
    CHECK(throughput["LastIncreaseDateTime"] == 1767225609.0);
    CHECK(throughput["LastDecreaseDateTime"] == 1767225609.0);
}

TEST_CASE("dynamodb UpdateTable: what would change nothing is refused in AWS's words") {
    ServiceClient client;
    create_provisioned(client);
    CHECK(client.error("UpdateTable", update({{"ProvisionedThroughput", units(10, 10)}})) ==
          invalid("The provisioned throughput for the table will not change. The requested value "
                  "equals the current value. Current ReadCapacityUnits provisioned for the table: "
                  "10. Requested ReadCapacityUnits: 10. Current WriteCapacityUnits provisioned for "
                  "the table: 10. Requested WriteCapacityUnits: 10. Refer to the Amazon DynamoDB "
                  "Developer Guide for current limits and how to request higher limits."));
    CHECK(client.error("UpdateTable", update(Json::object()))
              .starts_with("ValidationException: At least one of ProvisionedThroughput, "
                           "BillingMode, UpdateStreamEnabled,"));
    CHECK(
        client.error("UpdateTable", update({{"GlobalSecondaryIndexUpdates", {Json::object()}}})) ==
        invalid_values("One of GlobalSecondaryIndexUpdate.Update, "
                       "GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete "
                       "must not be null"));
    CHECK(client.error("UpdateTable", {{"TableName", "None"}, {"TableClass", "STANDARD"}}) ==
          "ResourceNotFoundException: Requested resource not found: Table: None not found");
    CHECK(
        client.error("UpdateTable",
                     update({{"ReplicaUpdates", {{{"Create", {{"RegionName", "eu-west-1"}}}}}}})) ==
        invalid("The parameter ReplicaUpdates is not supported by Orrery"));
}

TEST_CASE("dynamodb UpdateTable: after four decreases a day there is one an hour") {
    ServiceClient client;
    create_provisioned(client);
    for (int wanted = 9; wanted > 5; --wanted) {
        client.call("UpdateTable", update({{"ProvisionedThroughput", units(wanted, 10)}}));
        client.run_for(4s);
    }
    const Json fifth = update({{"ProvisionedThroughput", units(5, 10)}});
    CHECK(
        client.error("UpdateTable", fifth) ==
        "LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are "
        "limited within a given UTC day. After the first 4 decreases, each subsequent decrease in "
        "the same UTC day can be performed at most once every 3600 seconds. Number of decreases "
        "today: 4. Last decrease at Thursday, January 1, 2026 12:00:21 AM UTC. Next decrease can "
        "be made at Thursday, January 1, 2026 1:00:21 AM UTC");
    client.call("UpdateTable", update({{"ProvisionedThroughput", units(60, 10)}}));  // goes up
    client.run_for(1h);
    client.call("UpdateTable", fifth);
    client.run_for(4s);
    CHECK(client.describe("Orders")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 5);
    client.run_for(24h);
    CHECK(client.describe("Orders")["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0);
}

TEST_CASE("dynamodb UpdateTable: billing goes over to on-demand and back") {
    ServiceClient client;
    create_provisioned(client);
    client.call("UpdateTable", update({{"BillingMode", "PAY_PER_REQUEST"}}));
    client.run_for(4s);
    Json table = client.describe("Orders");
    CHECK(table["BillingModeSummary"] == Json{{"BillingMode", "PAY_PER_REQUEST"},
                                              {"LastUpdateToPayPerRequestDateTime", 1767225609.0}});
    CHECK(table["ProvisionedThroughput"]["ReadCapacityUnits"] == 0);
    CHECK(client.error("UpdateTable", update({{"BillingMode", "PROVISIONED"}})) ==
          invalid_values("ReadCapacityUnits and WriteCapacityUnits must both be specified when "
                         "BillingMode is PROVISIONED"));
    CHECK(client.error("UpdateTable", update({{"ProvisionedThroughput", units(1, 1)}})) ==
          invalid_values("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                         "BillingMode is PAY_PER_REQUEST"));
    client.call("UpdateTable",
                update({{"BillingMode", "PROVISIONED"}, {"ProvisionedThroughput", units(3, 4)}}));
    client.run_for(4s);
    table = client.describe("Orders");
    CHECK(table["BillingModeSummary"]["BillingMode"] == "PROVISIONED");
    CHECK(table["ProvisionedThroughput"]["WriteCapacityUnits"] == 4);
}

TEST_CASE("dynamodb UpdateTable: a new index is filled while the table is used") {
    ServiceClient client;
    client.create("Orders");
    client.put("Orders", {{"id", {{"S", "1"}}}, {"status", {{"S", "open"}}}});
    const Json begun =
        client.call("UpdateTable", create_index("by-status", "status"))["TableDescription"];
    CHECK(begun["TableStatus"] == "UPDATING");
    CHECK(begun["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING");
    CHECK(begun["GlobalSecondaryIndexes"][0]["Backfilling"] == false);
    client.run_for(5s);
    const Json filling = client.describe("Orders");
    CHECK(filling["TableStatus"] == "ACTIVE");
    CHECK(filling["GlobalSecondaryIndexes"][0]["Backfilling"] == true);
    CHECK(filling["AttributeDefinitions"].size() == 2);
    CHECK(client.error("UpdateTable", create_index("by-place", "place")) ==
          "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created "
          "or deleted simultaneously per table");
    client.put("Orders", {{"id", {{"S", "2"}}}, {"status", {{"S", "open"}}}});
    const Json query{{"TableName", "Orders"},
                     {"IndexName", "by-status"},
                     {"KeyConditionExpression", "#s = :s"},
                     {"ExpressionAttributeNames", {{"#s", "status"}}},
                     {"ExpressionAttributeValues", {{":s", {{"S", "open"}}}}}};
    CHECK(client.error("Query", query) != "");
    client.run_for(10s);
    CHECK(client.describe("Orders")["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE");
    CHECK(client.call("Query", query)["Count"] == 2);
}

TEST_CASE("dynamodb UpdateTable: a deleted index is gone with its attribute") {
    ServiceClient client;
    client.create("Orders");
    client.call("UpdateTable", create_index("by-status", "status"));
    client.run_for(20s);
    const Json begun = client.call("UpdateTable", delete_index("by-status"))["TableDescription"];
    CHECK(begun["GlobalSecondaryIndexes"][0]["IndexStatus"] == "DELETING");
    client.run_for(5s);
    const Json table = client.describe("Orders");
    CHECK(!table.contains("GlobalSecondaryIndexes"));
    CHECK(table["AttributeDefinitions"].size() == 1);
    CHECK(client.error("UpdateTable", delete_index("by-status")) ==
          "ResourceNotFoundException: Requested resource not found");
}

TEST_CASE("dynamodb UpdateTable: mistakes of indexes are told in AWS's words") {
    ServiceClient client;
    client.create("Orders");
    Json both = create_index("by-status", "status");
    both["GlobalSecondaryIndexUpdates"].push_back({{"Delete", {{"IndexName", "by-status"}}}});
    CHECK(client.error("UpdateTable", both) ==
          invalid_values("Only one global secondary index update per index is allowed "
                         "simultaneously. Index: by-status"));
    Json undefined = create_index("by-status", "status");
    undefined.erase("AttributeDefinitions");
    CHECK(client.error("UpdateTable", undefined) ==
          invalid_values("Some index key attributes are not defined in AttributeDefinitions. Keys: "
                         "[status], AttributeDefinitions: []"));
    Json throughput = create_index("by-status", "status");
    throughput["GlobalSecondaryIndexUpdates"][0]["Create"]["ProvisionedThroughput"] = units(1, 1);
    CHECK(client.error("UpdateTable", throughput) ==
          invalid_values("ProvisionedThroughput should not be specified for index: by-status when "
                         "BillingMode is PAY_PER_REQUEST"));
    CHECK(client.error(
              "UpdateTable",
              update({{"GlobalSecondaryIndexUpdates",
                       {{{"Update",
                          {{"IndexName", "none"}, {"ProvisionedThroughput", units(1, 1)}}}}}}})) ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(client.describe("Orders")["TableStatus"] == "ACTIVE");  // nothing has begun
}

TEST_CASE("dynamodb UpdateTable: a table's class, key and warm throughput") {
    ServiceClient client;
    client.create("Orders");
    client.call(
        "UpdateTable",
        update({{"TableClass", "STANDARD_INFREQUENT_ACCESS"},
                {"SSESpecification", {{"Enabled", true}, {"KMSMasterKeyId", "1234"}}},
                {"WarmThroughput", {{"ReadUnitsPerSecond", 20000}, {"WriteUnitsPerSecond", 5000}}},
                {"OnDemandThroughput", {{"MaxWriteRequestUnits", 50}}}}));
    client.run_for(4s);
    const Json table = client.describe("Orders");
    CHECK(table["TableClassSummary"] ==
          Json{{"TableClass", "STANDARD_INFREQUENT_ACCESS"}, {"LastUpdateDateTime", 1767225609.0}});
    CHECK(table["SSEDescription"]["KMSMasterKeyArn"] ==
          "arn:aws:kms:us-east-1:000000000000:key/1234");
    CHECK(table["WarmThroughput"]["ReadUnitsPerSecond"] == 20000);
    CHECK(table["OnDemandThroughput"]["MaxWriteRequestUnits"] == 50);
}

TEST_CASE(
    "dynamodb UpdateTable: maxima on demand throttle, change one by one and go with the mode") {
    ServiceClient client;
    client.create("Orders", {{"OnDemandThroughput", {{"MaxWriteRequestUnits", 1}}}});
    const auto put = [&] {
        return client.error("PutItem", {{"TableName", "Orders"}, {"Item", {{"id", {{"S", "a"}}}}}});
    };
    CHECK(put().empty());
    CHECK(put().starts_with("ThrottlingException: "));
    client.run_for(1s);
    CHECK(put().empty());
    const auto change = [&](const Json& maximum) {
        const std::string error =
            client.error("UpdateTable", update({{"OnDemandThroughput", maximum}}));
        client.run_for(4s);
        return error;
    };
    const std::string range =
        "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range";
    CHECK(change({{"MaxReadRequestUnits", 0}}) == invalid_values(range));
    CHECK(change({{"MaxReadRequestUnits", -2}}) == invalid_values(range));
    CHECK(change({{"MaxReadRequestUnits", 9}}).empty());
    CHECK(client.describe("Orders")["OnDemandThroughput"] ==
          Json{{"MaxReadRequestUnits", 9}, {"MaxWriteRequestUnits", 1}});
    CHECK(client.describe("Orders")["ProvisionedThroughput"]["WriteCapacityUnits"] == 0);
    CHECK(change({{"MaxWriteRequestUnits", -1}}).empty());
    CHECK(put().empty());
    CHECK(put().empty());
    client.call("UpdateTable",
                update({{"BillingMode", "PROVISIONED"}, {"ProvisionedThroughput", units(5, 5)}}));
    client.run_for(4s);
    CHECK_FALSE(client.describe("Orders").contains("OnDemandThroughput"));
    CHECK(change({{"MaxReadRequestUnits", 9}}) ==
          invalid_values("MaxReadRequestUnits for OnDemandThroughput cannot be specified when the "
                         "table BillingMode is PROVISIONED"));
    Json creation = ServiceClient::simple_table("Others");
    creation["OnDemandThroughput"] = {{"MaxReadRequestUnits", -1}};
    CHECK(client.error("CreateTable", creation) == invalid_values(range));
    creation.erase("BillingMode");
    creation["ProvisionedThroughput"] = units(5, 5);
    CHECK(
        client.error("CreateTable", creation) ==
        invalid_values("MaxReadRequestUnits for OnDemandThroughput cannot be specified when table "
                       "BillingMode is PROVISIONED."));
}

TEST_CASE(
    "dynamodb UpdateTable: attributes that are there keep their type, unused ones are dropped") {
    ServiceClient client;
    client.create("Orders");
    Json creation = update({{"AttributeDefinitions",
                             {{{"AttributeName", "id"}, {"AttributeType", "N"}},
                              {{"AttributeName", "unused"}, {"AttributeType", "S"}}}},
                            {"GlobalSecondaryIndexUpdates",
                             {{{"Create",
                                {{"IndexName", "by-id"},
                                 {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                                 {"Projection", {{"ProjectionType", "ALL"}}}}}}}}});
    client.call("UpdateTable", creation);
    client.run_for(1min);
    CHECK(client.describe("Orders")["AttributeDefinitions"] ==
          Json::array({{{"AttributeName", "id"}, {"AttributeType", "S"}}}));
}

}  // namespace update_table_test
