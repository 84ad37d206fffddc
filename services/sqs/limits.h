/// SQS's limits on requests as data, and the checks that read them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
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

inline constexpr std::size_t most_batch_entries = 10;
inline constexpr std::size_t most_batch_bytes = 1'048'576;
inline constexpr std::size_t longest_batch_entry_id = 80;
inline constexpr std::size_t longest_queue_name = 80;
inline constexpr std::size_t most_message_attributes = 10;
inline constexpr std::size_t longest_attribute_name = 256;
inline constexpr std::size_t longest_attribute_type = 256;
/// MessageGroupId, MessageDeduplicationId and ReceiveRequestAttemptId.
inline constexpr std::size_t longest_fifo_id = 128;
inline constexpr std::int64_t most_receive_count = 1'000;
inline constexpr std::size_t most_redrive_sources = 10;

/// [docs: quotas-policies]
inline constexpr std::size_t most_policy_bytes = 8'192;
inline constexpr std::size_t most_policy_statements = 20;
inline constexpr std::size_t most_statement_actions = 7;
inline constexpr std::size_t longest_label = 80;

/// [docs: quotas-queues]
inline constexpr std::size_t most_tags = 50;
inline constexpr std::size_t longest_tag_key = 128;
inline constexpr std::size_t longest_tag_value = 256;

/// [docs: StartMessageMoveTask, ListMessageMoveTasks]
inline constexpr std::int64_t fastest_move_per_second = 500;
inline constexpr std::size_t most_listed_move_tasks = 10;

/// [LS test_send_receive_wait_time_seconds; public error logs for DelaySeconds and
/// VisibilityTimeout; the others unverified]
inline constexpr std::array parameter_limits{
    ParameterLimit{"MaxNumberOfMessages", 1, 10, "Must be between 1 and 10, if provided."},
    ParameterLimit{"WaitTimeSeconds", 0, 20, "Must be >= 0 and <= 20, if provided."},
    ParameterLimit{"VisibilityTimeout",
                   0,
                   43'200,
                   "VisibilityTimeout must be an integer between 0 and 43200."},
    ParameterLimit{"DelaySeconds", 0, 900, "DelaySeconds must be >= 0 and <= 900."},
    ParameterLimit{"MaxResults", 1, 1'000, "Must be between 1 and 1000, if provided."},
    ParameterLimit{"MaxNumberOfMessagesPerSecond",
                   1,
                   fastest_move_per_second,
                   "Must be between 1 and 500, if provided."},
};

/// Throws AWS's error unless `value` is within the limits of `parameter`, which must be in the
/// table.
void check_limit(std::string_view parameter, std::int64_t value);
/// What a queue's name must look like depends on its type, which its attributes name.
enum class QueueType : std::uint8_t { standard, fifo };
void check_queue_name(std::string_view name, QueueType type);
/// Batch entry ids: letters, digits, '-' and '_'.
bool is_batch_entry_id(std::string_view id);
/// Attribute names: letters, digits, '-', '_' and '.', but no full stop first, last or twice in a
/// row. [docs: sqs-message-metadata]
bool is_attribute_name(std::string_view name);
/// Message group ids and the like: letters, digits and punctuation.
bool is_fifo_id(std::string_view id);
/// Labels of permissions: letters, digits, '-' and '_'.
bool is_label(std::string_view label);
/// How many characters there are in UTF-8.
std::size_t character_count(std::string_view text);
/// Decimal digits, perhaps with '-', and nothing else.
std::optional<std::int64_t> to_integer(std::string_view text);
/// Numbers as message attributes have them: decimal, perhaps with a sign, a fraction, an exponent.
bool is_number(std::string_view text);
/// Whether `body` is UTF-8 of the characters that XML 1.0 allows. [botocore SendMessage]
bool is_message_text(std::string_view body);

}  // namespace orrery::sqs
