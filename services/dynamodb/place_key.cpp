#include "services/dynamodb/place_key.h"

#include "engine/ensure.h"
#include "services/dynamodb/key_bytes.h"

#include <xxhash.h>

#include <limits>

namespace orrery::dynamodb {

namespace {

constexpr std::size_t hash_bytes = 8;

template <typename Integer>
void append_big_endian(std::string& bytes, Integer number) {
    for (int shift = static_cast<int>(sizeof(Integer)) * 8 - 8; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(number >> shift & 0xFF);
    }
}

/// Puts the hash before the bytes of a partition, which begin at `begin`.
void insert_hash(std::string& key, std::size_t begin) {
    const std::uint64_t hash = XXH3_64bits(key.data() + begin, key.size() - begin);
    std::string bytes;
    append_big_endian(bytes, hash);
    key.insert(begin, bytes);
}

bool append_attributes(std::string& key,
                       const std::vector<KeyAttribute>& attributes,
                       const Item& item) {
    for (const KeyAttribute& attribute : attributes) {
        const auto found = item.find(attribute.name);
        if (found == item.end() || found->second.type() != attribute.type) {
            return false;
        }
        append_key_bytes(key, found->second);
    }
    return true;
}

/// The hash at which part `segment` of `count` begins; the last part ends with the highest.
std::uint64_t segment_begin(std::uint64_t segment, std::uint64_t count) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(segment) << 64) / count);
}

}  // namespace

std::string tree_prefix(std::uint64_t table, std::uint8_t tree) {
    ENSURE(table <= std::numeric_limits<std::uint32_t>::max());
    std::string prefix;
    append_big_endian(prefix, static_cast<std::uint32_t>(table));
    append_big_endian(prefix, tree);
    return prefix;
}

void append_partition(std::string& key, const std::vector<AttributeValue>& hash) {
    const std::size_t begin = key.size();
    for (const AttributeValue& value : hash) {
        append_key_bytes(key, value);
    }
    insert_hash(key, begin);
}

bool append_item_key(std::string& key, const KeySchema& keys, const Item& item) {
    const std::size_t begin = key.size();
    if (!append_attributes(key, keys.hash, item)) {
        return false;
    }
    insert_hash(key, begin);
    return append_attributes(key, keys.range, item);
}

std::string after_all(std::string prefix) {
    while (!prefix.empty()) {
        const auto last = static_cast<unsigned char>(prefix.back());
        if (last < 0xFF) {
            prefix.back() = static_cast<char>(last + 1);
            break;
        }
        prefix.pop_back();
    }
    ENSURE(!prefix.empty());  // the number of a table is never that high
    return prefix;
}

Storage::Range keys_below(const std::string& prefix) {
    return {prefix, after_all(prefix)};
}

Storage::Range segment_range(const std::string& prefix,
                             std::uint64_t segment,
                             std::uint64_t count) {
    Storage::Range range{prefix, after_all(prefix)};
    append_big_endian(range.low, segment_begin(segment, count));
    if (segment + 1 < count) {
        range.high = prefix;
        append_big_endian(range.high, segment_begin(segment + 1, count));
    }
    return range;
}

std::uint64_t segment_of(std::string_view key, std::uint64_t count) {
    std::uint64_t hash = 0;
    for (const char byte : key.substr(0, hash_bytes)) {
        hash = hash << 8 | static_cast<unsigned char>(byte);
    }
    __extension__ using Wide = unsigned __int128;
    auto segment = static_cast<std::uint64_t>(static_cast<Wide>(hash) * count >> 64);
    while (segment + 1 < count && segment_begin(segment + 1, count) <= hash) {
        ++segment;
    }
    return segment;
}

}  // namespace orrery::dynamodb
