#include "services/rds/dml.h"

#include "engine/ensure.h"
#include "services/rds/mysql_error.h"
#include "services/rds/storage/temporal.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace orrery::rds {

namespace {

bool is_duplicate(const SqliteError& error) {
    return error.code() == SQLITE_CONSTRAINT_UNIQUE || error.code() == SQLITE_CONSTRAINT_PRIMARYKEY;
}

std::string column_list(const std::vector<std::string>& columns) {
    std::string text;
    for (const std::string& column : columns) {
        text += (text.empty() ? "" : ",") + sqlite_identifier(column);
    }
    return text;
}

}  // namespace

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
    const std::string message = "Field " + quoted(column.name) + " doesn't have a default value";
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
    const std::string message = "Column " + quoted(column.name) + " cannot be null";
    if (settings_.strictness == Strictness::strict) {
        throw MysqlError(1048, message);
    }
    warn(1048, message);
    return implicit_default(column.type);
}

Value DmlExecutor::evaluate(const Expression& expression, const ColumnDefinition& column) {
    if (expression.kind == Expression::Kind::literal) {
        return expression.value;
    }
    if (expression.kind == Expression::Kind::default_value) {
        return default_for(column);
    }
    const std::string sql = Renderer(catalog_, facts_).value(expression).sql;
    SqliteStatement statement(connection_, "SELECT " + sql);
    ENSURE(statement.step());
    return statement.value(0);
}

std::vector<std::size_t> DmlExecutor::target_columns(const Insert& statement,
                                                     const Table& table) const {
    std::vector<std::size_t> targets;
    if (!statement.names_columns) {
        for (std::size_t index = 0; index < table.columns.size(); ++index) {
            targets.push_back(index);
        }
        return targets;
    }
    for (const std::string& name : statement.columns) {
        if (table.find_column(name) == nullptr) {
            throw unknown_column(name, "field list");
        }
        const std::size_t position = table.position(name);
        if (std::find(targets.begin(), targets.end(), position) != targets.end()) {
            throw MysqlError(1110, "Column " + quoted(name) + " specified twice");
        }
        targets.push_back(position);
    }
    return targets;
}

