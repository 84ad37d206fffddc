// Texts of errors: DynamoDB local's.
#include "services/dynamodb/partiql/plan.h"

#include "services/dynamodb/key_bytes.h"
#include "services/dynamodb/validation_error.h"

#include <algorithm>
#include <utility>

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

/// The values that an equality, IN or an OR of these gives an attribute; none if it is not that.
std::vector<AttributeValue> values_of(const ConditionNode& node, const std::string& attribute) {
    if ((node.kind == Kind::equal || node.kind == Kind::in) && is_about(node, attribute)) {
        return constants_of(node);
    }
    std::vector<AttributeValue> values;
    if (node.kind == Kind::any_of) {
        for (const ConditionNode& part : node.conditions) {
            const std::vector<AttributeValue> some = values_of(part, attribute);
            if (some.empty()) {
                return {};
            }
            values.insert(values.end(), some.begin(), some.end());
        }
    }
    return values;
}

/// Takes the first condition that gives the attribute its values, an equality if there is one; each
/// once, in their order.
std::vector<AttributeValue> take_values(std::vector<ConditionNode>& conjuncts,
                                        const KeyAttribute& key) {
    if (const auto value = take_equal(conjuncts, key.name)) {
        return {*value};
    }
    for (auto node = conjuncts.begin(); node != conjuncts.end(); ++node) {
        std::vector<AttributeValue> values = values_of(*node, key.name);
        if (values.empty()) {
            continue;
        }
        if (std::any_of(values.begin(), values.end(), [&](const AttributeValue& value) {
                return value.type() != key.type;
            })) {
            return {};  // a filter, which it never passes
        }
        std::sort(values.begin(), values.end(), [](const auto& left, const auto& right) {
            return compare_key_values(left, right) < 0;
        });
        values.erase(std::unique(values.begin(), values.end()), values.end());
        conjuncts.erase(node);
        return values;
    }
    return {};
}

using Parts = std::vector<KeyCondition::Part>;

/// Each of the partitions with each of the values, the last varying first.
std::vector<Parts> with_each(const std::vector<Parts>& partitions,
                             const KeyAttribute& key,
                             const std::vector<AttributeValue>& values) {
    std::vector<Parts> all;
    for (const Parts& partition : partitions) {
        for (const AttributeValue& value : values) {
            all.push_back(partition);
            all.back().push_back({key.name, KeyCondition::Comparison::equal, {value}});
        }
    }
    return all;
}

std::vector<KeyCondition::Bounds> take_bounds(std::vector<ConditionNode>& conjuncts,
                                              const KeySchema& keys) {
    std::vector<ConditionNode> rest = conjuncts;
    std::vector<Parts> partitions(1);
    for (const KeyAttribute& key : keys.hash) {
        partitions = with_each(partitions, key, take_values(rest, key));
    }
    if (partitions.empty()) {
        return {};
    }
    Parts sort;
    for (const KeyAttribute& key : keys.range) {
        auto part = take_part(rest, key);
        if (!part) {
            break;
        }
        sort.push_back(*std::move(part));
        if (sort.back().comparison != KeyCondition::Comparison::equal) {
            break;
        }
    }
    conjuncts = std::move(rest);
    std::vector<KeyCondition::Bounds> bounds;
    for (Parts& parts : partitions) {
        parts.insert(parts.end(), sort.begin(), sort.end());
        bounds.push_back(KeyCondition(std::move(parts)).bounds(keys));
    }
    return bounds;
}

void check_order(const Statement& statement, const KeySchema& keys, bool bounded) {
    if (!statement.where && !statement.order.empty()) {
        throw validation_error(
            "Must have WHERE clause in the statement when using ORDER BY clause.");
    }
    for (const Order& order : statement.order) {
        if (!keys.contains(order.attribute)) {
            throw validation_error("Variable reference " + order.attribute +
                                   " in ORDER BY clause must be part of the primary key");
        }
    }
    if (!statement.order.empty() && !bounded) {
        throw validation_error(
            "Must have at least one non-optional hash key condition in WHERE clause when using "
            "ORDER BY clause.");
    }
}

/// Partitions come in the order of their keys, and items within them; ORDER BY turns either round.
void put_in_order(Ranges& ranges, const Statement& statement, const KeySchema& keys) {
    for (const Order& order : statement.order) {
        const bool hash =
            std::any_of(keys.hash.begin(), keys.hash.end(), [&](const KeyAttribute& key) {
                return key.name == order.attribute;
            });
        if (!hash) {
            ranges.descending = order.descending;
        } else if (order.descending) {
            std::reverse(ranges.bounds.begin(), ranges.bounds.end());
        }
    }
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

Ranges find_ranges(const Statement& statement, const KeySchema& keys) {
    Ranges ranges;
    std::vector<ConditionNode> conjuncts = conjuncts_of(statement);
    ranges.bounds = take_bounds(conjuncts, keys);
    if (auto rest = all_of(std::move(conjuncts))) {
        ranges.filter = Condition(*std::move(rest));
    }
    check_order(statement, keys, !ranges.bounds.empty());
    put_in_order(ranges, statement, keys);
    return ranges;
}

}  // namespace orrery::dynamodb::partiql
