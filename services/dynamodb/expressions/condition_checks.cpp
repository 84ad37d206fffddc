// Texts: [dyl]; for BETWEEN, IN and constants of types without an order [alternator
// test_condition_expression].
#include "services/dynamodb/expressions/condition_checks.h"

#include "services/dynamodb/expressions/path.h"
#include "services/dynamodb/key_bytes.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

using Kind = ConditionNode::Kind;

constexpr std::size_t most_in_operands = 100;

/// Of what is known before there is an item: constants, and sizes, which are numbers.
std::optional<AttributeType> known_type(const Operand& operand) {
    if (operand.size) {
        return AttributeType::number;
    }
    const AttributeValue* constant = operand.constant();
    return constant != nullptr ? std::optional(constant->type()) : std::nullopt;
}

bool has_order(AttributeType type) {
    return type == AttributeType::string || type == AttributeType::number ||
           type == AttributeType::binary;
}

void wrong_type(std::string_view name, std::string_view type, Problems& problems) {
    problems.add(Problems::Kind::operand_type,
                 "Incorrect operand type for operator or function; operator or function: " +
                     std::string(name) + ", operand type: " + std::string(type));
}

void check_ordered(const ConditionNode& condition, Problems& problems) {
    for (const Operand& operand : condition.operands) {
        if (const auto type = known_type(operand); type && !has_order(*type)) {
            wrong_type(operator_name(condition.kind), type_name(*type), problems);
        }
    }
}

void check_distinct(const ConditionNode& condition, Problems& problems) {
    const Path* first = condition.operands.front().path();
    for (std::size_t index = 1; first != nullptr && index < condition.operands.size(); ++index) {
        if (const Path* other = condition.operands[index].path();
            other != nullptr && *other == *first) {
            problems.add(Problems::Kind::distinct,
                         "The first operand must be distinct from the remaining operands for this "
                         "operator or function; operator: " +
                             std::string(operator_name(condition.kind)) +
                             ", first operand: " + path_text(*first));
        }
    }
}

/// "AttributeValue: {N:1}"
std::string bound_text(const AttributeValue& value) {
    const Json json = write_value(value);
    const Json& content = *json.begin();
    return "AttributeValue: {" + json.begin().key() + ":" +
           (content.is_string() ? content.get<std::string>() : content.dump()) + "}";
}

void check_bounds(const Operand& lower, const Operand& upper, Problems& problems) {
    if (lower.constant() == nullptr || upper.constant() == nullptr) {
        return;
    }
    const AttributeValue& from = *lower.constant();
    const AttributeValue& to = *upper.constant();
    std::string_view rule;
    if (from.type() != to.type()) {
        rule = "same data type for lower and upper bounds";
    } else if (has_order(from.type()) && compare_key_values(from, to) > 0) {
        rule = "upper bound to be greater than or equal to lower bound";
    }
    if (!rule.empty()) {
        problems.add(Problems::Kind::operand_type,
                     "The BETWEEN operator requires " + std::string(rule) +
                         "; lower bound operand: " + bound_text(from) +
                         ", upper bound operand: " + bound_text(to));
    }
}

void check_attribute_type(const ConditionNode& condition, Problems& problems) {
    const auto type = known_type(condition.operands[1]);
    if (type != AttributeType::string) {
        wrong_type(
            "attribute_type", type ? type_name(*type) : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}", problems);
        return;
    }
    const std::string& name = *condition.operands[1].constant()->as<std::string>();
    if (!type_named(name)) {
        problems.add(Problems::Kind::operand_type,
                     "Invalid attribute type name found; type: " + name +
                         ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
    }
}

void check_begins_with(const ConditionNode& condition, Problems& problems) {
    for (const Operand& operand : condition.operands) {
        const auto type = known_type(operand);
        if (type && *type != AttributeType::string && *type != AttributeType::binary) {
            wrong_type("begins_with", type_name(*type), problems);
        }
    }
}

}  // namespace

void check_condition(const ConditionNode& condition, Problems& problems) {
    check_distinct(condition, problems);
    switch (condition.kind) {
        case Kind::less:
        case Kind::less_equal:
        case Kind::greater:
        case Kind::greater_equal: check_ordered(condition, problems); break;
        case Kind::between:
            check_ordered(condition, problems);
            check_bounds(condition.operands[1], condition.operands[2], problems);
            break;
        case Kind::in:
            if (const std::size_t count = condition.operands.size() - 1; count > most_in_operands) {
                problems.add(Problems::Kind::operand_count,
                             "The IN operator is provided with too many operands; number of "
                             "operands: " +
                                 std::to_string(count));
            }
            break;
        case Kind::attribute_exists:
        case Kind::attribute_not_exists:
            if (condition.operands.front().path() == nullptr) {
                problems.add(Problems::Kind::operand_type,
                             "Operator or function requires a document path; operator or "
                             "function: " +
                                 std::string(operator_name(condition.kind)));
            }
            break;
        case Kind::attribute_type: check_attribute_type(condition, problems); break;
        case Kind::begins_with: check_begins_with(condition, problems); break;
        default: break;
    }
}

void check_size_operand(const Operand& operand, Problems& problems) {
    const auto type = known_type(operand);
    if (type == AttributeType::number || type == AttributeType::boolean ||
        type == AttributeType::null) {
        wrong_type("size", type_name(*type), problems);
    }
}

}  // namespace orrery::dynamodb
