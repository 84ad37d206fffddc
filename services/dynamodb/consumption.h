/// What a request has consumed of a table's capacity, and how answers say it.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/table.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace orrery::dynamodb {

struct Consumption {
    HalfUnits table = 0;
    /// By their places in the table's definition.
    std::vector<std::pair<std::size_t, HalfUnits>> indexes;

    void add_index(std::size_t index, HalfUnits units);
    void add(const Consumption& other);
    /// What a transaction consumes: it prepares, then commits [docs: transaction-apis]; indexes are
    /// written once. [recorded in nubo-db/dynoxide, pull request 188]
    void twice();
    HalfUnits total() const;
};

Consumption consumption_of(const ItemWrite& write);

enum class ReturnCapacity : std::uint8_t { none, total, indexes };

/// ConsumedCapacity of a table, which is not asked for where it is none. Transactions say whether
/// they have read or written.
Json consumed_capacity_json(const Table& table,
                            const Consumption& consumption,
                            ReturnCapacity detail,
                            std::optional<Access> transaction = std::nullopt);

/// ItemCollectionMetrics of the item collection that `key` is in.
Json collection_metrics_json(const Table& table, const Item& key);

}  // namespace orrery::dynamodb
