/// What DynamoDB refuses of a condition's parts before it looks at an item.
#pragma once

#include "services/dynamodb/expressions/condition_node.h"
#include "services/dynamodb/expressions/problems.h"

#include <vector>

namespace orrery::dynamodb {

/// Of one comparison or function, with the right number of operands.
void check_condition(const ConditionNode& condition, Problems& problems);

/// Of size(operand).
void check_size_operand(const Operand& operand, Problems& problems);

}  // namespace orrery::dynamodb
