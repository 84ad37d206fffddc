/// Which hosts and addresses a process may reach, and where they lead.
#pragma once

#include "handlers/shim/page.h"

#include <sys/socket.h>

#include <cstdint>

namespace orrery::shim {

/// The route to an address (network byte order) and port of the simulated world, or null.
const Route* find_route(std::uint32_t address, std::uint16_t port);
/// What a host name of the simulated world resolves to; null if there is no such host.
const Route* find_host(const char* name);

/// Whether the scenario lets a process out of the simulated world to this name.
bool allows_host(const char* name);
/// Remembers what such a name resolved to.
void allow_address(std::uint32_t address, const char* name);
bool allows_address(std::uint32_t address, std::uint16_t port);

bool is_loopback(std::uint32_t address);

/// An IPv4 address, also of a socket that speaks IPv6: false for anything else.
struct Internet {
    std::uint32_t address = 0;  // network byte order
    std::uint16_t port = 0;
    bool by_ipv6 = false;
};
bool as_internet(const sockaddr* address, socklen_t length, Internet& found);
/// The other way round; cuts off what has no room, as the kernel does.
void fill_in(const Internet& from, sockaddr* address, socklen_t* length);

/// Where the process itself listens, so that it may connect to itself.
enum class Protocol : std::uint32_t { tcp = 1, udp = 2 };
void add_own_port(int descriptor, Protocol protocol);
bool is_own_port(std::uint16_t port, Protocol protocol);

/// A line for the handler's log.
__attribute__((format(printf, 1, 2))) void say(const char* format, ...);

/// The name that a function finds for its machine: Lambda's are link-local addresses. [choice]
inline constexpr const char* shown_host_name = "169.254.100.6";

}  // namespace orrery::shim
