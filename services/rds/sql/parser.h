/// Reads one statement of MySQL's dialect. What it does not know is an error that names it, never a
/// guess.
#pragma once

#include "services/rds/sql/ast.h"
#include "services/rds/sql/token.h"

#include <string_view>
#include <vector>

namespace orrery::rds {

/// Throws MysqlError: 1064 for text that is not MySQL, 1235 for MySQL that is not supported, 1065
/// for no statement.
Statement parse_statement(std::string_view sql, const LexicalMode& mode);

/// The statements between semicolons, without them; empty ones at the end are left out.
std::vector<std::string_view> split_statements(std::string_view sql, const LexicalMode& mode);

}  // namespace orrery::rds
