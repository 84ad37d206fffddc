/// CREATE TABLE, DROP TABLE and TRUNCATE: MySQL's definition into the catalog, a table and its
/// indexes into SQLite.
#pragma once

#include "services/rds/catalog.h"
#include "services/rds/coercion.h"
#include "services/rds/sql/ast.h"
#include "services/rds/storage/sqlite.h"

#include <string>
#include <vector>

namespace orrery::rds {

/// Checks a definition and completes it as MySQL does: collations, names of keys, NOT NULL of
/// primary keys, defaults. Throws MysqlError.
Table define_table(const CreateTable& create, const std::string& database);

void create_table(SqliteConnection& connection, Catalog& catalog, Table table);
void drop_table(SqliteConnection& connection, Catalog& catalog, const Table& table);
void truncate_table(SqliteConnection& connection, Table& table);

/// As SHOW CREATE TABLE prints it.
std::string create_table_text(const Table& table);
/// "PRI", "UNI", "MUL" or "", as in DESCRIBE.
std::string key_of_column(const Table& table, const std::string& column);

}  // namespace orrery::rds
