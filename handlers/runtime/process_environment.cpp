#include "handlers/runtime/process_environment.h"

#include "engine/loop.h"
#include "engine/random.h"
#include "engine/trace.h"
#include "handlers/runtime/environment_variables.h"
#include "handlers/runtime/extensions_api.h"
#include "handlers/runtime/log_splitter.h"
#include "handlers/runtime/real_clock.h"
#include "handlers/runtime/runtime_api.h"

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

namespace orrery {

namespace {

// How long the end may take where there are external extensions; without them nothing but the
// runtime's share. [docs: lambda-runtime-environment, "Shutdown phase"]
constexpr Duration time_to_shut_down = std::chrono::seconds(2);

// The runtime's share, before extensions hear of the end. [aws-samples/graceful-shutdown-with-aws-
// lambda; the official runtime core: three tenths]
constexpr Duration runtimes_share = std::chrono::milliseconds(300);
constexpr Duration runtimes_share_with_internal_extension = std::chrono::milliseconds(500);

lambda::Outcome own_error(const std::string& type,
                          const std::string& request_id,
                          const std::string& text) {
    std::string payload = "{\"errorType\":";
    append_json_string(payload, type);
    payload += ",\"errorMessage\":";
    append_json_string(payload,
                       (request_id.empty() ? "" : "RequestId: " + request_id + " ") + text);
    payload += "}";
    return {lambda::Outcome::Kind::exited, std::move(payload), type};
}

/// Lambda's own report of a runtime that ended. [LS test_uncaught_exception_invoke; docs:
/// runtimes-api]
lambda::Outcome exit_outcome(const std::string& request_id, const ExitStatus& status) {
    // A clean exit is told as one without a reason, like an exit() in the handler. [LS
    // TestLambdaErrors]
    const bool clean = status.signal == 0 && status.code == 0;
    return own_error("Runtime.ExitError",
                     request_id,
                     clean ? "Error: Runtime exited without providing a reason"
                           : "Error: Runtime exited with error: " + status.text());
}

/// [public logs: "Error: exit code 0 Extension.Crash"]
lambda::Outcome extension_outcome(const std::string& request_id,
                                  const std::string& type,
                                  const ExitStatus& status) {
    return own_error(type,
                     request_id,
                     "Error: " + (status.signal == 0 ? "exit code " + std::to_string(status.code)
                                                     : status.text()));
}

class Processes : public std::enable_shared_from_this<Processes> {
public:
    Processes(Loop& loop,
              EnvironmentProgram program,
              lambda::LogSink log,
              std::function<void(lambda::Outcome)> ready)
        : loop_(loop),
          program_(std::move(program)),
          log_(std::move(log)),
          ready_(std::move(ready)),
          splitter_([this](std::string message) { log_(std::move(message)); }),
          api_(loop, program_.process.shim_settings.source_address, api_events()) {
        std::vector<std::string> names;
        for (const ExtensionProgram& extension : program_.extensions) {
            names.push_back(extension.name);
        }
        extensions_api_.emplace(
            program_.function, std::move(names), *program_.random, extensions_events());
        extensions_api_->serve_on(api_.server());
    }

    void start() {
        for (ExtensionProgram& extension : program_.extensions) {
            start_extension(extension);
        }
        if (program_.extensions.empty()) {
            start_runtime();
        }
    }

    /// Nothing is heard of it any more.
    void end() {
        ready_ = nullptr;
        done_ = nullptr;
        runtime_.reset();
        extensions_.clear();
    }

    void invoke(const lambda::Invocation& invocation, std::function<void(lambda::Outcome)> done) {
        request_id_ = invocation.request_id;
        done_ = std::move(done);
        if (dead_) {
            finish(exit_outcome(request_id_, *dead_));
            return;
        }
        lambda::Invocation told = invocation;
        if (program_.process.shim_use == ShimUse::none) {
            told.deadline = real_now() + (invocation.deadline - loop_.now());
        }
        thaw();
        extensions_api_->invoke(invocation);
        api_.invoke(told);
    }

