// Kinesis streams as event source mappings see them. Here, since the part that joins two services
// belongs to none of them.
#include "services/kinesis_event_source.h"

#include "engine/world.h"
#include "services/aws/api.h"
#include "services/kinesis/kinesis.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace std::chrono_literals;
using lambda::StartingPosition;

namespace {

constexpr const char* arn = "arn:aws:kinesis:us-east-1:000000000000:stream/Rides";
constexpr const char* shard = "shardId-000000000000";

struct Bench {
    World world;
    kinesis::KinesisService service{world, aws::Identity{}};
    KinesisEventSources sources{service};
    aws::Api api;

    Bench() {
        api.add(service.api());
        make();
    }
    void make() {
        call("CreateStream", {{"StreamName", "Rides"}, {"ShardCount", 1}});
        call("FinishChanges", Json::object());
    }
    Json call(const char* operation, const Json& parameters) {
        return api.call_now("kinesis", operation, parameters);
    }
    std::string put(const char* key = "k") {
        return call("PutRecord",
                    {{"StreamName", "Rides"},
                     {"PartitionKey", key},
                     {"Data", "ZGF0YQ=="}})["SequenceNumber"];
    }
    void run_for(Duration duration) { world.loop.run_until(world.loop.now() + duration); }
    void split() {
        call("SplitShard",
             {{"StreamName", "Rides"}, {"ShardToSplit", shard}, {"NewStartingHashKey", "5"}});
        call("FinishChanges", Json::object());
    }
};

}  // namespace

TEST_CASE("kinesis event source: finds streams and consumers by ARN") {
    Bench bench;
    CHECK(bench.sources.serves(arn));
    CHECK_FALSE(bench.sources.serves("arn:aws:sqs:us-east-1:000000000000:Rides"));
    CHECK(bench.sources.find(std::string(arn) + "x") == nullptr);
    CHECK(bench.sources.find(std::string(arn) + "/consumer/C:1") == nullptr);
    const auto source = bench.sources.find(arn);
    REQUIRE(source != nullptr);
    CHECK(source->arn() == arn);
    CHECK(source->poll_interval() == 1s);
    const std::string consumer =
        bench.call("RegisterStreamConsumer",
                   {{"StreamARN", arn}, {"ConsumerName", "C"}})["Consumer"]["ConsumerARN"];
    const auto pushed = bench.sources.find(consumer);
    REQUIRE(pushed != nullptr);
    CHECK(pushed->poll_interval() == 0s);
    CHECK(pushed->arn() == consumer);
}

TEST_CASE("kinesis event source: records are read in order from where it began") {
    Bench bench;
    const auto source = bench.sources.find(arn);
    const std::string first = bench.put("a");
    bench.run_for(1s);
    const Instant later = bench.world.loop.now();
    const std::string second = bench.put("b");
    CHECK(source->begin(shard, StartingPosition::latest, {}) == source->after(shard, second));
    CHECK(source->begin(shard, StartingPosition::at_timestamp, later) ==
          source->after(shard, first));
    const std::uint64_t begin = source->begin(shard, StartingPosition::trim_horizon, {});
    const lambda::StreamRead read = source->read(shard, begin, 10);
    REQUIRE(read.records.size() == 2);
    CHECK(read.records[0].key == "a");
    CHECK(read.records[1].arrived == later);
    CHECK(source->sequence_number(shard, read.records[1].number) == second);
    CHECK(read.next == source->after(shard, second));
    CHECK_FALSE(read.ended);
    std::string json;
    CHECK(source->append_record(shard, read.records[0].number, "role", json));
    CHECK(Json::parse(json)["kinesis"]["data"] == "ZGF0YQ==");
    CHECK(Json::parse(json)["eventSourceARN"] == arn);
}

