// SetAlarmState, alarms' actions, history and tags.

#include "services/cloudwatch/alarms.h"
#include "services/cloudwatch/limits.h"
#include "services/cloudwatch/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::cloudwatch {

namespace {

Json set_alarm_state(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const std::string name = parameters.string("AlarmName");
    Verdict verdict;
    verdict.value = parameters.string("StateValue");
    verdict.reason = parameters.string("StateReason");
    verdict.reason_data = parameters.optional_string("StateReasonData").value_or("");
    parameters.finish();
    Alarm* alarm = request.alarms.find(name);
    if (alarm == nullptr) {
        throw aws::ApiError("ResourceNotFound", "Alarm " + name + " does not exist.");
    }
    if (!verdict.reason_data.empty() && !Json::accept(verdict.reason_data)) {
        throw aws::ApiError("InvalidFormatFault", "StateReasonData was not valid JSON.");
    }
    request.alarms.set_state(*alarm, verdict);
    return Json::object();
}

Json change_actions(Request& request, bool enabled) {
    const std::vector<std::string> names = request.parameters.strings("AlarmNames");
    request.parameters.finish();
    for (const std::string& name : names) {
        if (Alarm* alarm = request.alarms.find(name)) {
            request.alarms.enable_actions(*alarm, enabled);
        }
    }
    return Json::object();
}

Json enable_alarm_actions(Request& request) {
    return change_actions(request, true);
}
Json disable_alarm_actions(Request& request) {
    return change_actions(request, false);
}

struct HistoryFilter {
    std::optional<std::string> alarm;
    std::optional<std::string> type;
    std::optional<Instant> from;
    std::optional<Instant> to;
    bool metric_alarms = true;

    bool fits(const HistoryItem& item) const {
        return metric_alarms && (!alarm || item.alarm == *alarm) && (!type || item.type == *type) &&
               (!from || item.at >= *from) && (!to || item.at <= *to);
    }
};

HistoryFilter read_history_filter(aws::Parameters& parameters) {
    HistoryFilter filter;
    filter.alarm = parameters.optional_string("AlarmName");
    filter.type = parameters.optional_string("HistoryItemType");
    if (parameters.optional("AlarmContributorId") != nullptr) {
        validation_error("DescribeAlarmHistory: AlarmContributorId is not supported here.");
    }
    if (const Json* start = parameters.optional("StartDate")) {
        filter.from = read_instant(*start, "StartDate");
    }
    if (const Json* end = parameters.optional("EndDate")) {
        filter.to = read_instant(*end, "EndDate");
    }
    const std::vector<std::string> types = parameters.strings("AlarmTypes");
    filter.metric_alarms =
        types.empty() || std::find(types.begin(), types.end(), "MetricAlarm") != types.end();
    return filter;
}

Json describe_alarm_history(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const HistoryFilter filter = read_history_filter(parameters);
    const bool ascending = parameters.optional_string("ScanBy") == "TimestampAscending";
    const std::size_t most = static_cast<std::size_t>(
        parameters.optional_integer("MaxRecords").value_or(limits::history_per_page));
    const auto token = parameters.optional_string("NextToken");
    parameters.finish();
    std::vector<const HistoryItem*> items;
    for (const HistoryItem& item : request.alarms.history()) {
        if (filter.fits(item)) {
            items.push_back(&item);
        }
    }
    if (!ascending) {
        std::reverse(items.begin(), items.end());
    }
    Json answer{{"AlarmHistoryItems", Json::array()}};
    for (const HistoryItem* item : take_page(std::move(items), token, most, answer)) {
        answer["AlarmHistoryItems"].push_back({{"AlarmName", item->alarm},
                                               {"AlarmType", "MetricAlarm"},
                                               {"Timestamp", timestamp(item->at)},
                                               {"HistoryItemType", item->type},
                                               {"HistorySummary", item->summary},
                                               {"HistoryData", item->data}});
    }
    return answer;
}

Alarm& tagged_alarm(Request& request) {
    const std::string arn = request.parameters.string("ResourceARN");
    Alarm* alarm = request.alarms.find_by_arn(arn);
    if (alarm == nullptr) {
        throw aws::ApiError(
            "ResourceNotFoundException", "Resource " + arn + " does not exist.", 404)
            .with("ResourceType", "Alarm")
            .with("ResourceId", arn);
    }
    return *alarm;
}

Json list_tags_for_resource(Request& request) {
    const Alarm& alarm = tagged_alarm(request);
    request.parameters.finish();
    Json answer{{"Tags", Json::array()}};
    for (const auto& [key, value] : alarm.tags) {
        answer["Tags"].push_back({{"Key", key}, {"Value", value}});
    }
    return answer;
}

Json tag_resource(Request& request) {
    Alarm& alarm = tagged_alarm(request);
    const Json* tags = request.parameters.optional("Tags");
    request.parameters.finish();
    auto changed = alarm.tags;
    add_tags(*tags, changed);
    alarm.tags = std::move(changed);
    request.alarms.changed(alarm);
    return Json::object();
}

Json untag_resource(Request& request) {
    Alarm& alarm = tagged_alarm(request);
    const std::vector<std::string> keys = request.parameters.strings("TagKeys");
    request.parameters.finish();
    for (const std::string& key : keys) {
        alarm.tags.erase(key);
    }
    request.alarms.changed(alarm);
    return Json::object();
}

}  // namespace

void add_tags(const Json& list, std::map<std::string, std::string>& tags) {
    for (const Json& each : list) {
        tags.insert_or_assign(each.at("Key").get<std::string>(),
                              each.at("Value").get<std::string>());
    }
    if (tags.size() > limits::tags) {
        validation_error("A resource cannot have more than 50 tags.");
    }
}

void add_alarm_state_operations(aws::ApiService& api, const Bind& bind) {
    const Rows rows(api, bind);
    rows.add("DescribeAlarmHistory", describe_alarm_history);
    rows.add("DisableAlarmActions", disable_alarm_actions);
    rows.add("EnableAlarmActions", enable_alarm_actions);
    rows.add("ListTagsForResource", list_tags_for_resource);
    rows.add("SetAlarmState", set_alarm_state);
    rows.add("TagResource", tag_resource);
    rows.add("UntagResource", untag_resource);
}

}  // namespace orrery::cloudwatch
