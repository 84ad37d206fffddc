/// What the shim remembers of file descriptors: which are connections to the engine, which give
/// random bytes.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace orrery::shim {

/// `outside` is a connection out of the simulated world, which the scenario allows.
enum class DescriptorUse : unsigned char { other, connection, random, outside };

/// Descriptors above the limit count as other.
DescriptorUse use_of(int descriptor);
void set_use(int descriptor, DescriptorUse use);

/// What is shown of a connection to the engine: which route it took, and a local port.
struct Shown {
    std::uint32_t address;  // network byte order
    std::uint16_t port;
    std::uint16_t local_port;
};
Shown shown_of(int descriptor);
void set_shown(int descriptor, const Shown& shown);

/// SO_RCVTIMEO and SO_SNDTIMEO in nanoseconds; 0: none.
std::int64_t receive_timeout(int descriptor);
std::int64_t send_timeout(int descriptor);

/// An answer from outside is under way, or has come.
void await_outside(int descriptor);
void outside_answered(int descriptor);

/// In the child of a fork: what it inherited is its parent's to count.
void forget_connections();

/// Counts bytes that went out on a connection; passes `result` through.
ssize_t count_sent(int descriptor, ssize_t result);

/// Counts bytes taken from a connection; passes `result` through.
ssize_t count_received(int descriptor, ssize_t result);

/// Whether it has O_NONBLOCK; errno is left as it is.
bool is_non_blocking(int descriptor);

/// Whether a call on `descriptor` that waits for `events` (poll's) would really block the thread.
bool would_block(int descriptor, short events);

/// Waits until `events` (poll's) are there, at most so many nanoseconds of virtual time; false,
/// with errno as a socket's own time-out sets it, if they are not.
bool wait_for(int descriptor, short events, std::int64_t nanoseconds);

void fill_random(void* buffer, std::size_t length);

}  // namespace orrery::shim
