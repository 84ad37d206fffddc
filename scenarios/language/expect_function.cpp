// `function`: what became of a Lambda function's invocations.

#include "engine/world.h"
#include "scenarios/language/event_recorder.h"
#include "scenarios/language/event_view.h"
#include "scenarios/language/expectation.h"
#include "scenarios/language/explanation.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stage.h"
#include "services/lambda/lambda.h"
#include "services/services.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery {

namespace {

const std::vector<std::string_view> statistics_keys{
    "invocations", "errors", "throttles", "environments", "batch_sizes"};
const std::vector<std::string_view> event_keys{"events", "batches", "times"};

Json statistics_view(const lambda::FunctionStatistics& statistics) {
    return {{"invocations", statistics.invocations},
            {"errors", statistics.errors},
            {"throttles", statistics.throttles},
            {"environments", statistics.environments_started},
            {"batch_sizes", statistics.batch_sizes}};
}

bool has_any_of(const DocumentNode& node, const std::vector<std::string_view>& keys) {
    return std::any_of(
        keys.begin(), keys.end(), [&](auto key) { return node.find(key) != nullptr; });
}

Json batch_view(const Json& records) {
    Json batch = Json::array();
    for (const Json& record : records) {
        batch.push_back(record_view(record));
    }
    return batch;
}

/// What the function was invoked with, or when, as the expectation's `key` shows it.
Json invocations_view(std::string_view key,
                      const std::vector<EventRecorder::Entry>& entries,
                      Instant start) {
    Json view = Json::array();
    for (const EventRecorder::Entry& entry : entries) {
        if (key == "times") {
            view.push_back(format_duration(entry.at - start));
            continue;
        }
        Json event = event_view(entry.event);
        if (key == "events") {
            view.push_back(std::move(event));
        } else if (event.is_object() && event.contains("Records") && event["Records"].is_array()) {
            view.push_back(batch_view(event["Records"]));
        }
    }
    return view;
}

class FunctionExpectation : public Expectation {
public:
    explicit FunctionExpectation(const DocumentNode& node)
        : Expectation(node, expectation_title(node, "function")) {}

    void check_names(const Names& names) const override {
        names.require_resource(*node_.find("function"), resource_types::function, "function");
        names.require_references(node_);
    }

    Finding check(Stage& stage) const override {
        const std::string name = stage.physical_id(node_.find("function")->text);
        const lambda::FunctionStatistics* statistics = stage.cloud.lambda().statistics(name);
        if (statistics == nullptr) {
            return "there is no function '" + name + "' any more";
        }
        Json view = statistics_view(*statistics);
        for (const std::string_view key : event_keys) {
            if (node_.find(key) != nullptr) {
                view[std::string(key)] =
                    invocations_view(key, stage.events.entries(name), stage.world.loop.start());
            }
        }
        if (const auto difference = stage.first_difference(node_, "function", view)) {
            // The whole of it says more, but not all events of a function.
            const std::string key =
                difference->path.substr(0, difference->path.find_first_of(".["));
            return explain(*difference, looks_at_events() ? view.value(key, Json()) : view) +
                   nearest_events(stage.world, "the function", from_source("lambda/" + name));
        }
        return std::nullopt;
    }

    bool looks_at_events() const override { return has_any_of(node_, event_keys); }
};

}  // namespace

std::unique_ptr<Expectation> parse_function_expectation(const DocumentNode& node) {
    std::vector<std::string_view> looked_at = statistics_keys;
    looked_at.insert(looked_at.end(), event_keys.begin(), event_keys.end());
    std::vector<std::string_view> keys = looked_at;
    keys.emplace_back("function");
    expect_keys(node, keys, "a function expectation");
    require_any_of(node, looked_at, "a function expectation");
    check_matchers(node);
    return std::make_unique<FunctionExpectation>(node);
}

}  // namespace orrery
