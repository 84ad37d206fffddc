// Connections lead to the simulated world only, and the engine can count what was sent on them.
#include "handlers/shim/descriptors.h"
#include "handlers/shim/wait.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

using namespace orrery::shim;

namespace {

const Route* find_route(std::uint32_t address, std::uint16_t port) {
    for (std::uint32_t index = 0; index < page->route_count; ++index) {
        const Route& route = page->routes[index];
        if (route.address == address && route.port == port) {
            return &route;
        }
    }
    return nullptr;
}

const Route* find_host(const char* name) {
    for (std::uint32_t index = 0; index < page->route_count; ++index) {
        if (page->routes[index].host[0] != '\0' &&
            ::strcasecmp(page->routes[index].host, name) == 0) {
            return &page->routes[index];
        }
    }
    return nullptr;
}

void say(const char* text) {
    static auto* next = real(&write, "write");
    next(STDERR_FILENO, text, std::strlen(text));
}

int connect_to_engine(int descriptor, const Route& route) {
    static auto* next = real(&connect, "connect");
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_addr.s_addr = page->source_address;
    // The port is chosen by the connection's other end, too: without this an address runs out of
    // them.
    const int late = 1;
    ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &late, sizeof late);
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0) {
        say("orrery: connection refused: a socket bound to an address cannot be led into the "
            "simulated world\n");
        errno = EADDRNOTAVAIL;
        return -1;
    }
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_addr.s_addr = route.real_address;
    target.sin_port = htons(route.real_port);
    // Counted before the call: once the engine sees the connection it must find it expected.
    page->connects.fetch_add(1);
    const int result = next(descriptor, reinterpret_cast<const sockaddr*>(&target), sizeof target);
    if (result == 0 || errno == EINPROGRESS) {
        set_use(descriptor, DescriptorUse::connection);
        // The kernel ends the wait for this connection by itself, also in a process of one thread.
        page->own_wakes.fetch_add(1);
    } else {
        page->connects.fetch_sub(1);
    }
    return result;
}

bool is_loopback(std::uint32_t address) {
    return (ntohl(address) >> 24) == 127;
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
    char text[160];
    if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
        const auto& wanted = *reinterpret_cast<const sockaddr_in*>(address);
        const std::uint16_t port = ntohs(wanted.sin_port);
        if (const Route* route = find_route(wanted.sin_addr.s_addr, port)) {
            return connect_to_engine(descriptor, *route);
        }
        if (is_loopback(wanted.sin_addr.s_addr)) {
            may_wake_another();
            return next(descriptor, address, length);  // the handler's own servers
        }
        char shown[INET_ADDRSTRLEN];
        ::inet_ntop(AF_INET, &wanted.sin_addr, shown, sizeof shown);
        std::snprintf(
            text,
            sizeof text,
            "orrery: connection to %s:%u refused: it is not part of the simulated world\n",
            shown,
            port);
    } else {
        std::snprintf(
            text,
            sizeof text,
            "orrery: connection refused: address family %d is not part of the simulated world\n",
            address->sa_family);
    }
    say(text);
    errno = ENETUNREACH;
    return -1;
}

int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
    static auto* next = real(&getaddrinfo, "getaddrinfo");
    in_addr numeric{};
    if (page == nullptr || node == nullptr || ::inet_pton(AF_INET, node, &numeric) == 1 ||
        std::strchr(node, ':') != nullptr || ::strcasecmp(node, "localhost") == 0) {
        return next(node, service, hints, result);
    }
    const Route* route = find_host(node);
    if (route == nullptr) {
        char text[320];
        std::snprintf(text,
                      sizeof text,
                      "orrery: host name %.200s not found: it is not part of the simulated world\n",
                      node);
        say(text);
        return EAI_NONAME;
    }
    char address[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &route->address, address, sizeof address);
    return next(address, service, hints, result);
}

ssize_t send(int descriptor, const void* data, size_t length, int flags) {
    static auto* next = real(&send, "send");
    return count_sent(descriptor, next(descriptor, data, length, flags));
}

ssize_t sendto(int descriptor,
               const void* data,
               size_t length,
               int flags,
               const sockaddr* to,
               socklen_t size) {
    static auto* next = real(&sendto, "sendto");
    return count_sent(descriptor, next(descriptor, data, length, flags, to, size));
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
    static auto* next = real(&sendmsg, "sendmsg");
    return count_sent(descriptor, next(descriptor, message, flags));
}

ssize_t write(int descriptor, const void* data, size_t length) {
    static auto* next = real(&write, "write");
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
