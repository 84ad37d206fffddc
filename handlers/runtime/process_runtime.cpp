#include "handlers/runtime/process_runtime.h"

#include "engine/ensure.h"
#include "engine/error.h"
#include "engine/world.h"
#include "handlers/runtime/environment_variables.h"
#include "handlers/runtime/extensions_api.h"
#include "handlers/runtime/java_command.h"
#include "handlers/runtime/node_packages.h"
#include "handlers/runtime/program_file.h"
#include "handlers/runtime/provided_command.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace orrery {

namespace {

namespace fs = std::filesystem;

// A machine that has run for a while, so that a monotonic clock does not begin at nought.
constexpr Duration uptime = std::chrono::hours(1);

constexpr const char* wrapper_variable = "AWS_LAMBDA_EXEC_WRAPPER";

/// Modelled: what a small function is reported with; measuring would differ from machine to
/// machine.
std::int64_t modelled_memory_megabytes(RuntimeKind kind) {
    switch (kind) {
        case RuntimeKind::python: return 40;
        case RuntimeKind::node: return 65;
        case RuntimeKind::provided: return 20;
        case RuntimeKind::java: break;
    }
    return 90;
}

std::string loopback_address(std::uint32_t number) {
    ENSURE(number < 1U << 16);
    return "127.77." + std::to_string(number >> 8) + "." + std::to_string(number & 255);
}

/// A wrapper script starts the runtime; the shell tells, as on Lambda, that there is none.
/// [docs: runtimes-modify, "Wrapper scripts"; LS: exit status 127]
void wrap(std::vector<std::string>& command, const std::string& wrapper) {
    std::vector<std::string> wrapped{"/bin/sh", "-c", "exec \"$0\" \"$@\"", wrapper};
    wrapped.insert(wrapped.end(), command.begin(), command.end());
    command = std::move(wrapped);
}

}  // namespace

ProcessRuntime::ProcessRuntime(World& world, ProcessRuntimeOptions options)
    : world_(world),
      options_(std::move(options)),
      random_(world.random.stream("handlers")),
      python_parents_(storage_, options_.resources, world.loop.start()) {}

ProcessRuntime::~ProcessRuntime() = default;

bool ProcessRuntime::supports(const std::string& runtime) const {
    return kind_of_runtime(runtime).has_value();
}

std::string ProcessRuntime::supported() const {
    return "python3.*, nodejs*, provided.al2, provided.al2023, java*";
}

void ProcessRuntime::warn_once(const std::string& text) {
    if (warnings_.insert(text).second) {
        spdlog::warn("{}", text);
    }
}

const Interpreter& ProcessRuntime::interpreter_for(const lambda::FunctionConfiguration& function,
                                                   RuntimeKind kind) {
    const std::string& runtime = function.runtime;
    const auto known = interpreters_.find(runtime);
    if (known != interpreters_.end()) {
        return known->second;
    }
    try {
        Interpreter found;
        switch (kind) {
            case RuntimeKind::python:
                found = find_python(runtime, options_.python, options_.program_folders);
                break;
            case RuntimeKind::node: found = find_node(runtime, options_.program_folders); break;
            case RuntimeKind::java: found = find_java(runtime, options_.program_folders); break;
            case RuntimeKind::provided: break;  // the function brings its own
        }
        if (!found.other_version.empty()) {
            warn_once(function.name + " asks for " + runtime +
                      ", which is not installed: " + found.other_version + " stands in for it");
        }
        return interpreters_.emplace(runtime, std::move(found)).first->second;
    } catch (const UsageError& error) {
        throw UsageError("function " + function.name + ": " + error.what());
    }
}

EnvironmentPlaces ProcessRuntime::places_for(const lambda::FunctionConfiguration& function,
                                             const std::string& log_stream,
                                             const fs::path& interpreter) {
    bool with_view = options_.own_files == OwnFiles::where_possible;
    if (with_view) {
        const std::string reason = why_no_view(interpreter);
        if (!reason.empty()) {
            with_view = false;
            warn_once("functions see this machine's own /tmp, /opt and /var, since " + reason +
                      ": code, layers and a folder of their own for TMPDIR are at real paths (see "
                      "docs/architecture.md)");
        }
    }
    return places_of(function, log_stream, storage_, options_.resources, with_view);
}

std::vector<std::string> ProcessRuntime::command_for(const lambda::FunctionConfiguration& function,
                                                     RuntimeKind kind,
                                                     const EnvironmentPlaces& places,
                                                     std::uint64_t seed) {
    const fs::path program = interpreter_for(function, kind).program;
    const fs::path bootstraps = fs::path(places.runtime) / "bootstraps";
    std::vector<std::string> command;
    switch (kind) {
        case RuntimeKind::python: command = python_command(program, bootstraps); break;
        case RuntimeKind::node:
            command = node_command(program, bootstraps, seed, function.memory_megabytes);
            break;
        case RuntimeKind::java:
            command = java_command(program, function, places, options_.java_trust_store);
            break;
        case RuntimeKind::provided: return {};  // and no wrapper [docs: runtimes-modify]
    }
    const auto wrapper = function.variables.find(wrapper_variable);
    if (wrapper != function.variables.end()) {
        wrap(command, wrapper->second);
    }
    return command;
}

HandlerProcessOptions ProcessRuntime::shared_options(std::uint64_t seed) {
    HandlerProcessOptions options;
    options.shim = options_.resources / "liborrery_shim.so";
    options.shim_settings.source_address = loopback_address(++addresses_);
    options.shim_settings.seed = seed;
    options.shim_settings.boot = world_.loop.start() - uptime;
    options.patience = options_.patience;
    options.shim_settings.allowed = options_.allowed;
    if (options_.routes) {
        options.shim_settings.routes = options_.routes();
    }
    return options;
}

