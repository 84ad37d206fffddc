#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

using Texts = std::vector<std::string>;

/// Records "1" to "5", a second apart; gives their sequence numbers.
Texts put_five(KinesisClient& client) {
    client.create("Rides", 1);
    Texts numbers;
    for (int count = 1; count <= 5; ++count) {
        numbers.push_back(client.put("Rides", "k", std::to_string(count))["SequenceNumber"]);
        client.run_for(1s);
    }
    return numbers;
}

Texts read(KinesisClient& client, const std::string& type, const Json& more = Json::object()) {
    const Texts data =
        client.data_in(client.get(client.iterator("Rides", first_shard, type, more)));
    client.run_for(1s);
    return data;
}

}  // namespace

TEST_CASE("kinesis GetShardIterator: every type begins at its place") {
    KinesisClient client;
    const Texts numbers = put_five(client);
    CHECK(read(client, "TRIM_HORIZON") == Texts{"1", "2", "3", "4", "5"});
    CHECK(read(client, "LATEST").empty());
    CHECK(read(client, "AT_SEQUENCE_NUMBER", {{"StartingSequenceNumber", numbers[2]}}) ==
          Texts{"3", "4", "5"});
    CHECK(read(client, "AFTER_SEQUENCE_NUMBER", {{"StartingSequenceNumber", numbers[2]}}) ==
          Texts{"4", "5"});
    CHECK(read(client, "AFTER_SEQUENCE_NUMBER", {{"StartingSequenceNumber", numbers[4]}}).empty());
    const std::int64_t created = epoch_seconds(default_start) + 10;
    CHECK(read(client, "AT_TIMESTAMP", {{"Timestamp", created + 3}}) == Texts{"4", "5"});
    CHECK(read(client, "AT_TIMESTAMP", {{"Timestamp", static_cast<double>(created) + 2.001}}) ==
          Texts{"4", "5"});
    CHECK(read(client, "AT_TIMESTAMP", {{"Timestamp", 1}}).size() == 5);
    const std::string beginning =
        client.shards("Rides")[0]["SequenceNumberRange"]["StartingSequenceNumber"];
    CHECK(read(client, "AT_SEQUENCE_NUMBER", {{"StartingSequenceNumber", beginning}}).size() == 5);
}

