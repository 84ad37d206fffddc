/// The project's JSON type; include <nlohmann/json.hpp> only where values are built or read.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace orrery {

/// Objects iterate in key order, so a dump is canonical.
using Json = nlohmann::json;

}  // namespace orrery
