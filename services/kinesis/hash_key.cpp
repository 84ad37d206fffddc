#include "services/kinesis/hash_key.h"

#include <algorithm>

namespace orrery::kinesis {

HashRange uniform_range(std::size_t index, std::size_t count) {
    if (count == 1) {
        return {};
    }
    // 2^128 / count, rounded down, though 2^128 itself does not fit.
    const HashKey width =
        largest_hash_key / count + (largest_hash_key % count + 1 == count ? 1 : 0);
    HashRange range;
    range.first = width * index;
    range.last = index + 1 == count ? largest_hash_key : width * (index + 1) - 1;
    return range;
}

std::string hash_key_text(HashKey key) {
    std::string digits;
    do {
        digits += static_cast<char>('0' + static_cast<int>(key % 10));
        key /= 10;
    } while (key != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::optional<HashKey> parse_hash_key(std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    HashKey key = 0;
    for (const char letter : text) {
        if (letter < '0' || letter > '9') {
            return std::nullopt;
        }
        const auto digit = static_cast<unsigned>(letter - '0');
        if (key > (largest_hash_key - digit) / 10) {
            return std::nullopt;
        }
        key = key * 10 + digit;
    }
    return key;
}

HashKey KeyHasher::hash(std::string_view partition_key) {
    md5_.add(partition_key);
    HashKey key = 0;
    for (const char digit : md5_.hex()) {
        key = key << 4 | static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return key;
}

}  // namespace orrery::kinesis
