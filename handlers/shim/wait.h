/// How the shim's calls tell the engine that their thread waits, and wait in virtual time. Without
/// an engine they do nothing.
#pragma once

#include "handlers/shim/page.h"

#include <dlfcn.h>
#include <pthread.h>

#include <cstdint>
#include <ctime>

namespace orrery::shim {

/// The shared page, or null in a process that no engine started: every call then behaves as without
/// the shim.
extern Page* page;

/// The C library's own version of a function that the shim replaces.
template <typename Function>
Function* real(Function* /*shape*/, const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/// The virtual time now, nanoseconds since the Unix epoch.
std::int64_t now();

/// For the time of a call that may wait for somebody else: counts the thread as blocked. In a
/// process with several threads it goes on only when the engine says so: one at a time, in an order
/// of the engine's, so that the operating system's scheduling does not show. errno is left as the
/// call set it.
class Blocked {
public:
    Blocked();
    ~Blocked();
    Blocked(const Blocked&) = delete;
    Blocked& operator=(const Blocked&) = delete;
};

/// The same with a deadline in virtual time, at which the engine ends the wait.
class TimedWait {
public:
    TimedWait(std::int64_t deadline, WakeBy wake_by);
    ~TimedWait();
    TimedWait(const TimedWait&) = delete;
    TimedWait& operator=(const TimedWait&) = delete;

    /// Whether the engine has ended the wait.
    bool over() const;
    /// Blocks until then (WakeBy::futex only); false if a signal came first.
    bool sleep() const;

private:
    Slot* slot_;
};

/// The condition that this thread waits on until a deadline. pthread_cond_wait goes back to sleep
/// after a signal, so the signal's handler wakes the condition itself.
extern __thread pthread_cond_t* waited_condition;

/// Sleeps in virtual time until `deadline`; false if a signal came first.
bool sleep_until(std::int64_t deadline);

/// Before the process that the engine knows ends: waits until nothing that it started computes.
void let_children_wait();

/// Called where a program that only looks at the clock would never let time pass: it gets on after
/// a while.
void count_clock_reading();
/// It did something else than that.
void made_progress();

/// Called for what may end another thread's wait in the kernel, before this one waits again: only
/// looking tells the engine then whether that thread runs.
void may_wake_another();

/// `time` after `from`; what no clock can reach is the end of time.
std::int64_t later(std::int64_t from, const timespec& time);

/// Whether locks are handed over by park() and unpark(): otherwise nobody competes for them.
bool parks();
enum class Parked : unsigned char { woken, over, interrupted, impossible };
/// Waits, holding nothing, until unpark(what) and this thread's turn, or the deadline (< 0: none).
/// A signal's handler ends it as `interrupted`, if the caller can tell its own so.
/// `after_registration` runs once an unpark() cannot be missed any more.
Parked park(const void* what,
            std::int64_t deadline,
            void (*after_registration)(void*),
            void* argument);
enum class Unpark : unsigned char { first, all };
void unpark(const void* what, Unpark which);

// Threads, for pthread_create's wrapper. A new thread counts as blocked until its first turn.

/// Returns the number of the thread that is about to be made.
std::uint32_t thread_starts();
void thread_failed();
void thread_began(std::uint32_t number);
void thread_ended();

/// Whether the signal that has just ended a call was one of ours that the caller need not know of.
bool interrupted_by_us();

/// A timer that sends the process `signal`: the slot to set its deadline in, or null.
Slot* claim_timer(int signal);
void set_timer(Slot& timer, std::int64_t deadline, std::int64_t interval);
void stop_timer(Slot& timer);

// For attaching to a page, at the start and in children.

bool map_page(int descriptor);
/// Another page, at the address of the one before.
bool map_page_in_place(int descriptor);
int event_descriptor();
void begin_as_child();
/// A fork of a prepared parent begins, of which the engine knows.
void begin_as_fork();
/// The process that the engine knows begins, or begins again as another program.
void begin(int page_descriptor, int event, int library);
/// Whether a descriptor is one of ours, which a program cannot close.
bool is_our_descriptor(int descriptor);

}  // namespace orrery::shim
