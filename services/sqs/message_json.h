/// Parts of a message as AWS's JSON has them.
#pragma once

#include "engine/json.h"
#include "services/sqs/message.h"

#include <vector>

namespace orrery::sqs {

/// An object of MessageAttributeValue by name: each with its DataType, and its value as StringValue
/// or, in base64, as BinaryValue.
Json message_attributes_json(const std::vector<MessageAttribute>& attributes);

}  // namespace orrery::sqs
