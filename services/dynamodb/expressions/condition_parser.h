/// The grammar of conditions. [docs: Expressions.OperatorsAndFunctions]
#pragma once

#include "services/dynamodb/expressions/condition_node.h"

#include <string_view>

namespace orrery::dynamodb {

/// `parameter` is what errors call it: "FilterExpression".
ConditionNode parse_condition(std::string_view text,
                              ExpressionInput& input,
                              std::string_view parameter);

}  // namespace orrery::dynamodb
