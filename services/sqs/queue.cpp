#include "services/sqs/queue.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/sqs/receipt_handle.h"

#include <algorithm>

namespace orrery::sqs {

namespace {

/// [docs: SQS quotas] "about 120 000".
constexpr std::size_t in_flight_quota = 120'000;
/// Counted from the receive, however often the timeout is changed. [docs: ChangeMessageVisibility]
constexpr Duration longest_in_flight = std::chrono::hours(12);

std::string stream_name(const QueueIdentity& identity) {
    // A queue made again under an old name must not repeat the old one's message ids.
    return "sqs/" + identity.name + "/" + std::to_string(identity.incarnation);
}

}  // namespace

Queue::Queue(World& world, QueueIdentity identity, QueueSettings settings, Finder find_by_arn)
    : world_(world),
      identity_(std::move(identity)),
      source_("sqs/" + identity_.name),
      receipt_tag_(sqs::receipt_tag(identity_.arn, identity_.incarnation)),
      settings_(std::move(settings)),
      find_by_arn_(std::move(find_by_arn)),
      random_(world.random.stream(stream_name(identity_))) {}

Queue::~Queue() {
    world_.loop.cancel(visibility_alarm_.event);
    world_.loop.cancel(retention_alarm_.event);
    world_.loop.cancel(serving_);
    for (const Waiter& waiter : line_) {
        world_.loop.cancel(waiter.end);
    }
}

Instant Queue::now() const {
    return world_.loop.now();
}

void Queue::change_settings(QueueSettings settings) {
    catch_up();
    settings_ = std::move(settings);
    expire_old();
    // The first message to expire now may do so sooner than the alarm knows.
    world_.loop.cancel(retention_alarm_.event);
    retention_alarm_ = {};
    settle();
}

// Deadlines

/// Lets everything happen whose instant has come.
void Queue::catch_up() {
    if (visibility_alarm_.event && visibility_alarm_.at <= now()) {
        const std::int64_t due = now().time_since_epoch().count();
        for (const auto* first = hidden_.front(in_this_state());
             first != nullptr && first->key <= due;
             first = hidden_.front(in_this_state())) {
            come_back(first->slot);
        }
    }
    if (retention_alarm_.event && retention_alarm_.at <= now()) {
        expire_old();
    }
}

void Queue::expire_old() {
    const std::int64_t due = (now() - settings_.retention).time_since_epoch().count();
    for (const auto* oldest = by_age_.front(still_there()); oldest != nullptr && oldest->key <= due;
         oldest = by_age_.front(still_there())) {
        expire(oldest->slot);
    }
}

void Queue::come_back(SlotIndex index) {
    Slot& slot = slots_[index];
    if (slot.state == MessageState::in_flight) {
        world_.trace.record(source_,
                            "sqs.message.visible",
                            {{"message_id", slot.message.id.text()},
                             {"receive_count", slot.message.receive_count}});
    }
    leave_state(index);
    show(index);
}

void Queue::expire(SlotIndex index) {
    world_.trace.record(
        source_, "sqs.message.expired", {{"message_id", slots_[index].message.id.text()}});
    leave_state(index);
    forget(index);
}

/// Ends a public member: what is to happen next gets its event.
void Queue::settle() {
    arm_visibility();
    arm_retention();
    ring();
}

void Queue::arm_visibility() {
    const SlotQueue::Entry* first = hidden_.front(in_this_state());
    if (first == nullptr) {
        // A run must not wait for a message that is gone.
        world_.loop.cancel(visibility_alarm_.event);
        visibility_alarm_ = {};
        return;
    }
    const Instant at{Duration(first->key)};
    if (visibility_alarm_.event && visibility_alarm_.at <= at) {
        return;
    }
    world_.loop.cancel(visibility_alarm_.event);
    const auto wake_up = [this] {
        catch_up();
        visibility_alarm_ = {};
        settle();
    };
    visibility_alarm_ = {world_.loop.at(at, wake_up), at};
}

void Queue::arm_retention() {
    const SlotQueue::Entry* oldest = by_age_.front(still_there());
    if (oldest == nullptr) {
        return;
    }
    const Instant at = Instant(Duration(oldest->key)) + settings_.retention;
    if (retention_alarm_.event && retention_alarm_.at <= at) {
        return;
    }
    world_.loop.cancel(retention_alarm_.event);
    const auto wake_up = [this] {
        catch_up();
        retention_alarm_ = {};
        settle();
    };
    retention_alarm_ = {world_.loop.at(at, wake_up, Weight::background), at};
}

// States of a message. Between leave_state() and show() or hide() it is in none.

Queue::SlotIndex Queue::insert(Message&& message) {
    const SlotIndex index = slots_.acquire();
    Slot& slot = slots_[index];
    slot.message = std::move(message);
    slot.sequence = ++sequence_;
    by_age_.push(slot.message.sent_at.time_since_epoch().count(), index, slot.born);
    return index;
}

void Queue::show(SlotIndex index) {
    Slot& slot = slots_[index];
    slot.state = MessageState::visible;
    visible_.push(slot.sequence, index, ++slot.stamp);
}

void Queue::hide(SlotIndex index, MessageState state, Instant until) {
    Slot& slot = slots_[index];
    slot.state = state;
    delayed_ += state == MessageState::delayed ? 1 : 0;
    hidden_.push(until.time_since_epoch().count(), index, ++slot.stamp);
}

void Queue::leave_state(SlotIndex index) {
    Slot& slot = slots_[index];
    ++slot.stamp;
    if (slot.state == MessageState::visible) {
        visible_.forget(in_this_state());
        return;
    }
    delayed_ -= slot.state == MessageState::delayed ? 1 : 0;
    hidden_.forget(in_this_state());
}

void Queue::forget(SlotIndex index) {
    slots_.release(index);
    by_age_.forget(still_there());
}

// Sending and receiving

const Message& Queue::send(NewMessage&& given) {
    ENSURE(!closed_);
    catch_up();
    const std::size_t bytes = size_bytes(given.body, given.attributes);
    const Duration delay = given.delay.value_or(settings_.delay);
    Message message;
    message.id = MessageId::draw(random_);
    message.body = std::move(given.body);
    message.sent_at = now();
    if (!given.attributes.empty() || !given.trace_header.empty() || !given.group_id.empty()) {
        message.extras = std::make_unique<MessageExtras>();
        message.extras->attributes = std::move(given.attributes);
        message.extras->trace_header = std::move(given.trace_header);
        message.extras->group_id = std::move(given.group_id);
    }
    const SlotIndex index = insert(std::move(message));
    const Message& stored = slots_[index].message;
    if (delay > Duration(0)) {
        world_.trace.record(source_,
                            "sqs.message.sent",
                            {{"bytes", bytes}, {"delay", delay}, {"message_id", stored.id.text()}});
        hide(index, MessageState::delayed, now() + delay);
    } else {
        world_.trace.record(
            source_, "sqs.message.sent", {{"bytes", bytes}, {"message_id", stored.id.text()}});
        show(index);
    }
    settle();
    return stored;
}

std::vector<Receipt> Queue::receive(const ReceiveRequest& request) {
    catch_up();
    std::vector<Receipt> receipts = take(request);
    settle();
    return receipts;
}

std::vector<Receipt> Queue::take(const ReceiveRequest& request) {
    const Duration visibility = request.visibility.value_or(settings_.visibility_timeout);
    std::vector<Receipt> receipts;
    std::vector<SlotIndex> duplicated;
    while (receipts.size() < request.max && can_receive()) {
        const SlotIndex index = visible_.front(in_this_state())->slot;
        const Message& message = slots_[index].message;
        if (Queue* target = dead_letter_queue(message); target != nullptr) {
            move_to(*target, index);
            continue;
        }
        if (world_.faults.fires("sqs.deliver.duplicate", {{"queue", identity_.name}})) {
            duplicated.push_back(index);
        }
        receipts.push_back(hand_out(index, now() + visibility));
    }
    if (receipts.empty()) {
        return receipts;
    }
    traced_ids_.resize(receipts.size());
    for (std::size_t place = 0; place < receipts.size(); ++place) {
        traced_ids_[place] = receipts[place].message->id.text();
    }
    if (request.consumer.empty()) {
        world_.trace.record(source_, "sqs.messages.received", {{"message_ids", traced_ids_}});
    } else {
        world_.trace.record(source_,
                            "sqs.messages.received",
                            {{"consumer", request.consumer}, {"message_ids", traced_ids_}});
    }
    // Only now, so that no receive hands out the same message twice.
    for (const SlotIndex index : duplicated) {
        leave_state(index);
        show(index);
    }
    if (visibility == Duration(0)) {
        for (const Receipt& receipt : receipts) {
            const auto index = static_cast<SlotIndex>(receipt.handle >> 32);
            if (slots_[index].state == MessageState::in_flight) {
                come_back(index);
            }
        }
    }
    return receipts;
}

Receipt Queue::hand_out(SlotIndex index, Instant until) {
    leave_state(index);
    hide(index, MessageState::in_flight, until);
    Slot& slot = slots_[index];
    slot.receipt = slot.stamp;
    if (slot.message.receive_count++ == 0) {
        slot.message.first_received_at = now();
    }
    slot.message.received_at = now();
    return {std::uint64_t{index} << 32 | slot.receipt, &slot.message};
}

/// The queue that a message goes to instead of being received once more. [docs: with-sqs;
/// dead-letter queues] A policy whose queue has been deleted has no effect.
Queue* Queue::dead_letter_queue(const Message& message) const {
    if (!settings_.redrive || message.receive_count < settings_.redrive->max_receive_count) {
        return nullptr;
    }
    Queue* target = find_by_arn_(settings_.redrive->target_arn);
    return target == this ? nullptr : target;
}

void Queue::move_to(Queue& target, SlotIndex index) {
    Slot& slot = slots_[index];
    world_.trace.record(source_,
                        "sqs.message.moved_to_dlq",
                        {{"message_id", slot.message.id.text()},
                         {"receive_count", slot.message.receive_count},
                         {"to", target.name()}});
    leave_state(index);
    target.accept_moved(std::move(slot.message), arn());
    forget(index);
}

/// Id, counts and the time of sending stay; the queue's own delay does not apply.
/// [LS test_dead_letter_queue_message_attributes; docs: sqs-dead-letter-queues]
void Queue::accept_moved(Message&& message, const std::string& from) {
    if (message.extras == nullptr) {
        message.extras = std::make_unique<MessageExtras>();
    }
    message.extras->dead_letter_source = from;
    show(insert(std::move(message)));
    settle();
}

// What a consumer does with its receipts

const Slot* Queue::slot_of(std::uint64_t handle) const {
    const auto index = static_cast<SlotIndex>(handle >> 32);
    const auto receipt = static_cast<std::uint32_t>(handle);
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

std::size_t Queue::remove(const std::vector<std::uint64_t>& handles) {
    catch_up();
    traced_ids_.resize(handles.size());
    std::size_t removed = 0;
    for (const std::uint64_t handle : handles) {
        const Slot* slot = slot_of(handle);
        // An older receipt is accepted without deleting, as is a deleted message's. [docs:
        // DeleteMessage]
        if (slot == nullptr || slot->receipt != static_cast<std::uint32_t>(handle)) {
            continue;
        }
        traced_ids_[removed++] = slot->message.id.text();
        const auto index = static_cast<SlotIndex>(handle >> 32);
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
    if (slot == nullptr || slot->receipt != static_cast<std::uint32_t>(handle) ||
        slot->state != MessageState::in_flight) {
        return VisibilityChange::not_in_flight;
    }
    if (now() + timeout > slot->message.received_at + longest_in_flight) {
        return VisibilityChange::beyond_limit;
    }
    const auto index = static_cast<SlotIndex>(handle >> 32);
    if (timeout == Duration(0)) {
        come_back(index);
    } else {
        leave_state(index);
        hide(index, MessageState::in_flight, now() + timeout);
    }
    settle();
    return VisibilityChange::changed;
}

void Queue::purge() {
    catch_up();
    world_.trace.record(source_, "sqs.queue.purged", {{"messages", by_age_.size()}});
    for (SlotIndex index = 0; index < slots_.capacity(); ++index) {
        if (slots_[index].born != 0) {
            slots_.release(index);
        }
    }
    visible_.clear();
    hidden_.clear();
    by_age_.clear();
    delayed_ = 0;
    settle();
}

// Looking in

bool Queue::at_in_flight_quota() const {
    return hidden_.size() - delayed_ >= in_flight_quota;
}

QueueDepth Queue::depth() const {
    return {visible_.size(), hidden_.size() - delayed_, delayed_};
}

std::vector<MessageSnapshot> Queue::snapshot() const {
    std::vector<const Slot*> occupied;
    for (SlotIndex index = 0; index < slots_.capacity(); ++index) {
        if (slots_[index].born != 0) {
            occupied.push_back(&slots_[index]);
        }
    }
    std::sort(occupied.begin(), occupied.end(), [](const Slot* left, const Slot* right) {
        return left->sequence < right->sequence;
    });
    std::vector<MessageSnapshot> messages;
    messages.reserve(occupied.size());
    for (const Slot* slot : occupied) {
        const Message& message = slot->message;
        messages.push_back({std::string(message.id.text()),
                            message.body,
                            slot->state,
                            message.receive_count,
                            message.sent_at,
                            message.attributes(),
                            message.extras == nullptr ? "" : message.extras->dead_letter_source});
    }
    return messages;
}

}  // namespace orrery::sqs