TEST_CASE("kinesis GetShardIterator: what does not go together is refused") {
    KinesisClient client;
    const Texts numbers = put_five(client);
    const auto error = [&](const std::string& type, const Json& more) {
        Json parameters = more;
        parameters["StreamName"] = "Rides";
        parameters["ShardIteratorType"] = type;
        if (!parameters.contains("ShardId")) {
            parameters["ShardId"] = first_shard;
        }
        return client.error("GetShardIterator", parameters);
    };
    CHECK(error("LATEST", {{"StartingSequenceNumber", numbers[0]}}) ==
          "InvalidArgumentException: Must either specify (1) AT_SEQUENCE_NUMBER or "
          "AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no "
          "StartingSequenceNumber. Request specified LATEST and also a StartingSequenceNumber.");
    CHECK(error("AT_SEQUENCE_NUMBER", Json::object()).find("AT_SEQUENCE_NUMBER and no Starting") !=
          std::string::npos);
    CHECK(error("AT_TIMESTAMP", Json::object()) ==
          "InvalidArgumentException: Must specify timestampInMillis parameter for iterator of "
          "type AT_TIMESTAMP. Current request has no timestamp parameter.");
    CHECK(error("AT_TIMESTAMP", {{"Timestamp", 1'999'999'999}})
              .starts_with("InvalidArgumentException: The timestampInMillis parameter cannot be "
                           "greater than the currentTimestampInMillis. timestampInMillis: "
                           "1999999999000"));
    CHECK(error("LATEST", {{"ShardId", second_shard}}) ==
          "ResourceNotFoundException: Shard shardId-000000000001 in stream Rides under account "
          "000000000000 does not exist");
    CHECK(error("AT_SEQUENCE_NUMBER", {{"StartingSequenceNumber", "12"}})
              .find("is invalid because it did not come from this stream.") != std::string::npos);
}

TEST_CASE("kinesis GetShardIterator: a sequence number belongs to its shard") {
    KinesisClient client;
    client.create("Rides", 2);
    const std::string number = client.put("Rides", "b", "x")["SequenceNumber"];
    CHECK(client.error("GetShardIterator",
                       {{"StreamName", "Rides"},
                        {"ShardId", first_shard},
                        {"ShardIteratorType", "AT_SEQUENCE_NUMBER"},
                        {"StartingSequenceNumber", number}}) ==
          "InvalidArgumentException: Invalid StartingSequenceNumber. It encodes "
          "shardId-000000000001, while it was used in a call to a shard with "
          "shardId-000000000000");
}

TEST_CASE("kinesis GetShardIterator: five in a second for a shard") {
    KinesisClient client;
    client.create("Rides", 1);
    for (int count = 0; count < 5; ++count) {
        client.iterator("Rides", first_shard);
    }
    const Json call{
        {"StreamName", "Rides"}, {"ShardId", first_shard}, {"ShardIteratorType", "LATEST"}};
    CHECK(client.code("GetShardIterator", call) == "ProvisionedThroughputExceededException");
    client.run_for(200ms);
    CHECK(client.code("GetShardIterator", call).empty());
}

TEST_CASE("kinesis GetRecords: reads on from page to page, and says how far behind it is") {
    KinesisClient client;
    put_five(client);
    const Json first = client.get(client.iterator("Rides", first_shard), {{"Limit", 2}});
    CHECK(client.data_in(first) == Texts{"1", "2"});
    CHECK(first["MillisBehindLatest"] == 3000);  // the age of the next record
    const Json record = first["Records"][1];
    CHECK(record["PartitionKey"] == "k");
    CHECK(record["ApproximateArrivalTimestamp"] == epoch_seconds(default_start) + 11);
    CHECK_FALSE(record.contains("EncryptionType"));
    const Json rest = client.get(first["NextShardIterator"]);
    CHECK(client.data_in(rest) == Texts{"3", "4", "5"});
    CHECK(rest["MillisBehindLatest"] == 0);
    const Json nothing = client.get(rest["NextShardIterator"]);
    CHECK(nothing["Records"].empty());
    client.put("Rides", "k", "6");
    CHECK(client.data_in(client.get(nothing["NextShardIterator"])) == Texts{"6"});
    // An iterator may be used again.
    CHECK(client.data_in(client.get(first["NextShardIterator"])).size() == 4);
}

TEST_CASE("kinesis GetRecords: an iterator lives for five minutes") {
    KinesisClient client;
    put_five(client);  // 15 seconds
    const std::string iterator = client.iterator("Rides", first_shard);
    client.run_for(300s);
    CHECK(client.get(iterator)["Records"].size() == 5);
    client.run_for(1ms);
    CHECK(client.error("GetRecords", {{"ShardIterator", iterator}}) ==
          "ExpiredIteratorException: Iterator expired. The iterator was created at time Thu Jan 01 "
          "00:00:15 UTC 2026 while right now it is Thu Jan 01 00:05:15 UTC 2026 which is further "
          "in the future than the tolerated delay of 300000 milliseconds.");
    CHECK(client.traced("kinesis.iterator.expired") == 1);
}

TEST_CASE("kinesis GetRecords: other text is no iterator") {
    KinesisClient client;
    put_five(client);
    CHECK(client.error("GetRecords", {{"ShardIterator", "AAAA"}}) ==
          "InvalidArgumentException: Invalid ShardIterator.");
    const std::string iterator = client.iterator("Rides", first_shard);
    client.call("DeleteStream", {{"StreamName", "Rides"}});
    client.run_for(10s);
    CHECK(client.code("GetRecords", {{"ShardIterator", iterator}}) == "ResourceNotFoundException");
    client.create("Rides", 1);  // another stream
    CHECK(client.code("GetRecords", {{"ShardIterator", iterator}}) == "ResourceNotFoundException");
}

TEST_CASE("kinesis GetRecords: five calls in a second for a shard") {
    KinesisClient client;
    put_five(client);
    const std::string iterator = client.iterator("Rides", first_shard);
    for (int count = 0; count < 5; ++count) {
        client.get(iterator);
    }
    CHECK(client.error("GetRecords", {{"ShardIterator", iterator}}) ==
          "ProvisionedThroughputExceededException: Rate exceeded for shard "
          "shardId-000000000000 in stream Rides under account 000000000000.");
    client.run_for(200ms);
    client.get(iterator);
}

TEST_CASE("kinesis GetRecords: ten MiB at once, and then nothing for five seconds") {
    KinesisClient client;
    client.create("Rides", 1);
    for (int count = 0; count < 12; ++count) {
        client.put("Rides", "k", std::string(1'048'575, 'x'));  // a MiB with its key
        client.run_for(1s);
    }
    const std::string iterator = client.iterator("Rides", first_shard);
    CHECK(client.get(iterator)["Records"].size() == 10);
    client.run_for(4999ms);
    CHECK(client.code("GetRecords", {{"ShardIterator", iterator}}) ==
          "ProvisionedThroughputExceededException");
    client.run_for(1ms);
    CHECK(client.get(iterator, {{"Limit", 1}})["Records"].size() == 1);
    // A second's worth is two MiB.
    CHECK(client.get(iterator, {{"Limit", 1}})["Records"].size() == 1);
    CHECK(client.code("GetRecords", {{"ShardIterator", iterator}}) ==
          "ProvisionedThroughputExceededException");
    client.run_for(1s);
    client.get(iterator, {{"Limit", 1}});
}

TEST_CASE("kinesis GetRecords: retention takes the oldest records away") {
    KinesisClient client;
    put_five(client);  // at 10 s, 11 s and so on
    client.run_to(24h + 12s);
    CHECK(read(client, "TRIM_HORIZON") == Texts{"3", "4", "5"});
    client.run_to(24h + 20s);
    CHECK(read(client, "TRIM_HORIZON").empty());
    client.put("Rides", "k", "6");
    CHECK(read(client, "TRIM_HORIZON") == Texts{"6"});
}
