/// A read of items by their keys, as GetItem, BatchGetItem and TransactGetItems ask for it.
#pragma once

#include "services/aws/parameters.h"
#include "services/dynamodb/data_call.h"
#include "services/dynamodb/expressions/expressions.h"
#include "services/dynamodb/table.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace orrery::dynamodb {

struct ReadRequest {
    std::vector<Item> keys;
    Consistency consistency = Consistency::eventual;
    std::optional<ProjectedPaths> projection;
};

/// The parameters besides the table and the keys, which the function given reads in their turn.
ReadRequest read_read_request(aws::Parameters& parameters,
                              std::vector<Item> (*read_keys)(aws::Parameters& parameters));
/// Key alone.
std::vector<Item> read_one_key(aws::Parameters& parameters);

/// Calls `visit` with the item if there is one, and traces the read. The key must fit the table.
void read_traced(Table& table, const Item& key, const Table::ReadVisit& visit);

/// What the request wants of a stored item.
Json json_of_stored(const ReadRequest& request, std::string_view bytes);

struct ReadItem {
    Json item;  // null: there is none
    std::size_t size = 0;
};
/// The same as JSON.
ReadItem read_stored(Table& table, const ReadRequest& request, const Item& key);

}  // namespace orrery::dynamodb
