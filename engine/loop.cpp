#include "engine/loop.h"

#include "engine/ensure.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cmath>

namespace orrery {

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
    return at(in_io_ ? std::max(now_, live_now()) : now_, std::move(callback));
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
    if (++events_since_poll_ >= events_between_polls || timeline_.foreground() == 0) {
        poll_io();
    }
    if (!baton_.at_rest()) {
        const auto working = boost::asio::make_work_guard(*io_);
        io_->restart();
        while (!stopped_ && !baton_.at_rest()) {
            io_->run_one();
        }
    }
    return !stopped_;
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

Instant Loop::live_now() const {
    const auto elapsed = static_cast<double>(wall_() - wall_anchor_) * factor_;
    return virtual_anchor_ + Duration(static_cast<std::int64_t>(elapsed));
}

void Loop::set_factor(double factor) {
    ENSURE(factor >= 0 && std::isfinite(factor));
    if (wall_) {
        virtual_anchor_ = std::max(now_, live_now());
        wall_anchor_ = wall_();
    }
    factor_ = factor;
}

void Loop::run_live(WallClock wall) {
    wall_ = std::move(wall);
    wall_anchor_ = wall_();
    virtual_anchor_ = now_;
    const auto working = boost::asio::make_work_guard(*io_);
    boost::asio::steady_timer alarm(*io_);
    io_->restart();
    while (!stopped_) {
        const Instant reached = live_now();
        while (!stopped_ && timeline_.next() && *timeline_.next() <= reached) {
            run_one_event();
        }
        if (stopped_) {
            break;  // the clock stays where it was stopped
        }
        now_ = std::max(now_, reached);
        if (const auto next = timeline_.next(); next && factor_ > 0) {
            const auto wait = static_cast<double>((*next - live_now()).count()) / factor_;
            alarm.expires_after(
                std::chrono::nanoseconds(static_cast<std::int64_t>(std::max(wait, 0.0))));
            alarm.async_wait([](const boost::system::error_code&) {});
        }
        in_io_ = true;
        io_->run_one();
        io_->poll();
        in_io_ = false;
        alarm.cancel();
    }
    wall_ = nullptr;
}

}  // namespace orrery
