/// Drives the loop from outside its events: to an instant, to idleness, or until something is done.
/// Knows when to give up.
#pragma once

#include "engine/loop.h"

#include <functional>
#include <optional>

namespace orrery {

/// How much virtual time a world may stay busy, or an answer outstanding, before a run gives up
/// waiting.
inline constexpr Duration longest_wait = std::chrono::hours(24);

class Driver {
public:
    /// `end`: the instant at which the world stops whatever is still to come.
    Driver(Loop& loop, std::optional<Instant> end) : loop_(loop), end_(end) {}

    /// Whether the run is over before its time: `end` was reached, or interrupt() called.
    bool over() const { return over_ || interrupted_; }
    bool interrupted() const { return interrupted_; }
    /// Ends the run before the loop's next event.
    void interrupt();

    /// Runs everything due up to and including `instant`.
    void run_to(Instant instant);
    /// Runs until no foreground event is left, for `longest_wait` at most. Returns whether the
    /// world is idle.
    bool run_until_idle();
    /// Runs until `done`, which is asked again after each nudge(), for `longest_wait` at most.
    /// Returns whether it is done.
    bool run_until(const std::function<bool()>& done);
    /// Says that what run_until waits for may have come.
    void nudge();

private:
    /// The earlier of `instant` and the end.
    Instant limited(Instant instant) const;
    void note(Halt halt, Instant limit);

    Loop& loop_;
    std::optional<Instant> end_;
    bool over_ = false;
    bool interrupted_ = false;
    bool waiting_ = false;
    bool nudged_ = false;
};

}  // namespace orrery
