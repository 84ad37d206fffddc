// Clocks read the shared page; sleeps are asked of the engine.
#include "handlers/shim/wait.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

using namespace orrery::shim;

namespace {

constexpr std::int64_t second = 1'000'000'000;

timespec to_timespec(std::int64_t nanoseconds) {
    return {static_cast<time_t>(nanoseconds / second), static_cast<long>(nanoseconds % second)};
}

bool valid(const timespec& time) {
    return time.tv_sec >= 0 && time.tv_nsec >= 0 && time.tv_nsec < second;
}

/// The Unix instant at which `clock` reads 0. Clocks of processor time count from the same zero: in
/// virtual time computing takes none.
std::int64_t zero_of(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI
               ? 0
               : page->boot;
}

/// Sleeps until `deadline` as nanosleep does; on a signal the time left goes to `left`.
int sleep_interruptibly(std::int64_t deadline, timespec* left) {
    if (deadline <= now() || sleep_until(deadline)) {
        return 0;
    }
    if (left != nullptr) {
        *left = to_timespec(deadline > now() ? deadline - now() : 0);
    }
    return EINTR;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) {
    static auto* next = real(&clock_gettime, "clock_gettime");
    if (page == nullptr) {
        return next(clock, time);
    }
    count_clock_reading();
    *time = to_timespec(now() - zero_of(clock));
    return 0;
}

time_t time(time_t* result) {
    static auto* next = real(&time, "time");
    if (page == nullptr) {
        return next(result);
    }
    count_clock_reading();
    const auto seconds = static_cast<time_t>(now() / second);
    if (result != nullptr) {
        *result = seconds;
    }
    return seconds;
}

int gettimeofday(timeval* time, void* zone) {
    static auto* next = real(static_cast<int (*)(timeval*, void*)>(&gettimeofday), "gettimeofday");
    if (page == nullptr) {
        return next(time, zone);
    }
    count_clock_reading();
    time->tv_sec = static_cast<time_t>(now() / second);
    time->tv_usec = static_cast<suseconds_t>(now() % second / 1000);
    return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
    static auto* next = real(&clock_nanosleep, "clock_nanosleep");
    if (page == nullptr) {
        return next(clock, flags, time, left);
    }
    if (!valid(*time)) {
        return EINVAL;
    }
    if ((flags & TIMER_ABSTIME) != 0) {
        return sleep_interruptibly(later(zero_of(clock), *time), nullptr);
    }
    return sleep_interruptibly(later(now(), *time), left);
}

int nanosleep(const timespec* time, timespec* left) {
    static auto* next = real(&nanosleep, "nanosleep");
    if (page == nullptr) {
        return next(time, left);
    }
    const int error = clock_nanosleep(CLOCK_MONOTONIC, 0, time, left);
    if (error == 0) {
        return 0;
    }
    errno = error;
    return -1;
}

int usleep(useconds_t microseconds) {
    const timespec time = to_timespec(static_cast<std::int64_t>(microseconds) * 1000);
    return nanosleep(&time, nullptr);
}

unsigned sleep(unsigned seconds) {
    const timespec time{static_cast<time_t>(seconds), 0};
    timespec left{};
    return nanosleep(&time, &left) == 0 ? 0 : static_cast<unsigned>(left.tv_sec);
}

// Processor time: computing takes none, so it is what has passed.

clock_t clock() {
    static auto* next = real(&clock, "clock");
    return page == nullptr ? next() : static_cast<clock_t>((now() - page->boot) / 1000);
}

clock_t times(tms* buffer) {
    static auto* next = real(&times, "times");
    if (page == nullptr) {
        return next(buffer);
    }
    constexpr std::int64_t ticks_per_second = 100;
    const auto ticks = static_cast<clock_t>((now() - page->boot) / (second / ticks_per_second));
    *buffer = {ticks, 0, 0, 0};
    return ticks;
}

int getrusage(__rusage_who_t who, rusage* usage) {
    static auto* next = real(&getrusage, "getrusage");
    if (page == nullptr) {
        return next(who, usage);
    }
    constexpr long shown_kilobytes = 40'960;  // as the runtime reports it
    *usage = {};
    if (who != RUSAGE_CHILDREN) {
        const timespec time = to_timespec(now() - page->boot);
        usage->ru_utime = {time.tv_sec, time.tv_nsec / 1000};
    }
    usage->ru_maxrss = shown_kilobytes;
    return 0;
}

}  // extern "C"