HandlerProcessOptions ProcessRuntime::process_options(const lambda::FunctionConfiguration& function,
                                                      const EnvironmentPlaces& places,
                                                      std::uint64_t seed) {
    HandlerProcessOptions options = shared_options(seed);
    options.directory = places.task;
    options.view = places.view;
    constexpr std::int64_t megabyte = 1 << 20;
    options.memory_limit_bytes = function.memory_megabytes * megabyte;
    return options;
}

fs::path ProcessRuntime::program_of(const ClientCommand& command) const {
    return find_program(
        command.words.at(0), command.directory, options_.python, options_.program_folders);
}

std::unique_ptr<ClientProgram> ProcessRuntime::run(const ClientCommand& command,
                                                   const std::string& region,
                                                   ClientProgramEvents events) {
    const fs::path program = program_of(command);
    HandlerProcessOptions options = shared_options(random_.next());
    describe_process(options, program, command, options_.variables, region);
    if (options.shim_use == ShimUse::none) {
        warn_of_real_clock(program.string());
    }
    return std::make_unique<ClientProgram>(world_.loop, std::move(options), std::move(events));
}

void ProcessRuntime::warn_of_real_clock(const std::string& program) {
    warn_once(program +
              " is statically linked or written in Go, so that it reads the machine's clock, "
              "sleeps in real time, "
              "and is not kept from the network; its runs are as repeatable as it is itself");
}

std::vector<ExtensionProgram> ProcessRuntime::extensions_of(const EnvironmentProgram& environment,
                                                            const EnvironmentPlaces& places,
                                                            std::string& error) {
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(places.real_opt / "extensions", ignored)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<ExtensionProgram> programs;
    const lambda::FunctionConfiguration& function = environment.function;
    for (const fs::path& file : files) {
        const std::string name = file.filename().string();
        const std::string seen = places.opt + "/extensions/" + name;
        const ProgramKind kind = kind_of_program(file);
        if (kind == ProgramKind::not_executable || kind == ProgramKind::foreign) {
            error = "Error: fork/exec /opt/extensions/" + name + ": " +
                    (kind == ProgramKind::foreign ? "exec format error" : "permission denied");
            return {};
        }
        ExtensionProgram program;
        program.name = name;
        program.process = process_options(function, places, environment.random->next());
        program.process.directory = places.view != nullptr ? "/" : places.task;
        program.process.arguments = {seen};
        program.process.environment = extension_variables(environment.process.environment);
        if (kind == ProgramKind::without_shim) {
            program.process.shim_use = ShimUse::none;
            warn_of_real_clock("function " + function.name + ": /opt/extensions/" + name);
        }
        programs.push_back(std::move(program));
    }
    return programs;
}

std::unique_ptr<lambda::Environment> ProcessRuntime::start(
    const lambda::FunctionConfiguration& function,
    std::uint64_t /*number*/,
    const std::string& log_stream,
    lambda::LogSink log,
    std::function<void(lambda::Outcome)> ready) {
    const RuntimeKind kind = kind_of_runtime(function.runtime).value();
    const EnvironmentPlaces places =
        places_for(function, log_stream, interpreter_for(function, kind).program);
    const std::uint64_t seed = random_.next();
    EnvironmentProgram environment;
    environment.function = function;
    environment.memory_megabytes = modelled_memory_megabytes(kind);
    environment.tmp = places.tmp;
    environment.random =
        std::make_shared<RandomStream>(world_.random.stream("extensions/" + log_stream));
    environment.process = process_options(function, places, seed);
    environment.process.arguments = command_for(function, kind, places, seed);
    environment.process.environment =
        runtime_variables(function, kind, places, log_stream, options_.variables);
    if (kind == RuntimeKind::python && places.view != nullptr &&
        !function.variables.contains(wrapper_variable)) {
        environment.process.parent =
            python_parents_.parent_of(places, interpreter_for(function, kind).program);
    }
    if (kind == RuntimeKind::provided) {
        const ProvidedCommand command = provided_command(places);
        if (!command.error.empty()) {
            return failed_environment(
                world_.loop, "Runtime.InvalidEntrypoint", command.error, std::move(ready));
        }
        environment.process.arguments = {command.program};
        environment.process.shim_use = command.shim_use;
        if (command.shim_use == ShimUse::none) {
            warn_of_real_clock("function " + function.name + ": its bootstrap");
        }
    }
    std::string error;
    environment.extensions = extensions_of(environment, places, error);
    if (!error.empty()) {
        return failed_environment(world_.loop, "Extension.LaunchError", error, std::move(ready));
    }
    if (environment.extensions.size() > max_extensions) {
        return failed_environment(
            world_.loop,
            "Extension.TooManyExtensions",
            "Error: Extension limit (" + std::to_string(max_extensions) + ") reached",
            std::move(ready));
    }
    if (kind == RuntimeKind::node) {
        ready = [this, name = function.name, next = std::move(ready)](lambda::Outcome outcome) {
            if (const auto hint = node_sdk_hint(outcome.payload, fs::absolute(options_.resources));
                !hint.empty()) {
                warn_once("function " + name + ": " + hint);
            }
            next(std::move(outcome));
        };
    }
    return start_environment(world_.loop, std::move(environment), std::move(log), std::move(ready));
}

}  // namespace orrery
