/// Where an account's items lie in a Region: in memory, or in the world's store. It knows bytes,
/// and nothing of tables.
#pragma once

#include "services/aws/identity.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace orrery {
struct World;
}

namespace orrery::dynamodb {

enum class Direction : std::uint8_t { forward, backward };

/// Items have numbers. Places are keys in one order of bytes, each leading to an item: an item has
/// its own, the table's key, and one for each index that it is in. So reading a range of keys never
/// sorts, and an item is there once, however many indexes it is in.
class Storage {
public:
    /// Keys from `low` on and below `high`.
    struct Range {
        std::string low;
        std::string high;
    };
    using ReadVisit = std::function<void(std::int64_t item, std::string_view value)>;
    using Visit =
        std::function<bool(std::string_view key, std::int64_t item, std::string_view value)>;
    using DefinitionVisit = std::function<void(std::uint64_t number, std::string_view definition)>;

    Storage() = default;
    virtual ~Storage() = default;
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;

    /// Calls `visit` for the item whose own place this is. False if there is none.
    virtual bool read(std::string_view key, const ReadVisit& visit) = 0;
    /// Calls `visit` for the places in the range and the items they lead to until it returns false.
    /// It may add places outside of the range, but not read another range.
    virtual void each(const Range& range, Direction direction, const Visit& visit) = 0;

    /// `key` becomes its own place; there must be none there.
    virtual std::int64_t add_item(std::string_view key, std::string_view value) = 0;
    virtual void set_item(std::int64_t item, std::string_view value) = 0;
    /// With its own place, not with others.
    virtual void erase_item(std::string_view key, std::int64_t item) = 0;
    /// Those whose own places lie in the range.
    virtual void erase_items(const Range& range) = 0;
    /// One more place of an item; there must be none there.
    virtual void add_place(std::string_view key, std::int64_t item) = 0;
    virtual void erase_place(std::string_view key) = 0;
    /// Those in the range, none of which is an item's own.
    virtual void erase_places(const Range& range) = 0;

    /// What an earlier process has left of tables, by their numbers.
    virtual void each_definition(const DefinitionVisit& visit) = 0;
    virtual void set_definition(std::uint64_t number, std::string_view definition) = 0;
    virtual void erase_definition(std::uint64_t number) = 0;

    /// Called before each commit, for what is not written at once. There is one.
    virtual void set_saver(std::function<void()> save) = 0;
    /// Something is to be kept: there will be a commit at this instant.
    virtual void touch() = 0;
};

/// In the store if the world has one. `world` must outlive it.
std::unique_ptr<Storage> make_storage(World& world, const aws::Identity& identity);

}  // namespace orrery::dynamodb
