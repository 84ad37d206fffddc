#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

#include <set>

using namespace orrery;
using namespace orrery::test;

namespace {

Json entry(const std::string& key, const std::string& data) {
    return {{"PartitionKey", key}, {"Data", aws::base64(data)}};
}

}  // namespace

TEST_CASE("kinesis PutRecord: a record goes to the shard of its key's hash") {
    KinesisClient client;
    client.create("Rides", 2);
    // The hash of "a" is in the lower half, that of "b" in the upper one.
    const Json first = client.put("Rides", "a", "one");
    const Json second = client.put("Rides", "b", "two");
    CHECK(first["ShardId"] == first_shard);
    CHECK(second["ShardId"] == second_shard);
    CHECK_FALSE(first.contains("EncryptionType"));
    CHECK(client.data("Rides", first_shard) == std::vector<std::string>{"one"});
    CHECK(client.data("Rides", second_shard) == std::vector<std::string>{"two"});
}

TEST_CASE("kinesis PutRecord: an explicit hash key replaces the key's hash") {
    KinesisClient client;
    client.create("Rides", 2);
    Json record = entry("a", "x");
    record["StreamName"] = "Rides";
    record["ExplicitHashKey"] = "340282366920938463463374607431768211455";
    CHECK(client.call("PutRecord", record)["ShardId"] == second_shard);
    const Json read = client.get(client.iterator("Rides", second_shard))["Records"][0];
    CHECK(read["PartitionKey"] == "a");
    record["ExplicitHashKey"] = "340282366920938463463374607431768211456";
    CHECK(client.error("PutRecord", record) ==
          "InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the "
          "range: [0, 2^128-1]. Specified value was 340282366920938463463374607431768211456");
}

TEST_CASE("kinesis PutRecord: sequence numbers rise, and one can be asked to be greater") {
    KinesisClient client;
    client.create("Rides", 1);
    std::string last;
    for (int count = 0; count < 5; ++count) {
        const std::string number = client.put("Rides", "k", "x")["SequenceNumber"];
        CHECK(number > last);
        last = number;
    }
    Json record = entry("k", "y");
    record["StreamName"] = "Rides";
    record["SequenceNumberForOrdering"] = last;
    CHECK(client.call("PutRecord", record)["SequenceNumber"].get<std::string>() > last);
    record["SequenceNumberForOrdering"] = "1";
    CHECK(client.code("PutRecord", record) == "InvalidArgumentException");
}

TEST_CASE("kinesis PutRecord: data may be empty, and may not exceed the stream's record size") {
    KinesisClient client;
    client.create("Rides", 1);
    client.put("Rides", "k", "");
    client.put("Rides", "k", std::string(1024 * 1024 - 2, 'x'));
    client.run_for(1s);
    CHECK(client.data("Rides", first_shard).front().empty());
    Json record = entry("k", std::string(1024 * 1024, 'x'));  // and a byte of the key
    record["StreamName"] = "Rides";
    CHECK(client.code("PutRecord", record) == "InvalidArgumentException");
    client.call(
        "UpdateMaxRecordSize",
        {{"StreamARN", client.summary("Rides")["StreamARN"]}, {"MaxRecordSizeInKiB", 2048}});
    client.run_for(10s);
    CHECK(client.call("PutRecord", record).contains("SequenceNumber"));
    CHECK(client.summary("Rides")["MaxRecordSizeInKiB"] == 2048);
}

TEST_CASE("kinesis PutRecord: a shard takes a thousand records in a second") {
    KinesisClient client;
    client.create("Rides", 1);
    for (int count = 0; count < 1000; ++count) {
        client.put("Rides", "k", "x");
    }
    Json record = entry("k", "x");
    record["StreamName"] = "Rides";
    CHECK(client.error("PutRecord", record) ==
          "ProvisionedThroughputExceededException: Rate exceeded for shard "
          "shardId-000000000000 in stream Rides under account 000000000000.");
    client.run_for(1ms);
    client.call("PutRecord", record);
    CHECK(client.code("PutRecord", record) == "ProvisionedThroughputExceededException");
    CHECK(client.traced("kinesis.request.throttled") == 2);
}

