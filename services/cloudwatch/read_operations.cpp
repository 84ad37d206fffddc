// GetMetricStatistics, GetMetricData and ListMetrics.

#include "services/cloudwatch/label.h"
#include "services/cloudwatch/limits.h"
#include "services/cloudwatch/query.h"
#include "services/cloudwatch/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::cloudwatch {

namespace {

/// "1,440"
std::string with_commas(std::int64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t place = text.size(); place > 3; place -= 3) {
        text.insert(place - 3, ",");
    }
    return text;
}

void check_times(Instant start, Instant end, void (*fail)(const std::string&)) {
    if (start == end) {
        fail("The parameter StartTime must not equal parameter EndTime.");  // [public recorded]
    }
    if (start > end) {
        fail("The parameter StartTime must be less than the parameter EndTime.");
    }
}

void fail_with_value(const std::string& message) {
    invalid_value(message);
}
void fail_with_validation(const std::string& message) {
    validation_error(message);
}

std::vector<Statistic> read_statistics(aws::Parameters& parameters) {
    std::vector<Statistic> statistics;
    for (const std::string& name : parameters.strings("Statistics")) {
        const auto statistic = Statistic::parse_simple(name);
        if (!statistic) {
            invalid_value("The value " + name + " for parameter Statistics.member." +
                          std::to_string(statistics.size() + 1) + " is invalid.");
        }
        statistics.push_back(*statistic);
    }
    const std::vector<std::string> extended = parameters.strings("ExtendedStatistics");
    if (extended.size() > limits::extended_statistics) {
        invalid_value(
            "The collection ExtendedStatistics must not have a size greater than "
            "10.");
    }
    for (std::size_t i = 0; i < extended.size(); ++i) {
        const auto statistic = Statistic::parse_extended(extended[i]);
        if (!statistic) {
            invalid_value("The value " + extended[i] + " for parameter ExtendedStatistics.member." +
                          std::to_string(i + 1) + " is invalid.");
        }
        statistics.push_back(*statistic);
    }
    if (statistics.empty()) {
        invalid_combination(
            "At least one of the parameters Statistics and ExtendedStatistics must be given.");
    }
    return statistics;
}

