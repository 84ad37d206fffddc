/// One run of a scenario by the command line: it can be interrupted, and its trace can still be
/// read after its end.
#pragma once

#include "engine/time.h"
#include "scenarios/language/scenario.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace orrery::cli {

class Interrupts;

struct Performance {
    std::unique_ptr<ScenarioRun> run;
    std::unique_ptr<Interrupts> interrupts;
    RunResult result;
    Instant start;
    Duration real_time{};
    int signal = 0;  // that ended it, or 0

    Performance();
    ~Performance();
    Performance(const Performance&) = delete;
    Performance& operator=(const Performance&) = delete;
};

/// Sees every trace event as it happens.
using Watcher = std::function<void(const TraceEvent& event, Performance& performance)>;

struct PlayOptions {
    std::optional<std::uint64_t> seed;  // instead of the scenario's
    std::optional<Duration> until;
};

/// Fills `performance`, which must be new. Throws UsageError.
void play(const Scenario& scenario,
          const PlayOptions& options,
          Performance& performance,
          const Watcher& watch);

}  // namespace orrery::cli