TEST_CASE("kinesis PutRecords: a MiB in a second, and the rest of the records fails") {
    KinesisClient client;
    client.create("Rides", 1);
    Json records = Json::array();
    for (int count = 0; count < 5; ++count) {
        records.push_back(entry("k", std::string(300'000, 'x')));
    }
    const Json answer = client.call("PutRecords", {{"StreamName", "Rides"}, {"Records", records}});
    CHECK(answer["FailedRecordCount"] == 2);
    REQUIRE(answer["Records"].size() == 5);
    CHECK(answer["Records"][2]["ShardId"] == first_shard);
    CHECK(answer["Records"][3]["ErrorCode"] == "ProvisionedThroughputExceededException");
    CHECK(answer["Records"][3]["ErrorMessage"] ==
          "Rate exceeded for shard shardId-000000000000 in stream Rides under account "
          "000000000000.");
    CHECK_FALSE(answer["Records"][3].contains("SequenceNumber"));
    CHECK(client.data("Rides", first_shard).size() == 3);
}

TEST_CASE("kinesis PutRecords: one bad record fails the whole call") {
    KinesisClient client;
    client.create("Rides", 1);
    Json records = Json::array({entry("k", "good"), entry("k", "bad")});
    records[1]["ExplicitHashKey"] = "340282366920938463463374607431768211456";
    const Json call{{"StreamName", "Rides"}, {"Records", records}};
    CHECK(client.code("PutRecords", call) == "InvalidArgumentException");
    CHECK(client.data("Rides", first_shard).empty());
    CHECK(client.code("PutRecords", {{"StreamName", "Rides"}, {"Records", Json::array()}}) ==
          "ValidationException");
    Json many = Json::array();
    for (int count = 0; count < 501; ++count) {
        many.push_back(entry("k", "x"));
    }
    CHECK(client.code("PutRecords", {{"StreamName", "Rides"}, {"Records", many}}) ==
          "ValidationException");
}

TEST_CASE("kinesis PutRecords: results have the request's order") {
    KinesisClient client;
    client.create("Rides", 4);
    Json records = Json::array();
    for (int count = 0; count < 100; ++count) {
        records.push_back(entry("key" + std::to_string(count), std::to_string(count)));
    }
    const Json answer = client.call("PutRecords", {{"StreamName", "Rides"}, {"Records", records}});
    CHECK(answer["FailedRecordCount"] == 0);
    std::set<std::string> shards;
    for (std::size_t index = 0; index < records.size(); ++index) {
        const Json& result = answer["Records"][index];
        shards.insert(result["ShardId"]);
        const Json read =
            client.get(client.iterator("Rides",
                                       result["ShardId"],
                                       "AT_SEQUENCE_NUMBER",
                                       {{"StartingSequenceNumber", result["SequenceNumber"]}}),
                       {{"Limit", 1}});
        REQUIRE(read["Records"][0]["PartitionKey"] == records[index]["PartitionKey"]);
        client.run_for(1s);
    }
    CHECK(shards.size() == 4);
    CHECK(client.traced("kinesis.records.put") == 1);
}

TEST_CASE("kinesis PutRecord: a stream that is not there or not ready takes nothing") {
    KinesisClient client;
    Json record = entry("k", "x");
    record["StreamName"] = "Rides";
    const std::string missing =
        "ResourceNotFoundException: Stream Rides under account 000000000000 not found.";
    CHECK(client.error("PutRecord", record) == missing);
    client.call("CreateStream", {{"StreamName", "Rides"}, {"ShardCount", 1}});
    CHECK(client.error("PutRecord", record) == missing);
    client.run_for(10s);
    client.call("PutRecord", record);
    record.erase("StreamName");
    CHECK(client.code("PutRecord", record) == "InvalidArgumentException");
    record["StreamARN"] = "arn:aws:kinesis:us-east-1:000000000000:stream/Rides";
    client.call("PutRecord", record);
    record["StreamARN"] = "arn:aws:kinesis:us-east-1:111111111111:stream/Rides";
    CHECK(client.code("PutRecord", record) == "ResourceNotFoundException");
}
