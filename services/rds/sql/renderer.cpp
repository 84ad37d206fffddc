#include "services/rds/sql/renderer.h"

#include "engine/ensure.h"
#include "services/rds/mysql_error.h"
#include "services/rds/storage/sqlite.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

namespace {

std::string joined_call(const std::string& name,
                        char operation,
                        const Rendered& left,
                        const Rendered& right) {
    return name + "('" + operation + "'," + left.sql + "," + right.sql + ")";
}

/// Dates and texts count as numbers in arithmetic; dates would silently become other numbers than
/// MySQL's.
void refuse_temporal(const Rendered& operand) {
    if (operand.type.is_temporal()) {
        throw not_supported("arithmetic on dates and times");
    }
}

std::string as_number(const Rendered& operand) {
    return operand.type.is_integer() || operand.type.is_real()
               ? operand.sql
               : "mysql_number(" + operand.sql + ")";
}

std::string_view temporal_kind(const ColumnType& type) {
    switch (type.name) {
        case TypeName::date: return "date";
        case TypeName::time: return "time";
        default: return "datetime";
    }
}

std::string as_temporal(const Rendered& operand, std::string_view kind, int scale) {
    return "mysql_temporal(" + operand.sql + ",'" + std::string(kind) + "'," +
           std::to_string(scale) + ")";
}

Rendered truth(std::string sql) {
    Rendered result = rendered(std::move(sql), TypeName::bigint);
    result.type.length = 1;
    return result;
}

}  // namespace

Rendered rendered(std::string sql, TypeName type) {
    return {std::move(sql), type_of(type), false, false, true};
}

ColumnType merged_type(const ColumnType& left, const ColumnType& right) {
    if (left.name == right.name) {
        ColumnType type = left;
        type.length = std::max(left.length, right.length);
        type.scale = std::max(left.scale, right.scale);
        return type;
    }
    if (left.name == TypeName::null || left.name == TypeName::unknown) {
        return right;
    }
    if (right.name == TypeName::null || right.name == TypeName::unknown) {
        return left;
    }
    if (left.is_integer() && right.is_integer()) {
        return type_of(TypeName::bigint);
    }
    if (left.is_number() && right.is_number()) {
        if (left.is_real() || right.is_real()) {
            return type_of(TypeName::double_number);
        }
        ColumnType type = type_of(TypeName::decimal);
        type.length = 38;
        type.scale = std::max(left.scale, right.scale);
        return type;
    }
    if (left.is_binary() || right.is_binary()) {
        return type_of(TypeName::longblob);
    }
    ColumnType type =
        type_of(left.is_large() || right.is_large() ? TypeName::longtext : TypeName::varchar);
    type.length = std::max<std::uint64_t>({left.length, right.length, 30});
    return type;
}

Rendered Renderer::value(const Expression& expression_tree) {
    return expression(expression_tree);
}

Rendered Renderer::in_table(const Expression& expression_tree, std::string_view clause) {
    clause_ = clause;
    return expression(expression_tree);
}

Rendered Renderer::expression(const Expression& expression) {
    using Kind = Expression::Kind;
    switch (expression.kind) {
        case Kind::literal: {
            Rendered result{sqlite_literal(expression.value),
                            expression.type,
                            false,
                            true,
                            is_null(expression.value)};
            return result;
        }
        case Kind::column: return alias_or_column(expression);
        case Kind::function: return function(expression);
        case Kind::unary: return unary(expression);
        case Kind::binary: return binary(expression);
        case Kind::comparison: return comparison(expression);
        case Kind::like: return like(expression);
        case Kind::in_list:
        case Kind::in_select: return in(expression);
        case Kind::between: return between(expression);
        case Kind::is: return is(expression);
        case Kind::conditional: return conditional(expression);
        case Kind::cast: return cast(expression);
        case Kind::collate: return collate(expression);
        case Kind::exists: return truth("EXISTS (" + select(*expression.select).sql + ")");
        case Kind::subquery: return subquery(expression);
        case Kind::system_variable: {
            const Value value = facts_.variable(expression.name, expression.table == "global");
            const bool is_integer = std::holds_alternative<std::int64_t>(value);
            return rendered(sqlite_literal(value),
                            is_integer ? TypeName::bigint : TypeName::varchar);
        }
        case Kind::inserted: return inserted(expression);
        case Kind::default_value: throw not_supported("DEFAULT in an expression");
        case Kind::row: throw not_supported("row constructor (a, b)");
        case Kind::star: throw syntax_error("*", 1);
    }
    ENSURE(false);
    return {};
}

