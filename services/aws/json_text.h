/// JSON as the wire has it, read and written as nlohmann's library does it, which takes longer over
/// every character of a string.
#pragma once

#include "engine/json.h"

#include <string>
#include <string_view>

namespace orrery::aws {

/// Discarded (Json::is_discarded) if it is no JSON.
Json read_json(std::string_view text);
/// Without blanks; what is no UTF-8 in a string is replaced.
std::string write_json(const Json& value);

}  // namespace orrery::aws
