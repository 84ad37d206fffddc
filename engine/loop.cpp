#include "engine/loop.h"

#include "engine/ensure.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace orrery {

namespace {

bool only_one_processor() {
    cpu_set_t ours;
    return ::sched_getaffinity(0, sizeof ours, &ours) == 0 && CPU_COUNT(&ours) < 2;
}

/// Tells the processor that we wait for another one.
void pause_processor() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

}  // namespace

Loop::Loop(Instant start)
    : start_(start),
      now_(start),
      io_(std::make_unique<boost::asio::io_context>(1)),
      baton_(*this),
      virtual_anchor_(start) {}

Loop::~Loop() = default;

EventId Loop::at(Instant instant, Callback callback, Weight weight) {
    return timeline_.schedule(std::max(instant, now_), std::move(callback), weight);
}

EventId Loop::after(Duration duration, Callback callback, Weight weight) {
    ENSURE(duration >= Duration::zero());
    return at(now_ + duration, std::move(callback), weight);
}

EventId Loop::post(Callback callback) {
    return in_io_ ? arrive(std::move(callback)) : at(now_, std::move(callback));
}

EventId Loop::arrive(Callback callback) {
    const EventId id = at(reached(), std::move(callback));
    if (wall_) {
        arrivals_.push_back(id);
    }
    return id;
}

void Loop::poll_io() {
    events_since_poll_ = 0;
    io_->restart();
    io_->poll();
}

bool Loop::settle() {
    // Between turns only signals and strangers' connections can arrive; asking the kernel after
    // every event would cost more than the event.
    constexpr unsigned events_between_polls = 256;
    if (++events_since_poll_ >= events_between_polls ||
        (timeline_.foreground() == 0 && baton_.at_rest())) {
        poll_io();
    }
    if (!baton_.at_rest()) {
        const auto working = boost::asio::make_work_guard(*io_);
        io_->restart();
        while (!stopped_ && !baton_.at_rest()) {
            await_party();
        }
    }
    return !stopped_;
}

/// Lets the party that computes get on. Most turns are over in less time than it takes to fall
/// asleep and to be woken, so we wait awake for a moment: in memory, without asking the kernel.
void Loop::await_party() {
    static const bool alone = only_one_processor();
    constexpr unsigned looks = 1500;  // some 50 microseconds
    for (unsigned look = 0; !alone && look < looks && !baton_.at_rest(); ++look) {
        if (baton_.stirs() && io_->poll() > 0) {
            return;
        }
        pause_processor();
    }
    if (!baton_.at_rest()) {
        baton_.about_to_sleep();
    }
    if (!baton_.at_rest()) {
        io_->run_one();
    }
}

void Loop::run_one_event() {
    auto [instant, callback] = timeline_.pop();
    now_ = std::max(now_, instant);
    callback();
}

bool Loop::step() {
    if (!settle() || timeline_.empty()) {
        return false;
    }
    run_one_event();
    return settle();
}

Halt Loop::run_until(Instant limit) {
    while (settle()) {
        const auto next = timeline_.next();
        if (!next || *next > limit) {
            now_ = std::max(now_, limit);
            return Halt::limit;
        }
        run_one_event();
    }
    return Halt::stopped;
}

Halt Loop::run_until_idle(Instant limit) {
    while (settle()) {
        const auto next = timeline_.next();
        if (timeline_.foreground() == 0) {
            return Halt::idle;
        }
        if (*next > limit) {
            now_ = std::max(now_, limit);
            return Halt::limit;
        }
        run_one_event();
    }
    return Halt::stopped;
}

Instant Loop::reached() const {
    if (!wall_ || paused_ || advancing_ || held_ || !baton_.at_rest()) {
        return now_;
    }
    const auto elapsed = static_cast<double>(wall_() - wall_anchor_) * factor_;
    const auto left = static_cast<double>((end_of_time - virtual_anchor_).count());
    return std::max(now_,
                    virtual_anchor_ + Duration(static_cast<std::int64_t>(std::min(elapsed, left))));
}

/// From here on virtual time is counted from this moment.
void Loop::anchor() {
    if (wall_) {
        now_ = reached();
        wall_anchor_ = wall_();
    }
    virtual_anchor_ = now_;
    alarm_at_.reset();
}

void Loop::set_factor(double factor) {
    ENSURE(factor > 0 && std::isfinite(factor));
    anchor();
    factor_ = factor;
}

