/// DynamoDB's numbers: decimal, up to 38 significant digits, magnitudes from 1E-130 to
/// 9.9…E+125, and zero. [docs: HowItWorks.NamingRulesDataTypes]
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

__extension__ using UnsignedInt128 = unsigned __int128;

/// Always normal: the coefficient ends in no zero, and zero is 0E0. Equal numbers are equal member
/// by member.
class Number {
public:
    Number() = default;
    /// Throws ApiError (ValidationException) for text that is no number, for more than 38 digits
    /// and for magnitudes out of range. [dyl; alternator test_number]
    static Number parse(std::string_view text);

    /// As DynamoDB returns it: "1", "-0.5", "100"; never an exponent.
    std::string text() const;
    /// How many bytes it counts in an item's size. [dyl; docs: CapacityUnitCalculations]
    std::size_t size() const;
    bool is_zero() const { return coefficient_ == 0; }

    /// Throw ApiError where the result is out of range or needs more than 38 digits.
    friend Number operator+(const Number& left, const Number& right);
    friend Number operator-(const Number& left, const Number& right);
    friend std::strong_ordering operator<=>(const Number& left, const Number& right);
    friend bool operator==(const Number& left, const Number& right) = default;

    /// Bytes whose unsigned order is the order of numbers, none of them a prefix of another's.
    void append_key(std::string& bytes) const;

private:
    static Number normal(UnsignedInt128 coefficient, int lowest, bool negative);
    /// Of the first digit; not of zero.
    int first_exponent() const;

    UnsignedInt128 coefficient_ = 0;  // below 10^38
    std::int16_t exponent_ = 0;       // the number is coefficient x 10^exponent
    bool negative_ = false;
};

}  // namespace orrery::dynamodb
