// Host names: those of the simulated world have an address there, others have none.
#include "handlers/shim/places.h"
#include "handlers/shim/wait.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace orrery::shim;

namespace {

bool is_numeric(const char* name) {
    in_addr address{};
    return ::inet_aton(name, &address) == 1 || std::strchr(name, ':') != nullptr;
}

bool is_this_machine(const char* name) {
    return ::strcasecmp(name, "localhost") == 0 || ::strcasecmp(name, "ip6-localhost") == 0;
}

void say_not_found(const char* name) {
    say("orrery: host name %.200s not found: it is not part of the simulated world\n", name);
}

/// While the C library asks a real name server.
class AskingOutside {
public:
    AskingOutside() { page->outside_awaited.fetch_add(1); }
    ~AskingOutside() { page->outside_awaited.fetch_sub(1); }
    AskingOutside(const AskingOutside&) = delete;
    AskingOutside& operator=(const AskingOutside&) = delete;
};

/// The answer of gethostbyname and its like in the caller's buffer; false if that is too small.
bool fill(hostent& answer, char* buffer, size_t room, const char* name, std::uint32_t address) {
    struct Layout {
        char* no_aliases[1];
        char* addresses[2];
        std::uint32_t address;
    };
    const size_t length = std::strlen(name) + 1;
    const size_t skew = reinterpret_cast<std::uintptr_t>(buffer) % alignof(Layout);
    const size_t pad = skew == 0 ? 0 : alignof(Layout) - skew;
    if (room < pad + sizeof(Layout) + length) {
        return false;
    }
    auto* layout = reinterpret_cast<Layout*>(buffer + pad);
    char* text = buffer + pad + sizeof(Layout);
    std::memcpy(text, name, length);
    layout->address = address;
    layout->no_aliases[0] = nullptr;
    layout->addresses[0] = reinterpret_cast<char*>(&layout->address);
    layout->addresses[1] = nullptr;
    answer = {text, layout->no_aliases, AF_INET, sizeof layout->address, layout->addresses};
    return true;
}

thread_local char last_buffer[1024];
thread_local hostent last_answer;

}  // namespace

extern "C" {

int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
    static auto* next = real(&getaddrinfo, "getaddrinfo");
    if (page == nullptr || node == nullptr || is_numeric(node) || is_this_machine(node)) {
        return next(node, service, hints, result);
    }
    addrinfo wanted{};
    if (hints != nullptr) {
        wanted = *hints;
    }
    if ((wanted.ai_flags & AI_NUMERICHOST) != 0) {
        return EAI_NONAME;
    }
    const Route* route = find_host(node);
    if (route == nullptr && allows_host(node)) {
        const AskingOutside asking;
        const int error = next(node, service, hints, result);
        for (const addrinfo* each = error == 0 ? *result : nullptr; each != nullptr;
             each = each->ai_next) {
            Internet found;
            if (as_internet(each->ai_addr, each->ai_addrlen, found)) {
                allow_address(found.address, node);
            }
        }
        return error;
    }
    if (route == nullptr) {
        say_not_found(node);
        return EAI_NONAME;
    }
    // The simulated world speaks IPv4.
    if (wanted.ai_family == AF_INET6 && (wanted.ai_flags & AI_V4MAPPED) == 0) {
        return EAI_NODATA;
    }
    const bool canonical = (wanted.ai_flags & AI_CANONNAME) != 0;
    // What this machine's network has says nothing about the simulated one's.
    wanted.ai_flags &= ~AI_ADDRCONFIG;
    char address[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &route->address, address, sizeof address);
    const int error = next(address, service, &wanted, result);
    if (error == 0 && canonical) {
        std::free((*result)->ai_canonname);
        (*result)->ai_canonname = ::strdup(node);
    }
    return error;
}

