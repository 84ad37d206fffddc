#include "services/dynamodb/number.h"

#include "services/dynamodb/characters.h"
#include "services/dynamodb/validation_error.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace orrery::dynamodb {

namespace {

constexpr int most_digits = 38;
// Of the first digit: 9.9…E+125 is the largest magnitude, 1E-130 the smallest.
constexpr int largest_exponent = 125;
constexpr int smallest_exponent = -130;

constexpr std::array<UnsignedInt128, most_digits + 1> powers_of_ten = [] {
    std::array<UnsignedInt128, most_digits + 1> powers{};
    powers[0] = 1;
    for (std::size_t index = 1; index < powers.size(); ++index) {
        powers[index] = powers[index - 1] * 10;
    }
    return powers;
}();

constexpr UnsignedInt128 power_of_ten(int exponent) {
    return powers_of_ten[static_cast<std::size_t>(exponent)];
}

/// Of a coefficient that is not zero.
int count_digits(UnsignedInt128 coefficient) {
    const auto* beyond = std::upper_bound(powers_of_ten.begin(), powers_of_ten.end(), coefficient);
    return static_cast<int>(beyond - powers_of_ten.begin());
}

/// Decimal digits without leading zeros, right-aligned in a buffer.
class Digits {
public:
    explicit Digits(UnsignedInt128 coefficient) {
        constexpr std::uint64_t half = 10'000'000'000'000'000'000U;  // 10^19
        const auto high = static_cast<std::uint64_t>(coefficient / half);
        prepend(static_cast<std::uint64_t>(coefficient % half));
        if (high != 0) {
            std::fill(buffer_.end() - 19, begin_, '0');
            begin_ = buffer_.end() - 19;
            prepend(high);
        }
    }
    std::string_view text() const {
        return {begin_, static_cast<std::size_t>(buffer_.end() - begin_)};
    }

private:
    void prepend(std::uint64_t value) {
        for (; value != 0; value /= 10) {
            *--begin_ = static_cast<char>('0' + value % 10);
        }
    }

    std::array<char, most_digits + 1> buffer_;
    char* begin_ = buffer_.end();
};

aws::ApiError overflow() {
    return validation_error(
        "Number overflow. Attempting to store a number with magnitude larger "
        "than supported range");
}

void check_magnitude(std::int64_t first_digit_exponent) {
    if (first_digit_exponent > largest_exponent) {
        throw overflow();
    }
    if (first_digit_exponent < smallest_exponent) {
        throw validation_error(
            "Number underflow. Attempting to store a number with magnitude "
            "smaller than supported range");
    }
}

/// Reads text from the left: digits with at most one point among them, then an exponent.
class Scan {
public:
    explicit Scan(std::string_view text) : text_(text) {}

    bool skip_sign() {
        const bool negative = next() == '-';
        if (negative || next() == '+') {
            ++position_;
        }
        return negative;
    }
    /// False if there is no digit.
    bool read_digits() {
        bool any = false;
        bool fraction = false;
        for (;; ++position_) {
            if (next() == '.' && !fraction) {
                fraction = true;
            } else if (is_digit(next())) {
                any = true;
                lowest -= fraction ? 1 : 0;
                add_digit(static_cast<unsigned>(next() - '0'));
            } else {
                return any;
            }
        }
    }
    /// Zero if there is none; nothing if it is none. Far beyond the range it stays where it is.
    bool read_exponent(std::int64_t& exponent) {
        if (next() != 'e' && next() != 'E') {
            return true;
        }
        ++position_;
        const bool negative = skip_sign();
        const std::size_t begin = position_;
        for (; is_digit(next()); ++position_) {
            exponent = std::min<std::int64_t>(exponent * 10 + (next() - '0'), 1'000'000'000'000);
        }
        exponent = negative ? -exponent : exponent;
        return position_ > begin;
    }
    bool at_end() const { return position_ == text_.size(); }

    UnsignedInt128 coefficient = 0;  // without the zeros at its end; beyond 38 digits not kept
    std::int64_t span = 0;           // digits read from the first on that is not zero
    std::int64_t zeros = 0;          // of these, at the end
    std::int64_t lowest = 0;         // exponent of the last digit

private:
    char next() const { return position_ < text_.size() ? text_[position_] : '\0'; }

