/// What a statement's WHERE means for a table's keys: the item that is written, or the range that
/// is read, and the condition that is left.
#pragma once

#include "services/dynamodb/expressions/expressions.h"
#include "services/dynamodb/partiql/statement.h"
#include "services/dynamodb/schema.h"

#include <optional>

namespace orrery::dynamodb::partiql {

struct OneItem {
    Item key;
    std::optional<ConditionNode> rest;
};

/// Throws ApiError unless the whole key is given.
OneItem find_item(const Statement& statement, const KeySchema& keys);
/// Nothing unless the whole key is given.
std::optional<OneItem> find_whole_key(const Statement& statement, const KeySchema& keys);

struct Range {
    std::optional<KeyCondition::Bounds> bounds;  // none: everything is read
    std::optional<Condition> filter;
    bool descending = false;
};

/// Of a SELECT. Throws ApiError for an ORDER BY that the keys cannot serve.
Range find_range(const Statement& statement, const KeySchema& keys);

}  // namespace orrery::dynamodb::partiql
