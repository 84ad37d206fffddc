#include "engine/error.h"
#include "tests/services/kinesis/client.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {
using Texts = std::vector<std::string>;
}

TEST_CASE("kinesis saving: streams, shards and records are there again") {
    const TemporaryFolder folder;
    KinesisClient client(folder.path() / "state");
    client.create("Rides", 2);
    client.put("Rides", "a", "1");
    const std::string number = client.put("Rides", "b", "2")["SequenceNumber"];
    client.call("AddTagsToStream", {{"StreamName", "Rides"}, {"Tags", {{"t", "v"}}}});
    client.call("RegisterStreamConsumer",
                {{"StreamARN", client.summary("Rides")["StreamARN"]}, {"ConsumerName", "C"}});
    client.run_for(5s);
    client.call(
        "SplitShard",
        {{"StreamName", "Rides"}, {"ShardToSplit", first_shard}, {"NewStartingHashKey", "5"}});
    client.run_for(10s);
    const Json summary = client.summary("Rides");
    const Json shards = client.shards("Rides");
    const std::string iterator = client.iterator("Rides", first_shard);

    client.restart();
    CHECK(client.summary("Rides") == summary);
    CHECK(client.shards("Rides") == shards);
    CHECK(client.data_in(client.get(iterator)) == Texts{"1"});
    CHECK(client.data("Rides", second_shard) == Texts{"2"});
    CHECK(client.call("ListTagsForStream", {{"StreamName", "Rides"}})["Tags"].size() == 1);
    // Numbers go on where they stood, and the closed shard's children are known.
    CHECK(client.put("Rides", "b", "3")["SequenceNumber"].get<std::string>() > number);
    CHECK(client.put("Rides", "a", "4")["ShardId"] == "shardId-000000000003");
    CHECK(client.get(client.iterator("Rides", first_shard))["ChildShards"].size() == 2);

    client.restart();
    CHECK(client.data("Rides", second_shard) == Texts{"2", "3"});
}

TEST_CASE(
    "kinesis saving: what retention has taken stays away, and its numbers are not given again") {
    const TemporaryFolder folder;
    KinesisClient client(folder.path() / "state");
    client.create("Rides", 1);
    client.put("Rides", "k", "1");
    client.run_for(12h);
    const std::string number = client.put("Rides", "k", "2")["SequenceNumber"];
    client.run_for(13h);
    CHECK(client.data("Rides", first_shard) == Texts{"2"});
    client.restart();
    CHECK(client.data("Rides", first_shard) == Texts{"2"});
    client.run_for(12h);
    CHECK(client.data("Rides", first_shard).empty());
    client.restart();
    CHECK(client.data("Rides", first_shard).empty());
    CHECK(client.put("Rides", "k", "3")["SequenceNumber"].get<std::string>() > number);
    client.restart();
    CHECK(client.data("Rides", first_shard) == Texts{"3"});
}

TEST_CASE("kinesis saving: a deleted stream leaves nothing to one of its name") {
    const TemporaryFolder folder;
    KinesisClient client(folder.path() / "state");
    client.create("Rides", 1);
    client.put("Rides", "k", "1");
    client.call("DeleteStream", {{"StreamName", "Rides"}});
    client.restart();  // while it is DELETING
    CHECK(client.call("ListStreams", Json::object())["StreamNames"].empty());
    client.create("Rides", 1);
    CHECK(client.data("Rides", first_shard).empty());
    client.restart();
    CHECK(client.data("Rides", first_shard).empty());
    CHECK(client.summary("Rides")["StreamStatus"] == "ACTIVE");
}

TEST_CASE("kinesis saving: shards that have expired leave no records") {
    const TemporaryFolder folder;
    KinesisClient client(folder.path() / "state");
    client.create("Rides", 1);
    client.put("Rides", "k", "1");
    client.call(
        "SplitShard",
        {{"StreamName", "Rides"}, {"ShardToSplit", first_shard}, {"NewStartingHashKey", "5"}});
    client.run_for(25h);
    CHECK(client.shards("Rides").size() == 2);
    client.restart();
    CHECK(client.shards("Rides").size() == 2);
    const Json next = client.put("Rides", "k", "2");
    CHECK(next["ShardId"] == "shardId-000000000002");
}

TEST_CASE("kinesis saving: the account's settings are kept") {
    const TemporaryFolder folder;
    KinesisClient client(folder.path() / "state");
    client.call("UpdateAccountSettings",
                {{"MinimumThroughputBillingCommitment", {{"Status", "ENABLED"}}}});
    client.restart();
    CHECK(client.call("DescribeAccountSettings",
                      Json::object())["MinimumThroughputBillingCommitment"]["Status"] == "ENABLED");
}
