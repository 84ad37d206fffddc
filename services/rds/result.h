/// What a statement answers: rows with typed columns, or counts; or MySQL's error.
#pragma once

#include "services/rds/mysql_error.h"
#include "services/rds/sql/types.h"
#include "services/rds/storage/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orrery::rds {

struct ResultColumn {
    std::string name;  // the label
    ColumnType type;
    std::string schema;
    std::string table;           // alias
    std::string original_table;  // "" for an expression
    std::string original_name;
    std::uint16_t flags = 0;  // beyond those of the type: NOT NULL, keys, AUTO_INCREMENT
};

struct StatementResult {
    std::optional<MysqlError> error;
    bool has_rows = false;
    std::vector<ResultColumn> columns;
    std::vector<Row> rows;
    std::uint64_t affected = 0;
    std::uint64_t insert_id = 0;     // for the client: generated, or given for AUTO_INCREMENT
    std::uint64_t generated_id = 0;  // for LAST_INSERT_ID()
    std::string info;
    std::uint16_t warnings = 0;
};

}  // namespace orrery::rds
