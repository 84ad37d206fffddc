/// What tables and indexes are made of: keys, projections, throughput.
#pragma once

#include "services/dynamodb/attribute_value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::dynamodb {

struct KeyAttribute {
    std::string name;
    AttributeType type = AttributeType::string;  // string, number or binary
    friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

/// A table's or a local index's key has one HASH attribute and at most one RANGE attribute; a
/// global index's up to four of each. [docs: GSI.DesignPattern.MultiAttributeKeys]
struct KeySchema {
    std::vector<KeyAttribute> hash;
    std::vector<KeyAttribute> range;

    bool contains(std::string_view name) const;
    friend bool operator==(const KeySchema&, const KeySchema&) = default;
};

enum class BillingMode : std::uint8_t { provisioned, pay_per_request };

/// Units a second; for tables on demand the maxima, if there are any.
struct Throughput {
    std::int64_t read = 0;
    std::int64_t write = 0;
    friend bool operator==(const Throughput&, const Throughput&) = default;
};

struct Projection {
    enum class Kind : std::uint8_t { all, keys_only, include };
    Kind kind = Kind::all;
    std::vector<std::string> attributes;  // of include, besides the keys
};

enum class IndexKind : std::uint8_t { global, local };
enum class Status : std::uint8_t { creating, active, updating, deleting };

struct IndexDefinition {
    std::string name;
    IndexKind kind = IndexKind::global;
    KeySchema keys;
    Projection projection;
    Throughput throughput;  // of a global index of a provisioned table
};

enum class StreamView : std::uint8_t { keys_only, new_image, old_image, new_and_old_images };

}  // namespace orrery::dynamodb