const OutputColumn* Renderer::find_column(const Expression& expression, std::string& qualified) {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
        const OutputColumn* found = nullptr;
        for (const Source& source : scope->sources) {
            const bool named =
                expression.table.empty() ||
                (source.alias == expression.table &&
                 (expression.database.empty() || source.database == expression.database));
            if (!named || (expression.table.empty() && source.merged.contains(expression.name))) {
                continue;
            }
            for (const OutputColumn& column : source.columns) {
                if (!equal_ignoring_case(column.label, expression.name)) {
                    continue;
                }
                if (found != nullptr) {
                    throw MysqlError(
                        1052,
                        "Column " + quoted(expression.name) + " in " + clause_ + " is ambiguous");
                }
                found = &column;
                qualified = sqlite_identifier(source.alias) + "." + sqlite_identifier(column.label);
            }
        }
        if (found != nullptr) {
            return found;
        }
    }
    return nullptr;
}

Rendered Renderer::column(const Expression& expression) {
    if (expression.table.empty()) {
        if (const auto found = substituted_.find(expression.name); found != substituted_.end()) {
            std::string unused;
            const OutputColumn* const column = find_column(expression, unused);
            return {
                found->second, column == nullptr ? ColumnType{} : column->type, false, false, true};
        }
    }
    if (!inserted_alias_.empty() && expression.table == inserted_alias_) {
        return inserted(expression);
    }
    std::string sql;
    const OutputColumn* const found = find_column(expression, sql);
    if (found == nullptr) {
        std::string name = expression.table.empty() ? "" : expression.table + ".";
        if (!expression.database.empty()) {
            name = expression.database + "." + name;
        }
        throw unknown_column(name + expression.name, clause_);
    }
    const bool nullable = found->column == nullptr || found->column->nullable;
    return {std::move(sql), found->type, true, false, nullable};
}

Rendered Renderer::alias_or_column(const Expression& expression) {
    const bool may_be_alias =
        clause_ == "order clause" || clause_ == "having clause" || clause_ == "group statement";
    if (!may_be_alias || !expression.table.empty() || scopes_.empty()) {
        return column(expression);
    }
    std::string unused;
    const bool column_first =
        clause_ == "group statement" && find_column(expression, unused) != nullptr;
    const Expression* const aliased = column_first ? nullptr : find_alias(expression.name);
    if (aliased == nullptr) {
        return column(expression);
    }
    const std::string clause = std::exchange(clause_, "field list");
    Rendered result = this->expression(*aliased);
    clause_ = clause;
    return result;
}

Rendered Renderer::unary(const Expression& expression) {
    const Expression& operand = *expression.operands.front();
    const auto* const integer = std::get_if<std::int64_t>(&operand.value);
    if (expression.name == "-" && operand.kind == Expression::Kind::literal && integer != nullptr) {
        return {sqlite_literal(-*integer), operand.type, false, true, false};
    }
    Rendered inner = this->expression(operand);
    if (expression.name == "NOT") {
        return truth("(NOT " + as_number(inner) + ")");
    }
    if (expression.name == "~") {
        throw not_supported("operator ~");
    }
    refuse_temporal(inner);
    if (inner.type.is_integer() || inner.type.name == TypeName::null) {
        return rendered("mysql_integer('-',0," + inner.sql + ")", TypeName::bigint);
    }
    if (inner.type.is_decimal()) {
        return {"mysql_decimal('-',0," + inner.sql + ")",
                inner.type,
                false,
                inner.is_literal,
                inner.is_nullable};
    }
    return rendered("(-" + as_number(inner) + ")", TypeName::double_number);
}

