#include "engine/world.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/reading.h"
#include "services/kinesis/stream.h"
#include "tools/benchmarks/benchmark.h"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace orrery::benchmarks {

namespace {

constexpr std::size_t shards = 10;
constexpr std::size_t measured = 100'000;

/// A second's worth for every shard, then a second passes.
void put(World& world, kinesis::Stream& stream, std::size_t records) {
    constexpr std::size_t in_second = shards * 500;
    static const std::string data(120, 'A');
    for (std::size_t number = 0; number < records; ++number) {
        const std::string key = "key-" + std::to_string(number);
        const kinesis::NewRecord record{key, data, std::nullopt};
        if (stream.put(stream.shard_for(record), record) == 0) {
            throw std::runtime_error("a record was refused");
        }
        if (number % in_second == in_second - 1) {
            world.loop.run_until(world.loop.now() + std::chrono::seconds(1));
        }
    }
}

/// Microseconds to put and read a record where there are `stored` already.
double measure(std::size_t stored) {
    World world;
    world.trace.keep_events(false);
    kinesis::KinesisService service(world, {});
    aws::Api api;
    api.add(service.api());
    api.call_now("kinesis", "CreateStream", {{"StreamName", "load"}, {"ShardCount", shards}});
    api.call_now("kinesis", "FinishChanges", Json::object());
    kinesis::Stream& stream = *service.find(aws::Identity{}.arn("kinesis", "stream/load")).stream;
    put(world, stream, stored);
    const double seconds = seconds_of([&] {
        put(world, stream, measured);
        std::size_t read = 0;
        for (kinesis::Shard* shard : stream.open_shards()) {
            kinesis::ShardRead part;
            for (part.next = shard->next() - measured / shards / 2; part.next < shard->next();) {
                part = stream.read(*shard, part.next, 100);
                read += part.next - part.first;
            }
        }
        if (read != measured / 2) {
            throw std::runtime_error("records are missing");
        }
    });
    return seconds / static_cast<double>(measured) * 1e6;
}

Benchmark among(std::size_t stored, const std::string& words) {
    return {"Kinesis record put and read among " + words + " stored",
            "us",
            Better::lower,
            1,
            "MD5 of the key, the record's memory",
            [stored] { return measure(stored); }};
}

}  // namespace

Benchmark kinesis_stream_of_10_thousand() {
    return among(10'000, "10 thousand");
}
Benchmark kinesis_stream_of_1_million() {
    return among(1'000'000, "1 million");
}

}  // namespace orrery::benchmarks
