/// ENSURE: an assertion about our own code, on in every build; it prints where the run stood and
/// aborts.
#pragma once

#include <string_view>

namespace orrery {

/// Prints the broken condition with virtual time, seed and the last trace lines of the current
/// World; exit status 3.
[[noreturn]] void ensure_failed(std::string_view condition, std::string_view file, int line);

}  // namespace orrery

// A macro because clang 14 cannot parse std::source_location; the only one of the project.
#define ENSURE(condition) \
    ((condition) ? static_cast<void>(0) : ::orrery::ensure_failed(#condition, __FILE__, __LINE__))
