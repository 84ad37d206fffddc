/// Answers to clients wait until what they promise is on disk.
#pragma once

#include "engine/net/http.h"

#include <functional>

namespace orrery {
struct World;
}

namespace orrery::aws {

/// Calls `respond` when everything that has changed so far is committed: at once without a state
/// directory. So it is with each piece of the response's stream.
void respond_when_committed(World& world,
                            HttpResponse response,
                            const std::function<void(HttpResponse)>& respond);

}  // namespace orrery::aws
