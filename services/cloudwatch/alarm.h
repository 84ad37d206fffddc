/// Alarm: a metric alarm: what PutMetricAlarm said of it, and the state it is in.
#pragma once

#include "engine/json.h"
#include "engine/time.h"
#include "services/cloudwatch/query.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace orrery::cloudwatch {

enum class MissingData { missing, ignore, breaching, not_breaching };

struct AlarmState {
    std::string value = "INSUFFICIENT_DATA";  // or OK, ALARM
    std::string reason = "Unchecked: Initial alarm creation";
    std::string reason_data;  // JSON; empty: none
    Instant updated;
    Instant transitioned;  // when the value changed last
};

struct Alarm {
    std::string name;
    std::string arn;
    Json settings;  // PutMetricAlarm's parameters without Tags
    Instant configured;
    AlarmState state;
    std::map<std::string, std::string> tags;

    // What settings say, read once.
    std::optional<MetricQueries> queries;  // of Metrics; else a single metric:
    MetricKey key;
    std::optional<Statistic> statistic;
    std::optional<std::string> unit;
    std::int64_t period = 60;
    std::int64_t evaluation_periods = 1;
    std::int64_t datapoints_to_alarm = 1;
    double threshold = 0;
    std::string comparison;
    MissingData missing = MissingData::missing;
};

/// Reads and checks PutMetricAlarm's parameters; throws AWS's errors.
Alarm read_alarm(const Json& settings, const aws::Identity& identity);

/// What an evaluation comes to; nothing: the state stays.
struct Verdict {
    std::string value;
    std::string reason;
    std::string reason_data;
};
/// Looks at the periods that end at `end`, a whole minute or ten seconds.
std::optional<Verdict> evaluate_alarm(const Alarm& alarm, MetricStore& store, Instant end);

/// A MetricAlarm, as answers have it.
Json alarm_json(const Alarm& alarm);

}  // namespace orrery::cloudwatch
