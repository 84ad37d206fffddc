// What happens to the messages in a queue: they are received, moved, and done with by those who
// have receipts.

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/sqs/queue.h"
#include "services/sqs/queue_metrics.h"

#include <utility>

namespace orrery::sqs {

namespace {

/// Counted from the receive, however often the timeout is changed. [docs: ChangeMessageVisibility]
constexpr Duration longest_in_flight = std::chrono::hours(12);

std::uint32_t slot_index(std::uint64_t handle) {
    return static_cast<std::uint32_t>(handle >> 32);
}

std::uint32_t receipt_stamp(std::uint64_t handle) {
    return static_cast<std::uint32_t>(handle);
}

}  // namespace

// Receiving

std::vector<Receipt> Queue::receive(const ReceiveRequest& request) {
    catch_up();
    std::vector<Receipt> receipts = take(request);
    if (receipts.empty()) {
        count_empty_receive();
    }
    settle();
    return receipts;
}

std::vector<Receipt> Queue::take(const ReceiveRequest& request) {
    if (auto repeated = repeat(request)) {
        return *std::move(repeated);
    }
    const Duration visibility = request.visibility.value_or(settings_.visibility_timeout);
    std::vector<Receipt> receipts;
    std::vector<SlotIndex> duplicated;
    std::optional<SlotIndex> passed_over;
    receipts.reserve(std::min(request.max, depth().visible));
    order_->begin(now());
    while (receipts.size() < request.max && !at_in_flight_quota()) {
        const std::optional<SlotIndex> next = order_->next();
        if (!next) {
            break;
        }
        const SlotIndex index = *next;
        if (Queue* target = dead_letter_queue(slots_[index].message); target != nullptr) {
            move_to(*target, index);
            continue;
        }
        if (!passed_over && misorders()) {
            leave_state(index);
            passed_over = index;
            continue;
        }
        if (world_.faults.fires("sqs.deliver.duplicate", {{"queue", identity_.name}})) {
            duplicated.push_back(index);
        }
        receipts.push_back(hand_out(index, now() + visibility));
        if (passed_over) {
            show(*std::exchange(passed_over, std::nullopt));
        }
    }
    if (passed_over) {
        show(*passed_over);
    }
    if (receipts.empty()) {
        return receipts;
    }
    if (metrics_ != nullptr) {
        metrics_->received(now(), receipts.size());
    }
    trace_received(receipts, request.consumer);
    // Only now, so that no receive hands out the same message twice.
    for (const SlotIndex index : duplicated) {
        leave_state(index);
        show(index);
    }
    if (visibility == Duration(0)) {
        for (const Receipt& receipt : receipts) {
            if (slots_[slot_index(receipt.handle)].state == MessageState::in_flight) {
                come_back(slot_index(receipt.handle));
            }
        }
    }
    remember(request.attempt_id, receipts);
    return receipts;
}

void Queue::count_empty_receive() {
    if (metrics_ != nullptr) {
        metrics_->received_nothing(now());
    }
}

/// The fault sqs.deliver.out_of_order: the message after this one is taken first.
bool Queue::misorders() {
    return !settings_.fifo && depth().visible > 1 &&
           world_.faults.fires("sqs.deliver.out_of_order", {{"queue", identity_.name}});
}

Receipt Queue::hand_out(SlotIndex index, Instant until) {
    leave_state(index);
    Message& message = slots_[index].message;
    if (message.receive_count++ == 0) {
        message.first_received_at = now();
    }
    message.received_at = now();
    hide(index, MessageState::in_flight, until);
    Slot& slot = slots_[index];
    slot.receipt = slot.stamp;
    return {std::uint64_t{index} << 32 | slot.receipt, &slot.message};
}

void Queue::trace_received(const std::vector<Receipt>& receipts, const std::string& consumer) {
    traced_ids_.resize(receipts.size());
    for (std::size_t place = 0; place < receipts.size(); ++place) {
        traced_ids_[place] = receipts[place].message->id.text();
    }
    traced_groups_.clear();
    for (const Receipt& receipt : receipts) {
        if (settings_.fifo) {
            traced_groups_.push_back(receipt.message->extras->group_id);
        }
    }
    constexpr const char* kind = "sqs.messages.received";
    const TraceField by("consumer", consumer);
    const TraceField groups("groups", traced_groups_);
    const TraceField ids("message_ids", traced_ids_);
    if (consumer.empty() && !settings_.fifo) {
        world_.trace.record(source_, kind, {ids});
    } else if (consumer.empty()) {
        world_.trace.record(source_, kind, {groups, ids});
    } else if (!settings_.fifo) {
        world_.trace.record(source_, kind, {by, ids});
    } else {
        world_.trace.record(source_, kind, {by, groups, ids});
    }
}

void Queue::remember(const std::string& attempt_id, const std::vector<Receipt>& receipts) {
    if (!settings_.fifo || attempt_id.empty()) {
        return;
    }
    std::vector<ReceiveAttempts::Taken> taken;
    for (const Receipt& receipt : receipts) {
        taken.push_back({slot_index(receipt.handle), receipt_stamp(receipt.handle)});
    }
    attempts_.put(attempt_id, std::move(taken), now());
}

/// The same messages under the same receipts, their timeouts begun anew, if nothing has happened to
/// them since they were received under this attempt id; else it is a receive like any other.
/// [botocore ReceiveMessage; the last is a choice]
std::optional<std::vector<Receipt>> Queue::repeat(const ReceiveRequest& request) {
    if (!settings_.fifo || request.attempt_id.empty()) {
        return std::nullopt;
    }
    std::vector<ReceiveAttempts::Taken>* attempt = attempts_.find(request.attempt_id, now());
    if (attempt == nullptr) {
        return std::nullopt;
    }
    for (const ReceiveAttempts::Taken& taken : *attempt) {
        if (slots_[taken.slot].stamp != taken.stamp) {
            return std::nullopt;
        }
    }
    std::vector<Receipt> receipts;
    traced_ids_.clear();
    for (ReceiveAttempts::Taken& taken : *attempt) {
        Slot& slot = slots_[taken.slot];
        postpone(taken.slot, now() + request.visibility.value_or(settings_.visibility_timeout));
        taken.stamp = slot.stamp;
        receipts.push_back({std::uint64_t{taken.slot} << 32 | slot.receipt, &slot.message});
        traced_ids_.emplace_back(slot.message.id.text());
    }
    world_.trace.record(source_, "sqs.messages.repeated", {{"message_ids", traced_ids_}});
    return receipts;
}

// Moving

/// The queue that a message goes to instead of being received once more. [docs: with-sqs;
/// dead-letter queues] A policy whose queue has been deleted, or is of the other type, has no
/// effect.
Queue* Queue::dead_letter_queue(const Message& message) const {
    if (!settings_.redrive || message.receive_count < settings_.redrive->max_receive_count) {
        return nullptr;
    }
    Queue* target = find_by_arn_(settings_.redrive->target_arn);
    const bool fits =
        target != nullptr && target != this && target->settings_.fifo == settings_.fifo;
    return fits ? target : nullptr;
}

void Queue::move_to(Queue& target, SlotIndex index) {
    Slot& slot = slots_[index];
    world_.trace.record(source_,
                        "sqs.message.moved_to_dlq",
                        {{"message_id", slot.message.id.text()},
                         {"receive_count", slot.message.receive_count},
                         {"to", target.name()}});
    leave_state(index);
    target.accept_moved(Message(std::move(slot.message)), arn());
    forget(index);
}

/// Id and counts stay; the queue's own delay does not apply. [LS
/// test_dead_letter_queue_message_attributes] In a FIFO queue the time of sending begins anew
/// [docs: setting-up-dead-letter-queue-retention], and so that no two messages with one
/// deduplication id can meet, it becomes the message id. [docs:
/// sqs-configure-dead-letter-queue-redrive]
void Queue::accept_moved(Message&& message, const std::string& from) {
    if (message.extras == nullptr) {
        message.extras = std::make_unique<MessageExtras>();
    }
    message.extras->dead_letter_source = from;
    if (settings_.fifo) {
        message.extras->deduplication_id = message.id.text();
        message.sent_at = now();
    }
    show(insert(std::move(message)));
    settle();
}

const Message* Queue::first_visible() {
    catch_up();
    order_->begin(now());
    const std::optional<SlotIndex> index = order_->next();
    return index ? &slots_[*index].message : nullptr;
}

void Queue::redrive_first(Queue& destination) {
    ENSURE(&destination != this && first_visible() != nullptr);
    order_->begin(now());
    const SlotIndex index = *order_->next();
    leave_state(index);
    Message& message = slots_[index].message;
    NewMessage again;
    again.body = std::move(message.body);
    if (message.extras != nullptr) {
        again.attributes = std::move(message.extras->attributes);
        again.trace_header = message.extras->trace_header;
        again.group_id = message.extras->group_id;
        // Unique, as in the move to the dead-letter queue. [choice]
        again.deduplication_id = message.id.text();
    }
    world_.trace.record(source_,
                        "sqs.message.redriven",
                        {{"message_id", message.id.text()}, {"to", destination.name()}});
    forget(index);
    destination.send(std::move(again));
    settle();
}

// What a consumer does with its receipts

const Slot* Queue::slot_of(std::uint64_t handle) const {
    const SlotIndex index = slot_index(handle);
    const std::uint32_t receipt = receipt_stamp(handle);
    if (index >= slots_.capacity()) {
        return nullptr;
    }
    const Slot& slot = slots_[index];
    const bool same_message = slot.born != 0 && receipt > slot.born && receipt <= slot.stamp;
    return same_message ? &slot : nullptr;
}

const Message* Queue::find(std::uint64_t handle) const {
    const Slot* slot = slot_of(handle);
    return slot == nullptr ? nullptr : &slot->message;
}

/// [LS test_fifo_delete_after_visibility_timeout]
bool Queue::has_expired(std::uint64_t handle) {
    catch_up();
    const Slot* slot = settings_.fifo ? slot_of(handle) : nullptr;
    return slot != nullptr &&
           (slot->receipt != receipt_stamp(handle) || slot->state != MessageState::in_flight);
}

std::size_t Queue::remove(const std::vector<std::uint64_t>& handles) {
    catch_up();
    if (metrics_ != nullptr && !handles.empty()) {
        // Deletions of what is gone already count as well. [docs: sqs-available-cloudwatch-metrics]
        metrics_->deleted(now(), handles.size());
    }
    traced_ids_.resize(handles.size());
    std::size_t removed = 0;
    for (const std::uint64_t handle : handles) {
        const Slot* slot = slot_of(handle);
        // An older receipt is accepted without deleting, as is a deleted message's. [docs:
        // DeleteMessage]
        if (slot == nullptr || slot->receipt != receipt_stamp(handle) ||
            (settings_.fifo && slot->state != MessageState::in_flight)) {
            continue;
        }
        traced_ids_[removed++] = slot->message.id.text();
        const SlotIndex index = slot_index(handle);
        leave_state(index);
        forget(index);
    }
    traced_ids_.resize(removed);
    if (removed > 0) {
        world_.trace.record(source_, "sqs.messages.deleted", {{"message_ids", traced_ids_}});
    }
    settle();
    return removed;
}

VisibilityChange Queue::change_visibility(std::uint64_t handle, Duration timeout) {
    catch_up();
    const Slot* slot = slot_of(handle);
    if (slot == nullptr) {
        return VisibilityChange::gone;
    }
    if (slot->receipt != receipt_stamp(handle) || slot->state != MessageState::in_flight) {
        return VisibilityChange::not_in_flight;
    }
    if (now() + timeout > slot->message.received_at + longest_in_flight) {
        return VisibilityChange::beyond_limit;
    }
    const SlotIndex index = slot_index(handle);
    if (timeout == Duration(0)) {
        come_back(index);
    } else {
        postpone(index, now() + timeout);
    }
    settle();
    return VisibilityChange::changed;
}

}  // namespace orrery::sqs
