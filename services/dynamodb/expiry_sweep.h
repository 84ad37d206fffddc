/// Deletes a table's items whose time to live is over, in the background, some minutes later.
#pragma once

#include "engine/time.h"
#include "engine/timeline.h"
#include "services/dynamodb/attribute_value.h"

#include <string>

namespace orrery {
struct World;
}

namespace orrery::dynamodb {

class Table;

class ExpirySweep {
public:
    /// The table must outlive it. `source` is the table's name in the trace.
    ExpirySweep(World& world, Table& table, std::string source);
    ~ExpirySweep();
    ExpirySweep(const ExpirySweep&) = delete;
    ExpirySweep& operator=(const ExpirySweep&) = delete;

    /// From now on `attribute` says when items expire, those that are there already too.
    void begin(const std::string& attribute);
    void end();
    /// An item has been written.
    void item_written(const Item& item);

private:
    void schedule(Instant expiry);
    void sweep();

    World& world_;
    Table& table_;
    std::string source_;
    std::string attribute_;  // empty: no item expires
    EventId event_;
    Instant due_;
};

}  // namespace orrery::dynamodb
