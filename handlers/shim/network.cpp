// Connections lead to the simulated world only, and the engine can count what was sent on them.
#include "handlers/shim/descriptors.h"
#include "handlers/shim/places.h"
#include "handlers/shim/wait.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

using namespace orrery::shim;

namespace {

std::atomic<std::uint32_t> local_ports{0};

bool is_datagram(int descriptor) {
    int type = 0;
    socklen_t length = sizeof type;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_DGRAM;
}

/// The engine always listens, so the kernel makes a connection by itself: at once, unless it is
/// kept from its work. Whoever polls for it must not find it under way in some runs only.
void await_handshake(int descriptor) {
    static auto* next = real(&::poll, "poll");
    constexpr int most_milliseconds = 60'000;
    pollfd one{descriptor, POLLOUT, 0};
    while (next(&one, 1, most_milliseconds) == -1 && errno == EINTR) {
    }
}

int connect_to_engine(int descriptor, const Route& route, bool by_ipv6) {
    static auto* next = real(&connect, "connect");
    static auto* next_bind = real(&bind, "bind");
    sockaddr_storage place{};
    socklen_t length = sizeof place;
    fill_in({page->source_address, 0, by_ipv6}, reinterpret_cast<sockaddr*>(&place), &length);
    // The port is chosen by the connection's other end, too: without this an address runs out of
    // them.
    const int late = 1;
    ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &late, sizeof late);
    if (next_bind(descriptor, reinterpret_cast<const sockaddr*>(&place), length) != 0) {
        say("orrery: connection refused: a socket bound to an address cannot be led into the "
            "simulated world\n");
        errno = EADDRNOTAVAIL;
        return -1;
    }
    length = sizeof place;
    fill_in({route.real_address, route.real_port, by_ipv6},
            reinterpret_cast<sockaddr*>(&place),
            &length);
    // Counted before the call: once the engine sees the connection it must find it expected.
    page->connects.fetch_add(1);
    const int result = next(descriptor, reinterpret_cast<const sockaddr*>(&place), length);
    if (result == 0 || errno == EINPROGRESS) {
        const int error = errno;
        if (result != 0) {
            await_handshake(descriptor);
        }
        constexpr std::uint32_t first_port = 32'768;  // as Linux numbers them
        constexpr std::uint32_t ports = 28'000;
        set_use(descriptor, DescriptorUse::connection);
        set_shown(descriptor,
                  {route.address,
                   route.port,
                   static_cast<std::uint16_t>(first_port + local_ports.fetch_add(1) % ports)});
        // The kernel ends the wait for this connection by itself, also in a process of one thread.
        page->own_wakes.fetch_add(1);
        errno = error;
    } else {
        page->connects.fetch_sub(1);
    }
    return result;
}

void say_refused(const Internet& place, const char* what) {
    char shown[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &place.address, shown, sizeof shown);
    if (is_loopback(place.address)) {
        say("orrery: %s %s:%u refused: nothing of the handler's own listens there, and other "
            "programs on this machine are not part of the simulated world\n",
            what,
            shown,
            place.port);
    } else {
        say("orrery: %s %s:%u refused: it is not part of the simulated world\n",
            what,
            shown,
            place.port);
    }
}

/// Whether a process may send to `address` what is no TCP connection; says so and sets errno if
/// not.
bool may_send_to(const sockaddr* address, socklen_t length) {
    if (page == nullptr || address == nullptr || length < sizeof(sa_family_t) ||
        (address->sa_family != AF_INET && address->sa_family != AF_INET6)) {
        return true;
    }
    Internet place;
    if (as_internet(address, length, place)) {
        if ((is_loopback(place.address) && is_own_port(place.port, Protocol::udp)) ||
            allows_address(place.address, place.port)) {
            return true;
        }
        say_refused(place, "a datagram to");
    } else {
        say("orrery: a datagram refused: IPv6 is not part of the simulated world\n");
    }
    errno = ENETUNREACH;
    return false;
}

/// Sends as a blocking socket with SO_SNDTIMEO does. `send_now` sends what there is room for.
template <typename Send>
ssize_t send_within_time(int descriptor, Send send_now) {
    for (;;) {
        const ssize_t sent = send_now();
        if (sent >= 0 || errno != EAGAIN || !would_block(descriptor, POLLOUT) ||
            !wait_for(descriptor, POLLOUT, send_timeout(descriptor))) {
            return sent;
        }
    }
}

bool is_connection(int descriptor) {
    return page != nullptr && use_of(descriptor) == DescriptorUse::connection;
}

}  // namespace

