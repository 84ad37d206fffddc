#include "engine/store.h"

#include "engine/ensure.h"
#include "engine/error.h"
#include "engine/loop.h"

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

namespace {

constexpr int application_id = 0x4f52'5259;  // "ORRY"
constexpr int format_version = 1;

/// SQLite in the hands of one file: every failure is a UsageError that names it.
class Database {
public:
    /// Takes the file for this process alone, and makes or checks what is in it.
    explicit Database(const std::filesystem::path& file) : file_(file.string()) {
        sqlite3* opened = nullptr;
        const int status =
            sqlite3_open_v2(file_.c_str(),
                            &opened,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                            "unix");
        handle_.reset(opened);
        check(status);
        prepare();
    }

    sqlite3* handle() const { return handle_.get(); }

    void run(const std::string& sql) {
        check(sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr));
    }

    void check(int status) const {
        if (status != SQLITE_OK) {
            throw UsageError(text_of(status));
        }
    }

private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };

    void prepare() {
        // Exclusive: the lock is held until the end, and the write-ahead log's index needs no
        // shared memory.
        run("PRAGMA locking_mode = EXCLUSIVE");
        const bool is_new = number("SELECT count(*) FROM sqlite_master") == 0;
        if (!is_new && number("PRAGMA application_id") != application_id) {
            throw UsageError(file_ + " is not a state file of Orrery");
        }
        const int version = number("PRAGMA user_version");
        if (!is_new && version != format_version) {
            throw UsageError(file_ + " has format " + std::to_string(version) +
                             " of Orrery's state; this version knows format " +
                             std::to_string(format_version) + ": name another directory");
        }
        run("PRAGMA journal_mode = WAL");
        // A process that is killed loses nothing it wrote; a power cut may lose the last commits,
        // but leaves a sound file.
        run("PRAGMA synchronous = NORMAL");
        run("PRAGMA journal_size_limit = 67108864");
        run("BEGIN IMMEDIATE");
        if (is_new) {
            run("CREATE TABLE collection (id INTEGER PRIMARY KEY, name BLOB UNIQUE)");
            run("CREATE TABLE record (collection INTEGER NOT NULL, key BLOB NOT NULL, "
                "value BLOB NOT NULL, UNIQUE (collection, key))");
            run("PRAGMA application_id = " + std::to_string(application_id));
            run("PRAGMA user_version = " + std::to_string(format_version));
        }
        run("COMMIT");
    }

    int number(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(handle(), sql, -1, &statement, nullptr));
        const int status = sqlite3_step(statement);
        const int found = status == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
        sqlite3_finalize(statement);
        if (status != SQLITE_ROW && status != SQLITE_DONE) {
            check(status);
        }
        return found;
    }

    std::string text_of(int status) const {
        switch (status & 0xff) {
            case SQLITE_BUSY:
            case SQLITE_LOCKED:
                return "the state in " + file_ +
                       " is in use by another process: end that one, or name another directory";
            case SQLITE_NOTADB:
            case SQLITE_CORRUPT:
                return file_ + " is not a state file of Orrery, or is damaged (" +
                       sqlite3_errstr(status) + ")";
            default:
                return "the state in " + file_ +
                       " cannot be read or written: " + sqlite3_errstr(status);
        }
    }

    std::string file_;
    std::unique_ptr<sqlite3, Close> handle_;
};

class Statement {
public:
    Statement(const Database& database, const char* sql) : database_(database) {
        database_.check(sqlite3_prepare_v3(
            database_.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr));
    }
    ~Statement() { sqlite3_finalize(handle_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int index, std::int64_t number) {
        database_.check(sqlite3_bind_int64(handle_, index, number));
        return *this;
    }
    /// The bytes must last until the statement has run.
    Statement& bind(int index, std::string_view bytes) {
        database_.check(sqlite3_bind_blob64(
            handle_, index, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC));
        return *this;
    }
    /// Whether there is a row; after the last one it is ready to run again.
    bool step() {
        const int status = sqlite3_step(handle_);
        if (status == SQLITE_ROW) {
            return true;
        }
        sqlite3_reset(handle_);
        if (status != SQLITE_DONE) {
            database_.check(status);
        }
        return false;
    }
    void run() { ENSURE(!step()); }
    std::int64_t number(int column) const { return sqlite3_column_int64(handle_, column); }
    std::string_view bytes(int column) const {
        const auto* const data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
        return data == nullptr ? std::string_view() : std::string_view(data, size);
    }

private:
    const Database& database_;
    sqlite3_stmt* handle_ = nullptr;
};

}  // namespace

struct Store::Impl {
    Impl(Loop& its_loop, const std::filesystem::path& its_file)
        : loop(its_loop),
          file(its_file),
          database(its_file),
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
        const std::int64_t id = sqlite3_last_insert_rowid(database.handle());
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
        database.run("DELETE FROM record");
        database.run("DELETE FROM collection");
        collections.clear();
        commit_all();
    }

    Loop& loop;
    std::filesystem::path file;
    Database database;
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
    return impl_->file;
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
