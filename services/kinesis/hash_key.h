/// HashKey: what says to which shard a record goes: the MD5 sum of its partition key, a number of
/// 128 bits.
#pragma once

#include "services/aws/encoding.h"

#include <optional>
#include <string>
#include <string_view>

namespace orrery::kinesis {

__extension__ using HashKey = unsigned __int128;

inline constexpr HashKey largest_hash_key = ~HashKey{0};

struct HashRange {
    HashKey first = 0;
    HashKey last = largest_hash_key;  // included
    friend bool operator==(const HashRange&, const HashRange&) = default;

    bool holds(HashKey key) const { return key >= first && key <= last; }
};

/// Range number `index` of `count` that share all keys evenly; what is left over goes to the last.
/// [kinesalite]
HashRange uniform_range(std::size_t index, std::size_t count);

/// Decimal digits.
std::string hash_key_text(HashKey key);
/// Nothing for text that is no number or too large.
std::optional<HashKey> parse_hash_key(std::string_view text);

/// Hashes partition keys.
class KeyHasher {
public:
    HashKey hash(std::string_view partition_key);

private:
    aws::Md5 md5_;
};

}  // namespace orrery::kinesis
