#include "engine/world.h"
#include "handlers/stub/stub_runtime.h"
#include "services/services.h"
#include "services/sqs/sqs.h"
#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace orrery::benchmarks {

namespace {

constexpr std::uint64_t messages = 500'000;

/// `batch_size` above 10 needs a batching window. [docs: services-sqs-parameters]
double measure(int batch_size) {
    const TemporaryFolder code;  // of a function without code
    World world;
    world.trace.keep_events(false);
    StubRuntime runtime(world);  // returns null at once
    Cloud cloud(world, {}, runtime);
    const auto call = [&](const char* service, const char* operation, const Json& parameters) {
        cloud.api().call_now(service, operation, parameters);
    };
    call("sqs", "CreateQueue", {{"QueueName", "Orders"}});
    call("lambda",
         "CreateFunction",
         {{"FunctionName", "Take"},
          {"Runtime", "stub"},
          {"Handler", "x.y"},
          {"Code", {{"Directory", code.path().string()}}}});
    call("lambda",
         "CreateEventSourceMapping",
         {{"FunctionName", "Take"},
          {"EventSourceArn", cloud.identity().arn("sqs", "Orders")},
          {"BatchSize", batch_size},
          {"MaximumBatchingWindowInSeconds", batch_size > 10 ? 1 : 0}});
    sqs::Queue& queue = *cloud.sqs().find_queue("Orders");
    const double seconds = seconds_of([&] {
        for (std::uint64_t i = 0; i < messages; ++i) {
            sqs::NewMessage message;
            message.body = R"({"CustID":404,"Name":"Rodolfo Avelino"})";
            queue.send(std::move(message));
        }
        world.loop.run_until_idle(Instant::max());
    });
    if (!(queue.depth() == sqs::QueueDepth{})) {
        throw std::runtime_error("messages are left in the queue");
    }
    return static_cast<double>(messages) / seconds;
}

}  // namespace

namespace {

Benchmark in_batches_of(int size) {
    return {
        "SQS message sent, polled in batches of " + std::to_string(size) + " into a stub, deleted",
        "messages/s",
        Better::higher,
        1e6,
        size > 10 ? "building Lambda's records, the trace's hash"
                  : "as below, and an invocation with its log lines for every ten messages",
        [size] { return measure(size); }};
}

}  // namespace

Benchmark queue_to_function_in_tens() {
    return in_batches_of(10);
}

Benchmark queue_to_function_in_thousands() {
    return in_batches_of(1000);
}

}  // namespace orrery::benchmarks
