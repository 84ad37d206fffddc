/// `orrery serve`: a live world behind HTTP, for any AWS SDK, CLI or tool.
#pragma once

#include "engine/net/tcp_server.h"
#include "engine/time.h"
#include "tools/cli/run.h"
#include "tools/cli/terminal.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace orrery::cli {

/// How virtual time passes at first.
struct ClockMode {
    bool paused = false;
    double factor = 1;
};

struct ServeArguments {
    Endpoint where{"127.0.0.1", 4566};
    std::vector<std::filesystem::path> templates;
    std::filesystem::path state;  // empty: nothing is kept
    ClockMode clock;
    std::optional<Instant> start;  // instead of the wall's
    std::uint64_t seed = 1;
    bool verify_signatures = false;
    std::filesystem::path trace;  // empty: not written
    Shown shown = Shown::automatic;
    ColorChoice color = ColorChoice::automatic;
};

/// Serves until a signal ends it. Returns the exit status. Throws UsageError.
int serve(const ServeArguments& arguments);

}  // namespace orrery::cli
