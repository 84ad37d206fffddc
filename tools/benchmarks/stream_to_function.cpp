#include "engine/world.h"
#include "handlers/stub/stub_runtime.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/stream.h"
#include "services/lambda/lambda.h"
#include "services/services.h"
#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <stdexcept>
#include <string>

namespace orrery::benchmarks {

namespace {

constexpr std::size_t shards = 10;
constexpr std::size_t records = 1'000'000;

/// A stream mapped to a function that returns `answer`.
class StreamToFunction {
public:
    StreamToFunction(std::size_t shard_count, const char* answer, Json mapping)
        : runtime_(world), cloud_(world, {}, runtime_) {
        world.trace.keep_events(false);
        StubStep step;
        step.text = answer;
        runtime_.script("Take", {step});
        const std::string arn = cloud_.identity().arn("kinesis", "stream/Clicks");
        call("kinesis", "CreateStream", {{"StreamName", "Clicks"}, {"ShardCount", shard_count}});
        call("lambda",
             "CreateFunction",
             {{"FunctionName", "Take"},
              {"Runtime", "stub"},
              {"Handler", "x.y"},
              {"Code", {{"Directory", code_.path().string()}}}});
        world.loop.run_until(world.loop.now() + 1min);  // both are there
        mapping.update({{"FunctionName", "Take"},
                        {"EventSourceArn", arn},
                        {"StartingPosition", "TRIM_HORIZON"}});
        call("lambda", "CreateEventSourceMapping", mapping);
        stream_ = cloud_.kinesis().find(arn).stream;
    }

    void put(std::size_t number) {
        const std::string key = "customer-" + std::to_string(number);
        kinesis::NewRecord record;
        record.key = key;
        record.data = "eyJDdXN0SUQiOjQwNCwiTmFtZSI6IlJvZG9sZm8gQXZlbGlubyJ9";
        kinesis::Shard& shard = stream_->shard_for(record);
        if (stream_->put(shard, record) == 0) {
            throw std::runtime_error("the shard takes no more");
        }
    }
    std::uint64_t invocations() { return cloud_.lambda().statistics("Take")->invocations; }

    World world;

private:
    void call(const char* service, const char* operation, const Json& parameters) {
        cloud_.api().call_now(service, operation, parameters);
    }

    TemporaryFolder code_;  // of a function without code
    StubRuntime runtime_;
    Cloud cloud_;
    std::shared_ptr<kinesis::Stream> stream_;
};

/// Records of so many seconds, as fast as their shards take them.
double records_in_batches_of_100() {
    constexpr std::size_t a_second = 8'000;  // of 10,000, as keys do not spread evenly
    StreamToFunction bench(shards, "null", {{"BatchSize", 100}});
    const double seconds = seconds_of([&] {
        for (std::size_t number = 0; number < records; ++number) {
            bench.put(number);
            if (number % a_second == a_second - 1) {
                bench.world.loop.run_until(bench.world.loop.now() + 1s);
            }
        }
        bench.world.loop.run_until_idle(Instant::max());
    });
    if (bench.invocations() < records / 100) {
        throw std::runtime_error("records are left in the stream");
    }
    return seconds;
}

constexpr std::size_t window_seconds = 30;

/// A virtual day of one record a second.
double day_of_tumbling_windows(std::size_t batching_window_seconds) {
    constexpr std::size_t a_day = 86'400;
    StreamToFunction bench(1,
                           R"({"state":{"Rodolfo Avelino":404}})",
                           {{"BatchSize", 10'000},
                            {"MaximumBatchingWindowInSeconds", batching_window_seconds},
                            {"TumblingWindowInSeconds", window_seconds}});
    const double seconds = seconds_of([&] {
        for (std::size_t number = 0; number < a_day; ++number) {
            bench.put(number);
            bench.world.loop.run_until(bench.world.loop.now() + 1s);
        }
        bench.world.loop.run_until_idle(Instant::max());
    });
    if (bench.invocations() < 2 * a_day / window_seconds) {
        throw std::runtime_error("windows are left open");
    }
    return seconds * 1000;
}

}  // namespace

Benchmark stream_to_function() {
    return {"1 million Kinesis records put in 10 shards, polled in batches of 100 into a stub",
            "s",
            Better::lower,
            2,
            "building Lambda's records",
            records_in_batches_of_100};
}

Benchmark tumbling_window_day() {
    return {"a virtual day of tumbling windows of 30 s, a record a second, gathered for a window",
            "ms",
            Better::lower,
            200,
            "a poll for each record, events of the timeline",
            [] { return day_of_tumbling_windows(window_seconds); }};
}

Benchmark tumbling_window_day_ungathered() {
    return {"a virtual day of tumbling windows of 30 s, a record a second, each an invocation",
            "ms",
            Better::lower,
            200,
            "89,280 invocations: their logs, metrics and trace",
            [] { return day_of_tumbling_windows(0); }};
}

}  // namespace orrery::benchmarks
