#include "engine/net/http.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace orrery {

namespace {

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

bool same_name(std::string_view left, std::string_view right) {
    // Most are written as they are looked for.
    return left.size() == right.size() &&
           (left == right ||
            std::equal(left.begin(), left.end(), right.begin(), [](char one, char other) {
                return lower(one) == lower(other);
            }));
}

const std::string* find_header(const std::vector<HttpHeader>& headers, std::string_view name) {
    const auto found = std::find_if(headers.begin(), headers.end(), [name](const HttpHeader& one) {
        return same_name(one.name, name);
    });
    return found == headers.end() ? nullptr : &found->value;
}

std::string_view HttpRequest::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequest::query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
}

std::string http_date(Instant instant) {
    constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::chrono::sys_seconds second{std::chrono::seconds(epoch_seconds(instant))};
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{second - day};
    std::array<char, 64> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  weekdays.at(std::chrono::weekday{day}.c_encoding()),
                  static_cast<unsigned>(date.day()),
                  months.at(static_cast<unsigned>(date.month()) - 1),
                  static_cast<int>(date.year()),
                  static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

}  // namespace orrery
