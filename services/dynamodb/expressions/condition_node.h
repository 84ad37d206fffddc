/// Conditions as trees: what ConditionExpressions, filters and the legacy parameters become.
#pragma once

#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/expressions/expressions.h"

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace orrery::dynamodb {

/// A path or a constant, or the size of one.
struct Operand {
    std::variant<Path, AttributeValue> source;
    bool size = false;

    const Path* path() const { return size ? nullptr : std::get_if<Path>(&source); }
    const AttributeValue* constant() const {
        return size ? nullptr : std::get_if<AttributeValue>(&source);
    }
};

struct ConditionNode {
    enum class Kind : std::uint8_t {
        all_of,
        any_of,
        none_of,  // NOT: of one
        equal,
        not_equal,
        less,
        less_equal,
        greater,
        greater_equal,
        between,
        in,
        attribute_exists,
        attribute_not_exists,
        attribute_type,
        begins_with,
        contains,
        operand  // only while parsing: an operand by itself
    };
    Kind kind = Kind::all_of;
    std::vector<Operand> operands;
    std::vector<ConditionNode> conditions;  // of the first three
};

/// "=", "BETWEEN", "contains"
std::string_view operator_name(ConditionNode::Kind kind);

}  // namespace orrery::dynamodb
