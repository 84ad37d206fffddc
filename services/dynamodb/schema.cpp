#include "services/dynamodb/schema.h"

#include <algorithm>

namespace orrery::dynamodb {

bool KeySchema::contains(std::string_view name) const {
    const auto named = [name](const KeyAttribute& attribute) { return attribute.name == name; };
    return std::any_of(hash.begin(), hash.end(), named) ||
           std::any_of(range.begin(), range.end(), named);
}

}  // namespace orrery::dynamodb
