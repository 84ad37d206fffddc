#include "scenarios/language/expectation.h"

#include "scenarios/language/node_reader.h"
#include "scenarios/language/scenario.h"

#include <algorithm>
#include <array>

namespace orrery {

namespace {

struct Kind {
    std::string_view key;
    std::unique_ptr<Expectation> (*parse)(const DocumentNode& node);  // null: not supported yet
};

constexpr std::array kinds{
    Kind{"queue", parse_queue_expectation},
    Kind{"function", parse_function_expectation},
    Kind{"log", parse_log_expectation},
    Kind{"sql", parse_sql_expectation},
    Kind{"table", parse_table_expectation},
    Kind{"trace", parse_trace_expectation},
    Kind{"call", parse_call_expectation},
    Kind{"golden", nullptr},
};

}  // namespace

std::unique_ptr<Expectation> parse_expectation(const DocumentNode& node) {
    require_mapping(node, "an expectation");
    std::vector<std::string_view> supported;
    for (const Kind& kind : kinds) {
        if (node.find(kind.key) != nullptr) {
            if (kind.parse == nullptr) {
                throw UsageError(
                    key_of(node, kind.key).where,
                    "'" + std::string(kind.key) + "' expectations are not supported yet");
            }
            return kind.parse(node);
        }
        if (kind.parse != nullptr) {
            supported.push_back(kind.key);
        }
    }
    const std::string first = node.members.empty() ? "" : node.members.front().key.text;
    throw UsageError(node.where,
                     "'" + first + "' is no expectation" + suggestion(first, supported));
}

std::vector<std::unique_ptr<Expectation>> parse_expectations(const DocumentNode& node) {
    std::vector<std::unique_ptr<Expectation>> expectations;
    if (node.is_mapping()) {
        expectations.push_back(parse_expectation(node));
        return expectations;
    }
    require_list(node, "'expect'");
    for (const DocumentNode& item : node.items) {
        expectations.push_back(parse_expectation(item));
    }
    return expectations;
}

std::string expectation_title(const DocumentNode& node, std::string_view kind) {
    std::string title(kind);
    std::string separator = ": ";
    if (const DocumentNode* subject = node.find(kind); subject->is_scalar()) {
        title += " " + subject->text;
    }
    for (const auto& [key, value] : node.members) {
        if (key.text != kind) {
            title += separator + key.text;
            separator = ", ";
        }
    }
    return title;
}

Verdict Expectation::verdict(Stage& stage) const {
    Finding finding = check(stage);
    const bool passed = !finding;
    return {where(), title_, passed, passed ? "" : std::move(*finding)};
}

}  // namespace orrery