TEST_CASE("kinesis event source: reading draws on the shard's limits, a consumer's does not") {
    Bench bench;
    bench.put();
    const std::string consumer =
        bench.call("RegisterStreamConsumer",
                   {{"StreamARN", arn}, {"ConsumerName", "C"}})["Consumer"]["ConsumerARN"];
    const auto source = bench.sources.find(arn);
    const auto pushed = bench.sources.find(consumer);
    for (int count = 0; count < 5; ++count) {
        CHECK_FALSE(source->read(shard, 1, 10).throttled_until);
    }
    const lambda::StreamRead refused = source->read(shard, 1, 10);
    CHECK(refused.throttled_until == bench.world.loop.now() + 200ms);
    CHECK(refused.records.empty());
    CHECK(refused.next == 1);
    CHECK(pushed->read(shard, 1, 10).records.size() == 1);
    bench.run_for(200ms);
    CHECK(source->read(shard, 1, 10).records.size() == 1);
}

TEST_CASE("kinesis event source: a watch tells of the next record, once") {
    Bench bench;
    const auto source = bench.sources.find(arn);
    int called = 0;
    auto watch = source->watch(shard, 1, [&] { ++called; });
    bench.run_for(1s);
    CHECK(called == 0);
    bench.put();
    bench.put();
    CHECK(called == 0);  // as an event
    bench.run_for(0s);
    CHECK(called == 1);
    watch = source->watch(shard, 1, [&] { ++called; });
    bench.run_for(0s);
    CHECK(called == 2);  // it is there already
    watch = source->watch(shard, 3, [&] { ++called; });
    watch.reset();
    bench.put();
    bench.run_for(0s);
    CHECK(called == 2);
}

TEST_CASE("kinesis event source: a split ends the parent and names the children") {
    Bench bench;
    const auto source = bench.sources.find(arn);
    bench.put();
    int shards_changed = 0;
    int records_changed = 0;
    const auto shards = source->watch_shards([&] { ++shards_changed; });
    const auto records = source->watch(shard, 2, [&] { ++records_changed; });
    bench.split();
    bench.run_for(0s);
    CHECK(shards_changed == 1);
    CHECK(records_changed == 1);
    const auto all = source->shards();
    REQUIRE(all.size() == 3);
    CHECK(all[0].closed);
    CHECK(all[0].parents.empty());
    CHECK(all[1].parents == std::vector<std::string>{shard});
    CHECK_FALSE(all[1].closed);
    const lambda::StreamRead read = source->read(shard, 1, 10);
    CHECK(read.records.size() == 1);
    CHECK(read.ended);
}

TEST_CASE("kinesis event source: trimmed records are passed over") {
    Bench bench;
    const auto source = bench.sources.find(arn);
    bench.put();
    bench.run_for(25h);
    bench.put();
    const lambda::StreamRead read = source->read(shard, 1, 10);
    CHECK(read.trimmed);
    REQUIRE(read.records.size() == 1);
    CHECK(read.records[0].number == 2);
    std::string json;
    CHECK_FALSE(source->append_record(shard, 1, "role", json));
}

TEST_CASE("kinesis event source: a stream that is made again under its name counts") {
    Bench bench;
    const auto source = bench.sources.find(arn);
    bench.put();
    bench.put();
    int gone = 0;
    auto watch = source->watch_shards([&] { ++gone; });
    bench.call("DeleteStream", {{"StreamName", "Rides"}});
    bench.call("FinishChanges", Json::object());
    bench.run_for(0s);
    CHECK(gone == 1);
    CHECK_FALSE(source->exists());
    CHECK(source->shards().empty());
    CHECK(source->read(shard, 3, 10).ended);
    int made = 0;
    watch = source->watch_shards([&] { ++made; });
    bench.make();
    bench.run_for(0s);
    CHECK(made == 1);
    CHECK(source->exists());
    bench.put();
    const lambda::StreamRead read = source->read(shard, 3, 10);  // a place in the first one
    CHECK(read.trimmed);
    CHECK(read.records.size() == 1);
}
