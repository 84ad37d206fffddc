// `trace`: events of the run's own record.

#include "engine/world.h"
#include "scenarios/language/expectation.h"
#include "scenarios/language/explanation.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stage.h"
#include "scenarios/language/trace_kinds.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery {

namespace {

/// When an event must lie, counted from the start.
struct Window {
    std::optional<Duration> at;
    std::optional<Duration> after;   // later than this
    std::optional<Duration> before;  // earlier than this

    bool holds(Duration since_start) const {
        return (!at || since_start == *at) && (!after || since_start > *after) &&
               (!before || since_start < *before);
    }
    std::string words() const {
        return (at ? " at +" + format_duration(*at) : "") +
               (after ? " after +" + format_duration(*after) : "") +
               (before ? " before +" + format_duration(*before) : "");
    }
};

class TraceExpectation : public Expectation {
public:
    TraceExpectation(const DocumentNode& node, Window window)
        : Expectation(node, expectation_title(node, "trace")), window_(window) {}

    void check_names(const Names& names) const override { names.require_references(node_); }

    Finding check(Stage& stage) const override {
        const World& world = stage.world;
        const DocumentNode& trace = *node_.find("trace");
        const Json pattern = stage.render(trace);
        std::uint64_t alike = 0;
        std::uint64_t count = 0;
        for (std::uint64_t index = 0; index < world.trace.kept(); ++index) {
            const TraceEvent event = world.trace[index];
            if (fits(pattern, event)) {
                ++alike;
                count += window_.holds(event.at - world.loop.start()) ? 1U : 0U;
            }
        }
        const DocumentNode* wanted = node_.find("count");
        const Json expected = wanted != nullptr ? stage.render(*wanted) : Json{{"$gte", 1}};
        const Json actual = count;
        const auto difference = find_difference(expected, &actual, "count");
        if (!difference) {
            return std::nullopt;
        }
        return "number of trace events " + preview(pattern) + window_.words() +
               "\n  expected: " + difference->expected + "\n  found:    " + difference->found +
               (alike != count ? ", and " + std::to_string(alike - count) + " at other instants"
                               : "") +
               nearest(world, pattern, alike);
    }

private:
    static bool fits(const Json& pattern, const TraceEvent& event) {
        const Json kind = std::string(event.kind);
        const Json source = std::string(event.source);
        const auto wrong = [&](const char* key, const Json& actual) {
            const auto expected = pattern.find(key);
            return expected != pattern.end() &&
                   find_difference(*expected, &actual, key).has_value();
        };
        return !wrong("kind", kind) && !wrong("source", source) &&
               (!pattern.contains("where") || !wrong("where", event.json()));
    }

    /// Events that fit, else those that are at least of the same kind or source.
    std::string nearest(const World& world, const Json& pattern, std::uint64_t alike) const {
        const auto offset = window_.at       ? window_.at
                            : window_.before ? window_.before
                                             : window_.after;
        const auto around = offset ? std::optional(world.loop.start() + *offset) : std::nullopt;
        if (alike > 0) {
            return nearest_events(
                world,
                "this form",
                [&](const TraceEvent& event) { return fits(pattern, event); },
                around);
        }
        for (const char* key : {"kind", "source"}) {
            if (!pattern.contains(key)) {
                continue;
            }
            const Json part{{key, pattern[key]}};
            const auto similar = [&](const TraceEvent& event) { return fits(part, event); };
            for (std::uint64_t index = 0; index < world.trace.kept(); ++index) {
                if (similar(world.trace[index])) {
                    return nearest_events(world, "this " + std::string(key), similar, around);
                }
            }
        }
        return nearest_events(
            world, "any form", [](const TraceEvent&) { return true; }, around);
    }

    Window window_;
};

/// A misspelt kind would make any `count: 0` hold.
void check_kind(const DocumentNode& kind) {
    const auto& kinds = trace_kinds();
    if (kind.is_scalar() && kind.tag.empty() &&
        std::find(kinds.begin(), kinds.end(), kind.text) == kinds.end()) {
        throw UsageError(
            kind.where,
            "there are no trace events of kind '" + kind.text + "'" + suggestion(kind.text, kinds));
    }
}

}  // namespace

std::unique_ptr<Expectation> parse_trace_expectation(const DocumentNode& node) {
    expect_keys(node, {"trace", "count", "at", "before", "after"}, "a trace expectation");
    const DocumentNode& trace = *node.find("trace");
    require_mapping(trace, "'trace'");
    expect_keys(trace, {"kind", "source", "where"}, "'trace'");
    if (const DocumentNode* kind = trace.find("kind")) {
        check_kind(*kind);
    }
    if (const DocumentNode* where = trace.find("where")) {
        require_mapping(*where, "'where'");
    }
    check_matchers(node);
    Window window;
    const auto read = [&](std::string_view key, std::optional<Duration>& value) {
        if (const DocumentNode* member = node.find(key)) {
            value = read_duration(*member, "'" + std::string(key) + "'");
        }
    };
    read("at", window.at);
    read("before", window.before);
    read("after", window.after);
    return std::make_unique<TraceExpectation>(node, window);
}

}  // namespace orrery
