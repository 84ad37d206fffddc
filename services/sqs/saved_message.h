/// The records in which a queue's state lies on disk, and how they are read back.
#pragma once

#include "services/sqs/deduplication.h"
#include "services/sqs/slot_store.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::sqs {

/// The tables. Keys begin with saved_prefix(); what follows depends on the table.
inline constexpr std::string_view state_table = "sqs/queue_state";      // nothing
inline constexpr std::string_view message_table = "sqs/message";        // slot_key()
inline constexpr std::string_view history_table = "sqs/deduplication";  // history_key()

/// One record of a queue, its key without the prefix.
struct SavedRecord {
    std::string_view table;
    std::string_view key;
    std::string_view value;
};

/// Tells the queues' records apart, also of queues that had one name after the other.
std::string saved_prefix(std::string_view queue_arn, std::uint32_t incarnation);
/// How long the prefix of a whole key is.
std::size_t saved_prefix_bytes(std::string_view key);

struct SavedState {
    std::int64_t sequence = 0;  // messages so far
    std::uint32_t highest_stamp = 0;
};

// What is read may be damaged: then all of these throw UsageError.

std::string to_record(const SavedState& state);
SavedState state_from(std::string_view value);

std::string slot_key(std::uint32_t slot);
std::uint32_t slot_from(std::string_view key);

/// `line_place` is ReceiveOrder::line_place().
std::string to_record(const Slot& slot, std::int64_t line_place);
/// Fills `slot` and returns its line_place.
std::int64_t read_record(std::string_view value, Slot& slot);

std::string history_key(const DeduplicationHistory::Key& key);
DeduplicationHistory::Key history_from(std::string_view key);
std::string to_record(const DeduplicationHistory::Accepted& accepted);
DeduplicationHistory::Accepted accepted_from(std::string_view value);

}  // namespace orrery::sqs
