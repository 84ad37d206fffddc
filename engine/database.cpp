#include "engine/database.h"

#include "engine/ensure.h"
#include "engine/error.h"

#include <sqlite3.h>

namespace orrery {

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

Database::Database(const std::filesystem::path& file) : file_(file) {
    sqlite3* opened = nullptr;
    const int status =
        sqlite3_open_v2(file_.c_str(),
                        &opened,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        "unix");
    handle_.reset(opened);
    check(status);
    // Exclusive: the lock is held until the end, and the write-ahead log's index needs no shared
    // memory.
    run("PRAGMA locking_mode = EXCLUSIVE");
    // Measured with DynamoDB's items of 1 KB: smaller pages hold fewer of them than their size
    // would allow, larger ones cost more where changed pages are written.
    run("PRAGMA page_size = 8192");
    run("PRAGMA cache_size = -131072");  // 128 MiB
}

Database::~Database() = default;

void Database::run(const std::string& sql) {
    check(sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr));
}

std::int64_t Database::number(const std::string& sql) const {
    Statement statement(*this, sql);
    return statement.step() ? statement.number(0) : 0;
}

void Database::check(int status) const {
    switch (status & 0xff) {
        case SQLITE_OK: return;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw UsageError("the state in " + file_.string() +
                             " is in use by another process: end that one, or name another "
                             "directory");
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            throw UsageError(file_.string() + " is not a state file of Orrery, or is damaged (" +
                             sqlite3_errstr(status) + ")");
        default:
            throw UsageError("the state in " + file_.string() +
                             " cannot be read or written: " + sqlite3_errstr(status));
    }
}

Statement::Statement(const Database& database, const std::string& sql) : database_(database) {
    database_.check(sqlite3_prepare_v3(
        database_.handle_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr));
}

Statement::~Statement() {
    sqlite3_finalize(handle_);
}

Statement& Statement::bind(int index, std::int64_t number) {
    database_.check(sqlite3_bind_int64(handle_, index, number));
    return *this;
}

Statement& Statement::bind(int index, std::string_view bytes) {
    database_.check(sqlite3_bind_blob64(
        handle_, index, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC));
    return *this;
}

bool Statement::step() {
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

void Statement::run() {
    ENSURE(!step());
}

void Statement::reset() {
    sqlite3_reset(handle_);
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(handle_, column);
}

std::string_view Statement::bytes(int column) const {
    const auto* const data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    return data == nullptr ? std::string_view() : std::string_view(data, size);
}

}  // namespace orrery
