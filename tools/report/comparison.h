/// Compares the traces of two runs of one scenario, and names the first event that differs and its
/// invocation.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orrery {
struct TraceEvent;
}

namespace orrery::report {

struct Difference {
    std::uint64_t number = 0;  // of the event, from 1
    Instant at;                // in whichever run has the event
    std::string first;         // the canonical line, or "" where that run had ended
    std::string second;
    std::string during;  // "invocation ... of function ...", or "" outside any
};

class TraceComparison {
public:
    /// Keeps an event of the first run.
    void expect(const TraceEvent& event);
    /// Compares an event of the second run; false from the first difference on.
    bool compare(const TraceEvent& event);
    /// The second run is over: what it lacks is a difference, too.
    void finish();

    const std::optional<Difference>& difference() const { return difference_; }

private:
    struct Line {
        Instant at;
        std::string text;
    };

    void follow(const TraceEvent& event);
    std::string during(const TraceEvent& event) const;
    std::string open_invocations(std::string_view function) const;

    std::vector<Line> lines_;
    std::uint64_t compared_ = 0;
    std::map<std::string, std::string, std::less<>>
        open_;  // request id -> function, for the second run
    std::optional<Difference> difference_;
};

/// The difference told to a person; `start` is the virtual time at which both runs began.
std::string difference_text(const Difference& difference, Instant start);

}  // namespace orrery::report