Rendered Renderer::binary(const Expression& expression) {
    Rendered left = this->expression(*expression.operands[0]);
    Rendered right = this->expression(*expression.operands[1]);
    const std::string& name = expression.name;
    if (name == "AND" || name == "OR") {
        return truth("(" + as_number(left) + " " + name + " " + as_number(right) + ")");
    }
    if (name == "XOR") {
        return truth("((" + as_number(left) + "<>0)<>(" + as_number(right) + "<>0))");
    }
    refuse_temporal(left);
    refuse_temporal(right);
    if (name == "&" || name == "|" || name == "^" || name == "<<" || name == ">>") {
        return rendered(joined_call("mysql_bits", name[0], left, right), TypeName::bigint);
    }
    const auto exact = [](const Rendered& operand) {
        return operand.type.is_integer() || operand.type.is_decimal() ||
               operand.type.name == TypeName::null;
    };
    const char operation = name == "DIV" ? 'd' : name[0];
    if (!exact(left) || !exact(right)) {
        return rendered(joined_call("mysql_real", operation, left, right),
                        operation == 'd' ? TypeName::bigint : TypeName::double_number);
    }
    if (operation != '/' && !left.type.is_decimal() && !right.type.is_decimal()) {
        return rendered(joined_call("mysql_integer", operation, left, right), TypeName::bigint);
    }
    const std::string call = joined_call("mysql_decimal", operation, left, right);
    if (operation == 'd') {
        return rendered("CAST(" + call + " AS INTEGER)", TypeName::bigint);
    }
    Rendered result = rendered(call, TypeName::decimal);
    const int scale = operation == '/'   ? left.type.scale + 4
                      : operation == '*' ? left.type.scale + right.type.scale
                                         : std::max(left.type.scale, right.type.scale);
    result.type.scale = static_cast<std::uint8_t>(scale);
    result.type.length = 38;
    return result;
}

Rendered Renderer::comparison(const Expression& expression) {
    Rendered left = this->expression(*expression.operands[0]);
    Rendered right = this->expression(*expression.operands[1]);
    return truth(compare(
        expression.name == "<=>" ? "IS" : expression.name, std::move(left), std::move(right)));
}

std::string Renderer::compare(const std::string& operation, Rendered left, Rendered right) {
    const auto plain = [&](const std::string& a, const std::string& b) {
        return "(" + a + " " + operation + " " + b + ")";
    };
    if (left.type.is_temporal() || right.type.is_temporal()) {
        const bool same = left.type.name == right.type.name && left.type.scale == right.type.scale;
        if (same) {
            return plain(left.sql, right.sql);
        }
        const bool both = left.type.is_temporal() && right.type.is_temporal();
        const Rendered& known = left.type.is_temporal() ? left : right;
        if (both || known.type.name == TypeName::date) {
            const bool times =
                left.type.name == TypeName::time && right.type.name == TypeName::time;
            const std::string_view kind = times ? "time" : "datetime";
            return plain(as_temporal(left, kind, 6), as_temporal(right, kind, 6));
        }
        return plain(as_temporal(left, temporal_kind(known.type), 6),
                     as_temporal(right, temporal_kind(known.type), 6));
    }
    if (left.type.is_number() && right.type.is_number()) {
        if (!left.type.is_decimal() && !right.type.is_decimal()) {
            return plain(left.sql, right.sql);
        }
        const bool indexable =
            (left.is_column && left.type.is_decimal() && right.is_literal &&
             !right.type.is_real()) ||
            (right.is_column && right.type.is_decimal() && left.is_literal && !left.type.is_real());
        if (indexable) {
            return plain(left.sql, right.sql);
        }
        if (left.type.is_real() || right.type.is_real()) {
            return plain(as_number(left), as_number(right));
        }
        return "(mysql_decimal_compare(" + left.sql + "," + right.sql + ") " + operation +
               (operation == "IS" ? " CASE WHEN " + left.sql + " IS NULL AND " + right.sql +
                                        " IS NULL THEN NULL ELSE 0 END)"
                                  : " 0)");
    }
    if (left.type.is_number() != right.type.is_number() && left.type.name != TypeName::null &&
        right.type.name != TypeName::null) {
        return plain(as_number(left), as_number(right));
    }
    const bool texts = !left.type.is_binary() && !right.type.is_binary();
    if (texts && !left.is_column && !right.is_column && left.type.name != TypeName::null) {
        const Collation* const named =
            left.type.collation != nullptr ? left.type.collation : right.type.collation;
        const auto how = named == nullptr ? Comparison::ignore_case : named->comparison;
        return plain(left.sql + " COLLATE " + std::string(sqlite_collation(how)), right.sql);
    }
    if (!texts) {
        return plain("mysql_binary(" + left.sql + ")", "mysql_binary(" + right.sql + ")");
    }
    return plain(left.sql, right.sql);
}

