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

}  // namespace orrery::test
