/// `orrery run`: plays a scenario, shows what happens, and says what it came to.
#pragma once

#include "engine/time.h"
#include "tools/cli/terminal.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace orrery::cli {

enum class Shown : std::uint8_t { automatic, timeline, summary };
enum class Runs : std::uint8_t { once, twice_and_compare };

struct RunArguments {
    std::filesystem::path file;
    std::optional<std::uint64_t> seed;  // instead of the scenario's
    std::optional<Duration> until;
    std::filesystem::path trace;  // empty: not written
    Runs runs = Runs::once;
    Shown shown = Shown::automatic;
    ColorChoice color = ColorChoice::automatic;
};

/// Returns the exit status. Throws UsageError.
int run(const RunArguments& arguments);

}  // namespace orrery::cli
