#include "engine/ensure.h"
#include "services/rds/mysql_error.h"
#include "services/rds/sql/renderer.h"
#include "services/rds/storage/sqlite.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

const Table& Renderer::table(const TableName& name) const {
    const std::string& database = name.database.empty() ? facts_.database : name.database;
    if (database.empty()) {
        throw no_database_selected();
    }
    if (database == "information_schema" || database == "mysql" ||
        database == "performance_schema" || database == "sys") {
        throw not_supported("schema " + database);
    }
    if (!catalog_.has_database(database)) {
        throw unknown_database(database);
    }
    if (const Table* const table = catalog_.find(database, name.name)) {
        return *table;
    }
    throw unknown_table(database, name.name);
}

void Renderer::enter_table(const Table& table, const std::string& alias) {
    Source source{alias, table.database, &table, {}, {}, false};
    for (const ColumnDefinition& column : table.columns) {
        source.columns.push_back({column.name, column.type, alias, &table, &column});
    }
    scopes_.emplace_back().sources.push_back(std::move(source));
}

std::string Renderer::order_and_limit(const std::vector<OrderItem>& order_by,
                                      const ExpressionPtr& limit) {
    std::string sql;
    clause_ = "order clause";
    for (const OrderItem& item : order_by) {
        sql += (sql.empty() ? " ORDER BY " : ",") + collated(expression(*item.expression)) +
               (item.descending ? " DESC" : "");
    }
    if (limit) {
        sql += " LIMIT " + expression(*limit).sql;
    }
    return sql;
}

RenderedSelect Renderer::select(const Select& query) {
    const std::string clause = std::exchange(clause_, "field list");
    scopes_.emplace_back();
    RenderedSelect result = block(query, {});
    if (!query.arms.empty()) {
        const auto columns = union_columns(query, result.columns);
        scopes_.back() = {};
        result = block(query, columns);
        result.columns = columns;
        for (const Select::Arm& arm : query.arms) {
            scopes_.emplace_back();
            result.sql += (arm.all ? " UNION ALL " : " UNION ") + block(*arm.select, columns).sql;
            scopes_.pop_back();
        }
    }
    result.sql += order_by(query, result.columns, !query.arms.empty());
    if (query.limit) {
        result.sql += " LIMIT " + sqlite_literal(query.limit->value);
    }
    if (query.offset) {
        result.sql += " OFFSET " + sqlite_literal(query.offset->value);
    }
    scopes_.pop_back();
    clause_ = clause;
    return result;
}

std::vector<OutputColumn> Renderer::union_columns(const Select& query,
                                                  const std::vector<OutputColumn>& first) {
    std::vector<OutputColumn> columns;
    for (const OutputColumn& column : first) {
        columns.push_back({column.label, column.type, "", nullptr, nullptr});
    }
    for (const Select::Arm& arm : query.arms) {
        scopes_.emplace_back();
        const RenderedSelect other = block(*arm.select, {});
        scopes_.pop_back();
        if (other.columns.size() != columns.size()) {
            throw MysqlError(1222, "The used SELECT statements have a different number of columns");
        }
        for (std::size_t index = 0; index < columns.size(); ++index) {
            columns[index].type =
                merged_type(columns[index].type, other.columns[index].type, "UNION");
        }
    }
    return columns;
}

std::string Renderer::select_list(const Select& query,
                                  const std::vector<OutputColumn>& wanted,
                                  RenderedSelect& out) {
    std::vector<Rendered> items;
    clause_ = "field list";
    for (const SelectItem& item : query.items) {
        if (!item.expression) {
            expand_star(item, out, items);
            continue;
        }
        items.push_back(expression(*item.expression));
        out.columns.push_back(describe(item, items.back()));
    }
    std::string list;
    for (std::size_t index = 0; index < items.size(); ++index) {
        Rendered value = items[index];
        if (!wanted.empty()) {
            const ColumnType& type = wanted[index].type;
            value = converted(std::move(value), type);
            value.is_column = value.is_column && !type.is_decimal() &&
                              items[index].type.collation == type.collation;
            value.type = type;
        }
        // Values compare by their type's rules further up (DISTINCT, UNION, a derived table).
        list += (list.empty() ? "" : ",") + collated(value) + " AS " +
                sqlite_identifier(out.columns[index].label);
    }
    return list;
}

RenderedSelect Renderer::block(const Select& query, const std::vector<OutputColumn>& wanted) {
    RenderedSelect result;
    Scope sources;
    sources.select = &query;
    const std::string from_sql = from(query, sources);
    sources.aggregated =
        !query.group_by.empty() || (query.having && contains_aggregate(*query.having)) ||
        std::any_of(query.items.begin(), query.items.end(), [](const SelectItem& item) {
            return item.expression && contains_aggregate(*item.expression);
        });
    scopes_.back() = std::move(sources);
    const std::string list = select_list(query, wanted, result);
    std::string where;
    if (query.where) {
        clause_ = "where clause";
        where = " WHERE " + expression(*query.where).sql;
    }
    const std::string groups = group_by(query);
    if (scopes_.back().aggregated && facts_.only_full_group_by) {
        std::size_t number = 0;
        for (const SelectItem& item : query.items) {
            ++number;
            if (!item.expression) {
                throw not_supported("SELECT * in an aggregated query");
            }
            clause_ = "field list";
            check_grouping(*item.expression, number, "SELECT list");
        }
    }
    std::string having;
    if (query.having) {
        if (!scopes_.back().aggregated) {
            throw not_supported("HAVING without GROUP BY or an aggregate function");
        }
        clause_ = "having clause";
        having = " HAVING " + expression(*query.having).sql;
    }
    result.sql = std::string("SELECT ") + (query.distinct ? "DISTINCT " : "") + list + from_sql +
                 where + groups + having;
    return result;
}

