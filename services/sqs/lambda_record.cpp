#include "services/sqs/lambda_record.h"

#include "engine/trace.h"
#include "services/aws/encoding.h"
#include "services/sqs/md5.h"
#include "services/sqs/receipt_handle.h"

#include <array>
#include <charconv>

namespace orrery::sqs {

namespace {

void append_integer(std::string& json, std::int64_t value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    json.append(digits.data(), end);
}

/// `prefix` is everything before the value, from the comma on.
void append_text_if_any(std::string& json, std::string_view prefix, std::string_view text) {
    if (!text.empty()) {
        json += prefix;
        append_json_string(json, text);
    }
}

/// The order is AWS's [docs: with-sqs]; the places of AWSTraceHeader and DeadLetterQueueSourceArn
/// are not recorded anywhere.
void append_system_attributes(std::string& json,
                              const Message& message,
                              const std::string& sender_id) {
    json += "{\"ApproximateReceiveCount\":\"";
    append_integer(json, message.receive_count);
    json += '"';
    if (message.extras != nullptr) {
        append_text_if_any(json, ",\"AWSTraceHeader\":", message.extras->trace_header);
    }
    json += ",\"SentTimestamp\":\"";
    append_integer(json, epoch_millis(message.sent_at));
    json += '"';
    if (message.extras != nullptr) {
        append_text_if_any(json, ",\"SequenceNumber\":", message.extras->sequence_number());
        append_text_if_any(json, ",\"MessageGroupId\":", message.extras->group_id);
    }
    append_text_if_any(json, ",\"SenderId\":", sender_id);
    if (message.extras != nullptr) {
        append_text_if_any(json, ",\"MessageDeduplicationId\":", message.extras->deduplication_id);
    }
    json += ",\"ApproximateFirstReceiveTimestamp\":\"";
    append_integer(json, epoch_millis(message.first_received_at));
    json += '"';
    if (message.extras != nullptr) {
        append_text_if_any(
            json, ",\"DeadLetterQueueSourceArn\":", message.extras->dead_letter_source);
    }
    json += '}';
}

/// [LS test_message_body_and_attributes_passed_correctly]; the binary form is not recorded.
void append_attribute(std::string& json, const MessageAttribute& attribute) {
    append_json_string(json, attribute.name);
    if (attribute.binary()) {
        json += ":{\"binaryValue\":\"";
        aws::append_base64(json, attribute.value);
        json += "\",\"stringListValues\":[],\"binaryListValues\":[],\"dataType\":";
    } else {
        json += ":{\"stringValue\":";
        append_json_string(json, attribute.value);
        json += ",\"stringListValues\":[],\"binaryListValues\":[],\"dataType\":";
    }
    append_json_string(json, attribute.data_type);
    json += '}';
}

}  // namespace

bool append_lambda_record(const Queue& queue, std::uint64_t handle, std::string& json) {
    const Message* message = queue.find(handle);
    if (message == nullptr) {
        return false;
    }
    const QueueIdentity& identity = queue.identity();
    json += "{\"messageId\":\"";
    json += message->id.text();
    json += "\",\"receiptHandle\":\"";
    append_receipt_handle(json, queue.receipt_tag(), handle);
    json += "\",\"body\":";
    append_json_string(json, message->body);
    json += ",\"attributes\":";
    append_system_attributes(json, *message, identity.sender_id);
    json += ",\"messageAttributes\":{";
    for (const MessageAttribute& attribute : message->attributes()) {
        if (&attribute != &message->attributes().front()) {
            json += ',';
        }
        append_attribute(json, attribute);
    }
    json += "},\"md5OfBody\":\"";
    json += md5_of_body(message->body);
    // null without attributes, as recorded. [LS test_message_body_and_attributes_passed_correctly]
    json += "\",\"md5OfMessageAttributes\":";
    if (message->attributes().empty()) {
        json += "null";
    } else {
        append_json_string(json, md5_of_attributes(message->attributes()));
    }
    json += ",\"eventSource\":\"aws:sqs\",\"eventSourceARN\":";
    append_json_string(json, identity.arn);
    json += ",\"awsRegion\":";
    append_json_string(json, identity.region);
    json += '}';
    return true;
}

}  // namespace orrery::sqs
