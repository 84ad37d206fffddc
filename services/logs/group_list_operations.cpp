// Lists of log groups.
#include "services/logs/limits.h"
#include "services/logs/request.h"

#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include <algorithm>

namespace orrery::logs {

namespace {

Json describe(const LogGroup& group, const aws::Identity& identity) {
    const std::string arn = group_arn(identity, group);
    Json description{{"logGroupName", group.name()},
                     {"creationTime", epoch_millis(group.created())},
                     {"metricFilterCount", group.metric_filters.size()},
                     {"arn", arn + ":*"},
                     {"logGroupArn", arn},
                     {"logGroupClass", group.log_class},
                     {"storedBytes", group.bytes()},
                     {"deletionProtectionEnabled", group.deletion_protection}};
    if (group.retention_days) {
        description["retentionInDays"] = *group.retention_days;
    }
    if (group.kms_key) {
        description["kmsKeyId"] = *group.kms_key;
    }
    return description;
}

/// Groups of linked accounts are not there; whoever asks for those of another account has none.
bool asks_for_this_account(Request& request) {
    request.parameters.accept("includeLinkedAccounts");
    const std::vector<std::string> accounts = request.parameters.strings("accountIdentifiers");
    return accounts.empty() ||
           std::find(accounts.begin(), accounts.end(), request.identity.account) != accounts.end();
}

Json describe_log_groups(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const auto prefix = parameters.optional_string("logGroupNamePrefix");
    const auto pattern = parameters.optional_string("logGroupNamePattern");
    const auto log_class = parameters.optional_string("logGroupClass");
    const std::vector<std::string> identifiers = parameters.strings("logGroupIdentifiers");
    const bool ours = asks_for_this_account(request);
    if (prefix && pattern) {
        invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
    }
    if (!identifiers.empty() && (prefix || pattern || log_class)) {
        invalid("logGroupIdentifiers cannot be given together with other filters.");
    }
    const std::string arn_start = request.identity.arn("logs", "log-group:");
    std::vector<Item> items;
    for (const auto& [name, group] : request.groups.all()) {
        const bool named =
            identifiers.empty() ||
            std::any_of(identifiers.begin(), identifiers.end(), [&](const std::string& one) {
                return one == name || one == arn_start + name;
            });
        if (!ours || !named || (prefix && !name.starts_with(*prefix)) ||
            (pattern && name.find(*pattern) == std::string::npos) ||
            (log_class && group->log_class != *log_class)) {
            continue;
        }
        Json description = describe(*group, request.identity);
        if (pattern) {
            // "only arn, creationTime, and logGroupName are included in the response" [API
            // reference: DescribeLogGroups].
            description = {{"arn", description["arn"]},
                           {"creationTime", description["creationTime"]},
                           {"logGroupName", name}};
        }
        items.push_back({name, std::move(description)});
    }
    return page(request, std::move(items), "logGroups", limits::descriptions_per_answer);
}

bool fits(const std::string& value, const std::string& pattern) {
    // "Use * for wildcard" at either end [API reference: TagFilter].
    const bool open_start = pattern.starts_with('*');
    const bool open_end = pattern.size() > 1 && pattern.ends_with('*');
    const std::string core = pattern.substr(
        open_start ? 1 : 0, pattern.size() - (open_start ? 1 : 0) - (open_end ? 1 : 0));
    if (open_start && open_end) {
        return value.find(core) != std::string::npos;
    }
    if (open_start) {
        return value.ends_with(core);
    }
    return open_end ? value.starts_with(core) : value == core;
}

bool has_tags(const LogGroup& group, const Json* filters) {
    return filters == nullptr ||
           std::all_of(filters->begin(), filters->end(), [&](const Json& filter) {
               const auto tag = group.tags.find(filter.at("key").get<std::string>());
               if (tag == group.tags.end()) {
                   return false;
               }
               const Json values = filter.value("values", Json::array());
               return values.empty() ||
                      std::any_of(values.begin(), values.end(), [&](const Json& value) {
                          return fits(tag->second, value.get<std::string>());
                      });
           });
}

Json list_log_groups(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const auto pattern = parameters.optional_string("logGroupNamePattern");
    const auto log_class = parameters.optional_string("logGroupClass");
    const Json* tags = parameters.optional("logGroupTags");
    for (const char* unsupported : {"dataSources", "fieldIndexNames"}) {
        if (parameters.optional(unsupported) != nullptr) {
            invalid(std::string(unsupported) + " of ListLogGroups is not supported by Orrery");
        }
    }
    const bool ours = asks_for_this_account(request);
    // The model lets only names, '^' and '|' through. [API reference: ListLogGroups]
    std::string expression = pattern.value_or("");
    for (std::size_t dot = 0; (dot = expression.find('.', dot)) != std::string::npos; dot += 2) {
        expression.insert(dot, "\\");
    }
    const re2::RE2 regex(expression);
    std::vector<Item> items;
    for (const auto& [name, group] : request.groups.all()) {
        if (ours && (!log_class || group->log_class == *log_class) && has_tags(*group, tags) &&
            re2::RE2::PartialMatch(name, regex)) {
            items.push_back({name,
                             {{"logGroupName", name},
                              {"logGroupArn", group_arn(request.identity, *group)},
                              {"logGroupClass", group->log_class}}});
        }
    }
    return page(request, std::move(items), "logGroups", limits::descriptions_per_answer);
}

}  // namespace

void add_group_list_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("DescribeLogGroups", describe_log_groups);
    rows.add("ListLogGroups", list_log_groups);
}

}  // namespace orrery::logs
