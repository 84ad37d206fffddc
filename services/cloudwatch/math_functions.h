/// The functions and operators of metric math, in a table.
#pragma once

#include "services/cloudwatch/expression.h"

#include <cstddef>
#include <string_view>

namespace orrery::cloudwatch {

/// A function's arguments that are not values: FILL(m1, REPEAT), SORT(x, SUM, DESC).
bool is_math_word(std::string_view name);

struct MathFunction {
    std::string_view name;
    std::size_t least;  // arguments
    std::size_t most;
    MathValue (*apply)(const Expression::Node& call, const MathContext& context);
};
/// Null if there is none of that name.
const MathFunction* find_math_function(std::string_view name);

MathValue evaluate_math(const Expression::Node& node, const MathContext& context);
/// An operator between two values: series are joined where both have a value.
MathValue combine(const MathValue& left,
                  const MathValue& right,
                  double (*operation)(double, double));
/// Each value of a series, or of each series of a list.
MathValue for_each_series(const MathValue& value, const std::function<TimeSeries(TimeSeries)>& of);

}  // namespace orrery::cloudwatch
