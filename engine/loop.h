/// The one loop: runs the timeline's events and real I/O on a single thread, in virtual time or at
/// the wall's pace.
#pragma once

#include "engine/baton.h"
#include "engine/time.h"
#include "engine/timeline.h"

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace orrery {

/// Why a run_… call came back.
enum class Halt : std::uint8_t { idle, limit, stopped };

class Loop {
public:
    /// Virtual time begins at `start`.
    explicit Loop(Instant start);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    Instant now() const { return now_; }
    Instant start() const { return start_; }

    /// Calls `callback` at `instant` (now, if that has passed), after everything already due then.
    EventId at(Instant instant, Callback callback, Weight weight = Weight::foreground);
    EventId after(Duration duration, Callback callback, Weight weight = Weight::foreground);
    /// Calls `callback` at this instant, after everything already due now. The way in for what
    /// arrives from real I/O: in live mode such an event happens when the wall clock says it
    /// arrived.
    EventId post(Callback callback);
    bool cancel(EventId id) { return timeline_.cancel(id); }

    Baton& baton() { return baton_; }
    boost::asio::io_context& io() { return *io_; }

    // Virtual mode: the clock jumps from event to event and stands still while a party computes.

    /// Runs the next event, once every party is at rest. False if there is none, or stop() was
    /// called.
    bool step();
    /// Runs everything due up to and including `limit`, then sets the clock to `limit`.
    Halt run_until(Instant limit);
    /// Runs until no foreground event is left, or the next one lies after `limit`.
    Halt run_until_idle(Instant limit);
    /// Makes the current run_… call return before its next event. May be called from I/O callbacks.
    void stop() { stopped_ = true; }
    bool stopped() const { return stopped_; }
    void clear_stop() { stopped_ = false; }

    // Live mode: virtual time follows a wall clock.

    /// Nanoseconds of some monotonic wall clock; the caller's, so that the engine itself asks no
    /// clock.
    using WallClock = std::function<std::int64_t()>;
    /// Runs until stop(): events happen when the wall clock, times `factor()`, reaches them.
    void run_live(WallClock wall);
    /// Virtual seconds per wall second; 0 pauses.
    void set_factor(double factor);
    double factor() const { return factor_; }

private:
    bool settle();
    void poll_io();
    void run_one_event();
    Instant live_now() const;

    Instant start_;
    Instant now_;
    Timeline timeline_;
    std::unique_ptr<boost::asio::io_context> io_;
    Baton baton_;
    bool stopped_ = false;
    unsigned events_since_poll_ = 0;
    bool in_io_ = false;

    WallClock wall_;
    double factor_ = 1.0;
    std::int64_t wall_anchor_ = 0;
    Instant virtual_anchor_;
};

}  // namespace orrery
