// The faults of Kinesis: each strikes by rule, and can be told from what is right.
#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

FaultRule rule(const char* point, std::vector<std::uint64_t> occurrences) {
    FaultRule made;
    made.point = point;
    made.where = {{"stream", "Rides"}};
    made.occurrences = std::move(occurrences);
    return made;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("kinesis faults: kinesis.put.throttled refuses records, also some of a batch") {
    KinesisClient client;
    client.create("Rides", 1);
    client.world().faults.add(rule("kinesis.put.throttled", {1, 3}));
    const Json entry{{"PartitionKey", "k"}, {"Data", ""}};
    Json single = entry;
    single["StreamName"] = "Rides";
    CHECK(client.code("PutRecord", single) == "ProvisionedThroughputExceededException");
    const Json answer = client.call(
        "PutRecords", {{"StreamName", "Rides"}, {"Records", Json::array({entry, entry, entry})}});
    CHECK(answer["FailedRecordCount"] == 1);
    CHECK(answer["Records"][1]["ErrorCode"] == "ProvisionedThroughputExceededException");
    CHECK(client.data("Rides", first_shard).size() == 2);
    CHECK(client.traced("fault.fired") == 2);
}

TEST_CASE("kinesis faults: kinesis.get_records.throttled refuses a read") {
    KinesisClient client;
    client.create("Rides", 1);
    client.world().faults.add(rule("kinesis.get_records.throttled", {2}));
    const std::string iterator = client.iterator("Rides", first_shard);
    client.get(iterator);
    CHECK(client.code("GetRecords", {{"ShardIterator", iterator}}) ==
          "ProvisionedThroughputExceededException");
    client.get(iterator);
}

TEST_CASE("kinesis faults: kinesis.iterator.expired makes an iterator count as old") {
    KinesisClient client;
    client.create("Rides", 1);
    client.world().faults.add(rule("kinesis.iterator.expired", {1}));
    const std::string iterator = client.iterator("Rides", first_shard);
    CHECK(client.code("GetRecords", {{"ShardIterator", iterator}}) == "ExpiredIteratorException");
    client.get(iterator);
}

TEST_CASE("kinesis faults: kinesis.records.duplicate reads the same records again") {
    KinesisClient client;
    client.create("Rides", 1);
    client.put("Rides", "k", "1");
    client.put("Rides", "k", "2");
    client.world().faults.add(rule("kinesis.records.duplicate", {1}));
    const Json first = client.get(client.iterator("Rides", first_shard), {{"Limit", 1}});
    const Json again = client.get(first["NextShardIterator"], {{"Limit", 1}});
    const Json next = client.get(again["NextShardIterator"]);
    CHECK(client.data_in(first) == Texts{"1"});
    CHECK(client.data_in(again) == Texts{"1"});
    CHECK(client.data_in(next) == Texts{"2"});
}
