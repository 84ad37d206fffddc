/// What a run came to: counts for each resource, and the table at the end with the expectations and
/// the figures.
#pragma once

#include "engine/time.h"
#include "tools/report/text.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace orrery {
struct RunResult;
struct TraceEvent;
struct Verdict;
}  // namespace orrery

namespace orrery::report {

/// Counts trace events as they happen.
class Summary {
public:
    void observe(const TraceEvent& event);
    /// The tables of queues, functions and databases, those that there are, and how functions
    /// failed.
    std::string text(Palette palette) const;

private:
    struct Queue {
        std::uint64_t sent = 0, received = 0, deleted = 0, moved = 0, expired = 0;
    };
    struct Failure {
        std::uint64_t count = 0;
        Instant first;
    };
    struct Function {
        std::uint64_t invocations = 0, errors = 0, environments = 0;
        std::map<std::string, Failure> failures;  // by what the error says in one line
    };
    struct Database {
        std::uint64_t connections = 0, statements = 0, errors = 0;
    };

    std::string failures_text(Palette palette) const;
    void observe_queue(const TraceEvent& event);
    void observe_function(const TraceEvent& event);
    void observe_database(const TraceEvent& event);

    std::optional<Instant> start_;
    std::map<std::string, Queue, std::less<>> queues_;
    std::map<std::string, Function, std::less<>> functions_;
    std::map<std::string, Database, std::less<>> databases_;
};

/// The figures of a run that only the caller knows.
struct RunFigures {
    std::uint64_t seed = 0;
    Duration real_time{};
};

/// An expectation that did not hold, with its place and explanation.
std::string failure_text(const Verdict& verdict, Palette palette);
/// Expectations, time covered, events, seed and fingerprint, one line each.
std::string figures_text(const RunResult& result, const RunFigures& figures, Palette palette);

}  // namespace orrery::report
