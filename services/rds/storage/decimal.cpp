#include "services/rds/storage/decimal.h"

#include "services/rds/mysql_error.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace orrery::rds {

namespace {

constexpr int most_digits = 38;
constexpr int division_digits = 4;  // div_precision_increment

Int128 power_of_ten(int exponent) {
    Int128 power = 1;
    while (exponent-- > 0) {
        power *= 10;
    }
    return power;
}

std::optional<Int128> multiply(Int128 left, Int128 right) {
    Int128 product = 0;
    if (__builtin_mul_overflow(left, right, &product)) {
        return std::nullopt;
    }
    return product;
}

[[noreturn]] void out_of_range() {
    throw MysqlError(1690, "DECIMAL value is out of range");
}

Int128 divide_rounded(Int128 dividend, Int128 divisor) {
    Int128 quotient = dividend / divisor;
    const Int128 rest = dividend % divisor;
    const auto size = [](Int128 number) { return number < 0 ? -number : number; };
    if (size(rest) >= size(divisor) - size(rest)) {
        quotient += (dividend < 0) == (divisor < 0) ? 1 : -1;
    }
    return quotient;
}

std::optional<Decimal> divide(const Decimal& left, const Decimal& right) {
    if (right.units == 0) {
        return std::nullopt;
    }
    // (l / 10^a) / (r / 10^b) to scale a+4 is l * 10^(b+4) / r.
    const int shift = right.scale + division_digits;
    const auto dividend =
        shift > most_digits ? std::nullopt : multiply(left.units, power_of_ten(shift));
    if (!dividend) {
        out_of_range();
    }
    return Decimal{divide_rounded(*dividend, right.units), left.scale + division_digits};
}

/// The number times ten to the power in `text`, if that has few enough digits.
std::optional<Decimal> with_exponent(const Decimal& number, std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    int exponent = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    if (number.units == 0) {
        return Decimal{};
    }
    if (exponent > most_digits + most_digits || exponent < -10 * most_digits) {
        return exponent > 0 ? std::nullopt : std::optional(Decimal{});
    }
    const int scale = number.scale - exponent;
    if (scale < 0) {
        const auto units =
            -scale > most_digits ? std::nullopt : multiply(number.units, power_of_ten(-scale));
        return units ? std::optional(Decimal{*units, 0}) : std::nullopt;
    }
    if (scale <= most_digits) {
        return Decimal{number.units, scale};
    }
    // More places than there is room for: the last ones are rounded away.
    const int lost = scale - most_digits;
    return lost > most_digits
               ? Decimal{}
               : Decimal{divide_rounded(number.units, power_of_ten(lost)), most_digits};
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
    Decimal number;
    std::size_t at = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        ++at;
    }
    int digits = 0;
    bool point = false;
    bool any = false;
    for (; at < text.size(); ++at) {
        if (text[at] == '.' && !point) {
            point = true;
            continue;
        }
        if (text[at] < '0' || text[at] > '9') {
            break;
        }
        any = true;
        digits += digits > 0 || text[at] != '0' ? 1 : 0;
        if (digits > most_digits || number.scale >= most_digits) {
            return std::nullopt;
        }
        number.units = number.units * 10 + (text[at] - '0');
        number.scale += point ? 1 : 0;
    }
    number.units = negative ? -number.units : number.units;
    if (at < text.size() && any && (text[at] == 'e' || text[at] == 'E')) {
        return with_exponent(number, text.substr(at + 1));
    }
    return any && at == text.size() ? std::optional(number) : std::nullopt;
}

Decimal Decimal::of(const Value& value) {
    if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
        return {*integer, 0};
    }
    if (const auto exact = parse(to_text(value))) {
        return *exact;
    }
    const double leading = leading_number(to_text(value));
    const Int128 largest = power_of_ten(most_digits) - 1;
    return parse(double_text(leading)).value_or(Decimal{leading < 0 ? -largest : largest, 0});
}

std::optional<Decimal> Decimal::with_scale(int wanted) const {
    if (wanted <= scale) {
        return Decimal{divide_rounded(units, power_of_ten(scale - wanted)), wanted};
    }
    if (wanted - scale > most_digits) {
        return std::nullopt;
    }
    const auto scaled = multiply(units, power_of_ten(wanted - scale));
    return scaled ? std::optional(Decimal{*scaled, wanted}) : std::nullopt;
}

std::string Decimal::text() const {
    std::string digits;
    for (Int128 rest = units < 0 ? -units : units; rest > 0; rest /= 10) {
        digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    }
    while (digits.size() <= static_cast<std::size_t>(scale)) {
        digits += '0';
    }
    if (scale > 0) {
        digits.insert(static_cast<std::size_t>(scale), 1, '.');
    }
    if (units < 0) {
        digits += '-';
    }
    std::reverse(digits.begin(), digits.end());
    return digits;
}

int Decimal::integer_digits() const {
    int digits = 0;
    for (Int128 rest = units / power_of_ten(scale); rest != 0; rest /= 10) {
        ++digits;
    }
    return digits;
}

std::int64_t saturated(double number) {
    const double rounded = std::nearbyint(number);
    return rounded >= 0x1p63    ? INT64_MAX
           : rounded <= -0x1p63 ? INT64_MIN
                                : static_cast<std::int64_t>(rounded);
}

std::string nines(int integer_digits, int scale) {
    const std::string whole(static_cast<std::size_t>(std::max(integer_digits, 0)), '9');
    return (whole.empty() ? "0" : whole) +
           (scale > 0 ? "." + std::string(static_cast<std::size_t>(scale), '9') : "");
}

int compare(const Decimal& left, const Decimal& right) {
    const int scale = std::max(left.scale, right.scale);
    const auto a = left.with_scale(scale);
    const auto b = right.with_scale(scale);
    if (a && b) {
        return a->units < b->units ? -1 : a->units > b->units ? 1 : 0;
    }
    // The one whose digits do not fit at the finer scale is larger in size.
    return (!a ? left.units : -right.units) < 0 ? -1 : 1;
}

std::optional<Decimal> calculate(char operation, const Decimal& left, const Decimal& right) {
    if (operation == '*') {
        const auto product = multiply(left.units, right.units);
        if (!product || left.scale + right.scale > most_digits) {
            out_of_range();
        }
        return Decimal{*product, left.scale + right.scale};
    }
    if (operation == '/') {
        return divide(left, right);
    }
    const int scale = std::max(left.scale, right.scale);
    const auto a = left.with_scale(scale);
    const auto b = right.with_scale(scale);
    if (!a || !b) {
        out_of_range();
    }
    Int128 result = 0;
    switch (operation) {
        case '+':
            if (__builtin_add_overflow(a->units, b->units, &result)) {
                out_of_range();
            }
            return Decimal{result, scale};
        case '-':
            if (__builtin_sub_overflow(a->units, b->units, &result)) {
                out_of_range();
            }
            return Decimal{result, scale};
        case '%':
            return b->units == 0 ? std::nullopt
                                 : std::optional(Decimal{a->units % b->units, scale});
        default:
            return b->units == 0 ? std::nullopt : std::optional(Decimal{a->units / b->units, 0});
    }
}

std::optional<Decimal> precise_quotient(const Decimal& left, const Decimal& right) {
    constexpr int word = 9;
    const int scale = (left.scale + division_digits + word - 1) / word * word;
    const int shift = scale - left.scale + right.scale;
    const auto dividend = right.units == 0 || shift > most_digits
                              ? std::nullopt
                              : multiply(left.units, power_of_ten(shift));
    return dividend ? Decimal{*dividend / right.units, scale} : divide(left, right);
}

}  // namespace orrery::rds
