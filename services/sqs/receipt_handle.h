/// The opaque text that clients know a receipt by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::sqs {

/// Tells queues apart, and a queue from the ones that had its name before.
std::uint64_t receipt_tag(std::string_view queue_arn, std::uint32_t incarnation);

/// `tag` is the receipt_tag() of the queue that gave the handle.
void append_receipt_handle(std::string& out, std::uint64_t tag, std::uint64_t handle);
/// Nothing for text that is no handle of that queue.
std::optional<std::uint64_t> parse_receipt_handle(std::string_view text, std::uint64_t tag);

}  // namespace orrery::sqs
