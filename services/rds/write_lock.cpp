#include "services/rds/write_lock.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

bool WriteLock::try_acquire(Owner owner) {
    if (holder_ == nullptr) {
        holder_ = owner;
    }
    return holder_ == owner;
}

void WriteLock::wait(Owner owner, Duration patience, Callback granted, Callback timed_out) {
    const EventId timer = loop_.after(patience, [this, owner, timed_out = std::move(timed_out)] {
        std::erase_if(waiters_, [&](const Waiter& waiter) { return waiter.owner == owner; });
        timed_out();
    });
    waiters_.push_back({owner, std::move(granted), timer});
}

void WriteLock::release(Owner owner) {
    if (holder_ != owner) {
        return;
    }
    loop_.cancel(std::exchange(grant_, EventId{}));
    holder_ = nullptr;
    if (waiters_.empty()) {
        return;
    }
    Waiter next = std::move(waiters_.front());
    waiters_.pop_front();
    loop_.cancel(next.timer);
    // From here on nobody can come in between; the statement itself runs as an event of its own.
    holder_ = next.owner;
    grant_ = loop_.post([this, granted = std::move(next.granted)] {
        grant_ = EventId{};
        granted();
    });
}

void WriteLock::forget(Owner owner) {
    for (const Waiter& waiter : waiters_) {
        if (waiter.owner == owner) {
            loop_.cancel(waiter.timer);
        }
    }
    std::erase_if(waiters_, [&](const Waiter& waiter) { return waiter.owner == owner; });
    release(owner);
}

}  // namespace orrery::rds
