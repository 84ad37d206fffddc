/// Numbers as JSON holds them, compared by their exact values.
#pragma once

#include "engine/json.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <variant>

namespace orrery {

/// A double only where it has a fraction or lies beyond the integers' ranges; an integer is
/// unsigned only where it is too big for a signed one.
using Number = std::variant<std::int64_t, std::uint64_t, double>;

/// The value of a number, or of a string that holds one: AWS gives many numbers as strings ("4").
std::optional<Number> number_in(const Json& value);

/// Never unordered: a Number is no NaN.
std::partial_ordering compare(const Number& left, const Number& right);

}  // namespace orrery
