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
    Json answer = Json::object();
    answer.emplace("Body", message.body);
    answer.emplace("MD5OfBody", md5_of_body(message.body));
    answer.emplace("MessageId", message.id.text());
    answer.emplace("ReceiptHandle", std::move(handle));
    if (!wanted.system.empty()) {
        Json system = system_attributes_json(
            message, queue.identity().sender_id, [&wanted](std::string_view name) {
                return wanted.has_system(name);
            });
        if (!system.empty()) {
            answer.emplace("Attributes", std::move(system));
        }
    }
    if (!wanted.message.empty()) {
        add_message_attributes(answer, message, wanted);
    }
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

/// [docs: ReceiveMessage; the wording is that of the other ids, and of MessageDeduplicationId on a
/// standard queue]
std::string read_attempt_id(aws::Parameters& parameters, const Queue& queue) {
    constexpr std::string_view name = "ReceiveRequestAttemptId";
    const std::string* id = parameters.optional_text(name);
    if (id == nullptr) {
        return "";
    }
    if (!queue.settings().fifo) {
        throw invalid_value(
            *id, name, "The request includes a parameter that is not valid for this queue type.");
    }
    if (!is_fifo_id(*id)) {
        throw invalid_value(*id,
                            name,
                            "ReceiveRequestAttemptId can only include alphanumeric and punctuation "
                            "characters. 1 to 128 in length.");
    }
    return *id;
}

Json receive_answer(const Queue& queue,
                    const std::vector<Receipt>& receipts,
                    const Wanted& wanted) {
    Json answer = Json::object();
    if (receipts.empty()) {
        return answer;
    }
    Json messages = Json::array();
    for (const Receipt& receipt : receipts) {
        messages.push_back(message_json(queue, receipt, wanted));
    }
    answer.emplace("Messages", std::move(messages));
    return answer;
}

void receive_message(QueueRegistry& registry, const aws::Call& call, const aws::Reply& reply) {
    aws::Parameters parameters(call.parameters, "ReceiveMessage");
    Queue& queue = *queue_at(registry, parameters).queue;
    ReceiveRequest request;
    request.gone = call.caller.gone;
    request.max =
        static_cast<std::size_t>(limited_integer(parameters, "MaxNumberOfMessages").value_or(1));
    if (const auto timeout = limited_integer(parameters, "VisibilityTimeout")) {
        request.visibility = std::chrono::seconds(*timeout);
    }
    Duration wait = queue.settings().receive_wait;
    if (const auto given_wait = limited_integer(parameters, "WaitTimeSeconds")) {
        wait = std::chrono::seconds(*given_wait);
    }
    Wanted wanted = read_wanted(parameters);
    request.attempt_id = read_attempt_id(parameters, queue);
    parameters.finish();
    check_throughput(queue, "ReceiveMessage");
    // A long poll waits instead, and a FIFO queue never says so. [docs: quotas-queues, quotas-fifo;
    // the wording is ours]
    if (wait == Duration(0) && !queue.settings().fifo && queue.at_in_flight_quota()) {
        throw aws::ApiError("OverLimit", "The maximum number of in flight messages is reached.");
    }
    queue.poll(std::move(request),
               wait,
               [&queue, wanted = std::move(wanted), reply](const std::vector<Receipt>& receipts) {
                   reply(queue.closed() ? aws::ApiResult(queue_does_not_exist())
                                        : aws::ApiResult(receive_answer(queue, receipts, wanted)));
               });
}

std::uint64_t read_handle(aws::Parameters& parameters, const Queue& queue) {
    const std::string& text = required_text(parameters, "ReceiptHandle");
    const std::optional<std::uint64_t> handle = parse_receipt_handle(text, queue.receipt_tag());
    if (!handle) {
        throw receipt_handle_is_invalid(text);
    }
    return *handle;
}

/// The handle of a message that may be deleted with it: a FIFO queue takes none whose visibility
/// timeout is over. [LS test_fifo_delete_after_visibility_timeout]
std::uint64_t read_handle_to_delete(aws::Parameters& parameters, Queue& queue) {
    const std::uint64_t handle = read_handle(parameters, queue);
    parameters.finish();
    if (queue.has_expired(handle)) {
        throw invalid_value(required_text(parameters, "ReceiptHandle"),
                            "ReceiptHandle",
                            "The receipt handle has expired.");
    }
    return handle;
}

Json delete_message(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "DeleteMessage");
    Queue& queue = *queue_at(registry, parameters).queue;
    const std::uint64_t handle = read_handle_to_delete(parameters, queue);
    check_throughput(queue, "DeleteMessage");
    queue.remove({handle});
    return Json::object();
}

Json delete_message_batch(QueueRegistry& registry, const Json& given) {
    constexpr std::string_view entry_type = "DeleteMessageBatchRequestEntry";
    aws::Parameters parameters(given, "DeleteMessageBatch");
    Queue& queue = *queue_at(registry, parameters).queue;
    const Json& entries = batch_entries(parameters, entry_type);
    parameters.finish();
    check_throughput(queue, "DeleteMessageBatch");
    std::vector<std::uint64_t> handles;
    Json answer = run_batch(entries, entry_type, [&](aws::Parameters& entry) {
        handles.push_back(read_handle_to_delete(entry, queue));
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
    // A message that is only visible again: success without effect.
    // [LS test_change_message_visibility_after_visibility_timeout_expiration]
    const VisibilityChange change = queue.change_visibility(handle, std::chrono::seconds(*timeout));
    // [public error logs]
    if (change == VisibilityChange::gone) {
        throw invalid_value(
            required_text(parameters, "ReceiptHandle"),
            "ReceiptHandle",
            "Message does not exist or is not available for visibility timeout change.");
    }
    if (change == VisibilityChange::beyond_limit) {
        throw invalid_value(
            std::to_string(*timeout),
            "VisibilityTimeout",
            "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
    }
}

Json change_message_visibility(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "ChangeMessageVisibility");
    Queue& queue = *queue_at(registry, parameters).queue;
    check_throughput(queue, "ChangeMessageVisibility");
    change(queue, parameters);
    return Json::object();
}

Json change_message_visibility_batch(QueueRegistry& registry, const Json& given) {
    constexpr std::string_view entry_type = "ChangeMessageVisibilityBatchRequestEntry";
    aws::Parameters parameters(given, "ChangeMessageVisibilityBatch");
    Queue& queue = *queue_at(registry, parameters).queue;
    const Json& entries = batch_entries(parameters, entry_type);
    parameters.finish();
    check_throughput(queue, "ChangeMessageVisibilityBatch");
    return run_batch(entries, entry_type, [&queue](aws::Parameters& entry) {
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
    service.add_waiting("ReceiveMessage",
                        [&registry](const aws::Call& call, const aws::Reply& reply) {
                            receive_message(registry, call, reply);
                        });
    add("DeleteMessage", delete_message);
    add("DeleteMessageBatch", delete_message_batch);
    add("ChangeMessageVisibility", change_message_visibility);
    add("ChangeMessageVisibilityBatch", change_message_visibility_batch);
}

}  // namespace orrery::sqs
