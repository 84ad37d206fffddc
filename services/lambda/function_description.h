/// Describes a function's version as AWS's answers do.
#pragma once

#include "engine/json.h"
#include "engine/time.h"

#include <cstdint>
#include <string>

namespace orrery::lambda {

class FunctionVersion;

/// What an answer shows to have begun, however little time it takes.
enum class ShownChange : std::uint8_t { none, created, updated };

/// A FunctionConfiguration structure. `qualifier` is what its ARN ends with; empty: with the name.
Json describe(const FunctionVersion& version,
              Instant now,
              const std::string& qualifier = "",
              ShownChange change = ShownChange::none);

}  // namespace orrery::lambda
