/// What Lambda itself writes to a function's log in the JSON format: one event for each line of the
/// text format, and a few more at the level DEBUG.
#pragma once

#include "services/lambda/platform_log.h"
#include "services/lambda/runtime.h"

#include <string>
#include <string_view>

namespace orrery::lambda::platform_events {

enum class Level : std::uint8_t { debug, info, warn };

/// Whether a function with this SystemLogLevel ("DEBUG", "INFO", "WARN") writes events of `level`.
bool wanted(Level level, std::string_view system_level);

/// One event as JSON text, and how important it is. [docs: telemetry-schema-reference,
/// monitoring-cloudwatchlogs-log-level]
struct Event {
    std::string text;
    Level level = Level::info;
};

Event init_start(Instant now, const FunctionConfiguration& function, std::string_view phase);
/// `status` is "success", "error" or "timeout".
Event init_report(Instant now,
                  const FunctionConfiguration& function,
                  Duration duration,
                  std::string_view phase,
                  std::string_view status,
                  std::string_view error_type);
Event start(Instant now, std::string_view request_id, std::string_view version);
// An empty status in `report` is a success.
Event runtime_done(Instant now, const platform_log::Report& report);
Event report(Instant now, const platform_log::Report& report);

}  // namespace orrery::lambda::platform_events
