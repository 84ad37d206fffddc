/// What point-in-time recovery keeps of a table: for each change what was there before it, so that
/// a past state is the present one with everything since undone.
#pragma once

#include "engine/time.h"
#include "services/dynamodb/table.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace orrery {
struct World;
}

namespace orrery::dynamodb {

class ControlStore;

class UndoLog {
public:
    /// `number` is its place in the store, the table's.
    UndoLog(World& world, const Table& table, std::int64_t days);

    void set_days(std::int64_t days) { days_ = days; }
    void append(const Item* before, const Item* after);
    /// The items as they were right after everything that happened at `instant` or before.
    void each_item_at(Instant instant, const std::function<void(const Item&)>& visit) const;

    void save(ControlStore& store);
    void erase_from(ControlStore& store) const;
    /// In order.
    void restore(std::uint64_t sequence, std::string_view bytes);

private:
    struct Entry {
        std::uint64_t sequence = 0;
        Instant at;
        std::string key;
        std::string before;  // empty: there was no item
    };

    void trim();
    std::string key_of(const Item& item) const;

    World& world_;
    const Table& table_;
    std::int64_t days_;
    std::deque<Entry> entries_;
    std::uint64_t last_ = 0;
    std::uint64_t first_ = 1;  // the oldest that is not trimmed
    std::uint64_t saved_through_ = 0;
    std::uint64_t erased_through_ = 0;
};

/// Where the store has entries, by (table's number, sequence).
inline constexpr std::string_view undo_collection = "undo";

}  // namespace orrery::dynamodb
