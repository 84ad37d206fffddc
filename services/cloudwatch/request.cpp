#include "services/cloudwatch/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace orrery::cloudwatch {

namespace {

constexpr std::array<std::string_view, 27> units{"Seconds",
                                                 "Microseconds",
                                                 "Milliseconds",
                                                 "Bytes",
                                                 "Kilobytes",
                                                 "Megabytes",
                                                 "Gigabytes",
                                                 "Terabytes",
                                                 "Bits",
                                                 "Kilobits",
                                                 "Megabits",
                                                 "Gigabits",
                                                 "Terabits",
                                                 "Percent",
                                                 "Count",
                                                 "Bytes/Second",
                                                 "Kilobytes/Second",
                                                 "Megabytes/Second",
                                                 "Gigabytes/Second",
                                                 "Terabytes/Second",
                                                 "Bits/Second",
                                                 "Kilobits/Second",
                                                 "Megabits/Second",
                                                 "Gigabits/Second",
                                                 "Terabits/Second",
                                                 "Count/Second",
                                                 "None"};

constexpr std::string_view token_start = "orrery-";

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void invalid_value(const std::string& message) {
    throw aws::ApiError("InvalidParameterValueException", message);
}

void invalid_combination(const std::string& message) {
    throw aws::ApiError("InvalidParameterCombinationException", message);
}

void missing(const std::string& parameter) {
    throw aws::ApiError("MissingRequiredParameterException",
                        "The parameter " + parameter + " is required.");
}

void validation_error(const std::string& message) {
    throw aws::ApiError("ValidationError", message);
}

std::string checked_text(const std::string& text, std::size_t longest, const std::string& path) {
    if (text.empty()) {
        invalid_value("The parameter " + path + " must not be empty.");
    }
    if (characters(text) > longest) {
        invalid_value("The parameter " + path + " must be shorter than " +
                      std::to_string(longest + 1) + " characters.");
    }
    return text;
}

std::string required_text(const Json& object,
                          const char* member,
                          std::size_t longest,
                          const std::string& path) {
    const auto found = object.find(member);
    if (found == object.end() || found->is_null()) {
        missing(path + member);
    }
    return checked_text(found->get_ref<const std::string&>(), longest, path + member);
}

std::vector<aws::MetricDimension> read_dimensions(const Json* list, const std::string& path) {
    std::vector<aws::MetricDimension> dimensions;
    if (list == nullptr || list->is_null()) {
        return dimensions;
    }
    if (list->size() > limits::dimensions) {
        invalid_value("The collection " + path + "Dimensions must not have a size greater than " +
                      std::to_string(limits::dimensions) + ".");
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string member = path + "Dimensions.member." + std::to_string(i + 1) + ".";
        dimensions.push_back({required_text(list->at(i), "Name", 255, member),
                              required_text(list->at(i), "Value", 1024, member)});
        if (dimensions.back().name.starts_with(':')) {
            invalid_value("The value " + dimensions.back().name + " for parameter " + member +
                          "Name is invalid.");
        }
    }
    std::sort(dimensions.begin(), dimensions.end());
    for (std::size_t i = 1; i < dimensions.size(); ++i) {
        if (dimensions[i].name == dimensions[i - 1].name) {
            invalid_value("The parameter " + path + "Dimensions has the dimension " +
                          dimensions[i].name + " more than once.");
        }
    }
    return dimensions;
}

std::string read_unit(const Json& text, const std::string& path) {
    const auto& unit = text.get_ref<const std::string&>();
    if (std::find(units.begin(), units.end(), unit) == units.end()) {
        invalid_value("The value " + unit + " for parameter " + path + "Unit is invalid.");
    }
    return unit;
}

std::optional<std::string> optional_unit(const Json& object, const std::string& path) {
    const auto found = object.find("Unit");
    if (found == object.end() || found->is_null()) {
        return std::nullopt;
    }
    return read_unit(*found, path);
}

Instant read_instant(const Json& seconds, const std::string& path) {
    const double value = seconds.get<double>();
    if (!(value >= 0 && value < 7258118400.0)) {
        invalid_value("The parameter " + path + " must be a time between 1970 and 2200.");
    }
    if (seconds.is_number_integer()) {
        return Instant(std::chrono::seconds(seconds.get<std::int64_t>()));
    }
    // Milliseconds are what a double of today's seconds can tell for certain.
    return Instant(
        std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(value * 1000))));
}

Instant required_instant(aws::Parameters& parameters, const char* member) {
    const Json* given = parameters.optional(member);
    if (given == nullptr) {
        missing(member);
    }
    return read_instant(*given, member);
}

MetricKey read_metric_key(const Json& object, const std::string& path) {
    MetricKey key;
    key.name_space = required_text(object, "Namespace", 255, path);
    key.name = required_text(object, "MetricName", 255, path);
    const auto dimensions = object.find("Dimensions");
    key.dimensions = read_dimensions(dimensions == object.end() ? nullptr : &*dimensions, path);
    return key;
}

Json dimensions_json(const std::vector<aws::MetricDimension>& dimensions) {
    Json list = Json::array();
    for (const aws::MetricDimension& each : dimensions) {
        list.push_back({{"Name", each.name}, {"Value", each.value}});
    }
    return list;
}

Json metric_json(const MetricKey& key) {
    return {{"Namespace", key.name_space},
            {"MetricName", key.name},
            {"Dimensions", dimensions_json(key.dimensions)}};
}

bool is_period(std::int64_t seconds) {
    return seconds == 1 || seconds == 5 || seconds == 10 || seconds == 20 || seconds == 30 ||
           (seconds > 0 && seconds % 60 == 0);
}

ReadRange rounded_range(Instant start, Instant end, std::int64_t period, Instant now) {
    const Duration age = now - start;
    std::int64_t grain = age >= limits::resolutions[2].kept   ? 3'600
                         : age >= limits::resolutions[1].kept ? 300
                         : period < 60                        ? period
                                                              : 60;
    const std::int64_t from = epoch_seconds(start);
    // An end within a second still has that second.
    const std::int64_t to = epoch_seconds(end + std::chrono::seconds(1) - Duration(1));
    return {from - from % grain, to, period};
}

Json timestamp(Instant instant) {
    const std::int64_t millis = epoch_millis(instant);
    if (millis % 1000 == 0) {
        return millis / 1000;
    }
    return static_cast<double>(millis) / 1000;
}

std::size_t token_position(const std::optional<std::string>& token) {
    if (!token) {
        return 0;
    }
    std::size_t position = 0;
    const std::string_view text = *token;
    if (text.starts_with(token_start)) {
        const auto [end, error] =
            std::from_chars(text.data() + token_start.size(), text.data() + text.size(), position);
        if (error == std::errc() && end == text.data() + text.size()) {
            return position;
        }
    }
    throw aws::ApiError("InvalidNextToken", "The token " + *token + " is invalid.");
}

std::string page_token(std::size_t position) {
    return std::string(token_start) + std::to_string(position);
}

void set_next_token(Json& answer, std::size_t position) {
    answer["NextToken"] = page_token(position);
}

}  // namespace orrery::cloudwatch
