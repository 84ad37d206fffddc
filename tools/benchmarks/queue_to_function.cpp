#include "engine/world.h"
#include "handlers/stub/stub_runtime.h"
#include "services/services.h"
#include "services/sqs/sqs.h"
#include "tools/benchmarks/benchmark.h"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace orrery::benchmarks {

namespace {

constexpr std::uint64_t messages = 500'000;

double measure() {
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
         {{"FunctionName", "Take"}, {"Runtime", "stub"}, {"Handler", "x.y"}});
    call("lambda",
         "CreateEventSourceMapping",
         {{"FunctionName", "Take"},
          {"EventSourceArn", cloud.identity().arn("sqs", "Orders")},
          {"BatchSize", 1000},
          {"MaximumBatchingWindowInSeconds", 1}});
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

Benchmark queue_to_function() {
    return {"SQS message sent, polled in batches of 1000 into a stub, deleted",
            "messages/s",
            Better::higher,
            1e6,
            "building Lambda's records, the trace's hash",
            measure};
}

}  // namespace orrery::benchmarks
