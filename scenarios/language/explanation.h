/// The words of a failed expectation: what was expected, what was there, where they differ, and
/// what happened around it.
#pragma once

#include "engine/json.h"
#include "engine/time.h"
#include "engine/trace.h"

#include <functional>
#include <optional>
#include <string>

namespace orrery {

struct Difference;
struct World;

/// The difference in three lines, and `whole`, the value it lies in, where that says more.
std::string explain(const Difference& difference, const Json& whole);

using EventFilter = std::function<bool(const TraceEvent&)>;

/// The trace events that `filter` accepts and that lie nearest to `around` (the last ones, if not
/// given), a line each with the virtual time since the start; begins with a line's end. Says so if
/// there are none. `what` names them.
std::string nearest_events(const World& world,
                           const std::string& what,
                           const EventFilter& filter,
                           std::optional<Instant> around = std::nullopt);

/// The events whose source is `source`.
EventFilter from_source(std::string source);

/// "+1m30s": an instant as a scenario's file counts them.
std::string since_start(const World& world, Instant instant);

}  // namespace orrery
