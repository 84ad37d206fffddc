/// PartiQL statements as DynamoDB has them, taken apart; nothing here looks at a table.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/expressions/condition_node.h"
#include "services/dynamodb/expressions/update_node.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::dynamodb::partiql {

struct Order {
    std::string attribute;
    bool descending = false;
};

struct Statement {
    /// `exists` is a SELECT within EXISTS(): a condition of a transaction.
    enum class Kind : std::uint8_t { select, insert, update, remove, exists };
    enum class Return : std::uint8_t { none, all_old, all_new, modified_old, modified_new };

    Kind kind = Kind::select;
    std::string table;
    std::optional<std::string> index;
    std::optional<ConditionNode> where;
    std::vector<Path> projection;  // of select; empty for *
    std::vector<Order> order;      // of select
    Item item;                     // of insert
    bool keep_existing = false;    // of insert: ON CONFLICT DO NOTHING
    UpdateNode update;
    Return returned = Return::none;
};

/// `parameters` are the values of the question marks, in their order; null for none. Throws
/// ApiError: what is unsupported is named.
Statement parse_statement(std::string_view text, const Json* parameters);

}  // namespace orrery::dynamodb::partiql
