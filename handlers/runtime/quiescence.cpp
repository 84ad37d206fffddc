#include "handlers/runtime/quiescence.h"

#include "engine/ensure.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

namespace orrery {

namespace {

/// A /proc file's text; empty if it is gone. These files fit in the buffer.
std::string_view read_small(const std::string& path, std::array<char, 4096>& buffer) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return {};
    }
    const ssize_t length = ::read(descriptor, buffer.data(), buffer.size());
    ::close(descriptor);
    return {buffer.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

std::vector<std::string> threads_of(const std::string& process_folder) {
    std::vector<std::string> threads;
    DIR* folder = ::opendir((process_folder + "/task").c_str());
    if (folder == nullptr) {
        return threads;
    }
    while (const dirent* entry = ::readdir(folder)) {
        if (entry->d_name[0] != '.') {
            threads.push_back(process_folder + "/task/" + entry->d_name);
        }
    }
    ::closedir(folder);
    std::sort(threads.begin(), threads.end());
    return threads;
}

std::uint64_t number_after(std::string_view text, std::string_view label) {
    const auto found = text.find(label);
    if (found == std::string_view::npos) {
        return 0;
    }
    const char* begin = text.data() + found + label.size();
    while (*begin == '\t' || *begin == ' ') {
        ++begin;
    }
    std::uint64_t value = 0;
    std::from_chars(begin, text.data() + text.size(), value);
    return value;
}

/// The processes that a thread started.
std::vector<std::string> children_of(const std::string& thread_folder) {
    std::array<char, 4096> buffer{};
    std::string_view children = read_small(thread_folder + "/children", buffer);
    std::vector<std::string> names;
    while (!children.empty()) {
        const auto blank = std::min(children.find(' '), children.size());
        if (blank > 0) {
            names.emplace_back(children.substr(0, blank));
        }
        children.remove_prefix(std::min(blank + 1, children.size()));
    }
    return names;
}

/// The letter that /proc shows of a process or thread, or 0 if it is gone.
char state_of(const std::string& folder) {
    std::array<char, 4096> buffer{};
    constexpr std::string_view label = "State:\t";
    const std::string_view status = read_small(folder + "/status", buffer);
    const auto found = status.find(label);
    return found == std::string_view::npos ? '\0' : status[found + label.size()];
}

/// The kernel marks a thread as sleeping before it looks for what it waits for, and may put it off
/// the processor right there. To tell its system call it first waits until the thread does sleep,
/// or is none of this any more.
bool is_asleep(const std::string& thread_folder) {
    std::array<char, 4096> buffer{};
    return !read_small(thread_folder + "/syscall", buffer).starts_with("running");
}

void add_process(const std::string& process, ThreadSnapshot& snapshot) {
    std::array<char, 4096> buffer{};
    for (const std::string& thread : threads_of("/proc/" + process)) {
        const std::string_view status = read_small(thread + "/status", buffer);
        const auto state = status.find("State:\t");
        if (state == std::string_view::npos) {
            continue;  // it ended meanwhile
        }
        const char letter = status[state + 7];
        // 'T' is stopped by us; 't' would be by a debugger, which counts as computing.
        const bool waits = letter == 'S' && is_asleep(thread);
        if (!waits && letter != 'Z' && letter != 'I' && letter != 'T') {
            snapshot.all_asleep = false;
        }
        snapshot.switches.push_back(number_after(status, "\nvoluntary_ctxt_switches:") +
                                    number_after(status, "\nnonvoluntary_ctxt_switches:"));
        const std::vector<std::string> names = children_of(thread);
        for (const std::string& child : names) {
            add_process(child, snapshot);
        }
    }
}

/// In ticks.
std::uint64_t ticks_of(const std::string& process) {
    std::array<char, 4096> buffer{};
    // The name before them, in brackets, may have blanks. [man: proc(5)]
    std::string_view fields = read_small("/proc/" + process + "/stat", buffer);
    fields.remove_prefix(std::min(fields.rfind(')') + 1, fields.size()));
    constexpr int state = 3;
    constexpr int user_time = 14;
    constexpr int system_time_of_children = 17;
    std::uint64_t ticks = 0;
    for (int field = state; field <= system_time_of_children; ++field) {
        fields.remove_prefix(std::min(fields.find(' '), fields.size()));
        if (field >= user_time) {
            ticks += number_after(fields, " ");
        }
        fields.remove_prefix(std::min<std::size_t>(1, fields.size()));
    }
    for (const std::string& thread : threads_of("/proc/" + process)) {
        for (const std::string& child : children_of(thread)) {
            ticks += ticks_of(child);
        }
    }
    return ticks;
}

}  // namespace

std::chrono::milliseconds processor_time(pid_t process) {
    static const auto ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    constexpr std::uint64_t milliseconds = 1000;
    return std::chrono::milliseconds(ticks_of(std::to_string(process)) * milliseconds /
                                     ticks_per_second);
}

bool has_descendants(pid_t process) {
    for (const std::string& thread : threads_of("/proc/" + std::to_string(process))) {
        for (const std::string& child : children_of(thread)) {
            // A stopped one may have others below it.
            const char state = state_of("/proc/" + child);
            const bool idle = state == 0 || state == 'Z' || state == 'T';
            if (!idle || (state == 'T' && has_descendants(std::stoi(child)))) {
                return true;
            }
        }
    }
    return false;
}

bool stop_computing_descendants(pid_t process) {
    bool stopped = false;
    for (const std::string& thread : threads_of("/proc/" + std::to_string(process))) {
        for (const std::string& child : children_of(thread)) {
            const pid_t number = std::stoi(child);
            const std::vector<std::string> threads = threads_of("/proc/" + child);
            const bool computes = std::any_of(threads.begin(), threads.end(), [](const auto& one) {
                return state_of(one) == 'R';
            });
            stopped = (computes && ::kill(number, SIGSTOP) == 0) || stopped;
            stopped = stop_computing_descendants(number) || stopped;
        }
    }
    return stopped;
}

SocketTraffic socket_traffic(const std::string& address) {
    // The file's numbers are in the machine's byte order.
    in_addr binary{};
    ENSURE(::inet_pton(AF_INET, address.c_str(), &binary) == 1);
    constexpr unsigned waits_for_handshake = 2;
    constexpr unsigned answers_handshake = 3;
    constexpr unsigned probes_for_room = 4;  // a timer
    SocketTraffic traffic;
    std::ifstream table("/proc/net/tcp");
    std::string line;
    std::getline(table, line);
    while (std::getline(table, line)) {
        unsigned local = 0;
        unsigned remote = 0;
        unsigned state = 0;
        unsigned unsent = 0;
        unsigned unread = 0;
        unsigned timer = 0;
        if (std::sscanf(line.c_str(),
                        "%*d: %8x:%*x %8x:%*x %x %x:%x %x:",
                        &local,
                        &remote,
                        &state,
                        &unsent,
                        &unread,
                        &timer) != 6 ||
            (local != binary.s_addr && remote != binary.s_addr)) {
            continue;
        }
        const bool stuck = unsent != 0 && timer == probes_for_room;
        traffic.stuck = traffic.stuck || stuck;
        traffic.unread = traffic.unread || unread != 0;
        traffic.under_way = traffic.under_way || (unsent != 0 && !stuck) ||
                            state == waits_for_handshake || state == answers_handshake;
    }
    return traffic;
}

MemoryUse memory_use(pid_t process) {
    std::array<char, 4096> buffer{};
    const std::string_view status =
        read_small("/proc/" + std::to_string(process) + "/status", buffer);
    constexpr std::int64_t kilobyte = 1024;
    const auto bytes = [&](std::string_view label) {
        return static_cast<std::int64_t>(number_after(status, label)) * kilobyte;
    };
    return {bytes("\nVmRSS:"), bytes("\nVmHWM:")};
}

ThreadSnapshot snapshot_threads(pid_t process) {
    ThreadSnapshot snapshot;
    snapshot.all_asleep = true;
    add_process(std::to_string(process), snapshot);
    return snapshot;
}

void await_sleep(pid_t process) {
    constexpr int most_looks = 20'000;  // a child may compute
    ThreadSnapshot before = snapshot_threads(process);
    for (int looks = 0; looks < most_looks; ++looks) {
        ::sched_yield();
        ThreadSnapshot now = snapshot_threads(process);
        if (now.quiet_since(before)) {
            return;
        }
        before = std::move(now);
    }
}

}  // namespace orrery
