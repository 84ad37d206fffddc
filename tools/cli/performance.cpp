#include "tools/cli/performance.h"

#include "tools/cli/resources.h"
#include "tools/cli/signals.h"

#include <chrono>
#include <utility>

namespace orrery::cli {

Performance::Performance() = default;

Performance::~Performance() {
    const HeldSignals held;
    interrupts.reset();
    run.reset();
}

void play(const Scenario& scenario,
          const PlayOptions& options,
          Performance& performance,
          const Watcher& watch) {
    RunOptions run_options;
    run_options.seed = options.seed;
    run_options.until = options.until;
    run_options.resources = resource_directory();
    run_options.on_event = [watch, &performance](const TraceEvent& event) {
        if (!performance.run) {
            performance.start = event.at;  // the template is deployed at the first instant
        }
        watch(event, performance);
    };
    const auto began = std::chrono::steady_clock::now();
    {
        const HeldSignals held;
        performance.run = std::make_unique<ScenarioRun>(scenario, std::move(run_options));
        performance.start = performance.run->world().loop.start();
        performance.interrupts =
            std::make_unique<Interrupts>(performance.run->world().loop.io(), [&](int number) {
                performance.signal = number;
                performance.run->stop();
            });
    }
    performance.result = performance.run->run();
    performance.real_time = std::chrono::steady_clock::now() - began;
}

}  // namespace orrery::cli
