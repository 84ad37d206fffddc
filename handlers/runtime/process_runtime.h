/// Runs handler code in real processes: finds the program, builds the environment that Lambda would
/// give, starts it.
#pragma once

#include "engine/random.h"
#include "handlers/runtime/client_program.h"
#include "handlers/runtime/environment_places.h"
#include "handlers/runtime/handler_process.h"
#include "handlers/runtime/interpreters.h"
#include "handlers/runtime/process_environment.h"
#include "handlers/runtime/python_parents.h"
#include "handlers/runtime/runtime_kind.h"
#include "services/lambda/runtime.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace orrery {

struct World;

/// Whether functions see AWS's own paths (/var/task, /opt, a /tmp of their own).
enum class OwnFiles : std::uint8_t { where_possible, never };

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
    /// What handlers may reach outside the simulated world, in real time.
    std::vector<AllowedPlace> allowed;
    /// More environment variables, "NAME=value", which a function's own take precedence over.
    std::vector<std::string> variables;
    /// Whom functions in Java trust, as variables tell others; empty: whom Java itself trusts.
    std::filesystem::path java_trust_store;
    /// Real time that a handler may compute without waiting for anything.
    std::chrono::milliseconds patience{10'000};
    OwnFiles own_files = OwnFiles::where_possible;
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

    /// The program that a client's command names. Throws UsageError if there is none.
    std::filesystem::path program_of(const ClientCommand& command) const;
    /// Runs it, in `region`. Throws as program_of.
    std::unique_ptr<ClientProgram> run(const ClientCommand& command,
                                       const std::string& region,
                                       ClientProgramEvents events);

private:
    /// The interpreter, found once for each runtime; says so when another version stands in.
    const Interpreter& interpreter_for(const lambda::FunctionConfiguration& function,
                                       RuntimeKind kind);
    EnvironmentPlaces places_for(const lambda::FunctionConfiguration& function,
                                 const std::string& log_stream,
                                 const std::filesystem::path& interpreter);
    std::vector<std::string> command_for(const lambda::FunctionConfiguration& function,
                                         RuntimeKind kind,
                                         const EnvironmentPlaces& places,
                                         std::uint64_t seed);
    /// What all processes have in common.
    HandlerProcessOptions shared_options(std::uint64_t seed);
    HandlerProcessOptions process_options(const lambda::FunctionConfiguration& function,
                                          const EnvironmentPlaces& places,
                                          std::uint64_t seed);
    std::vector<ExtensionProgram> extensions_of(const EnvironmentProgram& environment,
                                                const EnvironmentPlaces& places,
                                                std::string& error);
    void warn_of_real_clock(const std::string& program);
    /// Once for each text. Not in the trace: what this machine has is no part of the simulated
    /// world.
    void warn_once(const std::string& text);

    World& world_;
    ProcessRuntimeOptions options_;
    RandomStream random_;
    std::uint32_t addresses_ = 0;
    std::map<std::string, Interpreter> interpreters_;  // by runtime
    EnvironmentStorage storage_;
    PythonParents python_parents_;
    std::set<std::string> warnings_;
};

}  // namespace orrery
