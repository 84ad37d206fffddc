/// Shard iterators: the text that GetRecords takes and gives for a place in a shard.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::kinesis {

struct ShardIterator {
    std::string stream;     // its name
    std::string stream_id;  // tells it from another of that name
    std::uint32_t shard = 0;
    std::uint64_t next = 0;  // the index of the record to be read
    Instant created_at;
};

std::string iterator_text(const ShardIterator& iterator);
/// Nothing for text that is none.
std::optional<ShardIterator> parse_iterator(std::string_view text);

}  // namespace orrery::kinesis
