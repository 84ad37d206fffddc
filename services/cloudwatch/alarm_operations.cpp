// PutMetricAlarm, and what finds and deletes alarms.

#include "services/cloudwatch/alarms.h"
#include "services/cloudwatch/limits.h"
#include "services/cloudwatch/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::cloudwatch {

namespace {

constexpr const char* put_members[] = {"AlarmName",
                                       "AlarmDescription",
                                       "ActionsEnabled",
                                       "OKActions",
                                       "AlarmActions",
                                       "InsufficientDataActions",
                                       "MetricName",
                                       "Namespace",
                                       "Statistic",
                                       "ExtendedStatistic",
                                       "Dimensions",
                                       "Period",
                                       "Unit",
                                       "EvaluationPeriods",
                                       "DatapointsToAlarm",
                                       "Threshold",
                                       "ComparisonOperator",
                                       "TreatMissingData",
                                       "EvaluateLowSampleCountPercentile",
                                       "Metrics",
                                       "ThresholdMetricId",
                                       "EvaluationWindow",
                                       "EvaluationCriteria",
                                       "EvaluationInterval"};

Json put_metric_alarm(Request& request) {
    Json settings = Json::object();
    for (const char* name : put_members) {
        if (const Json* given = request.parameters.optional(name)) {
            settings[name] = *given;
        }
    }
    const Json* tags = request.parameters.optional("Tags");
    request.parameters.finish();
    Alarm alarm = read_alarm(settings, request.identity);
    if (tags != nullptr) {
        add_tags(*tags, alarm.tags);
    }
    request.alarms.put(std::move(alarm));
    return Json::object();
}

Json delete_alarms(Request& request) {
    const std::vector<std::string> names = request.parameters.strings("AlarmNames");
    request.parameters.finish();
    for (const std::string& name : names) {
        if (request.alarms.find(name) == nullptr) {
            // Then none is deleted. [docs: DeleteAlarms]
            throw aws::ApiError("ResourceNotFound", "Alarm " + name + " does not exist.");
        }
    }
    for (const std::string& name : names) {
        if (request.alarms.find(name) != nullptr) {
            request.alarms.remove(name);
        }
    }
    return Json::object();
}

struct AlarmFilter {
    std::vector<std::string> names;
    std::string prefix;
    std::optional<std::string> state;
    std::string action_prefix;

    bool fits(const Alarm& alarm) const {
        const bool named =
            names.empty() || std::find(names.begin(), names.end(), alarm.name) != names.end();
        return named && alarm.name.starts_with(prefix) && (!state || alarm.state.value == *state) &&
               (action_prefix.empty() || has_action(alarm));
    }

private:
    bool has_action(const Alarm& alarm) const {
        for (const char* list : {"OKActions", "AlarmActions", "InsufficientDataActions"}) {
            const auto found = alarm.settings.find(list);
            if (found == alarm.settings.end()) {
                continue;
            }
            for (const Json& action : *found) {
                if (action.get_ref<const std::string&>().starts_with(action_prefix)) {
                    return true;
                }
            }
        }
        return false;
    }
};

AlarmFilter read_alarm_filter(aws::Parameters& parameters) {
    AlarmFilter filter;
    filter.names = parameters.strings("AlarmNames");
    filter.prefix = parameters.optional_string("AlarmNamePrefix").value_or("");
    filter.state = parameters.optional_string("StateValue");
    filter.action_prefix = parameters.optional_string("ActionPrefix").value_or("");
    for (const char* name : {"ChildrenOfAlarmName", "ParentsOfAlarmName"}) {
        if (parameters.optional(name) != nullptr) {
            validation_error(std::string("DescribeAlarms: ") + name +
                             " is not supported here: there are no composite alarms.");
        }
    }
    if (!filter.names.empty() && !filter.prefix.empty()) {
        validation_error("AlarmNamePrefix and AlarmNames cannot both be given.");
    }
    return filter;
}

Json describe_alarms(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const AlarmFilter filter = read_alarm_filter(parameters);
    const std::vector<std::string> types = parameters.strings("AlarmTypes");
    const std::size_t most = static_cast<std::size_t>(
        parameters.optional_integer("MaxRecords").value_or(limits::alarms_per_page));
    const auto token = parameters.optional_string("NextToken");
    parameters.finish();
    std::vector<const Alarm*> found;
    // "If you omit this parameter, only metric alarms are returned." [docs: DescribeAlarms]
    const bool metric_alarms =
        types.empty() || std::find(types.begin(), types.end(), "MetricAlarm") != types.end();
    for (const auto& [name, alarm] : request.alarms.all()) {
        if (metric_alarms && filter.fits(alarm)) {
            found.push_back(&alarm);
        }
    }
    Json answer{{"MetricAlarms", Json::array()}, {"CompositeAlarms", Json::array()}};
    for (const Alarm* alarm : take_page(std::move(found), token, most, answer)) {
        answer["MetricAlarms"].push_back(alarm_json(*alarm));
    }
    return answer;
}

/// A setting that is not asked for fits, and so does one that is equal.
bool fits(const Alarm& alarm, const char* name, const Json* wanted) {
    return wanted == nullptr ||
           (alarm.settings.contains(name) && alarm.settings.at(name) == *wanted);
}

Json describe_alarms_for_metric(Request& request) {
    aws::Parameters& parameters = request.parameters;
    Json metric = Json::object();
    for (const char* name : {"Namespace", "MetricName", "Dimensions"}) {
        if (const Json* given = parameters.optional(name)) {
            metric[name] = *given;
        }
    }
    const MetricKey key = read_metric_key(metric, "");
    std::vector<std::pair<const char*, const Json*>> wanted;
    for (const char* name : {"Statistic", "ExtendedStatistic", "Period", "Unit"}) {
        wanted.emplace_back(name, parameters.optional(name));
    }
    parameters.finish();
    Json answer{{"MetricAlarms", Json::array()}};
    for (const auto& [name, alarm] : request.alarms.all()) {
        const bool all = std::all_of(wanted.begin(), wanted.end(), [&](const auto& each) {
            return fits(alarm, each.first, each.second);
        });
        if (alarm.statistic && alarm.key == key && all) {
            answer["MetricAlarms"].push_back(alarm_json(alarm));
        }
    }
    return answer;
}

}  // namespace

void add_alarm_operations(aws::ApiService& api, const Bind& bind) {
    const Rows rows(api, bind);
    rows.add("DeleteAlarms", delete_alarms);
    rows.add("DescribeAlarms", describe_alarms);
    rows.add("DescribeAlarmsForMetric", describe_alarms_for_metric);
    rows.add("PutMetricAlarm", put_metric_alarm);
}

}  // namespace orrery::cloudwatch
