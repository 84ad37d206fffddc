#include "services/lambda/sandbox.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/lambda/failure.h"
#include "services/lambda/limits.h"
#include "services/lambda/platform_log.h"

#include <algorithm>
#include <utility>

namespace orrery::lambda {

namespace {

bool is_time_out(const Outcome& outcome) {
    return outcome.kind == Outcome::Kind::exited && outcome.error_type == "Sandbox.Timedout";
}

}  // namespace

Sandbox::Sandbox(Host& host,
                 SandboxOwner& owner,
                 const std::string& trace_source,
                 SharedConfiguration configuration)
    : host_(host),
      owner_(owner),
      trace_source_(trace_source),
      configuration_(std::move(configuration)),
      log_(std::make_shared<SandboxLog>(
          host.world.loop,
          host.logs,
          configuration_,
          platform_log::stream_name(
              host.world.loop.now(), configuration_->version, host.random.hex(32)))) {}

Sandbox::~Sandbox() {
    cancel_events();
    process_.reset();  // it refers to the call
    log_->copy_to(nullptr);
    if (const std::shared_ptr<Call> call = std::move(call_)) {
        // It will never finish; who waits for it may own it, and must not be kept alive by it.
        const auto nobody_waits = std::exchange(call->finished, {});
    }
}

void Sandbox::cancel_events() {
    host_.world.loop.cancel(limit_);
    host_.world.loop.cancel(step_);
}

void Sandbox::serve(std::shared_ptr<Call> call) {
    ENSURE(call_ == nullptr);
    call_ = std::move(call);
    if (phase_ != Phase::fresh) {
        begin_invocation();
        return;
    }
    begin_init(limits::init);
}

void Sandbox::prepare() {
    ENSURE(phase_ == Phase::fresh);
    begin_init(std::max(limits::init_ahead, configuration_->timeout));
}

void Sandbox::begin_init(Duration limit) {
    phase_ = Phase::init;
    phase_start_ = host_.world.loop.now();
    init_end_ = phase_start_ + limit;
    log_->init_start();
    limit_ = host_.world.loop.at(init_end_, [this] { init_failed(nullptr); });
    start_process();
}

void Sandbox::start_process() {
    number_ = owner_.next_environment();
    host_.world.trace.record(
        trace_source_, "lambda.environment.starting", {{"environment", number_}});
    process_ = host_.runtimes.start(
        *configuration_,
        number_,
        log_->stream(),
        [log = log_](const std::string& message) { log->append(message); },
        [this](Outcome outcome) { initialised(std::move(outcome)); });
    storage_.reset();
}

void Sandbox::initialised(Outcome outcome) {
    Loop& loop = host_.world.loop;
    const Instant completion = loop.now() + owner_.simulation().cold_start;
    const Instant limit = phase_ == Phase::init ? init_end_ : call_->invocation.deadline;
    if (completion > limit) {
        return;  // too late: the limit's event is on its way
    }
    loop.cancel(limit_);
    step_ = loop.at(completion, [this, outcome = std::move(outcome)] {
        if (outcome.kind == Outcome::Kind::success) {
            init_succeeded();
        } else {
            init_failed(&outcome);
        }
    });
}

void Sandbox::init_succeeded() {
    const Duration duration = host_.world.loop.now() - phase_start_;
    host_.world.trace.record(trace_source_,
                             "lambda.environment.ready",
                             {{"environment", number_}, {"init_duration", duration}});
    log_->init_ended(duration, phase_ == Phase::init ? "init" : "invoke", "success", "");
    if (call_ == nullptr) {
        phase_ = Phase::idle;
        idle_since_ = host_.world.loop.now();
        owner_.prepared(*this, true);
    } else if (phase_ == Phase::init) {
        init_duration_ = duration;
        begin_invocation();
    } else {
        // It took its time from the invocation, whose deadline still stands.
        limit_ =
            host_.world.loop.at(call_->invocation.deadline, [this] { invocation_timed_out(); });
        deliver();
    }
}

/// Without an outcome the time limit was reached.
void Sandbox::init_failed(const Outcome* outcome) {
    const bool in_init_phase = phase_ == Phase::init;
    const std::string error_type = outcome == nullptr ? "" : failure::type_of(*outcome);
    log_->init_ended(host_.world.loop.now() - phase_start_,
                     in_init_phase ? "init" : "invoke",
                     outcome == nullptr ? "timeout" : "error",
                     error_type);
    host_.world.trace.record(
        trace_source_,
        "lambda.environment.failed",
        {{"environment", number_},
         {"error_type", outcome == nullptr ? std::string_view("timeout") : error_type}});
    cancel_events();
    drop_process(outcome == nullptr ? "timeout" : "failure");
    if (call_ == nullptr) {
        owner_.prepared(*this, false);  // may destroy this
        return;
    }
    if (in_init_phase) {
        // Tried once more, now within the invocation and its timeout. [docs
        // lambda-runtime-environment]
        begin_invocation();
        return;
    }
    const std::string& request_id = call_->invocation.request_id;
    init_broken_ = outcome != nullptr;
    complete(outcome == nullptr ? failure::timed_out(request_id, configuration_->timeout)
                                : failure::of_initialisation(*outcome, request_id));
}

void Sandbox::begin_invocation() {
    Loop& loop = host_.world.loop;
    Invocation& invocation = call_->invocation;
    phase_ = process_ != nullptr ? Phase::invoke : Phase::invoke_init;
    phase_start_ = loop.now();
    invocation.deadline = phase_start_ + configuration_->timeout;
    // A caller's tail is START to REPORT. [LS test_invocation_with_logs]
    log_->copy_to(call_->log ? &*call_->log : nullptr);
    log_->start(invocation.request_id);
    owner_.began(*call_);
    crash_ = host_.world.faults.fires("lambda.crash", {{"function", configuration_->name}});
    if (process_ != nullptr) {
        trace_start();
        limit_ = loop.at(invocation.deadline, [this] { invocation_timed_out(); });
        deliver();
    } else {
        limit_ = loop.at(invocation.deadline, [this] { init_failed(nullptr); });
        start_process();
        trace_start();
    }
}

void Sandbox::trace_start() {
    const Invocation& invocation = call_->invocation;
    if (call_->batch_size > 0) {
        host_.world.trace.record(trace_source_,
                                 "lambda.invocation.started",
                                 {{"batch_size", call_->batch_size},
                                  {"environment", number_},
                                  {"request_id", invocation.request_id}});
    } else {
        host_.world.trace.record(trace_source_,
                                 "lambda.invocation.started",
                                 {{"environment", number_}, {"request_id", invocation.request_id}});
    }
}

void Sandbox::deliver() {
    phase_ = Phase::invoke;
    process_->invoke(call_->invocation, [this](Outcome outcome) { answered(std::move(outcome)); });
}

void Sandbox::answered(Outcome outcome) {
    Loop& loop = host_.world.loop;
    const Instant completion = loop.now() + owner_.simulation().duration;
    if (completion > call_->invocation.deadline) {
        return;  // too late: the deadline's event is on its way
    }
    loop.cancel(limit_);
    call_->outcome = std::move(outcome);
    step_ = loop.at(completion, [this] {
        if (crash_) {
            complete(failure::crashed(call_->invocation.request_id));
        } else if (call_->outcome.payload.size() > limits::response_bytes) {
            complete(failure::response_too_large());
        } else {
            complete(std::move(call_->outcome));
        }
    });
}

void Sandbox::invocation_timed_out() {
    complete(failure::timed_out(call_->invocation.request_id, configuration_->timeout));
}

void Sandbox::complete(Outcome outcome) {
    const Duration duration = host_.world.loop.now() - phase_start_;
    write_end(outcome, duration);
    log_->copy_to(nullptr);
    trace_end(outcome, duration);
    if (outcome.kind == Outcome::Kind::exited && process_ != nullptr) {
        const bool timed_out = is_time_out(outcome);
        reset(timed_out ? "timeout" : "crash", timed_out ? "timeout" : "failure");
    }
    init_duration_.reset();
    init_broken_ = false;
    phase_ = Phase::idle;
    idle_since_ = host_.world.loop.now();
    call_->outcome = std::move(outcome);
    call_->duration = duration;
    owner_.finished(*this, std::move(call_));  // may destroy this
}

void Sandbox::reset(std::string_view reason, const std::string& shutdown_reason) {
    cancel_events();
    drop_process(shutdown_reason);
    host_.world.trace.record(trace_source_,
                             "lambda.environment.stopped",
                             {{"environment", number_}, {"reason", reason}});
}

void Sandbox::drop_process(const std::string& reason) {
    max_memory_megabytes_ = process_->max_memory_megabytes();
    // Kept until the next process has it: the environment stays. [LS
    // test_lambda_invoke_timed_out_environment_reuse]
    storage_ = process_->storage();
    process_->shut_down(reason);
    process_.reset();
}

void Sandbox::stop(std::string_view reason) {
    if (process_ != nullptr) {
        reset(reason, "spindown");
    }
}

void Sandbox::write_end(const Outcome& outcome, Duration duration) {
    const bool exited = outcome.kind == Outcome::Kind::exited;
    platform_log::Report report;
    report.request_id = call_->invocation.request_id;
    report.duration = duration;
    report.init_duration = init_duration_;
    report.memory_megabytes = configuration_->memory_megabytes;
    report.max_memory_megabytes =
        process_ == nullptr ? max_memory_megabytes_ : process_->max_memory_megabytes();
    std::string error_type;
    if (is_time_out(outcome)) {
        report.status = "timeout";
    } else if (init_broken_ || exited) {
        error_type = failure::type_of(outcome);
        report.status = "error";
        report.error_type = error_type;
    }
    std::string exit_message = exited ? failure::message_of(outcome) : std::string();
    if (!exit_message.empty() && !exit_message.starts_with("RequestId: ")) {
        // The runtime had reported an error before it ended. [public log samples]
        exit_message = "Unknown application error occurred";
    }
    log_->end(report, exit_message);
}

void Sandbox::trace_end(const Outcome& outcome, Duration duration) {
    const std::string& request_id = call_->invocation.request_id;
    if (outcome.kind == Outcome::Kind::success) {
        host_.world.trace.record(
            trace_source_,
            "lambda.invocation.succeeded",
            {{"duration", duration}, {"environment", number_}, {"request_id", request_id}});
        return;
    }
    host_.world.trace.record(trace_source_,
                             "lambda.invocation.failed",
                             {{"duration", duration},
                              {"environment", number_},
                              {"error_message", failure::message_of(outcome)},
                              {"error_type", failure::reported_type_of(outcome)},
                              {"request_id", request_id}});
}

}  // namespace orrery::lambda
