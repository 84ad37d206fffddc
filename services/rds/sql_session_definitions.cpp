#include "services/rds/ddl.h"
#include "services/rds/mysql_error.h"
#include "services/rds/sql_session.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

StatementResult SqlSession::run_definition(const Statement& statement) {
    const auto in_transaction = [&](const std::function<StatementResult()>& work) {
        connection_.run("BEGIN IMMEDIATE");
        try {
            StatementResult result = work();
            connection_.run("COMMIT");
            store_.lock.release(this);
            return result;
        } catch (...) {
            connection_.run("ROLLBACK");
            store_.lock.release(this);
            throw;
        }
    };
    if (const auto* const definition = std::get_if<CreateTable>(&statement)) {
        return access_of(statement) == Access::none
                   ? create(*definition)
                   : in_transaction([&] { return create(*definition); });
    }
    if (const auto* const dropped = std::get_if<DropTable>(&statement)) {
        return in_transaction([&] { return drop(*dropped); });
    }
    if (const auto* const truncated = std::get_if<TruncateTable>(&statement)) {
        return in_transaction([&] {
            const Table& table = Renderer(store_.catalog, facts_).table(truncated->table);
            truncate_table(connection_, *store_.catalog.find(table.database, table.name));
            return StatementResult{};
        });
    }
    const auto& database = std::get<DatabaseStatement>(statement);
    return database.kind == DatabaseStatement::Kind::drop
               ? in_transaction([&] { return change_database(database); })
               : change_database(database);
}

StatementResult SqlSession::create(const CreateTable& create) {
    const std::string& database =
        create.table.database.empty() ? facts_.database : create.table.database;
    if (database.empty()) {
        throw no_database_selected();
    }
    if (!store_.catalog.has_database(database)) {
        throw unknown_database(database);
    }
    if (store_.catalog.find(database, create.table.name) != nullptr) {
        const MysqlError exists(1050, "Table " + in_quotes(create.table.name) + " already exists");
        if (!create.if_not_exists) {
            throw exists;
        }
        warnings_.push_back({"Note", exists.number(), exists.message()});
        return {};
    }
    create_table(connection_, store_.catalog, define_table(create, database));
    return {};
}

StatementResult SqlSession::drop(const DropTable& drop) {
    std::vector<const Table*> tables;
    std::string unknown;
    for (const TableName& name : drop.tables) {
        const std::string& database = name.database.empty() ? facts_.database : name.database;
        if (database.empty()) {
            throw no_database_selected();
        }
        if (const Table* const table = store_.catalog.find(database, name.name)) {
            if (std::find(tables.begin(), tables.end(), table) != tables.end()) {
                throw MysqlError(1066, "Not unique table/alias: " + in_quotes(name.name));
            }
            tables.push_back(table);
        } else {
            unknown += (unknown.empty() ? "" : ",") + database + "." + name.name;
        }
    }
    if (!unknown.empty()) {
        const MysqlError error(1051, "Unknown table " + in_quotes(unknown));
        if (!drop.if_exists) {
            throw error;
        }
        warnings_.push_back({"Note", error.number(), error.message()});
    }
    for (const Table* const table : tables) {
        drop_table(connection_, store_.catalog, *table);
    }
    return {};
}

StatementResult SqlSession::change_database(const DatabaseStatement& statement) {
    StatementResult result;
    const bool exists = store_.catalog.has_database(statement.name);
    switch (statement.kind) {
        case DatabaseStatement::Kind::use: use(statement.name); break;
        case DatabaseStatement::Kind::create:
            result.affected = 1;
            if (!exists) {
                store_.catalog.add_database(statement.name);
                break;
            }
            if (!statement.conditional) {
                throw MysqlError(
                    1007,
                    "Can't create database " + in_quotes(statement.name) + "; database exists");
            }
            warnings_.push_back(
                {"Note",
                 1007,
                 "Can't create database " + in_quotes(statement.name) + "; database exists"});
            break;
        case DatabaseStatement::Kind::drop:
            if (!exists) {
                const std::string message =
                    "Can't drop database " + in_quotes(statement.name) + "; database doesn't exist";
                if (!statement.conditional) {
                    throw MysqlError(1008, message);
                }
                warnings_.push_back({"Note", 1008, message});
                break;
            }
            for (const Table* const table : store_.catalog.tables(statement.name)) {
                ++result.affected;
                drop_table(connection_, store_.catalog, *table);
            }
            store_.catalog.drop_database(statement.name);
            if (facts_.database == statement.name) {
                facts_.database.clear();
            }
            break;
    }
    return result;
}

}  // namespace orrery::rds
