/// What an instance's databases contain: tables with MySQL's view of their columns and keys, and
/// their names in SQLite.
#pragma once

#include "services/rds/sql/ast.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::rds {

struct Table {
    std::string database;
    std::string name;
    std::string physical;  // in SQLite
    std::vector<ColumnDefinition> columns;
    std::vector<KeyDefinition>
        keys;  // the primary key first, then unique ones, as MySQL checks them
    const Collation* collation = nullptr;
    std::string comment;
    std::int64_t next_auto_increment = 1;  // never given back, even by a rollback

    const ColumnDefinition* find_column(std::string_view column) const;
    /// The position of a column that must exist.
    std::size_t position(std::string_view column) const;
    const KeyDefinition* primary_key() const;
    const ColumnDefinition* auto_increment_column() const;
    /// The columns that name a row in SQLite: the primary key, or its hidden row number.
    std::vector<std::string> row_key() const;
};

/// Names of databases and tables distinguish case, as on RDS (lower_case_table_names=0); names of
/// columns do not.
class Catalog {
public:
    bool has_database(std::string_view database) const { return databases_.contains(database); }
    void add_database(const std::string& database) { databases_[database]; }
    void drop_database(std::string_view database);
    std::vector<std::string> databases() const;
    std::vector<const Table*> tables(std::string_view database) const;

    /// Null if there is none.
    Table* find(std::string_view database, std::string_view table);
    const Table* find(std::string_view database, std::string_view table) const;
    /// A name in SQLite that no table has had.
    std::string new_physical_name() { return "t" + std::to_string(++tables_made_); }
    void add(Table table);
    void drop(std::string_view database, std::string_view table);

private:
    std::map<std::string, std::map<std::string, Table, std::less<>>, std::less<>> databases_;
    std::uint64_t tables_made_ = 0;
};

}  // namespace orrery::rds
