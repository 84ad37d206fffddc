#include "scenarios/language/stub.h"

#include "scenarios/language/event_view.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stub_answer.h"

#include <nlohmann/json.hpp>

#include <array>
#include <string_view>
#include <utility>

namespace orrery {

namespace {

constexpr std::array<std::string_view, 6> attempt_kinds{
    "return", "failed_items", "failed_items_from", "error", "timeout", "exit"};
constexpr std::uint64_t highest_exit_status = 255;
constexpr std::uint64_t most_times = 1'000'000'000;

bool is_answer(std::string_view kind) {
    return kind == "return" || kind.starts_with("failed_items");
}

/// The one of `attempt_kinds` that the node has; for an answer any of those that make one.
std::string_view attempt_kind(const DocumentNode& node) {
    std::string_view kind;
    for (const std::string_view candidate : attempt_kinds) {
        if (node.find(candidate) == nullptr) {
            continue;
        }
        if (!kind.empty() && !(is_answer(kind) && is_answer(candidate))) {
            throw UsageError(key_of(node, candidate).where,
                             "an attempt of a stub has one outcome, not both '" +
                                 std::string(kind) + "' and '" + std::string(candidate) + "'");
        }
        kind = candidate;
    }
    if (kind.empty()) {
        throw UsageError(node.where,
                         "an attempt of a stub needs one of return, failed_items, "
                         "failed_items_from, error, timeout and exit");
    }
    return kind;
}

std::optional<Json> pattern_of(const DocumentNode& node, std::string_view key) {
    const DocumentNode* pattern = node.find(key);
    if (pattern == nullptr) {
        return std::nullopt;
    }
    check_matchers(*pattern);
    return pattern->to_json();
}

void parse_answer(const DocumentNode& node, StubStep& step) {
    StubAnswer answer;
    if (const DocumentNode* value = node.find("return")) {
        answer.value = *value;
    }
    answer.failed_items = pattern_of(node, "failed_items");
    answer.failed_items_from = pattern_of(node, "failed_items_from");
    step.answer = make_answer(std::move(answer));
}

void parse_outcome(const DocumentNode& node, std::string_view kind, StubStep& step) {
    if (is_answer(kind)) {
        parse_answer(node, step);
        return;
    }
    const DocumentNode& outcome = *node.find(kind);
    if (kind == "error") {
        step.kind = StubStep::Kind::error;
        step.text = read_text(outcome, "'error'");
    } else if (kind == "exit") {
        step.kind = StubStep::Kind::exit;
        step.exit_status = static_cast<int>(read_count(outcome, "'exit'", 0, highest_exit_status));
    } else {
        step.kind = StubStep::Kind::timeout;
        if (!read_boolean(outcome, "'timeout'")) {
            throw UsageError(outcome.where, "'timeout' can only be true");
        }
    }
}

void parse_condition(const DocumentNode& node, StubStep& step) {
    if (auto pattern = pattern_of(node, "when")) {
        step.when = [pattern = std::move(*pattern)](const std::string& event) {
            const Json view = event_view(event);
            return !find_difference(pattern, &view, "event");
        };
    }
    if (const DocumentNode* times = node.find("times")) {
        if (!step.when) {
            throw UsageError(key_of(node, "times").where,
                             "'times' belongs to a 'when': others are taken once, in turn");
        }
        step.times = read_count(*times, "'times'", 1, most_times);
    }
}

StubStep parse_attempt(const DocumentNode& node) {
    require_mapping(node, "an attempt of a stub");
    std::vector<std::string_view> keys{"when", "times", "message", "after"};
    keys.insert(keys.end(), attempt_kinds.begin(), attempt_kinds.end());
    expect_keys(node, keys, "an attempt of a stub");
    StubStep step;
    const std::string_view kind = attempt_kind(node);
    parse_outcome(node, kind, step);
    parse_condition(node, step);
    if (const DocumentNode* message = node.find("message")) {
        if (kind != "error") {
            throw UsageError(key_of(node, "message").where, "'message' belongs to an 'error'");
        }
        step.message = read_text(*message, "'message'");
    }
    if (const DocumentNode* after = node.find("after")) {
        if (kind == "timeout") {
            throw UsageError(
                key_of(node, "after").where,
                "a timeout comes when the function's time is over, not 'after' a time");
        }
        step.after = read_duration(*after, "'after'");
    }
    return step;
}

}  // namespace

std::vector<StubStep> parse_stub(const DocumentNode& node) {
    require_list(node, "'stub'");
    if (node.items.empty()) {
        throw UsageError(node.where, "'stub' needs at least one attempt, such as {return: null}");
    }
    std::vector<StubStep> steps;
    for (const DocumentNode& item : node.items) {
        steps.push_back(parse_attempt(item));
    }
    return steps;
}

}  // namespace orrery
