#include "services/sqs/peek.h"

#include "services/sqs/md5.h"
#include "services/sqs/message_json.h"
#include "services/sqs/queue.h"

#include <nlohmann/json.hpp>

namespace orrery::sqs {

namespace {

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
                  {"Attributes",
                   system_attributes_json(
                       message, queue.identity().sender_id, [](std::string_view) { return true; })},
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
