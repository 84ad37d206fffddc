#include "services/cloudwatch/alarm.h"

#include "services/cloudwatch/member.h"
#include "services/cloudwatch/request.h"

#include <algorithm>
#include <array>

namespace orrery::cloudwatch {

namespace {

std::string text(const Json& settings, const char* name) {
    const Json* given = member(settings, name);
    return given == nullptr ? "" : given->get<std::string>();
}

const Json& required(const Json& settings, const char* name) {
    const Json* given = member(settings, name);
    if (given == nullptr) {
        missing(name);
    }
    return *given;
}

void refuse_unsupported(const Json& settings) {
    for (const char* name :
         {"EvaluationWindow", "EvaluationCriteria", "EvaluationInterval", "ThresholdMetricId"}) {
        if (member(settings, name) != nullptr) {
            validation_error(std::string("PutMetricAlarm: ") + name + " is not supported here.");
        }
    }
    if (text(settings, "EvaluateLowSampleCountPercentile") == "ignore") {
        validation_error(
            "PutMetricAlarm: EvaluateLowSampleCountPercentile ignore is not supported here.");
    }
}

void read_single_metric(const Json& settings, Alarm& alarm) {
    alarm.key = read_metric_key(settings, "");
    alarm.period = required(settings, "Period").get<std::int64_t>();
    alarm.unit = optional_unit(settings, "");
    const std::string simple = text(settings, "Statistic");
    const std::string extended = text(settings, "ExtendedStatistic");
    if (simple.empty() == extended.empty()) {
        validation_error("Exactly one of Statistic and ExtendedStatistic must be given.");
    }
    alarm.statistic =
        extended.empty() ? Statistic::parse_simple(simple) : Statistic::parse_extended(extended);
    if (!alarm.statistic) {
        validation_error("The value " + extended +
                         " for parameter ExtendedStatistic is not supported.");
    }
}

void read_metrics(const Json& settings, const aws::Identity& identity, Alarm& alarm) {
    const Json& list = settings["Metrics"];
    if (list.size() > limits::alarm_queries) {
        validation_error("Metrics list must contain at most 10 queries.");
    }
    for (const char* name : {"MetricName",
                             "Namespace",
                             "Dimensions",
                             "Period",
                             "Unit",
                             "Statistic",
                             "ExtendedStatistic"}) {
        if (member(settings, name) != nullptr) {
            validation_error(std::string(name) + " must not be set if Metrics is given.");
        }
    }
    alarm.queries = MetricQueries::read(list, identity);
    const auto& all = alarm.queries->all();
    const auto returned = [](const MetricQuery& each) { return each.returned; };
    if (std::count_if(all.begin(), all.end(), returned) != 1) {
        validation_error("Exactly one element of the metrics list should return data.");
    }
    alarm.period = std::find_if(all.begin(), all.end(), returned)->period;
}

MissingData read_missing(const std::string& name) {
    constexpr std::array<std::pair<std::string_view, MissingData>, 5> treatments{
        {{"", MissingData::missing},
         {"missing", MissingData::missing},
         {"ignore", MissingData::ignore},
         {"breaching", MissingData::breaching},
         {"notBreaching", MissingData::not_breaching}}};
    for (const auto& [each, treatment] : treatments) {
        if (each == name) {
            return treatment;
        }
    }
    validation_error("The value " + name + " for parameter TreatMissingData is not supported.");
}

bool is_on_dynamodb(const Json& settings) {
    constexpr std::string_view dynamodb = "AWS/DynamoDB";
    const Json* queries = member(settings, "Metrics");
    if (queries == nullptr) {
        return text(settings, "Namespace") == dynamodb;
    }
    return std::any_of(queries->begin(), queries->end(), [&](const Json& query) {
        const Json* stat = member(query, "MetricStat");
        return stat != nullptr && text(stat->at("Metric"), "Namespace") == dynamodb;
    });
}

void read_evaluation(const Json& settings, Alarm& alarm) {
    alarm.evaluation_periods = required(settings, "EvaluationPeriods").get<std::int64_t>();
    const Json* datapoints = member(settings, "DatapointsToAlarm");
    alarm.datapoints_to_alarm =
        datapoints == nullptr ? alarm.evaluation_periods : datapoints->get<std::int64_t>();
    if (alarm.datapoints_to_alarm > alarm.evaluation_periods) {
        validation_error("DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
    }
    const std::int64_t span =
        alarm.period >= 3'600 ? limits::long_alarm_span_seconds : limits::alarm_span_seconds;
    if (alarm.evaluation_periods > span / alarm.period) {
        validation_error("Metrics cannot be checked across more than a " +
                         std::string(alarm.period >= 3'600 ? "week" : "day") +
                         " (EvaluationPeriods * Period must be <= " + std::to_string(span) + ").");
    }
    alarm.threshold = required(settings, "Threshold").get<double>();
    alarm.missing = read_missing(text(settings, "TreatMissingData"));
    // Where the API reference says that no choice changes this, the newer guide has it as what goes
    // for who chooses nothing. [docs: alarms-and-missing-data]
    if (member(settings, "TreatMissingData") == nullptr && is_on_dynamodb(settings)) {
        alarm.missing = MissingData::ignore;
    }
}

}  // namespace

Alarm read_alarm(const Json& settings, const aws::Identity& identity) {
    refuse_unsupported(settings);
    Alarm alarm;
    alarm.name = settings.at("AlarmName").get<std::string>();
    alarm.arn = identity.arn("cloudwatch", "alarm:" + alarm.name);
    alarm.settings = settings;
    alarm.settings.erase("Tags");
    const Json* metrics = member(settings, "Metrics");
    if (metrics != nullptr && !metrics->empty()) {
        read_metrics(settings, identity, alarm);
    } else {
        read_single_metric(settings, alarm);
    }
    // [docs: PutMetricAlarm] Queries may have periods that an alarm cannot.
    if (!is_period(alarm.period) || alarm.period < 10) {
        validation_error("Period must be 10, 20, 30 or a multiple of 60.");
    }
    alarm.comparison = required(settings, "ComparisonOperator").get<std::string>();
    constexpr std::array<std::string_view, 4> comparisons{"GreaterThanOrEqualToThreshold",
                                                          "GreaterThanThreshold",
                                                          "LessThanThreshold",
                                                          "LessThanOrEqualToThreshold"};
    if (std::find(comparisons.begin(), comparisons.end(), alarm.comparison) == comparisons.end()) {
        validation_error("PutMetricAlarm: anomaly detection (ComparisonOperator " +
                         alarm.comparison + ") is not supported here.");
    }
    read_evaluation(settings, alarm);
    return alarm;
}

Json alarm_json(const Alarm& alarm) {
    Json answer = alarm.settings;
    answer["AlarmArn"] = alarm.arn;
    for (const char* list :
         {"OKActions", "AlarmActions", "InsufficientDataActions", "Dimensions"}) {
        if (!answer.contains(list)) {
            answer[list] = Json::array();
        }
    }
    if (alarm.queries) {
        answer.erase("Dimensions");
    }
    if (!answer.contains("ActionsEnabled")) {
        answer["ActionsEnabled"] = true;
    }
    answer["AlarmConfigurationUpdatedTimestamp"] = timestamp(alarm.configured);
    answer["StateValue"] = alarm.state.value;
    answer["StateReason"] = alarm.state.reason;
    if (!alarm.state.reason_data.empty()) {
        answer["StateReasonData"] = alarm.state.reason_data;
    }
    answer["StateUpdatedTimestamp"] = timestamp(alarm.state.updated);
    answer["StateTransitionedTimestamp"] = timestamp(alarm.state.transitioned);
    return answer;
}

}  // namespace orrery::cloudwatch
