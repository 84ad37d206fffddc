#include "services/sqs/queue.h"

#include "engine/ensure.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/sqs/fifo_order.h"
#include "services/sqs/queue_metrics.h"
#include "services/sqs/receipt_handle.h"
#include "services/sqs/standard_order.h"

#include <algorithm>
#include <utility>

namespace orrery::sqs {

namespace {

/// [docs: SQS quotas] "about 120 000".
constexpr std::size_t in_flight_quota = 120'000;
std::string stream_name(const QueueIdentity& identity) {
    // A queue made again under an old name must not repeat the old one's message ids.
    return identity.scope + "sqs/" + identity.name + "/" + std::to_string(identity.incarnation);
}

std::unique_ptr<ReceiveOrder> make_order(const QueueSettings& settings, const SlotStore& slots) {
    if (settings.fifo) {
        return std::make_unique<FifoOrder>(slots);
    }
    return std::make_unique<StandardOrder>(slots);
}

}  // namespace

Queue::Queue(World& world,
             QueueIdentity identity,
             QueueSettings settings,
             Finder find_by_arn,
             aws::MetricWriter* metrics)
    : world_(world),
      identity_(std::move(identity)),
      source_(identity_.scope + "sqs/" + identity_.name),
      receipt_tag_(sqs::receipt_tag(identity_.arn, identity_.incarnation)),
      settings_(std::move(settings)),
      find_by_arn_(std::move(find_by_arn)),
      random_(world.random.stream(stream_name(identity_))),
      order_(make_order(settings_, slots_)),
      saving_(world.store != nullptr) {
    if (metrics != nullptr) {
        metrics_ = std::make_unique<QueueMetrics>(*metrics, identity_.name, settings_.fifo);
        contents_due_ = metrics_->due();
    }
}

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
    ENSURE(settings.fifo == settings_.fifo);
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
    if (contents_due_ <= now()) {
        tell_contents();
    }
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

/// Nothing has changed since the last call, so what is in the queue now was there at the end of
/// every minute since.
void Queue::tell_contents() {
    const auto* oldest = by_age_.front(still_there());
    const QueueDepth deep = depth();
    metrics_->called(now(),
                     {deep.visible,
                      deep.in_flight,
                      deep.delayed,
                      oldest == nullptr ? Instant() : Instant(Duration(oldest->key))});
    contents_due_ = metrics_->due();
}

void Queue::sample_metrics() {
    if (metrics_ == nullptr || contents_due_ > now() || closed_) {
        return;
    }
    const auto* oldest = by_age_.front(still_there());
    const QueueDepth deep = depth();
    metrics_->pass(now(),
                   {deep.visible,
                    deep.in_flight,
                    deep.delayed,
                    oldest == nullptr ? Instant() : Instant(Duration(oldest->key))});
    contents_due_ = metrics_->due();
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
    if (changed_) {
        world_.store->touch();
    }
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
    if (settings_.fifo) {
        slot.message.extras->fifo_place = slot.sequence;
    }
    enlist(index);
    return index;
}

void Queue::enlist(SlotIndex index) {
    const Slot& slot = slots_[index];
    by_age_.push(slot.message.sent_at.time_since_epoch().count(), index, slot.born);
    order_->join(index, now());
}

void Queue::show(SlotIndex index) {
    Slot& slot = slots_[index];
    slot.state = MessageState::visible;
    ++slot.stamp;
    order_->show(index);
    mark_changed(index);
}

void Queue::hide(SlotIndex index, MessageState state, Instant until) {
    Slot& slot = slots_[index];
    slot.state = state;
    slot.until = until;
    hidden_.push(until.time_since_epoch().count(), index, ++slot.stamp);
    if (state == MessageState::delayed) {
        ++delayed_;
    } else {
        order_->hand_out(index);
    }
    mark_changed(index);
}

/// Another instant at which a hidden message becomes visible.
void Queue::postpone(SlotIndex index, Instant until) {
    Slot& slot = slots_[index];
    slot.until = until;
    ++slot.stamp;
    hidden_.forget(in_this_state());
    hidden_.push(until.time_since_epoch().count(), index, slot.stamp);
    mark_changed(index);
}

void Queue::leave_state(SlotIndex index) {
    Slot& slot = slots_[index];
    ++slot.stamp;
    if (slot.state == MessageState::visible) {
        order_->hide(index);
        return;
    }
    if (slot.state == MessageState::delayed) {
        --delayed_;
    } else {
        order_->take_back(index, now());
    }
    hidden_.forget(in_this_state());
}

void Queue::forget(SlotIndex index) {
    order_->leave(index);
    slots_.release(index);
    by_age_.forget(still_there());
    mark_changed(index);
}

void Queue::mark_changed(SlotIndex index) {
    if (saving_ && !std::exchange(slots_[index].changed, true)) {
        changed_slots_.push_back(index);
        changed_ = true;
    }
}

void Queue::mark_changed(const DeduplicationHistory::Key& key) {
    if (saving_) {
        changed_history_.push_back(key);
        changed_ = true;
    }
}

void Queue::purge() {
    catch_up();
    world_.trace.record(source_, "sqs.queue.purged", {{"messages", by_age_.size()}});
    for (SlotIndex index = 0; index < slots_.capacity(); ++index) {
        if (slots_[index].born != 0) {
            slots_.release(index);
            mark_changed(index);
        }
    }
    order_->clear();
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
    return {by_age_.size() - hidden_.size(), hidden_.size() - delayed_, delayed_};
}

void Queue::visit(const Visitor& visitor) const {
    std::vector<const Slot*> occupied;
    for (SlotIndex index = 0; index < slots_.capacity(); ++index) {
        if (slots_[index].born != 0) {
            occupied.push_back(&slots_[index]);
        }
    }
    std::sort(occupied.begin(), occupied.end(), [](const Slot* left, const Slot* right) {
        return left->sequence < right->sequence;
    });
    for (const Slot* slot : occupied) {
        visitor(slot->message, slot->state, slot->until);
    }
}

std::vector<MessageSnapshot> Queue::snapshot() const {
    std::vector<MessageSnapshot> messages;
    visit([&](const Message& message, MessageState state, Instant /*until*/) {
        messages.push_back({std::string(message.id.text()),
                            message.body,
                            state,
                            message.receive_count,
                            message.sent_at,
                            message.attributes(),
                            message.extras == nullptr ? "" : message.extras->dead_letter_source});
    });
    return messages;
}

}  // namespace orrery::sqs
