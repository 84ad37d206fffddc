#include "engine/world.h"
#include "handlers/runtime/process_runtime.h"
#include "services/services.h"
#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/temporary_folder.h"
#include "tools/cli/resources.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace orrery::benchmarks {

namespace {

constexpr std::uint64_t invocations = 5000;

/// Invokes a function over and over, each time when it has answered.
class Caller {
public:
    explicit Caller(aws::Api& api) : api_(api) {}

    void call(std::uint64_t times) {
        if (times == 0) {
            return;
        }
        api_.call("lambda",
                  "Invoke",
                  {{"FunctionName", "Echo"}, {"Payload", "e30="}},
                  [=, this](const aws::ApiResult& result) {
                      answered_ +=
                          result.ok() && !result.value().contains("FunctionError") ? 1U : 0U;
                      call(times - 1);
                  });
    }
    std::uint64_t answered() const { return answered_; }

private:
    aws::Api& api_;
    std::uint64_t answered_ = 0;
};

struct Echo {
    const char* runtime;
    const char* file;
    const char* code;
};

constexpr Echo in_python{
    "python3.12", "echo.py", "def handler(event, context):\n    return event\n"};
constexpr Echo in_node{"nodejs20.x", "echo.js", "exports.handler = async (event) => event;\n"};

double measure(const Echo& echo) {
    const TemporaryFolder code;
    std::ofstream(code.path() / echo.file) << echo.code;
    World world;
    ProcessRuntimeOptions options;
    options.resources = cli::resource_directory();
    ProcessRuntime runtime(world, options);
    Cloud cloud(world, {}, runtime);
    cloud.api().call_now("lambda",
                         "CreateFunction",
                         {{"FunctionName", "Echo"},
                          {"Runtime", echo.runtime},
                          {"Handler", "echo.handler"},
                          {"Code", {{"Directory", code.path().string()}}}});
    Caller caller(cloud.api());
    caller.call(1);
    world.loop.run_until_idle(Instant::max());
    const double seconds = seconds_of([&] {
        caller.call(invocations);
        world.loop.run_until_idle(Instant::max());
    });
    if (caller.answered() != invocations + 1) {
        throw std::runtime_error("an invocation failed");
    }
    return static_cast<double>(invocations) / seconds;
}

}  // namespace

Benchmark python_invocations() {
    return {"warm Python invocation through the Runtime API, shim on",
            "invocations/s",
            Better::higher,
            15'000,
            "two process switches and four socket calls each",
            [] { return measure(in_python); }};
}

Benchmark node_invocations() {
    return {"warm Node invocation through the Runtime API, shim on",
            "invocations/s",
            Better::higher,
            12'000,
            "as above, and an event loop's poll",
            [] { return measure(in_node); }};
}

}  // namespace orrery::benchmarks
