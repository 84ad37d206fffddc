#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

#include <memory>

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr const char* rides_arn = "arn:aws:kinesis:us-east-1:000000000000:stream/Rides";

std::string add_consumer(KinesisClient& client, const std::string& name) {
    const Json answer =
        client.call("RegisterStreamConsumer", {{"StreamARN", rides_arn}, {"ConsumerName", name}});
    client.run_for(5s);
    return answer["Consumer"]["ConsumerARN"];
}

/// A subscription as a remote client has it: what came, and how it ended.
struct Subscriber {
    std::vector<Json> events;
    std::string error;  // of the call
    bool ended = false;
    std::shared_ptr<bool> gone = std::make_shared<bool>(false);

    void subscribe(KinesisClient& client, const std::string& consumer, const Json& position) {
        aws::Caller caller;
        caller.request_id = "a-request";
        caller.gone = gone;
        client.api().call(
            "kinesis",
            "SubscribeToShard",
            {{"ConsumerARN", consumer}, {"ShardId", first_shard}, {"StartingPosition", position}},
            [this](const aws::ApiResult& result) {
                if (!result.ok()) {
                    error = result.error().code();
                    return;
                }
                result.events()->pipe->read(
                    [this](Json event) { events.push_back(std::move(event)); },
                    [this](PipeEnd) { ended = true; });
            },
            caller);
    }
    /// The data of all records so far.
    std::vector<std::string> data() const {
        std::vector<std::string> all;
        for (const Json& event : events) {
            if (event.contains("SubscribeToShardEvent")) {
                for (const std::string& text :
                     KinesisClient::data_in(event["SubscribeToShardEvent"])) {
                    all.push_back(text);
                }
            }
        }
        return all;
    }
};

using Texts = std::vector<std::string>;
const Json latest{{"Type", "LATEST"}};
const Json oldest{{"Type", "TRIM_HORIZON"}};

}  // namespace

TEST_CASE("kinesis RegisterStreamConsumer: a consumer is CREATING for a while and then ACTIVE") {
    KinesisClient client;
    client.create("Rides", 1);
    const Json consumer = client.call(
        "RegisterStreamConsumer", {{"StreamARN", rides_arn}, {"ConsumerName", "C"}})["Consumer"];
    CHECK(consumer["ConsumerStatus"] == "CREATING");
    const std::int64_t created = epoch_seconds(default_start) + 10;
    CHECK(consumer["ConsumerARN"] ==
          std::string(rides_arn) + "/consumer/C:" + std::to_string(created));
    CHECK(consumer["ConsumerCreationTimestamp"] == created);
    client.run_for(5s);
    const Json described =
        client.call("DescribeStreamConsumer",
                    {{"StreamARN", rides_arn}, {"ConsumerName", "C"}})["ConsumerDescription"];
    CHECK(described["ConsumerStatus"] == "ACTIVE");
    CHECK(described["StreamARN"] == rides_arn);
    CHECK(client.summary("Rides")["ConsumerCount"] == 1);
    CHECK(
        client.code("RegisterStreamConsumer", {{"StreamARN", rides_arn}, {"ConsumerName", "C"}}) ==
        "ResourceInUseException");
    CHECK(client.code("DescribeStreamConsumer",
                      {{"ConsumerARN", described["ConsumerARN"].get<std::string>() + "1"}}) ==
          "ResourceNotFoundException");
    CHECK(client.code("DescribeStreamConsumer", {{"ConsumerName", "C"}}) ==
          "InvalidArgumentException");
}

TEST_CASE("kinesis RegisterStreamConsumer: five at a time, and twenty of a stream") {
    KinesisClient client;
    client.create("Rides", 1);
    const auto add = [&](int number) {
        return client.code(
            "RegisterStreamConsumer",
            {{"StreamARN", rides_arn}, {"ConsumerName", "C" + std::to_string(number)}});
    };
    for (int number = 0; number < 20; ++number) {
        CHECK(add(number).empty());
        if (number % 5 == 4) {
            CHECK(add(100) == "LimitExceededException");
            client.run_for(5s);
        }
    }
    CHECK(add(100) == "LimitExceededException");
}

