/// What the engine and a prepared parent agree on: a process that stands ready, and whose forks are
/// new environments.
#pragma once

#include <array>
#include <cstdint>

namespace orrery::shim {

/// The descriptors that come with the wish for a new environment, in this order. The last three are
/// mounts, for the places below.
enum class Passed : std::uint8_t { page, event, output, report, variables, first_mount };
inline constexpr std::array<const char*, 3> passed_places{"/var/task", "/opt", "/tmp"};
inline constexpr std::size_t passed_count =
    static_cast<std::size_t>(Passed::first_mount) + passed_places.size();

/// Where a new environment finds its variables: each as "NAME=value" and a null character. The
/// bootstrap knows the number, too.
inline constexpr int variables_descriptor = 903;
/// Where the parent hears of new environments.
inline constexpr int control_descriptor = 904;

/// What the parent shall import before it stands ready. While it has this variable its forks are
/// children like any program's.
inline constexpr const char* preload_variable = "ORRERY_PRELOAD";

/// What a new environment says of itself, once. `error` is an errno, or 0: then it goes on.
struct ForkReport {
    std::int32_t process;
    std::int32_t error;
};

/// Whether this is a prepared parent that has come to where its forks go on.
bool stands_ready();
/// Waits there, and returns 0 in each fork; in the parent only if it cannot be forked: -1.
int fork_environments();

}  // namespace orrery::shim
