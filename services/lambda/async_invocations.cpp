#include "services/lambda/async_invocations.h"

#include "engine/store.h"
#include "engine/world.h"
#include "services/aws/error.h"
#include "services/lambda/failure.h"
#include "services/lambda/functions.h"
#include "services/lambda/limits.h"
#include "services/lambda/saved_event.h"

#include <algorithm>
#include <array>
#include <utility>

namespace orrery::lambda {

namespace {

// One minute before the second attempt, two before the third. [docs:
// invocation-async-error-handling]
constexpr std::array retry_delays{Duration(1min), Duration(2min)};

// From one second to five minutes. [docs: invocation-async-error-handling]
constexpr Duration first_back_off = 1s;
constexpr Duration longest_back_off = 5min;

constexpr std::size_t error_message_bytes = 1024;  // [docs: invocation-async-retain-records]

constexpr std::string_view dead_letter_queue = "DeadLetterQueue";  // beside OnSuccess, OnFailure

constexpr std::string_view recursion_message =
    "Lambda detected that the function runs in a recursive loop";

/// Nothing unless `arn` is a function's, of this account and Region.
std::optional<FunctionReference> function_of(std::string_view arn, const aws::Identity& identity) {
    if (!arn.starts_with(identity.arn("lambda", "function:"))) {
        return std::nullopt;
    }
    try {
        return FunctionReference::parse(arn);
    } catch (const aws::ApiError&) {
        return std::nullopt;  // no name that a function could have
    }
}

/// What a dead-letter queue's message attributes say: status code and message of the answer that a
/// synchronous caller would have had. [docs: invocation-async-retain-records; a choice where the
/// function was not invoked]
struct ErrorAttributes {
    std::string code;
    std::string message;
};

ErrorAttributes error_attributes(const AsyncEvent& event) {
    if (event.recursive) {
        return {"400", std::string(recursion_message)};
    }
    if (!event.last) {
        return {"429", "Rate Exceeded."};
    }
    return {"200", failure::message_of(event.last->outcome).substr(0, error_message_bytes)};
}

}  // namespace

AsyncInvocations::AsyncInvocations(Functions& functions) : functions_(functions) {
    const Store* store = functions_.world().store;
    if (store == nullptr) {
        return;
    }
    std::vector<SavedEvent> saved;
    const std::string scope = functions_.identity().scope();
    store->each(events_table, [&](std::string_view key, std::string_view record) {
        SavedEvent event = read_saved_event(record);
        if (key == saved_event_key(scope, event.event.number)) {
            saved.push_back(std::move(event));
        }
    });
    for (SavedEvent& each : saved) {
        accepted_ = std::max(accepted_, each.event.number);
        plan(std::make_shared<AsyncEvent>(std::move(each.event)), each.next);
    }
}

AsyncInvocations::~AsyncInvocations() {
    for (const auto& [number, event] : waiting_) {
        functions_.world().loop.cancel(event);
    }
}

bool AsyncInvocations::can_send_to(std::string_view arn) const {
    return function_of(arn, functions_.identity()) || serves(arn);
}

bool AsyncInvocations::serves(std::string_view arn) const {
    return std::any_of(targets_.begin(), targets_.end(), [arn](const EventTargets* targets) {
        return targets->serves(arn);
    });
}

void AsyncInvocations::accept(AsyncEvent event) {
    World& world = functions_.world();
    event.number = ++accepted_;
    event.accepted = world.loop.now();
    if (const Function* function = functions_.find(event.function.name)) {
        world.trace.record(function->trace_source(),
                           "lambda.event.queued",
                           {{"bytes", event.payload.size()}, {"request_id", event.request_id}});
    }
    functions_.metrics().event_received(world.loop.now(), invoked_as(event));
    plan(std::make_shared<AsyncEvent>(std::move(event)), world.loop.now());
}

/// For the metrics. The views live as long as the event and the function do.
InvokedAs AsyncInvocations::invoked_as(const AsyncEvent& event) const {
    const FunctionVersion* version = functions_.main_version(event.function);
    return {event.function.name,
            event.function.qualifier,
            version == nullptr ? std::string_view("$LATEST") : version->name()};
}

void AsyncInvocations::plan(const Shared& event, Instant when) {
    if (Store* store = functions_.world().store) {
        store->put(events_table,
                   saved_event_key(functions_.identity().scope(), event->number),
                   write_saved_event(*event, when));
        store->touch();
    }
    waiting_[event->number] = functions_.world().loop.at(when, [this, event] {
        waiting_.erase(event->number);
        attempt(event);
    });
}

/// It is done with. Until then it stays on disk: an attempt that the process's end broke off is
/// made again.
void AsyncInvocations::forget(const AsyncEvent& event) {
    if (Store* store = functions_.world().store) {
        store->erase(events_table, saved_event_key(functions_.identity().scope(), event.number));
        store->touch();
    }
}

/// With the code and the configuration that the function has by now. [LS
/// test_async_invoke_queue_upon_function_update]
void AsyncInvocations::attempt(const Shared& event) {
    const std::optional<Target> target = functions_.find_target(event->function);
    if (!target) {
        // A deleted function's events are deleted with it. [choice]
        functions_.world().trace.record(
            functions_.identity().scope() + "lambda/" + event->function.name,
            "lambda.event.dropped",
            {{"reason", "the function is gone"}, {"request_id", event->request_id}});
        forget(*event);
        return;
    }
    Function& function = *target->function;
    if (function.reserved_concurrency == 0) {
        done(event, function, EventCondition::zero_reserved_concurrency);
        return;
    }
    const Instant now = functions_.world().loop.now();
    functions_.metrics().event_tried(now, invoked_as(*event), now - event->accepted);
    const auto call = std::make_shared<Call>();
    call->invocation.payload = event->payload;
    call->request_id = event->request_id;
    call->trace_header = event->trace_header;
    call->finished = [this, event, version = target->version->name()](Call& ended) {
        finished(event, ended, version);
    };
    const Admission admission = functions_.invoke(*target, call);
    if (admission == Admission::accepted) {
        ++event->invocations;
    } else {
        refused(event, function, admission);
    }
}

void AsyncInvocations::refused(const Shared& event, Function& function, Admission refusal) {
    if (refusal == Admission::recursive) {
        // Not tried again: to a dead-letter queue or an on-failure destination. [docs:
        // invocation-recursion] How its document names the condition is recorded nowhere.
        event->recursive = true;
        done(event, function, EventCondition::retries_exhausted);
        return;
    }
    // Throttles and service errors do not use up the retries. [docs:
    // invocation-async-error-handling]
    event->back_off = event->back_off == Duration{}
                          ? first_back_off
                          : std::min(event->back_off * 2, longest_back_off);
    retry(event, function, event->back_off, "throttled");
}

void AsyncInvocations::finished(const Shared& event, Call& call, const std::string& version) {
    Function* function = functions_.find(event->function.name);
    if (function == nullptr) {
        forget(*event);  // nobody to ask what to do with the result
        return;
    }
    event->back_off = {};
    event->last = AttemptResult{std::move(call.outcome), version};
    event->last_trace_header = call.invocation.trace_header;
    if (event->last->outcome.kind == Outcome::Kind::success) {
        done(event, *function, EventCondition::success);
        return;
    }
    const std::int64_t most =
        config_of(*function, event->function)
            .maximum_retry_attempts.value_or(EventInvokeConfig::default_retry_attempts);
    if (event->failures >= most) {
        done(event, *function, EventCondition::retries_exhausted);
        return;
    }
    const Duration delay = retry_delays.at(std::min<std::size_t>(event->failures, 1));
    ++event->failures;
    retry(event, *function, delay, "function error");
}

/// The age is checked before the wait, not after it. [LS test_maxeventage]
void AsyncInvocations::retry(const Shared& event,
                             Function& function,
                             Duration delay,
                             std::string_view reason) {
    World& world = functions_.world();
    const Duration most = config_of(function, event->function)
                              .maximum_event_age.value_or(EventInvokeConfig::default_event_age);
    const Instant next = world.loop.now() + delay;
    if (next - event->accepted > most) {
        done(event, function, EventCondition::event_age_exceeded);
        return;
    }
    world.trace.record(function.trace_source(),
                       "lambda.event.retrying",
                       {{"after", delay},
                        {"invocations", event->invocations},
                        {"reason", reason},
                        {"request_id", event->request_id}});
    plan(event, next);
}

void AsyncInvocations::done(const Shared& event, Function& function, EventCondition condition) {
    forget(*event);
    const EventInvokeConfig& config = config_of(function, event->function);
    const bool success = condition == EventCondition::success;
    if (!success) {
        functions_.metrics().event_dropped(functions_.world().loop.now(), invoked_as(*event));
    }
    const bool dead_letters =
        !success && !function.latest().configuration().dead_letter_arn.empty();
    const std::string destination = success ? config.on_success : config.on_failure;
    if (dead_letters) {
        send_to_dead_letter_queue(*event, function);
    }
    if (!destination.empty()) {
        FunctionReference qualified = event->function;
        if (qualified.qualifier.empty()) {
            qualified.qualifier = "$LATEST";
        }
        EventMessage message;
        message.body = destination_document(
            *event, condition, qualified.arn(functions_.identity()), functions_.world().loop.now());
        send_on(
            *event, function, destination, success ? "OnSuccess" : "OnFailure", std::move(message));
    } else if (!success && !dead_letters) {
        functions_.world().trace.record(
            function.trace_source(),
            "lambda.event.dropped",
            {{"reason", event->recursive ? "RecursiveLoop" : condition_name(condition)},
             {"request_id", event->request_id}});
    }
}

/// The event itself; what happened to it stands beside it. [LS test_dead_letter_queue]
void AsyncInvocations::send_to_dead_letter_queue(const AsyncEvent& event, Function& function) {
    ErrorAttributes error = error_attributes(event);
    EventMessage message;
    message.body = event.payload;
    message.attributes = {{"ErrorCode", "Number", std::move(error.code)},
                          {"ErrorMessage", "String", std::move(error.message)},
                          {"RequestID", "String", event.request_id}};
    std::erase_if(message.attributes,
                  [](const auto& attribute) { return attribute.value.empty(); });
    send_on(event,
            function,
            function.latest().configuration().dead_letter_arn,
            dead_letter_queue,
            std::move(message));
}

void AsyncInvocations::send_on(const AsyncEvent& event,
                               Function& function,
                               std::string_view arn,
                               std::string_view role,
                               EventMessage message) {
    World& world = functions_.world();
    message.trace_header = event.last ? event.last_trace_header : event.trace_header;
    const std::optional<std::string> problem = send(arn, std::move(message));
    if (problem) {
        if (role == dead_letter_queue) {
            functions_.metrics().dead_letter_error(world.loop.now(), invoked_as(event));
        } else {
            functions_.metrics().destination_delivery_failure(world.loop.now(), invoked_as(event));
        }
        world.trace.record(
            function.trace_source(),
            "lambda.event.not_sent",
            {{"as", role}, {"problem", *problem}, {"request_id", event.request_id}, {"to", arn}});
    } else {
        world.trace.record(function.trace_source(),
                           "lambda.event.sent_on",
                           {{"as", role}, {"request_id", event.request_id}, {"to", arn}});
    }
}

std::optional<std::string> AsyncInvocations::send(std::string_view arn, EventMessage message) {
    if (const auto function = function_of(arn, functions_.identity())) {
        AsyncEvent event;
        event.function = *function;
        if (!functions_.find_target(event.function)) {
            return "there is no such function";
        }
        event.request_id = functions_.random().uuid();
        event.payload = std::move(message.body);
        event.trace_header = std::move(message.trace_header);
        accept(std::move(event));
        return std::nullopt;
    }
    for (EventTargets* targets : targets_) {
        if (targets->serves(arn)) {
            return targets->send(arn, std::move(message));
        }
    }
    return "Orrery has no service that takes it";
}

const EventInvokeConfig& AsyncInvocations::config_of(const Function& function,
                                                     const FunctionReference& reference) const {
    static const EventInvokeConfig standard;
    const auto found = function.event_invoke_configs.find(
        reference.qualifier.empty() ? "$LATEST" : reference.qualifier);
    return found == function.event_invoke_configs.end() ? standard : found->second;
}

}  // namespace orrery::lambda
