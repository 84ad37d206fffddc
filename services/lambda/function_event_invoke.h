/// What asynchronous invocation of a function, version or alias obeys: retries, age, destinations.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace orrery::lambda {

/// As PutFunctionEventInvokeConfig stores it; what was not given is empty. [botocore]
struct EventInvokeConfig {
    static constexpr std::int64_t default_retry_attempts = 2;
    static constexpr Duration default_event_age = std::chrono::hours(6);

    std::optional<std::int64_t> maximum_retry_attempts;  // 0..2
    std::optional<Duration> maximum_event_age;           // 60 s .. 6 h
    std::string on_success;                              // an ARN; empty: none
    std::string on_failure;
    Instant last_modified;
};

}  // namespace orrery::lambda
