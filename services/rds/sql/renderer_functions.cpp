#include "services/rds/mysql_error.h"
#include "services/rds/sql/functions.h"
#include "services/rds/sql/renderer.h"
#include "services/rds/storage/sqlite.h"
#include "services/rds/storage/temporal.h"

#include <algorithm>
#include <array>
#include <utility>

namespace orrery::rds {

namespace {

std::string joined(const std::vector<Rendered>& arguments) {
    std::string text;
    for (const Rendered& argument : arguments) {
        text += (text.empty() ? "" : ",") + argument.sql;
    }
    return text;
}

[[noreturn]] void wrong_count(const std::string& name) {
    throw MysqlError(1582,
                     "Incorrect parameter count in the call to native function " + in_quotes(name));
}

ColumnType text_type(const std::string& name, const std::vector<Rendered>& arguments) {
    ColumnType type = type_of(TypeName::varchar);
    for (const Rendered& argument : arguments) {
        type.length += argument.type.length == 0 ? 20 : argument.type.length;
        if (argument.type.is_large()) {
            type.name = TypeName::longtext;
        }
        if (argument.type.is_binary()) {
            return type_of(TypeName::longblob);
        }
        type.collation = merged_collation(type.collation, argument.type.collation, name);
    }
    return type;
}

ColumnType result_type(const std::string& name,
                       FunctionResult result,
                       const std::vector<Rendered>& arguments) {
    switch (result) {
        case FunctionResult::text: return text_type(name, arguments);
        case FunctionResult::binary: return type_of(TypeName::longblob);
        case FunctionResult::integer: return type_of(TypeName::bigint);
        case FunctionResult::real: return type_of(TypeName::double_number);
        case FunctionResult::date: return type_of(TypeName::date);
        case FunctionResult::datetime: return type_of(TypeName::datetime);
        case FunctionResult::merged: break;
    }
    ColumnType type = type_of(TypeName::null);
    for (const Rendered& argument : arguments) {
        type = merged_type(type, argument.type, to_lower(name));
    }
    return type;
}

bool is_one_of(const std::string& name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void convert_all(std::vector<Rendered>& list, const ColumnType& type) {
    for (Rendered& value : list) {
        value = converted(std::move(value), type);
    }
}

void refuse_binary(const std::string& name, const std::vector<Rendered>& list) {
    for (const Rendered& value : list) {
        const Collation* const collation = value.type.collation;
        if (value.type.is_binary() ||
            (collation != nullptr && collation->comparison == Comparison::binary)) {
            throw not_supported(name + " on binary or _bin text");
        }
    }
}

/// Functions that ask about the session.
constexpr std::array<std::string_view, 14> facts{"CURDATE",
                                                 "CURRENT_DATE",
                                                 "UTC_DATE",
                                                 "UNIX_TIMESTAMP",
                                                 "VERSION",
                                                 "DATABASE",
                                                 "SCHEMA",
                                                 "USER",
                                                 "CURRENT_USER",
                                                 "SESSION_USER",
                                                 "SYSTEM_USER",
                                                 "CONNECTION_ID",
                                                 "LAST_INSERT_ID",
                                                 "ROW_COUNT"};

/// NOW(3): how many digits of a second.
int fraction_argument(const Expression& expression) {
    if (expression.operands.empty()) {
        return 0;
    }
    const auto* const digits = std::get_if<std::int64_t>(&expression.operands.front()->value);
    if (expression.operands.size() > 1 || digits == nullptr || *digits < 0 || *digits > 6) {
        wrong_count(expression.name);
    }
    return static_cast<int>(*digits);
}

}  // namespace

bool is_aggregate(std::string_view function) {
    constexpr std::array<std::string_view, 5> names{"COUNT", "SUM", "AVG", "MIN", "MAX"};
    return std::find(names.begin(), names.end(), function) != names.end();
}

bool contains_aggregate(const Expression& expression) {
    return (expression.kind == Expression::Kind::function && is_aggregate(expression.name)) ||
           std::any_of(expression.operands.begin(),
                       expression.operands.end(),
                       [](const ExpressionPtr& operand) { return contains_aggregate(*operand); });
}

std::vector<Rendered> Renderer::arguments(const Expression& expression) {
    std::vector<Rendered> list;
    for (const auto& operand : expression.operands) {
        list.push_back(this->expression(*operand));
    }
    return list;
}

Rendered Renderer::function(const Expression& expression) {
    if (is_aggregate(expression.name)) {
        return aggregate(expression);
    }
    if (expression.distinct) {
        throw syntax_error("DISTINCT", 1);
    }
    Rendered result;
    if (session_function(expression, result) || special_function(expression, result)) {
        return result;
    }
    return table_function(expression);
}

Rendered Renderer::aggregate(const Expression& expression) {
    const bool allowed =
        clause_ == "field list" || clause_ == "having clause" || clause_ == "order clause";
    if (!allowed || scopes_.empty() || scopes_.back().inside_aggregate) {
        throw MysqlError(1111, "Invalid use of group function");
    }
    const std::string& name = expression.name;
    if (name == "COUNT" && expression.operands.size() == 1 &&
        expression.operands[0]->kind == Expression::Kind::star) {
        return {"count(*)", type_of(TypeName::bigint), false, false, false};
    }
    if (expression.operands.size() != 1) {
        if (name == "COUNT" && expression.distinct) {
            throw not_supported("COUNT(DISTINCT a, b)");
        }
        wrong_count(name);
    }
    scopes_.back().inside_aggregate = true;
    const Rendered argument = this->expression(*expression.operands.front());
    scopes_.back().inside_aggregate = false;
    const ColumnType& type = argument.type;
    const std::string list = (expression.distinct ? "DISTINCT " : "") + collated(argument);
    if (name == "COUNT") {
        return {"count(" + list + ")", type_of(TypeName::bigint), false, false, false};
    }
    if (name == "MIN" || name == "MAX") {
        return {to_lower(name) + "(" + list + ")", type};
    }
    if (type.is_temporal()) {
        throw not_supported(name + " of dates and times");
    }
    if (!type.is_integer() && !type.is_decimal() && type.name != TypeName::null) {
        const std::string number = (expression.distinct ? "DISTINCT " : "") + as_number(argument);
        return rendered("CAST(" + to_lower(name) + "(" + number + ") AS REAL)",
                        TypeName::double_number);
    }
    Rendered result = rendered("mysql_" + to_lower(name) + "(" + list + ")", TypeName::decimal);
    result.type.length = 38;
    result.type.scale = static_cast<std::uint8_t>(name == "AVG" ? type.scale + 4 : type.scale);
    return result;
}

Rendered Renderer::table_function(const Expression& expression) {
    const FunctionRule* const rule = find_function(expression.name);
    if (rule == nullptr) {
        if (is_mysql_function(expression.name)) {
            throw not_supported("function " + expression.name);
        }
        throw MysqlError(1305,
                         "FUNCTION " + facts_.database + (facts_.database.empty() ? "" : ".") +
                             expression.name + " does not exist");
    }
    auto list = arguments(expression);
    if (list.size() < rule->least || list.size() > rule->most) {
        wrong_count(expression.name);
    }
    ColumnType type = result_type(expression.name, rule->result, list);
    if (rule->result == FunctionResult::merged) {
        convert_all(list, type);
    }
    if (expression.name == "FROM_UNIXTIME") {
        const ColumnType& seconds = list.front().type;
        type.scale = seconds.is_integer()   ? std::uint8_t{0}
                     : seconds.is_decimal() ? std::min<std::uint8_t>(seconds.scale, 6)
                                            : std::uint8_t{6};
        list.push_back(rendered(std::to_string(type.scale), TypeName::bigint));
    }
    if (is_one_of(expression.name, {"LOCATE", "INSTR"})) {
        refuse_binary(expression.name, list);
    }
    std::string sql(rule->sqlite);
    const std::string text = joined(list);
    if (const auto place = sql.find('%'); place != std::string::npos) {
        sql.replace(place, 1, text);
    } else {
        sql += "(" + text + ")";
    }
    return {std::move(sql), type};
}

bool Renderer::session_function(const Expression& expression, Rendered& out) {
    const std::string& name = expression.name;
    const auto now = [&] { return from_instant(facts_.now); };
    const auto constant = [&](Value value, TypeName type, int scale = 0) {
        const bool null = is_null(value);
        out = {sqlite_literal(value), type_of(type), false, true, null};
        out.type.scale = static_cast<std::uint8_t>(scale);
        if (const auto* const text = std::get_if<std::string>(&value);
            text != nullptr && out.type.is_text()) {
            out.type.length = text->size();
        }
        return true;
    };
    // Every call within a statement gives the same instant, fractions cut off as MySQL does.
    if (is_one_of(name,
                  {"NOW", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "UTC_TIMESTAMP"})) {
        const int scale = fraction_argument(expression);
        return constant(date_time_text(now(), scale), TypeName::datetime, scale);
    }
    if (is_one_of(name, {"CURTIME", "CURRENT_TIME", "UTC_TIME"})) {
        const int scale = fraction_argument(expression);
        return constant(date_time_text(now(), scale).substr(11), TypeName::time, scale);
    }
    if (name == "UNIX_TIMESTAMP" && expression.operands.size() == 1) {
        out =
            rendered("mysql_unix_timestamp(" + this->expression(*expression.operands[0]).sql + ")",
                     TypeName::bigint);
        return true;
    }
    const bool known = std::find(facts.begin(), facts.end(), name) != facts.end();
    if (!known) {
        return false;
    }
    if (!expression.operands.empty()) {
        throw not_supported("function " + name + " with an argument");
    }
    if (is_one_of(name, {"CURDATE", "CURRENT_DATE", "UTC_DATE"})) {
        return constant(date_text(now()), TypeName::date);
    }
    if (name == "UNIX_TIMESTAMP") {
        return constant(epoch_seconds(facts_.now), TypeName::bigint);
    }
    if (name == "VERSION") {
        return constant(facts_.variable("version", false), TypeName::varchar);
    }
    if (name == "DATABASE" || name == "SCHEMA") {
        return constant(facts_.database.empty() ? Value() : Value(facts_.database),
                        TypeName::varchar);
    }
    if (name == "CONNECTION_ID") {
        return constant(std::int64_t{facts_.connection_id}, TypeName::bigint);
    }
    if (name == "LAST_INSERT_ID" || name == "ROW_COUNT") {
        return constant(name == "ROW_COUNT" ? facts_.row_count : facts_.last_insert_id,
                        TypeName::bigint);
    }
    return constant(facts_.user + "@%", TypeName::varchar);
}

bool Renderer::special_function(const Expression& expression, Rendered& out) {
    const std::string& name = expression.name;
    if (!is_one_of(name, {"IF", "NULLIF", "ABS", "SIGN", "MOD", "ROUND", "GREATEST", "LEAST"})) {
        return false;
    }
    auto list = arguments(expression);
    const bool one_or_two = name == "ROUND" && (list.size() == 1 || list.size() == 2);
    const bool many = (name == "GREATEST" || name == "LEAST") && list.size() >= 2;
    const std::size_t expected = name == "IF" ? 3 : name == "ABS" || name == "SIGN" ? 1 : 2;
    if (!one_or_two && !many && list.size() != expected) {
        wrong_count(name);
    }
    const ColumnType& type = list.front().type;
    if (name == "IF") {
        const ColumnType merged = merged_type(list[1].type, list[2].type, "if");
        out = {"(CASE WHEN " + as_number(list[0]) + " THEN " + converted(list[1], merged).sql +
                   " ELSE " + converted(list[2], merged).sql + " END)",
               merged};
    } else if (name == "NULLIF") {
        out = {"(CASE WHEN " + compare("=", list[0], list[1]) + " THEN NULL ELSE " + list[0].sql +
                   " END)",
               type};
    } else if (name == "SIGN") {
        out = rendered("sign(" + as_number(list[0]) + ")", TypeName::bigint);
    } else if (name == "MOD") {
        throw not_supported("function MOD() (use the operator %)");
    } else if (name == "ABS") {
        const Rendered number = number_literal(list[0]);
        out = number.type.is_decimal() ? Rendered{"ltrim(" + number.sql + ",'-')", type}
              : number.type.is_integer()
                  ? rendered("abs(" + number.sql + ")", TypeName::bigint)
                  : rendered("abs(" + as_real(number) + ")", TypeName::double_number);
    } else if (name == "ROUND") {
        const std::string digits = list.size() == 2 ? list[1].sql : "0";
        const bool constant_digits =
            list.size() == 1 || (list[1].is_literal && list[1].type.is_integer());
        if (type.is_integer() && list.size() == 1) {
            out = list[0];
        } else if (type.is_decimal() && constant_digits && digits[0] != '-') {
            out = rendered("mysql_round_decimal(" + list[0].sql + "," + digits + ")",
                           TypeName::decimal);
            out.type.length = 38;
            out.type.scale = static_cast<std::uint8_t>(std::min(std::stoi(digits), 30));
        } else if (type.is_real() || type.is_text()) {
            out = rendered("mysql_round_real(" + list[0].sql + "," + digits + ")",
                           TypeName::double_number);
        } else {
            throw not_supported("ROUND with these arguments");
        }
    } else {
        const ColumnType merged = result_type(name, FunctionResult::merged, list);
        if (!merged.is_integer() && !merged.is_real()) {
            throw not_supported(name + " of anything but integers and doubles");
        }
        convert_all(list, merged);
        out = {(name == "LEAST" ? "min(" : "max(") + joined(list) + ")", merged};
    }
    return true;
}

}  // namespace orrery::rds
