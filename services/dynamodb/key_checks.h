/// Whether items and keys of requests fit a table's keys and those of its indexes.
#pragma once

#include "services/dynamodb/table.h"

namespace orrery::dynamodb {

/// [docs: Limits] Names of attributes included.
inline constexpr std::size_t most_item_bytes = 400 * 1024;

/// Throws ApiError unless `key` is exactly a key of the table.
void check_key(const Table& table, const Item& key);
/// Throws ApiError unless `item` has the table's key, and those of indexes that it has are of the
/// right types.
void check_item(const Table& table, const Item& item);
/// The same for an item of a batch, in other words.
void check_batch_item(const Table& table, const Item& item);
/// What an update has made of an item that was `before`: the keys of indexes, in other words.
void check_updated_item(const Table& table, const Item& before, const Item& item);

/// Throws ItemCollectionSizeLimitExceededException where the write would make the items of one
/// partition key and their entries in local indexes more than 10 GB.
void check_collection(const Table& table, const Item& key, const ItemWrite& write);

}  // namespace orrery::dynamodb
