// SendMessage and SendMessageBatch.

#include "services/aws/encoding.h"
#include "services/sqs/limits.h"
#include "services/sqs/md5.h"
#include "services/sqs/operations.h"

#include <nlohmann/json.hpp>

#include <algorithm>

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

bool starts_with_any_case(std::string_view text, std::string_view small_letters) {
    return text.size() >= small_letters.size() &&
           std::equal(
               small_letters.begin(), small_letters.end(), text.begin(), [](char wanted, char had) {
                   return wanted == (had >= 'A' && had <= 'Z' ? had - 'A' + 'a' : had);
               });
}

void check_attribute_name(const std::string& name) {
    if (!is_attribute_name(name)) {
        throw invalid_parameter(
            "Message (user) attribute name can only include alphanumeric characters, hyphens, "
            "underscores, or periods. 1 to 256 in length: " +
            name);
    }
    // In any casing. [docs: sqs-message-metadata]
    if (starts_with_any_case(name, "aws.") || starts_with_any_case(name, "amazon.")) {
        throw invalid_parameter("Message (user) attribute name '" + name +
                                "' is reserved: it must not start with AWS. or Amazon.");
    }
}

MessageAttribute read_attribute(const std::string& name, const Json& value) {
    const std::string operation = "MessageAttributes." + name;
    aws::Parameters members(value, operation);
    MessageAttribute attribute{name, members.optional_string("DataType").value_or(""), {}};
    const std::string* text = members.optional_text("StringValue");
    const std::string* bytes = members.optional_text("BinaryValue");
    members.finish();
    const std::string base_type = attribute.data_type.substr(0, attribute.data_type.find('.'));
    if (base_type != "String" && base_type != "Number" && base_type != "Binary") {
        // [public error log of SendMessage, 2023]
        throw invalid_parameter("The type of message (user) attribute '" + name +
                                "' is invalid. You must use only the following supported type "
                                "prefixes: Binary, Number, String.");
    }
    // [docs: sqs-message-metadata; the wording is ours]
    if (attribute.data_type.size() > longest_attribute_type) {
        throw invalid_parameter("The type of message (user) attribute '" + name +
                                "' must not be longer than 256 characters.");
    }
    const bool binary = attribute.binary();
    const std::string* wanted = binary ? bytes : text;
    if (wanted == nullptr || wanted->empty() || (binary ? text : bytes) != nullptr) {
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

/// The only message system attribute that may be sent is AWSTraceHeader; without it the HTTP
/// header of the same use counts. [docs: SendMessage, sqs-message-metadata]
std::string read_trace_header(aws::Parameters& parameters, const std::string& http_header) {
    const Json* given = parameters.optional("MessageSystemAttributes");
    if (given == nullptr) {
        return http_header;
    }
    if (!given->is_object()) {
        throw aws::ApiError("SerializationException", "MessageSystemAttributes must be an object.");
    }
    for (const auto& [name, value] : given->items()) {
        if (name != "AWSTraceHeader") {
            throw invalid_parameter("Message system attribute '" + name +
                                    "' is invalid. The only one supported is AWSTraceHeader.");
        }
    }
    const auto header = given->find("AWSTraceHeader");
    if (header == given->end()) {
        return http_header;
    }
    MessageAttribute attribute = read_attribute("AWSTraceHeader", *header);
    if (attribute.data_type != "String") {
        throw invalid_parameter(
            "The message system attribute 'AWSTraceHeader' must be of type 'String'.");
    }
    return attribute.value;
}

/// The member `name`, an id of a FIFO queue's kind; "" if it is absent.
/// [LS test_fair_queue_with_message_group_id, 2025-07]
std::string read_fifo_id(aws::Parameters& parameters, std::string_view name) {
    const std::string* id = parameters.optional_text(name);
    if (id == nullptr) {
        return "";
    }
    if (!is_fifo_id(*id)) {
        throw invalid_value(*id,
                            name,
                            std::string(name) +
                                " can only include alphanumeric and punctuation characters. 1 to "
                                "128 in length.");
    }
    return *id;
}

constexpr const char* no_deduplication_id =
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
    "provided explicitly";

/// What a FIFO queue asks of a message beyond what a standard queue does. [LS]
void complete_for_fifo(NewMessage& message, const QueueEntry& entry) {
    if (message.group_id.empty()) {
        throw missing_parameter("MessageGroupId");
    }
    if (message.delay && *message.delay != Duration(0)) {
        throw invalid_value(
            std::to_string(
                std::chrono::duration_cast<std::chrono::seconds>(*message.delay).count()),
            "DelaySeconds",
            "The request include parameter that is not valid for this queue type.");
    }
    message.delay.reset();  // 0 is accepted, and the queue's delay applies
    if (!message.deduplication_id.empty()) {
        return;
    }
    if (!deduplicates_by_content(entry.attributes)) {
        throw invalid_parameter(no_deduplication_id);
    }
    // Of the body alone, without the attributes. [docs: SendMessage, MessageDeduplicationId]
    message.deduplication_id = aws::sha256_hex(message.body);
}

NewMessage read_message(aws::Parameters& parameters,
                        const QueueEntry& entry,
                        Call call,
                        const aws::Caller& caller) {
    const QueueSettings& settings = entry.queue->settings();
    NewMessage message;
    message.body = required_text(parameters, "MessageBody");
    message.attributes = read_attributes(parameters);
    message.trace_header = read_trace_header(parameters, caller.trace_header);
    message.group_id = read_fifo_id(parameters, "MessageGroupId");
    message.deduplication_id = read_fifo_id(parameters, "MessageDeduplicationId");
    if (const auto delay = limited_integer(parameters, "DelaySeconds")) {
        message.delay = std::chrono::seconds(*delay);
    }
    parameters.finish();
    if (!is_message_text(message.body)) {
        throw aws::ApiError("InvalidMessageContents",
                            "Invalid characters found. Valid unicode characters are #x9 | #xA | "
                            "#xD | #x20 to #xD7FF | "
                            "#xE000 to #xFFFD | #x10000 to #x10FFFF.");
    }
    if (size_bytes(message.body, message.attributes) > settings.maximum_message_bytes) {
        throw too_long(settings.maximum_message_bytes, call);
    }
    if (settings.fifo) {
        complete_for_fifo(message, entry);
    } else if (!message.deduplication_id.empty()) {
        throw invalid_value(
            message.deduplication_id,
            "MessageDeduplicationId",
            "The request includes a parameter that is not valid for this queue type.");
    }
    return message;
}

Json send(Queue& queue, NewMessage&& message) {
    Json answer = Json::object();
    answer.emplace("MD5OfMessageBody", md5_of_body(message.body));
    if (!message.attributes.empty()) {
        answer.emplace("MD5OfMessageAttributes", md5_of_attributes(message.attributes));
    }
    if (!message.trace_header.empty()) {
        answer.emplace("MD5OfMessageSystemAttributes",
                       md5_of_attributes({{"AWSTraceHeader", "String", message.trace_header}}));
    }
    const Sent sent = queue.send(std::move(message));
    answer.emplace("MessageId", sent.id.text());
    if (!sent.sequence_number.empty()) {
        answer.emplace("SequenceNumber", sent.sequence_number);
    }
    return answer;
}

Json send_message(QueueRegistry& registry, const aws::Call& operation) {
    aws::Parameters parameters(operation.parameters, "SendMessage");
    const QueueEntry& entry = queue_at(registry, parameters);
    NewMessage message = read_message(parameters, entry, Call::single, operation.caller);
    check_throughput(*entry.queue, "SendMessage", message.group_id);
    return send(*entry.queue, std::move(message));
}

/// The member `name` of an entry, "" if there is none.
std::string_view text_of(const Json& entry, const char* name) {
    const auto found = entry.find(name);
    return found != entry.end() && found->is_string()
               ? std::string_view(found->get_ref<const std::string&>())
               : std::string_view();
}

/// How many bytes base64 `text` stands for.
std::size_t decoded_bytes(std::string_view text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    return text.size() / 4 * 3 - std::min(padding, text.size() / 4 * 3);
}

/// What an entry counts for as it was given, whether or not it will be accepted.
std::size_t given_bytes(const Json& entry) {
    std::size_t bytes = text_of(entry, "MessageBody").size();
    const auto attributes = entry.find("MessageAttributes");
    if (attributes == entry.end() || !attributes->is_object()) {
        return bytes;
    }
    for (const auto& [name, value] : attributes->items()) {
        if (value.is_object()) {
            bytes += name.size() + text_of(value, "DataType").size() +
                     text_of(value, "StringValue").size() +
                     decoded_bytes(text_of(value, "BinaryValue"));
        }
    }
    return bytes;
}

/// The sum of all entries, whatever the queue's own limit is. [LS ..._oversized_contents_*]
void check_batch_bytes(const Json& entries) {
    std::size_t bytes = 0;
    for (const Json& entry : entries) {
        bytes += given_bytes(entry);
    }
    if (bytes > most_batch_bytes) {
        throw aws::ApiError("BatchRequestTooLong",
                            "Batch requests cannot be longer than " +
                                std::to_string(most_batch_bytes) + " bytes. You have sent " +
                                std::to_string(bytes) + " bytes.");
    }
}

/// An entry without what a FIFO queue needs refuses the whole batch, and with another code than
/// SendMessage has. [LS; for the deduplication id unverified]
void check_fifo_batch(const Json& entries, const QueueEntry& entry) {
    const bool needs_id = !deduplicates_by_content(entry.attributes);
    for (const Json& each : entries) {
        if (!each.contains("MessageGroupId")) {
            throw invalid_parameter("The request must contain the parameter MessageGroupId.");
        }
        if (needs_id && !each.contains("MessageDeduplicationId")) {
            throw invalid_parameter(no_deduplication_id);
        }
    }
}

Json send_message_batch(QueueRegistry& registry, const aws::Call& operation) {
    constexpr std::string_view entry_type = "SendMessageBatchRequestEntry";
    aws::Parameters parameters(operation.parameters, "SendMessageBatch");
    const QueueEntry& entry = queue_at(registry, parameters);
    const Json& entries = batch_entries(parameters, entry_type);
    parameters.finish();
    if (entry.queue->settings().fifo) {
        check_fifo_batch(entries, entry);
    }
    check_batch_bytes(entries);
    check_throughput(*entry.queue, "SendMessageBatch", text_of(entries[0], "MessageGroupId"));
    return run_batch(entries, entry_type, [&entry, &operation](aws::Parameters& each) {
        return send(*entry.queue, read_message(each, entry, Call::batch, operation.caller));
    });
}

}  // namespace

void add_send_operations(aws::ApiService& service, QueueRegistry& registry) {
    service.add_for_caller(
        "SendMessage", [&registry](const aws::Call& call) { return send_message(registry, call); });
    service.add_for_caller("SendMessageBatch", [&registry](const aws::Call& call) {
        return send_message_batch(registry, call);
    });
}

}  // namespace orrery::sqs