    void add_digit(unsigned digit) {
        span += span != 0 || digit != 0 ? 1 : 0;
        if (digit == 0) {
            zeros += span != 0 ? 1 : 0;
        } else {
            if (span <= most_digits) {
                coefficient = coefficient * power_of_ten(static_cast<int>(zeros) + 1) + digit;
            }
            zeros = 0;
        }
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

}  // namespace

Number Number::parse(std::string_view text) {
    Scan scan(text);
    const bool negative = scan.skip_sign();
    std::int64_t exponent = 0;
    if (!scan.read_digits() || !scan.read_exponent(exponent) || !scan.at_end()) {
        throw validation_error("The parameter cannot be converted to a numeric value" +
                               (text.empty() ? std::string() : ": " + std::string(text)));
    }
    if (scan.span == 0) {
        check_magnitude(exponent);  // also of zero [alternator test_number]
        return {};
    }
    const std::int64_t first = scan.lowest + exponent + scan.span - 1;
    check_magnitude(first);
    if (scan.span - scan.zeros > most_digits) {
        throw validation_error("Attempting to store more than 38 significant digits in a Number");
    }
    Number number;
    number.coefficient_ = scan.coefficient;
    number.exponent_ = static_cast<std::int16_t>(scan.lowest + exponent + scan.zeros);
    number.negative_ = negative;
    return number;
}

int Number::first_exponent() const {
    return exponent_ + count_digits(coefficient_) - 1;
}

std::string Number::text() const {
    if (is_zero()) {
        return "0";
    }
    const Digits buffer(coefficient_);
    const std::string_view digits = buffer.text();
    std::string text = negative_ ? "-" : "";
    const auto places = static_cast<std::size_t>(std::abs(exponent_));
    if (exponent_ >= 0) {
        text.append(digits).append(places, '0');
    } else if (digits.size() > places) {
        text.append(digits.substr(0, digits.size() - places)) += '.';
        text.append(digits.substr(digits.size() - places));
    } else {
        text.append("0.").append(places - digits.size(), '0').append(digits);
    }
    return text;
}

/// Two digits are a byte, before and after the point each by themselves; zeros at either end count
/// nothing. [recorded in nubo-db/dynoxide's changes, issue 187; the sign: dyl]
std::size_t Number::size() const {
    if (is_zero()) {
        return 1;
    }
    const int digits = count_digits(coefficient_);
    const int fraction = std::clamp(-int{exponent_}, 0, digits);
    return static_cast<std::size_t>(1 + (digits - fraction + 1) / 2 + (fraction + 1) / 2 +
                                    (negative_ ? 1 : 0));
}

/// Of a result: `lowest` is the exponent of its last digit.
Number Number::normal(UnsignedInt128 coefficient, int lowest, bool negative) {
    Number number;
    if (coefficient == 0) {
        return number;
    }
    for (; coefficient % 10 == 0; coefficient /= 10) {
        ++lowest;
    }
    if (count_digits(coefficient) > most_digits) {
        throw overflow();  // not the text about digits [alternator test_number]
    }
    number.coefficient_ = coefficient;
    number.exponent_ = static_cast<std::int16_t>(lowest);
    number.negative_ = negative;
    check_magnitude(number.first_exponent());
    return number;
}

Number operator+(const Number& left, const Number& right) {
    if (left.is_zero() || right.is_zero()) {
        return left.is_zero() ? right : left;
    }
    const Number& upper = left.exponent_ >= right.exponent_ ? left : right;
    const Number& lower = left.exponent_ >= right.exponent_ ? right : left;
    // The last digit of `lower` remains, so that nothing from 2E38 on, even with 9.9E37 taken
    // away, has 38 digits or fewer.
    const int shift = upper.exponent_ - lower.exponent_;
    const UnsignedInt128 limit = 2 * power_of_ten(most_digits);
    if (shift > most_digits || upper.coefficient_ > limit / power_of_ten(shift)) {
        throw overflow();
    }
    const UnsignedInt128 shifted = upper.coefficient_ * power_of_ten(shift);
    if (upper.negative_ == lower.negative_) {
        return Number::normal(shifted + lower.coefficient_, lower.exponent_, upper.negative_);
    }
    return shifted >= lower.coefficient_
               ? Number::normal(shifted - lower.coefficient_, lower.exponent_, upper.negative_)
               : Number::normal(lower.coefficient_ - shifted, lower.exponent_, lower.negative_);
}

Number operator-(const Number& left, const Number& right) {
    Number minus = right;
    minus.negative_ = !right.negative_ && !right.is_zero();
    return left + minus;
}

std::strong_ordering operator<=>(const Number& left, const Number& right) {
    const auto sign = [](const Number& number) {
        return number.is_zero() ? 0 : number.negative_ ? -1 : 1;
    };
    if (sign(left) != sign(right) || left.is_zero()) {
        return sign(left) <=> sign(right);
    }
    const auto magnitude = [&] {
        const int left_digits = count_digits(left.coefficient_);
        const int right_digits = count_digits(right.coefficient_);
        if (left.exponent_ + left_digits != right.exponent_ + right_digits) {
            return left.exponent_ + left_digits <=> right.exponent_ + right_digits;
        }
        return left.coefficient_ * power_of_ten(most_digits - left_digits) <=>
               right.coefficient_ * power_of_ten(most_digits - right_digits);
    }();
    return left.negative_ ? 0 <=> magnitude : magnitude;
}

void Number::append_key(std::string& bytes) const {
    const std::size_t begin = bytes.size();
    bytes += is_zero() ? '\2' : '\3';
    if (is_zero()) {
        return;
    }
    const Digits buffer(coefficient_);
    const std::string_view digits = buffer.text();
    // All exponents fit into a byte. Digits go by pairs, 1 to 100, so that 0 can end them.
    bytes += static_cast<char>(first_exponent() - smallest_exponent);
    for (std::size_t index = 0; index < digits.size(); index += 2) {
        const int units = index + 1 < digits.size() ? digits[index + 1] - '0' : 0;
        bytes += static_cast<char>((digits[index] - '0') * 10 + units + 1);
    }
    bytes += '\0';
    if (negative_) {
        bytes[begin] = '\1';
        for (std::size_t index = begin + 1; index < bytes.size(); ++index) {
            bytes[index] = static_cast<char>(~bytes[index]);
        }
    }
}

}  // namespace orrery::dynamodb
