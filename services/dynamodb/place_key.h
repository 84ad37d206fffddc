/// The keys under which storage has items: for each table and each of its indexes a range, within
/// it partitions in the order of a hash, within a partition the order of the sort key.
#pragma once

#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/schema.h"
#include "services/dynamodb/storage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::dynamodb {

/// The trees of a table besides those of its indexes.
inline constexpr std::uint8_t items_tree = 0;
inline constexpr std::uint8_t expiry_tree = 1;

/// What all keys of a tree begin with.
std::string tree_prefix(std::uint64_t table, std::uint8_t tree);

/// Appends a partition: a hash of the key's bytes, then these.
void append_partition(std::string& key, const std::vector<AttributeValue>& hash);
/// Appends the whole key that `item` has by `keys`; false where an attribute is missing or has
/// another type, and `key` is then of no use.
bool append_item_key(std::string& key, const KeySchema& keys, const Item& item);

/// The keys that begin with `prefix`.
Storage::Range keys_below(const std::string& prefix);
/// The first bytes that come after all that begin with `prefix`.
std::string after_all(std::string prefix);
/// Of all partitions of a tree those of one of `count` parts of equal size.
Storage::Range segment_range(const std::string& prefix, std::uint64_t segment, std::uint64_t count);
/// Which part a partition is in; `key` without the tree's prefix.
std::uint64_t segment_of(std::string_view key, std::uint64_t count);

}  // namespace orrery::dynamodb
