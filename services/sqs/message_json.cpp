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

}  // namespace orrery::sqs
