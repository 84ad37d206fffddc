/// AsyncInvocations: the queues in which events wait for their function, the retries, and what
/// becomes of events that are done with.
#pragma once

#include "engine/timeline.h"
#include "services/lambda/async_event.h"
#include "services/lambda/call.h"
#include "services/lambda/event_targets.h"
#include "services/lambda/function_event_invoke.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

class Function;
class Functions;
struct InvokedAs;

class AsyncInvocations {
public:
    /// `functions` must outlive this. Events that the world's store knows wait from the start.
    explicit AsyncInvocations(Functions& functions);
    ~AsyncInvocations();
    AsyncInvocations(const AsyncInvocations&) = delete;
    AsyncInvocations& operator=(const AsyncInvocations&) = delete;

    /// `targets` must outlive this. Several are asked in the order they were added.
    void add_targets(EventTargets& targets) { targets_.push_back(&targets); }
    /// Whether events can be sent on to `arn`: to a function, or to what a target serves.
    bool can_send_to(std::string_view arn) const;
    /// Whether a target serves it.
    bool serves(std::string_view arn) const;
    /// To a function, or to what a target serves. Nothing on success, else why not, in words.
    std::optional<std::string> send(std::string_view arn, EventMessage message);

    /// Takes an event, whose function, payload, id and trace header are given. Its first attempt is
    /// an event of this instant.
    void accept(AsyncEvent event);

private:
    using Shared = std::shared_ptr<AsyncEvent>;

    InvokedAs invoked_as(const AsyncEvent& event) const;
    void plan(const Shared& event, Instant when);
    void forget(const AsyncEvent& event);
    void attempt(const Shared& event);
    void refused(const Shared& event, Function& function, Admission refusal);
    void finished(const Shared& event, Call& call, const std::string& version);
    void retry(const Shared& event, Function& function, Duration delay, std::string_view reason);
    void done(const Shared& event, Function& function, EventCondition condition);
    void send_to_dead_letter_queue(const AsyncEvent& event, Function& function);
    void send_on(const AsyncEvent& event,
                 Function& function,
                 std::string_view arn,
                 std::string_view role,
                 EventMessage message);
    const EventInvokeConfig& config_of(const Function& function,
                                       const FunctionReference& reference) const;

    Functions& functions_;
    std::vector<EventTargets*> targets_;
    std::uint64_t accepted_ = 0;
    std::map<std::uint64_t, EventId> waiting_;  // by the event's number
};

}  // namespace orrery::lambda
