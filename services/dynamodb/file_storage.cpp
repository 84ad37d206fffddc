#include "services/dynamodb/file_storage.h"

#include "engine/database.h"
#include "engine/ensure.h"
#include "engine/store.h"

#include <utility>

namespace orrery::dynamodb {

namespace {

/// A table's name in SQL.
std::string quoted(const std::string& prefix, const char* name) {
    return '"' + prefix + name + '"';
}

void make_tables(Database& database, const std::string& prefix) {
    database.run("CREATE TABLE " + quoted(prefix, "item") +
                 " (id INTEGER PRIMARY KEY, value BLOB NOT NULL)");
    database.run("CREATE TABLE " + quoted(prefix, "place") +
                 " (key BLOB PRIMARY KEY, item INTEGER NOT NULL) WITHOUT ROWID");
    database.run("CREATE TABLE " + quoted(prefix, "definition") +
                 " (number INTEGER PRIMARY KEY, value BLOB NOT NULL)");
}

std::string range_of(const std::string& item, const std::string& place) {
    return "SELECT place.key, item.id, item.value FROM " + place + " place CROSS JOIN " + item +
           " item ON item.id = place.item WHERE place.key >= ?1 AND place.key < ?2";
}

}  // namespace

struct FileStorage::Statements {
    Statements(const Database& database, const std::string& prefix)
        : Statements(database,
                     quoted(prefix, "item"),
                     quoted(prefix, "place"),
                     quoted(prefix, "definition")) {}
    Statements(const Database& database,
               const std::string& item,
               const std::string& place,
               const std::string& definition)
        : find(database,
               "SELECT item.id, item.value FROM " + place + " place CROSS JOIN " + item +
                   " item ON item.id = place.item WHERE place.key = ?1"),
          forward(database, range_of(item, place) + " ORDER BY place.key"),
          backward(database, range_of(item, place) + " ORDER BY place.key DESC"),
          add_item(database, "INSERT INTO " + item + " (id, value) VALUES (?1, ?2)"),
          set_item(database, "UPDATE " + item + " SET value = ?2 WHERE id = ?1"),
          erase_item(database, "DELETE FROM " + item + " WHERE id = ?1"),
          add_place(database, "INSERT INTO " + place + " (key, item) VALUES (?1, ?2)"),
          erase_place(database, "DELETE FROM " + place + " WHERE key = ?1"),
          erase_places(database, "DELETE FROM " + place + " WHERE key >= ?1 AND key < ?2"),
          erase_items(database,
                      "DELETE FROM " + item + " WHERE id IN (SELECT item FROM " + place +
                          " WHERE key >= ?1 AND key < ?2)"),
          definitions(database, "SELECT number, value FROM " + definition + " ORDER BY number"),
          set_definition(database,
                         "INSERT INTO " + definition +
                             " (number, value) VALUES (?1, ?2) "
                             "ON CONFLICT (number) DO UPDATE SET value = excluded.value"),
          erase_definition(database, "DELETE FROM " + definition + " WHERE number = ?1") {}

    Statement find;
    Statement forward;
    Statement backward;
    Statement add_item;
    Statement set_item;
    Statement erase_item;
    Statement add_place;
    Statement erase_place;
    Statement erase_places;
    Statement erase_items;
    Statement definitions;
    Statement set_definition;
    Statement erase_definition;
};

FileStorage::FileStorage(Store& store, const aws::Identity& identity)
    : store_(store), prefix_("dynamodb/" + identity.account + "/" + identity.region + "/") {}

FileStorage::~FileStorage() = default;

bool FileStorage::exists() const {
    return store_.database().number("SELECT count(*) FROM sqlite_master WHERE name = '" + prefix_ +
                                    "item'") != 0;
}

FileStorage::Statements& FileStorage::open() {
    if (statements_ == nullptr) {
        Database& database = store_.database();
        if (!exists()) {
            store_.write();
            make_tables(database, prefix_);
        }
        statements_ = std::make_unique<Statements>(database, prefix_);
        last_item_ = database.number("SELECT max(id) FROM " + quoted(prefix_, "item"));
    }
    return *statements_;
}

/// For what changes something.
FileStorage::Statements& FileStorage::write() {
    store_.write();
    return open();
}

void FileStorage::touch() {
    store_.touch();
}

/// The store may outlive the storage.
void FileStorage::set_saver(std::function<void()> save) {
    store_.add_saver([save = std::move(save), alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired()) {
            save();
        }
    });
}

bool FileStorage::read(std::string_view key, const ReadVisit& visit) {
    Statement& statement = open().find.bind(1, key);
    if (!statement.step()) {
        return false;
    }
    visit(statement.number(0), statement.bytes(1));
    statement.reset();
    return true;
}

void FileStorage::each(const Range& range, Direction direction, const Visit& visit) {
    ENSURE(!std::exchange(reading_range_, true));
    Statement& statement = direction == Direction::forward ? open().forward : open().backward;
    const auto end = [&](void* /*nothing*/) {
        statement.reset();
        reading_range_ = false;
    };
    const std::unique_ptr<void, decltype(end)> at_end(this, end);
    statement.bind(1, range.low).bind(2, range.high);
    while (statement.step() && visit(statement.bytes(0), statement.number(1), statement.bytes(2))) {
    }
}

std::int64_t FileStorage::add_item(std::string_view key, std::string_view value) {
    write().add_item.bind(1, ++last_item_).bind(2, value).run();
    add_place(key, last_item_);
    return last_item_;
}

void FileStorage::set_item(std::int64_t item, std::string_view value) {
    write().set_item.bind(1, item).bind(2, value).run();
}

void FileStorage::erase_item(std::string_view key, std::int64_t item) {
    write().erase_item.bind(1, item).run();
    erase_place(key);
}

void FileStorage::add_place(std::string_view key, std::int64_t item) {
    write().add_place.bind(1, key).bind(2, item).run();
}

void FileStorage::erase_place(std::string_view key) {
    write().erase_place.bind(1, key).run();
}

void FileStorage::erase_places(const Range& range) {
    write().erase_places.bind(1, range.low).bind(2, range.high).run();
}

void FileStorage::erase_items(const Range& range) {
    write().erase_items.bind(1, range.low).bind(2, range.high).run();
    erase_places(range);
}

void FileStorage::each_definition(const DefinitionVisit& visit) {
    if (!exists()) {
        return;
    }
    Statement& statement = open().definitions;
    while (statement.step()) {
        visit(static_cast<std::uint64_t>(statement.number(0)), statement.bytes(1));
    }
}

void FileStorage::set_definition(std::uint64_t number, std::string_view definition) {
    write().set_definition.bind(1, static_cast<std::int64_t>(number)).bind(2, definition).run();
}

void FileStorage::erase_definition(std::uint64_t number) {
    write().erase_definition.bind(1, static_cast<std::int64_t>(number)).run();
}

}  // namespace orrery::dynamodb
