#include "handlers/runtime/process_runtime.h"

#include "engine/ensure.h"
#include "engine/error.h"
#include "engine/trace.h"
#include "engine/world.h"
#include "handlers/runtime/log_splitter.h"
#include "handlers/runtime/runtime_api.h"

#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

namespace orrery {

namespace {

// What a function on Lambda sees [LS test_lambda_init_environment]; the engine really listens
// elsewhere.
constexpr const char* runtime_api_address = "169.254.100.1";
constexpr std::uint16_t runtime_api_port = 9001;

// A machine that has run for a while, so that a monotonic clock does not begin at nought.
constexpr Duration uptime = std::chrono::hours(1);

// Modelled: what a small function is reported with; measuring would differ from machine to machine.
constexpr std::int64_t python_memory_megabytes = 40;
constexpr std::int64_t node_memory_megabytes = 65;

std::string loopback_address(std::uint32_t number) {
    ENSURE(number < 1U << 16);
    return "127.77." + std::to_string(number >> 8) + "." + std::to_string(number & 255);
}

/// Without the slash that a template may end it with.
std::string task_root(const std::filesystem::path& directory) {
    std::string text = directory.lexically_normal().string();
    while (text.size() > 1 && text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

bool is_node(const std::string& runtime) {
    return runtime.starts_with("nodejs");
}

/// The variables that Lambda sets [LS test_lambda_init_environment], then the user's.
std::vector<std::string> variables(const lambda::FunctionConfiguration& function,
                                   const std::string& log_stream) {
    const auto& identity = function.identity;
    std::vector<std::string> all{
        "AWS_LAMBDA_FUNCTION_NAME=" + function.name,
        "AWS_LAMBDA_FUNCTION_VERSION=" + function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + std::to_string(function.memory_megabytes),
        "AWS_LAMBDA_LOG_GROUP_NAME=" + function.log_group(),
        "AWS_LAMBDA_LOG_STREAM_NAME=" + log_stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
        "AWS_LAMBDA_RUNTIME_API=" + std::string(runtime_api_address) + ":" +
            std::to_string(runtime_api_port),
        "AWS_REGION=" + identity.region,
        "AWS_DEFAULT_REGION=" + identity.region,
        "AWS_ACCESS_KEY_ID=ASIAORRERY0000000000",
        "AWS_SECRET_ACCESS_KEY=orrery",
        "AWS_SESSION_TOKEN=orrery",
        "AWS_EXECUTION_ENV=AWS_Lambda_" + function.runtime,
        "_HANDLER=" + function.handler,
        "LAMBDA_TASK_ROOT=" + task_root(function.directory),
        "TZ=:UTC",
        "LANG=en_US.UTF-8",
        "LC_CTYPE=C.UTF-8",
        "PATH=/usr/local/bin:/usr/bin:/bin:/opt/bin",
    };
    if (!is_node(function.runtime)) {
        all.emplace_back("PYTHONHASHSEED=0");
    }
    for (const auto& [name, value] : function.variables) {
        all.push_back(name + "=" + value);
    }
    return all;
}

/// Lambda's own report of a process that ended. [LS test_uncaught_exception_invoke; docs:
/// runtimes-api]
lambda::Outcome exit_outcome(const std::string& request_id, const ExitStatus& status) {
    // A clean exit is told as one without a reason, like an exit() in the handler. [LS
    // TestLambdaErrors]
    const bool clean = status.signal == 0 && status.code == 0;
    std::string message = request_id.empty() ? "" : "RequestId: " + request_id + " ";
    message += clean ? "Error: Runtime exited without providing a reason"
                     : "Error: Runtime exited with error: " + status.text();
    std::string payload = "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":";
    append_json_string(payload, message);
    payload += "}";
    return {lambda::Outcome::Kind::exited, std::move(payload), "Runtime.ExitError"};
}

class ProcessEnvironment final : public lambda::Environment {
public:
    ProcessEnvironment(Loop& loop,
                       const std::string& address,
                       std::int64_t memory_megabytes,
                       lambda::LogSink log,
                       std::function<void(lambda::Outcome)> ready)
        : memory_megabytes_(memory_megabytes),
          log_(std::move(log)),
          ready_(std::move(ready)),
          splitter_([this](std::string message) { log_(std::move(message)); }),
          api_(loop, address, api_events()) {}

    void run(Loop& loop, HandlerProcessOptions options) {
        options.shim_settings.routes.push_back(
            {"", runtime_api_address, runtime_api_port, api_.endpoint()});
        HandlerProcessEvents events;
        events.output = [this](std::string_view bytes) { splitter_.add(bytes); };
        events.exited = [this](ExitStatus status) { exited(status); };
        // Without an answer to come, Lambda's time-out ends what cannot be waited for.
        events.hung = [this] { splitter_.flush(); };
        process_.emplace(loop, std::move(options), std::move(events));
    }

    void invoke(const lambda::Invocation& invocation,
                std::function<void(lambda::Outcome)> done) override {
        request_id_ = invocation.request_id;
        done_ = std::move(done);
        if (dead_) {
            finish(exit_outcome(request_id_, *dead_));
            return;
        }
        process_->thaw();
        api_.invoke(invocation);
    }

    std::int64_t max_memory_megabytes() const override { return memory_megabytes_; }

private:
    RuntimeApiEvents api_events() {
        RuntimeApiEvents events;
        events.ready = [this] {
            process_->freeze();
            settle_init({lambda::Outcome::Kind::success, {}, {}});
        };
        events.init_error = [this](lambda::Outcome outcome) { settle_init(std::move(outcome)); };
        events.done = [this](lambda::Outcome outcome) {
            process_->freeze();
            finish(std::move(outcome));
        };
        return events;
    }

    void settle_init(lambda::Outcome outcome) {
        splitter_.flush();
        if (auto ready = std::exchange(ready_, nullptr)) {
            ready(std::move(outcome));
        }
    }

    void finish(lambda::Outcome outcome) {
        splitter_.flush();
        if (auto done = std::exchange(done_, nullptr)) {
            done(std::move(outcome));
        }
    }

    void exited(const ExitStatus& status) {
        dead_ = status;
        if (ready_) {
            settle_init(exit_outcome("", status));
            return;
        }
        lambda::Outcome outcome;
        if (!api_.take_answer(outcome)) {
            outcome = exit_outcome(request_id_, status);
        } else if (outcome.kind == lambda::Outcome::Kind::error) {
            // Node reports what nobody caught, and ends: the next invocation needs a new process.
            outcome.kind = lambda::Outcome::Kind::exited;
        }
        finish(std::move(outcome));
    }

    std::int64_t memory_megabytes_;
    lambda::LogSink log_;
    std::function<void(lambda::Outcome)> ready_;
    std::function<void(lambda::Outcome)> done_;
    std::string request_id_;
    std::optional<ExitStatus> dead_;
    LogSplitter splitter_;
    RuntimeApi api_;
    std::optional<HandlerProcess> process_;  // last: it is gone before what its events reach
};

}  // namespace

ProcessRuntime::ProcessRuntime(World& world, ProcessRuntimeOptions options)
    : world_(world), options_(std::move(options)), random_(world.random.stream("handlers")) {}

ProcessRuntime::~ProcessRuntime() = default;

bool ProcessRuntime::supports(const std::string& runtime) const {
    return runtime.starts_with("python3.") || is_node(runtime);
}

std::string ProcessRuntime::supported() const {
    return "python3.*, nodejs*";
}

const Interpreter& ProcessRuntime::interpreter_for(const lambda::FunctionConfiguration& function) {
    const std::string& runtime = function.runtime;
    const auto known = interpreters_.find(runtime);
    if (known != interpreters_.end()) {
        return known->second;
    }
    try {
        Interpreter found = is_node(runtime)
                                ? find_node(runtime, options_.program_folders)
                                : find_python(runtime, options_.python, options_.program_folders);
        if (!found.other_version.empty()) {
            // Not in the trace: what this machine has is no part of the simulated world.
            spdlog::warn("{} asks for {}, which is not installed: {} stands in for it",
                         function.name,
                         runtime,
                         found.other_version);
        }
        return interpreters_.emplace(runtime, std::move(found)).first->second;
    } catch (const UsageError& error) {
        throw UsageError("function " + function.name + ": " + error.what());
    }
}

std::unique_ptr<lambda::Environment> ProcessRuntime::start(
    const lambda::FunctionConfiguration& function,
    std::uint64_t /*number*/,
    const std::string& log_stream,
    lambda::LogSink log,
    std::function<void(lambda::Outcome)> ready) {
    const std::string address = loopback_address(++addresses_);
    HandlerProcessOptions options;
    const std::uint64_t seed = random_.next();
    const std::filesystem::path& program = interpreter_for(function).program;
    const std::filesystem::path bootstraps = options_.resources / "bootstraps";
    const bool node = is_node(function.runtime);
    options.arguments =
        node ? node_command(program, bootstraps, seed) : python_command(program, bootstraps);
    options.environment = variables(function, log_stream);
    // Of two with one name the first one counts.
    options.environment.insert(
        options.environment.end(), options_.variables.begin(), options_.variables.end());
    options.directory = function.directory;
    options.shim = options_.resources / "liborrery_shim.so";
    options.shim_settings.source_address = address;
    options.shim_settings.seed = seed;
    options.shim_settings.boot = world_.loop.start() - uptime;
    options.patience = options_.patience;
    if (options_.routes) {
        options.shim_settings.routes = options_.routes();
    }
    auto environment =
        std::make_unique<ProcessEnvironment>(world_.loop,
                                             address,
                                             node ? node_memory_megabytes : python_memory_megabytes,
                                             std::move(log),
                                             std::move(ready));
    environment->run(world_.loop, std::move(options));
    return environment;
}

}  // namespace orrery