Rendered Renderer::like(const Expression& expression) {
    const Rendered text = this->expression(*expression.operands[0]);
    const auto* const collation = text.type.collation;
    if (text.type.is_binary() ||
        (collation != nullptr && collation->comparison == Comparison::binary)) {
        throw not_supported("LIKE on binary or _bin text");
    }
    std::string sql = "mysql_like(" + text.sql;
    for (std::size_t index = 1; index < expression.operands.size(); ++index) {
        sql += "," + this->expression(*expression.operands[index]).sql;
    }
    sql += ")";
    return truth(expression.negated ? "(NOT " + sql + ")" : sql);
}

Rendered Renderer::in(const Expression& expression) {
    const Rendered left = this->expression(*expression.operands[0]);
    std::string sql;
    if (expression.kind == Expression::Kind::in_select) {
        const RenderedSelect inner = select(*expression.select);
        if (inner.columns.size() != 1) {
            throw MysqlError(1241, "Operand should contain 1 column(s)");
        }
        if (expression.select->limit) {
            throw not_supported("LIMIT & IN/ALL/ANY/SOME subquery");
        }
        const auto& type = inner.columns.front().type;
        const bool alike = (left.type.is_integer() && type.is_integer()) ||
                           (left.type.is_text() && type.is_text()) || left.type.name == type.name;
        if (!alike) {
            throw not_supported("IN (subquery) between different types");
        }
        const bool needs_collation = left.type.is_text() && !left.is_column;
        sql = "(" + left.sql + (needs_collation ? " COLLATE mysql_ci" : "") + " IN (" + inner.sql +
              "))";
    } else {
        for (std::size_t index = 1; index < expression.operands.size(); ++index) {
            sql += sql.empty() ? "(" : " OR ";
            sql += compare("=", left, this->expression(*expression.operands[index]));
        }
        sql += ")";
    }
    return truth(expression.negated ? "(NOT " + sql + ")" : sql);
}

Rendered Renderer::between(const Expression& expression) {
    const Rendered middle = this->expression(*expression.operands[0]);
    const std::string sql = "(" + compare(">=", middle, this->expression(*expression.operands[1])) +
                            " AND " +
                            compare("<=", middle, this->expression(*expression.operands[2])) + ")";
    return truth(expression.negated ? "(NOT " + sql + ")" : sql);
}

Rendered Renderer::is(const Expression& expression) {
    const Rendered operand = this->expression(*expression.operands[0]);
    const std::string negation = expression.negated ? "NOT " : "";
    if (expression.name == "NULL" || expression.name == "UNKNOWN") {
        return truth("(" + operand.sql + " IS " + negation + "NULL)");
    }
    return truth("(" + as_number(operand) + " IS " + negation + expression.name + ")");
}

