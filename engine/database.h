/// SQLite in the hands of one file of this process alone; every failure is a UsageError that names
/// it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace orrery {

class Database {
public:
    /// Opens `file`, or makes it. What is committed survives the end of the process, kill -9
    /// included.
    explicit Database(const std::filesystem::path& file);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    const std::filesystem::path& file() const { return file_; }
    void run(const std::string& sql);
    /// The first column of the first row; 0 if there is none.
    std::int64_t number(const std::string& sql) const;

private:
    friend class Statement;
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    void check(int status) const;

    std::filesystem::path file_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement. Its database must outlive it.
class Statement {
public:
    Statement(const Database& database, const std::string& sql);
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

}  // namespace orrery
