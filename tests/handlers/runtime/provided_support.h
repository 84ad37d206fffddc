/// For tests of programs that functions bring themselves.
#pragma once

#include "tests/handlers/runtime/support.h"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace orrery::test {

inline void write_program(const TemporaryFolder& folder,
                          const std::string& name,
                          const std::string& text) {
    folder.write(name, text);
    std::filesystem::permissions(folder.path() / name, std::filesystem::perms(0755));
}

/// Whether the shell can run `command`.
inline bool shell(const std::string& command) {
    return std::system(command.c_str()) == 0;
}

/// The Go program in `folder`, built with `variables` ("CGO_ENABLED=0") into its file "bootstrap".
/// What Go compiles of its own is kept in the build folder.
inline bool build_go(const TemporaryFolder& folder, const std::string& variables) {
    const std::string path = folder.path().string();
    return shell("cd " + path + " && HOME=" + path + " GOCACHE=" ORRERY_BUILD_DIR "/go-cache " +
                 variables + " timeout 500 /usr/bin/go build -o bootstrap . >&2");
}

}  // namespace orrery::test
