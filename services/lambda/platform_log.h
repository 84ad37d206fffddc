/// The lines that Lambda itself writes to a function's log, in the text format.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::lambda::platform_log {

/// What a REPORT line tells.
struct Report {
    std::string_view request_id;
    Duration duration{};
    std::optional<Duration> init_duration;  // on a cold start
    std::int64_t memory_megabytes = 0;
    std::int64_t max_memory_megabytes = 0;
    std::string_view status;      // "timeout", "error", or empty
    std::string_view error_type;  // with status "error"
};

/// "python:3.12.v1"
std::string runtime_version(std::string_view runtime);
/// What INIT_START names, and answers about functions do.
std::string runtime_version_arn(std::string_view runtime, std::string_view region);

// Each appends one line, with its line end, to `out`. [LS test_invocation_type_event_error;
// recorded public logs]
void append_init_start(std::string& out, std::string_view runtime, std::string_view region);
void append_start(std::string& out, std::string_view request_id, std::string_view version);
void append_end(std::string& out, std::string_view request_id);
void append_report(std::string& out, const Report& report);
/// Initialisation is billed since August 2025: the sum is rounded up, not each part. [recorded
/// logs]
std::int64_t billed_millis(const Report& report);
/// `phase` is "init" or "invoke"; an empty `error_type` means a time-out.
void append_init_report(std::string& out,
                        Duration duration,
                        std::string_view phase,
                        std::string_view error_type);

/// "3.01": milliseconds with two decimals, rounded half up.
void append_millis(std::string& out, Duration duration);
/// "3.00": seconds with two decimals.
std::string seconds_text(Duration duration);
/// "2026/01/31/[$LATEST]" and `hex`.
std::string stream_name(Instant now, std::string_view version, std::string_view hex);

}  // namespace orrery::lambda::platform_log
