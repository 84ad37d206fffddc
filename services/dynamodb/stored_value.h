/// How storage has an item: its size as DynamoDB counts it, then its bytes, so that counting needs
/// no decoding.
#pragma once

#include "services/dynamodb/record_bytes.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

struct StoredValue {
    explicit StoredValue(std::string_view value)
        : size(RecordReader(value).number()), item(value.substr(sizeof(std::uint64_t))) {}

    static std::string of(std::size_t size, std::string_view item) {
        std::string value;
        value.reserve(sizeof(std::uint64_t) + item.size());
        append_number(value, size);
        value += item;
        return value;
    }

    std::size_t size;
    std::string_view item;
};

}  // namespace orrery::dynamodb
