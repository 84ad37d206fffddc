#include "scenarios/language/step.h"

#include "scenarios/language/answer.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/values.h"

#include <algorithm>
#include <array>

namespace orrery {

namespace {

constexpr std::uint64_t most_repetitions = 10'000'000;

const std::vector<std::string_view> step_keys{"call", "sql", "run", "until", "expect"};
constexpr std::array<std::string_view, 1> later_steps{"http"};

Repeat parse_repeat(const DocumentNode& node) {
    require_mapping(node, "'repeat'");
    expect_keys(node, {"times", "every"}, "'repeat'");
    Repeat repeat;
    repeat.times =
        read_count(require_member(node, "times", "'repeat'"), "'times'", 1, most_repetitions);
    if (const DocumentNode* every = node.find("every")) {
        repeat.every = read_duration(*every, "'every'");
    }
    return repeat;
}

std::optional<DocumentNode> parse_answer(const DocumentNode& node,
                                         const std::vector<std::string_view>& keys) {
    const DocumentNode* expected = node.find("expect");
    if (expected == nullptr) {
        return std::nullopt;
    }
    require_mapping(*expected, "'expect' of a step");
    expect_keys(*expected, keys, "'expect' of a step");
    require_any_of(*expected, keys, "'expect' of a step");
    check_matchers(*expected);
    return *expected;
}

void read_repeat(const DocumentNode& node, Act& act) {
    if (const DocumentNode* repeat = node.find("repeat")) {
        act.repeat = parse_repeat(*repeat);
    }
}

Placeholders placeholders(const Act& act) {
    return act.repeat ? Placeholders::random_and_index : Placeholders::random;
}

Act parse_call_step(const DocumentNode& node) {
    expect_keys(node, {"call", "with", "at", "after", "repeat", "expect"}, "a call step");
    Act act{parse_call(node), std::nullopt, parse_answer(node, call_answer_keys)};
    read_repeat(node, act);
    check_placeholders(std::get<Call>(act.what).parameters, placeholders(act));
    return act;
}

Act parse_sql_step(const DocumentNode& node) {
    expect_keys(node, {"sql", "on", "at", "after", "repeat", "expect"}, "a sql step");
    const DocumentNode& text = *node.find("sql");
    const DocumentNode& instance = require_member(node, "on", "a sql step");
    read_text(text, "'sql'");
    read_text(instance, "'on'");
    Act act{SqlStatement{text, instance}, std::nullopt, parse_answer(node, sql_answer_keys)};
    read_repeat(node, act);
    check_placeholders(text, placeholders(act));
    return act;
}

Act parse_run_step(const DocumentNode& node) {
    expect_keys(node, {"run", "environment", "at", "after", "repeat", "expect"}, "a run step");
    Act act{parse_program(node), std::nullopt, parse_answer(node, program_answer_keys)};
    read_repeat(node, act);
    const auto& run = std::get<ProgramRun>(act.what);
    check_placeholders(run.words, placeholders(act));
    check_placeholders(run.variables, placeholders(act));
    return act;
}

std::variant<Act, UntilIdle, UntilInstant, Check> parse_until(const DocumentNode& node) {
    expect_keys(node, {"until"}, "an until step");
    const DocumentNode& until = *node.find("until");
    if (until.is_scalar() && until.text == "idle") {
        return UntilIdle{};
    }
    const auto instant = until.is_scalar() ? parse_duration(until.text) : std::nullopt;
    if (!instant) {
        throw UsageError(
            until.where,
            "'until' must be idle or a time since the start such as 10m, not " + describe(until));
    }
    return UntilInstant{*instant};
}

[[noreturn]] void unknown_step(const DocumentNode& node) {
    for (const auto& [key, value] : node.members) {
        if (std::find(later_steps.begin(), later_steps.end(), key.text) != later_steps.end()) {
            throw UsageError(key.where, "'" + key.text + "' steps are not supported yet");
        }
    }
    const std::string first = node.members.empty() ? "" : node.members.front().key.text;
    throw UsageError(node.where, "'" + first + "' is no step" + suggestion(first, step_keys));
}

Step parse_step(const DocumentNode& node, std::size_t number) {
    require_mapping(node, "a step");
    Step step;
    step.where = node.where;
    step.number = number;
    if (node.find("call") != nullptr) {
        step.action = parse_call_step(node);
    } else if (node.find("sql") != nullptr) {
        step.action = parse_sql_step(node);
    } else if (node.find("run") != nullptr) {
        step.action = parse_run_step(node);
    } else if (node.find("until") != nullptr) {
        step.action = parse_until(node);
    } else if (const DocumentNode* expect = node.find("expect")) {
        expect_keys(node, {"expect", "at", "after"}, "an expect step");
        step.action = Check{parse_expectations(*expect)};
    } else {
        unknown_step(node);
    }
    const DocumentNode* at = node.find("at");
    const DocumentNode* after = node.find("after");
    if (at != nullptr && after != nullptr) {
        throw UsageError(key_of(node, "after").where, "a step has 'at' or 'after', not both");
    }
    if (at != nullptr) {
        step.at = read_duration(*at, "'at'");
    }
    if (after != nullptr) {
        step.after = read_duration(*after, "'after'");
    }
    return step;
}

/// Durations in a file are long: their sum must not overflow.
Duration later(Duration instant, Duration by) {
    return instant > Duration::max() - by ? Duration::max() : instant + by;
}

/// The least time from a step's beginning to its completion.
Duration least_duration(const Step& step) {
    const auto* act = std::get_if<Act>(&step.action);
    if (act == nullptr || !act->repeat || act->repeat->every.value_or(Duration::zero()) == 0s) {
        return Duration::zero();
    }
    const Duration every = *act->repeat->every;
    const auto between = static_cast<std::int64_t>(act->repeat->times - 1);
    return between > Duration::max() / every ? Duration::max() : every * between;
}

/// Refuses steps that cannot happen at the instants they name because the ones before take longer.
class Timetable {
public:
    void add(const Step& step) {
        const bool waits = !step.at.has_value();  // for the step before
        const Duration reached = waits ? later(begun_, least_duration_) : begun_;
        const auto named = step.named_instant();
        if (named && *named < reached) {
            throw UsageError(step.where,
                             "this step is to happen at " + format_duration(*named) +
                                 ", but a step before it happens at " + format_duration(reached) +
                                 ": write steps in the order of time");
        }
        begun_ = named.value_or(later(reached, step.after.value_or(Duration::zero())));
        least_duration_ = least_duration(step);
    }

private:
    Duration begun_ = Duration::zero();  // the step before, at the earliest
    Duration least_duration_ = Duration::zero();
};

}  // namespace

std::optional<Duration> Step::named_instant() const {
    const auto* until = std::get_if<UntilInstant>(&action);
    return until != nullptr ? std::optional(until->since_start) : at;
}

std::string Act::name() const {
    const auto* call = std::get_if<Call>(&what);
    return call != nullptr                              ? call->operation.text()
           : std::holds_alternative<SqlStatement>(what) ? "sql"
                                                        : "run";
}

std::vector<Step> parse_steps(const DocumentNode& node) {
    require_list(node, "'steps'");
    std::vector<Step> steps;
    Timetable timetable;
    for (const DocumentNode& item : node.items) {
        steps.push_back(parse_step(item, steps.size() + 1));
        timetable.add(steps.back());
    }
    return steps;
}

void check_names(const Step& step, const Names& names) {
    if (const auto* check = std::get_if<Check>(&step.action)) {
        for (const auto& expectation : check->expectations) {
            expectation->check_names(names);
        }
        return;
    }
    const auto* act = std::get_if<Act>(&step.action);
    if (act == nullptr) {
        return;
    }
    if (const auto* call = std::get_if<Call>(&act->what)) {
        names.require_operation(call->operation, call->where);
        names.require_references(call->parameters);
        names.require_parameters(call->operation, call->parameters);
    } else if (const auto* sql = std::get_if<SqlStatement>(&act->what)) {
        names.require_resource(sql->instance, resource_types::database, "database");
    } else {
        check_program(std::get<ProgramRun>(act->what), names);
    }
    if (act->expected) {
        names.require_references(*act->expected);
    }
}

}  // namespace orrery
