/// A page of items, as Query and Scan read one from a table or an index.
#pragma once

#include "services/dynamodb/consumption.h"
#include "services/dynamodb/expressions/expressions.h"
#include "services/dynamodb/table.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace orrery::dynamodb {

struct PageRequest {
    Table::Source source;
    std::vector<Storage::Range> ranges;  // read one after the other; each costs what a query does
    Direction direction = Direction::forward;
    std::optional<std::size_t> limit;
    Consistency consistency = Consistency::eventual;
    std::optional<Condition> filter;
    std::optional<ProjectedPaths> projection;
    bool count_only = false;
    /// Of a local index: items with what only the table has of them.
    bool whole_items = false;
};

struct Page {
    std::vector<Json> items;
    std::size_t count = 0;    // after the filter
    std::size_t scanned = 0;  // before it
    std::optional<Item> last_key;
    Consumption consumption;
};

/// Items are evaluated up to the limit or 1 MB. Whether the last one ended the page is not known
/// where the limit is just reached: then there is a last key. [alternator test_query]
Page read_page(const Table& table, const PageRequest& request);

/// The attributes of the keys of the table and of the source: LastEvaluatedKey.
Item key_of_page(const Table& table, Table::Source source, const Item& item);

}  // namespace orrery::dynamodb
