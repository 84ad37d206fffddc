// StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask.

#include "services/aws/encoding.h"
#include "services/sqs/limits.h"
#include "services/sqs/move_tasks.h"
#include "services/sqs/operations.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::sqs {

namespace {

constexpr int not_found = 404;

aws::ApiError resource_not_found(const std::string& message) {
    return {"ResourceNotFoundException", message, not_found};
}

/// The queue whose ARN is the member `name`. [LS; public emulators agree on the form of ARNs]
QueueEntry& queue_of_arn(QueueRegistry& registry, const std::string& arn, const std::string& name) {
    if (!arn.starts_with("arn:") || std::count(arn.begin(), arn.end(), ':') != 5) {
        throw invalid_parameter("You must use this format to specify the " + name +
                                ": arn:<partition>:<service>:<region>:<account-id>:<resource-id>");
    }
    QueueEntry* entry = registry.find_by_arn(arn);
    if (entry == nullptr) {
        throw resource_not_found("The resource that you specified for the " + name +
                                 " parameter doesn't exist.");
    }
    return *entry;
}

bool is_dead_letter_queue(const QueueRegistry& registry, const std::string& arn) {
    return std::any_of(registry.all().begin(), registry.all().end(), [&arn](const auto& named) {
        const auto& redrive = named.second.queue->settings().redrive;
        return redrive && redrive->target_arn == arn;
    });
}

/// In the form of AWS's: base64 of a JSON object. [public emulators agree]
std::string handle_of(const MoveTask& task) {
    return aws::base64(Json{{"taskId", task.id}, {"sourceArn", task.source_arn}}.dump());
}

void check_destination(const QueueEntry& source, const QueueEntry& destination) {
    if (&source == &destination) {
        throw invalid_parameter("Source queue arn and destination queue arn cannot be the same.");
    }
    if (source.queue->settings().fifo != destination.queue->settings().fifo) {
        throw invalid_parameter(
            "The source queue and destination queue must be of the same queue type.");
    }
}

Json start_message_move_task(QueueRegistry& registry, MoveTasks& tasks, const Json& given) {
    aws::Parameters parameters(given, "StartMessageMoveTask");
    const std::string& source_arn = required_text(parameters, "SourceArn");
    const std::string destination_arn = parameters.optional_string("DestinationArn").value_or("");
    const auto per_second = limited_integer(parameters, "MaxNumberOfMessagesPerSecond");
    parameters.finish();
    QueueEntry& source = queue_of_arn(registry, source_arn, "SourceArn");
    if (!is_dead_letter_queue(registry, source_arn)) {
        throw invalid_parameter("Source queue must be configured as a Dead Letter Queue.");
    }
    if (!destination_arn.empty()) {
        check_destination(source, queue_of_arn(registry, destination_arn, "DestinationArn"));
    }
    if (tasks.active_of(source_arn) != nullptr) {
        throw invalid_parameter(
            "There is already a task running. Only one active task is allowed for a source queue "
            "arn at a given time.");
    }
    return {{"TaskHandle", handle_of(tasks.start(*source.queue, destination_arn, per_second))}};
}

/// Which members an entry has is AWS's. [LS; docs: ListMessageMoveTasksResultEntry]
Json entry_of(const MoveTask& task) {
    Json entry{{"ApproximateNumberOfMessagesMoved", task.moved},
               {"ApproximateNumberOfMessagesToMove", task.to_move},
               {"SourceArn", task.source_arn},
               {"StartedTimestamp", epoch_millis(task.started)},
               {"Status", name_of(task.status)}};
    if (task.status == MoveStatus::running) {
        entry["TaskHandle"] = handle_of(task);
    }
    if (!task.destination_arn.empty()) {
        entry["DestinationArn"] = task.destination_arn;
    }
    if (task.per_second) {
        entry["MaxNumberOfMessagesPerSecond"] = *task.per_second;
    }
    if (!task.failure.empty()) {
        entry["FailureReason"] = task.failure;
    }
    return entry;
}

Json list_message_move_tasks(QueueRegistry& registry, MoveTasks& tasks, const Json& given) {
    aws::Parameters parameters(given, "ListMessageMoveTasks");
    const std::string& source_arn = required_text(parameters, "SourceArn");
    const std::int64_t limit = parameters.optional_integer("MaxResults").value_or(1);
    parameters.finish();
    if (limit < 1 || limit > static_cast<std::int64_t>(most_listed_move_tasks)) {
        throw invalid_value(
            std::to_string(limit), "MaxResults", "Must be between 1 and 10, if provided.");
    }
    queue_of_arn(registry, source_arn, "SourceArn");
    Json results = Json::array();
    for (const MoveTask* task : tasks.all_of(source_arn)) {
        if (results.size() < static_cast<std::size_t>(limit)) {
            results.push_back(entry_of(*task));
        }
    }
    return {{"Results", std::move(results)}};
}

/// [LS; that a task which is over cannot be cancelled: docs: CancelMessageMoveTask, the wording is
/// ours]
Json cancel_message_move_task(QueueRegistry& registry, MoveTasks& tasks, const Json& given) {
    aws::Parameters parameters(given, "CancelMessageMoveTask");
    const std::string& handle = required_text(parameters, "TaskHandle");
    parameters.finish();
    const Json content = Json::parse(aws::decode_base64(handle).value_or(""), nullptr, false);
    const Json id = content.is_object() ? content.value("taskId", Json()) : Json();
    const Json source_arn = content.is_object() ? content.value("sourceArn", Json()) : Json();
    if (!id.is_string() || !source_arn.is_string()) {
        throw invalid_parameter("Value for parameter TaskHandle is invalid.");
    }
    queue_of_arn(registry, source_arn.get<std::string>(), "SourceArn");
    MoveTask* task = tasks.find(id.get_ref<const std::string&>());
    if (task == nullptr || task->source_arn != source_arn) {
        throw resource_not_found("Task does not exist.");
    }
    if (task->status != MoveStatus::running) {
        throw aws::ApiError("UnsupportedOperation",
                            "Only a task that is RUNNING can be cancelled; this one is " +
                                std::string(name_of(task->status)) + ".");
    }
    tasks.cancel(*task);
    return {{"ApproximateNumberOfMessagesMoved", task->moved}};
}

}  // namespace

void add_move_operations(aws::ApiService& service, QueueRegistry& registry, MoveTasks& tasks) {
    const auto add = [&](const char* name,
                         Json (*operation)(QueueRegistry&, MoveTasks&, const Json&)) {
        service.add(name, [&registry, &tasks, operation](const Json& given) {
            return operation(registry, tasks, given);
        });
    };
    add("StartMessageMoveTask", start_message_move_task);
    add("ListMessageMoveTasks", list_message_move_tasks);
    add("CancelMessageMoveTask", cancel_message_move_task);
}

}  // namespace orrery::sqs
