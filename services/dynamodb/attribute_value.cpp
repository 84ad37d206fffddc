#include "services/dynamodb/attribute_value.h"

#include <algorithm>
#include <array>

namespace orrery::dynamodb {

namespace {

constexpr std::array<std::string_view, 10> type_names = {
    "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"};

}  // namespace

std::string_view type_name(AttributeType type) {
    return type_names[static_cast<std::size_t>(type)];
}

std::optional<AttributeType> type_named(std::string_view name) {
    const auto* found = std::find(type_names.begin(), type_names.end(), name);
    if (found == type_names.end()) {
        return std::nullopt;
    }
    return static_cast<AttributeType>(found - type_names.begin());
}

bool is_set(AttributeType type) {
    return type == AttributeType::string_set || type == AttributeType::number_set ||
           type == AttributeType::binary_set;
}

}  // namespace orrery::dynamodb
