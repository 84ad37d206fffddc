#include "engine/ensure.h"
#include "services/rds/sql/text.h"
#include "services/rds/storage/function_table.h"
#include "services/rds/storage/temporal.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace orrery::rds {

namespace {

Value temporal(const Value& value, const std::string& kind, int scale, bool strict) {
    const std::string text = to_text(value);
    if (kind == "time") {
        if (auto time = canonical_time(text, scale)) {
            return *std::move(time);
        }
    }
    const auto time = parse_date_time(text);
    if (!time) {
        if (strict) {
            throw MysqlError(1525, "Incorrect " + to_upper(kind) + " value: " + quoted(text));
        }
        return {};
    }
    if (kind == "date") {
        return date_text(*time);
    }
    const std::string full = date_time_text(round_to_scale(*time, scale), scale);
    return kind == "time" ? full.substr(11) : full;
}

/// A value to compare with a date: one that is none is an error.
Value compared_temporal(FunctionContext&, const Arguments& arguments) {
    return temporal(
        arguments[0], to_text(arguments[1]), static_cast<int>(integer_of(arguments[2])), true);
}

Value cast_temporal(FunctionContext&, const Arguments& arguments) {
    return temporal(
        arguments[0], to_text(arguments[1]), static_cast<int>(integer_of(arguments[2])), false);
}

Value date_part(FunctionContext&, const Arguments& arguments) {
    const auto time = parse_date_time(to_text(arguments[0]));
    if (!time) {
        return {};
    }
    switch (to_text(arguments[1])[0]) {
        case 'Y': return std::int64_t{time->year};
        case 'M': return std::int64_t{time->month};
        case 'D': return std::int64_t{time->day};
        case 'h': return std::int64_t{time->hour};
        case 'm': return std::int64_t{time->minute};
        case 's': return std::int64_t{time->second};
        case 'w': return std::int64_t{((day_number(*time) + 4) % 7 + 7) % 7 + 1};
        default: ENSURE(false);
    }
    return {};
}

Value date_difference(FunctionContext&, const Arguments& arguments) {
    const auto later = parse_date_time(to_text(arguments[0]));
    const auto earlier = parse_date_time(to_text(arguments[1]));
    return later && earlier ? Value(day_number(*later) - day_number(*earlier)) : Value();
}

Value date_format(FunctionContext&, const Arguments& arguments) {
    const auto time = parse_date_time(to_text(arguments[0]));
    if (!time) {
        return {};
    }
    auto text = format_date(*time, to_text(arguments[1]));
    if (!text) {
        throw not_supported("DATE_FORMAT " + to_text(arguments[1]));
    }
    return *std::move(text);
}

Value unix_timestamp(FunctionContext&, const Arguments& arguments) {
    const auto time = parse_date_time(to_text(arguments[0]));
    return time ? Value(std::max<std::int64_t>(epoch_seconds(to_instant(*time)), 0)) : Value();
}

Value from_unixtime(FunctionContext&, const Arguments& arguments) {
    const auto seconds = integer_of(arguments[0]);
    if (seconds < 0 || seconds > 4102444800) {
        return {};
    }
    return date_time_text(from_instant(Instant(std::chrono::seconds(seconds))), 0);
}

constexpr std::array rows = std::to_array<FunctionRow>({
    {"mysql_temporal", 3, compared_temporal},
    {"mysql_cast_temporal", 3, cast_temporal},
    {"mysql_date_part", 2, date_part},
    {"mysql_datediff", 2, date_difference},
    {"mysql_date_format", 2, date_format},
    {"mysql_unix_timestamp", 1, unix_timestamp},
    {"mysql_from_unixtime", 1, from_unixtime},
});

}  // namespace

std::span<const FunctionRow> date_functions() {
    return rows;
}

}  // namespace orrery::rds
