/// Virtual time: instants and durations in integer nanoseconds, and their text forms. Not a clock:
/// ask the Loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery {

using Duration = std::chrono::nanoseconds;

/// The clock that `Instant` belongs to. It has no `now()`: only a Loop knows what time it is.
struct VirtualClock {
    using rep = std::int64_t;
    using period = std::nano;
    using duration = Duration;
    using time_point = std::chrono::time_point<VirtualClock>;
    static constexpr bool is_steady = false;
};

/// A point in virtual time; its epoch is Unix time (1970-01-01T00:00:00Z).
using Instant = VirtualClock::time_point;

using namespace std::chrono_literals;

/// Milliseconds since the Unix epoch, rounded down: the unit of most AWS timestamps.
std::int64_t epoch_millis(Instant instant);
/// Seconds since the Unix epoch, rounded down.
std::int64_t epoch_seconds(Instant instant);

/// "2026-01-01T00:00:00.000Z": UTC, always milliseconds.
std::string iso8601(Instant instant);
/// The inverse of iso8601; the fraction (up to nanoseconds) may be absent. Nothing for other text.
std::optional<Instant> parse_instant(std::string_view text);

/// The shortest exact form with a unit: "350ms", "1m30s", "2h", "1.5ms" for 1500us, "0s".
std::string format_duration(Duration duration);
/// Reads "10s", "1m30s", "1.5s", "350ms", "2h", "4d", "20us", "5ns"; a bare number is refused.
/// Never negative.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace orrery
