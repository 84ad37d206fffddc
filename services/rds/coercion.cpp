#include "services/rds/coercion.h"

#include "services/rds/mysql_error.h"
#include "services/rds/sql/text.h"
#include "services/rds/storage/decimal.h"
#include "services/rds/storage/temporal.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace orrery::rds {

namespace {

class Coercion {
public:
    Coercion(const ColumnDefinition& column, const CoercionContext& context)
        : column_(column), context_(context) {}

    Value run(const Value& value) const {
        const ColumnType& type = column_.type;
        if (type.is_integer()) {
            return to_integer(value);
        }
        if (type.is_decimal()) {
            return to_decimal(value);
        }
        if (type.is_real()) {
            return to_real(value);
        }
        if (type.is_text()) {
            return to_text_column(value);
        }
        if (type.is_binary()) {
            return to_binary(value);
        }
        return type.name == TypeName::time ? to_time(value) : to_date(value);
    }

private:
    std::string at_row() const { return " at row " + std::to_string(context_.row); }

    /// An error where sql_mode is strict; else a warning, and `instead` is stored.
    Value complain(std::uint16_t number, const std::string& message, Value instead) const {
        if (context_.strictness == Strictness::strict) {
            throw MysqlError(number, message);
        }
        if (context_.warnings != nullptr) {
            context_.warnings->push_back({"Warning", number, message});
        }
        return instead;
    }
    Value out_of_range(Value instead) const {
        return complain(1264,
                        "Out of range value for column " + in_quotes(column_.name) + at_row(),
                        std::move(instead));
    }
    Value truncated(Value instead) const {
        return complain(1265,
                        "Data truncated for column " + in_quotes(column_.name) + at_row(),
                        std::move(instead));
    }
    Value incorrect(std::uint16_t number,
                    const std::string& kind,
                    const std::string& text,
                    Value instead) const {
        return complain(number,
                        "Incorrect " + kind + " value: " + in_quotes(text) + " for column " +
                            in_quotes(column_.name) + at_row(),
                        std::move(instead));
    }

    Value to_integer(const Value& value) const {
        const auto bounds = integer_bounds(column_.type);
        if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
            return within(*integer, bounds);
        }
        if (const auto* const real = std::get_if<double>(&value)) {
            const std::int64_t rounded = saturated(*real);
            return std::fabs(*real) < 0x1p63 ? within(rounded, bounds)
                                             : out_of_range(rounded < 0 ? bounds.low : bounds.high);
        }
        const std::string text = trimmed(to_text(value));
        const auto number = Decimal::parse(text);
        if (!number) {
            const double leading = leading_number(text);
            const bool begins_with_number =
                !text.empty() &&
                text.find_first_of("0123456789") == (text[0] == '-' || text[0] == '+' ? 1U : 0U);
            const auto instead =
                static_cast<std::int64_t>(std::clamp(std::round(leading), -9.2e18, 9.2e18));
            if (begins_with_number && !Decimal::parse(double_text(leading))) {
                return out_of_range(leading < 0 ? bounds.low : bounds.high);
            }
            return begins_with_number ? truncated(instead)
                                      : incorrect(1366, "integer", text, std::int64_t{0});
        }
        const Decimal rounded = number->with_scale(0).value_or(*number);
        if (rounded.units > INT64_MAX || rounded.units < INT64_MIN) {
            if (rounded.units > 0 && rounded.units <= Int128{UINT64_MAX} &&
                column_.type.name == TypeName::bigint && column_.type.is_unsigned) {
                throw not_supported("BIGINT UNSIGNED values above 9223372036854775807");
            }
            return out_of_range(rounded.units < 0 ? bounds.low : bounds.high);
        }
        return within(static_cast<std::int64_t>(rounded.units), bounds);
    }

    Value within(std::int64_t number, const IntegerBounds& bounds) const {
        if (number < bounds.low || number > bounds.high) {
            return out_of_range(std::clamp(number, bounds.low, bounds.high));
        }
        return number;
    }

    Value to_decimal(const Value& value) const {
        const std::string text = trimmed(to_text(value));
        const auto number = Decimal::parse(text);
        const int scale = column_.type.scale;
        if (!number) {
            const Decimal leading = Decimal::of(value).with_scale(scale).value_or(Decimal{});
            return incorrect(1366, "decimal", text, leading.text());
        }
        const auto rounded = number->with_scale(scale);
        const auto most = static_cast<int>(column_.type.length) - scale;
        if (!rounded || rounded->integer_digits() > most ||
            (rounded->units < 0 && column_.type.is_unsigned)) {
            const std::string highest = nines(most, scale);
            const bool negative = number->units < 0;
            return out_of_range(
                negative ? (column_.type.is_unsigned ? Decimal{0, scale}.text() : "-" + highest)
                         : highest);
        }
        return rounded->text();
    }

