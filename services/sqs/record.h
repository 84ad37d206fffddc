/// The bytes of a record on disk: written field by field, and read back with every length checked.
#pragma once

#include "engine/error.h"
#include "engine/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace orrery::sqs {

inline constexpr std::uint32_t record_format = 1;

/// Integers have a fixed width and come highest byte first, so that keys sort as numbers do.
class RecordWriter {
public:
    RecordWriter& format() { return number(record_format); }
    template <typename Integer>
    RecordWriter& number(Integer value) {
        const auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
        for (int shift = static_cast<int>(sizeof(Integer)) * 8 - 8; shift >= 0; shift -= 8) {
            bytes_ += static_cast<char>(bits >> shift & 0xFF);
        }
        return *this;
    }
    RecordWriter& instant(Instant value) { return number(value.time_since_epoch().count()); }
    RecordWriter& text(std::string_view value) {
        number(static_cast<std::uint32_t>(value.size()));
        bytes_ += value;
        return *this;
    }
    std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Throws UsageError for what RecordWriter has not written.
class RecordReader {
public:
    explicit RecordReader(std::string_view bytes) : left_(bytes) {}

    [[noreturn]] static void damaged(const std::string& what) {
        throw UsageError("the state on disk is damaged: an SQS record " + what);
    }

    void format() {
        if (number<std::uint32_t>() != record_format) {
            damaged("has another format than this version of Orrery writes");
        }
    }
    template <typename Integer>
    Integer number() {
        std::make_unsigned_t<Integer> bits = 0;
        for (const char byte : raw(sizeof(Integer))) {
            bits = static_cast<decltype(bits)>(std::uint64_t{bits} << 8 |
                                               static_cast<unsigned char>(byte));
        }
        return static_cast<Integer>(bits);
    }
    Instant instant() { return Instant(Duration(number<std::int64_t>())); }
    std::string text() { return std::string(raw(number<std::uint32_t>())); }
    void finish() const {
        if (!left_.empty()) {
            damaged("goes on after its end");
        }
    }

private:
    std::string_view raw(std::size_t size) {
        if (size > left_.size()) {
            damaged("ends too early");
        }
        const std::string_view taken = left_.substr(0, size);
        left_.remove_prefix(size);
        return taken;
    }

    std::string_view left_;
};

}  // namespace orrery::sqs
