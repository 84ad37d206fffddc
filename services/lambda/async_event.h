/// AsyncEvent: an event that was accepted for asynchronous invocation, and the document that a
/// destination is sent when it is done with.
#pragma once

#include "services/lambda/operations.h"
#include "services/lambda/runtime.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::lambda {

/// What the last attempt came to.
struct AttemptResult {
    Outcome outcome;
    std::string version;  // that ran
};

struct AsyncEvent {
    std::uint64_t number = 0;  // counts the events that were accepted
    FunctionReference function;
    std::string request_id;    // of all attempts. [LS test_request_id_async_invoke_with_retry]
    std::string payload;       // JSON text
    std::string trace_header;  // as it came; its attempts do not add to each other's lineage
    Instant accepted;

    std::uint32_t invocations = 0;  // attempts that reached the function
    std::uint32_t failures = 0;     // of these, since AWS counts retries and not attempts
    Duration back_off{};            // after the last throttle
    std::optional<AttemptResult> last;
    std::string last_trace_header;  // that attempt's
    bool recursive = false;         // not invoked (again), since that would go on with a loop
};

/// Why an event is done with, as destinations are told. [docs: invocation-async-retain-records]
enum class EventCondition : std::uint8_t {
    success,
    retries_exhausted,
    event_age_exceeded,
    zero_reserved_concurrency,
};

std::string_view condition_name(EventCondition condition);

/// The JSON text; `function_arn` has a qualifier. [LS test_assess_lambda_destination_invocation,
/// test_retries, test_maxeventage, test_reserved_concurrency]
std::string destination_document(const AsyncEvent& event,
                                 EventCondition condition,
                                 std::string_view function_arn,
                                 Instant now);

}  // namespace orrery::lambda
