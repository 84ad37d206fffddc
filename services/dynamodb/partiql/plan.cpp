// Texts of errors: DynamoDB local's.
#include "services/dynamodb/partiql/plan.h"

#include "services/dynamodb/validation_error.h"

#include <algorithm>

namespace orrery::dynamodb::partiql {

namespace {

using Kind = ConditionNode::Kind;

void add_conjuncts(const ConditionNode& node, std::vector<ConditionNode>& conjuncts) {
    if (node.kind != Kind::all_of) {
        conjuncts.push_back(node);
        return;
    }
    for (const ConditionNode& part : node.conditions) {
        add_conjuncts(part, conjuncts);
    }
}

std::vector<ConditionNode> conjuncts_of(const Statement& statement) {
    std::vector<ConditionNode> conjuncts;
    if (statement.where) {
        add_conjuncts(*statement.where, conjuncts);
    }
    return conjuncts;
}

std::optional<ConditionNode> all_of(std::vector<ConditionNode> conditions) {
    if (conditions.empty()) {
        return std::nullopt;
    }
    ConditionNode all;
    all.conditions = std::move(conditions);
    return all;
}

/// Whether it is about the attribute alone and otherwise of constants, as key conditions are.
bool is_about(const ConditionNode& node, const std::string& attribute) {
    if (node.operands.empty()) {
        return false;
    }
    const Path* path = node.operands.front().path();
    return path != nullptr && path->attribute == attribute && path->inner.empty() &&
           std::all_of(node.operands.begin() + 1, node.operands.end(), [](const Operand& operand) {
               return operand.constant() != nullptr;
           });
}

std::vector<AttributeValue> constants_of(const ConditionNode& node) {
    std::vector<AttributeValue> constants;
    for (const Operand& operand : node.operands) {
        if (operand.constant() != nullptr) {
            constants.push_back(*operand.constant());
        }
    }
    return constants;
}

std::optional<KeyCondition::Comparison> comparison_of(Kind kind) {
    using Comparison = KeyCondition::Comparison;
    switch (kind) {
        case Kind::equal: return Comparison::equal;
        case Kind::less: return Comparison::less;
        case Kind::less_equal: return Comparison::less_equal;
        case Kind::greater: return Comparison::greater;
        case Kind::greater_equal: return Comparison::greater_equal;
        case Kind::between: return Comparison::between;
        case Kind::begins_with: return Comparison::begins_with;
        default: return std::nullopt;
    }
}

/// Takes the first equality with the attribute from the conjuncts.
std::optional<AttributeValue> take_equal(std::vector<ConditionNode>& conjuncts,
                                         const std::string& attribute) {
    const auto found =
        std::find_if(conjuncts.begin(), conjuncts.end(), [&](const ConditionNode& node) {
            return node.kind == Kind::equal && is_about(node, attribute);
        });
    if (found == conjuncts.end()) {
        return std::nullopt;
    }
    AttributeValue value = *found->operands.at(1).constant();
    conjuncts.erase(found);
    return value;
}

std::optional<KeyCondition::Part> take_part(std::vector<ConditionNode>& conjuncts,
                                            const KeyAttribute& key) {
    if (const auto value = take_equal(conjuncts, key.name)) {
        return KeyCondition::Part{key.name, KeyCondition::Comparison::equal, {*value}};
    }
    const auto found =
        std::find_if(conjuncts.begin(), conjuncts.end(), [&](const ConditionNode& node) {
            const auto comparison = comparison_of(node.kind);
            return comparison && is_about(node, key.name) &&
                   constants_of(node).front().type() == key.type;
        });
    if (found == conjuncts.end()) {
        return std::nullopt;
    }
    KeyCondition::Part part{key.name, *comparison_of(found->kind), constants_of(*found)};
    conjuncts.erase(found);
    return part;
}

std::optional<KeyCondition::Bounds> take_bounds(std::vector<ConditionNode>& conjuncts,
                                                const KeySchema& keys) {
    std::vector<KeyCondition::Part> parts;
    std::vector<ConditionNode> rest = conjuncts;
    for (const KeyAttribute& key : keys.hash) {
        const auto value = take_equal(rest, key.name);
        if (!value) {
            return std::nullopt;
        }
        parts.push_back({key.name, KeyCondition::Comparison::equal, {*value}});
    }
    for (const KeyAttribute& key : keys.range) {
        auto part = take_part(rest, key);
        if (!part) {
            break;
        }
        parts.push_back(*std::move(part));
        if (parts.back().comparison != KeyCondition::Comparison::equal) {
            break;
        }
    }
    conjuncts = std::move(rest);
    return KeyCondition(std::move(parts)).bounds(keys);
}

bool is_descending(const Statement& statement, const KeySchema& keys, bool bounded) {
    if (!statement.where && !statement.order.empty()) {
        throw validation_error(
            "Must have WHERE clause in the statement when using ORDER BY clause.");
    }
    bool descending = false;
    for (const Order& order : statement.order) {
        if (!keys.contains(order.attribute)) {
            throw validation_error("Variable reference " + order.attribute +
                                   " in ORDER BY clause must be part of the primary key");
        }
        const bool hash =
            std::any_of(keys.hash.begin(), keys.hash.end(), [&](const KeyAttribute& key) {
                return key.name == order.attribute;
            });
        descending = hash ? descending : order.descending;
    }
    if (!statement.order.empty() && !bounded) {
        throw validation_error(
            "Must have at least one non-optional hash key condition in WHERE clause when using "
            "ORDER BY clause.");
    }
    return descending;
}

}  // namespace

std::optional<OneItem> find_whole_key(const Statement& statement, const KeySchema& keys) {
    OneItem item;
    std::vector<ConditionNode> conjuncts = conjuncts_of(statement);
    for (const auto* part : {&keys.hash, &keys.range}) {
        for (const KeyAttribute& key : *part) {
            const auto value = take_equal(conjuncts, key.name);
            if (!value) {
                return std::nullopt;
            }
            item.key.emplace(key.name, *value);
            if (std::any_of(conjuncts.begin(), conjuncts.end(), [&](const ConditionNode& node) {
                    return is_about(node, key.name);
                })) {
                throw validation_error("Multiple conditions on same key " + key.name +
                                       ". Only single item Update/Insert/Delete are supported");
            }
        }
    }
    item.rest = all_of(std::move(conjuncts));
    return item;
}

OneItem find_item(const Statement& statement, const KeySchema& keys) {
    auto item = find_whole_key(statement, keys);
    if (!item) {
        throw validation_error(
            "Where clause does not contain a mandatory equality on all key attributes");
    }
    return *std::move(item);
}

Range find_range(const Statement& statement, const KeySchema& keys) {
    Range range;
    std::vector<ConditionNode> conjuncts = conjuncts_of(statement);
    range.bounds = take_bounds(conjuncts, keys);
    if (auto rest = all_of(std::move(conjuncts))) {
        range.filter = Condition(*std::move(rest));
    }
    range.descending = is_descending(statement, keys, range.bounds.has_value());
    return range;
}

}  // namespace orrery::dynamodb::partiql
