/// An SQLite database in a file of our own; every failure is a UsageError that names it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace orrery::dynamodb {

class Database {
public:
    /// Takes `file` for this process alone. What is committed survives the end of the process,
    /// kill -9 included.
    explicit Database(const std::filesystem::path& file);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    sqlite3* handle() const { return handle_.get(); }
    void run(const std::string& sql);
    std::int64_t number(const char* sql) const;
    void check(int status) const;

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    void open();

    std::string file_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement, kept as long as its database.
class Statement {
public:
    Statement(const Database& database, const char* sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int index, std::int64_t number);
    /// The bytes must last until the statement has run.
    Statement& bind(int index, std::string_view bytes);
    /// Whether there is a row; after the last one it is ready to run again.
    bool step();
    /// For a statement without rows.
    void run();
    /// Ends it before its last row.
    void reset();
    std::int64_t number(int column) const;
    /// Valid until the next step.
    std::string_view bytes(int column) const;

private:
    const Database& database_;
    sqlite3_stmt* handle_ = nullptr;
};

}  // namespace orrery::dynamodb
