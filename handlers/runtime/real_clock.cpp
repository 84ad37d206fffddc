#include "handlers/runtime/real_clock.h"

namespace orrery {

Instant real_now() {
    return Instant(
        std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

}  // namespace orrery
