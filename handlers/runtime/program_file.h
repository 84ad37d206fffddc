/// What kind of program an executable file is, read from its first bytes: whether the shim can be
/// preloaded into it.
#pragma once

#include <cstdint>
#include <filesystem>

namespace orrery {

enum class ProgramKind : std::uint8_t {
    missing,         // or no file
    not_executable,  // no permission to execute it
    foreign,         // for another machine, or no program at all
    dynamic,         // linked to this machine's C library
    /// Statically linked, against another C library than ours, or with Go's runtime, which calls
    /// the kernel by itself whatever it is linked to.
    without_shim,
};

/// A script is what its interpreter is.
ProgramKind kind_of_program(const std::filesystem::path& path);

}  // namespace orrery