int gethostbyname2_r(const char* name,
                     int family,
                     hostent* answer,
                     char* buffer,
                     size_t room,
                     hostent** result,
                     int* error) {
    static auto* next = real(&gethostbyname2_r, "gethostbyname2_r");
    if (page == nullptr || name == nullptr || is_numeric(name) || is_this_machine(name)) {
        return next(name, family, answer, buffer, room, result, error);
    }
    *result = nullptr;
    const Route* route = find_host(name);
    if (route == nullptr && allows_host(name)) {
        const AskingOutside asking;
        const int failed = next(name, family, answer, buffer, room, result, error);
        for (char** each = *result == nullptr || family != AF_INET ? nullptr : answer->h_addr_list;
             each != nullptr && *each != nullptr;
             ++each) {
            std::uint32_t address = 0;
            std::memcpy(&address, *each, sizeof address);
            allow_address(address, name);
        }
        return failed;
    }
    if (route == nullptr || family != AF_INET) {
        if (route == nullptr) {
            say_not_found(name);
        }
        h_errno = *error = route == nullptr ? HOST_NOT_FOUND : NO_DATA;
        return 0;
    }
    if (!fill(*answer, buffer, room, name, route->address)) {
        *error = NETDB_INTERNAL;
        return ERANGE;
    }
    *result = answer;
    return 0;
}

int gethostbyname_r(
    const char* name, hostent* answer, char* buffer, size_t room, hostent** result, int* error) {
    return gethostbyname2_r(name, AF_INET, answer, buffer, room, result, error);
}

hostent* gethostbyname2(const char* name, int family) {
    static auto* next = real(&gethostbyname2, "gethostbyname2");
    if (page == nullptr) {
        return next(name, family);
    }
    hostent* result = nullptr;
    gethostbyname2_r(
        name, family, &last_answer, last_buffer, sizeof last_buffer, &result, &h_errno);
    return result;
}

hostent* gethostbyname(const char* name) {
    static auto* next = real(&gethostbyname, "gethostbyname");
    return page == nullptr ? next(name) : gethostbyname2(name, AF_INET);
}

/// Nobody knows names of addresses; the C library would ask a real name server.
int gethostbyaddr_r(const void* address,
                    socklen_t length,
                    int family,
                    hostent* answer,
                    char* buffer,
                    size_t room,
                    hostent** result,
                    int* error) {
    static auto* next = real(&gethostbyaddr_r, "gethostbyaddr_r");
    std::uint32_t number = 0;
    if (address != nullptr && length == sizeof number) {
        std::memcpy(&number, address, sizeof number);
    }
    if (page == nullptr || is_loopback(number)) {
        return next(address, length, family, answer, buffer, room, result, error);
    }
    *result = nullptr;
    h_errno = *error = HOST_NOT_FOUND;
    return 0;
}

hostent* gethostbyaddr(const void* address, socklen_t length, int family) {
    static auto* next = real(&gethostbyaddr, "gethostbyaddr");
    if (page == nullptr) {
        return next(address, length, family);
    }
    hostent* result = nullptr;
    gethostbyaddr_r(
        address, length, family, &last_answer, last_buffer, sizeof last_buffer, &result, &h_errno);
    return result;
}

int getnameinfo(const sockaddr* address,
                socklen_t length,
                char* host,
                socklen_t host_room,
                char* service,
                socklen_t service_room,
                int flags) {
    static auto* next = real(&getnameinfo, "getnameinfo");
    Internet found;
    if (page != nullptr && address != nullptr &&
        (!as_internet(address, length, found) || !is_loopback(found.address))) {
        if ((flags & NI_NAMEREQD) != 0) {
            return EAI_NONAME;
        }
        flags |= NI_NUMERICHOST;
    }
    return next(address, length, host, host_room, service, service_room, flags);
}

int gethostname(char* name, size_t room) {
    static auto* next = real(&gethostname, "gethostname");
    if (page == nullptr) {
        return next(name, room);
    }
    const size_t length = std::strlen(shown_host_name) + 1;
    std::memcpy(name, shown_host_name, length < room ? length : room);
    if (length > room) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return 0;
}

int uname(utsname* names) {
    static auto* next = real(&uname, "uname");
    const int result = next(names);
    if (page != nullptr && result == 0) {
        std::snprintf(names->nodename, sizeof names->nodename, "%s", shown_host_name);
    }
    return result;
}

}  // extern "C"
