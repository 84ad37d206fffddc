/// JSON as the wire has it, read and written as nlohmann's library does it, which takes longer over
/// every character of a string.
#pragma once

#include "engine/json.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace orrery::aws {

/// Discarded (Json::is_discarded) if it is no JSON.
Json read_json(std::string_view text);
/// Without blanks; what is no UTF-8 in a string is replaced.
std::string write_json(const Json& value);
/// The same of a string.
void append_json(std::string& out, std::string_view text);

/// How many bytes `text` begins with that stand for themselves in a JSON string: ASCII, neither
/// escaped nor in need of it.
std::size_t plain_length(std::string_view text);

}  // namespace orrery::aws
