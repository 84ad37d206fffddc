// How streams on demand get more shards.
#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr std::size_t kib = 1024;

class OnDemandClient : public KinesisClient {
public:
    OnDemandClient() {
        call("CreateStream",
             {{"StreamName", "Rides"}, {"StreamModeDetails", {{"StreamMode", "ON_DEMAND"}}}});
        run_for(10s);
        run_to(std::chrono::minutes(1));
    }

    /// One record a second into the shard of `hash`.
    void put_for(int seconds, std::size_t bytes, const std::string& hash) {
        const std::string data = aws::base64(std::string(bytes, 'x'));
        for (int second = 0; second < seconds; ++second) {
            call("PutRecord",
                 {{"StreamName", "Rides"},
                  {"PartitionKey", "k"},
                  {"ExplicitHashKey", hash},
                  {"Data", data}});
            run_for(1s);
        }
    }
    int open_shards() { return summary("Rides")["OpenShardCount"]; }
};

const std::string lowest = "0";
const std::string highest = "340282366920938463463374607431768211455";

}  // namespace

TEST_CASE("kinesis on demand: a shard that takes more than half is split 15 minutes later") {
    OnDemandClient client;
    client.put_for(60, 600 * kib, lowest);
    // With their keys 50 records are more than 60 times 500 KiB.
    client.run_to(std::chrono::minutes(16) + 48s);
    CHECK(client.open_shards() == 4);
    client.run_to(std::chrono::minutes(16) + 49s);
    CHECK(client.open_shards() == 5);
    CHECK(client.summary("Rides")["StreamStatus"] == "ACTIVE");
    const Json shards = client.shards("Rides");
    const Json& parent = shards[0];
    CHECK(parent["SequenceNumberRange"].contains("EndingSequenceNumber"));
    CHECK(shards[4]["ParentShardId"] == parent["ShardId"]);
    CHECK(shards[5]["ParentShardId"] == parent["ShardId"]);
    CHECK(shards[4]["HashKeyRange"]["EndingHashKey"] == "42535295865117307932921825928971026431");
    CHECK(shards[5]["HashKeyRange"]["StartingHashKey"] == "42535295865117307932921825928971026432");
    CHECK(shards[5]["HashKeyRange"]["EndingHashKey"] == parent["HashKeyRange"]["EndingHashKey"]);
}

TEST_CASE("kinesis on demand: more than 500 records a second are as much as 500 KB") {
    OnDemandClient client;
    Json records = Json::array();
    for (int count = 0; count < 500; ++count) {
        records.push_back({{"PartitionKey", "k"}, {"ExplicitHashKey", highest}, {"Data", ""}});
    }
    for (int count = 0; count < 61; ++count) {
        client.call("PutRecords", {{"StreamName", "Rides"}, {"Records", records}});
        client.run_for(900ms);
    }
    client.run_for(std::chrono::minutes(15));
    CHECK(client.open_shards() == 5);
    CHECK(client.shards("Rides")[4]["ParentShardId"] == "shardId-000000000003");
}

TEST_CASE("kinesis on demand: what shards can take twice over splits none") {
    OnDemandClient client;
    client.put_for(180, 490 * kib, lowest);
    client.run_for(std::chrono::hours(1));
    CHECK(client.open_shards() == 4);
}

TEST_CASE("kinesis on demand: traffic that lasts splits again and again") {
    OnDemandClient client;
    client.put_for(40 * 60, 600 * kib, lowest);
    // After some 16 minutes, and its lower child as much later.
    CHECK(client.open_shards() == 6);
}

TEST_CASE("kinesis on demand: a stream that is provisioned meanwhile, or deleted, is left alone") {
    OnDemandClient client;
    client.put_for(60, 600 * kib, lowest);
    SECTION("provisioned") {
        const std::string arn = client.summary("Rides")["StreamARN"];
        client.call("UpdateStreamMode",
                    {{"StreamARN", arn}, {"StreamModeDetails", {{"StreamMode", "PROVISIONED"}}}});
        client.run_for(std::chrono::hours(1));
        CHECK(client.open_shards() == 4);
        client.put_for(60, 600 * kib, lowest);
        client.run_for(std::chrono::hours(1));
        CHECK(client.open_shards() == 4);
    }
    SECTION("deleted") {
        client.call("DeleteStream", {{"StreamName", "Rides"}});
        client.run_for(std::chrono::hours(1));
        CHECK(client.traced("kinesis.shard.split") == 0);
    }
}
