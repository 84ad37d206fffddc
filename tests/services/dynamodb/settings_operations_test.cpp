// What is kept of a table and answered again: tags, policies, insights; and what is not there.
#include "tests/services/dynamodb/service_client.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders";

Json tag(const char* key, const char* value) {
    return {{"Key", key}, {"Value", value}};
}

}  // namespace

TEST_CASE("dynamodb TagResource: tags are added, replaced and removed") {
    ServiceClient client;
    client.create("Orders", {{"Tags", {tag("team", "a")}}});
    const auto tags = [&] {
        return client.call("ListTagsOfResource", {{"ResourceArn", arn}})["Tags"];
    };
    CHECK(tags() == Json{tag("team", "a")});
    client.call("TagResource", {{"ResourceArn", arn}, {"Tags", {tag("team", "b"), tag("x", "y")}}});
    CHECK(tags() == Json{tag("team", "b"), tag("x", "y")});
    client.call("UntagResource", {{"ResourceArn", arn}, {"TagKeys", {"team", "none"}}});
    CHECK(tags() == Json{tag("x", "y")});
    CHECK(client.error("UntagResource", {{"ResourceArn", arn}, {"TagKeys", Json::array()}}) ==
          invalid("Atleast one Tag Key should be provided as Input."));
    CHECK(client.error("TagResource", {{"ResourceArn", arn}, {"Tags", Json::array()}}) ==
          invalid("Atleast one Tag needs to be provided as Input."));
    CHECK(client.error("ListTagsOfResource", {{"ResourceArn", "Orders"}}) ==
          invalid("Invalid TableArn: Invalid ResourceArn provided as input Orders"));
    CHECK(client.error("ListTagsOfResource", {{"ResourceArn", arn + "2"}}) ==
          "ResourceNotFoundException: Requested resource not found: ResourcArn: " + arn +
              "2 not found");
    Json many = Json::array();
    for (int n = 0; n < 50; ++n) {
        many.push_back(tag(("k" + std::to_string(n)).c_str(), ""));
    }
    CHECK(client.error("TagResource", {{"ResourceArn", arn}, {"Tags", many}}) != "");
    CHECK(tags().size() == 1);
}

TEST_CASE("dynamodb PutResourcePolicy: a policy is kept under revisions") {
    ServiceClient client;
    client.create("Orders");
    CHECK(client.error("GetResourcePolicy", {{"ResourceArn", arn}})
              .starts_with("PolicyNotFoundException: "));
    const Json first =
        client.call("PutResourcePolicy", {{"ResourceArn", arn}, {"Policy", R"({"Id":"1"})"}});
    CHECK(client.call("GetResourcePolicy", {{"ResourceArn", arn}}) ==
          Json{{"Policy", R"({"Id":"1"})"}, {"RevisionId", first["RevisionId"]}});
    CHECK(client
              .error("PutResourcePolicy",
                     {{"ResourceArn", arn},
                      {"Policy", R"({"Id":"2"})"},
                      {"ExpectedRevisionId", "NO_POLICY"}})
              .starts_with("PolicyNotFoundException: "));
    CHECK(client.error("PutResourcePolicy", {{"ResourceArn", arn}, {"Policy", "no policy"}}) != "");
    const Json second = client.call("PutResourcePolicy",
                                    {{"ResourceArn", arn},
                                     {"Policy", R"({"Id":"2"})"},
                                     {"ExpectedRevisionId", first["RevisionId"]}});
    CHECK(second["RevisionId"] != first["RevisionId"]);
    CHECK(client.call("DeleteResourcePolicy", {{"ResourceArn", arn}}) == second);
    CHECK(client.call("DeleteResourcePolicy", {{"ResourceArn", arn}}) == Json::object());
    CHECK(client.error("GetResourcePolicy", {{"ResourceArn", arn + "2"}})
              .starts_with("ResourceNotFoundException: "));
}

TEST_CASE("dynamodb UpdateContributorInsights: is kept and answered") {
    ServiceClient client;
    client.create("Orders");
    CHECK(client.call("DescribeContributorInsights",
                      {{"TableName", "Orders"}})["ContributorInsightsStatus"] == "DISABLED");
    const Json answer =
        client.call("UpdateContributorInsights",
                    {{"TableName", "Orders"}, {"ContributorInsightsAction", "ENABLE"}});
    CHECK(answer["ContributorInsightsStatus"] == "ENABLING");
    client.run_for(5s);
    const Json described = client.call("DescribeContributorInsights", {{"TableName", "Orders"}});
    CHECK(described["ContributorInsightsStatus"] == "ENABLED");
    CHECK(described["ContributorInsightsRuleList"].size() == 2);
    const Json list = client.call("ListContributorInsights", {{"TableName", "Orders"}});
    CHECK(list["ContributorInsightsSummaries"][0]["TableName"] == "Orders");
    CHECK(
        client
            .error("DescribeContributorInsights", {{"TableName", "Orders"}, {"IndexName", "none"}})
            .starts_with("ResourceNotFoundException: "));
}

