/// The fields of a trace event as text: a view must not fail over what an event lacks.
#pragma once

#include "engine/json.h"

#include <string>

namespace orrery::report {

/// "" if it is absent.
std::string raw_field(const Json& data, const char* name);
/// The same on one line, shortened.
std::string field(const Json& data, const char* name);
/// `before` + the field + `after`, or nothing if the field is absent.
std::string where_given(const char* before,
                        const Json& data,
                        const char* name,
                        const char* after = "");

}  // namespace orrery::report
