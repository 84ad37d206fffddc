/// What a process that a handler starts needs to live in the handler's time.
#pragma once

#include <cstdint>

namespace orrery::shim {

/// Whether this is not the process that the engine started, but one that it started: it sees the
/// clock and asks for its sleeps, but has no turns of its own and counts for no thread.
bool is_child();

/// Reads what the parent left in the environment (see inherit() in children.cpp), maps the page;
/// false if there is none.
bool attach_to_inherited(const char* text);

/// Of random bytes: a child has a sequence of its own, which its parent's seed and its number among
/// the parent's children decide.
void use_own_random(std::uint64_t seed);
std::uint64_t own_seed();

/// Threads of children come after all of the parent's.
std::uint64_t first_thread_number();

}  // namespace orrery::shim
