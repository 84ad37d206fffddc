// The parameters from before expressions: Expected, QueryFilter, ScanFilter and KeyConditions, as
// conditions. [docs: LegacyConditionalParameters] Texts and their order: [dyl].
#include "services/dynamodb/expressions/condition_node.h"
#include "services/dynamodb/key_bytes.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace orrery::dynamodb {

namespace {

using Kind = ConditionNode::Kind;

/// A ComparisonOperator: how many values it takes, and of which types.
struct Operator {
    std::string_view name;
    Kind kind;
    std::size_t fewest;
    std::size_t most;
    std::string_view types;  // one letter or two each, with blanks around
};

constexpr std::size_t many = 100;
constexpr std::string_view any_type;
constexpr std::string_view scalars = " S N B ";

constexpr std::array<Operator, 13> operators = {{
    {"EQ", Kind::equal, 1, 1, any_type},
    {"NE", Kind::not_equal, 1, 1, any_type},
    {"LE", Kind::less_equal, 1, 1, scalars},
    {"LT", Kind::less, 1, 1, scalars},
    {"GE", Kind::greater_equal, 1, 1, scalars},
    {"GT", Kind::greater, 1, 1, scalars},
    {"NOT_NULL", Kind::attribute_exists, 0, 0, any_type},
    {"NULL", Kind::attribute_not_exists, 0, 0, any_type},
    {"CONTAINS", Kind::contains, 1, 1, scalars},
    {"NOT_CONTAINS", Kind::none_of, 1, 1, scalars},
    {"BEGINS_WITH", Kind::begins_with, 1, 1, " S B "},
    {"IN", Kind::in, 1, many, scalars},
    {"BETWEEN", Kind::between, 2, 2, scalars},
}};

const Operator& find_operator(const std::string& name) {
    const auto* found = std::find_if(
        operators.begin(), operators.end(), [&](const Operator& row) { return row.name == name; });
    if (found == operators.end()) {
        throw validation_error("Unsupported ComparisonOperator: " + name);
    }
    return *found;
}

/// Null if it is absent.
const Json* member(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found == json.end() || found->is_null() ? nullptr : &*found;
}

std::vector<AttributeValue> read_values(const Json* list) {
    std::vector<AttributeValue> values;
    if (list != nullptr) {
        for (const Json& value : *list) {
            values.push_back(read_value(value));
        }
    }
    return values;
}

void check_values(const Operator& comparison, const std::vector<AttributeValue>& values) {
    const std::string name(comparison.name);
    if (values.size() < comparison.fewest || values.size() > comparison.most) {
        throw invalid_values("Invalid number of argument(s) for the " + name +
                             " ComparisonOperator");
    }
    for (const AttributeValue& value : values) {
        if (value.type() != values.front().type()) {
            throw invalid_values("AttributeValues inside AttributeValueList must be of same type");
        }
    }
    for (const AttributeValue& value : values) {
        const std::string type(type_name(value.type()));
        if (!comparison.types.empty() &&
            comparison.types.find(" " + type + " ") == std::string_view::npos) {
            throw invalid_values("ComparisonOperator " + name + " is not valid for " + type +
                                 " AttributeValue type");
        }
    }
    if (comparison.kind == Kind::between && compare_key_values(values[0], values[1]) > 0) {
        throw validation_error(
            "The BETWEEN condition was provided a range where the lower bound "
            "is greater than the upper bound");
    }
}

ConditionNode node_of(Kind kind,
                      const std::string& attribute,
                      std::vector<AttributeValue> values = {}) {
    ConditionNode node;
    node.kind = kind;
    node.operands.push_back({Path{attribute, {}}});
    for (AttributeValue& value : values) {
        node.operands.push_back({std::move(value)});
    }
    return node;
}

ConditionNode node_of(const Operator& comparison,
                      const std::string& attribute,
                      std::vector<AttributeValue> values) {
    if (comparison.kind != Kind::none_of) {
        return node_of(comparison.kind, attribute, std::move(values));
    }
    // NOT_CONTAINS is false for an attribute that is not there. [alternator test_expected]
    ConditionNode negation;
    negation.kind = Kind::none_of;
    negation.conditions.push_back(node_of(Kind::contains, attribute, std::move(values)));
    ConditionNode both;
    both.conditions.push_back(node_of(Kind::attribute_exists, attribute));
    both.conditions.push_back(std::move(negation));
    return both;
}

/// An element of QueryFilter, ScanFilter or KeyConditions.
std::pair<const Operator*, std::vector<AttributeValue>> read_condition(const Json& condition) {
    const Operator& comparison =
        find_operator(condition.at("ComparisonOperator").get<std::string>());
    std::vector<AttributeValue> values = read_values(member(condition, "AttributeValueList"));
    check_values(comparison, values);
    return {&comparison, std::move(values)};
}

ConditionNode read_expected_comparison(const std::string& attribute, const Json& expected) {
    const std::string name = expected.at("ComparisonOperator").get<std::string>();
    const Operator& comparison = find_operator(name);
    if (member(expected, "Exists") != nullptr) {
        throw invalid_values(
            "Exists and ComparisonOperator cannot be used together for "
            "Attribute: " +
            attribute);
    }
    const Json* value = member(expected, "Value");
    const Json* list = member(expected, "AttributeValueList");
    if (comparison.fewest > 0 && value == nullptr && list == nullptr) {
        throw invalid_values(
            "Value or AttributeValueList must be used with "
            "ComparisonOperator: " +
            name + " for Attribute: " + attribute);
    }
    std::vector<AttributeValue> values = read_values(list);
    if (value != nullptr) {
        values.push_back(read_value(*value));
    }
    check_values(comparison, values);
    return node_of(comparison, attribute, std::move(values));
}

/// Value and Exists alone.
ConditionNode read_expected_value(const std::string& attribute, const Json& expected) {
    const Json* exists = member(expected, "Exists");
    const Json* value = member(expected, "Value");
    const bool wanted = exists == nullptr || exists->get<bool>();
    if (wanted && value == nullptr) {
        throw invalid_values(std::string("Value must be provided when Exists is ") +
                             (exists == nullptr ? "null" : "true") +
                             " for Attribute: " + attribute);
    }
    if (!wanted && value != nullptr) {
        throw invalid_values("Value cannot be used when Exists is false for Attribute: " +
                             attribute);
    }
    return wanted ? node_of(Kind::equal, attribute, {read_value(*value)})
                  : node_of(Kind::attribute_not_exists, attribute);
}

ConditionNode read_expected(const std::string& attribute, const Json& expected) {
    const Json* list = member(expected, "AttributeValueList");
    if (list != nullptr && member(expected, "Value") != nullptr) {
        throw invalid_values(
            "Value and AttributeValueList cannot be used together for "
            "Attribute: " +
            attribute);
    }
    if (member(expected, "ComparisonOperator") != nullptr) {
        return read_expected_comparison(attribute, expected);
    }
    if (list != nullptr) {
        throw invalid_values(
            "AttributeValueList can only be used with a ComparisonOperator for "
            "Attribute: " +
            attribute);
    }
    return read_expected_value(attribute, expected);
}

/// All of them, or with the ConditionalOperator OR any.
Condition combine(std::vector<ConditionNode> conditions, std::string_view conditional_operator) {
    if (!conditional_operator.empty() && conditions.size() < 2) {
        throw validation_error(
            "ConditionalOperator can only be used when Filter or Expected has "
            "two or more elements");
    }
    ConditionNode root;
    root.kind = conditional_operator == "OR" ? Kind::any_of : Kind::all_of;
    root.conditions = std::move(conditions);
    return Condition(std::move(root));
}

std::optional<KeyCondition::Comparison> key_comparison(Kind kind) {
    switch (kind) {
        case Kind::equal: return KeyCondition::Comparison::equal;
        case Kind::less: return KeyCondition::Comparison::less;
        case Kind::less_equal: return KeyCondition::Comparison::less_equal;
        case Kind::greater: return KeyCondition::Comparison::greater;
        case Kind::greater_equal: return KeyCondition::Comparison::greater_equal;
        case Kind::between: return KeyCondition::Comparison::between;
        case Kind::begins_with: return KeyCondition::Comparison::begins_with;
        default: return std::nullopt;
    }
}

}  // namespace

