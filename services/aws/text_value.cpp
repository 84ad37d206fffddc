#include "services/aws/text_value.h"

#include "services/aws/canonical.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

namespace orrery::aws {

namespace {

constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

template <typename Number>
std::optional<Number> read_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

std::string text_of(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

TimestampFormat format_of(const Member& member, TimestampFormat standard) {
    return member.timestamp_format == TimestampFormat::standard ? standard
                                                                : member.timestamp_format;
}

/// A whole number of seconds is written without a fraction.
Json number_value(double number) {
    constexpr double exact = 9007199254740992.0;  // 2^53
    if (std::trunc(number) == number && std::abs(number) <= exact) {
        return static_cast<std::int64_t>(number);
    }
    return number;
}

}  // namespace

Json value_of_text(std::string text, const Member& member) {
    switch (member.shape->kind) {
        case ShapeKind::boolean:
            if (text == "true" || text == "false") {
                return text == "true";
            }
            break;
        case ShapeKind::integer:
        case ShapeKind::long_integer:
            if (const auto number = read_number<std::int64_t>(text)) {
                return *number;
            }
            break;
        case ShapeKind::floating:
            // JSON has no infinity; what is none of its numbers stays text.
            if (const auto number = read_number<double>(text); number && std::isfinite(*number)) {
                return *number;
            }
            break;
        case ShapeKind::timestamp:
            // Every format can be told from the others, so the lenient way does no harm.
            if (const auto seconds = timestamp_of(Json(text))) {
                return number_value(*seconds);
            }
            break;
        default: break;
    }
    return text;
}

std::string text_of_value(const Json& value, const Member& member, TimestampFormat standard) {
    if (member.shape->kind == ShapeKind::timestamp && value.is_number()) {
        const Json written = timestamp_value(value.get<double>(), format_of(member, standard));
        return written.is_string() ? written.get<std::string>() : text_of(written);
    }
    return value.is_string() ? value.get<std::string>() : text_of(value);
}

std::optional<double> timestamp_of(const Json& value) {
    if (value.is_number()) {
        return value.get<double>();
    }
    if (!value.is_string()) {
        return std::nullopt;
    }
    const auto& text = value.get_ref<const std::string&>();
    const auto seconds = parse_timestamp(text);
    return seconds ? seconds : parse_http_date(text);
}

Json timestamp_value(double seconds, TimestampFormat format) {
    switch (format) {
        case TimestampFormat::iso8601: return iso8601_timestamp(seconds);
        case TimestampFormat::rfc822: return http_date(seconds);
        default: return number_value(seconds);
    }
}

std::string http_date(double seconds) {
    using namespace std::chrono;
    // Between the years 1 and 9999, which is what the text can say.
    const double bounded = std::clamp(std::floor(seconds), -62135596800.0, 253402300799.0);
    const sys_seconds instant{std::chrono::seconds(static_cast<std::int64_t>(bounded))};
    const sys_days day = floor<std::chrono::days>(instant);
    const year_month_day date(day);
    const hh_mm_ss time(instant - day);
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(),
                                     text.size(),
                                     "%s, %02u %s %04d %02d:%02d:%02d GMT",
                                     days[weekday(day).c_encoding()],
                                     static_cast<unsigned>(date.day()),
                                     months[static_cast<unsigned>(date.month()) - 1].data(),
                                     static_cast<int>(date.year()),
                                     static_cast<int>(time.hours().count()),
                                     static_cast<int>(time.minutes().count()),
                                     static_cast<int>(time.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<double> parse_http_date(std::string_view text) {
    using namespace std::chrono;
    constexpr std::string_view form = "Thu, 01 Jan 2026 00:00:00 GMT";
    if (text.size() != form.size() || text.substr(3, 2) != ", " || text[7] != ' ' ||
        text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':' ||
        !text.ends_with(" GMT")) {
        return std::nullopt;
    }
    const auto* const name = std::find(months.begin(), months.end(), text.substr(8, 3));
    const auto day_number = read_number<unsigned>(text.substr(5, 2));
    const auto year_number = read_number<unsigned>(text.substr(12, 4));
    const auto hour = read_number<unsigned>(text.substr(17, 2));
    const auto minute = read_number<unsigned>(text.substr(20, 2));
    const auto second = read_number<unsigned>(text.substr(23, 2));
    if (name == months.end() || !day_number || !year_number || !hour || !minute || !second) {
        return std::nullopt;
    }
    const year_month_day date(year(static_cast<int>(*year_number)),
                              month(static_cast<unsigned>(name - months.begin()) + 1),
                              day(*day_number));
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    const auto since_epoch =
        sys_days(date).time_since_epoch() + hours(*hour) + minutes(*minute) + seconds(*second);
    return static_cast<double>(duration_cast<seconds>(since_epoch).count());
}

}  // namespace orrery::aws
