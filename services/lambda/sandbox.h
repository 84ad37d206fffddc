/// Sandbox: one execution environment as Lambda manages it: its process, its log stream, and the
/// one call it serves.
#pragma once

#include "engine/timeline.h"
#include "services/lambda/call.h"
#include "services/lambda/lambda.h"
#include "services/lambda/runtime.h"
#include "services/lambda/sandbox_log.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace orrery {
class RandomStream;
}

namespace orrery::lambda {

/// What every function of the service lives on.
struct Host {
    World& world;
    RuntimeProvider& runtimes;
    LogWriter& logs;
    RandomStream& random;
};

/// A function's configuration while environments made from it live on.
using SharedConfiguration = std::shared_ptr<const FunctionConfiguration>;

class Sandbox;

class SandboxOwner {
public:
    virtual ~SandboxOwner() = default;
    /// The number of the next process, counting from 1.
    virtual std::uint64_t next_environment() = 0;
    virtual const FunctionSimulation& simulation() const = 0;
    virtual void began(const Call& call) = 0;
    /// `sandbox` was initialised ahead, or failed to be; it may be destroyed at once.
    virtual void prepared(Sandbox& sandbox, bool succeeded) = 0;
    /// `sandbox` serves nobody any more; it may be destroyed at once.
    virtual void finished(Sandbox& sandbox, std::shared_ptr<Call> call) = 0;
};

class Sandbox {
public:
    /// `trace_source` and all else must outlive the sandbox.
    Sandbox(Host& host,
            SandboxOwner& owner,
            const std::string& trace_source,
            SharedConfiguration configuration);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    /// Serves `call`, initialising first where that is needed; only one at a time.
    void serve(std::shared_ptr<Call> call);
    /// Initialises a new environment before there is a call.
    void prepare();
    /// Ends an idle environment: says so in the trace; to be destroyed next.
    void stop(std::string_view reason);

    const SharedConfiguration& configuration() const { return configuration_; }
    bool busy() const { return call_ != nullptr; }
    /// Whether its first initialisation is over.
    bool ready() const { return phase_ != Phase::fresh && phase_ != Phase::init; }
    Instant idle_since() const { return idle_since_; }

private:
    enum class Phase : std::uint8_t { fresh, init, idle, invoke_init, invoke };

    void begin_init(Duration limit);
    void start_process();
    void initialised(Outcome outcome);
    void init_succeeded();
    void init_failed(const Outcome* outcome);
    void begin_invocation();
    void trace_start();
    void deliver();
    void answered(Outcome outcome);
    void invocation_timed_out();
    void complete(Outcome outcome);
    void reset(std::string_view reason, const std::string& shutdown_reason);
    void drop_process(const std::string& reason);
    void write_end(const Outcome& outcome, Duration duration);
    void trace_end(const Outcome& outcome, Duration duration);
    void cancel_events();

    Host& host_;
    SandboxOwner& owner_;
    const std::string& trace_source_;
    SharedConfiguration configuration_;
    std::shared_ptr<SandboxLog> log_;

    std::unique_ptr<Environment>
        process_;                    // null before the first init, and after a crash or time-out
    std::shared_ptr<void> storage_;  // /tmp, for the next process
    std::uint64_t number_ = 0;       // of the process
    Phase phase_ = Phase::fresh;
    Instant phase_start_;
    Instant init_end_;                       // of the init phase, at the latest
    std::optional<Duration> init_duration_;  // until the first REPORT has told it
    std::int64_t max_memory_megabytes_ = 0;  // of a process that is gone
    Instant idle_since_;

    std::shared_ptr<Call> call_;
    bool crash_ = false;        // the fault "lambda.crash" takes this invocation's answer away
    bool init_broken_ = false;  // this invocation's own initialisation failed
    EventId limit_;             // the end of the init phase or of the function's timeout
    EventId step_;              // the modelled instant at which an answer counts
};

}  // namespace orrery::lambda
