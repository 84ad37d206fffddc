/// SequenceNumber: what names a record: a number of 56 decimal digits that holds the record's shard
/// and its place there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::kinesis {

/// In Kinesis' second layout. [kinesalite] Within a shard numbers rise with the index.
struct SequenceNumber {
    std::int64_t shard_created = 0;  // epoch seconds
    std::uint32_t shard = 0;         // its index: 5 in shardId-000000000005
    std::uint64_t index = 0;         // 0 is the shard's beginning, 1 its first record
    std::int64_t at = 0;             // epoch seconds
    friend bool operator==(const SequenceNumber&, const SequenceNumber&) = default;
};

/// The index in the EndingSequenceNumber of a closed shard. [kinesalite]
inline constexpr std::uint64_t ending_index = 0x7FFF'FFFF'FFFF'FFFF;

void append_sequence_number(std::string& out, const SequenceNumber& number);
std::string sequence_number_text(const SequenceNumber& number);
/// Nothing for text that is none of this layout.
std::optional<SequenceNumber> parse_sequence_number(std::string_view text);

}  // namespace orrery::kinesis
