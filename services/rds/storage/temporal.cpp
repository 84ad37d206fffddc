#include "services/rds/storage/temporal.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <vector>

namespace orrery::rds {

namespace {

bool is_decimal_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

bool exists(const DateTime& time) {
    const std::chrono::year_month_day date(std::chrono::year(time.year),
                                           std::chrono::month(static_cast<unsigned>(time.month)),
                                           std::chrono::day(static_cast<unsigned>(time.day)));
    return time.year >= 0 && time.year <= 9999 && time.month > 0 && time.day > 0 && date.ok() &&
           time.hour < 24 && time.minute < 60 && time.second < 60;
}

int full_year(int year, std::size_t digits) {
    if (digits > 2) {
        return year;
    }
    return year < 70 ? 2000 + year : 1900 + year;  // [MySQL manual: two-digit years]
}

/// Reads digits after a point as microseconds; what follows the sixth is dropped.
int read_fraction(std::string_view digits) {
    int micros = 0;
    for (std::size_t index = 0; index < 6; ++index) {
        micros = micros * 10 + (index < digits.size() ? digits[index] - '0' : 0);
    }
    return micros;
}

/// Groups of digits with one or more marks between them.
struct Group {
    int value = 0;
    std::size_t digits = 0;
    char before = '\0';
};

std::optional<std::vector<Group>> read_groups(std::string_view text) {
    std::vector<Group> groups;
    std::size_t at = 0;
    char before = '\0';
    while (at < text.size()) {
        Group group;
        group.before = before;
        while (at < text.size() && is_decimal_digit(text[at]) && group.digits < 9) {
            group.value = group.value * 10 + (text[at++] - '0');
            ++group.digits;
        }
        if (group.digits == 0 || groups.size() > 6) {
            return std::nullopt;
        }
        groups.push_back(group);
        if (at < text.size()) {
            before = text[at++];
            while (before == ' ' && at < text.size() && text[at] == ' ') {
                ++at;
            }
            if (is_decimal_digit(before) || at == text.size()) {
                return std::nullopt;
            }
        }
    }
    return groups;
}

std::optional<DateTime> from_compact(std::string_view digits) {
    const auto number = [&](std::size_t begin, std::size_t count) {
        int value = 0;
        for (const char letter : digits.substr(begin, count)) {
            value = value * 10 + (letter - '0');
        }
        return value;
    };
    const std::size_t year_digits = digits.size() == 8 || digits.size() == 14 ? 4 : 2;
    if (digits.size() != 6 && digits.size() != 8 && digits.size() != 12 && digits.size() != 14) {
        return std::nullopt;
    }
    DateTime time;
    time.year = full_year(number(0, year_digits), year_digits);
    time.month = number(year_digits, 2);
    time.day = number(year_digits + 2, 2);
    if (digits.size() >= 12) {
        time.hour = number(year_digits + 4, 2);
        time.minute = number(year_digits + 6, 2);
        time.second = number(year_digits + 8, 2);
    }
    return exists(time) ? std::optional(time) : std::nullopt;
}

/// Takes "+02:00" off the end of a time; its minutes.
std::optional<int> take_offset(std::string_view& text) {
    if (text.size() < 16) {
        return std::nullopt;
    }
    const auto tail = text.substr(text.size() - 6);
    const bool shaped = (tail[0] == '+' || tail[0] == '-') && is_decimal_digit(tail[1]) &&
                        is_decimal_digit(tail[2]) && tail[3] == ':' && is_decimal_digit(tail[4]) &&
                        is_decimal_digit(tail[5]);
    if (!shaped || text.find(':') >= text.size() - 6) {
        return std::nullopt;
    }
    text.remove_suffix(6);
    const int minutes =
        ((tail[1] - '0') * 10 + (tail[2] - '0')) * 60 + (tail[4] - '0') * 10 + (tail[5] - '0');
    return tail[0] == '-' ? -minutes : minutes;
}

std::string fraction_text(int microsecond, int scale) {
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), ".%06d", microsecond);
    return scale == 0 ? std::string()
                      : std::string(buffer.data(), static_cast<std::size_t>(scale) + 1);
}

template <typename... Numbers>
std::string print(const char* format, Numbers... numbers) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, numbers...);
    return buffer.data();
}

}  // namespace

std::int64_t day_number(const DateTime& date) {
    const std::chrono::year_month_day day(std::chrono::year(date.year),
                                          std::chrono::month(static_cast<unsigned>(date.month)),
                                          std::chrono::day(static_cast<unsigned>(date.day)));
    return std::chrono::sys_days(day).time_since_epoch().count();
}

DateTime from_instant(Instant instant) {
    const auto since_epoch =
        std::chrono::floor<std::chrono::microseconds>(instant.time_since_epoch());
    const auto days = std::chrono::floor<std::chrono::days>(since_epoch);
    const std::chrono::year_month_day date{std::chrono::sys_days(days)};
    const std::chrono::hh_mm_ss clock(since_epoch - days);
    return {static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())),
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()),
            static_cast<int>(clock.subseconds().count())};
}

Instant to_instant(const DateTime& time) {
    return Instant(std::chrono::days(day_number(time)) + std::chrono::hours(time.hour) +
                   std::chrono::minutes(time.minute) + std::chrono::seconds(time.second) +
                   std::chrono::microseconds(time.microsecond));
}

