/// Places in items: finding what is there, and trees of places for what reads or writes many.
#pragma once

#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/expressions/expressions.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::dynamodb {

class Problems;

/// Null if nothing is there.
const AttributeValue* find_value(const Item& item, const Path& path);

/// As errors have it: "[a, b, [1]]".
std::string path_text(const Path& path);

/// Adds the problem if one of two paths is at or below the other (they overlap), or needs a map
/// where the other needs a list (they conflict).
void check_distinct_paths(const std::vector<Path>& paths, Problems& problems);

/// Paths that neither overlap nor conflict, merged.
struct PathTree {
    std::optional<std::size_t> leaf;  // the place of the path that ends here
    std::map<std::string, PathTree, std::less<>> members;
    std::map<std::size_t, PathTree> elements;

    void add(const Path& path, std::size_t place);
    /// What is at the paths, in the maps and lists around it; elements of lists close up.
    Item project(const Item& item) const;
};

}  // namespace orrery::dynamodb