void Loop::pause() {
    anchor();
    paused_ = true;
}

void Loop::resume() {
    anchor();
    paused_ = false;
}

void Loop::advance(Duration duration, Callback done) {
    ENSURE(duration >= Duration::zero());
    advances_.push_back({[this, duration] { return now_ + duration; }, std::move(done)});
}

void Loop::advance_to(Instant instant, Callback done) {
    advances_.push_back({[instant] { return instant; }, std::move(done)});
}

void Loop::run_advance() {
    const Advance next = std::move(advances_.front());
    advances_.pop_front();
    anchor();
    advancing_ = true;
    // What has arrived already belongs to the time before.
    poll_io();
    if (held_ || !baton_.at_rest()) {
        run_arrivals();
    }
    const Halt halt = run_until(std::max(now_, next.target()));
    advancing_ = false;
    anchor();
    if (halt != Halt::stopped && next.done) {
        next.done();
    }
}

void Loop::restart(Instant start) {
    timeline_.clear();
    arrivals_.clear();
    advances_.clear();
    start_ = start;
    now_ = start;
    virtual_anchor_ = start;
    wall_anchor_ = wall_ ? wall_() : 0;
    alarm_at_.reset();
}

void Loop::run_due() {
    const Instant until = reached();
    while (!stopped_ && advances_.empty() && timeline_.next()) {
        // A turn that one of these events began holds up what is due later.
        if (*timeline_.next() > (baton_.at_rest() ? until : now_)) {
            break;
        }
        run_one_event();
    }
    if (stopped_ || !advances_.empty()) {
        return;
    }
    if (baton_.at_rest()) {
        now_ = std::max(now_, until);
    }
    // What arrived before time stood still happens before what arrives now.
    run_arrivals();
}

void Loop::run_arrivals() {
    while (!stopped_ && !arrivals_.empty()) {
        const Callback callback = timeline_.take(arrivals_.front());
        arrivals_.pop_front();
        if (callback) {
            callback();
        }
    }
}

struct Loop::Alarm {
    explicit Alarm(boost::asio::io_context& io) : timer(io) {}
    boost::asio::steady_timer timer;
};

/// Lets I/O happen; waits for it if nothing is due.
void Loop::await_io(Alarm& alarm) {
    if (!baton_.at_rest()) {
        baton_.about_to_sleep();
    }
    if (io_->poll() > 0) {
        return;
    }
    const auto next = timeline_.next();
    if (next && *next <= reached()) {
        return;
    }
    // An alarm that rings too early, for an event since cancelled, does no harm.
    if (next && !paused_ && (!alarm_at_ || *next < *alarm_at_)) {
        const auto wait = static_cast<double>((*next - reached()).count()) / factor_;
        constexpr double longest = 1e15;  // eleven days
        alarm.timer.expires_after(
            std::chrono::nanoseconds(static_cast<std::int64_t>(std::clamp(wait, 0.0, longest))));
        alarm.timer.async_wait([this](const boost::system::error_code& error) {
            if (!error) {
                alarm_at_.reset();
            }
        });
        alarm_at_ = next;
    }
    // A client that has its answer often asks again at once, and to wake a sleeping thread takes
    // longer than that: a single connection gets twice as much done.
    constexpr std::int64_t worth_waiting_awake = 50'000;  // nanoseconds
    const std::int64_t asleep_at = wall_() + worth_waiting_awake;
    do {
        if (io_->poll() > 0) {
            return;
        }
    } while (wall_() < asleep_at);
    io_->run_one();
}

void Loop::run_live(WallClock wall) {
    wall_ = std::move(wall);
    wall_anchor_ = wall_();
    virtual_anchor_ = now_;
    const auto working = boost::asio::make_work_guard(*io_);
    Alarm alarm(*io_);
    io_->restart();
    while (!stopped_) {
        if (!advances_.empty()) {
            run_advance();
            continue;
        }
        run_due();
        if (stopped_) {
            break;  // the clock stays where it was stopped
        }
        // While a party computes, time stands still; what it asks happens before time catches up
        // with the wall.
        const bool was_held = std::exchange(held_, !baton_.at_rest());
        if (was_held && !held_) {
            alarm_at_.reset();  // it was set for a time that stood still
        }
        if (advances_.empty()) {
            in_io_ = true;
            await_io(alarm);
            in_io_ = false;
        }
    }
    wall_ = nullptr;
    alarm_at_.reset();
}

}  // namespace orrery
