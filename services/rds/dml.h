/// INSERT, REPLACE, UPDATE and DELETE, row by row: values are converted as MySQL does and counted
/// as MySQL counts.
#pragma once

#include "services/rds/coercion.h"
#include "services/rds/result.h"
#include "services/rds/sql/renderer.h"
#include "services/rds/storage/sqlite.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orrery::rds {

/// How affected rows of UPDATE are counted: the client's flag FOUND_ROWS.
enum class Counting : std::uint8_t { changed_rows, found_rows };

class DmlExecutor {
public:
    struct Settings {
        Strictness strictness = Strictness::strict;
        Counting counting = Counting::changed_rows;
        bool zero_is_a_value = false;  // sql_mode NO_AUTO_VALUE_ON_ZERO
    };

    DmlExecutor(SqliteConnection& connection,
                Catalog& catalog,
                const SessionFacts& facts,
                const Settings& settings,
                std::vector<Warning>& warnings)
        : connection_(connection),
          catalog_(catalog),
          facts_(facts),
          settings_(settings),
          warnings_(warnings) {}

    StatementResult insert(const Insert& statement);
    StatementResult update(const Update& statement);
    StatementResult remove(const Delete& statement);

private:
    struct Conflict {
        const KeyDefinition* key;
        Row row_key;
    };
    struct Counts {
        std::uint64_t matched = 0;
        std::uint64_t changed = 0;
    };
    struct InsertCounts {
        std::uint64_t records = 0;
        std::uint64_t affected = 0;
        std::uint64_t duplicates = 0;
        std::uint64_t first_id = 0;  // the first generated one whose row was inserted
        std::uint64_t last_id = 0;   // of the last row inserted or updated
    };
    enum class Numbered : std::uint8_t { given, generated };

    Table& table(const TableName& name);
    CoercionContext context(std::uint64_t row);
    // dml_insert.cpp
    Value evaluate(const Expression& expression,
                   const Table& table,
                   const ColumnDefinition& column);
    std::vector<std::size_t> target_columns(const Insert& statement, const Table& table) const;
    std::vector<Row> source_rows(const Insert& statement,
                                 const Table& table,
                                 const std::vector<std::size_t>& targets);
    Row complete(const Table& table,
                 const std::vector<std::size_t>& targets,
                 const Row& given,
                 std::uint64_t row);
    Value default_for(const ColumnDefinition& column);
    Value missing_value(const ColumnDefinition& column);
    Value checked_null(const ColumnDefinition& column, Value value);
    Numbered number_row(Table& table, Row& row);
    void insert_row(const Insert& statement,
                    Table& table,
                    Row row,
                    SqliteStatement& inserter,
                    InsertCounts& counts);
    void update_duplicate(const Insert& statement,
                          const Table& table,
                          const Row& row,
                          const Conflict& conflict,
                          InsertCounts& counts);
    /// Makes room for a row, or uses it to update the one that is there; whether it is done.
    bool resolve_conflicts(const Insert& statement,
                           Table& table,
                           const Row& row,
                           InsertCounts& counts);
    /// The AUTO_INCREMENT value of the row with this key; 0 if there is none.
    std::uint64_t id_of(const Table& table, const Row& row_key);

    // dml.cpp
    std::optional<Conflict> find_conflict(const Table& table, const Row& row, const Row* except);
    static MysqlError duplicate_entry(const Table& table, const KeyDefinition& key, const Row& row);
    Counts update_rows(const Table& table,
                       const std::string& alias,
                       const std::vector<Assignment>& assignments,
                       Renderer& renderer,
                       const std::string& filter);
    bool store_changes(const Table& table,
                       Row before,
                       Row after,
                       const Row& row_key,
                       const std::vector<std::size_t>& assigned);
    void delete_row(const Table& table, const Row& row_key);
    void warn(std::uint16_t number, const std::string& message) {
        warnings_.push_back({"Warning", number, message});
    }

    SqliteConnection& connection_;
    Catalog& catalog_;
    const SessionFacts& facts_;
    Settings settings_;
    std::vector<Warning>& warnings_;
};

/// Whether a unique key refused a row.
bool is_duplicate(const SqliteError& error);
/// "k1" IS ?1 AND "k2" IS ?2, for the columns that name a row.
std::string row_key_condition(const std::vector<std::string>& columns, int first_parameter);

}  // namespace orrery::rds