Rendered Renderer::conditional(const Expression& expression) {
    const auto& operands = expression.operands;
    std::string sql = "CASE";
    Rendered base;
    std::size_t index = 0;
    if (expression.has_base) {
        base = this->expression(*operands[index++]);
    }
    ColumnType type = type_of(TypeName::null);
    const std::size_t end = operands.size() - (expression.has_else ? 1 : 0);
    for (; index < end; index += 2) {
        const Rendered condition = this->expression(*operands[index]);
        const Rendered result = this->expression(*operands[index + 1]);
        sql += " WHEN " +
               (expression.has_base ? compare("=", base, condition) : as_number(condition)) +
               " THEN " + result.sql;
        type = merged_type(type, result.type);
    }
    if (expression.has_else) {
        const Rendered result = this->expression(*operands.back());
        sql += " ELSE " + result.sql;
        type = merged_type(type, result.type);
    }
    return {"(" + sql + " END)", type, false, false, true};
}

Rendered Renderer::cast(const Expression& expression) {
    const Rendered operand = this->expression(*expression.operands[0]);
    const ColumnType& type = expression.type;
    Rendered result{"", type, false, false, true};
    if (type.is_integer()) {
        refuse_temporal(operand);
        // Text stops at the first character that is no digit; other numbers are rounded.
        const bool from_text = operand.type.is_text() || operand.type.name == TypeName::unknown;
        result.sql = from_text ? "CAST(" + operand.sql + " AS INTEGER)"
                               : "CAST(mysql_cast_decimal(" + operand.sql + ",0) AS INTEGER)";
    } else if (type.is_decimal()) {
        refuse_temporal(operand);
        result.sql = "mysql_cast_decimal(" + operand.sql + "," + std::to_string(type.scale) + ")";
    } else if (type.is_real()) {
        refuse_temporal(operand);
        result.sql = "CAST(" + operand.sql + " AS REAL)";
    } else if (type.is_text()) {
        const std::string limit = type.length > 0 ? "," + std::to_string(type.length) : "";
        result.sql = "mysql_text(" + operand.sql + limit + ")";
    } else if (type.is_binary()) {
        result.sql = "mysql_binary(" + operand.sql + ")";
    } else {
        result.sql = "mysql_cast_temporal(" + operand.sql + ",'" +
                     std::string(temporal_kind(type)) + "'," + std::to_string(type.scale) + ")";
    }
    return result;
}

Rendered Renderer::collate(const Expression& expression) {
    const Rendered operand = this->expression(*expression.operands[0]);
    if (expression.name == "binary") {
        return {
            "mysql_binary(" + operand.sql + ")", type_of(TypeName::longblob), false, false, true};
    }
    const Collation* const collation = find_collation(expression.name);
    ENSURE(collation != nullptr);
    Rendered result = operand;
    result.sql = "(" + operand.sql + " COLLATE " +
                 std::string(sqlite_collation(collation->comparison)) + ")";
    result.type.collation = collation;
    result.is_column = true;
    result.is_literal = false;
    return result;
}

Rendered Renderer::subquery(const Expression& expression) {
    const RenderedSelect inner = select(*expression.select);
    if (inner.columns.size() != 1) {
        throw MysqlError(1241, "Operand should contain 1 column(s)");
    }
    const ColumnType& type = inner.columns.front().type;
    const Select& query = *expression.select;
    const bool one_row = query.arms.empty() && query.group_by.empty() &&
                         query.items.front().expression &&
                         contains_aggregate(*query.items.front().expression);
    if (one_row) {
        return {"(" + inner.sql + ")", type, false, false, true};
    }
    return {"(SELECT mysql_only_row(value,count(*)) FROM (SELECT " +
                sqlite_identifier(inner.columns.front().label) + " AS value FROM (" + inner.sql +
                ") LIMIT 2))",
            type,
            false,
            false,
            true};
}

Rendered Renderer::inserted(const Expression& expression) {
    const auto found = inserted_.find(expression.name);
    if (found == inserted_.end()) {
        throw unknown_column(expression.name, clause_);
    }
    Expression target;
    target.kind = Expression::Kind::column;
    target.name = expression.name;
    std::string unused;
    const OutputColumn* const column = find_column(target, unused);
    return {found->second, column == nullptr ? ColumnType{} : column->type, false, true, true};
}

}  // namespace orrery::rds