ReadRange read_range(aws::Parameters& parameters, Instant now) {
    const Instant start = required_instant(parameters, "StartTime");
    const Instant end = required_instant(parameters, "EndTime");
    const auto period = parameters.optional_integer("Period");
    if (!period) {
        missing("Period");
    }
    if (!is_period(*period)) {
        invalid_value("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
    }
    check_times(start, end, fail_with_value);
    const ReadRange range = rounded_range(start, end, *period, now);
    const std::int64_t points = (range.end - range.start + *period - 1) / *period;
    if (points > limits::datapoints_per_statistics) {
        // [public recorded error]
        invalid_combination("You have requested up to " + with_commas(points) +
                            " datapoints, which exceeds the limit of 1,440. You may reduce the "
                            "datapoints requested by increasing Period, or decreasing the time "
                            "range.");
    }
    return range;
}

/// Nothing if none of the statistics can be computed of it.
std::optional<Json> datapoint(std::int64_t at,
                              const std::string& unit,
                              const Distribution& data,
                              const std::vector<Statistic>& statistics) {
    Json point{{"Timestamp", at}, {"Unit", unit}};
    bool any = false;
    for (const Statistic& statistic : statistics) {
        const std::optional<double> value = statistic.of(data);
        if (!value) {
            continue;
        }
        any = true;
        if (statistic.extended()) {
            point["ExtendedStatistics"][statistic.text()] = *value;
        } else {
            point[statistic.text()] = *value;
        }
    }
    return any ? std::optional(std::move(point)) : std::nullopt;
}

Json get_metric_statistics(Request& request) {
    aws::Parameters& parameters = request.parameters;
    Json metric = Json::object();
    for (const char* name : {"Namespace", "MetricName", "Dimensions", "Unit"}) {
        if (const Json* given = parameters.optional(name)) {
            metric[name] = *given;
        }
    }
    const MetricKey key = read_metric_key(metric, "");
    const std::optional<std::string> unit = optional_unit(metric, "");
    const ReadRange range = read_range(parameters, request.now);
    const std::vector<Statistic> statistics = read_statistics(parameters);
    parameters.finish();
    Json answer{{"Label", key.name}, {"Datapoints", Json::array()}};
    request.metrics.prepare_read();
    for (const auto& [each, periods] : request.metrics.read(key, range)) {
        if (unit && each != *unit) {
            continue;
        }
        for (const auto& [at, data] : periods) {
            if (auto point = datapoint(at, each, data, statistics)) {
                answer["Datapoints"].push_back(*std::move(point));
            }
        }
    }
    return answer;
}

struct Filter {
    std::optional<std::string> name_space;
    std::optional<std::string> name;
    std::vector<std::pair<std::string, std::optional<std::string>>> dimensions;

    bool fits(const MetricKey& key) const {
        const auto has = [&](const auto& wanted) {
            return std::any_of(
                key.dimensions.begin(), key.dimensions.end(), [&](const auto& dimension) {
                    return dimension.name == wanted.first &&
                           (!wanted.second || dimension.value == *wanted.second);
                });
        };
        return (!name_space || key.name_space == *name_space) && (!name || key.name == *name) &&
               std::all_of(dimensions.begin(), dimensions.end(), has);
    }
};

Filter read_metric_filter(aws::Parameters& parameters) {
    Filter filter;
    filter.name_space = parameters.optional_string("Namespace");
    filter.name = parameters.optional_string("MetricName");
    const Json* dimensions = parameters.optional("Dimensions");
    if (dimensions != nullptr && dimensions->size() > limits::dimension_filters) {
        invalid_value("The collection Dimensions must not have a size greater than 10.");
    }
    for (std::size_t i = 0; dimensions != nullptr && i < dimensions->size(); ++i) {
        const Json& given = dimensions->at(i);
        const std::string path = "Dimensions.member." + std::to_string(i + 1) + ".";
        const auto value = given.find("Value");
        filter.dimensions.emplace_back(required_text(given, "Name", 255, path),
                                       value == given.end() || value->is_null()
                                           ? std::nullopt
                                           : std::optional(value->get<std::string>()));
    }
    return filter;
}

Json list_metrics(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const Filter filter = read_metric_filter(parameters);
    const auto token = parameters.optional_string("NextToken");
    const auto active = parameters.optional_string("RecentlyActive");
    const auto owner = parameters.optional_string("OwningAccount");
    const bool linked = parameters.optional_boolean("IncludeLinkedAccounts").value_or(false);
    parameters.finish();
    if (active && *active != "PT3H") {
        invalid_value("The value " + *active +
                      " for parameter RecentlyActive is invalid: it can only be PT3H.");
    }
    if (owner && *owner != request.identity.account) {
        invalid_value("Metrics of other accounts (OwningAccount) are not supported here.");
    }
    request.metrics.prepare_read();
    const Instant since = request.now - (active ? limits::recently_active : limits::listed);
    std::vector<Json> metrics;
    request.metrics.visit([&](const MetricKey& key, Instant newest) {
        if (newest >= since && filter.fits(key)) {
            metrics.push_back(metric_json(key));
        }
    });
    Json answer{{"Metrics", Json::array()}};
    for (Json& each : take_page(std::move(metrics), token, limits::metrics_per_page, answer)) {
        answer["Metrics"].push_back(std::move(each));
    }
    if (linked) {
        answer["OwningAccounts"] = Json::array();
        for (std::size_t i = 0; i < answer["Metrics"].size(); ++i) {
            answer["OwningAccounts"].push_back(request.identity.account);
        }
    }
    return answer;
}

struct DataRequest {
    Instant start;
    Instant end;
    bool descending = true;
    std::size_t most = limits::datapoints_per_answer;
    std::optional<std::string> token;
    LabelStyle labels;
};

DataRequest read_data_request(Request& request) {
    aws::Parameters& parameters = request.parameters;
    DataRequest read;
    read.start = required_instant(parameters, "StartTime");
    read.end = required_instant(parameters, "EndTime");
    check_times(read.start, read.end, fail_with_validation);
    read.descending = parameters.optional_string("ScanBy").value_or("TimestampDescending") !=
                      "TimestampAscending";
    const std::int64_t most =
        parameters.optional_integer("MaxDatapoints").value_or(limits::datapoints_per_answer);
    if (most < 1 || most > limits::datapoints_per_answer) {
        validation_error("MaxDatapoints must be between 1 and 100800.");
    }
    read.most = static_cast<std::size_t>(most);
    read.token = parameters.optional_string("NextToken");
    if (const Json* options = parameters.optional("LabelOptions")) {
        read.labels = read_label_style(*options);
    }
    return read;
}

/// The series that a query answers with; a number alone is none.
SeriesList returned_series(const MetricQuery& query, MathValue result) {
    if (auto* series = std::get_if<TimeSeries>(&result)) {
        series->id.clear();  // only the series of an array are told apart by theirs
        return {std::move(*series)};
    }
    if (auto* list = std::get_if<SeriesList>(&result)) {
        return std::move(*list);
    }
    validation_error("The expression of query " + query.id +
                     " must return a time series, or ReturnData must be false.");
}

/// One series as far as it is on the page: [from, to) of all points of the answer.
Json data_result(const MetricQuery& query,
                 const TimeSeries& series,
                 const DataRequest& data,
                 const aws::Identity& identity,
                 std::size_t begin,
                 std::size_t from,
                 std::size_t to) {
    Json result{{"Id", query.id},
                {"Label", make_label(query, series, identity, data.labels)},
                {"Timestamps", Json::array()},
                {"Values", Json::array()},
                {"StatusCode", begin + series.points.size() > to ? "PartialData" : "Complete"}};
    std::vector<std::pair<std::int64_t, double>> points(series.points.begin(), series.points.end());
    if (data.descending) {
        std::reverse(points.begin(), points.end());
    }
    for (std::size_t i = std::max(from, begin); i < std::min(to, begin + points.size()); ++i) {
        result["Timestamps"].push_back(points[i - begin].first);
        result["Values"].push_back(points[i - begin].second);
    }
    return result;
}

Json get_metric_data(Request& request) {
    const Json* list = request.parameters.optional("MetricDataQueries");
    const DataRequest data = read_data_request(request);
    request.parameters.finish();
    if (list->size() > limits::queries) {
        validation_error("The collection MetricDataQueries must not have a size greater than 500.");
    }
    const MetricQueries queries = MetricQueries::read(*list, request.identity);
    const bool any = std::any_of(queries.all().begin(),
                                 queries.all().end(),
                                 [](const MetricQuery& each) { return each.returned; });
    if (!any) {
        validation_error("At least one query must have ReturnData set to true.");
    }
    request.metrics.prepare_read();
    std::vector<MathValue> results =
        queries.evaluate(request.metrics, data.start, data.end, request.now);
    const std::size_t from = token_position(data.token);
    const std::size_t to = from + data.most;
    std::size_t begin = 0;
    Json answer{{"MetricDataResults", Json::array()}, {"Messages", Json::array()}};
    for (std::size_t i = 0; i < results.size(); ++i) {
        const MetricQuery& query = queries.all()[i];
        if (!query.returned) {
            continue;
        }
        for (const TimeSeries& series : returned_series(query, std::move(results[i]))) {
            const std::size_t end = begin + series.points.size();
            // What is empty is told on the first page.
            if ((end > from && begin < to) || (begin == end && from == 0)) {
                answer["MetricDataResults"].push_back(
                    data_result(query, series, data, request.identity, begin, from, to));
            }
            begin = end;
        }
    }
    if (begin > to) {
        set_next_token(answer, to);
    }
    return answer;
}

}  // namespace

void add_read_operations(aws::ApiService& api, const Bind& bind) {
    const Rows rows(api, bind);
    rows.add("GetMetricData", get_metric_data);
    rows.add("GetMetricStatistics", get_metric_statistics);
    rows.add("ListMetrics", list_metrics);
}

}  // namespace orrery::cloudwatch