TEST_CASE("kinesis ListStreamConsumers, DeregisterStreamConsumer: pages, and one that goes") {
    KinesisClient client;
    client.create("Rides", 1);
    for (const char* name : {"A", "B", "C"}) {
        add_consumer(client, name);
    }
    const Json first =
        client.call("ListStreamConsumers", {{"StreamARN", rides_arn}, {"MaxResults", 2}});
    CHECK(first["Consumers"].size() == 2);
    const Json rest = client.call("ListStreamConsumers",
                                  {{"StreamARN", rides_arn}, {"NextToken", first["NextToken"]}});
    CHECK(rest["Consumers"][0]["ConsumerName"] == "C");
    CHECK_FALSE(rest.contains("NextToken"));
    const Json named{{"StreamARN", rides_arn}, {"ConsumerName", "B"}};
    client.call("DeregisterStreamConsumer", named);
    CHECK(client.call("DescribeStreamConsumer", named)["ConsumerDescription"]["ConsumerStatus"] ==
          "DELETING");
    CHECK(client.code("DeregisterStreamConsumer", named) == "ResourceInUseException");
    client.run_for(5s);
    CHECK(client.code("DescribeStreamConsumer", named) == "ResourceNotFoundException");
}

TEST_CASE("kinesis SubscribeToShard: records are pushed as they come") {
    KinesisClient client;
    client.create("Rides", 1);
    const std::string consumer = add_consumer(client, "C");
    const std::string first = client.put("Rides", "k", "1")["SequenceNumber"];
    Subscriber subscriber;
    subscriber.subscribe(client, consumer, oldest);
    client.run_for(1s);
    CHECK(subscriber.data() == Texts{"1"});
    const Json event = subscriber.events[0]["SubscribeToShardEvent"];
    CHECK(event["ContinuationSequenceNumber"] == first);
    CHECK(event["MillisBehindLatest"] == 0);
    CHECK_FALSE(event.contains("ChildShards"));
    client.put("Rides", "k", "2");
    client.put("Rides", "k", "3");
    client.run_for(0s);
    CHECK(subscriber.data() == Texts{"1", "2", "3"});
    // Without records there is an event every five seconds.
    const std::size_t before = subscriber.events.size();
    client.run_for(10s);
    CHECK(subscriber.events.size() == before + 2);
    CHECK(subscriber.events.back()["SubscribeToShardEvent"]["Records"].empty());
    client.run_for(5min);
    CHECK(subscriber.ended);
    CHECK(subscriber.error.empty());
    CHECK(client.traced("kinesis.subscription.ended") == 1);
}

TEST_CASE("kinesis SubscribeToShard: positions, and resuming after a sequence number") {
    KinesisClient client;
    client.create("Rides", 1);
    const std::string consumer = add_consumer(client, "C");
    const std::string number = client.put("Rides", "k", "1")["SequenceNumber"];
    client.put("Rides", "k", "2");
    Subscriber after;
    after.subscribe(
        client, consumer, {{"Type", "AFTER_SEQUENCE_NUMBER"}, {"SequenceNumber", number}});
    client.run_for(6s);
    CHECK(after.data() == Texts{"2"});
    Subscriber newest;
    newest.subscribe(client, consumer, latest);
    client.run_for(6s);
    CHECK(newest.data().empty());
    // There is always a place to go on from.
    CHECK(newest.events[0]["SubscribeToShardEvent"].contains("ContinuationSequenceNumber"));
    Subscriber wrong;
    wrong.subscribe(client, consumer, {{"Type", "AT_SEQUENCE_NUMBER"}});
    CHECK(wrong.error == "InvalidArgumentException");
}

