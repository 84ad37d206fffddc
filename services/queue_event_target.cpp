#include "services/queue_event_target.h"

#include "services/sqs/sqs.h"

#include <utility>

namespace orrery {

bool QueueEventTargets::serves(std::string_view arn) const {
    // FIFO queues are none. [docs: invocation-async-retain-records]
    return arn.starts_with(identity_.arn("sqs", "")) && !arn.ends_with(".fifo");
}

std::optional<std::string> QueueEventTargets::send(std::string_view arn,
                                                   lambda::EventMessage message) {
    sqs::Queue* queue = sqs_.find_by_arn(arn);
    if (queue == nullptr) {
        return "there is no such queue";
    }
    sqs::NewMessage sent;
    sent.body = std::move(message.body);
    for (lambda::EventMessage::Attribute& attribute : message.attributes) {
        sent.attributes.push_back({std::move(attribute.name),
                                   std::move(attribute.data_type),
                                   std::move(attribute.value)});
    }
    sent.trace_header = std::move(message.trace_header);
    if (sqs::size_bytes(sent.body, sent.attributes) > queue->settings().maximum_message_bytes) {
        return "it is longer than the queue's messages may be";
    }
    queue->send(std::move(sent));
    return std::nullopt;
}

}  // namespace orrery