    /// Where there are extensions, the runtime hears SIGTERM and gets its time, then extensions
    /// that want to hear of it get theirs; then this ends by itself. Without any it is to be ended
    /// at once: false.
    bool shut_down(const std::string& reason) {
        ready_ = nullptr;
        done_ = nullptr;
        if (!extensions_api_->has_external() && !extensions_api_->has_internal()) {
            return false;
        }
        shutting_down_ = true;
        shutdown_reason_ = reason;
        shutdown_deadline_ = loop_.now() + time_to_shut_down;
        thaw();
        if (!runtime_ || runtime_gone_) {
            shut_down_extensions();
            return true;
        }
        const Duration share = extensions_api_->has_internal()
                                   ? runtimes_share_with_internal_extension
                                   : runtimes_share;
        farewell_ =
            loop_.after(share, [self = shared_from_this()] { self->shut_down_extensions(); });
        runtime_->terminate();
        return true;
    }

    const std::shared_ptr<EnvironmentFolder>& tmp() const { return program_.tmp; }
    std::int64_t memory_megabytes() const { return program_.memory_megabytes; }

private:
    void shut_down_extensions() {
        runtime_.reset();
        splitter_.flush();
        std::erase_if(extensions_, [this](const auto& extension) {
            return extension->exited || !extensions_api_->wants_shutdown(extension->name);
        });
        if (extensions_.empty()) {
            end();
            return;
        }
        extensions_api_->shut_down(shutdown_reason_, shutdown_deadline_);
        farewell_ = loop_.at(shutdown_deadline_, [self = shared_from_this()] { self->end(); });
    }

    struct Extension {
        std::string name;
        std::optional<LogSplitter> splitter;
        std::unique_ptr<ApiServer> own_server;  // for a program without the shim
        std::optional<HandlerProcess> process;
        std::string reported;  // "Extension.InitError", once it has told
        bool exited = false;
    };

    RuntimeApiEvents api_events() {
        RuntimeApiEvents events;
        // What it still said in a turn in which it took too much memory does not count: Lambda
        // would have killed it before.
        events.ready = [this] {
            if (!ran_out_of_memory()) {
                runtime_waits_ = true;
                progress();
            }
        };
        events.init_error = [this](lambda::Outcome outcome) {
            if (!ran_out_of_memory()) {
                settle_init(std::move(outcome));
            }
        };
        events.done = [this](lambda::Outcome outcome) {
            if (!ran_out_of_memory()) {
                outcome_ = std::move(outcome);
                progress();
            }
        };
        return events;
    }

    ExtensionsEvents extensions_events() {
        ExtensionsEvents events;
        events.registered = [this] { start_runtime(); };
        events.all_wait = [this] { progress(); };
        events.failed = [this](const std::string& name, const std::string& kind) {
            for (const auto& extension : extensions_) {
                if (extension->name == name) {
                    extension->reported = kind;
                }
            }
        };
        return events;
    }

    void start_runtime() {
        HandlerProcessOptions options = program_.process;
        lead_to(options, api_.endpoint());
        HandlerProcessEvents events;
        events.output = [this](std::string_view bytes) { splitter_.add(bytes); };
        events.exited = [this](ExitStatus status) { runtime_exited(status); };
        // Without an answer to come, Lambda's time-out ends what cannot be waited for.
        events.hung = [this] {
            runtime_gone_ = true;
            splitter_.flush();
        };
        runtime_.emplace(loop_, std::move(options), std::move(events));
    }