std::vector<Row> DmlExecutor::source_rows(const Insert& statement,
                                          const Table& table,
                                          const std::vector<std::size_t>& targets) {
    const auto wrong_count = [](std::size_t row) {
        throw MysqlError(1136,
                         "Column count doesn't match value count at row " + std::to_string(row));
    };
    std::vector<Row> rows;
    if (statement.select) {
        const RenderedSelect query = Renderer(catalog_, facts_).select(*statement.select);
        if (query.columns.size() != targets.size()) {
            wrong_count(1);
        }
        SqliteStatement select(connection_, query.sql);
        while (select.step()) {
            rows.push_back(select.row());
        }
        return rows;
    }
    for (const auto& expressions : statement.rows) {
        // VALUES () stands for all defaults.
        const bool all_defaults = expressions.empty() && !statement.names_columns;
        if (!all_defaults && expressions.size() != targets.size()) {
            wrong_count(rows.size() + 1);
        }
        Row row;
        for (std::size_t index = 0; index < targets.size(); ++index) {
            const ColumnDefinition& column = table.columns[targets[index]];
            row.push_back(all_defaults ? default_for(column)
                                       : evaluate(*expressions[index], column));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

Row DmlExecutor::complete(const Table& table,
                          const std::vector<std::size_t>& targets,
                          const Row& given,
                          std::uint64_t row_number) {
    Row row(table.columns.size());
    const CoercionContext coercion = context(row_number);
    for (std::size_t index = 0; index < table.columns.size(); ++index) {
        const ColumnDefinition& column = table.columns[index];
        const auto target = std::find(targets.begin(), targets.end(), index);
        if (target == targets.end()) {
            row[index] = default_for(column);
            continue;
        }
        const Value& value = given[static_cast<std::size_t>(target - targets.begin())];
        row[index] = column.auto_increment && is_null(value)
                         ? value
                         : checked_null(column, coerce(value, column, coercion));
    }
    return row;
}

void DmlExecutor::number_row(Table& table, Row& row, InsertCounts& counts) {
    const ColumnDefinition* const column = table.auto_increment_column();
    if (column == nullptr) {
        return;
    }
    Value& value = row[table.position(column->name)];
    const auto* const given = std::get_if<std::int64_t>(&value);
    if (is_null(value) || (given != nullptr && *given == 0 && !settings_.zero_is_a_value)) {
        const CoercionContext strict{Strictness::strict, 1, nullptr};
        value = coerce(table.next_auto_increment, *column, strict);
        if (counts.first_id == 0) {
            counts.first_id = static_cast<std::uint64_t>(table.next_auto_increment);
        }
        ++table.next_auto_increment;
    } else if (given != nullptr && *given < INT64_MAX) {
        table.next_auto_increment = std::max(table.next_auto_increment, *given + 1);
    }
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

void DmlExecutor::duplicate_entry(const Table& table,
                                  const KeyDefinition& key,
                                  const Row& row) const {
    std::string entry;
    for (const std::string& column : key.columns) {
        entry += (entry.empty() ? "" : "-") + to_text(row[table.position(column)]);
    }
    throw MysqlError(
        1062,
        "Duplicate entry " + quoted(entry) + " for key " + quoted(table.name + "." + key.name));
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

void DmlExecutor::insert_row(const Insert& statement,
                             Table& table,
                             Row row,
                             SqliteStatement& inserter,
                             InsertCounts& counts) {
    number_row(table, row, counts);
    if (statement.mode == Insert::Mode::replace) {
        while (const auto conflict = find_conflict(table, row, nullptr)) {
            delete_row(table, conflict->row_key);
            ++counts.affected;
            ++counts.duplicates;
        }
    } else if (!statement.on_duplicate.empty()) {
        if (const auto conflict = find_conflict(table, row, nullptr)) {
            update_duplicate(statement, table, row, *conflict, counts);
            return;
        }
    }
    for (std::size_t index = 0; index < row.size(); ++index) {
        inserter.bind(static_cast<int>(index) + 1, row[index]);
    }
    try {
        inserter.step();
        inserter.reset();
        ++counts.affected;
    } catch (const SqliteError& error) {
        inserter.reset();
        const auto conflict =
            is_duplicate(error) ? find_conflict(table, row, nullptr) : std::nullopt;
        if (!conflict) {
            throw;
        }
        if (statement.mode != Insert::Mode::ignore) {
            duplicate_entry(table, *conflict->key, row);
        }
        try {
            duplicate_entry(table, *conflict->key, row);
        } catch (const MysqlError& duplicate) {
            warn(duplicate.number(), duplicate.message());
        }
        ++counts.duplicates;
    }
}

void DmlExecutor::update_duplicate(const Insert& statement,
                                   const Table& table,
                                   const Row& row,
                                   const Conflict& conflict,
                                   InsertCounts& counts) {
    Renderer renderer(catalog_, facts_);
    std::map<std::string, std::string, LessIgnoringCase> values;
    for (std::size_t index = 0; index < row.size(); ++index) {
        values[table.columns[index].name] = sqlite_literal(row[index]);
    }
    renderer.enter_table(table, table.name);
    renderer.set_inserted(std::move(values), statement.row_alias);
    std::string filter;
    const auto row_key = table.row_key();
    for (std::size_t index = 0; index < row_key.size(); ++index) {
        filter += (filter.empty() ? " WHERE " : " AND ") + sqlite_identifier(row_key[index]) +
                  " IS " + sqlite_literal(conflict.row_key[index]);
    }
    const Counts updated = update_rows(table, table.name, statement.on_duplicate, renderer, filter);
    ++counts.duplicates;
    counts.affected += updated.changed > 0 ? 2 : settings_.counting == Counting::found_rows ? 1 : 0;
}

StatementResult DmlExecutor::insert(const Insert& statement) {
    if (statement.mode == Insert::Mode::ignore) {
        settings_.strictness = Strictness::lenient;
    }
    Table& target = table(statement.table);
    const auto targets = target_columns(statement, target);
    const auto rows = source_rows(statement, target, targets);
    std::string parameters;
    for (std::size_t index = 0; index < target.columns.size(); ++index) {
        parameters += index == 0 ? "?" : ",?";
    }
    SqliteStatement inserter(
        connection_,
        "INSERT INTO " + sqlite_identifier(target.physical) + " VALUES (" + parameters + ")");
    InsertCounts counts;
    for (const Row& given : rows) {
        ++counts.records;
        insert_row(
            statement, target, complete(target, targets, given, counts.records), inserter, counts);
    }
    StatementResult result;
    result.affected = counts.affected;
    result.insert_id = counts.first_id;
    if (rows.size() > 1 || statement.select) {
        result.info = "Records: " + std::to_string(counts.records) +
                      "  Duplicates: " + std::to_string(counts.duplicates) +
                      "  Warnings: " + std::to_string(warnings_.size());
    }
    return result;
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
        duplicate_entry(table, *conflict->key, after);
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
        const std::string sql = is_default ? sqlite_literal(default_for(column))
                                           : renderer.in_table(*assignment.value, "field list").sql;
        list += "," + sql;
        // A later assignment sees the new value, unlike in standard SQL [MySQL manual: UPDATE].
        renderer.substitute(column.name, "(" + sql + ")");
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
