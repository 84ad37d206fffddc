#include "services/rds/show.h"

#include "services/rds/ddl.h"
#include "services/rds/mysql_error.h"
#include "services/rds/sql/text.h"

#include <initializer_list>

namespace orrery::rds {

namespace {

StatementResult with_columns(std::initializer_list<std::string> names) {
    StatementResult result;
    result.has_rows = true;
    for (const std::string& name : names) {
        ResultColumn column;
        column.name = name;
        column.type = type_of(TypeName::varchar);
        column.type.length = 255;
        result.columns.push_back(std::move(column));
    }
    return result;
}

bool is_wanted(const Show& statement, std::string_view name) {
    return !statement.like || matches_like(name, *statement.like, U'\\');
}

const Table& table_of(const Show& statement, const ShowContext& context) {
    const std::string& database =
        statement.table.database.empty() ? context.database : statement.table.database;
    if (database.empty()) {
        throw no_database_selected();
    }
    const Table* const table = context.catalog.find(database, statement.table.name);
    if (table == nullptr) {
        throw unknown_table(database, statement.table.name);
    }
    return *table;
}

StatementResult show_databases(const Show& statement, const ShowContext& context) {
    StatementResult result = with_columns(
        {statement.like ? "Database (" + *statement.like + ")" : std::string("Database")});
    for (const std::string& name : context.catalog.databases()) {
        if (is_wanted(statement, name)) {
            result.rows.push_back({name});
        }
    }
    return result;
}

StatementResult show_tables(const Show& statement, const ShowContext& context) {
    const std::string& database =
        statement.table.database.empty() ? context.database : statement.table.database;
    if (database.empty()) {
        throw no_database_selected();
    }
    if (!context.catalog.has_database(database)) {
        throw unknown_database(database);
    }
    const std::string label =
        "Tables_in_" + database + (statement.like ? " (" + *statement.like + ")" : "");
    StatementResult result =
        statement.full ? with_columns({label, "Table_type"}) : with_columns({label});
    for (const Table* const table : context.catalog.tables(database)) {
        if (is_wanted(statement, table->name)) {
            result.rows.push_back({table->name});
            if (statement.full) {
                result.rows.back().emplace_back("BASE TABLE");
            }
        }
    }
    return result;
}

Value default_text(const ColumnDefinition& column) {
    switch (column.default_kind) {
        case ColumnDefinition::Default::value: return to_text(column.default_value);
        case ColumnDefinition::Default::now:
            return "CURRENT_TIMESTAMP" +
                   (column.type.scale > 0 ? "(" + std::to_string(column.type.scale) + ")" : "");
        default: return {};
    }
}

std::string extra_text(const ColumnDefinition& column) {
    std::string text = column.auto_increment ? "auto_increment" : "";
    if (column.default_kind == ColumnDefinition::Default::now) {
        text = "DEFAULT_GENERATED";
    }
    if (column.on_update_now) {
        text += (text.empty() ? "" : " ") + std::string("on update CURRENT_TIMESTAMP");
        text += column.type.scale > 0 ? "(" + std::to_string(column.type.scale) + ")" : "";
    }
    return text;
}

StatementResult show_columns(const Show& statement, const ShowContext& context) {
    const Table& table = table_of(statement, context);
    StatementResult result =
        statement.full ? with_columns({"Field",
                                       "Type",
                                       "Collation",
                                       "Null",
                                       "Key",
                                       "Default",
                                       "Extra",
                                       "Privileges",
                                       "Comment"})
                       : with_columns({"Field", "Type", "Null", "Key", "Default", "Extra"});
    for (const ColumnDefinition& column : table.columns) {
        if (!is_wanted(statement, column.name)) {
            continue;
        }
        Row row{column.name, type_text(column.type)};
        if (statement.full) {
            row.push_back(column.type.is_text() ? Value(std::string(column.type.collation->name))
                                                : Value());
        }
        row.insert(row.end(),
                   {column.nullable ? "YES" : "NO",
                    key_of_column(table, column.name),
                    default_text(column),
                    extra_text(column)});
        if (statement.full) {
            row.emplace_back("select,insert,update,references");
            row.emplace_back(column.comment);
        }
        result.rows.push_back(std::move(row));
    }
    return result;
}

StatementResult show_variables(const Show& statement, const ShowContext& context) {
    StatementResult result = with_columns({"Variable_name", "Value"});
    for (const std::string& name : context.variables.names()) {
        if (!is_wanted(statement, name)) {
            continue;
        }
        const std::string value = to_text(context.variables.get(name, false));
        const bool is_switch = name == "autocommit" || name.ends_with("_checks") ||
                               name.ends_with("_is_null") || name == "performance_schema" ||
                               name == "sql_notes" || name == "sql_warnings" ||
                               name == "sql_safe_updates" || name == "transaction_read_only";
        result.rows.push_back({name, is_switch ? (value == "1" ? "ON" : "OFF") : value});
    }
    return result;
}

StatementResult show_warnings(const ShowContext& context, bool only_errors) {
    StatementResult result = with_columns({"Level", "Code", "Message"});
    result.columns[1].type = type_of(TypeName::integer);
    for (const Warning& warning : context.warnings) {
        if (!only_errors || warning.level == "Error") {
            result.rows.push_back({warning.level, std::int64_t{warning.number}, warning.message});
        }
    }
    return result;
}

}  // namespace

StatementResult show(const Show& statement, const ShowContext& context) {
    switch (statement.kind) {
        case Show::Kind::databases: return show_databases(statement, context);
        case Show::Kind::tables: return show_tables(statement, context);
        case Show::Kind::columns: return show_columns(statement, context);
        case Show::Kind::create_table: {
            const Table& table = table_of(statement, context);
            StatementResult result = with_columns({"Table", "Create Table"});
            result.rows.push_back({table.name, create_table_text(table)});
            return result;
        }
        case Show::Kind::variables: return show_variables(statement, context);
        case Show::Kind::warnings: return show_warnings(context, false);
        case Show::Kind::errors: return show_warnings(context, true);
    }
    return {};
}

}  // namespace orrery::rds
