// ReceiveMessage, and what a consumer does with a receipt handle.

#include "services/sqs/limits.h"
#include "services/sqs/md5.h"
#include "services/sqs/message_json.h"
#include "services/sqs/operations.h"
#include "services/sqs/receipt_handle.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::sqs {

namespace {

/// Which attributes a ReceiveMessage asked for.
struct Wanted {
    std::vector<std::string> system;
    std::vector<std::string> message;

    bool has_system(std::string_view name) const {
        return std::any_of(system.begin(), system.end(), [name](const std::string& asked) {
            return asked == "All" || asked == name;
        });
    }
    /// "All", ".*", "prefix.*" or a name. [botocore ReceiveMessage]
    bool has_message(std::string_view name) const {
        return std::any_of(message.begin(), message.end(), [name](const std::string& asked) {
            return asked == "All" || asked == name ||
                   (asked.ends_with(".*") && name.starts_with(asked.substr(0, asked.size() - 2)));
        });
    }
};

constexpr std::array<std::string_view, 10> system_attribute_names{
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn"};

Json system_attributes(const Message& message, const std::string& sender_id, const Wanted& wanted) {
    Json attributes = Json::object();
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty() && wanted.has_system(name)) {
            attributes[name] = value;
        }
    };
    add("SenderId", sender_id);
    add("SentTimestamp", std::to_string(epoch_millis(message.sent_at)));
    add("ApproximateReceiveCount", std::to_string(message.receive_count));
    add("ApproximateFirstReceiveTimestamp",
        std::to_string(epoch_millis(message.first_received_at)));
    if (message.extras != nullptr) {
        add("MessageGroupId", message.extras->group_id);
        add("AWSTraceHeader", message.extras->trace_header);
        add("DeadLetterQueueSourceArn", message.extras->dead_letter_source);
    }
    return attributes;
}

void add_message_attributes(Json& answer, const Message& message, const Wanted& wanted) {
    std::vector<MessageAttribute> returned;
    for (const MessageAttribute& attribute : message.attributes()) {
        if (wanted.has_message(attribute.name)) {
            returned.push_back(attribute);
        }
    }
    if (!returned.empty()) {
        answer["MessageAttributes"] = message_attributes_json(returned);
        // Over what is returned, not over what was sent. [docs: ReceiveMessage]
        answer["MD5OfMessageAttributes"] = md5_of_attributes(returned);
    }
}

Json message_json(const Queue& queue, const Receipt& receipt, const Wanted& wanted) {
    const Message& message = *receipt.message;
    std::string handle;
    append_receipt_handle(handle, queue.receipt_tag(), receipt.handle);
    Json answer{{"MessageId", message.id.text()},
                {"ReceiptHandle", std::move(handle)},
                {"MD5OfBody", md5_of_body(message.body)},
                {"Body", message.body}};
    Json system = system_attributes(message, queue.identity().sender_id, wanted);
    if (!system.empty()) {
        answer["Attributes"] = std::move(system);
    }
    add_message_attributes(answer, message, wanted);
    return answer;
}

Wanted read_wanted(aws::Parameters& parameters) {
    Wanted wanted;
    wanted.system = parameters.strings("MessageSystemAttributeNames");
    for (std::string& name : parameters.strings("AttributeNames")) {
        wanted.system.push_back(std::move(name));
    }
    wanted.message = parameters.strings("MessageAttributeNames");
    for (const std::string& name : wanted.system) {
        if (std::find(system_attribute_names.begin(), system_attribute_names.end(), name) ==
            system_attribute_names.end()) {
            throw aws::ApiError("InvalidAttributeName", "Unknown Attribute " + name + ".");
        }
    }
    return wanted;
}

