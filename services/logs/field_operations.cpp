// GetLogGroupFields: what fields the events of a group have.
#include "services/logs/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace orrery::logs {

namespace {

/// Adds the names of all single values: "user.id", "list.0".
void collect(const Json& value, const std::string& name, std::set<std::string>& names) {
    if (!value.is_structured()) {
        names.insert(name);
        return;
    }
    for (const auto& [key, child] : value.items()) {
        std::string path = name;
        path.append(name.empty() ? "" : ".").append(key);
        collect(child, path, names);
    }
}

EventRange searched_times(Request& request) {
    // "The 8 minutes before and 8 minutes after this time", or "the most recent 15 minutes"; the
    // time is in seconds [API reference: GetLogGroupFields].
    constexpr std::int64_t minute = 60'000;
    EventRange range;
    if (const auto center = request.parameters.optional_integer("time")) {
        range.from.timestamp = *center * 1000 - 8 * minute;
        range.to.timestamp = *center * 1000 + 8 * minute;
    } else {
        range.to.timestamp = epoch_millis(request.now) + 1;
        range.from.timestamp = range.to.timestamp - 15 * minute;
    }
    return range;
}

Json get_log_group_fields(Request& request) {
    const LogGroup& group = request.group_by_identifier();
    EventRange range = searched_times(request);
    request.parameters.finish();
    range.from.timestamp =
        std::max(range.from.timestamp, request.groups.kept_from(group).value_or(0));
    std::map<std::string, std::int64_t> counts;
    std::int64_t events = 0;
    group.read(range, [&](const LogEvent& event) {
        ++events;
        std::set<std::string> names{
            "@ingestionTime", "@log", "@logStream", "@message", "@timestamp"};
        const Json message = Json::parse(event.message, nullptr, false);
        if (message.is_object()) {
            collect(message, "", names);
        }
        for (const std::string& name : names) {
            ++counts[name];
        }
        return true;
    });
    std::vector<std::pair<std::string, std::int64_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& left, const auto& right) {
        return left.second > right.second;
    });
    Json answer{{"logGroupFields", Json::array()}};
    for (const auto& [name, count] : sorted) {
        answer["logGroupFields"].push_back({{"name", name}, {"percent", count * 100 / events}});
    }
    return answer;
}

}  // namespace

void add_field_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("GetLogGroupFields", get_log_group_fields);
}

}  // namespace orrery::logs