    void start_extension(ExtensionProgram& extension_program) {
        auto extension = std::make_unique<Extension>();
        Extension& kept = *extension;
        kept.name = extension_program.name;
        kept.splitter.emplace([this](std::string message) { log_(std::move(message)); });
        HandlerProcessOptions options = extension_program.process;
        Endpoint server = api_.endpoint();
        if (options.shim_use == ShimUse::none) {
            // Where its connections lead is all that tells them from the runtime's.
            kept.own_server =
                std::make_unique<ApiServer>(loop_, options.shim_settings.source_address);
            extensions_api_->serve_on(*kept.own_server);
            server = kept.own_server->endpoint();
        }
        lead_to(options, server);
        HandlerProcessEvents events;
        events.output = [&kept](std::string_view bytes) { kept.splitter->add(bytes); };
        events.exited = [this, &kept](ExitStatus status) { extension_exited(kept, status); };
        events.hung = [this, &kept] { extension_exited(kept, {0, SIGKILL}); };
        extensions_.push_back(std::move(extension));
        kept.process.emplace(loop_, std::move(options), std::move(events));
    }

    /// The Runtime API's address leads to where the engine listens.
    static void lead_to(HandlerProcessOptions& options, const Endpoint& server) {
        if (options.shim_use != ShimUse::none) {
            options.shim_settings.routes.push_back(
                {"", runtime_api_address, runtime_api_port, server});
            return;
        }
        for (std::string& variable : options.environment) {
            if (variable.starts_with("AWS_LAMBDA_RUNTIME_API=")) {
                variable =
                    "AWS_LAMBDA_RUNTIME_API=" + server.address + ":" + std::to_string(server.port);
            }
        }
    }

    /// Initialisation, or an invocation, is over when the runtime and all extensions ask for more.
    void progress() {
        if (shutting_down_ || !extensions_api_->all_wait()) {
            return;
        }
        if (ready_ && runtime_waits_) {
            freeze();
            settle_init({lambda::Outcome::Kind::success, {}, {}});
        } else if (outcome_) {
            freeze();
            finish(*std::exchange(outcome_, std::nullopt));
        }
    }

    void freeze() {
        if (runtime_) {
            runtime_->freeze();
        }
        for (const auto& extension : extensions_) {
            extension->process->freeze();
        }
    }

    void thaw() {
        if (runtime_) {
            runtime_->thaw();
        }
        for (const auto& extension : extensions_) {
            extension->process->thaw();
        }
    }

    void flush() {
        splitter_.flush();
        for (const auto& extension : extensions_) {
            extension->splitter->flush();
        }
    }

    void settle_init(lambda::Outcome outcome) {
        flush();
        if (auto ready = std::exchange(ready_, nullptr)) {
            extensions_api_->close_registration();
            for (std::string& line : extensions_api_->log_lines()) {
                log_(std::move(line));
            }
            ready(std::move(outcome));
        }
    }

    void finish(lambda::Outcome outcome) {
        flush();
        outcome_.reset();
        if (auto done = std::exchange(done_, nullptr)) {
            done(std::move(outcome));
        }
    }

    bool ran_out_of_memory() const { return runtime_ && runtime_->ran_out_of_memory(); }

    void runtime_exited(const ExitStatus& status) {
        const auto self = shared_from_this();
        runtime_gone_ = true;
        if (shutting_down_) {
            loop_.cancel(farewell_);
            loop_.post([self] { self->shut_down_extensions(); });
            return;
        }
        dead_ = status;
        if (ran_out_of_memory()) {
            program_.memory_megabytes = program_.function.memory_megabytes;
        }
        if (ready_) {
            settle_init(exit_outcome("", status));
            return;
        }
        lambda::Outcome outcome;
        if (outcome_) {
            outcome = *outcome_;  // it had answered; only an extension was not ready yet
        } else if (ran_out_of_memory() || !api_.take_answer(outcome)) {
            outcome = exit_outcome(request_id_, status);
        } else if (outcome.kind == lambda::Outcome::Kind::error) {
            // Node reports what nobody caught, and ends: the next invocation needs a new process.
            outcome.kind = lambda::Outcome::Kind::exited;
        }
        finish(std::move(outcome));
    }

