#include "handlers/shim/places.h"

#include "handlers/shim/wait.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace orrery::shim {

namespace {

/// A name of an allowed place that was resolved.
struct Resolved {
    std::atomic<std::uint32_t> address;
    const Allowed* as;
};

constexpr unsigned most_resolved = 256;
Resolved resolved[most_resolved];
std::atomic<std::uint32_t> resolved_count{0};

/// Without the dot that a full name may end in.
std::size_t length_of(const char* name) {
    const std::size_t length = std::strlen(name);
    return length > 0 && name[length - 1] == '.' ? length - 1 : length;
}

/// Whether `pattern` is the name or, beginning with a dot, the name's end.
bool fits(const char* pattern, const char* name) {
    const std::size_t length = length_of(name);
    const std::size_t wanted = std::strlen(pattern);
    if (wanted == 0 || wanted > length || (pattern[0] != '.' && wanted != length)) {
        return false;
    }
    return ::strncasecmp(name + (length - wanted), pattern, wanted) == 0;
}

const Allowed* find_allowed(const char* name, std::uint16_t port) {
    for (std::uint32_t index = 0; index < page->allowed_count; ++index) {
        const Allowed& allowed = page->allowed[index];
        if (fits(allowed.host, name) && (port == 0 || allowed.port == 0 || allowed.port == port)) {
            return &allowed;
        }
    }
    return nullptr;
}

}  // namespace

const Route* find_route(std::uint32_t address, std::uint16_t port) {
    for (std::uint32_t index = 0; index < page->route_count; ++index) {
        const Route& route = page->routes[index];
        if (route.address == address && route.port == port && port != 0) {
            return &route;
        }
    }
    return nullptr;
}

const Route* find_host(const char* name) {
    for (std::uint32_t index = 0; index < page->route_count; ++index) {
        if (fits(page->routes[index].host, name)) {
            return page->routes[index].port == 0 ? nullptr : &page->routes[index];
        }
    }
    return nullptr;
}

bool allows_host(const char* name) {
    return find_allowed(name, 0) != nullptr;
}

void allow_address(std::uint32_t address, const char* name) {
    const std::uint32_t index = resolved_count.fetch_add(1);
    if (index < most_resolved) {
        resolved[index].as = find_allowed(name, 0);
        resolved[index].address.store(address);
    }
}

bool allows_address(std::uint32_t address, std::uint16_t port) {
    char text[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &address, text, sizeof text);
    if (find_allowed(text, port) != nullptr) {
        return true;
    }
    for (const Resolved& each : resolved) {
        const Allowed* as = each.as;
        if (each.address.load() == address && as != nullptr &&
            (as->port == 0 || as->port == port)) {
            return true;
        }
    }
    return is_loopback(address) && find_allowed("localhost", port) != nullptr;
}

bool is_loopback(std::uint32_t address) {
    return (ntohl(address) >> 24) == 127;
}

bool as_internet(const sockaddr* address, socklen_t length, Internet& found) {
    if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
        const auto& plain = *reinterpret_cast<const sockaddr_in*>(address);
        found = {plain.sin_addr.s_addr, ntohs(plain.sin_port), false};
        return true;
    }
    if (address->sa_family != AF_INET6 || length < sizeof(sockaddr_in6)) {
        return false;
    }
    const auto& wide = *reinterpret_cast<const sockaddr_in6*>(address);
    found = {0, ntohs(wide.sin6_port), true};
    if (IN6_IS_ADDR_LOOPBACK(&wide.sin6_addr)) {
        found.address = htonl(INADDR_LOOPBACK);
        return true;
    }
    std::memcpy(&found.address, wide.sin6_addr.s6_addr + 12, sizeof found.address);
    return IN6_IS_ADDR_V4MAPPED(&wide.sin6_addr);
}

void fill_in(const Internet& from, sockaddr* address, socklen_t* length) {
    sockaddr_storage whole{};
    socklen_t size = sizeof(sockaddr_in);
    if (from.by_ipv6) {
        auto& wide = reinterpret_cast<sockaddr_in6&>(whole);
        size = sizeof wide;
        wide.sin6_family = AF_INET6;
        wide.sin6_port = htons(from.port);
        wide.sin6_addr.s6_addr[10] = wide.sin6_addr.s6_addr[11] = 0xff;
        std::memcpy(wide.sin6_addr.s6_addr + 12, &from.address, sizeof from.address);
    } else {
        auto& plain = reinterpret_cast<sockaddr_in&>(whole);
        plain.sin_family = AF_INET;
        plain.sin_port = htons(from.port);
        plain.sin_addr.s_addr = from.address;
    }
    std::memcpy(address, &whole, *length < size ? *length : size);
    *length = size;
}

void add_own_port(int descriptor, Protocol protocol) {
    static auto* name_of = real(&::getsockname, "getsockname");
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    if (name_of(descriptor, reinterpret_cast<sockaddr*>(&bound), &length) != 0) {
        return;
    }
    std::uint32_t port = 0;
    if (bound.ss_family == AF_INET) {
        port = ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);
    } else if (bound.ss_family == AF_INET6) {
        port = ntohs(reinterpret_cast<const sockaddr_in6&>(bound).sin6_port);
    }
    const std::uint32_t entry = port | (static_cast<std::uint32_t>(protocol) << 16);
    for (std::atomic<std::uint32_t>& place : page->own_ports) {
        std::uint32_t free = 0;
        if (port == 0 || place.load() == entry || place.compare_exchange_strong(free, entry)) {
            return;
        }
    }
}

bool is_own_port(std::uint16_t port, Protocol protocol) {
    const std::uint32_t wanted = port | (static_cast<std::uint32_t>(protocol) << 16);
    for (const std::atomic<std::uint32_t>& place : page->own_ports) {
        if (place.load() == wanted) {
            return true;
        }
    }
    // More servers than there is room for: rather too many connections than too few.
    return page->own_ports[max_own_ports - 1].load() != 0;
}

void say(const char* format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    static auto* next = real(&::write, "write");
    next(STDERR_FILENO, text, std::strlen(text));
}

}  // namespace orrery::shim
