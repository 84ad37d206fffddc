/// Lambda's limits as data, and the one checker of ranges.
#pragma once

#include "engine/time.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace orrery::lambda::limits {

struct Range {
    std::string_view member;  // as AWS's validation texts write it: "batchSize"
    std::int64_t least;
    std::int64_t most;

    /// Throws AWS's ValidationException unless `value` is within.
    std::int64_t check(std::int64_t value) const;
};

// [botocore lambda]
inline constexpr Range timeout_seconds{"timeout", 1, 900};
inline constexpr Range memory_megabytes{"memorySize", 128, 10240};
inline constexpr Range ephemeral_megabytes{"ephemeralStorage.size", 512, 10240};
inline constexpr Range batch_size{"batchSize", 1, 10000};
inline constexpr Range batching_window_seconds{"maximumBatchingWindowInSeconds", 0, 300};
inline constexpr Range maximum_concurrency{"scalingConfig.maximumConcurrency", 2, 1000};
inline constexpr Range reserved_concurrency{"reservedConcurrentExecutions", 0, 1'000'000};

inline constexpr std::size_t function_name_length = 64;
inline constexpr std::size_t variables_bytes = 4096;  // [docs configuration-envvars]

// [docs gettingstarted-limits, lambda-concurrency]
inline constexpr std::int64_t account_concurrency = 1000;
inline constexpr std::int64_t least_unreserved_concurrency = 100;

// Two limits that differ: what a caller may send, and what a function may answer. [public recorded
// errors]
inline constexpr std::size_t request_bytes = 6'291'456;
inline constexpr std::size_t response_bytes = 6'291'556;

inline constexpr std::size_t log_tail_bytes = 4096;  // [botocore Invoke]
inline constexpr Duration init = 10s;                // [docs lambda-runtime-environment]

// AWS does not say how long; five to fifteen minutes have been seen. (unverified)
inline constexpr Duration idle_environment = 10min;

}  // namespace orrery::lambda::limits
