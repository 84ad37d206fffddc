/// `orrery test`: plays every scenario below some paths, each twice in a process of its own, and
/// says which failed.
#pragma once

#include "tools/cli/terminal.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace orrery::cli {

struct TestArguments {
    std::vector<std::filesystem::path> paths;
    std::size_t jobs = 0;         // 0: as many as there are processors
    std::string filter;           // empty: all
    std::filesystem::path junit;  // empty: not written
    ColorChoice color = ColorChoice::automatic;
};

/// Returns the exit status. Throws UsageError for what keeps all of them from being played.
int test(const TestArguments& arguments);

}  // namespace orrery::cli
