#include "engine/ensure.h"
#include "services/rds/storage/decimal.h"
#include "services/rds/storage/function_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace orrery::rds {

namespace {

Value checked_real(double number) {
    if (!std::isfinite(number)) {
        throw MysqlError(1690, "DOUBLE value is out of range");
    }
    return number;
}

/// [MySQL manual: strict SQL mode] in statements that write, a text must be a number to count as
/// one.
double checked_number(const FunctionContext& context, const Value& value) {
    const auto* const text = std::get_if<std::string>(&value);
    if (context.rules.strict_numbers && text != nullptr && !is_number(*text)) {
        throw MysqlError(1292, "Truncated incorrect DOUBLE value: " + in_quotes(*text));
    }
    return number_of(value);
}

Value division_by_zero(const FunctionContext& context) {
    if (context.rules.division_by_zero_fails) {
        throw MysqlError(1365, "Division by 0");
    }
    return {};
}

Value as_number(FunctionContext& context, const Arguments& arguments) {
    if (std::holds_alternative<std::int64_t>(arguments[0])) {
        return arguments[0];
    }
    const double number = checked_number(context, arguments[0]);
    const bool whole = number == std::floor(number) && std::fabs(number) < 9e15;
    return whole ? Value(static_cast<std::int64_t>(number)) : Value(number);
}

Value integer_arithmetic(FunctionContext& context, const Arguments& arguments) {
    const std::int64_t left = integer_of(arguments[1]);
    const std::int64_t right = integer_of(arguments[2]);
    std::int64_t result = 0;
    bool overflow = false;
    switch (to_text(arguments[0])[0]) {
        case '+': overflow = __builtin_add_overflow(left, right, &result); break;
        case '-': overflow = __builtin_sub_overflow(left, right, &result); break;
        case '*': overflow = __builtin_mul_overflow(left, right, &result); break;
        case 'd':
        case '%':
            if (right == 0) {
                return division_by_zero(context);
            }
            overflow = right == -1 && left == INT64_MIN;
            result = overflow ? 0 : to_text(arguments[0])[0] == 'd' ? left / right : left % right;
            break;
        default: ENSURE(false);
    }
    if (overflow) {
        throw MysqlError(1690, "BIGINT value is out of range");
    }
    return result;
}

/// The result of integer arithmetic in which an operand is UNSIGNED; its text for the error.
Value unsigned_result(FunctionContext&, const Arguments& arguments) {
    if (integer_of(arguments[0]) < 0) {
        throw MysqlError(
            1690, "BIGINT UNSIGNED value is out of range in " + in_quotes(to_text(arguments[1])));
    }
    return arguments[0];
}

Value bit_arithmetic(FunctionContext&, const Arguments& arguments) {
    const auto left = static_cast<std::uint64_t>(integer_of(arguments[1]));
    const auto right = static_cast<std::uint64_t>(integer_of(arguments[2]));
    std::uint64_t result = 0;
    switch (to_text(arguments[0])[0]) {
        case '&': result = left & right; break;
        case '|': result = left | right; break;
        case '^': result = left ^ right; break;
        case '<': result = right > 63 ? 0 : left << right; break;
        case '>': result = right > 63 ? 0 : left >> right; break;
        default: ENSURE(false);
    }
    if (result > INT64_MAX) {
        throw not_supported("bit operation with a result above 9223372036854775807");
    }
    return static_cast<std::int64_t>(result);
}

Value decimal_arithmetic(FunctionContext& context, const Arguments& arguments) {
    const char operation = to_text(arguments[0])[0];
    const Decimal left = Decimal::of(arguments[1]);
    const Decimal right = Decimal::of(arguments[2]);
    const auto result =
        operation == '/' ? precise_quotient(left, right) : calculate(operation, left, right);
    return result ? Value(result->text()) : division_by_zero(context);
}

Value real_arithmetic(FunctionContext& context, const Arguments& arguments) {
    const double left = checked_number(context, arguments[1]);
    const double right = checked_number(context, arguments[2]);
    const char operation = to_text(arguments[0])[0];
    if (right == 0 && (operation == '/' || operation == '%' || operation == 'd')) {
        return division_by_zero(context);
    }
    switch (operation) {
        case '+': return checked_real(left + right);
        case '-': return checked_real(left - right);
        case '*': return checked_real(left * right);
        case '/': return checked_real(left / right);
        case '%': return checked_real(std::fmod(left, right));
        case 'd': return integer_of(std::trunc(left / right));
        default: ENSURE(false);
    }
    return {};
}

Value decimal_compare(FunctionContext&, const Arguments& arguments) {
    return std::int64_t{compare(Decimal::of(arguments[0]), Decimal::of(arguments[1]))};
}

void check_cast_text(const FunctionContext& context, const Value& value, const char* type) {
    const auto* const text = std::get_if<std::string>(&value);
    if (context.rules.strict_numbers && text != nullptr && !is_number(*text)) {
        throw MysqlError(
            1292, std::string("Truncated incorrect ") + type + " value: " + in_quotes(*text));
    }
}

/// CAST(value AS DECIMAL(digits, scale)): what does not fit becomes the nearest value that does.
Value cast_decimal(FunctionContext& context, const Arguments& arguments) {
    check_cast_text(context, arguments[0], "DECIMAL");
    const auto scale = static_cast<int>(integer_of(arguments[2]));
    const auto most = static_cast<int>(integer_of(arguments[1])) - scale;
    const Decimal number = Decimal::of(arguments[0]);
    const auto rounded = number.with_scale(scale);
    return rounded && rounded->integer_digits() <= most
               ? rounded->text()
               : (number.units < 0 ? "-" : "") + nines(most, scale);
}

/// CAST(value AS SIGNED), of a text if the second argument is 1.
Value cast_integer(FunctionContext& context, const Arguments& arguments) {
    if (const auto* const real = std::get_if<double>(&arguments[0])) {
        return saturated(*real);
    }
    if (std::holds_alternative<std::int64_t>(arguments[0])) {
        return arguments[0];
    }
    if (integer_of(arguments[1]) == 0) {
        const auto rounded = Decimal::of(arguments[0]).with_scale(0).value_or(Decimal{});
        return static_cast<std::int64_t>(
            std::clamp(rounded.units, Int128{INT64_MIN}, Int128{INT64_MAX}));
    }
    check_cast_text(context, arguments[0], "INTEGER");
    const std::string text = to_text(arguments[0]);
    const auto begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    const char* const first = text.data() + begin + (text.substr(begin, 1) == "+" ? 1 : 0);
    std::int64_t number = 0;
    if (std::from_chars(first, text.data() + text.size(), number).ec ==
        std::errc::result_out_of_range) {
        throw not_supported("CAST of a text beyond 64 bits to SIGNED");
    }
    return number;
}

Value round_decimal(FunctionContext&, const Arguments& arguments) {
    const auto rounded =
        Decimal::of(arguments[0]).with_scale(static_cast<int>(integer_of(arguments[1])));
    if (!rounded) {
        throw MysqlError(1690, "DECIMAL value is out of range");
    }
    return rounded->text();
}

Value round_real(FunctionContext&, const Arguments& arguments) {
    const double power = std::pow(10.0, static_cast<double>(integer_of(arguments[1])));
    return checked_real(std::nearbyint(number_of(arguments[0]) * power) / power);
}

Value floor_of(FunctionContext&, const Arguments& arguments) {
    return integer_of(std::floor(number_of(arguments[0])));
}

Value ceiling_of(FunctionContext&, const Arguments& arguments) {
    return integer_of(std::ceil(number_of(arguments[0])));
}

Value power(FunctionContext&, const Arguments& arguments) {
    return checked_real(std::pow(number_of(arguments[0]), number_of(arguments[1])));
}

Value square_root(FunctionContext&, const Arguments& arguments) {
    const double number = number_of(arguments[0]);
    return number < 0 ? Value() : Value(std::sqrt(number));
}

Value random_number(FunctionContext& context, const Arguments&) {
    return static_cast<double>(context.random.next() >> 11U) * 0x1.0p-53;
}

Value uuid(FunctionContext& context, const Arguments&) {
    return context.random.uuid();
}

/// The one row of a scalar subquery: value, number of number_rows.
Value only_row(FunctionContext&, const Arguments& arguments) {
    if (integer_of(arguments[1]) > 1) {
        throw MysqlError(1242, "Subquery returns more than 1 row");
    }
    return arguments[0];
}

constexpr std::array number_rows = std::to_array<FunctionRow>({
    {"mysql_number", 1, as_number},
    {"mysql_integer", 3, integer_arithmetic},
    {"mysql_unsigned", 2, unsigned_result},
    {"mysql_bits", 3, bit_arithmetic},
    {"mysql_decimal", 3, decimal_arithmetic},
    {"mysql_real", 3, real_arithmetic},
    {"mysql_decimal_compare", 2, decimal_compare},
    {"mysql_cast_decimal", 3, cast_decimal},
    {"mysql_cast_integer", 2, cast_integer},
    {"mysql_round_decimal", 2, round_decimal},
    {"mysql_round_real", 2, round_real},
    {"mysql_floor", 1, floor_of},
    {"mysql_ceiling", 1, ceiling_of},
    {"mysql_power", 2, power},
    {"mysql_sqrt", 1, square_root},
    {"mysql_rand", 0, random_number, Nulls::give_null, Repeatable::seeded},
    {"mysql_uuid", 0, uuid, Nulls::give_null, Repeatable::seeded},
    {"mysql_only_row", 2, only_row, Nulls::are_passed},
});

}  // namespace

std::span<const FunctionRow> number_functions() {
    return number_rows;
}

double number_of(const Value& value) {
    if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
        return static_cast<double>(*integer);
    }
    if (const auto* const real = std::get_if<double>(&value)) {
        return *real;
    }
    return leading_number(to_text(value));
}

std::int64_t integer_of(const Value& value) {
    if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
        return *integer;
    }
    // A double goes to the even neighbour where it is half-way.
    const double given = number_of(value);
    const double number =
        std::holds_alternative<double>(value) ? std::nearbyint(given) : std::round(given);
    if (number >= 9.3e18 || number <= -9.3e18) {
        throw MysqlError(1690, "BIGINT value is out of range");
    }
    return static_cast<std::int64_t>(number);
}

}  // namespace orrery::rds
