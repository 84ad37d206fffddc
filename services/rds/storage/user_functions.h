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
    std::optional<MysqlError> error;  // why the statement failed, when a function ended it
};

/// `context` must outlive the connection.
void install_functions(SqliteConnection& connection, FunctionContext& context);

}  // namespace orrery::rds
