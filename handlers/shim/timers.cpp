// Timers: alarms are signals that the engine sends, timerfds are made readable when it says so.
#include "handlers/shim/timers.h"

#include "handlers/shim/wait.h"

#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

using namespace orrery::shim;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr int most_timer_descriptors = 64;

struct TimerDescriptor {
    std::atomic<int> descriptor{-1};
    std::atomic<Slot*> slot{nullptr};
    std::atomic<std::uint32_t> fired{0};  // the slot's `woken` that was seen last
    clockid_t clock = CLOCK_REALTIME;
};

Slot* alarm_slot = nullptr;
TimerDescriptor timer_descriptors[most_timer_descriptors];

TimerDescriptor* find(int descriptor) {
    for (TimerDescriptor& timer : timer_descriptors) {
        if (timer.descriptor.load() == descriptor) {
            return &timer;
        }
    }
    return nullptr;
}

std::int64_t nanoseconds(const timeval& time) {
    return later(0, {time.tv_sec, time.tv_usec * 1000});
}

timeval to_timeval(std::int64_t time) {
    return {time / second, time % second / 1000};
}

bool under_way(const Slot* slot) {
    return slot != nullptr && slot->wait_number.load() % 2 == 1;
}

std::int64_t left_of(const Slot* slot) {
    if (!under_way(slot)) {
        return 0;
    }
    const std::int64_t left = slot->deadline.load() - now();
    return left > 0 ? left : 1;
}

timespec to_timespec(std::int64_t time) {
    return {time / second, time % second};
}

}  // namespace

namespace orrery::shim {

void fire_timer_descriptors() {
    for (TimerDescriptor& timer : timer_descriptors) {
        const Slot* slot = timer.slot.load();
        if (slot != nullptr && timer.descriptor.load() >= 0) {
            const std::uint32_t woken = slot->woken.load();
            if (timer.fired.exchange(woken) != woken && woken != 0) {
                const itimerspec at_once{{0, 0}, {0, 1}};
                ::syscall(SYS_timerfd_settime, timer.descriptor.load(), 0, &at_once, nullptr);
            }
        }
    }
}

void forget_timers() {
    alarm_slot = nullptr;
    for (TimerDescriptor& timer : timer_descriptors) {
        timer.descriptor.store(-1);
        timer.slot.store(nullptr);
    }
}

void timer_descriptor_closed(int descriptor) {
    if (TimerDescriptor* timer = find(descriptor)) {
        timer->descriptor.store(-1);
        if (Slot* slot = timer->slot.exchange(nullptr)) {
            stop_timer(*slot);
            slot->thread_id.store(0);
        }
    }
}

}  // namespace orrery::shim

extern "C" {

int setitimer(__itimer_which_t which, const itimerval* value, itimerval* before) {
    static auto* next = real(&setitimer, "setitimer");
    if (page == nullptr || which != ITIMER_REAL || value == nullptr) {
        return next(which, value, before);
    }
    if (before != nullptr) {
        before->it_value = to_timeval(left_of(alarm_slot));
        before->it_interval = to_timeval(under_way(alarm_slot) ? alarm_slot->interval.load() : 0);
    }
    const std::int64_t time = nanoseconds(value->it_value);
    if (time == 0) {
        if (alarm_slot != nullptr) {
            stop_timer(*alarm_slot);
        }
        return 0;
    }
    if (alarm_slot == nullptr) {
        alarm_slot = claim_timer(SIGALRM);
    }
    if (alarm_slot == nullptr) {
        return next(which, value, before);
    }
    set_timer(*alarm_slot, now() + time, nanoseconds(value->it_interval));
    return 0;
}

int getitimer(__itimer_which_t which, itimerval* value) {
    static auto* next = real(&getitimer, "getitimer");
    if (page == nullptr || which != ITIMER_REAL) {
        return next(which, value);
    }
    value->it_value = to_timeval(left_of(alarm_slot));
    value->it_interval = to_timeval(under_way(alarm_slot) ? alarm_slot->interval.load() : 0);
    return 0;
}

unsigned alarm(unsigned seconds) {
    static auto* next = real(&alarm, "alarm");
    if (page == nullptr) {
        return next(seconds);
    }
    const itimerval value{{0, 0}, {static_cast<time_t>(seconds), 0}};
    itimerval before{};
    setitimer(ITIMER_REAL, &value, &before);
    return static_cast<unsigned>(before.it_value.tv_sec + (before.it_value.tv_usec > 0 ? 1 : 0));
}

useconds_t ualarm(useconds_t microseconds, useconds_t interval) {
    const auto split = [](useconds_t time) {
        return timeval{static_cast<time_t>(time / 1'000'000),
                       static_cast<suseconds_t>(time % 1'000'000)};
    };
    const itimerval value{split(interval), split(microseconds)};
    itimerval before{};
    setitimer(ITIMER_REAL, &value, &before);
    return static_cast<useconds_t>(before.it_value.tv_sec * 1'000'000 + before.it_value.tv_usec);
}

int timerfd_create(int clock, int flags) {
    static auto* next = real(&timerfd_create, "timerfd_create");
    const int descriptor = next(clock, flags);
    if (page == nullptr || descriptor < 0) {
        return descriptor;
    }
    for (TimerDescriptor& timer : timer_descriptors) {
        int none = -1;
        if (timer.descriptor.compare_exchange_strong(none, descriptor)) {
            timer.clock = clock;
            timer.fired.store(0);
            break;
        }
    }
    return descriptor;
}

int timerfd_settime(int descriptor, int flags, const itimerspec* value, itimerspec* before) {
    static auto* next = real(&timerfd_settime, "timerfd_settime");
    TimerDescriptor* timer = page == nullptr ? nullptr : find(descriptor);
    if (timer == nullptr || value == nullptr) {
        return next(descriptor, flags, value, before);
    }
    Slot* slot = timer->slot.load();
    if (before != nullptr) {
        before->it_value = to_timespec(left_of(slot));
        before->it_interval = to_timespec(under_way(slot) ? slot->interval.load() : 0);
    }
    const itimerspec never{};
    next(descriptor, 0, &never, nullptr);
    if (slot != nullptr) {
        stop_timer(*slot);
    }
    const std::int64_t time = later(0, value->it_value);
    if (time == 0) {
        return 0;
    }
    if (slot == nullptr) {
        slot = claim_timer(SIGRTMIN + wake_signal_offset);
        timer->slot.store(slot);
    }
    if (slot == nullptr) {
        return next(descriptor, flags, value, nullptr);
    }
    timer->fired.store(0);
    const std::int64_t from = (flags & TFD_TIMER_ABSTIME) == 0 ? now()
                              : timer->clock == CLOCK_REALTIME ? 0
                                                               : page->boot;
    set_timer(*slot, later(from, value->it_value), later(0, value->it_interval));
    return 0;
}

int timerfd_gettime(int descriptor, itimerspec* value) {
    static auto* next = real(&timerfd_gettime, "timerfd_gettime");
    const TimerDescriptor* timer = page == nullptr ? nullptr : find(descriptor);
    if (timer == nullptr) {
        return next(descriptor, value);
    }
    const Slot* slot = timer->slot.load();
    value->it_value = to_timespec(left_of(slot));
    value->it_interval = to_timespec(under_way(slot) ? slot->interval.load() : 0);
    return 0;
}

}  // extern "C"
