/// Exact decimal numbers of up to 38 digits: MySQL's DECIMAL as far as this server supports it.
#pragma once

#include "services/rds/storage/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::rds {

__extension__ using Int128 = __int128;

struct Decimal {
    Int128 units = 0;  // the number times 10^scale
    int scale = 0;

    /// Reads "-12.50" and "1e3"; nothing for text with anything else in it, or too many digits.
    static std::optional<Decimal> parse(std::string_view text);
    /// The number that a value begins with or is; NULL counts as 0, like text that is no number.
    static Decimal of(const Value& value);

    /// Half away from zero, as MySQL rounds. Nothing if the digits do not fit.
    std::optional<Decimal> with_scale(int wanted) const;
    std::string text() const;
    /// How many digits stand before the point.
    int integer_digits() const;
};

/// The nearest integer, half to even, held within 64 bits: as MySQL makes integers of doubles.
std::int64_t saturated(double number);
/// "99.9": as many nines as a DECIMAL has places.
std::string nines(int integer_digits, int scale);
/// Below, equal to or above 0.
int compare(const Decimal& left, const Decimal& right);
/// `operation` is one of + - * / % d (DIV). Nothing for a division by zero. Throws MysqlError 1690
/// beyond 38 digits.
/// A quotient has four places more than `left`.
std::optional<Decimal> calculate(char operation, const Decimal& left, const Decimal& right);

/// The quotient with the places that MySQL carries on: nine, or a multiple of nine.
std::optional<Decimal> precise_quotient(const Decimal& left, const Decimal& right);

}  // namespace orrery::rds
