/// What happens when: the steps of a scenario as its file gives them.
#pragma once

#include "engine/document.h"
#include "engine/time.h"
#include "scenarios/language/call.h"
#include "scenarios/language/expectation.h"
#include "scenarios/language/program.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace orrery {

struct SqlStatement {
    DocumentNode text;
    DocumentNode instance;  // `on`: the database's logical name
};

struct Repeat {
    std::uint64_t times = 1;
    std::optional<Duration>
        every;  // from one beginning to the next; without, each follows the one before
};

/// A step that does something to the cloud.
struct Act {
    std::variant<Call, SqlStatement, ProgramRun> what;
    std::optional<Repeat> repeat;
    std::optional<DocumentNode> expected;  // of the answer

    /// "sqs.SendMessage", "sql" or "run".
    std::string name() const;
};

struct UntilIdle {};
struct UntilInstant {
    Duration since_start;
};
struct Check {
    std::vector<std::unique_ptr<Expectation>> expectations;
};

struct Step {
    Location where;
    std::size_t number = 0;         // from 1
    std::optional<Duration> at;     // since the start
    std::optional<Duration> after;  // since the step before was complete
    std::variant<Act, UntilIdle, UntilInstant, Check> action;

    /// The instant since the start that the step names, if it does.
    std::optional<Duration> named_instant() const;
};

/// Reads the list of steps. Throws UsageError.
std::vector<Step> parse_steps(const DocumentNode& node);
/// Checks a step's names before a run. Throws UsageError.
void check_names(const Step& step, const Names& names);

}  // namespace orrery