Condition Condition::from_expected(const Json& expected, std::string_view conditional_operator) {
    std::vector<ConditionNode> conditions;
    for (const auto& [attribute, condition] : expected.items()) {
        conditions.push_back(read_expected(attribute, condition));
    }
    return combine(std::move(conditions), conditional_operator);
}

Condition Condition::from_filter(const Json& filter, std::string_view conditional_operator) {
    std::vector<ConditionNode> conditions;
    for (const auto& [attribute, condition] : filter.items()) {
        auto [comparison, values] = read_condition(condition);
        conditions.push_back(node_of(*comparison, attribute, std::move(values)));
    }
    return combine(std::move(conditions), conditional_operator);
}

KeyCondition KeyCondition::from_key_conditions(const Json& conditions) {
    std::vector<Part> parts;
    for (const auto& [attribute, condition] : conditions.items()) {
        auto [comparison, values] = read_condition(condition);
        const auto kind = key_comparison(comparison->kind);
        if (!kind) {
            throw validation_error(
                "Attempted conditional constraint is not an indexable operation");
        }
        parts.push_back({attribute, *kind, std::move(values)});
    }
    if (parts.empty() || parts.size() > 2) {
        throw validation_error("Conditions can be of length 1 or 2 only");
    }
    return KeyCondition(std::move(parts));
}

}  // namespace orrery::dynamodb
