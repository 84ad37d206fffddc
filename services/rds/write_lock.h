/// The one lock for writing that an instance has; transactions that want it wait in virtual time,
/// first come first served.
#pragma once

#include "engine/loop.h"

#include <deque>

namespace orrery::rds {

class WriteLock {
public:
    /// Names a session; only compared.
    using Owner = const void*;

    explicit WriteLock(Loop& loop) : loop_(loop) {}

    /// Whether `owner` has the lock now.
    bool try_acquire(Owner owner);
    /// Calls `granted` when `owner` has got the lock, or `timed_out` after `patience`; exactly one
    /// of them, unless it is forgotten.
    void wait(Owner owner, Duration patience, Callback granted, Callback timed_out);
    /// Gives the lock, if `owner` has it, to whoever waits longest.
    void release(Owner owner);
    /// Releases, and waits no longer.
    void forget(Owner owner);

private:
    struct Waiter {
        Owner owner;
        Callback granted;
        EventId timer;
    };

    Loop& loop_;
    Owner holder_ = nullptr;
    EventId grant_;  // the holder's `granted`, still to come
    std::deque<Waiter> waiters_;
};

}  // namespace orrery::rds
