#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr const char* half = "170141183460469231731687303715884105728";

void split(KinesisClient& client, const char* shard = first_shard, const char* key = half) {
    client.call("SplitShard",
                {{"StreamName", "Rides"}, {"ShardToSplit", shard}, {"NewStartingHashKey", key}});
    client.run_for(10s);
}

std::vector<std::string> ids(const Json& shards) {
    std::vector<std::string> all;
    for (const Json& shard : shards) {
        all.push_back(shard["ShardId"].get<std::string>().substr(18));
    }
    return all;
}

std::vector<std::string> filtered(KinesisClient& client, const Json& filter) {
    return ids(
        client.call("ListShards", {{"StreamName", "Rides"}, {"ShardFilter", filter}})["Shards"]);
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("kinesis SplitShard: the parent goes on until the stream is ACTIVE again") {
    KinesisClient client;
    client.create("Rides", 1);
    const Json call{
        {"StreamName", "Rides"}, {"ShardToSplit", first_shard}, {"NewStartingHashKey", half}};
    CHECK(client.call("SplitShard", call) == Json::object());
    CHECK(client.summary("Rides")["StreamStatus"] == "UPDATING");
    CHECK(client.error("SplitShard", call) ==
          "ResourceInUseException: Stream Rides under account 000000000000 not ACTIVE, instead in "
          "state UPDATING");
    CHECK(client.put("Rides", "a", "before")["ShardId"] == first_shard);
    client.run_for(10s);
    CHECK(client.summary("Rides")["StreamStatus"] == "ACTIVE");
    CHECK(client.summary("Rides")["OpenShardCount"] == 2);
    CHECK(client.put("Rides", "a", "after")["ShardId"] == second_shard);
    CHECK(client.put("Rides", "b", "after")["ShardId"] == "shardId-000000000002");
    const Json shards = client.shards("Rides");
    REQUIRE(shards.size() == 3);
    CHECK(shards[0]["SequenceNumberRange"].contains("EndingSequenceNumber"));
    CHECK(shards[1]["ParentShardId"] == first_shard);
    CHECK(shards[1]["HashKeyRange"]["StartingHashKey"] == "0");
    CHECK(shards[1]["HashKeyRange"]["EndingHashKey"] == "170141183460469231731687303715884105727");
    CHECK(shards[2]["HashKeyRange"]["StartingHashKey"] == half);
    CHECK_FALSE(shards[2].contains("AdjacentParentShardId"));
    CHECK(client.traced("kinesis.shard.split") == 1);
}

TEST_CASE("kinesis GetRecords: a closed shard is read to its end, which names its children") {
    KinesisClient client;
    client.create("Rides", 1);
    client.put("Rides", "a", "1");
    client.put("Rides", "b", "2");
    const std::string waiting = client.iterator("Rides", first_shard, "LATEST");
    split(client);
    const Json first = client.get(client.iterator("Rides", first_shard), {{"Limit", 1}});
    CHECK(first.contains("NextShardIterator"));
    CHECK_FALSE(first.contains("ChildShards"));
    const Json last = client.get(first["NextShardIterator"]);
    CHECK(client.data_in(last) == Texts{"2"});
    CHECK_FALSE(last.contains("NextShardIterator"));
    REQUIRE(last["ChildShards"].size() == 2);
    CHECK(last["ChildShards"][0]["ShardId"] == second_shard);
    CHECK(last["ChildShards"][0]["ParentShards"] == Json::array({first_shard}));
    CHECK(last["ChildShards"][1]["HashKeyRange"]["StartingHashKey"] == half);
    const Json ended = client.get(waiting);
    CHECK(ended["Records"].empty());
    CHECK(ended["ChildShards"].size() == 2);
    // The shard's last sequence number is a place as well.
    const std::string end =
        client.shards("Rides")[0]["SequenceNumberRange"]["EndingSequenceNumber"];
    CHECK(client
              .get(client.iterator("Rides",
                                   first_shard,
                                   "AFTER_SEQUENCE_NUMBER",
                                   {{"StartingSequenceNumber", end}}))["Records"]
              .empty());
}

TEST_CASE("kinesis SplitShard: what cannot be split") {
    KinesisClient client;
    client.create("Rides", 1);
    const auto error = [&](const char* shard, const char* key) {
        return client.error(
            "SplitShard",
            {{"StreamName", "Rides"}, {"ShardToSplit", shard}, {"NewStartingHashKey", key}});
    };
    CHECK(error(second_shard, half) ==
          "ResourceNotFoundException: Could not find shard shardId-000000000001 in stream Rides "
          "under account 000000000000.");
    for (const char* key : {"0", "1", "340282366920938463463374607431768211455"}) {
        CHECK(error(first_shard, key) ==
              "InvalidArgumentException: NewStartingHashKey " + std::string(key) +
                  " used in SplitShard() on shard shardId-000000000000 in stream Rides under "
                  "account 000000000000 is not both greater than one plus the shard's "
                  "StartingHashKey 0 and less than the shard's EndingHashKey "
                  "340282366920938463463374607431768211455.");
    }
    split(client, first_shard, "2");
    CHECK(error(first_shard, half).starts_with("InvalidArgumentException: Shard "));
    client.call("CreateStream", {{"StreamName", "OnDemand"}});
    client.run_for(10s);
    CHECK(client.code("SplitShard",
                      {{"StreamName", "OnDemand"},
                       {"ShardToSplit", first_shard},
                       {"NewStartingHashKey", "5"}}) == "ValidationException");
}

TEST_CASE("kinesis MergeShards: neighbours become one shard") {
    KinesisClient client;
    client.create("Rides", 3);
    const auto merge = [&](const char* one, const char* other) {
        return client.error(
            "MergeShards",
            {{"StreamName", "Rides"}, {"ShardToMerge", one}, {"AdjacentShardToMerge", other}});
    };
    CHECK(merge(first_shard, "shardId-000000000002") ==
          "InvalidArgumentException: Shards shardId-000000000000 and shardId-000000000002 in "
          "stream Rides under account 000000000000 are not an adjacent pair of shards eligible "
          "for merging");
    CHECK(merge(first_shard, "shardId-000000000007").starts_with("ResourceNotFoundException"));
    CHECK(merge(second_shard, first_shard).empty());
    client.run_for(10s);
    const Json child = client.shards("Rides")[3];
    CHECK(child["ShardId"] == "shardId-000000000003");
    CHECK(child["ParentShardId"] == second_shard);
    CHECK(child["AdjacentParentShardId"] == first_shard);
    CHECK(child["HashKeyRange"]["StartingHashKey"] == "0");
    CHECK(child["HashKeyRange"]["EndingHashKey"] == "226854911280625642308916404954512140969");
    const Json end = client.get(client.iterator("Rides", first_shard));
    CHECK(end["ChildShards"][0]["ParentShards"] == Json::array({second_shard, first_shard}));
    CHECK(client.traced("kinesis.shards.merged") == 1);
}

TEST_CASE("kinesis UpdateShardCount: the shards are even afterwards") {
    KinesisClient client;
    client.create("Rides", 4);
    const auto update = [&](int count) {
        const std::string error = client.error("UpdateShardCount",
                                               {{"StreamName", "Rides"},
                                                {"TargetShardCount", count},
                                                {"ScalingType", "UNIFORM_SCALING"}});
        client.run_for(10s);
        return error.substr(0, error.find(':'));
    };
    for (const int count : {6, 3, 5, 10}) {
        CHECK(update(count).empty());
        Json open = client.call(
            "ListShards",
            {{"StreamName", "Rides"}, {"ShardFilter", {{"Type", "AT_LATEST"}}}})["Shards"];
        REQUIRE(open.size() == static_cast<std::size_t>(count));
        std::vector<std::string> starts;
        for (const Json& shard : open) {
            starts.push_back(shard["HashKeyRange"]["StartingHashKey"]);
        }
        for (int index = 0; index < count; ++index) {
            const auto range = kinesis::uniform_range(static_cast<std::size_t>(index),
                                                      static_cast<std::size_t>(count));
            CHECK(std::count(starts.begin(), starts.end(), kinesis::hash_key_text(range.first)) ==
                  1);
        }
    }
    CHECK(update(21) == "InvalidArgumentException");
    CHECK(update(4) == "InvalidArgumentException");
    for (int times = 0; times < 6; ++times) {
        CHECK(update(10).empty());
    }
    CHECK(update(10) == "LimitExceededException");
    client.run_for(24h);
    CHECK(update(11).empty());
}

TEST_CASE("kinesis ListShards: filters by what was open when") {
    KinesisClient client;
    client.create("Rides", 1);  // until 10 s
    client.run_for(1h);
    split(client);
    const std::int64_t start = epoch_seconds(default_start);
    CHECK(filtered(client, {{"Type", "AT_LATEST"}}) == Texts{"01", "02"});
    CHECK(filtered(client, {{"Type", "AT_TRIM_HORIZON"}}) == Texts{"00"});
    CHECK(filtered(client, {{"Type", "FROM_TRIM_HORIZON"}}) == Texts{"00", "01", "02"});
    CHECK(filtered(client, {{"Type", "AFTER_SHARD_ID"}, {"ShardId", second_shard}}) == Texts{"02"});
    CHECK(filtered(client, {{"Type", "AT_TIMESTAMP"}, {"Timestamp", start + 60}}) == Texts{"00"});
    CHECK(filtered(client, {{"Type", "AT_TIMESTAMP"}, {"Timestamp", start + 3660}}) ==
          Texts{"01", "02"});
    CHECK(filtered(client, {{"Type", "FROM_TIMESTAMP"}, {"Timestamp", start + 60}}).size() == 3);
    CHECK(client.code("ListShards",
                      {{"StreamName", "Rides"}, {"ShardFilter", {{"Type", "AT_TIMESTAMP"}}}}) ==
          "InvalidArgumentException");
    client.run_for(24h + 1s);
    CHECK(ids(client.shards("Rides")) == Texts{"01", "02"});  // the parent has expired
}

TEST_CASE("kinesis ListShards: tokens stand for the stream and the place") {
    KinesisClient client;
    client.create("Rides", 3);
    const Json first = client.call("ListShards", {{"StreamName", "Rides"}, {"MaxResults", 2}});
    CHECK(ids(first["Shards"]) == Texts{"00", "01"});
    const std::string token = first["NextToken"];
    CHECK(client.code("ListShards", {{"StreamName", "Rides"}, {"NextToken", token}}) ==
          "InvalidArgumentException");
    const Json rest = client.call("ListShards", {{"NextToken", token}});
    CHECK(ids(rest["Shards"]) == Texts{"02"});
    CHECK_FALSE(rest.contains("NextToken"));
    client.run_for(301s);
    CHECK(client.code("ListShards", {{"NextToken", token}}) == "ExpiredNextTokenException");
    CHECK(ids(client.call(
              "ListShards",
              {{"StreamName", "Rides"}, {"ExclusiveStartShardId", first_shard}})["Shards"]) ==
          Texts{"01", "02"});
}
