/// A received message as one element of the Records array of a Lambda event.
#pragma once

#include "services/sqs/queue.h"

#include <cstdint>
#include <string>

namespace orrery::sqs {

/// Appends the record of the message that `queue` handed out as `handle`. False, and nothing
/// appended, if the message is gone (deleted, moved, or expired while it waited for its batch to
/// fill).
bool append_lambda_record(const Queue& queue, std::uint64_t handle, std::string& json);

}  // namespace orrery::sqs
