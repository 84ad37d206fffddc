// DynamoDB's numbers, two of them, one a line, held against arithmetic on columns of digits.
// iterations: 400000
#include "engine/ensure.h"
#include "services/aws/error.h"
#include "services/dynamodb/number.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

using namespace orrery;
using namespace orrery::dynamodb;

namespace {

/// A sign and a digit for each power of ten that a number may have, the lowest first.
struct Columns {
    static constexpr int lowest = -170;
    static constexpr int count = 300;

    std::array<int, count> digits{};
    bool negative = false;

    /// Of plain text: "-12.5".
    explicit Columns(std::string_view text) {
        negative = text.starts_with('-');
        text.remove_prefix(negative ? 1 : 0);
        const std::size_t point = std::min(text.find('.'), text.size());
        int power = static_cast<int>(point) - 1;
        for (const char character : text) {
            if (character != '.') {
                digits.at(static_cast<std::size_t>(power-- - lowest)) = character - '0';
            }
        }
    }
    Columns() = default;

    int compare_magnitude(const Columns& other) const {
        for (int index = count - 1; index >= 0; --index) {
            const auto at = static_cast<std::size_t>(index);
            if (digits[at] != other.digits[at]) {
                return digits[at] < other.digits[at] ? -1 : 1;
            }
        }
        return 0;
    }
    int compare(const Columns& other) const {
        const int magnitude = compare_magnitude(other);
        if (negative != other.negative) {
            return negative ? -1 : 1;
        }
        return negative ? -magnitude : magnitude;
    }
    Columns plus(const Columns& other) const {
        Columns sum;
        const bool adds = negative == other.negative;
        const bool first = adds || compare_magnitude(other) >= 0;
        const Columns& larger = first ? *this : other;
        const Columns& smaller = first ? other : *this;
        int carry = 0;
        for (std::size_t index = 0; index < digits.size(); ++index) {
            const int digit = larger.digits[index] +
                              (adds ? smaller.digits[index] : -smaller.digits[index]) + carry;
            carry = digit > 9 ? 1 : digit < 0 ? -1 : 0;
            sum.digits[index] = digit - 10 * carry;
        }
        sum.negative =
            larger.negative &&
            std::any_of(sum.digits.begin(), sum.digits.end(), [](int digit) { return digit != 0; });
        return sum;
    }
    /// Nothing if DynamoDB has no such number.
    std::optional<std::string> text() const {
        int high = count - 1;
        while (high >= 0 && digits[static_cast<std::size_t>(high)] == 0) {
            --high;
        }
        if (high < 0) {
            return "0";
        }
        int low = 0;
        while (digits[static_cast<std::size_t>(low)] == 0) {
            ++low;
        }
        if (high - low >= 38 || high + lowest > 125 || high + lowest < -130) {
            return std::nullopt;
        }
        std::string plain = negative ? "-" : "";
        for (int power = std::max(high + lowest, 0); power >= std::min(low + lowest, 0); --power) {
            plain += power == -1 ? "." : "";
            plain += static_cast<char>('0' + digits[static_cast<std::size_t>(power - lowest)]);
        }
        return plain;
    }
};

std::optional<Number> parse(std::string_view text) {
    try {
        return Number::parse(text);
    } catch (const aws::ApiError& error) {
        ENSURE(error.code() == "ValidationException");
        return std::nullopt;
    }
}

template <typename Act>
void check_result(const std::optional<std::string>& expected, Act act) {
    try {
        const Number result = act();
        ENSURE(expected && result.text() == *expected);
    } catch (const aws::ApiError& error) {
        ENSURE(error.code() == "ValidationException" && !expected);
    }
}

std::string key_of(const Number& number) {
    std::string bytes;
    number.append_key(bytes);
    return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view first = input.substr(0, input.find('\n'));
    const std::string_view second = input.substr(std::min(first.size() + 1, input.size()));
    const std::optional<Number> left = parse(first);
    const std::optional<Number> right = parse(second);
    if (!left || !right) {
        return 0;
    }
    const Columns left_columns(left->text());
    const Columns right_columns(right->text());
    ENSURE(left_columns.text() == left->text() && Number::parse(left->text()) == *left);
    const int order = left_columns.compare(right_columns);
    ENSURE((*left <=> *right) == (order <=> 0) && (*left == *right) == (order == 0));
    ENSURE((key_of(*left) <=> key_of(*right)) == (order <=> 0));
    ENSURE(order == 0 || !key_of(*left).starts_with(key_of(*right)));
    check_result(left_columns.plus(right_columns).text(), [&] { return *left + *right; });
    Columns minus = right_columns;
    minus.negative = !minus.negative && !right->is_zero();
    check_result(left_columns.plus(minus).text(), [&] { return *left - *right; });
    return 0;
}
