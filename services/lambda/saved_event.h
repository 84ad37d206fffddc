/// Events of asynchronous invocation on disk: what was acknowledged is not lost with the process.
#pragma once

#include "engine/time.h"
#include "services/lambda/async_event.h"

#include <string>
#include <string_view>

namespace orrery::lambda {

/// An event that waits, and when its next attempt is due.
struct SavedEvent {
    AsyncEvent event;
    Instant next;
};

inline constexpr const char* events_table = "lambda/events";

/// Sorts by number within an account and Region.
std::string saved_event_key(const std::string& scope, std::uint64_t number);
std::string write_saved_event(const AsyncEvent& event, Instant next);
/// Throws UsageError if the record is damaged.
SavedEvent read_saved_event(std::string_view record);

}  // namespace orrery::lambda