    Value to_real(const Value& value) const {
        double number = 0;
        if (const auto* const real = std::get_if<double>(&value)) {
            number = *real;
        } else {
            const std::string text = trimmed(to_text(value));
            const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
            const auto result = std::from_chars(begin, text.data() + text.size(), number);
            if (text.empty() || result.ec != std::errc() ||
                result.ptr != text.data() + text.size()) {
                return truncated(leading_number(text));
            }
        }
        if (column_.type.is_unsigned && number < 0) {
            return out_of_range(0.0);
        }
        if (column_.type.name == TypeName::float_number) {
            if (std::fabs(number) > 3.402823466e38) {
                return out_of_range(number < 0 ? -3.402823466e38 : 3.402823466e38);
            }
            return static_cast<double>(static_cast<float>(number));
        }
        return number;
    }

    Value to_text_column(const Value& value) const {
        std::string text = to_text(value);
        if (!is_utf8(text)) {
            return incorrect(1366, "string", escaped(text), std::string());
        }
        const ColumnType& type = column_.type;
        const bool by_bytes = type.is_large();
        const auto limit = by_bytes ? length_limit(type) : type.length;
        const auto length = by_bytes ? text.size() : count_code_points(text);
        if (length > limit) {
            const auto cut = by_bytes ? static_cast<std::size_t>(limit) : byte_offset(text, limit);
            const bool only_blanks = text.find_first_not_of(' ', cut) == std::string::npos;
            std::string kept = text.substr(0, cut);
            if (!only_blanks) {
                return too_long(std::move(kept));
            }
            text = std::move(kept);
        }
        if (type.name == TypeName::char_text) {
            text.erase(text.find_last_not_of(' ') + 1);
        }
        return text;
    }

    Value too_long(Value instead) const {
        return complain(1406,
                        "Data too long for column " + in_quotes(column_.name) + at_row(),
                        std::move(instead));
    }

    Value to_binary(const Value& value) const {
        std::string bytes = to_text(value);
        const ColumnType& type = column_.type;
        const auto limit = type.is_large() ? length_limit(type) : type.length;
        if (bytes.size() > limit) {
            return too_long(Blob{bytes.substr(0, limit)});
        }
        if (type.name == TypeName::binary) {
            bytes.resize(type.length);
        }
        return Blob{std::move(bytes)};
    }

    Value to_date(const Value& value) const {
        const std::string text = to_text(value);
        const auto time = parse_date_time(text);
        const bool is_date = column_.type.name == TypeName::date;
        if (!time) {
            return incorrect(
                1292, is_date ? "date" : "datetime", text, implicit_default(column_.type));
        }
        return is_date
                   ? date_text(*time)
                   : date_time_text(round_to_scale(*time, column_.type.scale), column_.type.scale);
    }

    Value to_time(const Value& value) const {
        const std::string text = to_text(value);
        if (auto time = canonical_time(text, column_.type.scale)) {
            return *std::move(time);
        }
        if (const auto full = parse_date_time(text)) {
            return date_time_text(round_to_scale(*full, column_.type.scale), column_.type.scale)
                .substr(11);
        }
        return incorrect(1292, "time", text, implicit_default(column_.type));
    }

    static std::string trimmed(const std::string& text) {
        const auto begin = text.find_first_not_of(" \t\r\n");
        return begin == std::string::npos
                   ? ""
                   : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
    }

    static std::string escaped(const std::string& text) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        std::string result;
        for (const char letter : text.substr(0, 6)) {
            const auto byte = static_cast<unsigned char>(letter);
            if (byte >= 0x20 && byte < 0x7f) {
                result += letter;
            } else {
                result += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
            }
        }
        return text.size() > 6 ? result + "..." : result;
    }

    const ColumnDefinition& column_;
    const CoercionContext& context_;
};

}  // namespace

Value coerce(const Value& value, const ColumnDefinition& column, const CoercionContext& context) {
    return is_null(value) ? value : Coercion(column, context).run(value);
}

Value implicit_default(const ColumnType& type) {
    if (type.is_integer()) {
        return std::int64_t{0};
    }
    if (type.is_decimal()) {
        return Decimal{0, type.scale}.text();
    }
    if (type.is_real()) {
        return 0.0;
    }
    if (type.is_binary()) {
        return Blob{};
    }
    const std::string fraction = type.scale > 0 ? "." + std::string(type.scale, '0') : "";
    switch (type.name) {
        case TypeName::date: return "0000-00-00";
        case TypeName::datetime:
        case TypeName::timestamp: return "0000-00-00 00:00:00" + fraction;
        case TypeName::time: return "00:00:00" + fraction;
        default: return std::string();
    }
}

}  // namespace orrery::rds
