#include "services/logs/request.h"

#include "services/aws/api.h"
#include "services/aws/encoding.h"
#include "services/logs/limits.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::logs {

void invalid(const std::string& message) {
    throw aws::ApiError("InvalidParameterException", message);
}

void no_such(const std::string& what) {
    throw aws::ApiError("ResourceNotFoundException", "The specified " + what + " does not exist.");
}

void limit_exceeded() {
    throw aws::ApiError("LimitExceededException", "Resource limit exceeded.");
}

void check_regex_filters(const LogGroup& group,
                         const FilterPattern& pattern,
                         std::string_view replaced) {
    const auto is_other = [&](const auto& named) {
        return named.first != replaced && named.second.pattern->regexes() > 0;
    };
    const auto others =
        std::count_if(group.metric_filters.begin(), group.metric_filters.end(), is_other) +
        std::count_if(
            group.subscription_filters.begin(), group.subscription_filters.end(), is_other);
    if (pattern.regexes() > 0 && others >= limits::regex_filters_per_group) {
        limit_exceeded();
    }
}

std::string group_arn(const aws::Identity& identity, const LogGroup& group) {
    return identity.arn("logs", "log-group:" + group.name());
}

LogGroup& Request::group() {
    LogGroup* found = groups.find(parameters.string("logGroupName"));
    if (found == nullptr) {
        no_such("log group");
    }
    return *found;
}

LogGroup& Request::group_of(std::string_view name_or_arn) const {
    const std::string ours = identity.arn("logs", "log-group:");
    if (name_or_arn.starts_with(ours)) {
        name_or_arn.remove_prefix(ours.size());
    }
    LogGroup* found = groups.find(name_or_arn);
    if (found == nullptr) {
        no_such("log group");
    }
    return *found;
}

LogGroup& Request::group_by_identifier() {
    const auto identifier = parameters.optional_string("logGroupIdentifier");
    const auto name = parameters.optional_string("logGroupName");
    if (identifier && name) {
        invalid("LogGroup name and LogGroup ARN are mutually exclusive parameters.");
    }
    if (!identifier && !name) {
        invalid("Either logGroupName or logGroupIdentifier must be given.");
    }
    return group_of(identifier ? *identifier : *name);
}

LogGroup& Request::tagged_group() {
    std::string arn = parameters.string("resourceArn");
    if (!arn.starts_with("arn:")) {
        invalid("The ARN of a log group is needed; this is none: " + arn);
    }
    if (arn.ends_with(":*")) {
        arn.resize(arn.size() - 2);
    }
    return group_of(arn);
}

LogStream& Request::stream(LogGroup& group) {
    LogStream* found = group.find_stream(parameters.string("logStreamName"));
    if (found == nullptr) {
        no_such("log stream");
    }
    return *found;
}

std::size_t Request::limit(std::size_t usual) {
    const auto given = parameters.optional_integer("limit");
    return given ? static_cast<std::size_t>(*given) : usual;
}

Json page(Request& request,
          std::vector<Item> items,
          const char* list,
          std::size_t usual_limit,
          bool descending) {
    const std::size_t limit = request.limit(usual_limit);
    if (const auto token = request.parameters.optional_string("nextToken")) {
        const auto last = aws::decode_base64(*token);
        if (!last) {
            invalid("The specified nextToken is invalid.");
        }
        std::erase_if(items, [&](const Item& item) {
            return descending ? item.key >= *last : item.key <= *last;
        });
    }
    request.parameters.finish();
    Json answer{{list, Json::array()}};
    if (items.size() > limit) {
        items.resize(limit);
        answer["nextToken"] = aws::base64(items.back().key);
    }
    for (Item& item : items) {
        answer[list].push_back(std::move(item.value));
    }
    return answer;
}

}  // namespace orrery::logs
