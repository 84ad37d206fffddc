/// Event source mappings as a state directory keeps them.
#pragma once

#include "engine/json.h"

namespace orrery::lambda {

struct EventSourceMapping;
struct SavedMapping;

Json mapping_record(const EventSourceMapping& mapping);
/// Of one whose source has not come back yet.
Json mapping_record(const SavedMapping& mapping);
SavedMapping mapping_in(const Json& record);

}  // namespace orrery::lambda
