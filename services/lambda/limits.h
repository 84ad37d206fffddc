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
inline constexpr Range record_age_seconds{"maximumRecordAgeInSeconds", 60, 604800};  // or -1
inline constexpr std::size_t filters_of_a_mapping = 5;  // [docs: invocation-eventfiltering]
inline constexpr Range reserved_concurrency{"reservedConcurrentExecutions", 0, 1'000'000};

inline constexpr Range retry_attempts{"maximumRetryAttempts", 0, 2};
inline constexpr Range event_age_seconds{"maximumEventAgeInSeconds", 60, 21600};
inline constexpr Range max_items{"maxItems", 1, 10000};

inline constexpr std::size_t function_name_length = 64;

// Deployment packages and layers. [docs: gettingstarted-limits; LS test_lambda_api]
inline constexpr std::size_t zipped_bytes = 52'428'800;
inline constexpr std::int64_t unpacked_bytes = 262'144'000;
inline constexpr std::size_t package_request_bytes = 70'167'211;
inline constexpr std::int64_t account_code_bytes = 80'530'636'800;
inline constexpr std::size_t layers_of_a_function = 5;
inline constexpr std::size_t tags_of_a_resource = 50;

// How long changes take that AWS makes in the background and only names states for. [choice]
inline constexpr Duration creation = 1s;
inline constexpr Duration update = 500ms;
inline constexpr Duration mapping_creation = 3s;      // and deletion
inline constexpr Duration mapping_update = 1s;        // also to be enabled and disabled
inline constexpr std::size_t variables_bytes = 4096;  // [docs configuration-envvars]

// [docs gettingstarted-limits, lambda-concurrency]
inline constexpr std::int64_t account_concurrency = 1000;
inline constexpr std::int64_t least_unreserved_concurrency = 100;

// Two limits that differ: what a caller may send, and what a function may answer. [public recorded
// errors]
inline constexpr std::size_t request_bytes = 6'291'456;
inline constexpr std::size_t response_bytes = 6'291'556;

inline constexpr std::size_t event_bytes = 1'048'576;  // 1 MB since October 2025 [docs: limits]

inline constexpr std::int64_t invocations_in_a_loop = 16;  // the next is not made [docs:
                                                           // invocation-recursion]

inline constexpr std::size_t client_context_bytes = 3583;  // of base64 [botocore Invoke]

inline constexpr std::size_t log_tail_bytes = 4096;  // [botocore Invoke]
inline constexpr Duration init_ahead = 130s;         // or the timeout [docs, same page]
inline constexpr Duration init = 10s;                // [docs lambda-runtime-environment]

// AWS does not say how long; five to fifteen minutes have been seen. (unverified)
inline constexpr Duration idle_environment = 10min;

}  // namespace orrery::lambda::limits