TEST_CASE("dynamodb DescribeLimits, DescribeEndpoints: an account's quotas and its endpoint") {
    ServiceClient client;
    CHECK(client.call("DescribeLimits", Json::object()) ==
          Json{{"AccountMaxReadCapacityUnits", 80000},
               {"AccountMaxWriteCapacityUnits", 80000},
               {"TableMaxReadCapacityUnits", 40000},
               {"TableMaxWriteCapacityUnits", 40000}});
    CHECK(client.call("DescribeEndpoints", Json::object())["Endpoints"][0]["Address"] ==
          "dynamodb.us-east-1.amazonaws.com");
}

TEST_CASE("dynamodb ListGlobalTables, ListExports, ListImports: there are none") {
    ServiceClient client;
    client.create("Orders");
    CHECK(client.call("ListGlobalTables", Json::object())["GlobalTables"].empty());
    CHECK(client.call("ListExports", Json::object())["ExportSummaries"].empty());
    CHECK(client.call("ListImports", Json::object())["ImportSummaryList"].empty());
    const auto code = [&](const char* operation, const Json& parameters) {
        const std::string error = client.error(operation, parameters);
        return error.substr(0, error.find(':'));
    };
    CHECK(code("DescribeExport", {{"ExportArn", std::string(37, 'x')}}) ==
          "ExportNotFoundException");
    CHECK(code("DescribeImport", {{"ImportArn", std::string(37, 'x')}}) ==
          "ImportNotFoundException");
    CHECK(code("DescribeGlobalTable", {{"GlobalTableName", "Orders"}}) ==
          "GlobalTableNotFoundException");
    CHECK(code("DescribeGlobalTableSettings", {{"GlobalTableName", "Orders"}}) ==
          "GlobalTableNotFoundException");
    const Json kinesis =
        client.call("DescribeKinesisStreamingDestination", {{"TableName", "Orders"}});
    CHECK(kinesis["KinesisDataStreamDestinations"].empty());
    const Json scaling = client.call("DescribeTableReplicaAutoScaling", {{"TableName", "Orders"}});
    CHECK(scaling["TableAutoScalingDescription"]["Replicas"].empty());
}

TEST_CASE("dynamodb CreateGlobalTable, ExportTableToPointInTime and the like are refused by name") {
    ServiceClient client;
    client.create("Orders");
    const std::string stream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    const Json kinesis{{"TableName", "Orders"}, {"StreamArn", stream}};
    const Json replicas{{"GlobalTableName", "Orders"}, {"ReplicationGroup", Json::array()}};
    const std::vector<std::pair<const char*, Json>> calls{
        {"CreateGlobalTable", replicas},
        {"UpdateGlobalTable", {{"GlobalTableName", "Orders"}, {"ReplicaUpdates", Json::array()}}},
        {"UpdateGlobalTableSettings", {{"GlobalTableName", "Orders"}}},
        {"UpdateTableReplicaAutoScaling", {{"TableName", "Orders"}}},
        {"ExportTableToPointInTime", {{"TableArn", arn}, {"S3Bucket", "bucket"}}},
        {"ImportTable",
         {{"S3BucketSource", {{"S3Bucket", "bucket"}}},
          {"InputFormat", "CSV"},
          {"TableCreationParameters", ServiceClient::simple_table("New")}}},
        {"EnableKinesisStreamingDestination", kinesis},
        {"DisableKinesisStreamingDestination", kinesis},
        {"UpdateKinesisStreamingDestination", kinesis}};
    for (const auto& [operation, parameters] : calls) {
        CHECK(client.error(operation, parameters) ==
              invalid(std::string(operation) + " is not supported by Orrery"));
    }
}

TEST_CASE("dynamodb DescribeTable: settings are the same after a restart") {
    TemporaryFolder folder;
    ServiceClient client(folder.path() / "state");
    client.create("Orders",
                  {{"Tags", {tag("team", "a")}},
                   {"TableClass", "STANDARD"},
                   {"DeletionProtectionEnabled", true},
                   {"SSESpecification", {{"Enabled", true}}},
                   {"ResourcePolicy", "{}"},
                   {"WarmThroughput", {{"ReadUnitsPerSecond", 13000}}}});
    const Json before = client.describe("Orders");
    client.restart();
    CHECK(client.describe("Orders") == before);
    CHECK(client.call("ListTagsOfResource", {{"ResourceArn", arn}})["Tags"].size() == 1);
    CHECK(client.call("GetResourcePolicy", {{"ResourceArn", arn}})["Policy"] == "{}");
}

TEST_CASE("dynamodb CreateTable: what was under way is complete after a restart") {
    TemporaryFolder folder;
    ServiceClient client(folder.path() / "state");
    client.create("Old");
    client.call("CreateTable", ServiceClient::simple_table("New"));
    client.call("DeleteTable", {{"TableName", "Old"}});
    client.restart();
    CHECK(client.describe("New")["TableStatus"] == "ACTIVE");
    CHECK(client.error("DescribeTable", {{"TableName", "Old"}})
              .starts_with("ResourceNotFoundException: "));
    client.put("New", {{"id", {{"S", "1"}}}});
}
