/// What a POST to /_orrery/clock asks for, as it is written in JSON.
#pragma once

#include "engine/time.h"

#include <optional>
#include <string_view>

namespace orrery::server {

/// Carried out in the order of the members.
struct ClockChange {
    bool pause = false;
    std::optional<Instant> set;
    std::optional<Duration> advance;
    std::optional<double> factor;
    bool resume = false;
};

/// The highest factor: beyond it, an hour is over in less than a millisecond.
inline constexpr double highest_factor = 1'000'000;

/// Reads {"advance": "31s"} and the like; throws UsageError, saying what is allowed.
ClockChange parse_clock_change(std::string_view body);

/// Reads {"start": "2026-01-01T00:00:00Z"}, {} or nothing.
std::optional<Instant> parse_reset(std::string_view body);

}  // namespace orrery::server
