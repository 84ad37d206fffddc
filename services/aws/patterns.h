/// The patterns of models, which are Java's regular expressions.
#pragma once

#include <string>
#include <string_view>

namespace orrery::aws {

/// Whether all of `text` matches. A pattern that RE2 cannot say (it looks ahead or behind) matches
/// everything: then the service has to know better.
bool matches_pattern(const std::string& pattern, std::string_view text);

}  // namespace orrery::aws
