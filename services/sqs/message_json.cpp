#include "services/sqs/message_json.h"

#include "services/aws/encoding.h"

#include <nlohmann/json.hpp>

namespace orrery::sqs {

Json message_attributes_json(const std::vector<MessageAttribute>& attributes) {
    Json all = Json::object();
    for (const MessageAttribute& attribute : attributes) {
        Json& value = all[attribute.name];
        value["DataType"] = attribute.data_type;
        if (attribute.binary()) {
            value["BinaryValue"] = aws::base64(attribute.value);
        } else {
            value["StringValue"] = attribute.value;
        }
    }
    return all;
}

Json system_attributes_json(const Message& message,
                            const std::string& sender_id,
                            const std::function<bool(std::string_view name)>& wanted) {
    Json attributes = Json::object();
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty() && wanted(name)) {
            attributes[name] = value;
        }
    };
    add("SenderId", sender_id);
    add("SentTimestamp", std::to_string(epoch_millis(message.sent_at)));
    add("ApproximateReceiveCount", std::to_string(message.receive_count));
    if (message.receive_count > 0) {
        add("ApproximateFirstReceiveTimestamp",
            std::to_string(epoch_millis(message.first_received_at)));
    }
    if (message.extras != nullptr) {
        add("SequenceNumber", message.extras->sequence_number());
        add("MessageDeduplicationId", message.extras->deduplication_id);
        add("MessageGroupId", message.extras->group_id);
        add("AWSTraceHeader", message.extras->trace_header);
        add("DeadLetterQueueSourceArn", message.extras->dead_letter_source);
    }
    return attributes;
}

}  // namespace orrery::sqs
