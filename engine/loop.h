/// The one loop: runs the timeline's events and real I/O on a single thread, in virtual time or at
/// the wall's pace.
#pragma once

#include "engine/baton.h"
#include "engine/time.h"
#include "engine/timeline.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace boost::asio {
class io_context;
}

namespace orrery {

/// 2200-01-01T00:00:00Z: the wall clock takes virtual time no further. Instants end in 2262.
inline constexpr Instant end_of_time{Duration{7258118400000000000}};

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
    /// Calls `callback` after everything that has arrived from I/O so far: at reached(), or as soon
    /// as time stands still.
    EventId arrive(Callback callback);
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

    // Live mode: virtual time follows a wall clock, and never goes backward.

    /// Nanoseconds of some monotonic wall clock; the caller's, so that the engine itself asks no
    /// clock.
    using WallClock = std::function<std::int64_t()>;
    /// Runs until stop(): events happen when the wall clock, times `factor()`, reaches them.
    void run_live(WallClock wall);
    /// Whether run_live() has begun.
    bool live() const { return wall_ != nullptr; }
    /// Virtual seconds per wall second; positive.
    void set_factor(double factor);
    double factor() const { return factor_; }
    /// Stops virtual time, or lets it follow the wall clock again. What arrives from real I/O
    /// still happens, at the instant at which time stands still. May be set before run_live().
    void pause();
    void resume();
    bool paused() const { return paused_; }
    /// Makes everything due within `duration` happen in order, each at its own instant, as in
    /// virtual mode; whether paused or not. Calls `done` outside of any event once time has come
    /// there, no party computes and nothing is due. Several of these happen one after the other.
    void advance(Duration duration, Callback done);
    /// The same up to an instant; one that has passed is the present one.
    void advance_to(Instant instant, Callback done);
    /// How far the wall clock has come. now() in virtual mode, while paused, during an advance, and
    /// while a party computes.
    Instant reached() const;

    /// Events still to come, and when the next one is due.
    std::size_t pending() const { return timeline_.size(); }
    std::optional<Instant> next_event() const { return timeline_.next(); }
    /// Drops every event and goes on at `start`, earlier or later: a new world begins. Not from
    /// inside an event.
    void restart(Instant start);

private:
    bool settle();
    void poll_io();
    void await_party();
    void run_one_event();
    struct Advance {
        std::function<Instant()> target;  // asked for when its turn has come
        Callback done;
    };
    void run_advance();
    void run_due();
    void run_arrivals();
    struct Alarm;
    void await_io(Alarm& alarm);
    void anchor();

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
    bool paused_ = false;
    bool advancing_ = false;
    // What has arrived and may be due later than now_; some of it has happened.
    std::deque<EventId> arrivals_;
    bool held_ = false;  // a party computed when I/O was last asked for
    std::deque<Advance> advances_;
    // Virtual time was virtual_anchor_ when the wall clock showed wall_anchor_.
    std::int64_t wall_anchor_ = 0;
    Instant virtual_anchor_;
    std::optional<Instant> alarm_at_;  // the instant that the alarm is set for
};

}  // namespace orrery
