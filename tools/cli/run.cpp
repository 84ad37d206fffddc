#include "tools/cli/run.h"

#include "engine/error.h"
#include "scenarios/language/scenario.h"
#include "tools/cli/exit_status.h"
#include "tools/cli/performance.h"
#include "tools/cli/terminal.h"
#include "tools/cli/trace_file.h"
#include "tools/report/comparison.h"
#include "tools/report/summary.h"
#include "tools/report/timeline.h"

#include <cstdio>
#include <optional>
#include <string>
#include <utility>

namespace orrery::cli {

namespace {

/// What a run shows of itself.
class Screen {
public:
    explicit Screen(const RunArguments& arguments)
        : palette_(choose_palette(arguments.color)),
          live_(arguments.shown == Shown::timeline ||
                (arguments.shown == Shown::automatic && output_is_terminal())),
          tail_on_failure_(arguments.shown == Shown::automatic) {}

    void title(const Scenario& scenario) const {
        print(report::paint(report::printable(scenario.title()), report::Tone::strong, palette_) +
              "\n\n");
    }

    void event(const TraceEvent& event, Instant start) {
        summary_.observe(event);
        if (!live_) {
            return;
        }
        if (!timeline_) {
            timeline_.emplace(start, palette_);
        }
        print(timeline_->render(event));
    }

    void ended(const Performance& performance, const RunArguments& arguments) {
        const RunResult& result = performance.result;
        const std::uint64_t seed = performance.run->world().random.seed();
        if (live_) {
            print("\n");
        } else if (tail_on_failure_ && !result.passed()) {
            print_last_events(performance);
        }
        print(summary_.text(palette_));
        for (const Verdict& verdict : result.verdicts) {
            if (!verdict.passed) {
                print(report::failure_text(verdict, palette_) + "\n");
            }
        }
        print(report::figures_text(result, {seed, performance.real_time}, palette_));
        if (performance.signal != 0) {
            print("\nInterrupted: expectations that were still to come have not been checked.\n");
        } else if (!result.passed()) {
            print("\nTo see it again: orrery run " + report::shell_word(arguments.file.string()) +
                  " --seed " + std::to_string(seed) +
                  (arguments.until ? " --until " + format_duration(*arguments.until) : "") +
                  " --timeline\n");
        }
    }

private:
    /// A log in CI should explain a failure without holding every event of a long run.
    void print_last_events(const Performance& performance) const {
        constexpr std::uint64_t most = 30;
        const Trace& trace = performance.run->world().trace;
        const std::uint64_t left_out = trace.size() > most ? trace.size() - most : 0;
        report::TimelineView view(performance.start, palette_);
        if (left_out > 0) {
            print("The last " + std::to_string(most) + " of " + std::to_string(trace.size()) +
                  " events:\n");
        }
        for (std::uint64_t index = 0; index < trace.size(); ++index) {
            const std::string text = view.render(trace[index]);
            if (index >= left_out) {
                print(text);
            }
        }
        print("\n");
    }

    report::Palette palette_;
    bool live_;
    bool tail_on_failure_;
    std::optional<report::TimelineView> timeline_;
    report::Summary summary_;
};

/// Plays the scenario once more, up to the first difference from what `comparison` expects.
int verify(const Scenario& scenario,
           const RunArguments& arguments,
           report::TraceComparison& comparison,
           int status) {
    Performance second;
    play(scenario,
         {arguments.seed, arguments.until},
         second,
         [&](const TraceEvent& event, Performance& performance) {
             if (!comparison.compare(event) && performance.run) {
                 performance.run->stop();
             }
         });
    if (second.signal != 0) {
        print("\nInterrupted: the two runs have not been compared to the end.\n");
        return exit_by_signal + second.signal;
    }
    comparison.finish();
    if (!comparison.difference()) {
        print("\nVerified: both runs have the same " + std::to_string(second.result.events) +
              " events.\n");
        return status;
    }
    print("\n" + report::difference_text(*comparison.difference(), second.start));
    return exit_failed;
}

}  // namespace

int run(const RunArguments& arguments) {
    const Scenario scenario = Scenario::load(arguments.file);
    TraceFile trace_file(arguments.trace);
    Screen screen(arguments);
    report::TraceComparison comparison;
    int status = exit_passed;
    screen.title(scenario);
    {
        Performance first;
        play(scenario,
             {arguments.seed, arguments.until},
             first,
             [&](const TraceEvent& event, const Performance& performance) {
                 screen.event(event, performance.start);
                 trace_file.write(event);
                 if (arguments.runs == Runs::twice_and_compare) {
                     comparison.expect(event);
                 }
             });
        trace_file.close();
        screen.ended(first, arguments);
        if (first.signal != 0) {
            return exit_by_signal + first.signal;
        }
        status = first.result.passed() ? exit_passed : exit_failed;
    }
    return arguments.runs == Runs::once ? status : verify(scenario, arguments, comparison, status);
}

}  // namespace orrery::cli
