#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

namespace stream_operations_test {

using namespace orrery;
using namespace orrery::test;

namespace {
const Json rides{{"StreamName", "Rides"}};
constexpr const char* rides_arn = "arn:aws:kinesis:us-east-1:000000000000:stream/Rides";
}  // namespace

TEST_CASE("kinesis CreateStream: the stream is CREATING for a while and then ACTIVE") {
    KinesisClient client;
    CHECK(client.call("CreateStream", {{"StreamName", "Rides"}, {"ShardCount", 2}}) ==
          Json::object());
    CHECK(client.summary("Rides")["StreamStatus"] == "CREATING");
    client.run_for(10s);
    const Json summary = client.summary("Rides");
    CHECK(summary["StreamStatus"] == "ACTIVE");
    CHECK(summary["StreamARN"] == rides_arn);
    CHECK(summary["OpenShardCount"] == 2);
    CHECK(summary["RetentionPeriodHours"] == 24);
    CHECK(summary["StreamModeDetails"]["StreamMode"] == "PROVISIONED");
    CHECK(summary["EncryptionType"] == "NONE");
    CHECK(summary["ConsumerCount"] == 0);
    CHECK(summary["MaxRecordSizeInKiB"] == 1024);
    CHECK(summary["EnhancedMonitoring"] == Json::array({{{"ShardLevelMetrics", Json::array()}}}));
    CHECK(summary["StreamCreationTimestamp"] == epoch_seconds(default_start));
    CHECK(client.traced("kinesis.stream.active") == 1);
}

TEST_CASE("kinesis CreateStream: without a count the stream is on demand, with four shards") {
    KinesisClient client;
    client.call("CreateStream", rides);
    client.run_for(10s);
    CHECK(client.summary("Rides")["StreamModeDetails"]["StreamMode"] == "ON_DEMAND");
    CHECK(client.shards("Rides").size() == 4);
}

TEST_CASE("kinesis CreateStream: what cannot be is refused") {
    KinesisClient client;
    client.create("Rides", 1);
    CHECK(client.error("CreateStream", {{"StreamName", "Rides"}, {"ShardCount", 1}}) ==
          "ResourceInUseException: Stream Rides under account 000000000000 already exists.");
    const auto code = [&](const Json& more) {
        Json parameters = more;
        parameters["StreamName"] = "Other";
        return client.code("CreateStream", parameters);
    };
    CHECK(code({{"ShardCount", 1}, {"StreamModeDetails", {{"StreamMode", "ON_DEMAND"}}}}) ==
          "ValidationException");
    CHECK(code({{"StreamModeDetails", {{"StreamMode", "PROVISIONED"}}}}) == "ValidationException");
    CHECK(code({{"ShardCount", 0}}) == "ValidationException");
    CHECK(client.code("CreateStream", {{"StreamName", "a b"}, {"ShardCount", 1}}) ==
          "ValidationException");
    CHECK(client.error("CreateStream", {{"StreamName", "Other"}, {"ShardCount", 20000}})
              .starts_with("LimitExceededException: This request would exceed the shard limit for "
                           "the account 000000000000 in us-east-1. Current shard count for the "
                           "account: 1. Limit: 20000. Number of additional shards that would have "
                           "resulted from this request: 20000."));
}

TEST_CASE("kinesis CreateStream: five streams are made at a time") {
    KinesisClient client;
    for (int count = 0; count < 5; ++count) {
        client.call("CreateStream",
                    {{"StreamName", "S" + std::to_string(count)}, {"ShardCount", 1}});
    }
    const Json sixth{{"StreamName", "S5"}, {"ShardCount", 1}};
    CHECK(client.code("CreateStream", sixth) == "LimitExceededException");
    client.run_for(10s);
    CHECK(client.code("CreateStream", sixth).empty());
}

TEST_CASE("kinesis DeleteStream: the stream is DELETING for a while and then gone") {
    KinesisClient client;
    CHECK(client.error("DeleteStream", rides) ==
          "ResourceNotFoundException: Stream Rides under account 000000000000 not found.");
    client.create("Rides", 1);
    client.put("Rides", "k", "x");
    client.call("DeleteStream", rides);
    CHECK(client.summary("Rides")["StreamStatus"] == "DELETING");
    CHECK(client.error("DeleteStream", rides) ==
          "ResourceInUseException: Stream Rides under account 000000000000 not ACTIVE, instead in "
          "state DELETING");
    client.run_for(10s);
    CHECK(client.code("DescribeStreamSummary", rides) == "ResourceNotFoundException");
    client.create("Rides", 1);
    CHECK(client.data("Rides", first_shard).empty());
}

TEST_CASE("kinesis DeleteStream: a stream with consumers must be told so") {
    KinesisClient client;
    client.create("Rides", 1);
    client.call("RegisterStreamConsumer", {{"StreamARN", rides_arn}, {"ConsumerName", "C"}});
    CHECK(client.code("DeleteStream", rides) == "ResourceInUseException");
    client.call("DeleteStream", {{"StreamName", "Rides"}, {"EnforceConsumerDeletion", true}});
    client.run_for(10s);
    CHECK(client.call("ListStreams", Json::object())["StreamNames"].empty());
}

TEST_CASE("kinesis ListStreams: pages follow one another by name or token") {
    KinesisClient client;
    for (const char* name : {"C", "A", "B"}) {
        client.create(name, 1);
    }
    const Json first = client.call("ListStreams", {{"Limit", 2}});
    CHECK(first["StreamNames"] == Json::array({"A", "B"}));
    CHECK(first["HasMoreStreams"] == true);
    CHECK(first["StreamSummaries"][0]["StreamStatus"] == "ACTIVE");
    CHECK(first["StreamSummaries"][0]["StreamARN"] ==
          "arn:aws:kinesis:us-east-1:000000000000:stream/A");
    for (const Json& more :
         {Json{{"NextToken", first["NextToken"]}}, Json{{"ExclusiveStartStreamName", "B"}}}) {
        const Json rest = client.call("ListStreams", more);
        CHECK(rest["StreamNames"] == Json::array({"C"}));
        CHECK(rest["HasMoreStreams"] == false);
        CHECK_FALSE(rest.contains("NextToken"));
    }
    client.run_for(301s);
    CHECK(client.code("ListStreams", {{"NextToken", first["NextToken"]}}) ==
          "ExpiredNextTokenException");
    CHECK(client.code("ListStreams", {{"NextToken", "x"}}) == "InvalidArgumentException");
}

TEST_CASE("kinesis DescribeStream: pages of shards") {
    KinesisClient client;
    client.create("Rides", 3);
    const Json first = client.call("DescribeStream", {{"StreamName", "Rides"}, {"Limit", 2}});
    const Json& description = first["StreamDescription"];
    CHECK(description["HasMoreShards"] == true);
    REQUIRE(description["Shards"].size() == 2);
    const Json& shard = description["Shards"][1];
    CHECK(shard["ShardId"] == second_shard);
    CHECK(shard["HashKeyRange"]["StartingHashKey"] == "113427455640312821154458202477256070485");
    CHECK(shard["HashKeyRange"]["EndingHashKey"] == "226854911280625642308916404954512140969");
    CHECK(shard["SequenceNumberRange"]["StartingSequenceNumber"].get<std::string>().size() == 56);
    CHECK_FALSE(shard["SequenceNumberRange"].contains("EndingSequenceNumber"));
    CHECK_FALSE(shard.contains("ParentShardId"));
    const Json rest = client.call(
        "DescribeStream", {{"StreamName", "Rides"}, {"ExclusiveStartShardId", second_shard}});
    CHECK(rest["StreamDescription"]["Shards"].size() == 1);
    CHECK(rest["StreamDescription"]["HasMoreShards"] == false);
}

TEST_CASE("kinesis DescribeStreamSummary: by name, ARN or id") {
    KinesisClient client;
    client.create("Rides", 1);
    const std::string id = client.summary("Rides")["StreamId"];
    CHECK(id.size() == 24);
    for (const Json& said : {rides, Json{{"StreamARN", rides_arn}}, Json{{"StreamId", id}}}) {
        CHECK(client.call("DescribeStreamSummary",
                          said)["StreamDescriptionSummary"]["StreamName"] == "Rides");
    }
    CHECK(
        client.code("DescribeStreamSummary", {{"StreamName", "Other"}, {"StreamARN", rides_arn}}) ==
        "InvalidArgumentException");
    CHECK(client.code("DescribeStreamSummary", Json::object()) == "InvalidArgumentException");
}

TEST_CASE("kinesis DescribeLimits: shards and streams of the account") {
    KinesisClient client;
    client.create("Rides", 3);
    client.call("CreateStream", {{"StreamName", "Other"}});
    client.run_for(10s);
    CHECK(client.call("DescribeLimits", Json::object()) == Json{{"ShardLimit", 20000},
                                                                {"OpenShardCount", 7},
                                                                {"OnDemandStreamCount", 1},
                                                                {"OnDemandStreamCountLimit", 50}});
}

TEST_CASE("kinesis DescribeAccountSettings, UpdateAccountSettings: a commitment lasts a day") {
    KinesisClient client;
    const auto status = [](const Json& answer) {
        return answer["MinimumThroughputBillingCommitment"]["Status"].get<std::string>();
    };
    const auto update = [&](const char* wanted) {
        return status(client.call("UpdateAccountSettings",
                                  {{"MinimumThroughputBillingCommitment", {{"Status", wanted}}}}));
    };
    const auto described = [&] {
        return status(client.call("DescribeAccountSettings", Json::object()));
    };
    CHECK(described() == "DISABLED");
    CHECK(update("ENABLED") == "ENABLED");
    client.run_for(1h);
    CHECK(update("DISABLED") == "ENABLED_UNTIL_EARLIEST_ALLOWED_END");
    client.run_for(22h + 59min);
    CHECK(described() == "ENABLED_UNTIL_EARLIEST_ALLOWED_END");
    client.run_for(1min);
    CHECK(described() == "DISABLED");
}

TEST_CASE("kinesis FinishChanges: what is under way is done at once") {
    KinesisClient client;
    client.call("CreateStream", {{"StreamName", "Rides"}, {"ShardCount", 1}});
    client.call("FinishChanges", Json::object());
    CHECK(client.summary("Rides")["StreamStatus"] == "ACTIVE");
    client.put("Rides", "k", "x");
    client.run_for(1min);
    CHECK(client.traced("kinesis.stream.active") == 1);
}

}  // namespace stream_operations_test
