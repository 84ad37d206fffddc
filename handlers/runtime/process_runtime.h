/// Runs handler code in real processes: finds the interpreter, builds the environment Lambda would
/// give, speaks the Runtime API.
#pragma once

#include "engine/random.h"
#include "handlers/runtime/handler_process.h"
#include "handlers/runtime/interpreters.h"
#include "services/lambda/runtime.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

struct World;

struct ProcessRuntimeOptions {
    /// Where the shim (liborrery_shim.so) and bootstraps/ are.
    std::filesystem::path resources;
    /// The Python to use instead of the first one found; empty: find one.
    std::filesystem::path python;
    /// Where other interpreters are looked for.
    std::vector<std::filesystem::path> program_folders = usual_program_folders();
    /// Hosts of the simulated world that a handler may connect to, asked for when an environment
    /// starts.
    std::function<std::vector<HandlerRoute>()> routes;
    /// More environment variables, "NAME=value", which a function's own take precedence over.
    std::vector<std::string> variables;
    /// Real time that a handler may compute without waiting for anything.
    std::chrono::milliseconds patience{10'000};
};

class ProcessRuntime final : public lambda::RuntimeProvider {
public:
    ProcessRuntime(World& world, ProcessRuntimeOptions options);
    ~ProcessRuntime() override;

    bool supports(const std::string& runtime) const override;
    std::string supported() const override;
    std::unique_ptr<lambda::Environment> start(const lambda::FunctionConfiguration& function,
                                               std::uint64_t number,
                                               const std::string& log_stream,
                                               lambda::LogSink log,
                                               std::function<void(lambda::Outcome)> ready) override;

private:
    /// The interpreter, found once for each runtime; says so when another version stands in.
    const Interpreter& interpreter_for(const lambda::FunctionConfiguration& function);

    World& world_;
    ProcessRuntimeOptions options_;
    RandomStream random_;
    std::uint32_t addresses_ = 0;
    std::map<std::string, Interpreter> interpreters_;  // by runtime
};

}  // namespace orrery
