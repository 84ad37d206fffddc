// Threads and what they wait for: counted, and with virtual time-outs.
#include "handlers/shim/wait.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>

using namespace orrery::shim;

namespace {

/// The default version of a function that has an older one of the same name, which dlsym might find
/// first.
template <typename Function>
Function* real_version(Function* /*shape*/, const char* name, const char* version) {
    void* found = ::dlvsym(RTLD_NEXT, name, version);
    // Only x86-64's C library is old enough to have two versions.
    return reinterpret_cast<Function*>(found != nullptr ? found : ::dlsym(RTLD_NEXT, name));
}

std::int64_t deadline_of(clockid_t clock, const timespec& time) {
    const std::int64_t zero = clock == CLOCK_REALTIME ? 0 : page->boot;
    return later(zero, time);
}

int real_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
    static auto* next = real_version(&pthread_cond_wait, "pthread_cond_wait", "GLIBC_2.3.2");
    return next(condition, mutex);
}

int take(pthread_mutex_t* mutex) {
    static auto* next = real(&pthread_mutex_lock, "pthread_mutex_lock");
    for (;;) {
        const int result = ::pthread_mutex_trylock(mutex);
        if (result != EBUSY) {
            return result;
        }
        if (!parks() || park(mutex, -1, nullptr, nullptr) == Parked::impossible) {
            const Blocked blocked;
            return next(mutex);
        }
    }
}

/// Without a deadline: `deadline` < 0.
int wait_on_condition(pthread_cond_t* condition, pthread_mutex_t* mutex, std::int64_t deadline) {
    if (deadline >= 0 && deadline <= now()) {
        // As a real time-out does: others get the mutex meanwhile.
        ::pthread_mutex_unlock(mutex);
        ::pthread_mutex_lock(mutex);
        return ETIMEDOUT;
    }
    if (parks()) {
        const Parked parked = park(
            condition,
            deadline,
            [](void* held) { ::pthread_mutex_unlock(static_cast<pthread_mutex_t*>(held)); },
            mutex);
        if (parked != Parked::impossible) {
            take(mutex);
            return parked == Parked::over ? ETIMEDOUT : 0;
        }
    }
    if (deadline < 0) {
        const Blocked blocked;
        return real_cond_wait(condition, mutex);
    }
    waited_condition = condition;
    const TimedWait wait(deadline, WakeBy::signal);
    const int result = wait.over() ? 0 : real_cond_wait(condition, mutex);
    waited_condition = nullptr;
    return wait.over() ? ETIMEDOUT : result;
}

/// Without a deadline: `deadline` < 0.
int wait_on_semaphore(sem_t* semaphore, std::int64_t deadline) {
    static auto* next = real(&sem_wait, "sem_wait");
    while (::sem_trywait(semaphore) != 0) {
        if (deadline >= 0 && deadline <= now()) {
            errno = ETIMEDOUT;
            return -1;
        }
        if (parks()) {
            const Parked parked = park(semaphore, deadline, nullptr, nullptr);
            if (parked == Parked::interrupted && ::sem_trywait(semaphore) != 0) {
                errno = EINTR;
                return -1;
            }
            if (parked == Parked::interrupted) {
                return 0;
            }
            if (parked != Parked::impossible) {
                continue;
            }
        }
        if (deadline < 0) {
            const Blocked blocked;
            return next(semaphore);
        }
        const TimedWait wait(deadline, WakeBy::signal);
        while (!wait.over()) {
            const int result = next(semaphore);
            if (result == 0 || (!wait.over() && !interrupted_by_us())) {
                return result;
            }
        }
        errno = ETIMEDOUT;
        return -1;
    }
    return 0;
}

struct ThreadStart {
    void* (*routine)(void*);
    void* argument;
    std::uint32_t number;
};

pthread_key_t end_key;
pthread_once_t end_key_made = PTHREAD_ONCE_INIT;

/// A key's destructor also runs for a thread that ends by pthread_exit or cancellation.
void make_end_key() {
    ::pthread_key_create(&end_key, [](void*) {
        if (page != nullptr) {
            thread_ended();
        }
    });
}

void* run_thread(void* start_pointer) {
    const ThreadStart start = *static_cast<ThreadStart*>(start_pointer);
    std::free(start_pointer);
    ::pthread_setspecific(end_key, &end_key);
    thread_began(start.number);
    return start.routine(start.argument);
}

}  // namespace

