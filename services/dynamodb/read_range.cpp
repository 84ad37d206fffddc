#include "services/dynamodb/read_range.h"

#include "services/dynamodb/key_bytes.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/place_key.h"
#include "services/dynamodb/validation_error.h"

#include <algorithm>
#include <string>

namespace orrery::dynamodb {

namespace {

using Comparison = KeyCondition::Comparison;

std::string with(const std::string& base, const AttributeValue& value) {
    std::string key = base;
    append_key_bytes(key, value);
    return key;
}

std::string partition_key(const Table& table,
                          Table::Source source,
                          const KeyCondition::Bounds& bounds) {
    std::string key = table.prefix_of(source);
    append_partition(key, bounds.hash);
    return key;
}

/// The keys below `base` whose next attribute fulfils the condition. What follows that attribute in
/// a key does not matter, as no value's bytes begin another's.
Storage::Range range_below(const std::string& base, const KeyCondition::Part& part) {
    const AttributeValue& value = part.values.front();
    switch (part.comparison) {
        case Comparison::equal: return keys_below(with(base, value));
        case Comparison::less: return {base, with(base, value)};
        case Comparison::less_equal: return {base, after_all(with(base, value))};
        case Comparison::greater: return {after_all(with(base, value)), after_all(base)};
        case Comparison::greater_equal: return {with(base, value), after_all(base)};
        case Comparison::between:
            return {with(base, value), after_all(with(base, part.values.back()))};
        case Comparison::begins_with: break;
    }
    std::string prefix = base;
    append_key_prefix(prefix, value);
    return keys_below(prefix);
}

/// Where an item with this key lies; throws ApiError if it is no key of the source.
std::string place_of(const Table& table, Table::Source source, const Item& start) {
    const std::optional<std::string> key = table.key_in(source, start);
    // Nothing but the keys: of an index and of its table.
    if (!key || key_of_page(table, source, start).size() != start.size()) {
        // [dyl]
        throw validation_error(
            source ? "The provided starting key is invalid"
                   : "The provided starting key is invalid: The provided key element does not "
                     "match the schema");
    }
    return *key;
}

void begin_after(Storage::Range& range, const std::string& key, Direction direction) {
    if (direction == Direction::forward) {
        range.low = key;
        range.low += '\0';  // the first bytes after it
    } else {
        range.high = key;
    }
}

}  // namespace

Storage::Range query_range(const Table& table,
                           Table::Source source,
                           const KeyCondition::Bounds& bounds) {
    std::string base = partition_key(table, source, bounds);
    for (const AttributeValue& value : bounds.equal_range) {
        append_key_bytes(base, value);
    }
    return bounds.last_range ? range_below(base, *bounds.last_range) : keys_below(base);
}

Storage::Range scan_range(const Table& table, Table::Source source, const Segment& segment) {
    return segment_range(table.prefix_of(source), segment.number, segment.total);
}

void start_query_after(Storage::Range& range,
                       const Table& table,
                       Table::Source source,
                       const Item& start,
                       const KeyCondition::Bounds& bounds,
                       Direction direction) {
    const std::string key = place_of(table, source, start);
    if (!source && table.definition().keys.range.empty()) {
        throw validation_error("The query can return at most one row and cannot be restarted");
    }
    if (!key.starts_with(partition_key(table, source, bounds))) {
        throw validation_error(
            "The provided starting key is outside query boundaries based on "
            "provided conditions");
    }
    if (key < range.low || key >= range.high) {
        throw validation_error("The provided starting key does not match the range key predicate");
    }
    begin_after(range, key, direction);
}

void start_scan_after(Storage::Range& range,
                      const Table& table,
                      Table::Source source,
                      const Item& start,
                      const Segment& segment) {
    const std::string key = place_of(table, source, start);
    if (key < range.low || key >= range.high) {
        // [dyl]
        throw validation_error(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
            "ExclusiveStartKey with correct Segment. TotalSegments: " +
            std::to_string(segment.total) + " Segment: " + std::to_string(segment.number));
    }
    begin_after(range, key, Direction::forward);
}

}  // namespace orrery::dynamodb
