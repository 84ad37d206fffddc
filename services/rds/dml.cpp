#include "services/rds/dml.h"

#include "engine/ensure.h"
#include "services/rds/mysql_error.h"
#include "services/rds/storage/temporal.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace orrery::rds {

namespace {

std::string column_list(const std::vector<std::string>& columns) {
    std::string text;
    for (const std::string& column : columns) {
        text += (text.empty() ? "" : ",") + sqlite_identifier(column);
    }
    return text;
}

/// A value as a later assignment finds it in the column: rounded to the column's places.
std::string as_stored(const Rendered& value, const ColumnType& type) {
    const bool has_places = value.type.is_decimal() || value.type.is_real();
    return type.is_integer() && has_places ? "mysql_cast_integer(" + value.sql + ",0)"
                                           : converted(value, type).sql;
}

}  // namespace

bool is_duplicate(const SqliteError& error) {
    return error.code() == SQLITE_CONSTRAINT_UNIQUE || error.code() == SQLITE_CONSTRAINT_PRIMARYKEY;
}

std::string row_key_condition(const std::vector<std::string>& columns, int first_parameter) {
    std::string text;
    for (const std::string& column : columns) {
        text += (text.empty() ? "" : " AND ") + sqlite_identifier(column) + " IS ?" +
                std::to_string(first_parameter++);
    }
    return text;
}

Table& DmlExecutor::table(const TableName& name) {
    const Table& found = Renderer(catalog_, facts_).table(name);
    Table* const table = catalog_.find(found.database, found.name);
    ENSURE(table != nullptr);
    return *table;
}

CoercionContext DmlExecutor::context(std::uint64_t row) {
    return {settings_.strictness, row, &warnings_};
}

Value DmlExecutor::default_for(const ColumnDefinition& column) {
    switch (column.default_kind) {
        case ColumnDefinition::Default::value: return column.default_value;
        case ColumnDefinition::Default::now:
            return date_time_text(from_instant(facts_.now), column.type.scale);
        case ColumnDefinition::Default::null: return {};
        case ColumnDefinition::Default::none: break;
    }
    return column.nullable || column.auto_increment ? Value() : missing_value(column);
}

Value DmlExecutor::missing_value(const ColumnDefinition& column) {
    const std::string message = "Field " + in_quotes(column.name) + " doesn't have a default value";
    if (settings_.strictness == Strictness::strict) {
        throw MysqlError(1364, message);
    }
    warn(1364, message);
    return implicit_default(column.type);
}

Value DmlExecutor::checked_null(const ColumnDefinition& column, Value value) {
    if (!is_null(value) || column.nullable) {
        return value;
    }
    const std::string message = "Column " + in_quotes(column.name) + " cannot be null";
    if (settings_.strictness == Strictness::strict) {
        throw MysqlError(1048, message);
    }
    warn(1048, message);
    return implicit_default(column.type);
}

std::optional<DmlExecutor::Conflict> DmlExecutor::find_conflict(const Table& table,
                                                                const Row& row,
                                                                const Row* except) {
    const auto row_key = table.row_key();
    for (const KeyDefinition& key : table.keys) {
        if (key.kind == KeyDefinition::Kind::plain) {
            continue;
        }
        Row values;
        for (const std::string& column : key.columns) {
            values.push_back(row[table.position(column)]);
        }
        if (std::any_of(values.begin(), values.end(), is_null)) {
            continue;
        }
        SqliteStatement search(connection_,
                               "SELECT " + column_list(row_key) + " FROM " +
                                   sqlite_identifier(table.physical) + " WHERE " +
                                   row_key_condition(key.columns, 1));
        for (std::size_t index = 0; index < values.size(); ++index) {
            search.bind(static_cast<int>(index) + 1, values[index]);
        }
        if (search.step() && (except == nullptr || search.row() != *except)) {
            return Conflict{&key, search.row()};
        }
    }
    return std::nullopt;
}

MysqlError DmlExecutor::duplicate_entry(const Table& table,
                                        const KeyDefinition& key,
                                        const Row& row) {
    std::string entry;
    for (const std::string& column : key.columns) {
        entry += (entry.empty() ? "" : "-") + to_text(row[table.position(column)]);
    }
    return {1062,
            "Duplicate entry " + in_quotes(entry) + " for key " +
                in_quotes(table.name + "." + key.name)};
}

void DmlExecutor::delete_row(const Table& table, const Row& row_key) {
    SqliteStatement remover(connection_,
                            "DELETE FROM " + sqlite_identifier(table.physical) + " WHERE " +
                                row_key_condition(table.row_key(), 1));
    for (std::size_t index = 0; index < row_key.size(); ++index) {
        remover.bind(static_cast<int>(index) + 1, row_key[index]);
    }
    remover.step();
}

