/// MySQL's functions, operators and collations as functions inside SQLite, each deterministic but
/// for the seeded ones.
#pragma once

#include "engine/random.h"
#include "services/rds/mysql_error.h"

#include <optional>

namespace orrery::rds {

class SqliteConnection;

/// What the functions of one connection share.
struct FunctionContext {
    RandomStream& random;
    std::optional<MysqlError> error = {};  // why the statement failed, when a function ended it
    /// What sql_mode asks for in the statement that runs now.
    struct Rules {
        bool strict_numbers = false;          // it writes: a text that is no number is error 1292
        bool division_by_zero_fails = false;  // it writes
        bool zero_dates_fail = false;
    };
    Rules rules = {};
};

/// `context` must outlive the connection.
void install_functions(SqliteConnection& connection, FunctionContext& context);

}  // namespace orrery::rds
