/// Tells from outside, by /proc, whether a process and its children all sleep: for what no shim
/// reports.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace orrery {

/// The threads of a process and its descendants at one moment.
struct ThreadSnapshot {
    bool all_asleep = false;
    std::vector<std::uint64_t>
        switches;  // each thread's context switches: equal lists, nobody ran in between

    /// Whether nobody ran between `before` and this, and nobody is about to.
    bool quiet_since(const ThreadSnapshot& before) const {
        return all_asleep && before.all_asleep && switches == before.switches;
    }
};

ThreadSnapshot snapshot_threads(pid_t process);

/// A thread that says it waits may be just about to: a signal that came before would not end its
/// wait.
void await_sleep(pid_t process);

/// Whether a process that `process` started still lives and is not stopped.
bool has_descendants(pid_t process);

/// Stops (SIGSTOP) those that `process` started and that compute; false if there are none.
bool stop_computing_descendants(pid_t process);

/// What the kernel has of TCP connections from or to a (numeric IPv4) address.
struct SocketTraffic {
    bool under_way = false;  // bytes or connections that have not come to their other end yet
    bool unread = false;     // bytes that have, and connections that nobody has accepted
    bool stuck = false;      // bytes for which there is no room at the other end
};
SocketTraffic socket_traffic(const std::string& address);

/// The processor time that a process and its descendants have taken, those that are gone included
/// (as far as their parent has asked after them), in the kernel's ticks of 10 ms.
std::chrono::milliseconds processor_time(pid_t process);

/// A process's resident memory in bytes; nothing if it is gone.
struct MemoryUse {
    std::int64_t now = 0;
    std::int64_t peak = 0;  // since its program began
};
MemoryUse memory_use(pid_t process);

}  // namespace orrery
