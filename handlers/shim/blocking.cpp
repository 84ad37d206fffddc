// Calls that wait for input: they tell the engine, and their time-outs are virtual.
#include "handlers/shim/children.h"
#include "handlers/shim/descriptors.h"
#include "handlers/shim/wait.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

using namespace orrery::shim;

namespace {

constexpr std::int64_t millisecond = 1'000'000;

/// Whether the engine takes a wait at its word: it looks at what the threads really do after one
/// may have woken another, or where children live on the real clock, and must find this one asleep.
bool is_taken_at_its_word() {
    static __thread std::uint32_t own_wakes_before = 0;
    const std::uint32_t own_wakes = page->own_wakes.load();
    const bool woke_nobody = own_wakes == own_wakes_before;
    own_wakes_before = own_wakes;
    return woke_nobody && !is_child() && page->has_children.load() == 0;
}

/// Looks for a moment, awake, whether `at_once` (which does not wait) finds something: most answers
/// of the engine come in less time than it takes to fall asleep and to be woken. Who has waited in
/// vain a few times, because the machine is busy or the engine is, tries it only now and then.
template <typename Call>
bool comes_at_once(Call at_once) {
    constexpr unsigned looks = 200;  // some 50 microseconds
    constexpr unsigned patience = 4;
    constexpr unsigned waits_between_tries = 64;
    static __thread unsigned in_vain = 0;
    static __thread unsigned waits = 0;
    if (!is_taken_at_its_word() || (in_vain >= patience && ++waits % waits_between_tries != 0)) {
        return false;
    }
    for (unsigned look = 0; look < looks; ++look) {
        if (at_once()) {
            in_vain = 0;
            return true;
        }
    }
    ++in_vain;
    return false;
}

/// Runs `call`, which waits without a time-out of its own and returns EINTR on a signal, for at
/// most `nanoseconds` of virtual time (negative: without end). Returns 0 when the time is over.
template <typename Call>
int wait_at_most(std::int64_t nanoseconds, Call call) {
    interrupted_by_us();  // an old one
    if (nanoseconds < 0) {
        const Blocked blocked;
        int result = 0;
        do {
            result = call();
        } while (result == -1 && errno == EINTR && interrupted_by_us());
        return result;
    }
    const timespec duration{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    const TimedWait wait(later(now(), duration), WakeBy::signal);
    int result = 0;
    while (!wait.over()) {
        result = call();
        if (result != -1 || errno != EINTR) {
            return result;
        }
        if (!interrupted_by_us() && !wait.over()) {
            return result;
        }
    }
    return 0;
}

/// Runs `call` (which returns -1 and errno on failure), which would wait for `descriptor`, counted
/// as blocked, for at most `time_out` nanoseconds (0: without end) as a socket's own time-out does.
template <typename Call>
auto blocked_on(int descriptor, short events, std::int64_t time_out, Call call) {
    if (events == POLLIN) {
        await_outside(descriptor);
    }
    if (time_out > 0) {
        return wait_for(descriptor, events, time_out) ? call() : static_cast<decltype(call())>(-1);
    }
    const Blocked blocked;
    return call();
}

/// The same for a call that may not have to wait at all.
template <typename Call>
auto waiting_for(int descriptor, short events, std::int64_t time_out, Call call) {
    return would_block(descriptor, events) ? blocked_on(descriptor, events, time_out, call)
                                           : call();
}

/// The same for a call that takes bytes; they count before the thread can block again.
template <typename Call>
ssize_t receiving_from(int descriptor, Call call) {
    return count_received(descriptor,
                          waiting_for(descriptor, POLLIN, receive_timeout(descriptor), call));
}

/// The same for the call that most bytes come by. Asking a connection to the engine for what is
/// there answers whether there is anything, too.
template <typename Call>
ssize_t receiving_from(int descriptor, void* buffer, size_t length, Call call) {
    if (page == nullptr || length == 0 || use_of(descriptor) != DescriptorUse::connection) {
        return receiving_from(descriptor, call);
    }
    static auto* next = real(&::recv, "recv");
    const int before = errno;
    const ssize_t got = next(descriptor, buffer, length, MSG_DONTWAIT);
    if (got < 0 && errno == ENOTSOCK) {
        errno = before;
        return receiving_from(descriptor, call);  // the number is in use again, unnoticed
    }
    if (got >= 0 || errno != EAGAIN || is_non_blocking(descriptor)) {
        return count_received(descriptor, got);
    }
    errno = before;
    const auto await = [&] {
        ssize_t late = -1;
        return comes_at_once([&] {
            late = next(descriptor, buffer, length, MSG_DONTWAIT);
            return late >= 0 || errno != EAGAIN;
        })
                   ? late
                   : call();
    };
    const std::int64_t time_out = receive_timeout(descriptor);
    return count_received(descriptor,
                          time_out > 0 ? blocked_on(descriptor, POLLIN, time_out, call)
                                       : blocked_on(descriptor, POLLIN, 0, await));
}

/// Without the signal that ends our waits: a program that blocks all signals means others.
const sigset_t* without_ours(const sigset_t* mask, sigset_t& storage) {
    if (mask == nullptr) {
        return nullptr;
    }
    storage = *mask;
    ::sigdelset(&storage, SIGRTMIN + wake_signal_offset);
    return &storage;
}

void await_outside(const pollfd* descriptors, nfds_t count) {
    for (nfds_t index = 0; index < count; ++index) {
        if ((descriptors[index].events & POLLIN) != 0) {
            orrery::shim::await_outside(descriptors[index].fd);
        }
    }
}

}  // namespace

namespace orrery::shim {

bool wait_for(int descriptor, short events, std::int64_t nanoseconds) {
    static auto* next = real(&::poll, "poll");
    pollfd one{descriptor, events, 0};
    const int ready = wait_at_most(nanoseconds, [&] { return next(&one, 1, -1); });
    errno = ready == 0 ? EAGAIN : errno;
    return ready > 0;
}

}  // namespace orrery::shim

extern "C" {

ssize_t read(int descriptor, void* buffer, size_t length) {
    static auto* next = real(&read, "read");
    if (page != nullptr && use_of(descriptor) == DescriptorUse::random) {
        fill_random(buffer, length);
        return static_cast<ssize_t>(length);
    }
    return receiving_from(
        descriptor, buffer, length, [&] { return next(descriptor, buffer, length); });
}

ssize_t __read_chk(int descriptor, void* buffer, size_t length, size_t /*room*/) {
    return read(descriptor, buffer, length);
}

ssize_t readv(int descriptor, const iovec* parts, int count) {
    static auto* next = real(&readv, "readv");
    return receiving_from(descriptor, [&] { return next(descriptor, parts, count); });
}

ssize_t recv(int descriptor, void* buffer, size_t length, int flags) {
    static auto* next = real(&recv, "recv");
    if ((flags & MSG_PEEK) != 0) {
        return waiting_for(descriptor, POLLIN, receive_timeout(descriptor), [&] {
            return next(descriptor, buffer, length, flags);
        });
    }
    if ((flags & MSG_DONTWAIT) != 0) {
        return count_received(descriptor, next(descriptor, buffer, length, flags));
    }
    const auto call = [&] { return next(descriptor, buffer, length, flags); };
    return flags == 0 ? receiving_from(descriptor, buffer, length, call)
                      : receiving_from(descriptor, call);
}

ssize_t __recv_chk(int descriptor, void* buffer, size_t length, size_t /*room*/, int flags) {
    return recv(descriptor, buffer, length, flags);
}

ssize_t recvfrom(
    int descriptor, void* buffer, size_t length, int flags, sockaddr* from, socklen_t* size) {
    static auto* next = real(&recvfrom, "recvfrom");
    if ((flags & MSG_DONTWAIT) != 0) {
        return count_received(descriptor, next(descriptor, buffer, length, flags, from, size));
    }
    return receiving_from(descriptor,
                          [&] { return next(descriptor, buffer, length, flags, from, size); });
}

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
    static auto* next = real(&recvmsg, "recvmsg");
    if ((flags & MSG_DONTWAIT) != 0) {
        return count_received(descriptor, next(descriptor, message, flags));
    }
    return receiving_from(descriptor, [&] { return next(descriptor, message, flags); });
}

int accept(int descriptor, sockaddr* address, socklen_t* length) {
    static auto* next = real(&accept, "accept");
    return waiting_for(descriptor, POLLIN, receive_timeout(descriptor), [&] {
        return next(descriptor, address, length);
    });
}

int accept4(int descriptor, sockaddr* address, socklen_t* length, int flags) {
    static auto* next = real(&accept4, "accept4");
    return waiting_for(descriptor, POLLIN, receive_timeout(descriptor), [&] {
        return next(descriptor, address, length, flags);
    });
}

int ppoll(pollfd* descriptors, nfds_t count, const timespec* timeout, const sigset_t* mask) {
    static auto* next = real(&ppoll, "ppoll");
    if (page == nullptr) {
        return next(descriptors, count, timeout, mask);
    }
    sigset_t storage;
    mask = without_ours(mask, storage);
    const timespec at_once{};
    const int ready = next(descriptors, count, &at_once, mask);
    if (ready != 0 || (timeout != nullptr && later(0, *timeout) == 0)) {
        return ready;
    }
    await_outside(descriptors, count);
    return wait_at_most(timeout == nullptr ? -1 : later(0, *timeout),
                        [&] { return next(descriptors, count, nullptr, mask); });
}

int poll(pollfd* descriptors, nfds_t count, int timeout) {
    static auto* next = real(&poll, "poll");
    if (page == nullptr) {
        return next(descriptors, count, timeout);
    }
    const int ready = next(descriptors, count, 0);
    if (ready != 0 || timeout == 0) {
        return ready;
    }
    await_outside(descriptors, count);
    return wait_at_most(timeout < 0 ? -1 : timeout * millisecond,
                        [&] { return next(descriptors, count, -1); });
}

int __poll_chk(pollfd* descriptors, nfds_t count, int timeout, size_t /*room*/) {
    return poll(descriptors, count, timeout);
}

int pselect(int count,
            fd_set* reads,
            fd_set* writes,
            fd_set* errors,
            const timespec* timeout,
            const sigset_t* mask) {
    static auto* next = real(&pselect, "pselect");
    if (page == nullptr) {
        return next(count, reads, writes, errors, timeout, mask);
    }
    sigset_t storage;
    mask = without_ours(mask, storage);
    // The sets are overwritten by each call: the second one needs them as they were.
    const auto copy = [](const fd_set* set) { return set == nullptr ? fd_set{} : *set; };
    const fd_set before[] = {copy(reads), copy(writes), copy(errors)};
    fd_set* const sets[] = {reads, writes, errors};
    const timespec at_once{};
    const int ready = next(count, reads, writes, errors, &at_once, mask);
    if (ready != 0 || (timeout != nullptr && later(0, *timeout) == 0)) {
        return ready;
    }
    for (int index = 0; index < 3; ++index) {
        if (sets[index] != nullptr) {
            *sets[index] = before[index];
        }
    }
    for (int descriptor = 0; reads != nullptr && descriptor < count; ++descriptor) {
        if (FD_ISSET(descriptor, reads)) {
            orrery::shim::await_outside(descriptor);
        }
    }
    const int result = wait_at_most(timeout == nullptr ? -1 : later(0, *timeout), [&] {
        return next(count, reads, writes, errors, nullptr, mask);
    });
    if (result == 0) {
        for (fd_set* set : sets) {
            if (set != nullptr) {
                FD_ZERO(set);
            }
        }
    }
    return result;
}

int select(int count, fd_set* reads, fd_set* writes, fd_set* errors, timeval* timeout) {
    static auto* next = real(&select, "select");
    if (page == nullptr) {
        return next(count, reads, writes, errors, timeout);
    }
    if (timeout == nullptr) {
        return pselect(count, reads, writes, errors, nullptr, nullptr);
    }
    const timespec time{timeout->tv_sec, timeout->tv_usec * 1000};
    return pselect(count, reads, writes, errors, &time, nullptr);
}

int epoll_pwait(int descriptor, epoll_event* events, int most, int timeout, const sigset_t* mask) {
    static auto* next = real(&epoll_pwait, "epoll_pwait");
    if (page == nullptr) {
        return next(descriptor, events, most, timeout, mask);
    }
    sigset_t storage;
    mask = without_ours(mask, storage);
    int ready = next(descriptor, events, most, 0, mask);
    if (ready != 0 || timeout == 0) {
        return ready;
    }
    if (timeout > 0) {
        return wait_at_most(timeout * millisecond,
                            [&] { return next(descriptor, events, most, -1, mask); });
    }
    return wait_at_most(-1, [&] {
        return comes_at_once([&] {
            ready = next(descriptor, events, most, 0, mask);
            return ready != 0;
        })
                   ? ready
                   : next(descriptor, events, most, -1, mask);
    });
}

int epoll_pwait2(
    int descriptor, epoll_event* events, int most, const timespec* timeout, const sigset_t* mask) {
    static auto* next = real(&epoll_pwait2, "epoll_pwait2");
    if (page == nullptr) {
        return next(descriptor, events, most, timeout, mask);
    }
    sigset_t storage;
    mask = without_ours(mask, storage);
    static auto* wait = real(&epoll_pwait, "epoll_pwait");
    const int ready = wait(descriptor, events, most, 0, mask);
    if (ready != 0 || (timeout != nullptr && later(0, *timeout) == 0)) {
        return ready;
    }
    return wait_at_most(timeout == nullptr ? -1 : later(0, *timeout),
                        [&] { return wait(descriptor, events, most, -1, mask); });
}

int epoll_wait(int descriptor, epoll_event* events, int most, int timeout) {
    return epoll_pwait(descriptor, events, most, timeout, nullptr);
}

}  // extern "C"
