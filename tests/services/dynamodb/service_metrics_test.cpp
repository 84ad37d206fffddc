// What CloudWatch is told of the service as a whole: mistakes, latency, streams, expiry.

#include "tests/services/dynamodb/service_client.h"
#include "tests/services/metric_sums.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

Json key(const char* id) {
    return {{"id", {{"S", id}}}};
}

}  // namespace

TEST_CASE("dynamodb metrics: UserErrors counts what keeps an operation from beginning, too") {
    SumsBeside sums("AWS/DynamoDB", "TableName");
    ServiceClient client({}, &sums);
    client.create("Tab");
    client.put("Tab", key("a"));
    CHECK(sums.of("UserErrors") == 0);
    client.error("PutItem", {{"Item", key("a")}});  // the model: there is no TableName
    CHECK(sums.of("UserErrors") == 1);
    client.error("PutItem", {{"TableName", 5}, {"Item", key("a")}});
    CHECK(sums.of("UserErrors") == 2);
    client.error("CreateTable", {{"TableName", "Uu"}});
    client.error("DescribeTable", {{"TableName", "None"}});
    CHECK(sums.of("UserErrors") == 4);
    client.stream_error("DescribeStream", {{"StreamArn", "x"}});
    CHECK(sums.of("UserErrors") == 5);
    client.error("GetItem", {{"TableName", "None"}, {"Key", key("a")}});
    CHECK(sums.of("UserErrors") == 6);
    client.error("PutItem",
                 {{"TableName", "Tab"},
                  {"Item", key("a")},
                  {"ConditionExpression", "attribute_not_exists(id)"}});
    CHECK(sums.of("UserErrors") == 6);  // it has a metric of its own
    CHECK(sums.of("ConditionalCheckFailedRequests") == 1);
}

TEST_CASE("dynamodb metrics: SuccessfulRequestLatency is how long answers took, by operation") {
    SumsBeside sums("AWS/DynamoDB", "TableName");
    ServiceClient client({}, &sums);
    client.create("Tab");
    client.service().set_latency(4ms);
    client.put("Tab", key("a"));
    client.put("Tab", key("b"));
    client.error("PutItem", {{"TableName", "Tab"}, {"Item", {{"none", {{"S", "a"}}}}}});
    client.call("GetItem", {{"TableName", "Tab"}, {"Key", key("a")}});
    CHECK(sums.of("SuccessfulRequestLatency PutItem") == 8);  // not of what failed
    CHECK(sums.of("SuccessfulRequestLatency GetItem") == 4);
}

TEST_CASE("dynamodb metrics: GetRecords tells how much it has returned of which stream") {
    SumsBeside sums("AWS/DynamoDB", "TableName");
    ServiceClient client({}, &sums);
    const Json table =
        client.create("Tab",
                      {{"StreamSpecification",
                        {{"StreamEnabled", true}, {"StreamViewType", "NEW_AND_OLD_IMAGES"}}}});
    client.put("Tab", key("a"));
    client.put("Tab", key("b"));
    const std::string arn = table["LatestStreamArn"];
    const std::string label = table["LatestStreamLabel"];
    const Json stream = client.stream_call("DescribeStream", {{"StreamArn", arn}});
    const Json iterator =
        client.stream_call("GetShardIterator",
                           {{"StreamArn", arn},
                            {"ShardId", stream["StreamDescription"]["Shards"][0]["ShardId"]},
                            {"ShardIteratorType", "TRIM_HORIZON"}});
    client.stream_call("GetRecords", {{"ShardIterator", iterator["ShardIterator"]}});
    CHECK(sums.of("ReturnedRecordsCount GetRecords " + label) == 2);
    CHECK(sums.of("ReturnedBytes GetRecords " + label) == 12);  // keys and new images
}

TEST_CASE("dynamodb metrics: TimeToLiveDeletedItemCount counts the items that have expired") {
    SumsBeside sums("AWS/DynamoDB", "TableName");
    ServiceClient client({}, &sums);
    client.create("Tab");
    client.call("UpdateTimeToLive",
                {{"TableName", "Tab"},
                 {"TimeToLiveSpecification", {{"Enabled", true}, {"AttributeName", "end"}}}});
    client.run_for(10s);
    const std::int64_t now = epoch_seconds(client.world().loop.now());
    for (const char* id : {"a", "b", "stays"}) {
        Json item = key(id);
        item["end"] = {{"N", std::to_string(id == std::string("stays") ? now + 86'400 : now + 60)}};
        client.put("Tab", item);
    }
    client.run_for(1h);
    CHECK(client.ids("Tab") == "stays");
    CHECK(sums.of("TimeToLiveDeletedItemCount") == 2);
}
