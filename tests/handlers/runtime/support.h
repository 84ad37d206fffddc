/// For tests of handler processes: a folder with one Python module, and an environment that runs
/// it.
#pragma once

#include "engine/world.h"
#include "handlers/runtime/process_runtime.h"
#include "tests/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::test {

using namespace std::chrono_literals;

/// A function whose module `index` is the given text, in one environment.
class RunningFunction {
public:
    RunningFunction(const std::string& code, World& a_world, ProcessRuntimeOptions options = {})
        : world(a_world), runtime(a_world, completed(std::move(options))) {
        folder.write("index.py", code);
        function.name = "F";
        function.runtime = "python3.11";
        function.handler = "index.handler";
        function.directory = folder.path();
    }

    static ProcessRuntimeOptions completed(ProcessRuntimeOptions options) {
        if (options.resources.empty()) {
            options.resources = std::filesystem::path(ORRERY_BUILD_DIR) / "lib" / "orrery";
        }
        return options;
    }

    lambda::Outcome start() {
        std::optional<lambda::Outcome> outcome;
        environment = runtime.start(
            function,
            1,
            "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
            [this](std::string message) { log.push_back(std::move(message)); },
            [&outcome](lambda::Outcome ready) { outcome = std::move(ready); });
        world.loop.run_until_idle(world.loop.now() + std::chrono::hours(1));
        return outcome.value_or(
            lambda::Outcome{lambda::Outcome::Kind::exited, "no answer", "no answer"});
    }

    /// Empty if the handler did not answer within `limit`.
    std::optional<lambda::Outcome> invoke(const std::string& payload,
                                          Duration limit = std::chrono::hours(2)) {
        std::optional<lambda::Outcome> outcome;
        ++invocations;
        invocation.request_id =
            "00000000-0000-4000-8000-" + std::to_string(100000000000 + invocations);
        invocation.payload = payload;
        invocation.deadline = world.loop.now() + time_left;
        invocation.function_arn = function.arn();
        invocation.trace_header = "Root=1-5e1b4151-5ac6c58f5b5dbb7e01234567;Sampled=0";
        environment->invoke(invocation,
                            [&outcome](lambda::Outcome done) { outcome = std::move(done); });
        const Instant end = world.loop.now() + limit;
        while (!outcome && world.loop.now() < end && world.loop.step()) {
        }
        return outcome;
    }

    World& world;
    TemporaryFolder folder;
    lambda::FunctionConfiguration function;
    ProcessRuntime runtime;
    std::vector<std::string> log;
    int invocations = 0;
    Duration time_left = std::chrono::minutes(15);  // to the deadline of an invocation
    lambda::Invocation invocation;                  // what invoke() sends, with what it fills in
    std::unique_ptr<lambda::Environment> environment;
};

}  // namespace orrery::test
