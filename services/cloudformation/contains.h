/// Whether a name is one of a list.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace orrery::cloudformation {

inline bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace orrery::cloudformation
