/// Parts of a message as AWS's JSON has them.
#pragma once

#include "engine/json.h"
#include "services/sqs/message.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::sqs {

/// An object of MessageAttributeValue by name: each with its DataType, and its value as StringValue
/// or, in base64, as BinaryValue.
Json message_attributes_json(const std::vector<MessageAttribute>& attributes);

/// The system attributes that the message has and `wanted` says yes to. [botocore ReceiveMessage]
Json system_attributes_json(const Message& message,
                            const std::string& sender_id,
                            const std::function<bool(std::string_view name)>& wanted);

}  // namespace orrery::sqs
