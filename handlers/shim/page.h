/// The memory page that the engine and a handler process's shim share: the clock, who waits, and
/// where addresses lead.
#pragma once

#include <atomic>
#include <cstdint>

namespace orrery::shim {

inline constexpr std::uint64_t page_magic = 0x3479727265727233;  // changes with the layout
inline constexpr unsigned max_slots = 512;
inline constexpr unsigned max_routes = 64;
inline constexpr unsigned max_host_name = 128;
inline constexpr unsigned max_own_ports = 64;
inline constexpr unsigned max_allowed = 32;

/// How the engine wakes a thread whose wait is over; or that it was no wait but a timer, which
/// sends the process a signal.
enum class WakeBy : std::uint32_t { futex, signal, grant, timer };

/// A thread's permission to go on after a wait, in a process that has several.
enum class Grant : std::uint32_t { none, wanted, given };

/// One thread that waits: with a deadline, or for its turn among the process's threads.
struct Slot {
    std::atomic<std::uint64_t> number;     // threads in the order of their making, from 0
    std::atomic<Grant> grant;              // a futex
    std::atomic<std::uint64_t> parked_on;  // the lock or condition that it waits for, or 0
    std::atomic<std::uint32_t> thread_id;  // 0: the slot is free
    std::atomic<std::uint32_t>
        wait_number;  // odd while a wait with a deadline is under way; grows with each
    std::atomic<std::int64_t> deadline;  // nanoseconds since the Unix epoch, virtual
    std::atomic<WakeBy> wake_by;
    std::atomic<std::uint32_t> woken;    // set by the engine when the deadline has come; a futex
    std::atomic<std::uint32_t> process;  // of the thread: a child's waits are here as well
    std::atomic<std::int32_t> signal;    // a timer's
    std::atomic<std::int64_t> interval;  // after which a timer is due again; 0: it is not
};

/// Connections to a virtual address lead to a real one. IPv4 in network byte order, ports in host
/// order. The first one whose host fits counts; one without a port says that there is no such host.
struct Route {
    std::uint32_t address;
    std::uint16_t port;
    std::uint32_t real_address;
    std::uint16_t real_port;
    char host[max_host_name];  // the name that resolves to `address`; ".x" for all names that end
                               // so; may be empty
};

/// A place outside the simulated world that may be reached all the same, in real time.
struct Allowed {
    char host[max_host_name];  // a name, ".x" as above, or a numeric address
    std::uint16_t port;        // 0: any
};

struct Page {
    std::uint64_t magic;
    std::atomic<std::int64_t> now;  // virtual, nanoseconds since the Unix epoch
    std::int64_t boot;              // the instant at which CLOCK_MONOTONIC reads 0
    std::uint64_t seed;             // of the process's random bytes
    std::uint32_t
        source_address;  // connections come from here: it tells servers who they belong to
    std::uint32_t route_count;
    Route routes[max_routes];
    std::uint32_t allowed_count;
    Allowed allowed[max_allowed];

    // Where its children find the page and the library: /proc/PROCESS/fd/DESCRIPTOR.
    std::int32_t process;
    std::int32_t page_descriptor;
    std::int32_t library_descriptor;
    // Where a prepared parent hears of new environments; 0: it is none.
    std::int32_t control_descriptor;

    // Written by the shim, read by the engine.
    std::atomic<std::uint32_t> threads;         // alive
    std::atomic<std::uint32_t> blocked;         // of them, waiting in a call the shim knows
    std::atomic<std::uint32_t> wakeups;         // returns from such calls
    std::atomic<std::uint32_t> thread_numbers;  // given out so far, beside the first thread's
    std::atomic<std::uint32_t> has_threads;     // a second thread was ever started
    std::atomic<std::uint32_t> has_children;    // a process was ever started
    std::atomic<std::uint64_t> bytes_sent;      // on connections to the engine
    std::atomic<std::uint64_t> bytes_received;  // from there, taken out of the kernel
    std::atomic<std::uint32_t> connects;
    std::atomic<std::uint32_t> closes;
    std::atomic<std::uint64_t> random_draws;
    // The most memory that was resident at once: by now, and before the program began.
    std::atomic<std::uint64_t> peak_kilobytes;
    std::atomic<std::uint64_t> inherited_peak_kilobytes;
    std::atomic<std::uint32_t> own_wakes;  // things done that may end a thread's wait in the kernel
    std::atomic<std::uint32_t> slots_used;  // slots from here on were never used
    Slot slots[max_slots];
    std::atomic<std::uint32_t> own_ports[max_own_ports];  // where the process itself listens
    std::atomic<std::uint32_t> outside_open;              // connections to what is allowed
    std::atomic<std::uint32_t> outside_awaited;  // of them, and of names: answers under way

    // Set by the engine when it wants the event descriptor written once all threads wait.
    std::atomic<std::uint32_t> want_notice;
    // Set by the engine when it delivers something while all threads wait: the one that this wakes
    // need not ask for its turn.
    std::atomic<std::uint32_t> free_pass;
};

static_assert(std::atomic<std::int64_t>::is_always_lock_free &&
              std::atomic<WakeBy>::is_always_lock_free &&
              sizeof(std::atomic<Grant>) == sizeof(std::uint32_t));

/// The signal that ends a wait which is not a futex of ours. Above what programs commonly use.
inline constexpr int wake_signal_offset = 3;  // SIGRTMIN + 3

/// The variable that tells the shim its descriptors: "PAGE:EVENT:SHIM"; see attach(). The shim
/// takes it out of the environment.
inline constexpr const char* shim_variable = "ORRERY_SHIM";

}  // namespace orrery::shim
