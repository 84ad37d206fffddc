/// SQS's limits on requests as data, and the checks that read them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::sqs {

/// The range of an integer parameter; `reason` is AWS's wording.
struct ParameterLimit {
    std::string_view parameter;
    std::int64_t least;
    std::int64_t most;
    std::string_view reason;
};

/// [LS test_send_receive_wait_time_seconds; VisibilityTimeout's
/// text unverified]
inline constexpr std::array parameter_limits{
    ParameterLimit{"MaxNumberOfMessages", 1, 10, "Must be between 1 and 10, if provided."},
    ParameterLimit{"WaitTimeSeconds", 0, 20, "Must be >= 0 and <= 20, if provided."},
    ParameterLimit{"VisibilityTimeout", 0, 43'200, "Must be between 0 and 43200."},
    ParameterLimit{"DelaySeconds", 0, 900, "DelaySeconds must be >= 0 and <= 900."},
    ParameterLimit{"MaxResults", 1, 1'000, "Must be between 1 and 1000, if provided."},
};

inline constexpr std::size_t most_batch_entries = 10;
inline constexpr std::size_t most_batch_bytes = 1'048'576;
inline constexpr std::size_t longest_batch_entry_id = 80;
inline constexpr std::size_t longest_queue_name = 80;
inline constexpr std::size_t most_message_attributes = 10;
inline constexpr std::size_t longest_attribute_name = 256;
inline constexpr std::size_t longest_group_id = 128;

/// Throws AWS's error unless `value` is within the limits of `parameter`, which must be in the
/// table.
void check_limit(std::string_view parameter, std::int64_t value);
void check_queue_name(std::string_view name);
/// Batch entry ids: letters, digits, '-' and '_'.
bool is_batch_entry_id(std::string_view id);
/// Attribute names: letters, digits, '-', '_' and '.'.
bool is_attribute_name(std::string_view name);
/// Message group ids: letters, digits and punctuation.
bool is_group_id(std::string_view id);
/// Numbers as message attributes have them: decimal, perhaps with a sign, a fraction, an exponent.
bool is_number(std::string_view text);
/// Whether `body` is UTF-8 of the characters that XML 1.0 allows. [botocore SendMessage]
bool is_message_text(std::string_view body);

}  // namespace orrery::sqs
