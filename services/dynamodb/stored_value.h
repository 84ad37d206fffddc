/// How storage has an item: its size as DynamoDB counts it, then its bytes, so that counting needs
/// no decoding.
#pragma once

#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/record_bytes.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

struct StoredValue {
    explicit StoredValue(std::string_view value)
        : size(RecordReader(value).number()), item(value.substr(sizeof(std::uint64_t))) {}

    static std::string of(std::size_t size, const Item& item) {
        // Little more than what counts: types, lengths, numbers as text.
        constexpr std::size_t around = 16;
        std::string value;
        value.reserve(sizeof(std::uint64_t) + size + around * (item.size() + 1));
        append_number(value, size);
        append_item(value, item);
        return value;
    }

    std::size_t size;
    std::string_view item;
};

}  // namespace orrery::dynamodb
