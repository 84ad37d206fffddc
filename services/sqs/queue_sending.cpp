// How messages come into a queue.

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/sqs/queue.h"
#include "services/sqs/queue_metrics.h"

namespace orrery::sqs {

namespace {

/// How much later the fault sqs.deliver.delay lets a message become visible. [choice]
constexpr Duration delivery_delay = std::chrono::seconds(1);

}  // namespace

Sent Queue::send(NewMessage&& given) {
    ENSURE(!closed_);
    ENSURE(!settings_.fifo || (!given.group_id.empty() && !given.deduplication_id.empty()));
    catch_up();
    if (settings_.fifo) {
        if (const auto duplicate = find_duplicate(given)) {
            if (metrics_ != nullptr) {
                metrics_->deduplicated(now());
            }
            settle();
            return *duplicate;
        }
    }
    const std::size_t bytes = size_bytes(given.body, given.attributes);
    if (metrics_ != nullptr) {
        metrics_->sent(now(), bytes);
    }
    Duration delay = given.delay.value_or(settings_.delay);
    Message message;
    message.id = MessageId::draw(random_);
    message.body = std::move(given.body);
    message.sent_at = now();
    if (!given.attributes.empty() || !given.trace_header.empty() || !given.group_id.empty()) {
        message.extras = std::make_unique<MessageExtras>();
        message.extras->attributes = std::move(given.attributes);
        message.extras->trace_header = std::move(given.trace_header);
        message.extras->group_id = std::move(given.group_id);
        message.extras->deduplication_id = std::move(given.deduplication_id);
    }
    const SlotIndex index = insert(std::move(message));
    const Message& stored = slots_[index].message;
    Sent sent{stored.id, {}, false};
    if (settings_.fifo) {
        const MessageExtras& extras = *stored.extras;
        sent.sequence_number = extras.sequence_number();
        DeduplicationHistory::Key key{extras.deduplication_id, extras.group_id};
        mark_changed(key);
        history_.add(std::move(key), {now(), stored.id, extras.fifo_place});
    }
    trace_sent(stored, bytes, delay);
    if (world_.faults.fires("sqs.deliver.delay", {{"queue", identity_.name}})) {
        delay += delivery_delay;
    }
    if (delay > Duration(0)) {
        hide(index, MessageState::delayed, now() + delay);
    } else {
        show(index);
    }
    settle();
    return sent;
}

std::optional<Sent> Queue::find_duplicate(const NewMessage& message) {
    for (const DeduplicationHistory::Key& key : history_.forget_old(now())) {
        mark_changed(key);
    }
    const auto* first =
        history_.find({message.deduplication_id, message.group_id},
                      settings_.deduplicate_by_group ? DeduplicationHistory::Scope::group
                                                     : DeduplicationHistory::Scope::queue);
    if (first == nullptr) {
        return std::nullopt;
    }
    world_.trace.record(source_,
                        "sqs.message.deduplicated",
                        {{"deduplication_id", message.deduplication_id},
                         {"group", message.group_id},
                         {"message_id", first->message.text()}});
    return Sent{first->message, fifo_sequence_number(first->place), true};
}

void Queue::trace_sent(const Message& message, std::size_t bytes, Duration delay) {
    const std::string_view id = message.id.text();
    if (message.extras != nullptr && !message.extras->group_id.empty()) {
        world_.trace.record(source_,
                            "sqs.message.sent",
                            {{"bytes", bytes},
                             {"delay", delay},
                             {"group", message.extras->group_id},
                             {"message_id", id}});
    } else if (delay > Duration(0)) {
        world_.trace.record(
            source_, "sqs.message.sent", {{"bytes", bytes}, {"delay", delay}, {"message_id", id}});
    } else {
        world_.trace.record(source_, "sqs.message.sent", {{"bytes", bytes}, {"message_id", id}});
    }
}

bool Queue::admits(std::string_view action, std::string_view group) {
    bool admitted = true;
    // A batch counts as one call of the operation on single messages. [docs: quotas-fifo, FIFO
    // throughput with batching]
    constexpr std::string_view batch = "Batch";
    const std::string_view kind =
        action.ends_with(batch) ? action.substr(0, action.size() - batch.size()) : action;
    if (world_.faults.fires("sqs.throttle", {{"action", action}, {"queue", identity_.name}})) {
        admitted = false;
    } else if (settings_.fifo && !settings_.limit_throughput_by_group) {
        admitted = throughput_.admit(kind, now());
    } else if (settings_.fifo && !group.empty()) {
        admitted = throughput_.admit(std::string(kind).append(" ").append(group), now());
    }
    if (!admitted) {
        world_.trace.record(source_, "sqs.request.throttled", {{"action", action}});
    }
    return admitted;
}

}  // namespace orrery::sqs
