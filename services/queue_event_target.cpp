#include "services/queue_event_target.h"

#include "services/sqs/sqs.h"

#include <utility>

namespace orrery {

bool QueueEventTargets::serves(std::string_view arn) const {
    return arn.starts_with("arn:") && arn.find(":sqs:") != std::string_view::npos;
}

std::optional<std::string> QueueEventTargets::send(std::string_view arn,
                                                   lambda::EventMessage message) {
    sqs::Queue* queue = sqs_.find_by_arn(arn);
    if (queue == nullptr) {
        return "there is no such queue";
    }
    if (queue->settings().fifo) {
        return "FIFO queues are not supported";  // [docs: invocation-async-retain-records]
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
