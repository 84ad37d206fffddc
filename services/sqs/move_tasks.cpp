#include "services/sqs/move_tasks.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/sqs/limits.h"

#include <algorithm>

namespace orrery::sqs {

namespace {

constexpr std::int64_t batch_messages = 10;

/// A slow task moves single messages, a faster one ten at a time.
std::int64_t batch_of(const MoveTask& task) {
    return task.per_second.value_or(fastest_move_per_second) < batch_messages ? 1 : batch_messages;
}

/// AWS chooses a rate if none is given, and does not say which: here it is the fastest. [choice]
Duration interval_of(const MoveTask& task) {
    return Duration(std::chrono::seconds(1)) * batch_of(task) /
           task.per_second.value_or(fastest_move_per_second);
}

// [docs: troubleshooting-dlq-redrive; LS]
constexpr const char* no_such_queue = "AWS.SimpleQueueService.NonExistentQueue";
constexpr const char* no_source = "CouldNotDetermineMessageSource";

}  // namespace

std::string_view name_of(MoveStatus status) {
    switch (status) {
        case MoveStatus::running: return "RUNNING";
        case MoveStatus::completed: return "COMPLETED";
        case MoveStatus::cancelling: return "CANCELLING";
        case MoveStatus::cancelled: return "CANCELLED";
        case MoveStatus::failed: break;
    }
    return "FAILED";
}

MoveTasks::MoveTasks(QueueRegistry& registry)
    : registry_(registry),
      random_(registry.world().random.stream(registry.identity().scope() + "sqs/move-tasks")) {}

MoveTasks::~MoveTasks() {
    for (const MoveTask& task : tasks_) {
        registry_.world().loop.cancel(task.next);
    }
}

const MoveTask& MoveTasks::start(Queue& source,
                                 std::string destination_arn,
                                 std::optional<std::int64_t> per_second) {
    ENSURE(active_of(source.arn()) == nullptr);
    tasks_.push_front({random_.uuid(),
                       source.arn(),
                       std::move(destination_arn),
                       per_second,
                       source.depth().visible});
    MoveTask& task = tasks_.front();
    task.started = registry_.world().loop.now();
    forget_oldest(task.source_arn);
    const std::string_view to = task.destination_arn.empty() ? std::string_view("the sources")
                                                             : aws::arn_name(task.destination_arn);
    registry_.world().trace.record(trace_source(task),
                                   "sqs.move_task.started",
                                   {{"messages", task.to_move}, {"task_id", task.id}, {"to", to}});
    schedule(task);
    return task;
}

void MoveTasks::cancel(MoveTask& task) {
    ENSURE(task.status == MoveStatus::running);
    task.status = MoveStatus::cancelling;
}

MoveTask* MoveTasks::find(std::string_view id) {
    const auto found = std::find_if(
        tasks_.begin(), tasks_.end(), [id](const MoveTask& task) { return task.id == id; });
    return found == tasks_.end() ? nullptr : &*found;
}

const MoveTask* MoveTasks::active_of(std::string_view source_arn) const {
    const auto found = std::find_if(tasks_.begin(), tasks_.end(), [&](const MoveTask& task) {
        return task.source_arn == source_arn && task.active();
    });
    return found == tasks_.end() ? nullptr : &*found;
}

std::vector<const MoveTask*> MoveTasks::all_of(std::string_view source_arn) const {
    std::vector<const MoveTask*> all;
    for (const MoveTask& task : tasks_) {
        if (task.source_arn == source_arn) {
            all.push_back(&task);
        }
    }
    return all;
}

void MoveTasks::schedule(MoveTask& task) {
    task.next = registry_.world().loop.after(interval_of(task), [this, &task] { step(task); });
}

void MoveTasks::step(MoveTask& task) {
    task.next = {};
    if (task.status == MoveStatus::cancelling) {
        end(task, MoveStatus::cancelled);
        return;
    }
    const QueueEntry* source = registry_.find_by_arn(task.source_arn);
    if (source == nullptr) {
        end(task, MoveStatus::failed, no_such_queue);
        return;
    }
    const std::string failure = move_batch(task, *source->queue);
    if (!failure.empty()) {
        end(task, MoveStatus::failed, failure);
    } else if (task.moved >= task.to_move || source->queue->first_visible() == nullptr) {
        end(task, MoveStatus::completed);
    } else {
        schedule(task);
    }
}

/// Moves what is due and returns why it could not go on, "" if it could.
std::string MoveTasks::move_batch(MoveTask& task, Queue& source) {
    const std::size_t before = task.moved;
    std::string failure;
    for (std::int64_t left = batch_of(task); left > 0 && task.moved < task.to_move; --left) {
        const Message* message = source.first_visible();
        if (message == nullptr) {
            break;
        }
        const std::string arn = !task.destination_arn.empty() ? task.destination_arn
                                : message->extras == nullptr  ? ""
                                                              : message->extras->dead_letter_source;
        const QueueEntry* destination = registry_.find_by_arn(arn);
        if (destination == nullptr) {
            failure = arn.empty() ? no_source : no_such_queue;
            break;
        }
        source.redrive_first(*destination->queue);
        ++task.moved;
    }
    if (task.moved > before) {
        registry_.world().trace.record(
            trace_source(task),
            "sqs.move_task.moved",
            {{"messages", task.moved - before}, {"task_id", task.id}, {"total", task.moved}});
    }
    return failure;
}

void MoveTasks::end(MoveTask& task, MoveStatus status, std::string failure) {
    task.status = status;
    task.failure = std::move(failure);
    Trace& trace = registry_.world().trace;
    if (task.failure.empty()) {
        trace.record(trace_source(task),
                     "sqs.move_task.ended",
                     {{"status", name_of(status)}, {"task_id", task.id}, {"total", task.moved}});
    } else {
        trace.record(trace_source(task),
                     "sqs.move_task.ended",
                     {{"reason", task.failure},
                      {"status", name_of(status)},
                      {"task_id", task.id},
                      {"total", task.moved}});
    }
}

std::string MoveTasks::trace_source(const MoveTask& task) const {
    return registry_.source_of(aws::arn_name(task.source_arn));
}

/// Only the last ones can be listed. [docs: ListMessageMoveTasks]
void MoveTasks::forget_oldest(std::string_view source_arn) {
    if (all_of(source_arn).size() <= most_listed_move_tasks) {
        return;
    }
    const auto oldest = std::find_if(tasks_.rbegin(), tasks_.rend(), [&](const MoveTask& task) {
        return task.source_arn == source_arn;
    });
    tasks_.erase(std::next(oldest).base());
}

}  // namespace orrery::sqs
