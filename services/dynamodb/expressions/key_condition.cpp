// Conditions on keys. Texts and their order: [dyl].
#include "services/dynamodb/expressions/condition_node.h"
#include "services/dynamodb/expressions/condition_parser.h"
#include "services/dynamodb/validation_error.h"

#include <algorithm>

namespace orrery::dynamodb {

namespace {

using Kind = ConditionNode::Kind;
using Comparison = KeyCondition::Comparison;
using Part = KeyCondition::Part;

constexpr std::string_view parameter = "KeyConditionExpression";

[[noreturn]] void invalid_condition(const std::string& what) {
    throw validation_error("Invalid condition in KeyConditionExpression: " + what);
}

void check_kind(const ConditionNode& node) {
    switch (node.kind) {
        case Kind::any_of:
        case Kind::none_of:
        case Kind::in:
        case Kind::not_equal:
        case Kind::attribute_exists:
        case Kind::attribute_not_exists:
        case Kind::attribute_type:
        case Kind::contains:
            throw validation_error("Invalid operator used in KeyConditionExpression: " +
                                   std::string(operator_name(node.kind)));
        case Kind::between:
        case Kind::begins_with:
            if (node.operands.front().path() == nullptr) {
                invalid_condition(std::string(operator_name(node.kind)) +
                                  " operator must have the key attribute as its first operand");
            }
            break;
        default: break;
    }
}

/// Where among the operands the attribute is.
std::size_t find_attribute(const ConditionNode& node) {
    std::optional<std::size_t> found;
    for (std::size_t index = 0; index < node.operands.size(); ++index) {
        const Operand& operand = node.operands[index];
        if (operand.size) {
            throw validation_error("KeyConditionExpressions cannot contain nested operations");
        }
        if (const Path* path = operand.path()) {
            if (found) {
                invalid_condition("Multiple attribute names used in one condition");
            }
            if (!path->inner.empty()) {
                // [recorded in nubo-db/dynoxide's changes, 0.11.2]
                throw validation_error(
                    "Invalid KeyConditionExpression: KeyConditionExpressions cannot have "
                    "conditions on nested attributes");
            }
            found = index;
        }
    }
    if (!found) {
        invalid_condition("No key attribute specified");
    }
    return *found;
}

Comparison comparison_of(Kind kind) {
    switch (kind) {
        case Kind::less: return Comparison::less;
        case Kind::less_equal: return Comparison::less_equal;
        case Kind::greater: return Comparison::greater;
        case Kind::greater_equal: return Comparison::greater_equal;
        case Kind::between: return Comparison::between;
        case Kind::begins_with: return Comparison::begins_with;
        default: return Comparison::equal;
    }
}

/// :v < a is a > :v
Comparison turned(Comparison comparison) {
    switch (comparison) {
        case Comparison::less: return Comparison::greater;
        case Comparison::less_equal: return Comparison::greater_equal;
        case Comparison::greater: return Comparison::less;
        case Comparison::greater_equal: return Comparison::less_equal;
        default: return comparison;
    }
}

void add_parts(const ConditionNode& node, std::vector<Part>& parts) {
    check_kind(node);
    if (node.kind == Kind::all_of) {
        for (const ConditionNode& member : node.conditions) {
            add_parts(member, parts);
        }
        return;
    }
    const std::size_t place = find_attribute(node);
    Part part;
    part.attribute = node.operands[place].path()->attribute;
    part.comparison = comparison_of(node.kind);
    if (place != 0) {
        part.comparison = turned(part.comparison);
    }
    for (const Operand& operand : node.operands) {
        if (const AttributeValue* value = operand.constant()) {
            part.values.push_back(*value);
        }
    }
    if (std::any_of(parts.begin(), parts.end(), [&](const Part& other) {
            return other.attribute == part.attribute;
        })) {
        throw validation_error("KeyConditionExpressions must only contain one condition per key");
    }
    parts.push_back(std::move(part));
}

[[noreturn]] void missing(const KeyAttribute& key) {
    throw validation_error("Query condition missed key schema element: " + key.name);
}

[[noreturn]] void unsupported() {
    throw validation_error("Query key condition not supported");
}

void check_values(const Part& part, const KeyAttribute& key) {
    for (const AttributeValue& value : part.values) {
        if (value.type() != key.type) {
            throw validation_error(
                "One or more parameter values were invalid: Condition parameter "
                "type does not match schema type");
        }
        const auto* text = value.as<std::string>();
        const auto* binary = value.as<Binary>();
        if ((text != nullptr && text->empty()) || (binary != nullptr && binary->bytes.empty())) {
            throw validation_error(
                "One or more parameter values are not valid. The AttributeValue "
                "for a key attribute cannot contain an empty " +
                std::string(text != nullptr ? "string" : "binary") + " value. Key: " + key.name);
        }
    }
}

}  // namespace

KeyCondition KeyCondition::parse(std::string_view text, ExpressionInput& input) {
    std::vector<Part> parts;
    add_parts(parse_condition(text, input, parameter), parts);
    return KeyCondition(std::move(parts));
}

KeyCondition::Bounds KeyCondition::bounds(const KeySchema& keys) const {
    const auto find = [this](const KeyAttribute& key) {
        return std::find_if(parts_.begin(), parts_.end(), [&](const Part& part) {
            return part.attribute == key.name;
        });
    };
    Bounds bounds;
    for (const KeyAttribute& key : keys.hash) {
        const auto part = find(key);
        if (part == parts_.end()) {
            missing(key);
        }
        if (part->comparison != Comparison::equal) {
            unsupported();
        }
        check_values(*part, key);
        bounds.hash.push_back(part->values.front());
    }
    std::size_t left = parts_.size() - keys.hash.size();
    for (const KeyAttribute& key : keys.range) {
        if (left == 0) {
            break;
        }
        const auto part = find(key);
        if (part == parts_.end()) {
            missing(key);
        }
        if (bounds.last_range) {
            unsupported();  // only the last may be a range [docs:
                            // GSI.DesignPattern.MultiAttributeKeys]
        }
        check_values(*part, key);
        if (part->comparison == Comparison::equal) {
            bounds.equal_range.push_back(part->values.front());
        } else {
            bounds.last_range = *part;
        }
        --left;
    }
    if (left != 0) {
        unsupported();
    }
    return bounds;
}

}  // namespace orrery::dynamodb
