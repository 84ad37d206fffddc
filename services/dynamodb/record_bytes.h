/// The bytes of a record that the store keeps of streams and backups: written field by field, and
/// read back with every length checked.
#pragma once

#include "engine/error.h"
#include "engine/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

/// Numbers are eight bytes, the highest first, so that keys sort as numbers do.
inline void append_number(std::string& bytes, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(number >> shift & 0xFF);
    }
}

inline void append_instant(std::string& bytes, Instant instant) {
    append_number(bytes, static_cast<std::uint64_t>(instant.time_since_epoch().count()));
}

inline void append_bytes(std::string& bytes, std::string_view text) {
    append_number(bytes, text.size());
    bytes += text;
}

/// Keys of one number or two.
inline std::string number_key(std::uint64_t number) {
    std::string key;
    append_number(key, number);
    return key;
}
inline std::string number_key(std::uint64_t first, std::uint64_t second) {
    std::string key = number_key(first);
    append_number(key, second);
    return key;
}

/// Throws UsageError where the bytes end too early.
class RecordReader {
public:
    explicit RecordReader(std::string_view bytes) : left_(bytes) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (const char byte : raw(8)) {
            value = value << 8 | static_cast<unsigned char>(byte);
        }
        return value;
    }
    Instant instant() { return Instant(Duration(static_cast<std::int64_t>(number()))); }
    std::string_view bytes() { return raw(number()); }

private:
    std::string_view raw(std::uint64_t size) {
        if (size > left_.size()) {
            throw UsageError("the state on disk is damaged: a record of DynamoDB ends too early");
        }
        const std::string_view bytes = left_.substr(0, size);
        left_.remove_prefix(size);
        return bytes;
    }

    std::string_view left_;
};

}  // namespace orrery::dynamodb
