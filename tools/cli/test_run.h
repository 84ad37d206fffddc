/// Plays one scenario as `orrery test` does: twice with its seed, in the process that calls.
#pragma once

#include "tools/report/test_result.h"

#include <filesystem>
#include <string>

namespace orrery::cli {

/// A signal that ended it is thrown as Interrupted. What is not understood is a result, too.
report::TestResult play_twice(const std::filesystem::path& file);

struct Interrupted {
    int signal = 0;
};

/// A result as text, on its way from one process to another.
std::string encode(const report::TestResult& result);
report::TestResult decode(const std::string& text);

}  // namespace orrery::cli
