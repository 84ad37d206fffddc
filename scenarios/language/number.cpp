#include "scenarios/language/number.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <string>
#include <utility>

namespace orrery {

namespace {

/// All of `text` as a number of that type.
template <typename Value>
std::optional<Value> parse(const std::string& text) {
    Value value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

Number of_unsigned(std::uint64_t value) {
    if (std::in_range<std::int64_t>(value)) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

std::optional<Number> of_double(double value) {
    if (!std::isfinite(value)) {
        return std::nullopt;
    }
    constexpr double two_to_63 = 9223372036854775808.0;
    constexpr double two_to_64 = 18446744073709551616.0;
    if (std::trunc(value) != value || value < -two_to_63 || value >= two_to_64) {
        return value;
    }
    if (value < two_to_63) {
        return static_cast<std::int64_t>(value);
    }
    return static_cast<std::uint64_t>(value);
}

std::optional<Number> of_text(const std::string& text) {
    if (const auto value = parse<std::int64_t>(text)) {
        return *value;
    }
    if (const auto value = parse<std::uint64_t>(text)) {
        return of_unsigned(*value);
    }
    const auto value = parse<double>(text);
    return value ? of_double(*value) : std::nullopt;
}

}  // namespace

std::optional<Number> number_in(const Json& value) {
    if (value.is_number_unsigned()) {
        return of_unsigned(value.get<std::uint64_t>());
    }
    if (value.is_number_integer()) {
        return value.get<std::int64_t>();
    }
    if (value.is_number()) {
        return of_double(value.get<double>());
    }
    return value.is_string() ? of_text(value.get_ref<const std::string&>()) : std::nullopt;
}

std::partial_ordering compare(const Number& left, const Number& right) {
    return std::visit(
        [](auto a, auto b) -> std::partial_ordering {
            if constexpr (std::is_integral_v<decltype(a)> && std::is_integral_v<decltype(b)>) {
                return std::cmp_less(a, b)   ? std::partial_ordering::less
                       : std::cmp_less(b, a) ? std::partial_ordering::greater
                                             : std::partial_ordering::equivalent;
            } else {
                // Exact as well: a double here has a fraction, so it is less than 2^53, or lies
                // beyond every integer; rounding the integer cannot move it past either.
                return static_cast<double>(a) <=> static_cast<double>(b);
            }
        },
        left,
        right);
}

}  // namespace orrery