void receive_message(QueueRegistry& registry, const Json& given, const aws::Reply& reply) {
    aws::Parameters parameters(given, "ReceiveMessage");
    Queue& queue = *queue_at(registry, parameters).queue;
    ReceiveRequest request;
    request.max =
        static_cast<std::size_t>(limited_integer(parameters, "MaxNumberOfMessages").value_or(1));
    if (const auto timeout = limited_integer(parameters, "VisibilityTimeout")) {
        request.visibility = std::chrono::seconds(*timeout);
    }
    Duration wait = queue.settings().receive_wait;
    if (const auto given_wait = limited_integer(parameters, "WaitTimeSeconds")) {
        wait = std::chrono::seconds(*given_wait);
    }
    const Wanted wanted = read_wanted(parameters);
    if (const auto attempt = parameters.optional_string("ReceiveRequestAttemptId")) {
        throw invalid_value(
            *attempt,
            "ReceiveRequestAttemptId",
            "The request includes a parameter that is not valid for this queue type.");
    }
    parameters.finish();
    // A long poll waits instead. [docs: SQS quotas, in-flight messages]
    if (wait == Duration(0) && queue.at_in_flight_quota()) {
        throw aws::ApiError("OverLimit", "The maximum number of in flight messages is reached.");
    }
    queue.poll(request, wait, [&queue, wanted, reply](const std::vector<Receipt>& receipts) {
        if (queue.closed()) {
            reply(aws::ApiResult(queue_does_not_exist()));
            return;
        }
        Json answer = Json::object();
        for (const Receipt& receipt : receipts) {
            answer["Messages"].push_back(message_json(queue, receipt, wanted));
        }
        reply(aws::ApiResult(std::move(answer)));
    });
}

std::uint64_t read_handle(aws::Parameters& parameters, const Queue& queue) {
    const std::string text = required_string(parameters, "ReceiptHandle");
    const std::optional<std::uint64_t> handle = parse_receipt_handle(text, queue.receipt_tag());
    if (!handle) {
        throw aws::ApiError(
            "ReceiptHandleIsInvalid",
            "The input receipt handle \"" + text + "\" is not a valid receipt handle.");
    }
    return *handle;
}

Json delete_message(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "DeleteMessage");
    Queue& queue = *queue_at(registry, parameters).queue;
    const std::uint64_t handle = read_handle(parameters, queue);
    parameters.finish();
    queue.remove({handle});
    return Json::object();
}

Json delete_message_batch(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "DeleteMessageBatch");
    Queue& queue = *queue_at(registry, parameters).queue;
    std::vector<std::uint64_t> handles;
    Json answer =
        run_batch(parameters, "DeleteMessageBatchRequestEntry", [&](aws::Parameters& entry) {
            const std::uint64_t handle = read_handle(entry, queue);
            entry.finish();
            handles.push_back(handle);
            return Json::object();
        });
    queue.remove(handles);
    return answer;
}

void change(Queue& queue, aws::Parameters& parameters) {
    const std::uint64_t handle = read_handle(parameters, queue);
    const std::optional<std::int64_t> timeout = limited_integer(parameters, "VisibilityTimeout");
    parameters.finish();
    if (!timeout) {
        throw missing_parameter("VisibilityTimeout");
    }
    // A message that is visible again or gone: success without effect.
    // [LS test_change_message_visibility_after_visibility_timeout_expiration]
    if (queue.change_visibility(handle, std::chrono::seconds(*timeout)) ==
        VisibilityChange::beyond_limit) {
        throw invalid_value(
            std::to_string(*timeout),
            "VisibilityTimeout",
            "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
    }
}

Json change_message_visibility(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "ChangeMessageVisibility");
    Queue& queue = *queue_at(registry, parameters).queue;
    change(queue, parameters);
    return Json::object();
}

Json change_message_visibility_batch(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "ChangeMessageVisibilityBatch");
    Queue& queue = *queue_at(registry, parameters).queue;
    return run_batch(
        parameters, "ChangeMessageVisibilityBatchRequestEntry", [&queue](aws::Parameters& entry) {
            change(queue, entry);
            return Json::object();
        });
}

}  // namespace

void add_receive_operations(aws::ApiService& service, QueueRegistry& registry) {
    const auto add = [&](const char* name, Json (*operation)(QueueRegistry&, const Json&)) {
        service.add(
            name, [&registry, operation](const Json& given) { return operation(registry, given); });
    };
    service.add_waiting("ReceiveMessage", [&registry](const Json& given, const aws::Reply& reply) {
        receive_message(registry, given, reply);
    });
    add("DeleteMessage", delete_message);
    add("DeleteMessageBatch", delete_message_batch);
    add("ChangeMessageVisibility", change_message_visibility);
    add("ChangeMessageVisibilityBatch", change_message_visibility_batch);
}

}  // namespace orrery::sqs
