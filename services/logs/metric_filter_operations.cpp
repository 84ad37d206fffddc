// Metric filters.
#include "services/logs/limits.h"
#include "services/logs/pattern_condition.h"
#include "services/logs/request.h"

#include <nlohmann/json.hpp>

namespace orrery::logs {

namespace {

void refuse(Request& request, const char* member) {
    if (const Json* given = request.parameters.optional(member);
        given != nullptr && *given != Json(false) && !given->empty()) {
        invalid(std::string(member) + " is not supported by Orrery");
    }
}

MetricFilter read_transformation(const Json& transformation) {
    MetricFilter filter;
    filter.metric_name = transformation.at("metricName");
    filter.metric_namespace = transformation.at("metricNamespace");
    filter.metric_value = transformation.at("metricValue");
    if (transformation.contains("defaultValue")) {
        filter.default_value = transformation["defaultValue"].get<double>();
    }
    if (transformation.contains("dimensions")) {
        filter.dimensions = transformation["dimensions"].get<std::map<std::string, std::string>>();
    }
    if (transformation.contains("unit")) {
        filter.unit = transformation["unit"].get<std::string>();
    }
    return filter;
}

/// [docs: FilterAndPatternSyntaxForMetricFilters; the first message: terraform-provider-aws 28881]
void check_transformation(const MetricFilter& filter) {
    if (!filter.dimensions.empty() && !filter.pattern->has_fields()) {
        invalid("The specified filter pattern does not support dimensions");
    }
    if (filter.dimensions.size() > limits::dimensions_per_metric) {
        invalid("A metric filter can have no more than 3 dimensions");
    }
    if (!filter.dimensions.empty() && filter.default_value) {
        invalid("Dimensions and a default value cannot be specified together");
    }
    for (const auto& [name, selector] : filter.dimensions) {
        if (!filter.pattern->is_selector(selector)) {
            invalid("Invalid dimension selector " + selector);
        }
    }
    if (!parse_number(filter.metric_value) && !filter.pattern->is_selector(filter.metric_value)) {
        invalid("Invalid metricValue " + filter.metric_value +
                ": it must be a number, or a field of the filter pattern");
    }
}

Json put_metric_filter(Request& request) {
    aws::Parameters& parameters = request.parameters;
    LogGroup& group = request.group();
    MetricFilter filter = read_transformation(parameters.optional("metricTransformations")->at(0));
    filter.name = parameters.string("filterName");
    filter.pattern_text = parameters.string("filterPattern");
    for (const char* member :
         {"applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions"}) {
        refuse(request, member);
    }
    parameters.finish();
    filter.pattern = parse_filter_pattern(filter.pattern_text);
    filter.created = epoch_millis(request.now);
    check_transformation(filter);
    const auto old = group.metric_filters.find(filter.name);
    if (old == group.metric_filters.end() &&
        group.metric_filters.size() >= limits::metric_filters_per_group) {
        limit_exceeded();
    }
    check_regex_filters(group, *filter.pattern, filter.name);
    if (old != group.metric_filters.end()) {
        filter.created = old->second.created;
    }
    const std::string name = filter.name;
    group.metric_filters.insert_or_assign(name, std::move(filter));
    request.groups.changed(group);
    return Json::object();
}

Json delete_metric_filter(Request& request) {
    LogGroup& group = request.group();
    const std::string name = request.parameters.string("filterName");
    request.parameters.finish();
    if (group.metric_filters.erase(name) == 0) {
        no_such("metric filter");
    }
    request.groups.changed(group);
    return Json::object();
}

Json describe(const MetricFilter& filter, const LogGroup& group) {
    Json transformation{{"metricName", filter.metric_name},
                        {"metricNamespace", filter.metric_namespace},
                        {"metricValue", filter.metric_value}};
    if (filter.default_value) {
        transformation["defaultValue"] = *filter.default_value;
    }
    if (!filter.dimensions.empty()) {
        transformation["dimensions"] = filter.dimensions;
    }
    if (filter.unit) {
        transformation["unit"] = *filter.unit;
    }
    return {{"filterName", filter.name},
            {"filterPattern", filter.pattern_text},
            {"metricTransformations", {transformation}},
            {"creationTime", filter.created},
            {"logGroupName", group.name()}};
}

Json describe_metric_filters(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const LogGroup* only =
        parameters.optional("logGroupName") != nullptr ? &request.group() : nullptr;
    const std::string prefix = parameters.optional_string("filterNamePrefix").value_or("");
    const auto metric = parameters.optional_string("metricName");
    const auto metric_namespace = parameters.optional_string("metricNamespace");
    if (metric.has_value() != metric_namespace.has_value()) {
        invalid("metricName and metricNamespace must be given together");
    }
    std::vector<Item> items;
    for (const auto& [group_name, group] : request.groups.all()) {
        if (only != nullptr && only != group.get()) {
            continue;
        }
        for (const auto& [name, filter] : group->metric_filters) {
            // The prefix counts only for a group's filters. [API reference: DescribeMetricFilters]
            if ((only == nullptr || name.starts_with(prefix)) &&
                (!metric ||
                 (filter.metric_name == *metric && filter.metric_namespace == *metric_namespace))) {
                // '\1' is in no name, and sorts before all that are.
                items.push_back({group_name + '\1' + name, describe(filter, *group)});
            }
        }
    }
    return page(request, std::move(items), "metricFilters", limits::descriptions_per_answer);
}

Json test_metric_filter(Request& request) {
    const auto pattern = parse_filter_pattern(request.parameters.string("filterPattern"));
    const std::vector<std::string> messages = request.parameters.strings("logEventMessages");
    request.parameters.finish();
    Json answer{{"matches", Json::array()}};
    for (std::size_t index = 0; index < messages.size(); ++index) {
        if (pattern->matches(messages[index])) {
            answer["matches"].push_back({{"eventNumber", index + 1},
                                         {"eventMessage", messages[index]},
                                         {"extractedValues", pattern->extract(messages[index])}});
        }
    }
    return answer;
}

}  // namespace

void add_metric_filter_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("DeleteMetricFilter", delete_metric_filter);
    rows.add("DescribeMetricFilters", describe_metric_filters);
    rows.add("PutMetricFilter", put_metric_filter);
    rows.add("TestMetricFilter", test_metric_filter);
}

}  // namespace orrery::logs