bool DmlExecutor::store_changes(const Table& table,
                                Row before,
                                Row after,
                                const Row& row_key,
                                const std::vector<std::size_t>& assigned) {
    if (before == after) {
        return false;
    }
    for (std::size_t index = 0; index < table.columns.size(); ++index) {
        const ColumnDefinition& column = table.columns[index];
        if (column.on_update_now &&
            std::find(assigned.begin(), assigned.end(), index) == assigned.end()) {
            after[index] = date_time_text(from_instant(facts_.now), column.type.scale);
        }
    }
    std::string list;
    for (const ColumnDefinition& column : table.columns) {
        list += (list.empty() ? "" : ",") + sqlite_identifier(column.name) + "=?";
    }
    SqliteStatement updater(
        connection_,
        "UPDATE " + sqlite_identifier(table.physical) + " SET " + list + " WHERE " +
            row_key_condition(table.row_key(), static_cast<int>(after.size()) + 1));
    int parameter = 0;
    for (const Value& value : after) {
        updater.bind(++parameter, value);
    }
    for (const Value& value : row_key) {
        updater.bind(++parameter, value);
    }
    try {
        updater.step();
    } catch (const SqliteError& error) {
        updater.reset();
        const auto conflict =
            is_duplicate(error) ? find_conflict(table, after, &row_key) : std::nullopt;
        if (!conflict) {
            throw;
        }
        throw duplicate_entry(table, *conflict->key, after);
    }
    return true;
}

DmlExecutor::Counts DmlExecutor::update_rows(const Table& table,
                                             const std::string& alias,
                                             const std::vector<Assignment>& assignments,
                                             Renderer& renderer,
                                             const std::string& filter) {
    const auto row_key = table.row_key();
    std::string list = column_list(row_key);
    for (const ColumnDefinition& column : table.columns) {
        list += "," + sqlite_identifier(column.name);
    }
    std::vector<std::size_t> assigned;
    for (const Assignment& assignment : assignments) {
        if (table.find_column(assignment.column) == nullptr) {
            throw unknown_column(assignment.column, "field list");
        }
        assigned.push_back(table.position(assignment.column));
        const ColumnDefinition& column = table.columns[assigned.back()];
        const bool is_default = assignment.value->kind == Expression::Kind::default_value;
        Rendered value;
        if (!is_default) {
            value = renderer.in_table(*assignment.value, "field list");
            value = column.type.is_number() ? number_literal(std::move(value)) : std::move(value);
        }
        const std::string sql = is_default ? sqlite_literal(default_for(column)) : value.sql;
        list += "," + sql;
        // A later assignment sees the new value, unlike in standard SQL [MySQL manual: UPDATE].
        value.sql = sql;
        renderer.substitute(column.name, "(" + as_stored(value, column.type) + ")");
    }
    SqliteStatement select(connection_,
                           "SELECT " + list + " FROM " + sqlite_identifier(table.physical) +
                               " AS " + sqlite_identifier(alias) + filter);
    std::vector<Row> rows;
    while (select.step()) {
        rows.push_back(select.row());
    }
    Counts counts;
    for (const Row& found : rows) {
        ++counts.matched;
        const auto key_end = found.begin() + static_cast<std::ptrdiff_t>(row_key.size());
        const auto columns_end = key_end + static_cast<std::ptrdiff_t>(table.columns.size());
        const Row before(key_end, columns_end);
        Row after = before;
        for (std::size_t index = 0; index < assigned.size(); ++index) {
            const ColumnDefinition& column = table.columns[assigned[index]];
            const Value& value = *(columns_end + static_cast<std::ptrdiff_t>(index));
            after[assigned[index]] =
                checked_null(column, coerce(value, column, context(counts.matched)));
        }
        if (store_changes(table, before, std::move(after), Row(found.begin(), key_end), assigned)) {
            ++counts.changed;
        }
    }
    return counts;
}

StatementResult DmlExecutor::update(const Update& statement) {
    const Table& target = table(statement.table);
    Renderer renderer(catalog_, facts_);
    renderer.enter_table(target, statement.alias);
    renderer.forbid_reading(target, statement.alias);
    std::string filter;
    if (statement.where) {
        filter = " WHERE " + renderer.in_table(*statement.where, "where clause").sql;
    }
    filter += renderer.order_and_limit(statement.order_by, statement.limit);
    const Counts counts =
        update_rows(target, statement.alias, statement.assignments, renderer, filter);
    StatementResult result;
    result.affected = settings_.counting == Counting::found_rows ? counts.matched : counts.changed;
    result.info = "Rows matched: " + std::to_string(counts.matched) +
                  "  Changed: " + std::to_string(counts.changed) +
                  "  Warnings: " + std::to_string(warnings_.size());
    return result;
}

StatementResult DmlExecutor::remove(const Delete& statement) {
    const Table& target = table(statement.table);
    Renderer renderer(catalog_, facts_);
    renderer.enter_table(target, statement.alias);
    renderer.forbid_reading(target, statement.alias);
    std::string filter;
    if (statement.where) {
        filter = " WHERE " + renderer.in_table(*statement.where, "where clause").sql;
    }
    filter += renderer.order_and_limit(statement.order_by, statement.limit);
    std::vector<Row> keys;
    {
        SqliteStatement select(connection_,
                               "SELECT " + column_list(target.row_key()) + " FROM " +
                                   sqlite_identifier(target.physical) + " AS " +
                                   sqlite_identifier(statement.alias) + filter);
        while (select.step()) {
            keys.push_back(select.row());
        }
    }
    for (const Row& key : keys) {
        delete_row(target, key);
    }
    StatementResult result;
    result.affected = keys.size();
    return result;
}

}  // namespace orrery::rds