    /// An extension's end is the environment's. [docs: runtimes-extensions-api]
    void extension_exited(Extension& extension, const ExitStatus& status) {
        const auto self = shared_from_this();
        extension.exited = true;
        extension.splitter->flush();
        if (shutting_down_) {
            if (!runtime_ && std::all_of(extensions_.begin(),
                                         extensions_.end(),
                                         [](const auto& other) { return other->exited; })) {
                loop_.cancel(farewell_);
                loop_.post([self] { self->end(); });
            }
            return;
        }
        const std::string type =
            extension.reported.empty() ? "Extension.Crash" : extension.reported;
        dead_ = status;
        if (ready_) {
            settle_init(extension_outcome("", type, status));
        } else {
            finish(extension_outcome(request_id_, type, status));
        }
    }

    Loop& loop_;
    EnvironmentProgram program_;
    lambda::LogSink log_;
    std::function<void(lambda::Outcome)> ready_;
    std::function<void(lambda::Outcome)> done_;
    std::string request_id_;
    std::optional<lambda::Outcome> outcome_;  // the runtime's, while extensions are not ready yet
    std::optional<ExitStatus> dead_;
    bool runtime_waits_ = false;
    bool runtime_gone_ = false;
    bool shutting_down_ = false;
    std::string shutdown_reason_;
    Instant shutdown_deadline_;
    EventId farewell_;  // of the runtime, then of the extensions
    LogSplitter splitter_;
    RuntimeApi api_;
    std::optional<ExtensionsApi> extensions_api_;
    // Last: they are gone before what their events reach.
    std::vector<std::unique_ptr<Extension>> extensions_;
    std::optional<HandlerProcess> runtime_;
};

class ProcessEnvironment final : public lambda::Environment {
public:
    explicit ProcessEnvironment(std::shared_ptr<Processes> processes)
        : processes_(std::move(processes)) {}
    ~ProcessEnvironment() override {
        if (!says_farewell_) {
            processes_->end();
        }
    }
    ProcessEnvironment(const ProcessEnvironment&) = delete;
    ProcessEnvironment& operator=(const ProcessEnvironment&) = delete;

    void invoke(const lambda::Invocation& invocation,
                std::function<void(lambda::Outcome)> done) override {
        processes_->invoke(invocation, std::move(done));
    }
    std::int64_t max_memory_megabytes() const override { return processes_->memory_megabytes(); }
    std::shared_ptr<void> storage() const override { return processes_->tmp(); }
    void shut_down(const std::string& reason) override {
        says_farewell_ = processes_->shut_down(reason);
    }

private:
    std::shared_ptr<Processes> processes_;
    bool says_farewell_ = false;
};

class FailedEnvironment final : public lambda::Environment {
public:
    FailedEnvironment(Loop& loop,
                      lambda::Outcome outcome,
                      std::function<void(lambda::Outcome)> ready)
        : loop_(loop),
          told_(loop.after(
              {}, [outcome = std::move(outcome), ready = std::move(ready)] { ready(outcome); })) {}
    ~FailedEnvironment() override { loop_.cancel(told_); }
    FailedEnvironment(const FailedEnvironment&) = delete;
    FailedEnvironment& operator=(const FailedEnvironment&) = delete;

    void invoke(const lambda::Invocation& /*invocation*/,
                std::function<void(lambda::Outcome)> /*done*/) override {}
    std::int64_t max_memory_megabytes() const override {
        constexpr std::int64_t without_a_process = 3;
        return without_a_process;
    }

private:
    Loop& loop_;
    EventId told_;
};

}  // namespace

std::unique_ptr<lambda::Environment> start_environment(Loop& loop,
                                                       EnvironmentProgram program,
                                                       lambda::LogSink log,
                                                       std::function<void(lambda::Outcome)> ready) {
    auto processes =
        std::make_shared<Processes>(loop, std::move(program), std::move(log), std::move(ready));
    processes->start();
    return std::make_unique<ProcessEnvironment>(std::move(processes));
}

std::unique_ptr<lambda::Environment> failed_environment(
    Loop& loop,
    const std::string& error_type,
    const std::string& message,
    std::function<void(lambda::Outcome)> ready) {
    return std::make_unique<FailedEnvironment>(
        loop, own_error(error_type, "", message), std::move(ready));
}

}  // namespace orrery
