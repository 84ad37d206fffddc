#include "handlers/runtime/process_runtime.h"

#include "engine/ensure.h"
#include "engine/error.h"
#include "engine/trace.h"
#include "engine/world.h"
#include "handlers/runtime/log_splitter.h"
#include "handlers/runtime/runtime_api.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

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
        "PYTHONHASHSEED=0",
    };
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
                       lambda::LogSink log,
                       std::function<void(lambda::Outcome)> ready)
        : log_(std::move(log)),
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

    // Modelled: what a small Python function is reported with; measuring would differ from machine
    // to machine.
    std::int64_t max_memory_megabytes() const override { return 40; }

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
        }
        finish(std::move(outcome));
    }

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
    return runtime.starts_with("python3.");
}

std::string ProcessRuntime::supported() const {
    return "python3.*";
}

std::filesystem::path ProcessRuntime::find_python(const std::string& runtime) const {
    if (!options_.python.empty()) {
        if (::access(options_.python.c_str(), X_OK) != 0) {
            throw UsageError(options_.python.string() +
                             ": no such program (the scenario's 'python')");
        }
        return options_.python;
    }
    for (const std::string& name : {runtime, std::string("python3")}) {
        for (const char* folder : {"/usr/bin/", "/usr/local/bin/", "/bin/"}) {
            const std::string path = folder + name;
            if (::access(path.c_str(), X_OK) == 0) {
                return path;
            }
        }
    }
    throw UsageError("no python3 found for runtime " + runtime +
                     ": install one (apt-get install python3), or name one with 'python:' under "
                     "'simulate:' in the scenario");
}

std::unique_ptr<lambda::Environment> ProcessRuntime::start(
    const lambda::FunctionConfiguration& function,
    std::uint64_t /*number*/,
    const std::string& log_stream,
    lambda::LogSink log,
    std::function<void(lambda::Outcome)> ready) {
    const std::string address = loopback_address(++addresses_);
    HandlerProcessOptions options;
    const std::filesystem::path bootstrap =
        options_.resources / "bootstraps" / "python3" / "bootstrap.py";
    const std::filesystem::path python = find_python(function.runtime);
    if (options_.python.empty() && python.filename() != function.runtime &&
        substituted_.insert(function.runtime).second) {
        // Not in the trace: what this machine has is no part of the simulated world.
        spdlog::warn("{} asks for {}, which is not installed: {} stands in for it",
                     function.name,
                     function.runtime,
                     python.string());
    }
    options.arguments = {python.string(), "-s", "-B", bootstrap.string()};
    options.environment = variables(function, log_stream);
    options.directory = function.directory;
    options.shim = options_.resources / "liborrery_shim.so";
    options.shim_settings.source_address = address;
    options.shim_settings.seed = random_.next();
    options.shim_settings.boot = world_.loop.start() - uptime;
    options.patience = options_.patience;
    if (options_.routes) {
        options.shim_settings.routes = options_.routes();
    }
    auto environment = std::make_unique<ProcessEnvironment>(
        world_.loop, address, std::move(log), std::move(ready));
    environment->run(world_.loop, std::move(options));
    return environment;
}

}  // namespace orrery
