/// An execution environment made of real processes: the runtime, and the extensions beside it.
#pragma once

#include "handlers/runtime/environment_storage.h"
#include "handlers/runtime/handler_process.h"
#include "services/lambda/runtime.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

class Loop;
class RandomStream;

struct ExtensionProgram {
    std::string name;
    HandlerProcessOptions process;
};

struct EnvironmentProgram {
    lambda::FunctionConfiguration function;
    HandlerProcessOptions process;  // of the runtime; its source address is the environment's own
    std::vector<ExtensionProgram> extensions;
    std::int64_t memory_megabytes = 0;  // what REPORT shows
    std::shared_ptr<EnvironmentFolder> tmp;
    std::shared_ptr<RandomStream> random;  // of the ids of its extensions
};

/// Starts it. `log` and `ready` as in lambda::RuntimeProvider::start.
std::unique_ptr<lambda::Environment> start_environment(Loop& loop,
                                                       EnvironmentProgram program,
                                                       lambda::LogSink log,
                                                       std::function<void(lambda::Outcome)> ready);

/// An environment whose initialisation fails with Lambda's own error before any process was
/// started: "Runtime.InvalidEntrypoint".
std::unique_ptr<lambda::Environment> failed_environment(Loop& loop,
                                                        const std::string& error_type,
                                                        const std::string& message,
                                                        std::function<void(lambda::Outcome)> ready);

}  // namespace orrery
