// Subscription filters.
#include "services/logs/limits.h"
#include "services/logs/request.h"

#include <nlohmann/json.hpp>

namespace orrery::logs {

namespace {

/// Only functions can be delivered to.
void check_destination(Request& request, const std::string& arn) {
    const std::string functions = request.identity.arn("lambda", "function:");
    if (!arn.starts_with(functions)) {
        invalid("destinationArn " + arn +
                ": of subscription destinations, Orrery supports Lambda functions of the same "
                "account and Region");
    }
    SubscriptionTarget* target = request.groups.subscriptions().target();
    if (target == nullptr || !target->accepts(arn)) {
        // The wording is quoted in serverless/serverless 5048 and many others.
        invalid(
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs "
            "permission to execute your function.");
    }
}

Json put_subscription_filter(Request& request) {
    aws::Parameters& parameters = request.parameters;
    LogGroup& group = request.group();
    SubscriptionFilter filter;
    filter.name = parameters.string("filterName");
    filter.pattern_text = parameters.string("filterPattern");
    filter.destination_arn = parameters.string("destinationArn");
    filter.role_arn = parameters.optional_string("roleArn");
    filter.distribution = parameters.optional_string("distribution").value_or("ByLogStream");
    for (const char* member :
         {"applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields"}) {
        if (const Json* given = parameters.optional(member);
            given != nullptr && *given != Json(false) && !given->empty()) {
            invalid(std::string(member) + " is not supported by Orrery");
        }
    }
    parameters.finish();
    filter.pattern = parse_filter_pattern(filter.pattern_text);
    filter.created = epoch_millis(request.now);
    check_destination(request, filter.destination_arn);
    const auto old = group.subscription_filters.find(filter.name);
    if (old == group.subscription_filters.end() &&
        group.subscription_filters.size() >= limits::subscription_filters_per_group) {
        limit_exceeded();
    }
    check_regex_filters(group, *filter.pattern, filter.name);
    if (old != group.subscription_filters.end()) {
        filter.created = old->second.created;
    }
    const std::string name = filter.name;
    group.subscription_filters.insert_or_assign(name, std::move(filter));
    request.groups.changed(group);
    return Json::object();
}

Json delete_subscription_filter(Request& request) {
    LogGroup& group = request.group();
    const std::string name = request.parameters.string("filterName");
    request.parameters.finish();
    if (group.subscription_filters.erase(name) == 0) {
        no_such("subscription filter");
    }
    request.groups.changed(group);
    return Json::object();
}

Json describe_subscription_filters(Request& request) {
    const LogGroup& group = request.group();
    const std::string prefix = request.parameters.optional_string("filterNamePrefix").value_or("");
    std::vector<Item> items;
    for (const auto& [name, filter] : group.subscription_filters) {
        if (!name.starts_with(prefix)) {
            continue;
        }
        Json description{{"filterName", name},
                         {"logGroupName", group.name()},
                         {"filterPattern", filter.pattern_text},
                         {"destinationArn", filter.destination_arn},
                         {"distribution", filter.distribution},
                         {"creationTime", filter.created}};
        if (filter.role_arn) {
            description["roleArn"] = *filter.role_arn;
        }
        items.push_back({name, std::move(description)});
    }
    return page(request, std::move(items), "subscriptionFilters", limits::descriptions_per_answer);
}

}  // namespace

void add_subscription_filter_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("DeleteSubscriptionFilter", delete_subscription_filter);
    rows.add("DescribeSubscriptionFilters", describe_subscription_filters);
    rows.add("PutSubscriptionFilter", put_subscription_filter);
}

}  // namespace orrery::logs
