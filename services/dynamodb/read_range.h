/// The range of keys in storage that a Query or Scan reads, from where it is to go on.
#pragma once

#include "services/dynamodb/expressions/expressions.h"
#include "services/dynamodb/table.h"

#include <cstdint>
#include <optional>

namespace orrery::dynamodb {

/// The items of one partition whose sort key fulfils the bounds.
Storage::Range query_range(const Table& table,
                           Table::Source source,
                           const KeyCondition::Bounds& bounds);

/// One part of a parallel scan.
struct Segment {
    std::uint64_t number = 0;
    std::uint64_t total = 1;
};
Storage::Range scan_range(const Table& table, Table::Source source, const Segment& segment);

/// Makes `range` begin after the item with this key, an ExclusiveStartKey. Throws ApiError where it
/// is no key of the source, or outside of the range.
void start_query_after(Storage::Range& range,
                       const Table& table,
                       Table::Source source,
                       const Item& start,
                       const KeyCondition::Bounds& bounds,
                       Direction direction);
void start_scan_after(Storage::Range& range,
                      const Table& table,
                      Table::Source source,
                      const Item& start,
                      const Segment& segment);

}  // namespace orrery::dynamodb
