/// Where an account's items lie in a Region: one SQLite database, in memory or beside the world's
/// store. It knows bytes, and nothing of tables.
#pragma once

#include "services/aws/identity.h"
#include "services/dynamodb/database.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery {
class Store;
struct World;
}  // namespace orrery

namespace orrery::dynamodb {

enum class Direction : std::uint8_t { forward, backward };

/// Items have numbers, and lie in the order in which they were first written. Places are keys in
/// one order of bytes, each leading to an item: a table's own key has one, and that of each of its
/// indexes. So reading a range of keys never sorts, and an item is there once, however many indexes
/// it is in.
class Storage {
public:
    /// Keys from `low` on and below `high`.
    struct Range {
        std::string low;
        std::string high;
    };

    /// `world` must outlive it. A file is opened when there is something to read or write.
    Storage(World& world, const aws::Identity& identity);
    ~Storage();
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;

    /// Calls `visit` for the item at this place. False if there is none.
    template <typename ReadVisit>
    bool read(std::string_view key, const ReadVisit& visit) {
        Statement& statement = find(key);
        if (!statement.step()) {
            return false;
        }
        visit(statement.number(0), statement.bytes(1));
        statement.reset();
        return true;
    }
    /// Calls `visit` for the places in the range and the items they lead to until it returns false.
    /// It may write, but not read another range.
    using Visit =
        std::function<bool(std::string_view key, std::int64_t item, std::string_view value)>;
    void each(const Range& range, Direction direction, const Visit& visit);

    std::int64_t add_item(std::string_view value);
    void set_item(std::int64_t item, std::string_view value);
    void erase_item(std::int64_t item);
    /// There must be none.
    void add_place(std::string_view key, std::int64_t item);
    void erase_place(std::string_view key);
    void erase_places(const Range& range);
    /// The items that places in the range lead to, not the places.
    void erase_items(const Range& range);

    /// What is known of tables, by their numbers.
    void each_definition(
        const std::function<void(std::uint64_t number, std::string_view definition)>& visit);
    void set_definition(std::uint64_t number, std::string_view definition);
    void erase_definition(std::uint64_t number);

    /// Called before each commit, for what is not written at once. There is one.
    void set_saver(std::function<void()> save) { save_ = std::move(save); }
    /// Something is to be kept: there will be a commit at this instant.
    void touch();

private:
    struct Statements;

    Statement& find(std::string_view key);
    Statements& open();
    Statements& write();
    void open_file(Store& store);
    void commit();

    World& world_;
    std::string scope_;  // "123456789012/eu-west-1"
    std::unique_ptr<Database> database_;
    std::unique_ptr<Statements> statements_;
    std::function<void()> save_;
    std::int64_t last_item_ = 0;
    bool in_transaction_ = false;
    bool reading_range_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace orrery::dynamodb
