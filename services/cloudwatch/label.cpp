#include "services/cloudwatch/label.h"

#include "services/cloudwatch/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::cloudwatch {

namespace {

using Points = std::map<std::int64_t, double>;
using Point = Points::value_type;

std::string number_text(double number) {
    return std::trunc(number) == number && std::abs(number) < 1e15
               ? std::to_string(static_cast<std::int64_t>(number))
               : Json(number).dump();
}

double sum(const Points& points) {
    double total = 0;
    for (const auto& [at, value] : points) {
        total += value;
    }
    return total;
}

/// The point that a dynamic label's word names; null: it names none.
const Point* named_point(std::string_view word, const Points& points) {
    const auto by_value = [](const Point& left, const Point& right) {
        return left.second < right.second;
    };
    if (word == "FIRST") {
        return &*points.begin();
    }
    if (word == "LAST") {
        return &*points.rbegin();
    }
    if (word == "MIN") {
        return &*std::min_element(points.begin(), points.end(), by_value);
    }
    if (word == "MAX") {
        return &*std::max_element(points.begin(), points.end(), by_value);
    }
    return nullptr;
}

/// PROP('...') [docs: graph-dynamic-labels]
std::string property(std::string_view name,
                     const MetricQuery& query,
                     const aws::Identity& identity) {
    if (name == "AccountId") {
        return identity.account;
    }
    if (name == "Region") {
        return identity.region;
    }
    if (name == "Period") {
        return std::to_string(query.period);
    }
    if (name == "MetricName") {
        return query.key.name;
    }
    if (name == "Namespace") {
        return query.key.name_space;
    }
    if (name == "Stat") {
        return query.statistic ? query.statistic->text() : "";
    }
    for (const aws::MetricDimension& each : query.key.dimensions) {
        if (name == "Dim." + each.name) {
            return each.value;
        }
    }
    if (name.starts_with("Dim.")) {
        return "";
    }
    validation_error("The dynamic label PROP('" + std::string(name) + "') is not supported here.");
}

std::string plain_label(const MetricQuery& query, const TimeSeries& series) {
    if (query.statistic) {
        return query.key.name;
    }
    return series.id.empty() ? query.id : query.id + " " + series.id;
}

std::string dynamic_part(std::string_view word,
                         const MetricQuery& query,
                         const TimeSeries& series,
                         const aws::Identity& identity,
                         const LabelStyle& style) {
    constexpr std::string_view prop = "PROP('";
    if (word.starts_with(prop) && word.ends_with("')")) {
        return property(word.substr(prop.size(), word.size() - prop.size() - 2), query, identity);
    }
    if (word == "LABEL") {
        return plain_label(query, series);
    }
    std::string_view value_word = word;
    const bool time = word.ends_with("_TIME");
    if (time) {
        value_word.remove_suffix(5);
    }
    constexpr std::array<std::string_view, 6> words{"AVG", "FIRST", "LAST", "MAX", "MIN", "SUM"};
    const bool total = value_word == "AVG" || value_word == "SUM";
    if (std::find(words.begin(), words.end(), value_word) == words.end() || (time && total)) {
        validation_error("The dynamic label ${" + std::string(word) + "} is not supported here.");
    }
    if (series.points.empty()) {
        return "--";
    }
    if (total) {
        const double all = sum(series.points);
        return number_text(word == "SUM" ? all : all / static_cast<double>(series.points.size()));
    }
    const Point* point = named_point(value_word, series.points);
    if (!time) {
        return number_text(point->second);
    }
    const std::string text =
        iso8601(Instant(std::chrono::seconds(point->first + style.timezone_minutes * 60)));
    return text.substr(0, 19);  // without the fraction, which is none
}

}  // namespace

LabelStyle read_label_style(const Json& options) {
    LabelStyle style;
    const auto zone = options.find("Timezone");
    if (zone == options.end() || zone->is_null()) {
        return style;
    }
    const auto& text = zone->get_ref<const std::string&>();  // "+0130"
    const bool right = text.size() == 5 && (text[0] == '+' || text[0] == '-') &&
                       text.find_first_not_of("0123456789", 1) == std::string::npos;
    if (!right) {
        validation_error("The value " + text +
                         " for parameter LabelOptions.Timezone is invalid: it is like +0130.");
    }
    const int minutes = std::stoi(text.substr(1, 2)) * 60 + std::stoi(text.substr(3));
    style.timezone_minutes = text[0] == '-' ? -minutes : minutes;
    return style;
}

std::string make_label(const MetricQuery& query,
                       const TimeSeries& series,
                       const aws::Identity& identity,
                       const LabelStyle& style) {
    if (query.label.empty()) {
        return plain_label(query, series);
    }
    std::string label;
    std::string_view left = query.label;
    while (!left.empty()) {
        const std::size_t begin = left.find("${");
        const std::size_t end = left.find('}', begin == std::string_view::npos ? 0 : begin);
        if (begin == std::string_view::npos || end == std::string_view::npos) {
            break;
        }
        label += left.substr(0, begin);
        label +=
            dynamic_part(left.substr(begin + 2, end - begin - 2), query, series, identity, style);
        left.remove_prefix(end + 1);
    }
    return label.append(left);
}

}  // namespace orrery::cloudwatch
