#include "engine/ensure.h"
#include "services/rds/sql/text.h"
#include "services/rds/storage/decimal.h"
#include "services/rds/storage/function_table.h"
#include "services/rds/storage/temporal.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace orrery::rds {

namespace {

/// "0000-00-00", alone or with a time of zeros.
bool is_zero_date(const std::string& text) {
    return text.starts_with("0000-00-00") &&
           text.find_first_not_of("0:. ", 10) == std::string::npos;
}

std::string zero_date(const std::string& kind, int scale) {
    const std::string fraction =
        scale == 0 ? "" : "." + std::string(static_cast<std::size_t>(scale), '0');
    return kind == "date"   ? "0000-00-00"
           : kind == "time" ? "00:00:00" + fraction
                            : "0000-00-00 00:00:00" + fraction;
}

std::optional<std::string> temporal(const std::string& text, const std::string& kind, int scale) {
    if (kind == "time") {
        if (auto time = canonical_time(text, scale)) {
            return *std::move(time);
        }
    }
    const auto time = parse_date_time(text);
    if (!time) {
        return std::nullopt;
    }
    if (kind == "date") {
        return date_text(*time);
    }
    const std::string full = date_time_text(round_to_scale(*time, scale), scale);
    return kind == "time" ? full.substr(11) : full;
}

/// A value to compare with a date: one that is none is an error, called what the last argument
/// says; "" there says that the value comes from a date column, which may hold a zero date.
Value compared_temporal(FunctionContext& context, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    const std::string kind = to_text(arguments[1]);
    const int scale = static_cast<int>(integer_of(arguments[2]));
    const std::string name = to_text(arguments[3]);
    if (is_zero_date(text) && (name.empty() || !context.rules.zero_dates_fail)) {
        return zero_date(kind, scale);
    }
    if (auto found = temporal(text, kind, scale)) {
        return *std::move(found);
    }
    throw MysqlError(
        context.rules.strict_numbers ? 1292 : 1525,
        "Incorrect " + (name.empty() ? to_upper(kind) : name) + " value: " + in_quotes(text));
}

Value cast_temporal(FunctionContext&, const Arguments& arguments) {
    auto found = temporal(
        to_text(arguments[0]), to_text(arguments[1]), static_cast<int>(integer_of(arguments[2])));
    return found ? Value(*std::move(found)) : Value();
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
    constexpr std::int64_t last = 32536771199;         // 3001-01-18 23:59:59
    constexpr std::int64_t last_instant = 9223372036;  // 2262-04-11
    const int scale = static_cast<int>(integer_of(arguments[1]));
    const auto rounded = Decimal::of(arguments[0]).with_scale(scale);
    const auto micros = rounded ? rounded->with_scale(6) : std::nullopt;
    if (!micros || micros->units < 0 || micros->units > Int128{last} * 1000000) {
        return {};
    }
    if (micros->units >= Int128{last_instant} * 1000000) {
        throw not_supported("FROM_UNIXTIME after the year 2262");
    }
    const Instant instant(std::chrono::microseconds(static_cast<std::int64_t>(micros->units)));
    return date_time_text(from_instant(instant), scale);
}

constexpr std::array date_rows = std::to_array<FunctionRow>({
    {"mysql_temporal", 4, compared_temporal},
    {"mysql_cast_temporal", 3, cast_temporal},
    {"mysql_date_part", 2, date_part},
    {"mysql_datediff", 2, date_difference},
    {"mysql_date_format", 2, date_format},
    {"mysql_unix_timestamp", 1, unix_timestamp},
    {"mysql_from_unixtime", 2, from_unixtime},
});

}  // namespace

std::span<const FunctionRow> date_functions() {
    return date_rows;
}

}  // namespace orrery::rds
