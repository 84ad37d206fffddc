/// EventSourceMappingConfiguration: a mapping as the API describes it.
#pragma once

#include "engine/json.h"

#include <string_view>

namespace orrery::aws {
struct Identity;
}

namespace orrery::lambda {

struct EventSourceMapping;

/// As it is while its State is `state`.
Json describe(const EventSourceMapping& mapping,
              const aws::Identity& identity,
              std::string_view state);

}  // namespace orrery::lambda
