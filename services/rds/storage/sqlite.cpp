#include "services/rds/storage/sqlite.h"

#include "services/rds/storage/memory_vfs.h"

#include <sqlite3.h>

#include <array>
#include <charconv>
#include <cmath>

namespace orrery::rds {

namespace {

[[noreturn]] void fail(sqlite3* handle) {
    throw SqliteError(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
}

std::string text_or_empty(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

}  // namespace

SqliteConnection::SqliteConnection(const MemoryVfs& vfs) {
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2("/database", &handle_, flags, vfs.name().c_str()) != SQLITE_OK) {
        const SqliteError error(SQLITE_CANTOPEN, text_or_empty(sqlite3_errmsg(handle_)));
        sqlite3_close_v2(handle_);
        throw error;
    }
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    SqliteStatement(*this, "PRAGMA journal_mode=WAL").step();
    run("PRAGMA synchronous=OFF");
    run("PRAGMA temp_store=MEMORY");
}

SqliteConnection::~SqliteConnection() {
    sqlite3_close_v2(handle_);
}

void SqliteConnection::run(const std::string& sql) {
    SqliteStatement statement(*this, sql);
    while (statement.step()) {
    }
}

bool SqliteConnection::in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

SqliteStatement::SqliteStatement(SqliteConnection& connection, const std::string& sql)
    : connection_(connection) {
    if (sqlite3_prepare_v2(
            connection.handle(), sql.data(), static_cast<int>(sql.size()), &handle_, nullptr) !=
        SQLITE_OK) {
        fail(connection.handle());
    }
}

SqliteStatement::~SqliteStatement() {
    sqlite3_finalize(handle_);
}

void SqliteStatement::bind(int index, const Value& value) {
    struct Binder {
        sqlite3_stmt* handle;
        int index;
        int operator()(std::monostate) const { return sqlite3_bind_null(handle, index); }
        int operator()(std::int64_t number) const {
            return sqlite3_bind_int64(handle, index, number);
        }
        int operator()(double number) const { return sqlite3_bind_double(handle, index, number); }
        int operator()(const std::string& text) const {
            return sqlite3_bind_text64(
                handle, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
        }
        int operator()(const Blob& blob) const {
            return sqlite3_bind_blob64(
                handle, index, blob.bytes.data(), blob.bytes.size(), SQLITE_TRANSIENT);
        }
    };
    if (std::visit(Binder{handle_, index}, value) != SQLITE_OK) {
        fail(connection_.handle());
    }
}

bool SqliteStatement::step() {
    switch (sqlite3_step(handle_)) {
        case SQLITE_ROW: return true;
        case SQLITE_DONE: return false;
        default: fail(connection_.handle());
    }
}

void SqliteStatement::reset() {
    sqlite3_reset(handle_);
}

int SqliteStatement::column_count() const {
    return sqlite3_column_count(handle_);
}

Value SqliteStatement::value(int column) const {
    switch (sqlite3_column_type(handle_, column)) {
        case SQLITE_INTEGER: return sqlite3_column_int64(handle_, column);
        case SQLITE_FLOAT: return sqlite3_column_double(handle_, column);
        case SQLITE_TEXT: {
            const auto* const text =
                reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
            return std::string(text,
                               static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)));
        }
        case SQLITE_BLOB: {
            const auto* const bytes =
                static_cast<const char*>(sqlite3_column_blob(handle_, column));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
            return Blob{size == 0 ? std::string() : std::string(bytes, size)};
        }
        default: return {};
    }
}

Row SqliteStatement::row() const {
    Row row;
    const int count = column_count();
    row.reserve(static_cast<std::size_t>(count));
    for (int column = 0; column < count; ++column) {
        row.push_back(value(column));
    }
    return row;
}

std::string SqliteStatement::column_name(int column) const {
    return text_or_empty(sqlite3_column_name(handle_, column));
}

std::string SqliteStatement::origin_table(int column) const {
    return text_or_empty(sqlite3_column_table_name(handle_, column));
}

std::string SqliteStatement::origin_column(int column) const {
    return text_or_empty(sqlite3_column_origin_name(handle_, column));
}

std::string sqlite_identifier(std::string_view name) {
    std::string text = "\"";
    for (const char letter : name) {
        if (letter == '\0') {
            text += "\u2400";  // SQLite's own texts end at a NUL
            continue;
        }
        text += letter;
        if (letter == '"') {
            text += letter;
        }
    }
    return text + "\"";
}

namespace {

std::string hex_literal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text = "X'";
    for (const char letter : bytes) {
        const auto byte = static_cast<unsigned char>(letter);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text + "'";
}

std::string text_literal(const std::string& value) {
    if (value.find('\0') != std::string::npos) {
        return "CAST(" + hex_literal(value) + " AS TEXT)";
    }
    std::string text = "'";
    for (const char letter : value) {
        text += letter;
        if (letter == '\'') {
            text += letter;
        }
    }
    return text + "'";
}

std::string real_literal(double number) {
    std::array<char, 64> buffer{};
    const auto result = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
    return {buffer.data(), result.ptr};
}

}  // namespace

std::string sqlite_literal(const Value& value) {
    struct Writer {
        std::string operator()(std::monostate) const { return "NULL"; }
        std::string operator()(std::int64_t number) const {
            // The smallest integer has no positive twin, so its digits alone would be read as a
            // REAL.
            return number == INT64_MIN ? "(-9223372036854775807-1)" : std::to_string(number);
        }
        std::string operator()(double number) const { return real_literal(number); }
        std::string operator()(const std::string& text) const { return text_literal(text); }
        std::string operator()(const Blob& blob) const { return hex_literal(blob.bytes); }
    };
    return std::visit(Writer{}, value);
}

}  // namespace orrery::rds
