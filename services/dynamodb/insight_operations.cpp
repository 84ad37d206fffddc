// Contributor Insights: kept and answered; no graphs are made.
#include "engine/loop.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb {

namespace {

/// IndexName, which must be there; "" for the table.
std::string index_of(Request& request, const ManagedTable& table) {
    const std::string name = request.parameters.optional_string("IndexName").value_or("");
    const auto& indexes = table.definition().indexes;
    const bool there =
        name.empty() || std::any_of(indexes.begin(), indexes.end(), [&](const auto& index) {
            return index.name == name;
        });
    if (!there) {
        throw aws::ApiError("ResourceNotFoundException",
                            "Requested resource not found: Index: " + name + " not found");
    }
    return name;
}

Json summary(const ManagedTable& table,
             const std::string& index,
             const ContributorInsights& insights) {
    Json json{{"TableName", table.definition().name},
              {"ContributorInsightsStatus", std::string(feature_status(insights.status))}};
    if (!index.empty()) {
        json["IndexName"] = index;
    }
    if (!insights.mode.empty()) {
        json["ContributorInsightsMode"] = insights.mode;
    }
    return json;
}

Json update_contributor_insights(Request& request) {
    ControlPlane& control = request.control;
    ManagedTable& table = existing_table(request);
    const std::string index = index_of(request, table);
    const bool enable = request.parameters.string("ContributorInsightsAction") == "ENABLE";
    const std::string mode = request.parameters.optional_string("ContributorInsightsMode")
                                 .value_or("ACCESSED_AND_THROTTLED_KEYS");
    request.parameters.finish();
    ContributorInsights& insights = table.settings.insights[index];
    insights.status = enable ? FeatureStatus::enabling : FeatureStatus::disabling;
    insights.mode = mode;
    insights.changed_at = control.loop().now();
    insights.rule_suffix = std::to_string(epoch_millis(control.loop().now()));
    control.changed(table);
    control.changes().begin(
        table.definition().number, limits::feature_change, [&control, &table, index, enable] {
            table.settings.insights[index].status =
                enable ? FeatureStatus::enabled : FeatureStatus::disabled;
            control.changed(table);
        });
    return summary(table, index, insights);
}

Json describe_contributor_insights(Request& request) {
    const ManagedTable& table = existing_table(request);
    const std::string index = index_of(request, table);
    request.parameters.finish();
    const auto found = table.settings.insights.find(index);
    if (found == table.settings.insights.end()) {
        return summary(table, index, {});
    }
    const ContributorInsights& insights = found->second;
    Json answer = summary(table, index, insights);
    answer["LastUpdateDateTime"] = time_json(insights.changed_at);
    answer["ContributorInsightsRuleList"] = Json::array();
    if (insights.status != FeatureStatus::disabled) {
        // Keys that are used most, and that are throttled most. [docs:
        // contributorinsights_HowItWorks]
        const std::string place = table.definition().name + (index.empty() ? "" : "-" + index) +
                                  "-" + insights.rule_suffix;
        const bool composite = !table.definition().keys.range.empty();
        for (const std::string kind : {"PKC", "SKC", "PKT", "SKT"}) {
            if (composite || kind[0] == 'P') {
                answer["ContributorInsightsRuleList"].push_back("DynamoDBContributorInsights-" +
                                                                kind + "-" + place);
            }
        }
    }
    return answer;
}

Json list_contributor_insights(Request& request) {
    const std::string only = request.parameters.optional_string("TableName").value_or("");
    request.parameters.accept("MaxResults");  // all come at once
    request.parameters.accept("NextToken");
    request.parameters.finish();
    if (!only.empty()) {
        request.control.existing(only);
    }
    Json summaries = Json::array();
    for (const auto& [name, table] : request.control.tables()) {
        if (only.empty() || request.control.find(only) == table.get()) {
            for (const auto& [index, insights] : table->settings.insights) {
                summaries.push_back(summary(*table, index, insights));
            }
        }
    }
    return {{"ContributorInsightsSummaries", std::move(summaries)}};
}

}  // namespace

void add_insight_operations(const Rows& rows) {
    rows.add("DescribeContributorInsights", describe_contributor_insights);
    rows.add("ListContributorInsights", list_contributor_insights);
    rows.add("UpdateContributorInsights", update_contributor_insights);
}

}  // namespace orrery::dynamodb
