#include "engine/store.h"

#include "engine/database.h"
#include "engine/error.h"
#include "engine/loop.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

namespace {

constexpr int application_id = 0x4f52'5259;  // "ORRY"
constexpr int format_version = 2;

void make_tables(Database& database) {
    database.run("CREATE TABLE collection (id INTEGER PRIMARY KEY, name BLOB UNIQUE)");
    database.run(
        "CREATE TABLE record (collection INTEGER NOT NULL, key BLOB NOT NULL, "
        "value BLOB NOT NULL, UNIQUE (collection, key))");
}

/// With what is in it made or checked.
std::unique_ptr<Database> open(const std::filesystem::path& path) {
    auto opened = std::make_unique<Database>(path);
    Database& database = *opened;
    const std::string file = path.string();
    const bool is_new = database.number("SELECT count(*) FROM sqlite_master") == 0;
    if (!is_new && database.number("PRAGMA application_id") != application_id) {
        throw UsageError(file + " is not a state file of Orrery");
    }
    const std::int64_t version = database.number("PRAGMA user_version");
    if (!is_new && version != format_version) {
        throw UsageError(file + " has format " + std::to_string(version) +
                         " of Orrery's state; this version knows format " +
                         std::to_string(format_version) + ": name another directory");
    }
    database.run("PRAGMA journal_mode = WAL");
    // A process that is killed loses nothing it wrote; a power cut may lose the last commits, but
    // leaves a sound file.
    database.run("PRAGMA synchronous = NORMAL");
    database.run("PRAGMA journal_size_limit = 67108864");
    database.run("BEGIN IMMEDIATE");
    if (is_new) {
        make_tables(database);
        database.run("PRAGMA application_id = " + std::to_string(application_id));
        database.run("PRAGMA user_version = " + std::to_string(format_version));
    }
    database.run("COMMIT");
    return opened;
}

std::vector<std::string> table_names(const Database& database) {
    std::vector<std::string> names;
    Statement tables(database, "SELECT name FROM sqlite_master WHERE type = 'table'");
    while (tables.step()) {
        names.emplace_back(tables.bytes(0));
    }
    return names;
}

}  // namespace

struct Store::Impl {
    Impl(Loop& its_loop, const std::filesystem::path& its_file)
        : loop(its_loop),
          opened(open(its_file)),
          database(*opened),
          put(database,
              "INSERT INTO record (collection, key, value) VALUES (?1, ?2, ?3) "
              "ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value"),
          erase(database, "DELETE FROM record WHERE collection = ?1 AND key = ?2"),
          clear(database, "DELETE FROM record WHERE collection = ?1"),
          add_collection(database, "INSERT INTO collection (name) VALUES (?1)"),
          begin(database, "BEGIN IMMEDIATE"),
          commit(database, "COMMIT") {
        Statement names(database, "SELECT id, name FROM collection");
        while (names.step()) {
            collections.emplace(names.bytes(1), names.number(0));
        }
    }

    std::int64_t collection(std::string_view name) {
        const auto found = collections.find(name);
        if (found != collections.end()) {
            return found->second;
        }
        write();
        add_collection.bind(1, name).run();
        const std::int64_t id = database.number("SELECT last_insert_rowid()");
        collections.emplace(name, id);
        return id;
    }

    /// Before anything is written: the transaction that all changes of the instant go into.
    void write() {
        touch();
        if (!in_transaction) {
            begin.run();
            in_transaction = true;
        }
    }

    void touch() {
        if (!touched) {
            touched = true;
            // After all that has arrived from I/O, so that it is committed together.
            event = loop.arrive([this] { commit_all(); });
        }
    }

    void commit_all() {
        for (const Callback& save : savers) {
            save();
        }
        if (in_transaction) {
            in_transaction = false;
            commit.run();
        }
        loop.cancel(event);
        touched = false;
        for (const Callback& done : std::exchange(waiting, {})) {
            done();
        }
    }

    void start_afresh() {
        savers.clear();
        waiting.clear();
        write();
        for (const std::string& table : table_names(database)) {
            database.run("DROP TABLE \"" + table + "\"");
        }
        make_tables(database);
        collections.clear();
        commit_all();
    }

    Loop& loop;
    std::unique_ptr<Database> opened;
    Database& database;
    Statement put;
    Statement erase;
    Statement clear;
    Statement add_collection;
    Statement begin;
    Statement commit;
    std::map<std::string, std::int64_t, std::less<>> collections;
    std::vector<Callback> savers;
    std::vector<Callback> waiting;
    bool touched = false;  // a commit is to come
    bool in_transaction = false;
    EventId event;
};

Store::Store(Loop& loop, const std::filesystem::path& file)
    : impl_(std::make_unique<Impl>(loop, file)) {}

Store::~Store() {
    impl_->loop.cancel(impl_->event);
}

void Store::each(
    std::string_view table,
    const std::function<void(std::string_view key, std::string_view value)>& visit) const {
    const auto found = impl_->collections.find(table);
    if (found == impl_->collections.end()) {
        return;
    }
    // A statement of its own, so that one visit may start another.
    Statement rows(impl_->database,
                   "SELECT key, value FROM record WHERE collection = ?1 ORDER BY key");
    rows.bind(1, found->second);
    while (rows.step()) {
        visit(rows.bytes(0), rows.bytes(1));
    }
}

void Store::add_saver(Callback save) {
    impl_->savers.push_back(std::move(save));
}

void Store::touch() {
    impl_->touch();
}

const std::filesystem::path& Store::file() const {
    return impl_->database.file();
}

Database& Store::database() {
    return impl_->database;
}

void Store::write() {
    impl_->write();
}

void Store::put(std::string_view table, std::string_view key, std::string_view value) {
    const std::int64_t collection = impl_->collection(table);
    impl_->write();
    impl_->put.bind(1, collection).bind(2, key).bind(3, value).run();
}

void Store::erase(std::string_view table, std::string_view key) {
    const std::int64_t collection = impl_->collection(table);
    impl_->write();
    impl_->erase.bind(1, collection).bind(2, key).run();
}

void Store::clear(std::string_view table) {
    const std::int64_t collection = impl_->collection(table);
    impl_->write();
    impl_->clear.bind(1, collection).run();
}

void Store::when_committed(Callback done) {
    if (impl_->touched) {
        impl_->waiting.push_back(std::move(done));
    } else {
        done();
    }
}

void Store::commit() {
    impl_->commit_all();
}

void Store::start_afresh() {
    impl_->start_afresh();
}

}  // namespace orrery
