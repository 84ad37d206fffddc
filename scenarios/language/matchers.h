/// The matchers that expected values are made of: one row for each, with what it does and how it is
/// checked.
#pragma once

#include "engine/document.h"
#include "engine/json.h"
#include "scenarios/language/matching.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// `match` gets the matcher's argument; `check` (or null) looks at the argument as written, and
/// throws UsageError.
struct Matcher {
    std::string_view name;
    std::optional<Difference> (*match)(const Json& argument,
                                       const Json* actual,
                                       const std::string& path);
    void (*check)(const DocumentNode& argument, std::string_view name);
};

/// Null if there is no such matcher.
const Matcher* find_matcher(std::string_view name);
std::vector<std::string_view> matcher_names();

}  // namespace orrery