extern "C" {

int connect(int descriptor, const sockaddr* address, socklen_t length) {
    static auto* next = real(&connect, "connect");
    if (page == nullptr || address == nullptr || length < sizeof(sa_family_t) ||
        address->sa_family == AF_UNIX || address->sa_family == AF_UNSPEC) {
        may_wake_another();
        return next(descriptor, address, length);
    }
    if (is_datagram(descriptor)) {
        return may_send_to(address, length) ? next(descriptor, address, length) : -1;
    }
    Internet place;
    if (!as_internet(address, length, place)) {
        say(address->sa_family == AF_INET6
                ? "orrery: connection refused: IPv6 is not part of the simulated world\n"
                : "orrery: connection refused: this address family is not part of the simulated "
                  "world\n");
        errno = ENETUNREACH;
        return -1;
    }
    if (const Route* route = find_route(place.address, place.port)) {
        return connect_to_engine(descriptor, *route, place.by_ipv6);
    }
    if (is_loopback(place.address) && is_own_port(place.port, Protocol::tcp)) {
        may_wake_another();
        return next(descriptor, address, length);
    }
    if (allows_address(place.address, place.port)) {
        set_use(descriptor, DescriptorUse::outside);
        await_outside(descriptor);
        const Blocked blocked;
        return next(descriptor, address, length);
    }
    say_refused(place, "connection to");
    errno = is_loopback(place.address) ? ECONNREFUSED : ENETUNREACH;
    return -1;
}

int bind(int descriptor, const sockaddr* address, socklen_t length) {
    static auto* next = real(&bind, "bind");
    const int result = next(descriptor, address, length);
    if (page != nullptr && result == 0 && is_datagram(descriptor)) {
        add_own_port(descriptor, Protocol::udp);
    }
    return result;
}

int listen(int descriptor, int backlog) {
    static auto* next = real(&listen, "listen");
    const int result = next(descriptor, backlog);
    if (page != nullptr && result == 0) {
        add_own_port(descriptor, Protocol::tcp);
    }
    return result;
}

int getsockname(int descriptor, sockaddr* address, socklen_t* length) {
    static auto* next = real(&getsockname, "getsockname");
    if (!is_connection(descriptor)) {
        return next(descriptor, address, length);
    }
    sockaddr_storage whole{};
    socklen_t room = sizeof whole;
    if (const int failed = next(descriptor, reinterpret_cast<sockaddr*>(&whole), &room)) {
        return failed;
    }
    in_addr own{};
    ::inet_pton(AF_INET, shown_host_name, &own);
    fill_in({own.s_addr, shown_of(descriptor).local_port, whole.ss_family == AF_INET6},
            address,
            length);
    return 0;
}

int getpeername(int descriptor, sockaddr* address, socklen_t* length) {
    static auto* next = real(&getpeername, "getpeername");
    if (!is_connection(descriptor)) {
        return next(descriptor, address, length);
    }
    sockaddr_storage whole{};
    socklen_t room = sizeof whole;
    if (const int failed = next(descriptor, reinterpret_cast<sockaddr*>(&whole), &room)) {
        return failed;
    }
    const Shown shown = shown_of(descriptor);
    fill_in({shown.address, shown.port, whole.ss_family == AF_INET6}, address, length);
    return 0;
}

ssize_t send(int descriptor, const void* data, size_t length, int flags) {
    static auto* next = real(&send, "send");
    if (send_timeout(descriptor) > 0) {
        return send_within_time(descriptor, [&] {
            return count_sent(descriptor, next(descriptor, data, length, flags | MSG_DONTWAIT));
        });
    }
    return count_sent(descriptor, next(descriptor, data, length, flags));
}

ssize_t sendto(int descriptor,
               const void* data,
               size_t length,
               int flags,
               const sockaddr* to,
               socklen_t size) {
    static auto* next = real(&sendto, "sendto");
    if (to != nullptr && !is_connection(descriptor) && !may_send_to(to, size)) {
        return -1;
    }
    return count_sent(descriptor, next(descriptor, data, length, flags, to, size));
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
    static auto* next = real(&sendmsg, "sendmsg");
    if (send_timeout(descriptor) > 0) {
        return send_within_time(descriptor, [&] {
            return count_sent(descriptor, next(descriptor, message, flags | MSG_DONTWAIT));
        });
    }
    if (message->msg_name != nullptr && !is_connection(descriptor) &&
        !may_send_to(static_cast<const sockaddr*>(message->msg_name), message->msg_namelen)) {
        return -1;
    }
    return count_sent(descriptor, next(descriptor, message, flags));
}

ssize_t write(int descriptor, const void* data, size_t length) {
    static auto* next = real(&write, "write");
    if (send_timeout(descriptor) > 0) {
        return send(descriptor, data, length, 0);
    }
    return count_sent(descriptor, next(descriptor, data, length));
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
    static auto* next = real(&writev, "writev");
    return count_sent(descriptor, next(descriptor, parts, count));
}

ssize_t sendfile(int descriptor, int from, off_t* offset, size_t length) {
    static auto* next = real(&sendfile, "sendfile");
    return count_sent(descriptor, next(descriptor, from, offset, length));
}

int eventfd_write(int descriptor, eventfd_t value) {
    return write(descriptor, &value, sizeof value) == sizeof value ? 0 : -1;
}

int shutdown(int descriptor, int how) {
    static auto* next = real(&shutdown, "shutdown");
    may_wake_another();
    return next(descriptor, how);
}

}  // extern "C"
