#include "engine/time.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace orrery {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};
// Longest first for formatting; "ms" before "m" is settled by reading all letters of a unit.
constexpr std::array units{
    Unit{"d", 86'400'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"ms", 1'000'000},
    Unit{"us", 1'000},
    Unit{"ns", 1},
};

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

/// The digits after a decimal point as nanoseconds of a unit; advances `text`.
std::optional<std::int64_t> take_fraction(std::string_view& text, std::int64_t unit) {
    std::int64_t value = 0;
    std::int64_t scale = unit;
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
        if (scale % 10 != 0) {
            return std::nullopt;  // finer than a nanosecond
        }
        scale /= 10;
        value += (text[digits] - '0') * scale;
        ++digits;
    }
    if (digits == 0) {
        return std::nullopt;
    }
    text.remove_prefix(digits);
    return value;
}

std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || text.front() == '-') {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

const Unit* find_unit(std::string_view name) {
    for (const Unit& unit : units) {
        if (unit.name == name) {
            return &unit;
        }
    }
    return nullptr;
}

}  // namespace

std::int64_t epoch_millis(Instant instant) {
    return floor_div(instant.time_since_epoch().count(), 1'000'000);
}

std::int64_t epoch_seconds(Instant instant) {
    return floor_div(instant.time_since_epoch().count(), 1'000'000'000);
}

std::string iso8601(Instant instant) {
    const std::int64_t millis = epoch_millis(instant);
    const std::int64_t days = floor_div(millis, 86'400'000);
    const auto of_day = static_cast<int>(millis - days * 86'400'000);
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
    std::array<char, 40> text{};
    const int length = std::snprintf(text.data(),
                                     text.size(),
                                     "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                                     static_cast<int>(date.year()),
                                     static_cast<unsigned>(date.month()),
                                     static_cast<unsigned>(date.day()),
                                     of_day / 3'600'000,
                                     of_day / 60'000 % 60,
                                     of_day / 1'000 % 60,
                                     of_day % 1'000);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<Instant> parse_instant(std::string_view text) {
    std::array<int, 6> part{};
    int used = 0;
    const std::string copy(text.substr(0, 64));
    if (std::sscanf(copy.c_str(),
                    "%4d-%2d-%2dT%2d:%2d:%2d%n",
                    &part[0],
                    &part[1],
                    &part[2],
                    &part[3],
                    &part[4],
                    &part[5],
                    &used) != 6 ||
        used != 19) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(part[0]),
                                           std::chrono::month(static_cast<unsigned>(part[1])),
                                           std::chrono::day(static_cast<unsigned>(part[2]))};
    // Nanoseconds in 64 bits reach from 1678 to 2262.
    if (!date.ok() || part[0] < 1970 || part[0] > 2200 || part[3] < 0 || part[3] > 23 ||
        part[4] < 0 || part[4] > 59 || part[5] < 0 || part[5] > 59) {
        return std::nullopt;
    }
    text.remove_prefix(19);
    std::int64_t fraction = 0;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        const auto nanoseconds = take_fraction(text, 1'000'000'000);
        if (!nanoseconds) {
            return std::nullopt;
        }
        fraction = *nanoseconds;
    }
    if (text != "Z" && text != "+00:00") {
        return std::nullopt;
    }
    const auto midnight = std::chrono::sys_days{date}.time_since_epoch();
    return Instant{midnight + std::chrono::hours(part[3]) + std::chrono::minutes(part[4]) +
                   std::chrono::seconds(part[5]) + Duration(fraction)};
}

std::string format_duration(Duration duration) {
    std::int64_t left = duration.count();
    if (left == 0) {
        return "0s";
    }
    std::string text;
    if (left < 0) {
        text = "-";
        left = -left;
    }
    for (const Unit& unit : units) {
        const std::int64_t second = 1'000'000'000;
        // Below a second one unit with a fraction reads better than three units: "1.5ms", not
        // "1ms500us".
        if (unit.nanoseconds < second && left >= unit.nanoseconds) {
            text += std::to_string(left / unit.nanoseconds);
            if (std::int64_t rest = left % unit.nanoseconds; rest != 0) {
                std::string digits = std::to_string(unit.nanoseconds + rest).substr(1);
                digits.erase(digits.find_last_not_of('0') + 1);
                text += "." + digits;
            }
            return text + std::string(unit.name);
        }
        if (unit.nanoseconds == second && left >= second) {
            text += std::to_string(left / second);
            if (std::int64_t rest = left % second; rest != 0) {
                std::string digits = std::to_string(second + rest).substr(1);
                digits.erase(digits.find_last_not_of('0') + 1);
                text += "." + digits;
            }
            return text + "s";
        }
        if (unit.nanoseconds > second && left >= unit.nanoseconds) {
            text += std::to_string(left / unit.nanoseconds) + std::string(unit.name);
            left %= unit.nanoseconds;
            if (left == 0) {
                return text;
            }
        }
    }
    return text;
}

std::optional<Duration> parse_duration(std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    constexpr std::int64_t limit = 100LL * 365 * 86'400 * 1'000'000'000;  // a hundred years
    std::int64_t total = 0;
    while (!text.empty()) {
        const auto whole = take_number(text);
        if (!whole) {
            return std::nullopt;
        }
        std::string_view fraction;
        if (text.starts_with('.')) {
            const std::size_t end = text.find_first_not_of("0123456789", 1);
            if (end == std::string_view::npos) {
                return std::nullopt;
            }
            fraction = text.substr(1, end - 1);
            text.remove_prefix(end);
            if (fraction.empty()) {
                return std::nullopt;
            }
        }
        const std::size_t letters = std::min(text.find_first_of("0123456789."), text.size());
        const Unit* unit = find_unit(text.substr(0, letters));
        if (unit == nullptr || *whole > limit / unit->nanoseconds) {
            return std::nullopt;
        }
        text.remove_prefix(letters);
        total += *whole * unit->nanoseconds;
        if (!fraction.empty()) {
            const auto part = take_fraction(fraction, unit->nanoseconds);
            if (!part) {
                return std::nullopt;
            }
            total += *part;
        }
        if (total > limit) {
            return std::nullopt;
        }
    }
    return Duration(total);
}

}  // namespace orrery