TEST_CASE("kinesis SubscribeToShard: a second one takes over, but not within five seconds") {
    KinesisClient client;
    client.create("Rides", 1);
    const std::string consumer = add_consumer(client, "C");
    Subscriber first;
    first.subscribe(client, consumer, latest);
    client.run_for(4s);
    Subscriber early;
    early.subscribe(client, consumer, latest);
    CHECK(early.error == "ResourceInUseException");
    client.run_for(1s);
    Subscriber second;
    second.subscribe(client, consumer, latest);
    CHECK(second.error.empty());
    CHECK(first.ended);
    CHECK(first.events.back().contains("ResourceInUseException"));
    client.put("Rides", "k", "x");
    client.run_for(0s);
    CHECK(first.data().empty());
    CHECK(second.data() == Texts{"x"});
}

TEST_CASE("kinesis SubscribeToShard: the end of a shard names its children and ends it") {
    KinesisClient client;
    client.create("Rides", 1);
    const std::string consumer = add_consumer(client, "C");
    Subscriber subscriber;
    subscriber.subscribe(client, consumer, latest);
    client.call(
        "SplitShard",
        {{"StreamName", "Rides"}, {"ShardToSplit", first_shard}, {"NewStartingHashKey", "5"}});
    client.put("Rides", "k", "last");
    client.run_for(10s);
    CHECK(subscriber.data() == Texts{"last"});
    const Json end = subscriber.events.back()["SubscribeToShardEvent"];
    CHECK(end["ChildShards"].size() == 2);
    CHECK_FALSE(end.contains("ContinuationSequenceNumber"));
    CHECK(subscriber.ended);
}

TEST_CASE("kinesis SubscribeToShard: two MiB in a second for each consumer") {
    KinesisClient client;
    client.create("Rides", 1);
    const std::string one = add_consumer(client, "One");
    const std::string other = add_consumer(client, "Other");
    for (int count = 0; count < 8; ++count) {
        client.put("Rides", "k", std::string(1'048'575, 'x'));
        client.run_for(1s);
    }
    Subscriber first;
    Subscriber second;
    first.subscribe(client, one, oldest);
    second.subscribe(client, other, oldest);
    client.run_for(0s);
    CHECK(first.data().size() == 2);
    CHECK(second.data().size() == 2);
    client.run_for(3s);
    CHECK(first.data().size() == 8);
}

TEST_CASE("kinesis SubscribeToShard: ends with its consumer, its stream or its client") {
    KinesisClient client;
    client.create("Rides", 1);
    const std::string consumer = add_consumer(client, "C");
    Subscriber subscriber;
    subscriber.subscribe(client, consumer, latest);
    client.call("DeregisterStreamConsumer", {{"ConsumerARN", consumer}});
    Subscriber refused;
    refused.subscribe(client, consumer, latest);
    CHECK(refused.error == "ResourceInUseException");
    client.run_for(5s);
    CHECK(subscriber.ended);
    CHECK(subscriber.events.back().contains("ResourceNotFoundException"));

    const std::string next = add_consumer(client, "D");
    Subscriber gone;
    gone.subscribe(client, next, latest);
    *gone.gone = true;
    client.put("Rides", "k", "x");
    client.run_for(0s);
    CHECK(gone.ended);
    client.run_for(5s);
    Subscriber last;
    last.subscribe(client, next, latest);
    client.call("DeleteStream", {{"StreamName", "Rides"}, {"EnforceConsumerDeletion", true}});
    client.run_for(10s);
    CHECK(last.events.back().contains("ResourceNotFoundException"));
}

TEST_CASE("kinesis SubscribeToShard: a run is idle while a subscription waits") {
    KinesisClient client;
    client.create("Rides", 1);
    Subscriber subscriber;
    subscriber.subscribe(client, add_consumer(client, "C"), latest);
    client.run_for(1s);
    CHECK(client.world().loop.run_until_idle(default_start + 1h) == Halt::idle);
    CHECK_FALSE(subscriber.ended);
    client.service().end_subscriptions();
    CHECK(subscriber.ended);
}
