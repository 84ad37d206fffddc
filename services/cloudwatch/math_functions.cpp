#include "services/cloudwatch/math_functions.h"

#include "services/cloudwatch/request.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace orrery::cloudwatch {

namespace {

using Node = Expression::Node;
using Points = std::map<std::int64_t, double>;

MathValue argument(const Node& call, std::size_t index, const MathContext& context) {
    return evaluate_math(call.parts.at(index), context);
}

[[noreturn]] void wants(const Node& call, const std::string& what) {
    validation_error("The function " + call.name + " wants " + what + ".");
}

double number_argument(const Node& call, std::size_t index, const MathContext& context) {
    const MathValue value = argument(call, index, context);
    if (const auto* number = std::get_if<double>(&value)) {
        return *number;
    }
    wants(call, "a number as argument " + std::to_string(index + 1));
}

SeriesList list_argument(const Node& call, const MathContext& context) {
    MathValue value = argument(call, 0, context);
    if (auto* list = std::get_if<SeriesList>(&value)) {
        return std::move(*list);
    }
    if (auto* series = std::get_if<TimeSeries>(&value)) {
        return {std::move(*series)};
    }
    wants(call, "an array of time series");
}

MathValue series_argument(const Node& call, std::size_t index, const MathContext& context) {
    MathValue value = argument(call, index, context);
    if (std::holds_alternative<double>(value)) {
        wants(call, "a time series");
    }
    return value;
}

// What many values come to: over a series a number, over a list a series.

using Aggregate = double (*)(const std::vector<double>& values);

double sum(const std::vector<double>& values) {
    double total = 0;
    for (const double each : values) {
        total += each;
    }
    return total;
}

double average(const std::vector<double>& values) {
    return sum(values) / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
    const double mean = average(values);
    double squares = 0;
    for (const double each : values) {
        squares += (each - mean) * (each - mean);
    }
    return std::sqrt(squares / static_cast<double>(values.size()));
}

std::vector<double> values_of(const TimeSeries& series) {
    std::vector<double> values;
    for (const auto& [at, value] : series.points) {
        values.push_back(value);
    }
    return values;
}

template <Aggregate aggregate>
MathValue aggregated(const Node& call, const MathContext& context) {
    const MathValue value = argument(call, 0, context);
    if (std::holds_alternative<double>(value)) {
        return value;
    }
    if (const auto* series = std::get_if<TimeSeries>(&value)) {
        // A series without points comes to nothing, which is no number. [choice: zero]
        return series->points.empty() ? 0.0 : aggregate(values_of(*series));
    }
    std::map<std::int64_t, std::vector<double>> by_time;
    TimeSeries result{"", context.period, {}};
    for (const TimeSeries& each : std::get<SeriesList>(value)) {
        result.period = std::max(result.period, each.period);
        for (const auto& [at, point] : each.points) {
            by_time[at].push_back(point);
        }
    }
    for (const auto& [at, values] : by_time) {
        result.points.emplace(at, aggregate(values));
    }
    return result;
}

double least(const std::vector<double>& values) {
    return *std::min_element(values.begin(), values.end());
}
double greatest(const std::vector<double>& values) {
    return *std::max_element(values.begin(), values.end());
}
double count(const std::vector<double>& values) {
    return static_cast<double>(values.size());
}

// What becomes of each value.

template <double (*function)(double)>
MathValue each_value(const Node& call, const MathContext& context) {
    return combine(
        argument(call, 0, context), 0.0, [](double value, double) { return function(value); });
}

double absolute(double value) {
    return std::abs(value);
}
double ceiling(double value) {
    return std::ceil(value);
}
double floored(double value) {
    return std::floor(value);
}
double natural_logarithm(double value) {
    return std::log(value);
}
double decimal_logarithm(double value) {
    return std::log10(value);
}

// What becomes of neighbours in time.

template <double (*function)(double before, double value, double seconds)>
MathValue neighbours(const Node& call, const MathContext& context) {
    return for_each_series(series_argument(call, 0, context), [](const TimeSeries& series) {
        TimeSeries result{series.id, series.period, {}};
        for (auto place = series.points.begin(); place != series.points.end(); ++place) {
            if (place != series.points.begin()) {
                const auto before = std::prev(place);
                const auto seconds = static_cast<double>(place->first - before->first);
                result.points.emplace(place->first,
                                      function(before->second, place->second, seconds));
            }
        }
        return result;
    });
}

double difference(double before, double value, double /*seconds*/) {
    return value - before;
}
double time_difference(double /*before*/, double /*value*/, double seconds) {
    return seconds;
}
double rate(double before, double value, double seconds) {
    return (value - before) / seconds;
}

MathValue running_sum(const Node& call, const MathContext& context) {
    return for_each_series(series_argument(call, 0, context), [](TimeSeries series) {
        double total = 0;
        for (auto& [at, value] : series.points) {
            value = total += value;
        }
        return series;
    });
}

// What becomes of times.

template <double (*function)(std::int64_t at)>
MathValue of_time(const Node& call, const MathContext& context) {
    return for_each_series(series_argument(call, 0, context), [](TimeSeries series) {
        for (auto& [at, value] : series.points) {
            value = function(at);
        }
        return series;
    });
}

std::chrono::year_month_day date_of(std::int64_t at) {
    return std::chrono::floor<std::chrono::days>(
        std::chrono::sys_seconds(std::chrono::seconds(at)));
}
double epoch(std::int64_t at) {
    return static_cast<double>(at);
}
double minute(std::int64_t at) {
    return static_cast<double>(at / 60 % 60);
}
double hour(std::int64_t at) {
    return static_cast<double>(at / 3600 % 24);
}
double day(std::int64_t at) {  // Monday is 1
    return static_cast<double>((at / 86'400 + 3) % 7 + 1);
}
double date(std::int64_t at) {
    return unsigned{date_of(at).day()};
}
double month(std::int64_t at) {
    return unsigned{date_of(at).month()};
}
double year(std::int64_t at) {
    return int{date_of(at).year()};
}

// What makes and fills series.

TimeSeries constant(double value, std::int64_t period, const MathContext& context) {
    TimeSeries series{"", period, {}};
    for (std::int64_t at = context.start; at < context.end; at += period) {
        series.points.emplace(at, value);
    }
    return series;
}

MathValue time_series(const Node& call, const MathContext& context) {
    return constant(number_argument(call, 0, context), context.period, context);
}

/// Between two points; before the first and after the last there is nothing to go by.
void fill_linear(Points& points, std::int64_t period) {
    Points filled = points;
    for (auto place = points.begin(); place != points.end() && std::next(place) != points.end();
         ++place) {
        const auto next = std::next(place);
        for (std::int64_t at = place->first + period; at < next->first; at += period) {
            const double part = static_cast<double>(at - place->first) /
                                static_cast<double>(next->first - place->first);
            filled.emplace(at, place->second + part * (next->second - place->second));
        }
    }
    points = std::move(filled);
}

MathValue fill(const Node& call, const MathContext& context) {
    const Node& with = call.parts[1];
    const bool word = with.kind == Node::Kind::id && is_math_word(with.name);
    if (word && with.name != "REPEAT" && with.name != "LINEAR") {
        wants(call, "a number, a time series, REPEAT or LINEAR");
    }
    const MathValue filler = word ? MathValue(0.0) : evaluate_math(with, context);
    if (std::holds_alternative<SeriesList>(filler)) {
        wants(call, "a number, a time series, REPEAT or LINEAR");
    }
    return for_each_series(series_argument(call, 0, context), [&](TimeSeries series) {
        if (word && with.name == "LINEAR") {
            fill_linear(series.points, series.period);
            return series;
        }
        const auto* number = std::get_if<double>(&filler);
        const auto* other = std::get_if<TimeSeries>(&filler);
        std::optional<double> last;
        for (std::int64_t at = context.start; at < context.end; at += series.period) {
            const auto found = series.points.find(at);
            if (found != series.points.end()) {
                last = found->second;
            } else if (word) {
                if (last) {
                    series.points.emplace(at, *last);
                }
            } else if (number != nullptr) {
                series.points.emplace(at, *number);
            } else if (const auto point = other->points.find(at); point != other->points.end()) {
                series.points.emplace(at, point->second);
            }
        }
        return series;
    });
}

MathValue if_then(const Node& call, const MathContext& context) {
    const MathValue condition = argument(call, 0, context);
    const MathValue then = argument(call, 1, context);
    if (const auto* number = std::get_if<double>(&condition)) {
        if (*number != 0) {
            return then;
        }
        return call.parts.size() > 2 ? argument(call, 2, context)
                                     : TimeSeries{"", context.period, {}};
    }
    const auto* series = std::get_if<TimeSeries>(&condition);
    const MathValue otherwise =
        call.parts.size() > 2 ? argument(call, 2, context) : TimeSeries{"", context.period, {}};
    if (series == nullptr || std::holds_alternative<SeriesList>(then) ||
        std::holds_alternative<SeriesList>(otherwise)) {
        wants(call, "numbers and time series, no arrays");
    }
    TimeSeries result{series->id, series->period, {}};
    for (const auto& [at, value] : series->points) {
        const MathValue& chosen = value != 0 ? then : otherwise;
        if (const auto* number = std::get_if<double>(&chosen)) {
            result.points.emplace(at, *number);
        } else {
            const auto& from = std::get<TimeSeries>(chosen).points;
            if (const auto point = from.find(at); point != from.end()) {
                result.points.emplace(at, point->second);
            }
        }
    }
    return result;
}

// What is about lists.

MathValue metrics(const Node& call, const MathContext& context) {
    if (call.parts.empty()) {
        return context.metrics("");
    }
    if (call.parts[0].kind != Node::Kind::text) {
        wants(call, "a text in quotes");
    }
    return context.metrics(call.parts[0].name);
}

MathValue metric_count(const Node& call, const MathContext& context) {
    return static_cast<double>(list_argument(call, context).size());
}

MathValue period(const Node& call, const MathContext& context) {
    const MathValue value = series_argument(call, 0, context);
    if (const auto* series = std::get_if<TimeSeries>(&value)) {
        return static_cast<double>(series->period);
    }
    wants(call, "one time series");
}

MathValue first(const Node& call, const MathContext& context) {
    const SeriesList list = list_argument(call, context);
    return list.empty() ? TimeSeries{"", context.period, {}} : list.front();
}

MathValue last(const Node& call, const MathContext& context) {
    const SeriesList list = list_argument(call, context);
    return list.empty() ? TimeSeries{"", context.period, {}} : list.back();
}

MathValue remove_empty(const Node& call, const MathContext& context) {
    SeriesList list = list_argument(call, context);
    std::erase_if(list, [](const TimeSeries& each) { return each.points.empty(); });
    return list;
}

MathValue slice(const Node& call, const MathContext& context) {
    const SeriesList list = list_argument(call, context);
    const auto size = static_cast<double>(list.size());
    const double from = std::clamp(number_argument(call, 1, context), 0.0, size);
    const double to =
        call.parts.size() > 2 ? std::clamp(number_argument(call, 2, context), from, size) : size;
    return SeriesList(list.begin() + static_cast<std::ptrdiff_t>(from),
                      list.begin() + static_cast<std::ptrdiff_t>(to));
}

MathValue sort(const Node& call, const MathContext& context) {
    constexpr std::array<std::pair<std::string_view, Aggregate>, 4> by{
        {{"AVG", average}, {"MIN", least}, {"MAX", greatest}, {"SUM", sum}}};
    const auto found = std::find_if(
        by.begin(), by.end(), [&](const auto& each) { return each.first == call.parts[1].name; });
    const std::string& order = call.parts[2].name;
    if (found == by.end() || (order != "ASC" && order != "DESC")) {
        wants(call, "AVG, MIN, MAX or SUM, and ASC or DESC");
    }
    SeriesList list = list_argument(call, context);
    std::vector<std::pair<double, TimeSeries>> keyed;
    for (TimeSeries& each : list) {
        const double key = each.points.empty() ? 0 : found->second(values_of(each));
        keyed.emplace_back(order == "ASC" ? key : -key, std::move(each));
    }
    std::stable_sort(keyed.begin(), keyed.end(), [](const auto& left, const auto& right) {
        return left.first < right.first;
    });
    if (call.parts.size() > 3) {
        const double most = number_argument(call, 3, context);
        keyed.resize(std::min(keyed.size(), static_cast<std::size_t>(std::max(0.0, most))));
    }
    list.clear();
    for (auto& [key, series] : keyed) {
        list.push_back(std::move(series));
    }
    return list;
}

constexpr std::size_t one = 1;

// [docs: using-metric-math, Functions supported for metric math]
constexpr std::array<MathFunction, 33> functions{{
    {"ABS", one, one, each_value<absolute>},
    {"AVG", one, one, aggregated<average>},
    {"CEIL", one, one, each_value<ceiling>},
    {"DATAPOINT_COUNT", one, one, aggregated<count>},
    {"DATE", one, one, of_time<date>},
    {"DAY", one, one, of_time<day>},
    {"DIFF", one, one, neighbours<difference>},
    {"DIFF_TIME", one, one, neighbours<time_difference>},
    {"EPOCH", one, one, of_time<epoch>},
    {"FILL", 2, 2, fill},
    {"FIRST", one, one, first},
    {"FLOOR", one, one, each_value<floored>},
    {"HOUR", one, one, of_time<hour>},
    {"IF", 2, 3, if_then},
    {"LAST", one, one, last},
    {"LOG", one, one, each_value<natural_logarithm>},
    {"LOG10", one, one, each_value<decimal_logarithm>},
    {"MAX", one, one, aggregated<greatest>},
    {"METRICS", 0, one, metrics},
    {"METRIC_COUNT", one, one, metric_count},
    {"MIN", one, one, aggregated<least>},
    {"MINUTE", one, one, of_time<minute>},
    {"MONTH", one, one, of_time<month>},
    {"PERIOD", one, one, period},
    {"RATE", one, one, neighbours<rate>},
    {"REMOVE_EMPTY", one, one, remove_empty},
    {"RUNNING_SUM", one, one, running_sum},
    {"SLICE", 2, 3, slice},
    {"SORT", 3, 4, sort},
    {"STDDEV", one, one, aggregated<deviation>},
    {"SUM", one, one, aggregated<sum>},
    {"TIME_SERIES", one, one, time_series},
    {"YEAR", one, one, of_time<year>},
}};

}  // namespace

bool is_math_word(std::string_view name) {
    constexpr std::array<std::string_view, 8> words{
        "REPEAT", "LINEAR", "ASC", "DESC", "AVG", "MIN", "MAX", "SUM"};
    return std::find(words.begin(), words.end(), name) != words.end();
}

const MathFunction* find_math_function(std::string_view name) {
    for (const MathFunction& each : functions) {
        if (each.name == name) {
            return &each;
        }
    }
    return nullptr;
}

}  // namespace orrery::cloudwatch
