/// What a statement's WHERE means for a table's keys: the item that is written, or the range that
/// is read, and the condition that is left.
#pragma once

#include "services/dynamodb/expressions/expressions.h"
#include "services/dynamodb/partiql/statement.h"
#include "services/dynamodb/schema.h"

#include <optional>
#include <vector>

namespace orrery::dynamodb::partiql {

struct OneItem {
    Item key;
    std::optional<ConditionNode> rest;
};

/// Throws ApiError unless the whole key is given.
OneItem find_item(const Statement& statement, const KeySchema& keys);
/// Nothing unless the whole key is given.
std::optional<OneItem> find_whole_key(const Statement& statement, const KeySchema& keys);

struct Ranges {
    /// One for each value of the partition key, in the order in which they are read; none:
    /// everything is read.
    std::vector<KeyCondition::Bounds> bounds;
    std::optional<Condition> filter;
    bool descending = false;  // by the sort key
};

/// Of a SELECT: equality with the partition key, IN and OR of such equalities read these keys
/// alone. [docs: ql-reference.select] Throws ApiError for an ORDER BY that the keys cannot serve.
Ranges find_ranges(const Statement& statement, const KeySchema& keys);

}  // namespace orrery::dynamodb::partiql
