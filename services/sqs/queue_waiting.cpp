// The line of those who wait for a queue's messages: long polls and watches.

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/sqs/queue.h"

#include <algorithm>
#include <utility>

namespace orrery::sqs {

Watch& Watch::operator=(Watch&& other) noexcept {
    std::swap(waiting_, other.waiting_);
    return *this;
}

Watch::~Watch() {
    if (waiting_ != nullptr) {
        *waiting_ = false;
    }
}

void Queue::poll(ReceiveRequest request, Duration wait, PollAnswer answer) {
    catch_up();
    // A short poll asks only some of the servers. [docs: sqs-short-and-long-polling]
    if (wait == Duration(0) && can_receive() &&
        world_.faults.fires("sqs.receive.empty", {{"queue", identity_.name}})) {
        count_empty_receive();
        settle();
        answer({});
        return;
    }
    // Who comes later stands behind those who wait already.
    const bool first = std::all_of(
        line_.begin(), line_.end(), [](const Waiter& waiter) { return waiter.abandoned(); });
    std::vector<Receipt> receipts;
    if (first || wait == Duration(0)) {
        receipts = take(request);
    } else if (auto repeated = repeat(request)) {
        receipts = *std::move(repeated);
    }
    settle();
    if (!receipts.empty() || wait == Duration(0)) {
        if (receipts.empty()) {
            count_empty_receive();
        }
        answer(receipts);
        return;
    }
    auto waiting = std::make_shared<bool>(true);
    const EventId end = world_.loop.after(
        wait, [this, waiting] { end_poll(waiting); }, Weight::background);
    join({waiting, std::move(request), std::move(answer), {}, end});
}

Watch Queue::watch(Callback visible) {
    auto waiting = std::make_shared<bool>(true);
    join({waiting, {}, {}, std::move(visible), {}});
    return Watch(waiting);
}

void Queue::join(Waiter waiter) {
    std::erase_if(line_, [](const Waiter& other) { return !*other.waiting; });
    line_.push_back(std::move(waiter));
    catch_up();
    settle();
}

void Queue::serve() {
    serving_ = {};
    catch_up();
    // Those who join again while they are served wait for the next round.
    for (std::size_t left = line_.size(); left > 0 && !line_.empty() && can_receive(); --left) {
        const bool poll = static_cast<bool>(line_.front().answer);
        std::vector<Receipt> receipts;
        if (poll && !line_.front().abandoned()) {
            receipts = take(line_.front().request);
            if (receipts.empty()) {
                continue;  // all went to the dead-letter queue: it keeps its place
            }
        }
        const Waiter waiter = std::move(line_.front());
        line_.pop_front();
        world_.loop.cancel(waiter.end);
        if (!std::exchange(*waiter.waiting, false)) {
            continue;
        }
        if (poll) {
            waiter.answer(receipts);
        } else {
            waiter.visible();
        }
    }
    settle();
}

void Queue::end_poll(const std::shared_ptr<bool>& waiting) {
    const auto place = std::find_if(line_.begin(), line_.end(), [&](const Waiter& waiter) {
        return waiter.waiting == waiting;
    });
    ENSURE(place != line_.end());
    // What becomes visible at this very instant is still in time.
    catch_up();
    const std::vector<Receipt> receipts = place == line_.begin() && !place->abandoned()
                                              ? take(place->request)
                                              : std::vector<Receipt>();
    const Waiter waiter = std::move(*place);
    line_.erase(place);
    if (receipts.empty()) {
        count_empty_receive();
    }
    waiter.answer(receipts);
    settle();
}

/// Calls the line of waiters to the counter if there is something for them.
void Queue::ring() {
    if (!line_.empty() && !serving_ && can_receive()) {
        serving_ = world_.loop.post([this] { serve(); });
    }
}

void Queue::end_polls() {
    for (Waiter& waiter : line_) {
        if (waiter.answer) {
            world_.loop.cancel(waiter.end);
            world_.loop.post([answer = std::move(waiter.answer)] { answer({}); });
            *waiter.waiting = false;
        }
    }
    std::erase_if(line_, [](const Waiter& waiter) { return !*waiter.waiting; });
}

void Queue::close() {
    purge();
    closed_ = true;
    for (const SlotIndex index : changed_slots_) {
        slots_[index].changed = false;  // the slots go to a successor; what to erase stays here
    }
    attempts_.clear();
    for (const auto& [key, accepted] : history_.all()) {
        mark_changed(key);
    }
    history_ = {};
    changed_ = saving_;
    settle();
    world_.loop.cancel(retention_alarm_.event);
    world_.loop.cancel(serving_);
    retention_alarm_ = {};
    serving_ = {};
    end_polls();
}

void Queue::succeed(Queue& closed) {
    ENSURE(closed.closed_ && slots_.capacity() == 0 && line_.empty());
    line_ = std::exchange(closed.line_, {});
    // Their stamps go on counting, so an old receipt fits no new message.
    slots_ = std::exchange(closed.slots_, {});
}

}  // namespace orrery::sqs
