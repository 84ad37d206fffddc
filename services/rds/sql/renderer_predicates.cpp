#include "services/rds/mysql_error.h"
#include "services/rds/sql/renderer.h"
#include "services/rds/sql/text.h"
#include "services/rds/storage/sqlite.h"

#include <charconv>
#include <optional>
#include <utility>

namespace orrery::rds {

namespace {

std::string compared(const std::string& left,
                     const std::string& operation,
                     const std::string& right) {
    return "(" + left + " " + operation + " " + right + ")";
}

/// As a value that a column of type `known` compares with; a text that is no such value is an error
/// naming that type.
std::string as_temporal(const Rendered& operand, std::string_view kind, const ColumnType& known) {
    const std::string name = operand.type.is_temporal() ? "" : to_upper(type_text(known));
    return "mysql_temporal(" + operand.sql + ",'" + std::string(kind) + "',6,'" +
           name.substr(0, name.find('(')) + "')";
}

std::string compare_temporal(const std::string& operation,
                             const Rendered& left,
                             const Rendered& right) {
    if (left.type.name == right.type.name && left.type.scale == right.type.scale) {
        return compared(left.sql, operation, right.sql);
    }
    const bool both = left.type.is_temporal() && right.type.is_temporal();
    const ColumnType& known = left.type.is_temporal() ? left.type : right.type;
    const bool times = left.type.name == TypeName::time && right.type.name == TypeName::time;
    if (both && !times && (left.type.name == TypeName::time || right.type.name == TypeName::time)) {
        throw not_supported("comparison of TIME with dates");
    }
    std::string_view kind = temporal_kind(known);
    if (both || known.name == TypeName::date) {
        kind = times ? "time" : "datetime";
    }
    return compared(as_temporal(left, kind, known), operation, as_temporal(right, kind, known));
}

/// The integer that a text literal is, without any rest.
std::optional<std::int64_t> exact_integer(const Value& literal) {
    const auto* const text = std::get_if<std::string>(&literal);
    if (text == nullptr) {
        return std::nullopt;
    }
    const auto begin = text->find_first_not_of(' ');
    const auto end = text->find_last_not_of(' ');
    if (begin == std::string::npos) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    const char* const last = text->data() + end + 1;
    const auto result = std::from_chars(text->data() + begin, last, number);
    return result.ec == std::errc() && result.ptr == last ? std::optional(number) : std::nullopt;
}

/// An integer meets a text: exactly where the text is an integer literal, else as doubles.
std::string compare_number_with_text(const std::string& operation,
                                     const Rendered& left,
                                     const Rendered& right) {
    const bool number_first = left.type.is_number();
    const Rendered& number = number_first ? left : right;
    const Rendered& text = number_first ? right : left;
    const auto integer = number.type.is_integer() ? exact_integer(text.literal) : std::nullopt;
    if (integer) {
        const std::string literal = sqlite_literal(*integer);
        return number_first ? compared(left.sql, operation, literal)
                            : compared(literal, operation, right.sql);
    }
    return compared(as_real(left), operation, as_real(right));
}

/// A stored DECIMAL against an exact literal, which an index may serve.
bool is_indexable(const Rendered& column, const Rendered& literal) {
    return column.is_stored && column.type.is_decimal() && !is_null(literal.literal) &&
           !literal.type.is_real();
}

std::string compare_numbers(const std::string& operation,
                            const Rendered& left,
                            const Rendered& right) {
    if (left.type.is_real() || right.type.is_real()) {
        const auto operand = [](const Rendered& one) {
            return one.type.is_real() || one.is_literal ? as_number(one) : as_real(one);
        };
        return compared(operand(left), operation, operand(right));
    }
    if (!left.type.is_decimal() && !right.type.is_decimal()) {
        return compared(left.sql, operation, right.sql);
    }
    if (is_indexable(left, right) || is_indexable(right, left)) {
        return compared(left.sql, operation, right.sql);
    }
    const std::string equal = operation == "IS" ? " CASE WHEN " + left.sql + " IS NULL AND " +
                                                      right.sql + " IS NULL THEN NULL ELSE 0 END"
                                                : " 0";
    return "(mysql_decimal_compare(" + precise(left) + "," + precise(right) + ") " + operation +
           equal + ")";
}

bool is_bin(const ColumnType& type) {
    return type.is_binary() ||
           (type.collation != nullptr && type.collation->comparison == Comparison::binary);
}

}  // namespace

const Collation& Renderer::collation_of(const ColumnType& type) const {
    if (type.collation != nullptr) {
        return *type.collation;
    }
    const Collation* const connection =
        find_collation(to_text(facts_.variable("collation_connection", false)));
    return connection == nullptr ? utf8mb4_collation() : *connection;
}

std::string Renderer::collated(const Rendered& value) const {
    if (value.is_column) {
        return value.sql;
    }
    if (value.type.is_decimal()) {
        return value.sql + " COLLATE mysql_decimal";
    }
    return value.type.is_text()
               ? value.sql + " COLLATE " +
                     std::string(sqlite_collation(collation_of(value.type).comparison))
               : value.sql;
}

Rendered Renderer::comparison(const Expression& expression) {
    const Rendered left = this->expression(*expression.operands[0]);
    const Rendered right = this->expression(*expression.operands[1]);
    return truth(compare(expression.name == "<=>" ? "IS" : expression.name, left, right));
}

std::string Renderer::compare_texts(const std::string& operation,
                                    const Rendered& left,
                                    const Rendered& right) const {
    const ColumnType& explicit_type = left.is_collated ? left.type : right.type;
    const Collation* const common =
        left.is_collated != right.is_collated
            ? explicit_type.collation
            : merged_collation(left.type.collation, right.type.collation, operation);
    ColumnType type = type_of(TypeName::varchar);
    type.collation = common;
    const bool known = (left.is_column && left.type.collation == common) ||
                       (!left.is_column && right.is_column && right.type.collation == common);
    if (known) {
        return compared(left.sql, operation, right.sql);
    }
    const auto name = std::string(sqlite_collation(collation_of(type).comparison));
    return compared(left.sql + " COLLATE " + name, operation, right.sql);
}

std::string Renderer::compare(const std::string& operation,
                              const Rendered& left,
                              const Rendered& right) const {
    if (left.type.is_temporal() || right.type.is_temporal()) {
        return compare_temporal(operation, left, right);
    }
    const bool some_number = left.type.is_number() || right.type.is_number();
    const bool some_null = left.type.name == TypeName::null || right.type.name == TypeName::null;
    if (some_number && !some_null) {
        const Rendered first = number_literal(left);
        const Rendered second = number_literal(right);
        return first.type.is_number() && second.type.is_number()
                   ? compare_numbers(operation, first, second)
                   : compare_number_with_text(operation, first, second);
    }
    if (left.type.is_binary() || right.type.is_binary()) {
        return compared(
            "mysql_binary(" + left.sql + ")", operation, "mysql_binary(" + right.sql + ")");
    }
    return some_null ? compared(left.sql, operation, right.sql)
                     : compare_texts(operation, left, right);
}

Rendered Renderer::like(const Expression& expression) {
    std::string sql;
    for (const auto& operand : expression.operands) {
        const Rendered text = this->expression(*operand);
        if (is_bin(text.type)) {
            throw not_supported("LIKE on binary or _bin text");
        }
        sql += (sql.empty() ? "mysql_like(" : ",") + text.sql;
    }
    sql += ")";
    return truth(expression.negated ? "(NOT " + sql + ")" : sql);
}

Rendered Renderer::in(const Expression& expression) {
    const Rendered left = this->expression(*expression.operands[0]);
    std::string sql;
    if (expression.kind == Expression::Kind::in_select) {
        sql = in_select(left, *expression.select);
    } else {
        for (std::size_t index = 1; index < expression.operands.size(); ++index) {
            sql += sql.empty() ? "(" : " OR ";
            sql += compare("=", left, this->expression(*expression.operands[index]));
        }
        sql += ")";
    }
    return truth(expression.negated ? "(NOT " + sql + ")" : sql);
}

std::string Renderer::in_select(const Rendered& left, const Select& query) {
    const RenderedSelect inner = select(query);
    if (inner.columns.size() != 1) {
        throw MysqlError(1241, "Operand should contain 1 column(s)");
    }
    if (query.limit) {
        throw not_supported("LIMIT & IN/ALL/ANY/SOME subquery");
    }
    const ColumnType& type = inner.columns.front().type;
    const bool alike =
        (left.type.is_integer() && type.is_integer()) || (left.type.is_text() && type.is_text()) ||
        (left.type.name == type.name && (type.is_decimal() || left.type.scale == type.scale));
    if (!alike) {
        throw not_supported("IN (subquery) between different types");
    }
    Rendered wanted = left;
    wanted.type.collation = merged_collation(left.type.collation, type.collation, "in");
    wanted.is_column = left.is_column && wanted.type.collation == left.type.collation;
    return "(" + collated(wanted) + " IN (" + inner.sql + "))";
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

}  // namespace orrery::rds
