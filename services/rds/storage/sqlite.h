/// SQLite behind two small classes: connections to one in-memory database and prepared statements
/// on them.
#pragma once

#include "services/rds/storage/value.h"

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace orrery::rds {

class MemoryVfs;

/// What SQLite said, with its extended result code.
class SqliteError : public std::runtime_error {
public:
    SqliteError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
    int code() const { return code_; }

private:
    int code_;
};

class SqliteConnection {
public:
    explicit SqliteConnection(const MemoryVfs& vfs);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    /// Runs one statement that answers no rows.
    void run(const std::string& sql);
    bool in_transaction() const;
    sqlite3* handle() const { return handle_; }

private:
    sqlite3* handle_ = nullptr;
};

class SqliteStatement {
public:
    SqliteStatement(SqliteConnection& connection, const std::string& sql);
    ~SqliteStatement();
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    /// `index` counts from 1.
    void bind(int index, const Value& value);
    /// Whether there is a row.
    bool step();
    /// Makes it ready to run again; bindings stay.
    void reset();

    int column_count() const;
    Value value(int column) const;
    Row row() const;
    std::string column_name(int column) const;
    /// The table and column that a result column comes from; "" for an expression.
    std::string origin_table(int column) const;
    std::string origin_column(int column) const;

private:
    SqliteConnection& connection_;
    sqlite3_stmt* handle_ = nullptr;
};

/// `name` between double quotes.
std::string sqlite_identifier(std::string_view name);
/// A literal that reads back as `value`.
std::string sqlite_literal(const Value& value);

}  // namespace orrery::rds
