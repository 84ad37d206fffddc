// `function`: what became of a Lambda function's invocations.

#include "engine/world.h"
#include "scenarios/language/expectation.h"
#include "scenarios/language/explanation.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/stage.h"
#include "services/lambda/lambda.h"
#include "services/services.h"

#include <nlohmann/json.hpp>

namespace orrery {

namespace {

Json statistics_view(const lambda::FunctionStatistics& statistics) {
    return {{"invocations", statistics.invocations},
            {"errors", statistics.errors},
            {"throttles", statistics.throttles},
            {"environments", statistics.environments_started},
            {"batch_sizes", statistics.batch_sizes}};
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
        const Json view = statistics_view(*statistics);
        if (const auto difference = stage.first_difference(node_, "function", view)) {
            return explain(*difference, view) +
                   nearest_events(stage.world, "the function", from_source("lambda/" + name));
        }
        return std::nullopt;
    }
};

}  // namespace

std::unique_ptr<Expectation> parse_function_expectation(const DocumentNode& node) {
    const std::vector<std::string_view> statistics{
        "invocations", "errors", "throttles", "environments", "batch_sizes"};
    std::vector<std::string_view> keys{"function"};
    keys.insert(keys.end(), statistics.begin(), statistics.end());
    expect_keys(node, keys, "a function expectation");
    require_any_of(node, statistics, "a function expectation");
    check_matchers(node);
    return std::make_unique<FunctionExpectation>(node);
}

}  // namespace orrery
