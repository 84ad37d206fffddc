/// The machine's own clock, for programs that cannot have the virtual one.
#pragma once

#include "engine/time.h"

namespace orrery {

/// What statically linked programs read. It must reach neither the trace nor an answer.
Instant real_now();

}  // namespace orrery
