/// A scenario file understood: what exists, what happens when, what must be true; and a run of it
/// in a world of its own.
#pragma once

#include "engine/error.h"
#include "engine/time.h"
#include "engine/world.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

class Cloud;

/// What one expectation came to.
struct Verdict {
    Location where;           // where the expectation stands in the scenario's file
    std::string expectation;  // one line that names it: "queue OrdersDLQ: messages"
    bool passed = false;
    std::string explanation;  // only if not passed: expected, found, and the nearest trace events;
                              // several lines
};

struct RunResult {
    std::vector<Verdict> verdicts;
    std::string fingerprint;
    Instant start;
    Instant end;
    std::uint64_t events = 0;  // trace events
    bool interrupted = false;  // stop() was called
    // What did not happen because the run ended before, by `until`, by stop(), or at a step that
    // came too late: steps that had not begun or were not answered in full, and expectations, of
    // steps too, that nobody could judge.
    std::uint64_t skipped_steps = 0;
    std::uint64_t skipped_expectations = 0;

    /// Whether every verdict there is passed, whatever was skipped.
    bool passed() const;
};

struct RunOptions {
    std::optional<std::uint64_t> seed;                // instead of the file's
    std::optional<Duration> until;                    // stop the world this long after its start
    std::function<void(const TraceEvent&)> on_event;  // sees every trace event as it happens
    std::filesystem::path resources;                  // the folder with the shim and the bootstraps
};

/// A scenario file, read and checked as far as it can be without running it.
class Scenario {
public:
    /// Reads `path`; template and code paths in it are relative to its folder. Throws UsageError.
    static Scenario load(const std::filesystem::path& path);
    ~Scenario();
    Scenario(Scenario&&) noexcept;

    const std::string& title() const;
    const std::filesystem::path& path() const;

private:
    friend class ScenarioRun;
    struct Content;
    explicit Scenario(std::unique_ptr<Content> content);
    std::unique_ptr<Content> content_;
};

/// One run: makes a world, deploys the template, plays the steps and checks the expectations.
class ScenarioRun {
public:
    /// `scenario` must outlive the run. Throws UsageError where the template or code cannot be
    /// understood.
    ScenarioRun(const Scenario& scenario, RunOptions options);
    ~ScenarioRun();

    /// Plays everything; call it once. UsageError for what only shows now (an unknown operation's
    /// parameter, say).
    RunResult run();
    /// Ends the run before its next event; may be called from a signal handler's asio callback.
    void stop();

    World& world();
    Cloud& cloud();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace orrery
