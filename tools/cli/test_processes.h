/// Plays scenarios in processes of their own, several at a time: what breaks one breaks no other.
#pragma once

#include "tools/report/test_result.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

namespace orrery::cli {

/// As many as there are processors for us.
std::size_t processor_count();

/// Plays `files`, at most `jobs` at a time. `done` is told each result with its place in `files`,
/// in whatever order they come. The first SIGINT, SIGTERM or SIGHUP ends all in good order, another
/// one at once: then the signal's number is returned, else 0. For a process with one thread.
int play_all(const std::vector<std::filesystem::path>& files,
             std::size_t jobs,
             const std::function<void(std::size_t, report::TestResult)>& done);

}  // namespace orrery::cli
