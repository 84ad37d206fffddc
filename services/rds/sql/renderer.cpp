#include "services/rds/sql/renderer.h"

#include "engine/ensure.h"
#include "services/rds/mysql_error.h"
#include "services/rds/storage/sqlite.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

namespace {

constexpr std::size_t longest_printed = 200;

std::string joined_call(const std::string& name,
                        char operation,
                        const Rendered& left,
                        const Rendered& right) {
    return name + "('" + operation + "'," + precise(left) + "," + precise(right) + ")";
}

}  // namespace

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
            result.literal = expression.value;
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
                    throw MysqlError(1052,
                                     "Column " + in_quotes(expression.name) + " in " + clause_ +
                                         " is ambiguous");
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
    return {std::move(sql), found->type, true, false, nullable, found->column != nullptr};
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
        Rendered result{sqlite_literal(-*integer), operand.type, false, true, false};
        result.literal = -*integer;
        return result;
    }
    const Rendered inner = expression.name == "NOT" ? this->expression(operand)
                                                    : number_literal(this->expression(operand));
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
    left = number_literal(std::move(left));
    right = number_literal(std::move(right));
    refuse_temporal(left);
    refuse_temporal(right);
    if (name == "&" || name == "|" || name == "^" || name == "<<" || name == ">>") {
        return rendered(joined_call("mysql_bits", name[0], left, right), TypeName::bigint);
    }
    return arithmetic(expression, std::move(left), std::move(right));
}

Rendered Renderer::arithmetic(const Expression& expression, Rendered left, Rendered right) {
    const std::string& name = expression.name;
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
        Rendered result =
            rendered(joined_call("mysql_integer", operation, left, right), TypeName::bigint);
        result.type.is_unsigned =
            left.type.is_unsigned || (right.type.is_unsigned && operation != '%');
        if (result.type.is_unsigned) {
            result.sql = "mysql_unsigned(" + result.sql + "," +
                         sqlite_literal(printed(expression).substr(0, longest_printed)) + ")";
        }
        return result;
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
    if (operation == '/' || !left.precise.empty() || !right.precise.empty()) {
        result.sql = "mysql_round_decimal(" + call + "," + std::to_string(scale) + ")";
        result.precise = call;
    }
    return result;
}

std::string Renderer::printed(const Expression& expression) {
    const auto operand = [&](std::size_t index) { return printed(*expression.operands[index]); };
    switch (expression.kind) {
        case Expression::Kind::literal: {
            const bool is_text =
                std::holds_alternative<std::string>(expression.value) && expression.type.is_text();
            const std::string text = to_text(expression.value);
            return is_null(expression.value) ? "NULL" : is_text ? in_quotes(text) : text;
        }
        case Expression::Kind::column: {
            std::string unused;
            const OutputColumn* const column = find_column(expression, unused);
            if (column == nullptr) {
                return "`" + expression.name + "`";
            }
            const std::string database =
                column->origin == nullptr ? "" : "`" + column->origin->database + "`.";
            return database + "`" + column->table + "`.`" + column->label + "`";
        }
        case Expression::Kind::unary: return expression.name + operand(0);
        case Expression::Kind::binary:
            return "(" + operand(0) + " " + expression.name + " " + operand(1) + ")";
        default: return to_lower(expression.name) + "(...)";
    }
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
    std::vector<std::string> conditions;
    std::vector<Rendered> results;
    const std::size_t end = operands.size() - (expression.has_else ? 1 : 0);
    for (; index < end; index += 2) {
        const Rendered condition = this->expression(*operands[index]);
        conditions.push_back(expression.has_base ? compare("=", base, condition)
                                                 : as_number(condition));
        results.push_back(this->expression(*operands[index + 1]));
        type = merged_type(type, results.back().type, "case");
    }
    if (expression.has_else) {
        results.push_back(this->expression(*operands.back()));
        type = merged_type(type, results.back().type, "case");
    }
    for (std::size_t number = 0; number < results.size(); ++number) {
        sql += number < conditions.size() ? " WHEN " + conditions[number] + " THEN " : " ELSE ";
        sql += converted(results[number], type).sql;
    }
    return {"(" + sql + " END)", type};
}

Rendered Renderer::cast(const Expression& expression) {
    const Rendered operand = this->expression(*expression.operands[0]);
    const ColumnType& type = expression.type;
    Rendered result{"", type, false, false, true};
    if (type.is_integer()) {
        refuse_temporal(operand);
        // Text stops at the first character that is no digit; other numbers are rounded.
        const Rendered number = number_literal(operand);
        const bool is_text = !number.type.is_number();
        result.sql = "mysql_cast_integer(" + number.sql + "," + (is_text ? "1)" : "0)");
    } else if (type.is_decimal()) {
        refuse_temporal(operand);
        result.sql = "mysql_cast_decimal(" + number_literal(operand).sql + "," +
                     std::to_string(type.length) + "," + std::to_string(type.scale) + ")";
    } else if (type.is_real()) {
        refuse_temporal(operand);
        result.sql = as_real(operand);
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
    result.is_collated = true;
    result.is_stored = false;
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
