/// A member of a JSON object that may be absent.
#pragma once

#include <nlohmann/json.hpp>

namespace orrery::cloudwatch {

/// Null if there is none, or if it is null.
inline const nlohmann::json* member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace orrery::cloudwatch
