/// What the shim remembers of file descriptors: which are connections to the engine, which give
/// random bytes.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace orrery::shim {

enum class DescriptorUse : unsigned char { other, connection, random };

/// Descriptors above the limit count as other.
DescriptorUse use_of(int descriptor);
void set_use(int descriptor, DescriptorUse use);

/// Counts bytes that went out on a connection; passes `result` through.
ssize_t count_sent(int descriptor, ssize_t result);

/// Counts bytes taken from a connection; passes `result` through.
ssize_t count_received(int descriptor, ssize_t result);

/// Whether a call on `descriptor` that waits for `events` (poll's) would really block the thread.
bool would_block(int descriptor, short events);

void fill_random(void* buffer, std::size_t length);

}  // namespace orrery::shim
