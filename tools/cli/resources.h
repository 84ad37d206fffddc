/// Where the files are that handler processes need: the preload shim and the runtimes' bootstraps.
#pragma once

#include <filesystem>

namespace orrery::cli {

/// The resource directory of `executable`: ../lib/orrery beside its own directory, in the build
/// tree as in an installed one. Throws UsageError, saying what is missing, where that is not
/// complete.
std::filesystem::path resources_of(const std::filesystem::path& executable);

/// That of the running program.
std::filesystem::path resource_directory();

}  // namespace orrery::cli