OutputColumn Renderer::describe(const SelectItem& item, const Rendered& value) {
    if (item.expression->kind == Expression::Kind::column) {
        std::string unused;
        if (const OutputColumn* const found = find_column(*item.expression, unused)) {
            OutputColumn column = *found;
            column.label = item.label;
            return column;
        }
    }
    return {item.label, value.type, "", nullptr, nullptr};
}

std::string Renderer::from(const Select& query, Scope& scope) {
    std::string sql;
    for (const TableReference& reference : query.from) {
        if (reference.natural) {
            throw not_supported("NATURAL JOIN");
        }
        if (!sql.empty()) {
            sql += reference.join == "," ? " CROSS JOIN " : " " + reference.join + " JOIN ";
        }
        sql += table_factor(reference, scope);
        if (!reference.using_columns.empty()) {
            if (reference.join == "RIGHT") {
                throw not_supported("RIGHT JOIN ... USING");
            }
            std::string columns;
            for (const std::string& column : reference.using_columns) {
                columns += (columns.empty() ? "" : ",") + sqlite_identifier(column);
                scope.sources.back().merged.insert(column);
            }
            sql += " USING (" + columns + ")";
        }
        if (reference.on) {
            // ON sees the tables before it, this one, and whatever the query itself stands in.
            std::swap(scopes_.back(), scope);
            clause_ = "on clause";
            sql += " ON " + expression(*reference.on).sql;
            std::swap(scopes_.back(), scope);
        }
    }
    return sql.empty() ? sql : " FROM " + sql;
}

std::string Renderer::table_factor(const TableReference& reference, Scope& scope) {
    for (const Source& source : scope.sources) {
        if (source.alias == reference.alias) {
            throw MysqlError(1066, "Not unique table/alias: " + in_quotes(reference.alias));
        }
    }
    if (!reference.derived) {
        const Table& named = table(reference.table);
        if (&named == target_) {
            throw MysqlError(1093,
                             "You can't specify target table " + in_quotes(target_alias_) +
                                 " for update in FROM clause");
        }
        enter_table(named, reference.alias);
        scope.sources.push_back(std::move(scopes_.back().sources.front()));
        scopes_.pop_back();
        return sqlite_identifier(named.physical) + " AS " + sqlite_identifier(reference.alias);
    }
    Source source{reference.alias, "", nullptr, {}, {}, false};
    // A derived table is read before anything is written.
    const Table* const target = std::exchange(target_, nullptr);
    RenderedSelect inner = select(*reference.derived);
    target_ = target;
    for (OutputColumn& column : inner.columns) {
        column.table = reference.alias;
        for (const OutputColumn& other : source.columns) {
            if (equal_ignoring_case(other.label, column.label)) {
                throw MysqlError(1060, "Duplicate column name " + in_quotes(column.label));
            }
        }
        source.columns.push_back(column);
    }
    scope.sources.push_back(std::move(source));
    return "(" + inner.sql + ") AS " + sqlite_identifier(reference.alias);
}

void Renderer::expand_star(const SelectItem& item,
                           RenderedSelect& out,
                           std::vector<Rendered>& items) const {
    const auto& sources = scopes_.back().sources;
    if (sources.empty()) {
        throw MysqlError(1096, "No tables used");
    }
    bool found = false;
    const bool merges = std::any_of(sources.begin(), sources.end(), [](const Source& source) {
        return !source.merged.empty();
    });
    if (merges && item.star_of.name.empty() && sources.size() > 2) {
        throw not_supported("SELECT * from several joins with USING");
    }
    const auto add = [&](const Source& source, const OutputColumn& column) {
        items.push_back({sqlite_identifier(source.alias) + "." + sqlite_identifier(column.label),
                         column.type,
                         true});
        out.columns.push_back(column);
    };
    const auto is_merged = [&](const OutputColumn& column) {
        return sources.back().merged.contains(column.label);
    };
    if (merges && item.star_of.name.empty()) {
        for (const OutputColumn& column : sources.front().columns) {
            if (is_merged(column)) {
                add(sources.front(), column);
            }
        }
    }
    for (const Source& source : sources) {
        const bool other_database =
            !item.star_of.database.empty() && source.database != item.star_of.database;
        if (!item.star_of.name.empty() && (source.alias != item.star_of.name || other_database)) {
            continue;
        }
        found = true;
        for (const OutputColumn& column : source.columns) {
            if (!merges || !item.star_of.name.empty() || !is_merged(column)) {
                add(source, column);
            }
        }
    }
    if (!found) {
        throw MysqlError(1051, "Unknown table " + in_quotes(item.star_of.name));
    }
}

