/// Turns MySQL's trees into SQLite's text, resolving every name and typing every expression on the
/// way.
#pragma once

#include "engine/time.h"
#include "services/rds/catalog.h"
#include "services/rds/sql/ast.h"
#include "services/rds/sql/rendered.h"
#include "services/rds/sql/text.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::rds {

/// What a statement may ask about its session. Constant while it runs.
struct SessionFacts {
    Instant now;
    std::uint32_t connection_id = 0;
    std::string user;
    std::string database;
    std::int64_t last_insert_id = 0;
    std::int64_t row_count = -1;
    bool only_full_group_by = true;
    /// The value of a system variable; throws MysqlError 1193. The flag: the global one is meant.
    std::function<Value(const std::string& name, bool global)> variable;
};

/// One column of a query's result.
struct OutputColumn {
    std::string label;
    ColumnType type;
    std::string table;              // alias; "" for an expression
    const Table* origin = nullptr;  // if it is a column of a table
    const ColumnDefinition* column = nullptr;
};

struct RenderedSelect {
    std::string sql;
    std::vector<OutputColumn> columns;
};

class Renderer {
public:
    Renderer(const Catalog& catalog, const SessionFacts& facts)
        : catalog_(catalog), facts_(facts) {}

    RenderedSelect select(const Select& select);
    /// An expression outside of any table (a value of INSERT, of SET).
    Rendered value(const Expression& expression);

    /// UPDATE and DELETE: names refer to this table from now on.
    void enter_table(const Table& table, const std::string& alias);
    /// A statement that writes may not read its own table in a subquery (error 1093).
    void forbid_reading(const Table& table, const std::string& alias) {
        target_ = &table;
        target_alias_ = alias;
    }
    /// An expression of that table; `clause` is for error texts.
    Rendered in_table(const Expression& expression, std::string_view clause);
    /// From now on `column` means `sql`: an earlier assignment's value, or VALUES(column) for
    /// inserted().
    void substitute(const std::string& column, std::string sql) {
        substituted_[column] = std::move(sql);
    }
    void set_inserted(std::map<std::string, std::string, LessIgnoringCase> values,
                      std::string alias) {
        inserted_ = std::move(values);
        inserted_alias_ = std::move(alias);
    }
    /// " ORDER BY ... LIMIT ..." of UPDATE and DELETE.
    std::string order_and_limit(const std::vector<OrderItem>& order_by, const ExpressionPtr& limit);

    /// The table meant by a name in FROM. Throws MysqlError 1046 or 1146.
    const Table& table(const TableName& name) const;

private:
    struct Source {
        std::string alias;
        std::string database;
        const Table* table = nullptr;
        std::vector<OutputColumn> columns;
        std::set<std::string, LessIgnoringCase>
            merged;  // columns that USING shows once, as the left table's
        bool outer_joined = false;
    };
    struct Scope {
        std::vector<Source> sources;
        const Select* select = nullptr;  // whose aliases ORDER BY and HAVING may name
        bool aggregated = false;
        bool inside_aggregate = false;
        std::vector<std::string> groups;
    };

    // renderer_select.cpp
    /// With `wanted`, the columns are converted to these types (UNION).
    RenderedSelect block(const Select& select, const std::vector<OutputColumn>& wanted);
    std::vector<OutputColumn> union_columns(const Select& select,
                                            const std::vector<OutputColumn>& first);
    std::string select_list(const Select& select,
                            const std::vector<OutputColumn>& wanted,
                            RenderedSelect& out);
    std::string from(const Select& select, Scope& scope);
    std::string table_factor(const TableReference& reference, Scope& scope);
    void expand_star(const SelectItem& item,
                     RenderedSelect& out,
                     std::vector<Rendered>& items) const;
    std::string group_by(const Select& select);
    std::string order_by(const Select& select,
                         const std::vector<OutputColumn>& columns,
                         bool is_union);
    void check_grouping(const Expression& expression, std::size_t number, std::string_view list);
    bool depends_on_groups(const Expression& column);
    OutputColumn describe(const SelectItem& item, const Rendered& rendered);
    const Expression* find_alias(const std::string& name) const;

    // renderer.cpp
    Rendered expression(const Expression& expression);
    Rendered column(const Expression& expression);
    Rendered alias_or_column(const Expression& expression);
    const OutputColumn* find_column(const Expression& expression, std::string& qualified);
    Rendered unary(const Expression& expression);
    Rendered binary(const Expression& expression);
    Rendered arithmetic(const Expression& expression, Rendered left, Rendered right);
    /// As MySQL shows an expression in errors.
    std::string printed(const Expression& expression);
    Rendered conditional(const Expression& expression);
    Rendered cast(const Expression& expression);
    Rendered collate(const Expression& expression);
    Rendered subquery(const Expression& expression);
    Rendered inserted(const Expression& expression);

    // renderer_predicates.cpp
    const Collation& collation_of(const ColumnType& type) const;
    /// The value with the collation of its type, where SQLite does not know it by itself: whatever
    /// sorts, groups or compares values needs it.
    std::string collated(const Rendered& value) const;
    Rendered comparison(const Expression& expression);
    std::string compare(const std::string& operation,
                        const Rendered& left,
                        const Rendered& right) const;
    std::string compare_texts(const std::string& operation,
                              const Rendered& left,
                              const Rendered& right) const;
    Rendered like(const Expression& expression);
    Rendered in(const Expression& expression);
    std::string in_select(const Rendered& left, const Select& query);
    Rendered between(const Expression& expression);
    Rendered is(const Expression& expression);

    // renderer_functions.cpp
    Rendered function(const Expression& expression);
    Rendered aggregate(const Expression& expression);
    Rendered table_function(const Expression& expression);
    bool session_function(const Expression& expression, Rendered& out);
    bool special_function(const Expression& expression, Rendered& out);
    std::vector<Rendered> arguments(const Expression& expression);

    const Catalog& catalog_;
    const SessionFacts& facts_;
    std::vector<Scope> scopes_;
    std::string clause_ = "field list";
    std::map<std::string, std::string, LessIgnoringCase> substituted_;
    std::map<std::string, std::string, LessIgnoringCase> inserted_;
    std::string inserted_alias_;
    const Table* target_ = nullptr;
    std::string target_alias_;
};

bool is_aggregate(std::string_view function);
/// Whether an aggregate function stands in it, outside of subqueries.
bool contains_aggregate(const Expression& expression);

}  // namespace orrery::rds
