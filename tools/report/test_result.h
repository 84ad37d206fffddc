/// What playing one scenario twice came to, as `orrery test` tells it.
#pragma once

#include "engine/time.h"
#include "scenarios/language/scenario.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orrery::report {

struct TestResult {
    enum class Outcome : std::uint8_t {
        passed,
        failed,          // an expectation did not hold, or the two runs differed
        not_understood,  // the file, or what it needs, is not as it must be
        broken,          // its process ended without a result: our own mistake
    };

    std::string path;  // as a person would write it
    Outcome outcome = Outcome::passed;
    std::string title;
    Duration virtual_time{};
    std::uint64_t events = 0;
    Duration real_time{};               // of both runs
    std::optional<std::uint64_t> seed;  // if it came so far
    std::vector<Verdict> failures;      // expectations that did not hold
    std::string message;  // whatever else went wrong: how the runs differ, what is not understood
    bool runs_differ = false;
    std::string output;  // what was written to standard output and error meanwhile
};

}  // namespace orrery::report