const Expression* Renderer::find_alias(const std::string& name) const {
    const Select* const query = scopes_.back().select;
    if (query == nullptr) {
        return nullptr;
    }
    for (const SelectItem& item : query->items) {
        if (item.expression && item.has_alias && equal_ignoring_case(item.label, name)) {
            return item.expression.get();
        }
    }
    return nullptr;
}

std::string Renderer::group_by(const Select& query) {
    std::string sql;
    clause_ = "group statement";
    for (const ExpressionPtr& item : query.group_by) {
        const auto* const position = std::get_if<std::int64_t>(&item->value);
        const Expression* target = item.get();
        if (item->kind == Expression::Kind::literal && position != nullptr) {
            const bool inside =
                *position >= 1 && static_cast<std::size_t>(*position) <= query.items.size();
            if (!inside || !query.items[static_cast<std::size_t>(*position - 1)].expression) {
                throw unknown_column(std::to_string(*position), clause_);
            }
            target = query.items[static_cast<std::size_t>(*position - 1)].expression.get();
        }
        const Rendered value = expression(*target);
        scopes_.back().groups.push_back(value.sql);
        sql += (sql.empty() ? " GROUP BY " : ",") + collated(value);
    }
    return sql;
}

bool Renderer::depends_on_groups(const Expression& column) {
    const auto& groups = scopes_.back().groups;
    std::string sql;
    const OutputColumn* const found = find_column(column, sql);
    if (found == nullptr || std::find(groups.begin(), groups.end(), sql) != groups.end()) {
        return true;
    }
    // A column of a table whose whole primary key is grouped by has one value in each group.
    if (found->origin == nullptr || found->origin->primary_key() == nullptr) {
        return false;
    }
    const auto& key = found->origin->primary_key()->columns;
    return std::all_of(key.begin(), key.end(), [&](const std::string& part) {
        const auto name = sqlite_identifier(found->table) + "." +
                          sqlite_identifier(found->origin->find_column(part)->name);
        return std::find(groups.begin(), groups.end(), name) != groups.end();
    });
}

void Renderer::check_grouping(const Expression& item, std::size_t number, std::string_view list) {
    const auto& groups = scopes_.back().groups;
    if (item.kind == Expression::Kind::function && is_aggregate(item.name)) {
        return;
    }
    if (item.kind != Expression::Kind::column) {
        if (!groups.empty() && item.kind != Expression::Kind::star &&
            std::find(groups.begin(), groups.end(), expression(item).sql) != groups.end()) {
            return;
        }
        for (const auto& operand : item.operands) {
            check_grouping(*operand, number, list);
        }
        return;
    }
    if (depends_on_groups(item)) {
        return;
    }
    std::string unused;
    const OutputColumn* const column = find_column(item, unused);
    const std::string name = (column->origin == nullptr ? "" : column->origin->database + ".") +
                             column->table + "." + column->label;
    if (scopes_.back().select->group_by.empty()) {
        throw MysqlError(1140,
                         "In aggregated query without GROUP BY, expression #" +
                             std::to_string(number) + " of " + std::string(list) +
                             " contains nonaggregated column " + in_quotes(name) +
                             "; this is incompatible with sql_mode=only_full_group_by");
    }
    throw MysqlError(1055,
                     "Expression #" + std::to_string(number) + " of " + std::string(list) +
                         " is not in GROUP BY clause and contains nonaggregated column " +
                         in_quotes(name) +
                         " which is not functionally dependent on columns in GROUP BY clause; this "
                         "is incompatible "
                         "with sql_mode=only_full_group_by");
}

std::string Renderer::order_by(const Select& query,
                               const std::vector<OutputColumn>& columns,
                               bool is_union) {
    std::string sql;
    clause_ = "order clause";
    for (const OrderItem& item : query.order_by) {
        const Expression& key = *item.expression;
        std::string term;
        const auto* const position = std::get_if<std::int64_t>(&key.value);
        if (key.kind == Expression::Kind::literal && position != nullptr) {
            if (*position < 1 || static_cast<std::size_t>(*position) > columns.size()) {
                throw unknown_column(std::to_string(*position), clause_);
            }
            term = std::to_string(*position);
        } else if (is_union) {
            const auto found =
                std::find_if(columns.begin(), columns.end(), [&](const OutputColumn& column) {
                    return key.kind == Expression::Kind::column &&
                           equal_ignoring_case(column.label, key.name);
                });
            if (found == columns.end()) {
                throw not_supported("ORDER BY of a UNION by anything but a column of its result");
            }
            term = std::to_string(found - columns.begin() + 1);
        } else {
            term = collated(expression(key));
        }
        sql += (sql.empty() ? " ORDER BY " : ",") + term + (item.descending ? " DESC" : "");
    }
    return sql;
}

}  // namespace orrery::rds