std::optional<DateTime> parse_date_time(std::string_view text) {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    if (std::all_of(text.begin(), text.end(), is_decimal_digit)) {
        return from_compact(text);
    }
    const auto offset = take_offset(text);
    const auto groups = read_groups(text);
    if (!groups || groups->size() < 3 || groups->size() == 4) {
        return std::nullopt;
    }
    const auto& parts = *groups;
    const bool has_fraction = parts.size() == 7;
    if (parts.size() > 3 && parts[3].before != ' ' && parts[3].before != 'T') {
        return std::nullopt;
    }
    if (has_fraction && parts[6].before != '.') {
        return std::nullopt;
    }
    DateTime time;
    time.year = full_year(parts[0].value, parts[0].digits);
    time.month = parts[1].value;
    time.day = parts[2].value;
    time.hour = parts.size() > 4 ? parts[3].value : 0;
    time.minute = parts.size() > 4 ? parts[4].value : 0;
    time.second = parts.size() > 5 ? parts[5].value : 0;
    if (has_fraction) {
        time.microsecond = read_fraction(text.substr(text.rfind('.') + 1));
    }
    if (!exists(time)) {
        return std::nullopt;
    }
    return offset ? from_instant(to_instant(time) - std::chrono::minutes(*offset)) : time;
}

std::string date_text(const DateTime& time) {
    return print("%04d-%02d-%02d", time.year, time.month, time.day);
}

std::string date_time_text(const DateTime& time, int scale) {
    return date_text(time) + print(" %02d:%02d:%02d", time.hour, time.minute, time.second) +
           fraction_text(time.microsecond, scale);
}

DateTime round_to_scale(const DateTime& time, int scale) {
    int unit = 1;
    for (int digit = scale; digit < 6; ++digit) {
        unit *= 10;
    }
    const int rounded = (time.microsecond + unit / 2) / unit * unit;
    DateTime result = time;
    result.microsecond = 0;
    return from_instant(to_instant(result) + std::chrono::microseconds(rounded));
}

std::optional<std::string> canonical_time(std::string_view text, int scale) {
    const bool negative = text.starts_with('-');
    if (negative) {
        text.remove_prefix(1);
    }
    const auto point = text.find('.');
    const auto fraction =
        point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if (!std::all_of(fraction.begin(), fraction.end(), is_decimal_digit)) {
        return std::nullopt;
    }
    const auto groups = read_groups(text.substr(0, point));
    if (!groups || groups->empty() || groups->size() > 4) {
        return std::nullopt;
    }
    auto parts = *groups;
    int days = 0;
    if (parts.size() > 1 && parts[1].before == ' ') {
        days = parts[0].value;
        parts.erase(parts.begin());
    }
    if (parts.size() > 3) {
        return std::nullopt;
    }
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (parts.size() == 1 && days == 0) {  // hhmmss
        hour = parts[0].value / 10000;
        minute = parts[0].value / 100 % 100;
        second = parts[0].value % 100;
    } else {
        hour = parts[0].value;
        minute = parts.size() > 1 ? parts[1].value : 0;
        second = parts.size() > 2 ? parts[2].value : 0;
    }
    hour += days > 34 ? 839 : days * 24;
    if (hour > 838 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    return (negative ? "-" : "") + print("%02d:%02d:%02d", hour, minute, second) +
           fraction_text(read_fraction(fraction), scale);
}

std::optional<std::string> format_date(const DateTime& time, std::string_view format) {
    constexpr std::array<const char*, 12> months{"January",
                                                 "February",
                                                 "March",
                                                 "April",
                                                 "May",
                                                 "June",
                                                 "July",
                                                 "August",
                                                 "September",
                                                 "October",
                                                 "November",
                                                 "December"};
    constexpr std::array<const char*, 7> weekdays{
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    const auto month = static_cast<std::size_t>(time.month - 1);
    const auto weekday = static_cast<std::size_t>(((day_number(time) + 4) % 7 + 7) % 7);
    const int hour12 = (time.hour + 11) % 12 + 1;
    std::string text;
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%' || at + 1 == format.size()) {
            text += format[at];
            continue;
        }
        switch (format[++at]) {
            case 'Y': text += print("%04d", time.year); break;
            case 'y': text += print("%02d", time.year % 100); break;
            case 'm': text += print("%02d", time.month); break;
            case 'c': text += print("%d", time.month); break;
            case 'd': text += print("%02d", time.day); break;
            case 'e': text += print("%d", time.day); break;
            case 'H': text += print("%02d", time.hour); break;
            case 'k': text += print("%d", time.hour); break;
            case 'h':
            case 'I': text += print("%02d", hour12); break;
            case 'l': text += print("%d", hour12); break;
            case 'i': text += print("%02d", time.minute); break;
            case 's':
            case 'S': text += print("%02d", time.second); break;
            case 'f': text += print("%06d", time.microsecond); break;
            case 'p': text += time.hour < 12 ? "AM" : "PM"; break;
            case 'T': text += print("%02d:%02d:%02d", time.hour, time.minute, time.second); break;
            case 'M': text += months[month]; break;
            case 'b': text += std::string(months[month], 3); break;
            case 'W': text += weekdays[weekday]; break;
            case 'a': text += std::string(weekdays[weekday], 3); break;
            case 'w': text += print("%d", static_cast<int>(weekday)); break;
            case 'j':
                text += print(
                    "%03d", static_cast<int>(day_number(time) - day_number({time.year, 1, 1})) + 1);
                break;
            case '%': text += '%'; break;
            default: return std::nullopt;
        }
    }
    return text;
}

}  // namespace orrery::rds
