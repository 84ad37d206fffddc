/// Tags of functions and event source mappings.
#pragma once

#include "engine/json.h"

#include <map>
#include <string>

namespace orrery::lambda {

using Tags = std::map<std::string, std::string>;

/// A Tags parameter; null: none. Throws AWS's error for too many.
Tags read_tags(const Json* given);
/// Throws AWS's error for more than a resource can have.
void check_tags(const Tags& tags);

}  // namespace orrery::lambda
