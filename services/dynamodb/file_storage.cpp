#include "services/dynamodb/file_storage.h"

#include "engine/ensure.h"
#include "engine/error.h"
#include "engine/store.h"

#include <filesystem>
#include <optional>
#include <utility>

namespace orrery::dynamodb {

namespace {

/// By account and Region: which contents of the file the store's world has written.
constexpr std::string_view generation_collection = "dynamodb/generation";

std::optional<std::string> generation_in(const Store& store, std::string_view scope) {
    std::optional<std::string> found;
    store.each(generation_collection, [&](std::string_view key, std::string_view value) {
        if (key == scope) {
            found = value;
        }
    });
    return found;
}

/// "state.dynamodb.123456789012.eu-west-1" beside "state".
std::filesystem::path file_beside(const std::filesystem::path& store, std::string scope) {
    scope.replace(scope.find('/'), 1, ".");
    std::filesystem::path file = store;
    file.replace_filename(store.stem().string() + ".dynamodb." + scope + ".sqlite");
    return file;
}

void make_tables(Database& database) {
    database.run("CREATE TABLE item (id INTEGER PRIMARY KEY, value BLOB NOT NULL)");
    database.run("CREATE TABLE place (key BLOB PRIMARY KEY, item INTEGER NOT NULL) WITHOUT ROWID");
    database.run("CREATE TABLE definition (number INTEGER PRIMARY KEY, value BLOB NOT NULL)");
}

void drop_tables(Database& database) {
    for (const char* table : {"item", "place", "definition"}) {
        database.run(std::string("DROP TABLE ") + table);
    }
}

}  // namespace

struct FileStorage::Statements {
    explicit Statements(Database& database)
        : find(database,
               "SELECT item.id, item.value FROM place CROSS JOIN item ON item.id = place.item "
               "WHERE place.key = ?1"),
          forward(database,
                  "SELECT place.key, item.id, item.value FROM place "
                  "CROSS JOIN item ON item.id = place.item "
                  "WHERE place.key >= ?1 AND place.key < ?2 ORDER BY place.key"),
          backward(database,
                   "SELECT place.key, item.id, item.value FROM place "
                   "CROSS JOIN item ON item.id = place.item "
                   "WHERE place.key >= ?1 AND place.key < ?2 ORDER BY place.key DESC"),
          add_item(database, "INSERT INTO item (id, value) VALUES (?1, ?2)"),
          set_item(database, "UPDATE item SET value = ?2 WHERE id = ?1"),
          erase_item(database, "DELETE FROM item WHERE id = ?1"),
          add_place(database, "INSERT INTO place (key, item) VALUES (?1, ?2)"),
          erase_place(database, "DELETE FROM place WHERE key = ?1"),
          erase_places(database, "DELETE FROM place WHERE key >= ?1 AND key < ?2"),
          erase_items(database,
                      "DELETE FROM item WHERE id IN "
                      "(SELECT item FROM place WHERE key >= ?1 AND key < ?2)"),
          definitions(database, "SELECT number, value FROM definition ORDER BY number"),
          set_definition(database,
                         "INSERT INTO definition (number, value) VALUES (?1, ?2) "
                         "ON CONFLICT (number) DO UPDATE SET value = excluded.value"),
          erase_definition(database, "DELETE FROM definition WHERE number = ?1"),
          begin(database, "BEGIN IMMEDIATE"),
          commit(database, "COMMIT") {}

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
    Statement begin;
    Statement commit;
};

FileStorage::FileStorage(Store& store, const aws::Identity& identity)
    : store_(store), scope_(identity.account + "/" + identity.region) {}

FileStorage::~FileStorage() = default;

FileStorage::Statements& FileStorage::open() {
    if (statements_ == nullptr) {
        open_file();
        statements_ = std::make_unique<Statements>(*database_);
        last_item_ = database_->number("SELECT max(id) FROM item");
    }
    return *statements_;
}

/// A store that knows of no contents begins with none, whatever the file has; one that does must
/// find those.
void FileStorage::open_file() {
    const std::filesystem::path file = file_beside(store_.file(), scope_);
    database_ = std::make_unique<Database>(file);
    const bool empty = database_->number("SELECT count(*) FROM sqlite_master") == 0;
    const std::int64_t generation = empty ? 0 : database_->number("PRAGMA user_version");
    const std::optional<std::string> expected = generation_in(store_, scope_);
    if (expected && *expected != std::to_string(generation)) {
        throw UsageError(file.string() + " does not belong to " + store_.file().string() +
                         ": one of the two has been removed or replaced");
    }
    if (!expected) {
        database_->run("BEGIN IMMEDIATE");
        if (!empty) {
            drop_tables(*database_);
        }
        make_tables(*database_);
        database_->run("PRAGMA user_version = " + std::to_string(generation + 1));
        database_->run("COMMIT");
        store_.put(generation_collection, scope_, std::to_string(generation + 1));
    }
    store_.add_saver([this, alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired()) {
            commit();
        }
    });
}

/// For what changes something.
FileStorage::Statements& FileStorage::write() {
    Statements& statements = open();
    if (!in_transaction_) {
        statements.begin.run();
        in_transaction_ = true;
        touch();
    }
    return statements;
}

void FileStorage::touch() {
    store_.touch();
}

void FileStorage::commit() {
    if (save_) {
        save_();
    }
    if (in_transaction_) {
        in_transaction_ = false;
        statements_->commit.run();
    }
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
    if (!generation_in(store_, scope_)) {
        return;  // a new world: nothing to open
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
