// Read-write locks, timed mutexes and C11's threads: waits that the engine hears of, with virtual
// time-outs.
#include "handlers/shim/wait.h"

#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>

using namespace orrery::shim;

namespace {

std::int64_t deadline_of(clockid_t clock, const timespec& time) {
    return later(clock == CLOCK_REALTIME ? 0 : page->boot, time);
}

/// Tries until `attempt` does not find the lock held by another one; no deadline is `deadline` < 0.
template <typename Attempt>
int take(const void* lock, std::int64_t deadline, Attempt attempt) {
    for (;;) {
        const int result = attempt();
        if (result != EBUSY) {
            return result;
        }
        if (deadline >= 0 && deadline <= now()) {
            return ETIMEDOUT;
        }
        if (!parks() || park(lock, deadline, nullptr, nullptr) == Parked::impossible) {
            // Nobody tells us of the lock's release: ask again after a while.
            constexpr std::int64_t while_of_waiting = 1'000'000;
            sleep_until(deadline >= 0 && deadline < now() + while_of_waiting
                            ? deadline
                            : now() + while_of_waiting);
        }
    }
}

int take_to_read(pthread_rwlock_t* lock, std::int64_t deadline) {
    return take(lock, deadline, [lock] { return ::pthread_rwlock_tryrdlock(lock); });
}

int take_to_write(pthread_rwlock_t* lock, std::int64_t deadline) {
    return take(lock, deadline, [lock] { return ::pthread_rwlock_trywrlock(lock); });
}

int as_c11(int error) {
    switch (error) {
        case 0: return thrd_success;
        case EBUSY: return thrd_busy;
        case ETIMEDOUT: return thrd_timedout;
        case ENOMEM: return thrd_nomem;
        default: return thrd_error;
    }
}

pthread_mutex_t* as_mutex(mtx_t* mutex) {
    return reinterpret_cast<pthread_mutex_t*>(mutex);
}

pthread_cond_t* as_condition(cnd_t* condition) {
    return reinterpret_cast<pthread_cond_t*>(condition);
}

struct C11Start {
    thrd_start_t routine;
    void* argument;
};

void* run_c11(void* start_pointer) {
    const C11Start start = *static_cast<C11Start*>(start_pointer);
    std::free(start_pointer);
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(start.routine(start.argument)));
}

}  // namespace

extern "C" {

int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const timespec* time) {
    static auto* next = real(&pthread_mutex_clocklock, "pthread_mutex_clocklock");
    return page == nullptr ? next(mutex, clock, time) : take(mutex, deadline_of(clock, *time), [=] {
        return ::pthread_mutex_trylock(mutex);
    });
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* time) {
    static auto* next = real(&pthread_mutex_timedlock, "pthread_mutex_timedlock");
    return page == nullptr ? next(mutex, time)
                           : pthread_mutex_clocklock(mutex, CLOCK_REALTIME, time);
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
    static auto* next = real(&pthread_rwlock_rdlock, "pthread_rwlock_rdlock");
    return parks() ? take_to_read(lock, -1) : next(lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
    static auto* next = real(&pthread_rwlock_wrlock, "pthread_rwlock_wrlock");
    return parks() ? take_to_write(lock, -1) : next(lock);
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock, const timespec* time) {
    static auto* next = real(&pthread_rwlock_clockrdlock, "pthread_rwlock_clockrdlock");
    return page == nullptr ? next(lock, clock, time)
                           : take_to_read(lock, deadline_of(clock, *time));
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock, const timespec* time) {
    static auto* next = real(&pthread_rwlock_clockwrlock, "pthread_rwlock_clockwrlock");
    return page == nullptr ? next(lock, clock, time)
                           : take_to_write(lock, deadline_of(clock, *time));
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const timespec* time) {
    static auto* next = real(&pthread_rwlock_timedrdlock, "pthread_rwlock_timedrdlock");
    return page == nullptr ? next(lock, time)
                           : pthread_rwlock_clockrdlock(lock, CLOCK_REALTIME, time);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const timespec* time) {
    static auto* next = real(&pthread_rwlock_timedwrlock, "pthread_rwlock_timedwrlock");
    return page == nullptr ? next(lock, time)
                           : pthread_rwlock_clockwrlock(lock, CLOCK_REALTIME, time);
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
    static auto* next = real(&pthread_rwlock_unlock, "pthread_rwlock_unlock");
    const int result = next(lock);
    if (result == 0 && parks()) {
        unpark(lock, Unpark::all);
    }
    return result;
}

// The C library's C11 functions call its own of POSIX directly, not ours.

int thrd_create(thrd_t* thread, thrd_start_t routine, void* argument) {
    auto* start = static_cast<C11Start*>(std::malloc(sizeof(C11Start)));
    if (start == nullptr) {
        return thrd_nomem;
    }
    *start = {routine, argument};
    const int error = ::pthread_create(thread, nullptr, run_c11, start);
    if (error != 0) {
        std::free(start);
    }
    return error == EAGAIN ? thrd_nomem : as_c11(error);
}

int thrd_join(thrd_t thread, int* result) {
    void* returned = nullptr;
    const int error = ::pthread_join(thread, &returned);
    if (error == 0 && result != nullptr) {
        *result = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
    }
    return as_c11(error);
}

int thrd_sleep(const timespec* time, timespec* left) {
    switch (::clock_nanosleep(CLOCK_REALTIME, 0, time, left)) {
        case 0: return 0;
        case EINTR: return -1;
        default: return -2;
    }
}

int mtx_lock(mtx_t* mutex) {
    return as_c11(::pthread_mutex_lock(as_mutex(mutex)));
}

int mtx_timedlock(mtx_t* mutex, const timespec* time) {
    return as_c11(pthread_mutex_timedlock(as_mutex(mutex), time));
}

int mtx_unlock(mtx_t* mutex) {
    return as_c11(::pthread_mutex_unlock(as_mutex(mutex)));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
    return as_c11(::pthread_cond_wait(as_condition(condition), as_mutex(mutex)));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* time) {
    return as_c11(::pthread_cond_timedwait(as_condition(condition), as_mutex(mutex), time));
}

int cnd_signal(cnd_t* condition) {
    return as_c11(::pthread_cond_signal(as_condition(condition)));
}

int cnd_broadcast(cnd_t* condition) {
    return as_c11(::pthread_cond_broadcast(as_condition(condition)));
}

}  // extern "C"
