/// Dates and times as MySQL reads and writes them. All in UTC, the only time zone that sessions
/// have.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::rds {

struct DateTime {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;
};

/// Days since 1970-01-01.
std::int64_t day_number(const DateTime& date);
DateTime from_instant(Instant instant);
Instant to_instant(const DateTime& time);

/// "2026-01-31 10:20:30.5", "2026-1-31", "20260131", with 'T', with "+02:00"; nothing for a date
/// that does not exist.
std::optional<DateTime> parse_date_time(std::string_view text);
/// "2026-01-31"
std::string date_text(const DateTime& time);
/// "2026-01-31 10:20:30", with `scale` digits of a fraction; more precise times are rounded by the
/// caller.
std::string date_time_text(const DateTime& time, int scale);
/// The nearest time with `scale` digits, half up.
DateTime round_to_scale(const DateTime& time, int scale);
/// "-838:59:59.5", "10:20", "3 04:05:06", "102030" as canonical text; nothing for other text.
std::optional<std::string> canonical_time(std::string_view text, int scale);
/// DATE_FORMAT; nothing for a letter that is not supported.
std::optional<std::string> format_date(const DateTime& time, std::string_view format);

}  // namespace orrery::rds
