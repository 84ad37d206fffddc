#include "services/sqs/peek.h"

#include "services/sqs/md5.h"
#include "services/sqs/message_json.h"
#include "services/sqs/queue.h"

#include <nlohmann/json.hpp>

namespace orrery::sqs {

namespace {

Json system_attributes(const Queue& queue, const Message& message) {
    Json attributes = Json::object();
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            attributes[name] = value;
        }
    };
    add("SenderId", queue.identity().sender_id);
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

const char* state_name(MessageState state) {
    switch (state) {
        case MessageState::visible: return "visible";
        case MessageState::in_flight: return "in_flight";
        case MessageState::delayed: break;
    }
    return "delayed";
}

}  // namespace

Json peek(const Queue& queue, PeekOptions options) {
    Json messages = Json::array();
    queue.visit([&](const Message& message, MessageState state, Instant until) {
        if ((state == MessageState::in_flight && !options.in_flight) ||
            (state == MessageState::delayed && !options.delayed)) {
            return;
        }
        Json view{{"MessageId", message.id.text()},
                  {"Body", message.body},
                  {"MD5OfBody", md5_of_body(message.body)},
                  {"Attributes", system_attributes(queue, message)},
                  {"State", state_name(state)}};
        if (state != MessageState::visible) {
            view["VisibleAt"] = iso8601(until);
        }
        if (!message.attributes().empty()) {
            view["MessageAttributes"] = message_attributes_json(message.attributes());
            view["MD5OfMessageAttributes"] = md5_of_attributes(message.attributes());
        }
        messages.push_back(std::move(view));
    });
    return messages;
}

}  // namespace orrery::sqs
