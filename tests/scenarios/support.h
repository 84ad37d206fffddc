/// Runs scenarios from text: each in a folder of its own, which is gone afterwards.
#pragma once

#include "scenarios/language/scenario.h"
#include "tests/temporary_folder.h"

#include <filesystem>
#include <string>
#include <vector>

namespace orrery::test {

/// What a run left behind.
struct Ran {
    RunResult result;
    std::vector<std::string> steps;   // "+10s sqs.SendMessage": what scenario.step events say
    std::vector<std::string> events;  // "+10s sqs/Orders sqs.message.sent {...}": all

    /// The explanation of the only verdict that did not pass; "" if all did.
    std::string failure() const;
    bool has_event(const std::string& beginning) const;
};

Ran run(const std::string& scenario, RunOptions options = {});

/// The message of the UsageError that a run of `scenario` ends with, from the file's name on; ""
/// without one.
std::string usage_error(const std::string& scenario);

/// A template, inline, of a queue with a dead-letter queue, a function fed by it, a function alone,
/// and an empty queue.
const std::string& shop();

}  // namespace orrery::test
