#include "engine/ensure.h"
#include "services/rds/dml.h"
#include "services/rds/mysql_error.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace orrery::rds {

namespace {

std::uint64_t id_from(const Value& value) {
    const auto* const number = std::get_if<std::int64_t>(&value);
    return number == nullptr ? 0 : static_cast<std::uint64_t>(*number);
}

std::uint64_t id_in(const Table& table, const Row& row) {
    const ColumnDefinition* const column = table.auto_increment_column();
    return column == nullptr ? 0 : id_from(row[table.position(column->name)]);
}

/// INSERT t VALUES (1, a): MySQL reads the value that the row has so far.
bool names_column(const Expression& expression, const Table& table) {
    if (expression.kind == Expression::Kind::column) {
        return table.find_column(expression.name) != nullptr;
    }
    return std::any_of(expression.operands.begin(),
                       expression.operands.end(),
                       [&](const ExpressionPtr& operand) { return names_column(*operand, table); });
}

}  // namespace

Value DmlExecutor::evaluate(const Expression& expression,
                            const Table& table,
                            const ColumnDefinition& column) {
    if (expression.kind == Expression::Kind::literal) {
        const auto* const bytes = std::get_if<Blob>(&expression.value);
        return bytes != nullptr && column.type.is_number() ? number_of_bytes(*bytes)
                                                           : expression.value;
    }
    if (expression.kind == Expression::Kind::default_value) {
        return default_for(column);
    }
    if (names_column(expression, table)) {
        throw not_supported("a column's name in VALUES");
    }
    Renderer renderer(catalog_, facts_);
    renderer.forbid_reading(table, table.name);
    const std::string sql = renderer.value(expression).sql;
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
            throw MysqlError(1110, "Column " + in_quotes(name) + " specified twice");
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
                                       : evaluate(*expressions[index], table, column));
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

DmlExecutor::Numbered DmlExecutor::number_row(Table& table, Row& row) {
    const ColumnDefinition* const column = table.auto_increment_column();
    if (column == nullptr) {
        return Numbered::given;
    }
    Value& value = row[table.position(column->name)];
    const auto* const given = std::get_if<std::int64_t>(&value);
    if (is_null(value) || (given != nullptr && *given == 0 && !settings_.zero_is_a_value)) {
        const CoercionContext strict{Strictness::strict, 1, nullptr};
        value = coerce(table.next_auto_increment, *column, strict);
        ++table.next_auto_increment;
        return Numbered::generated;
    }
    if (given != nullptr && *given < INT64_MAX) {
        table.next_auto_increment = std::max(table.next_auto_increment, *given + 1);
    }
    return Numbered::given;
}

void DmlExecutor::insert_row(const Insert& statement,
                             Table& table,
                             Row row,
                             SqliteStatement& inserter,
                             InsertCounts& counts) {
    const Numbered numbered = number_row(table, row);
    if (resolve_conflicts(statement, table, row, counts)) {
        return;
    }
    for (std::size_t index = 0; index < row.size(); ++index) {
        inserter.bind(static_cast<int>(index) + 1, row[index]);
    }
    try {
        inserter.step();
        inserter.reset();
    } catch (const SqliteError& error) {
        inserter.reset();
        const auto conflict =
            is_duplicate(error) ? find_conflict(table, row, nullptr) : std::nullopt;
        if (!conflict) {
            throw;
        }
        const MysqlError duplicate = duplicate_entry(table, *conflict->key, row);
        if (statement.mode != Insert::Mode::ignore) {
            throw duplicate;
        }
        warn(duplicate.number(), duplicate.message());
        ++counts.duplicates;
        return;
    }
    ++counts.affected;
    counts.last_id = id_in(table, row);
    if (numbered == Numbered::generated && counts.first_id == 0) {
        counts.first_id = counts.last_id;
    }
}

bool DmlExecutor::resolve_conflicts(const Insert& statement,
                                    Table& table,
                                    const Row& row,
                                    InsertCounts& counts) {
    if (statement.mode == Insert::Mode::replace) {
        while (const auto conflict = find_conflict(table, row, nullptr)) {
            delete_row(table, conflict->row_key);
            ++counts.affected;
            ++counts.duplicates;
        }
        return false;
    }
    const auto conflict =
        statement.on_duplicate.empty() ? std::nullopt : find_conflict(table, row, nullptr);
    if (conflict) {
        update_duplicate(statement, table, row, *conflict, counts);
    }
    return conflict.has_value();
}

std::uint64_t DmlExecutor::id_of(const Table& table, const Row& row_key) {
    const ColumnDefinition* const column = table.auto_increment_column();
    if (column == nullptr) {
        return 0;
    }
    SqliteStatement search(connection_,
                           "SELECT " + sqlite_identifier(column->name) + " FROM " +
                               sqlite_identifier(table.physical) + " WHERE " +
                               row_key_condition(table.row_key(), 1));
    for (std::size_t index = 0; index < row_key.size(); ++index) {
        search.bind(static_cast<int>(index) + 1, row_key[index]);
    }
    return search.step() ? id_from(search.value(0)) : 0;
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
    renderer.forbid_reading(table, table.name);
    renderer.set_inserted(std::move(values), statement.row_alias);
    std::string filter;
    const auto row_key = table.row_key();
    for (std::size_t index = 0; index < row_key.size(); ++index) {
        filter += (filter.empty() ? " WHERE " : " AND ") + sqlite_identifier(row_key[index]) +
                  " IS " + sqlite_literal(conflict.row_key[index]);
    }
    const Counts updated = update_rows(table, table.name, statement.on_duplicate, renderer, filter);
    ++counts.duplicates;
    if (updated.changed > 0) {
        counts.last_id = id_of(table, conflict.row_key);
    }
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
    result.generated_id = counts.first_id;
    result.insert_id = counts.first_id != 0 ? counts.first_id : counts.last_id;
    if (rows.size() > 1 || statement.select) {
        result.info = "Records: " + std::to_string(counts.records) +
                      "  Duplicates: " + std::to_string(counts.duplicates) +
                      "  Warnings: " + std::to_string(warnings_.size());
    }
    return result;
}

}  // namespace orrery::rds
