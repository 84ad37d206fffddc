/// Reading a shard, as GetRecords, subscriptions and event source mappings have in common.
#pragma once

#include "engine/json.h"
#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/kinesis/stream.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::kinesis {

enum class PositionType : std::uint8_t {
    trim_horizon,
    latest,
    at_sequence_number,
    after_sequence_number,
    at_timestamp
};

/// Where reading is to begin, as a request says it.
struct Position {
    PositionType type = PositionType::trim_horizon;
    std::string sequence_number;
    Instant timestamp;
};

/// Reads the members of those names, and Timestamp. Throws for what does not go together.
Position read_position(aws::Parameters& parameters,
                       std::string_view type,
                       std::string_view sequence_number);
/// The index of the record at which reading begins. Throws for a position that is not the shard's.
std::uint64_t place_of(const Position& position, Stream& stream, Shard& shard);

aws::ApiError no_such_shard(const Stream& stream, std::string_view id);

struct Reading {
    ShardRead records;
    std::uint64_t next = 0;  // where to read on: after them, unless a fault repeats them
    std::optional<Instant> throttled_until;  // nothing was read
};

/// Reads with the limits that all readers of a shard share; counted and traced.
Reading read_shared(Stream& stream, Shard& shard, std::uint64_t from, std::size_t most);
/// The same with those that a consumer has for itself.
Reading read_for(
    Consumer& consumer, Stream& stream, Shard& shard, std::uint64_t from, std::size_t most);

/// As GetRecords and SubscribeToShard have them.
Json record_list(const Shard& shard, const ShardRead& records);
/// The same as JSON text.
void append_record_list(std::string& out, const Shard& shard, const ShardRead& records);
Json child_shards(Stream& stream, const Shard& shard);

}  // namespace orrery::kinesis
