// Which state an alarm's data ask for, and AWS's words for why.

#include "services/cloudwatch/alarm.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::cloudwatch {

namespace {

struct Datapoint {
    std::int64_t at = 0;
    double value = 0;
    double samples = 0;      // of a single metric
    std::int64_t place = 0;  // counts periods back from the end, from 1
    bool breaching = false;
};

/// CloudWatch looks at some more periods than asked for, so that late data count. How many is not
/// documented; its examples have two. [docs: alarms-and-missing-data]
constexpr std::int64_t more_periods = 2;

bool breaches(const Alarm& alarm, double value) {
    if (alarm.comparison == "GreaterThanOrEqualToThreshold") {
        return value >= alarm.threshold;
    }
    if (alarm.comparison == "GreaterThanThreshold") {
        return value > alarm.threshold;
    }
    if (alarm.comparison == "LessThanThreshold") {
        return value < alarm.threshold;
    }
    return value <= alarm.threshold;
}

/// In the order of time.
std::vector<Datapoint> read_datapoints(const Alarm& alarm, MetricStore& store, Instant end) {
    const std::int64_t to = epoch_seconds(end);
    const std::int64_t from = to - (alarm.evaluation_periods + more_periods) * alarm.period;
    std::vector<Datapoint> points;
    const auto add = [&](std::int64_t at, double value, double samples) {
        points.push_back({at, value, samples, (to - at) / alarm.period, breaches(alarm, value)});
    };
    if (!alarm.queries) {
        for (const auto& [at, data] :
             store.read_unit(alarm.key, {from, to, alarm.period}, alarm.unit)) {
            if (const auto value = alarm.statistic->of(data)) {
                add(at, *value, data.count());
            }
        }
        return points;
    }
    const std::vector<MathValue> results =
        alarm.queries->evaluate(store, Instant(std::chrono::seconds(from)), end, end);
    for (std::size_t i = 0; i < results.size(); ++i) {
        const auto* series = std::get_if<TimeSeries>(&results[i]);
        if (alarm.queries->all()[i].returned && series != nullptr) {
            for (const auto& [at, value] : series->points) {
                add(at, value, 0);
            }
        }
    }
    return points;
}

/// As Java prints a double.
std::string java_number(double number) {
    if (std::trunc(number) == number && std::abs(number) < 1e7) {
        return std::to_string(static_cast<std::int64_t>(number)) + ".0";
    }
    return Json(number).dump();
}

/// "21/11/26 14:00:00"
std::string short_time(std::int64_t at) {
    const std::string iso = iso8601(Instant(std::chrono::seconds(at)));
    return iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(2, 2) + " " +
           iso.substr(11, 8);
}

std::string aws_time(std::int64_t at) {
    return iso8601(Instant(std::chrono::seconds(at))).substr(0, 23) + "+0000";
}

std::string_view comparison_words(const std::string& comparison) {
    return comparison == "GreaterThanOrEqualToThreshold" ? "greater than or equal to"
           : comparison == "GreaterThanThreshold"        ? "greater than"
           : comparison == "LessThanThreshold"           ? "less than"
                                                         : "less than or equal to";
}

std::string count_of(std::int64_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// [alarms' messages recorded in public]
std::string threshold_reason(const Alarm& alarm,
                             const std::vector<Datapoint>& points,
                             bool alarming) {
    std::int64_t count = 0;
    std::string list;
    for (auto point = points.rbegin(); point != points.rend(); ++point) {
        if (point->breaching == alarming) {
            ++count;
            list += (list.empty() ? "" : ", ") + java_number(point->value) + " (" +
                    short_time(point->at) + ")";
        }
    }
    const std::int64_t least = alarming ? alarm.datapoints_to_alarm
                                        : alarm.evaluation_periods - alarm.datapoints_to_alarm + 1;
    return "Threshold Crossed: " + std::to_string(count) + " out of the last " +
           std::to_string(alarm.evaluation_periods) + " datapoints [" + list + "] " +
           (count == 1 ? "was " : "were ") + (alarming ? "" : "not ") +
           std::string(comparison_words(alarm.comparison)) + " the threshold (" +
           java_number(alarm.threshold) + ") (minimum " + count_of(least, "datapoint") + " for " +
           (alarming ? "OK -> ALARM" : "ALARM -> OK") + " transition).";
}

std::string reason_data(const Alarm& alarm, const std::vector<Datapoint>& points, Instant end) {
    Json data{{"version", "1.0"},
              {"queryDate", aws_time(epoch_seconds(end))},
              {"period", alarm.period},
              {"recentDatapoints", Json::array()},
              {"evaluatedDatapoints", Json::array()},
              {"threshold", alarm.threshold}};
    if (alarm.statistic) {
        data["statistic"] = alarm.statistic->text();
    }
    if (alarm.unit) {
        data["unit"] = *alarm.unit;
    }
    if (!points.empty()) {
        data["startDate"] = aws_time(points.front().at);
    }
    for (const Datapoint& point : points) {
        data["recentDatapoints"].push_back(point.value);
    }
    for (auto point = points.rbegin(); point != points.rend(); ++point) {
        Json evaluated{{"timestamp", aws_time(point->at)}, {"value", point->value}};
        if (point->samples > 0) {
            evaluated["sampleCount"] = point->samples;
        }
        data["evaluatedDatapoints"].push_back(std::move(evaluated));
    }
    return data.dump();
}

Verdict verdict_of(const Alarm& alarm,
                   const std::vector<Datapoint>& points,
                   bool alarming,
                   Instant end) {
    Verdict verdict{alarming ? "ALARM" : "OK", "", reason_data(alarm, points, end)};
    const bool any = std::any_of(points.begin(), points.end(), [&](const Datapoint& point) {
        return point.breaching == alarming;
    });
    if (any) {
        verdict.reason = threshold_reason(alarm, points, alarming);
    } else {
        const std::int64_t missing =
            alarm.evaluation_periods - static_cast<std::int64_t>(points.size());
        verdict.reason =
            "Threshold Crossed: no datapoints were received for " + count_of(missing, "period") +
            " and " + count_of(missing, "missing datapoint") + (missing == 1 ? " was" : " were") +
            " treated as [" + (alarming ? "Breaching" : "NonBreaching") + "].";
    }
    return verdict;
}

/// Where there are no data at all. [docs: alarms-and-missing-data, the tables' last rows]
std::optional<Verdict> verdict_of_nothing(const Alarm& alarm, Instant end) {
    switch (alarm.missing) {
        case MissingData::breaching: return verdict_of(alarm, {}, true, end);
        case MissingData::not_breaching: return verdict_of(alarm, {}, false, end);
        case MissingData::ignore: return std::nullopt;
        case MissingData::missing: break;
    }
    return Verdict{"INSUFFICIENT_DATA",
                   "Insufficient Data: " + count_of(alarm.evaluation_periods, "datapoint") +
                       (alarm.evaluation_periods == 1 ? " was" : " were") + " unknown.",
                   reason_data(alarm, {}, end)};
}

}  // namespace

/// [docs: alarms-and-missing-data] As many data as there are in the range count, and missing ones
/// only as far as they are too few.
std::optional<Verdict> evaluate_alarm(const Alarm& alarm, MetricStore& store, Instant end) {
    std::vector<Datapoint> points = read_datapoints(alarm, store, end);
    if (points.empty()) {
        return verdict_of_nothing(alarm, end);
    }
    const auto wanted = static_cast<std::size_t>(alarm.evaluation_periods);
    if (points.size() > wanted) {
        points.erase(points.begin(), points.end() - static_cast<std::ptrdiff_t>(wanted));
    }
    const auto breaching = std::count_if(
        points.begin(), points.end(), [](const Datapoint& point) { return point.breaching; });
    const auto missing = static_cast<std::int64_t>(wanted - points.size());
    if (breaching >= alarm.datapoints_to_alarm ||
        (alarm.missing == MissingData::breaching &&
         breaching + missing >= alarm.datapoints_to_alarm)) {
        return verdict_of(alarm, points, true, end);
    }
    const bool all_breach = breaching == static_cast<std::ptrdiff_t>(points.size());
    if (missing == 0 || !all_breach || alarm.missing == MissingData::breaching ||
        alarm.missing == MissingData::not_breaching) {
        return verdict_of(alarm, points, false, end);
    }
    // All there are breach, but they are too few: an alarm once the oldest is old enough, so that
    // one datum does not raise it too early. [docs, "premature transitions"]
    if (alarm.missing == MissingData::missing &&
        points.front().place >= alarm.datapoints_to_alarm) {
        return verdict_of(alarm, points, true, end);
    }
    return std::nullopt;
}

}  // namespace orrery::cloudwatch
