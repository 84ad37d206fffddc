/// Updates as trees: what UpdateExpressions and AttributeUpdates become.
#pragma once

#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/expressions/expressions.h"
#include "services/dynamodb/expressions/path.h"

#include <cstdint>
#include <vector>

namespace orrery::dynamodb {

/// What SET gives to an attribute.
struct UpdateOperand {
    enum class Kind : std::uint8_t { path, constant, plus, minus, if_not_exists, list_append };
    Kind kind = Kind::constant;
    Path path;  // of if_not_exists, too
    AttributeValue constant;
    std::vector<UpdateOperand> operands;  // of the last four
};

struct UpdateAction {
    enum class Kind : std::uint8_t { set, remove, add, remove_elements };
    Kind kind = Kind::set;
    Path path;
    UpdateOperand operand;  // of set any; of add and remove_elements a constant
};

struct UpdateNode {
    /// AttributeUpdates has other errors, and its ADD appends to lists.
    enum class Origin : std::uint8_t { expression, attribute_updates };
    Origin origin = Origin::expression;
    std::vector<UpdateAction> actions;
    PathTree tree;  // of the actions' paths: filled by Update
};

}  // namespace orrery::dynamodb
