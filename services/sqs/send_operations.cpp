// SendMessage and SendMessageBatch.

#include "services/aws/encoding.h"
#include "services/sqs/limits.h"
#include "services/sqs/md5.h"
#include "services/sqs/operations.h"

#include <nlohmann/json.hpp>

namespace orrery::sqs {

namespace {

/// How the two operations word the same refusal. [LS test_send_oversized_message,
/// test_send_batch_message_size]
enum class Call : std::uint8_t { single, batch };

aws::ApiError too_long(std::size_t limit, Call call) {
    return invalid_parameter(std::string("One or more parameters ") +
                             (call == Call::single ? "are invalid" : "cannot be validated") +
                             ". Reason: Message must be shorter than " + std::to_string(limit) +
                             " bytes.");
}

void check_attribute_name(const std::string& name) {
    if (!is_attribute_name(name)) {
        throw invalid_parameter(
            "Message (user) attribute name can only include alphanumeric characters, hyphens, "
            "underscores, or periods. 1 to 256 in length: " +
            name);
    }
    // [docs: sqs-message-metadata]
    if (name.starts_with("AWS.") || name.starts_with("Amazon.")) {
        throw invalid_parameter("Message (user) attribute name '" + name +
                                "' is reserved: it must not start with AWS. or Amazon.");
    }
}

MessageAttribute read_attribute(const std::string& name, const Json& value) {
    aws::Parameters members(value, "MessageAttributes." + name);
    MessageAttribute attribute{name, members.optional_string("DataType").value_or(""), {}};
    const std::optional<std::string> text = members.optional_string("StringValue");
    const std::optional<std::string> bytes = members.optional_string("BinaryValue");
    members.finish();
    const std::string base_type = attribute.data_type.substr(0, attribute.data_type.find('.'));
    if (base_type != "String" && base_type != "Number" && base_type != "Binary") {
        throw invalid_parameter("The message attribute '" + name +
                                "' has an invalid message attribute type, the set "
                                "of supported type prefixes is Binary, Number, and String.");
    }
    const bool binary = attribute.binary();
    const std::optional<std::string>& wanted = binary ? bytes : text;
    if (!wanted || wanted->empty() || (binary ? text : bytes)) {
        throw invalid_parameter("Message (user) attribute '" + name +
                                "' must contain a non-empty value of type '" + base_type + "'.");
    }
    attribute.value = *wanted;
    if (binary) {
        std::optional<std::string> decoded = aws::decode_base64(*wanted);
        if (!decoded) {
            throw aws::ApiError("SerializationException",
                                "BinaryValue of '" + name + "' must be base64.");
        }
        attribute.value = *std::move(decoded);
    } else if (!is_message_text(attribute.value)) {
        throw aws::ApiError("InvalidMessageContents",
                            "Invalid characters found in attribute '" + name + "'.");
    } else if (base_type == "Number" && !is_number(attribute.value)) {
        throw invalid_parameter("Can't cast the value of message (user) attribute '" + name +
                                "' to a number.");
    }
    return attribute;
}

/// Sorted by name, since JSON objects are.
std::vector<MessageAttribute> read_attributes(aws::Parameters& parameters) {
    std::vector<MessageAttribute> attributes;
    const Json* given = parameters.optional("MessageAttributes");
    if (given == nullptr) {
        return attributes;
    }
    if (!given->is_object()) {
        throw aws::ApiError("SerializationException", "MessageAttributes must be an object.");
    }
    if (given->size() > most_message_attributes) {
        throw invalid_parameter("Number of message attributes [" + std::to_string(given->size()) +
                                "] exceeds the allowed maximum [10].");
    }
    for (const auto& [name, value] : given->items()) {
        check_attribute_name(name);
        attributes.push_back(read_attribute(name, value));
    }
    return attributes;
}

/// The only message system attribute that may be sent is AWSTraceHeader. [docs: SendMessage]
std::string read_trace_header(aws::Parameters& parameters) {
    const Json* given = parameters.optional("MessageSystemAttributes");
    if (given == nullptr) {
        return "";
    }
    aws::Parameters names(*given, "MessageSystemAttributes");
    const Json* header = names.optional("AWSTraceHeader");
    names.finish();
    if (header == nullptr) {
        return "";
    }
    MessageAttribute attribute = read_attribute("AWSTraceHeader", *header);
    if (attribute.data_type != "String") {
        throw invalid_parameter(
            "The message system attribute 'AWSTraceHeader' must be of type 'String'.");
    }
    return attribute.value;
}

std::string read_group_id(aws::Parameters& parameters) {
    const std::optional<std::string> id = parameters.optional_string("MessageGroupId");
    // [LS test_fair_queue_with_message_group_id, 2025-07]
    if (id && !is_group_id(*id)) {
        throw invalid_value(
            *id,
            "MessageGroupId",
            "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in "
            "length.");
    }
    return id.value_or("");
}

NewMessage read_message(aws::Parameters& parameters, const Queue& queue, Call call) {
    NewMessage message;
    message.body = required_string(parameters, "MessageBody");
    message.attributes = read_attributes(parameters);
    message.trace_header = read_trace_header(parameters);
    message.group_id = read_group_id(parameters);
    if (const auto delay = limited_integer(parameters, "DelaySeconds")) {
        message.delay = std::chrono::seconds(*delay);
    }
    if (const auto id = parameters.optional_string("MessageDeduplicationId")) {
        throw invalid_value(
            *id,
            "MessageDeduplicationId",
            "The request includes a parameter that is not valid for this queue type.");
    }
    parameters.finish();
    if (!is_message_text(message.body)) {
        throw aws::ApiError("InvalidMessageContents",
                            "Invalid characters found. Valid unicode characters are #x9 | #xA | "
                            "#xD | #x20 to #xD7FF | "
                            "#xE000 to #xFFFD | #x10000 to #x10FFFF.");
    }
    const std::size_t limit = queue.settings().maximum_message_bytes;
    if (size_bytes(message.body, message.attributes) > limit) {
        throw too_long(limit, call);
    }
    return message;
}

Json send(Queue& queue, NewMessage&& message) {
    const Message& sent = queue.send(std::move(message));
    Json answer{{"MessageId", sent.id.text()}, {"MD5OfMessageBody", md5_of_body(sent.body)}};
    if (!sent.attributes().empty()) {
        answer["MD5OfMessageAttributes"] = md5_of_attributes(sent.attributes());
    }
    if (sent.extras != nullptr && !sent.extras->trace_header.empty()) {
        answer["MD5OfMessageSystemAttributes"] =
            md5_of_attributes({{"AWSTraceHeader", "String", sent.extras->trace_header}});
    }
    return answer;
}

Json send_message(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "SendMessage");
    Queue& queue = *queue_at(registry, parameters).queue;
    return send(queue, read_message(parameters, queue, Call::single));
}

/// What an entry counts for as it was given, whether or not it will be accepted.
std::size_t given_bytes(const Json& entry) {
    const auto text_bytes = [](const Json& members, const char* name) {
        const auto found = members.find(name);
        return found != members.end() && found->is_string()
                   ? found->get_ref<const std::string&>().size()
                   : 0;
    };
    if (!entry.is_object()) {
        return 0;
    }
    std::size_t bytes = text_bytes(entry, "MessageBody");
    const Json attributes = entry.value("MessageAttributes", Json::object());
    for (const auto& [name, value] : attributes.items()) {
        if (value.is_object()) {
            bytes += name.size() + text_bytes(value, "DataType") +
                     text_bytes(value, "StringValue") + text_bytes(value, "BinaryValue") / 4 * 3;
        }
    }
    return bytes;
}

/// The sum of all entries, whatever the queue's own limit is. [LS
/// ..._oversized_contents_*]
void check_batch_bytes(const Json* entries) {
    std::size_t bytes = 0;
    if (entries != nullptr && entries->is_array()) {
        for (const Json& entry : *entries) {
            bytes += given_bytes(entry);
        }
    }
    if (bytes > most_batch_bytes) {
        throw aws::ApiError("BatchRequestTooLong",
                            "Batch requests cannot be longer than " +
                                std::to_string(most_batch_bytes) + " bytes. You have sent " +
                                std::to_string(bytes) + " bytes.");
    }
}

Json send_message_batch(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "SendMessageBatch");
    Queue& queue = *queue_at(registry, parameters).queue;
    check_batch_bytes(parameters.optional("Entries"));
    return run_batch(parameters, "SendMessageBatchRequestEntry", [&queue](aws::Parameters& entry) {
        return send(queue, read_message(entry, queue, Call::batch));
    });
}

}  // namespace

void add_send_operations(aws::ApiService& service, QueueRegistry& registry) {
    service.add("SendMessage",
                [&registry](const Json& given) { return send_message(registry, given); });
    service.add("SendMessageBatch",
                [&registry](const Json& given) { return send_message_batch(registry, given); });
}

}  // namespace orrery::sqs
