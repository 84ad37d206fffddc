/// What becomes of streams and consumers a while after an operation has asked for it: their states
/// pass in virtual time.
#pragma once

#include "engine/time.h"
#include "engine/timeline.h"

#include <list>

namespace orrery {
struct World;
}

namespace orrery::kinesis {

class Changes {
public:
    explicit Changes(World& world) : world_(world) {}
    ~Changes();
    Changes(const Changes&) = delete;
    Changes& operator=(const Changes&) = delete;

    /// Calls `complete` after `duration`; under `orrery serve` at the end of the present instant,
    /// since the waiters of SDKs wait in real time.
    void begin(Duration duration, Callback complete);
    /// Completes everything that is under way, now and in order.
    void finish();

private:
    struct Change {
        Callback complete;
        EventId event;
    };

    World& world_;
    std::list<Change> pending_;
};

}  // namespace orrery::kinesis
