// `log`: the lines of a function's log, or of a log group.

#include "engine/regular_expression.h"
#include "engine/world.h"
#include "scenarios/language/expectation.h"
#include "scenarios/language/explanation.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stage.h"
#include "services/aws/api.h"
#include "services/lambda/lambda.h"
#include "services/logs/logs.h"
#include "services/services.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery {

namespace {

/// What a line of the log must have.
struct Wanted {
    enum class Kind : std::uint8_t { text, pattern };
    Kind kind;
    std::string text;

    bool fits(std::string_view line) const {
        return kind == Kind::text ? line.find(text) != std::string_view::npos
                                  : regex_finds(text, std::string(line));
    }
    std::string words() const {
        return (kind == Kind::text ? "a line that contains " : "a line that matches ") +
               Json(text).dump();
    }
};

class LogExpectation : public Expectation {
public:
    LogExpectation(const DocumentNode& node, std::vector<Wanted> wanted)
        : Expectation(node, expectation_title(node, "log")), wanted_(std::move(wanted)) {}

    void check_names(const Names& names) const override {
        const DocumentNode& subject = *node_.find("log");
        if (!subject.text.starts_with('/')) {
            names.require_resource(subject, resource_types::log_writer, "function or log group");
        }
        names.require_references(node_);
    }

    Finding check(Stage& stage) const override {
        const std::string& subject = node_.find("log")->text;
        const std::string group = stage.log_group(subject);
        if (!stage.cloud.logs().has_group(group) && !of_function(stage, subject, group)) {
            return no_group(stage, group);
        }
        const std::vector<logs::LogLine> lines = stage.cloud.logs().events(group);
        Finding finding =
            node_.find("count") != nullptr ? check_count(stage, lines) : check_order(lines);
        if (finding) {
            *finding +=
                nearest_events(stage.world, "log group " + group, from_source("logs/" + group));
        }
        return finding;
    }

private:
    /// A function's group comes with its first line; until then it has none, and that is no
    /// mistake.
    static bool of_function(const Stage& stage,
                            const std::string& subject,
                            const std::string& group) {
        constexpr std::string_view prefix = "/aws/lambda/";
        const bool logical = !subject.starts_with('/');
        return group.starts_with(prefix) &&
               (logical || stage.cloud.lambda().statistics(group.substr(prefix.size())) != nullptr);
    }

    static std::string no_group(const Stage& stage, const std::string& group) {
        const Json answer = stage.cloud.api().call_now("logs", "DescribeLogGroups", Json::object());
        std::string names;
        for (const Json& each : answer.at("logGroups")) {
            names += (names.empty() ? "" : ", ") + each.at("logGroupName").get<std::string>();
        }
        return "there is no log group " + group + "; there " +
               (names.empty() ? "are none" : "are: " + names);
    }

    Finding check_count(const Stage& stage, const std::vector<logs::LogLine>& lines) const {
        const auto count =
            std::count_if(lines.begin(), lines.end(), [&](const logs::LogLine& line) {
                return std::all_of(wanted_.begin(), wanted_.end(), [&](const Wanted& wanted) {
                    return wanted.fits(line.message);
                });
            });
        const Json actual = count;
        const auto difference =
            find_difference(stage.render(*node_.find("count")), &actual, "count");
        if (!difference) {
            return std::nullopt;
        }
        return explain(*difference, actual) + "\n  of:       " + std::to_string(lines.size()) +
               " lines" +
               (wanted_.empty() ? "" : ", counting each " + wanted_.front().words().substr(2));
    }

    /// Each wanted line must come after the one wanted before it; others may stand between.
    Finding check_order(const std::vector<logs::LogLine>& lines) const {
        auto from = lines.begin();
        for (std::size_t index = 0; index < wanted_.size(); ++index) {
            const auto fits = [&](const logs::LogLine& line) {
                return wanted_[index].fits(line.message);
            };
            const auto line = std::find_if(from, lines.end(), fits);
            if (line == lines.end()) {
                const bool before = std::any_of(lines.begin(), from, fits);
                return "expected: " + wanted_[index].words() +
                       (index > 0 ? ", after " + wanted_[index - 1].words() : "") +
                       "\nfound:    " + (before ? "one, but not in that order" : "none") +
                       " among " + std::to_string(lines.size()) + " lines";
            }
            from = line + 1;
        }
        return std::nullopt;
    }

    std::vector<Wanted> wanted_;
};

void read_wanted(std::vector<Wanted>& wanted, const DocumentNode& value, Wanted::Kind kind) {
    const std::string_view what = kind == Wanted::Kind::text ? "'contains'" : "'matches'";
    if (value.is_sequence()) {
        for (const DocumentNode& item : value.items) {
            read_wanted(wanted, item, kind);
        }
        return;
    }
    const std::string& text = read_text(value, what);
    if (const auto problem = kind == Wanted::Kind::pattern ? regex_problem(text) : std::nullopt) {
        throw UsageError(value.where, "this regular expression is wrong: " + *problem);
    }
    wanted.push_back({kind, text});
}

}  // namespace

std::unique_ptr<Expectation> parse_log_expectation(const DocumentNode& node) {
    expect_keys(node, {"log", "contains", "matches", "count"}, "a log expectation");
    read_text(*node.find("log"), "'log'");
    const DocumentNode* contains = node.find("contains");
    const DocumentNode* matches = node.find("matches");
    if (contains != nullptr && matches != nullptr) {
        throw UsageError(key_of(node, "matches").where,
                         "a log expectation has 'contains' or 'matches', not both");
    }
    std::vector<Wanted> wanted;
    if (contains != nullptr) {
        read_wanted(wanted, *contains, Wanted::Kind::text);
    }
    if (matches != nullptr) {
        read_wanted(wanted, *matches, Wanted::Kind::pattern);
    }
    if (const DocumentNode* count = node.find("count")) {
        check_matchers(*count);
        if (wanted.size() > 1) {
            throw UsageError(
                count->where,
                "'count' counts the lines with one text; a list of texts is about their order");
        }
    } else if (wanted.empty()) {
        throw UsageError(node.where, "a log expectation needs 'contains', 'matches' or 'count'");
    }
    return std::make_unique<LogExpectation>(node, std::move(wanted));
}

}  // namespace orrery