extern "C" {

int pthread_create(pthread_t* thread,
                   const pthread_attr_t* attributes,
                   void* (*routine)(void*),
                   void* argument) {
    static auto* next = real(&pthread_create, "pthread_create");
    if (page == nullptr) {
        return next(thread, attributes, routine, argument);
    }
    ::pthread_once(&end_key_made, make_end_key);
    auto* start = static_cast<ThreadStart*>(std::malloc(sizeof(ThreadStart)));
    if (start == nullptr) {
        return EAGAIN;
    }
    *start = {routine, argument, thread_starts()};
    const int result = next(thread, attributes, run_thread, start);
    if (result != 0) {
        std::free(start);
        thread_failed();
    }
    return result;
}

int pthread_join(pthread_t thread, void** result) {
    static auto* next = real(&pthread_join, "pthread_join");
    const Blocked blocked;
    return next(thread, result);
}

/// A contended lock is a wait like any other. Who waits for its turn may hold what the running
/// thread wants.
int pthread_mutex_lock(pthread_mutex_t* mutex) {
    static auto* next = real(&pthread_mutex_lock, "pthread_mutex_lock");
    return parks() ? take(mutex) : next(mutex);
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
    static auto* next = real(&pthread_mutex_unlock, "pthread_mutex_unlock");
    const int result = next(mutex);
    if (result == 0 && parks()) {
        unpark(mutex, Unpark::all);
    }
    return result;
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
    return page == nullptr ? real_cond_wait(condition, mutex)
                           : wait_on_condition(condition, mutex, -1);
}

int pthread_cond_signal(pthread_cond_t* condition) {
    static auto* next = real_version(&pthread_cond_signal, "pthread_cond_signal", "GLIBC_2.3.2");
    if (parks()) {
        unpark(condition, Unpark::first);
    }
    return next(condition);
}

int pthread_cond_broadcast(pthread_cond_t* condition) {
    static auto* next =
        real_version(&pthread_cond_broadcast, "pthread_cond_broadcast", "GLIBC_2.3.2");
    if (parks()) {
        unpark(condition, Unpark::all);
    }
    return next(condition);
}

int pthread_kill(pthread_t thread, int signal) {
    static auto* next = real(&pthread_kill, "pthread_kill");
    may_wake_another();
    return next(thread, signal);
}

int sem_post(sem_t* semaphore) {
    static auto* next = real(&sem_post, "sem_post");
    const int result = next(semaphore);
    if (result == 0 && parks()) {
        unpark(semaphore, Unpark::all);
    }
    return result;
}

int pthread_cond_clockwait(pthread_cond_t* condition,
                           pthread_mutex_t* mutex,
                           clockid_t clock,
                           const timespec* time) {
    static auto* next = real(&pthread_cond_clockwait, "pthread_cond_clockwait");
    if (page == nullptr) {
        return next(condition, mutex, clock, time);
    }
    return wait_on_condition(condition, mutex, deadline_of(clock, *time));
}

int pthread_cond_timedwait(pthread_cond_t* condition,
                           pthread_mutex_t* mutex,
                           const timespec* time) {
    static auto* next =
        real_version(&pthread_cond_timedwait, "pthread_cond_timedwait", "GLIBC_2.3.2");
    if (page == nullptr) {
        return next(condition, mutex, time);
    }
    // Which clock the condition was made for is not told here. Since the boot instant lies years
    // after 1970, a deadline before it can only be one of the monotonic clock.
    const std::int64_t real_time = deadline_of(CLOCK_REALTIME, *time);
    return wait_on_condition(
        condition,
        mutex,
        real_time >= page->boot ? real_time : deadline_of(CLOCK_MONOTONIC, *time));
}

int sem_wait(sem_t* semaphore) {
    static auto* next = real(&sem_wait, "sem_wait");
    return page == nullptr ? next(semaphore) : wait_on_semaphore(semaphore, -1);
}

int sem_timedwait(sem_t* semaphore, const timespec* time) {
    static auto* next = real(&sem_timedwait, "sem_timedwait");
    return page == nullptr ? next(semaphore, time)
                           : wait_on_semaphore(semaphore, deadline_of(CLOCK_REALTIME, *time));
}

int sem_clockwait(sem_t* semaphore, clockid_t clock, const timespec* time) {
    static auto* next = real(&sem_clockwait, "sem_clockwait");
    return page == nullptr ? next(semaphore, clock, time)
                           : wait_on_semaphore(semaphore, deadline_of(clock, *time));
}

}  // extern "C"
