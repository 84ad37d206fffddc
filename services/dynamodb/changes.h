/// What becomes of tables, indexes, streams and backups a while after an operation has asked for
/// it: their states pass in virtual time.
#pragma once

#include "engine/time.h"
#include "engine/timeline.h"

#include <cstdint>
#include <list>

namespace orrery {
struct World;
}

namespace orrery::dynamodb {

class Changes {
public:
    explicit Changes(World& world) : world_(world) {}
    ~Changes();
    Changes(const Changes&) = delete;
    Changes& operator=(const Changes&) = delete;

    /// Calls `complete` after `duration`; under `orrery serve` at the end of the present instant,
    /// since the waiters of SDKs wait in real time. `table` is the number of the table that it
    /// belongs to.
    void begin(std::uint64_t table, Duration duration, Callback complete);
    /// Nothing of this table will be completed any more.
    void drop(std::uint64_t table);
    /// Completes everything that is under way, now and in order.
    void finish();

private:
    struct Change {
        std::uint64_t table;
        Callback complete;
        EventId event;
    };

    World& world_;
    std::list<Change> pending_;
};

}  // namespace orrery::dynamodb
