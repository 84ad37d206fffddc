#include "services/rds/mysql_error.h"
#include "services/rds/sql/expression_parser.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace orrery::rds {

namespace {

ExpressionPtr parse_case(TokenStream& tokens) {
    auto expression = make_expression(Expression::Kind::conditional);
    if (!tokens.is_word("WHEN")) {
        expression->has_base = true;
        expression->operands.push_back(parse_expression(tokens));
    }
    do {
        tokens.expect_word("WHEN");
        expression->operands.push_back(parse_expression(tokens));
        tokens.expect_word("THEN");
        expression->operands.push_back(parse_expression(tokens));
    } while (tokens.is_word("WHEN"));
    if (tokens.accept_word("ELSE")) {
        expression->has_else = true;
        expression->operands.push_back(parse_expression(tokens));
    }
    tokens.expect_word("END");
    return expression;
}

ExpressionPtr parse_cast(TokenStream& tokens, bool comma) {
    auto expression = make_expression(Expression::Kind::cast);
    tokens.expect_symbol("(");
    expression->operands.push_back(parse_expression(tokens));
    if (comma && tokens.accept_word("USING")) {
        expression->type = type_of(TypeName::varchar);
        expression->type.collation = &expect_character_set(tokens.take().text);
    } else {
        comma ? tokens.expect_symbol(",") : tokens.expect_word("AS");
        expression->type = parse_cast_type(tokens);
    }
    tokens.expect_symbol(")");
    return expression;
}

ExpressionPtr parse_system_variable(TokenStream& tokens) {
    auto expression = make_expression(Expression::Kind::system_variable);
    std::string name = to_lower(tokens.take().text);
    if ((name == "session" || name == "local" || name == "global") && tokens.accept_symbol(".")) {
        expression->table = name == "global" ? "global" : "session";
        name = to_lower(tokens.take().text);
    }
    expression->name = std::move(name);
    return expression;
}

ExpressionPtr parse_column(TokenStream& tokens) {
    auto expression = make_expression(Expression::Kind::column, tokens.expect_name());
    while (tokens.accept_symbol(".")) {
        if (!expression->database.empty()) {
            tokens.fail();
        }
        expression->database = std::exchange(expression->table, expression->name);
        // After a '.', even a reserved word is a name.
        if (tokens.peek().kind != Token::Kind::word &&
            tokens.peek().kind != Token::Kind::identifier) {
            tokens.fail();
        }
        expression->name = tokens.take().text;
    }
    if (tokens.is_symbol("->") || tokens.is_symbol("->>")) {
        throw not_supported("JSON operator " + tokens.peek().text);
    }
    return expression;
}

ExpressionPtr parse_function(TokenStream& tokens) {
    auto expression = make_expression(Expression::Kind::function, to_upper(tokens.take().text));
    tokens.expect_symbol("(");
    if (expression->name == "VALUES") {
        expression->kind = Expression::Kind::inserted;
        expression->name = tokens.expect_name();
    } else if (tokens.accept_symbol("*")) {
        expression->operands.push_back(make_expression(Expression::Kind::star));
    } else if (!tokens.is_symbol(")")) {
        expression->distinct = tokens.accept_word("DISTINCT");
        expression->operands = parse_expressions(tokens);
    }
    for (const auto clause : {"ORDER", "SEPARATOR", "FROM", "FOR", "AS", "USING", "IN"}) {
        if (tokens.is_word(clause)) {
            throw not_supported(expression->name + "(... " + clause + " ...)");
        }
    }
    tokens.expect_symbol(")");
    if (tokens.is_word("OVER")) {
        throw not_supported("window function " + expression->name + "() OVER");
    }
    return expression;
}

/// Names that are functions without parentheses, and reserved words that are functions with them.
constexpr std::array<std::string_view, 9> bare_functions{"CURRENT_DATE",
                                                         "CURRENT_TIME",
                                                         "CURRENT_TIMESTAMP",
                                                         "CURRENT_USER",
                                                         "LOCALTIME",
                                                         "LOCALTIMESTAMP",
                                                         "UTC_DATE",
                                                         "UTC_TIME",
                                                         "UTC_TIMESTAMP"};
constexpr std::array<std::string_view, 12> reserved_functions{"IF",
                                                              "LEFT",
                                                              "RIGHT",
                                                              "REPLACE",
                                                              "REPEAT",
                                                              "DATABASE",
                                                              "SCHEMA",
                                                              "MOD",
                                                              "CHAR",
                                                              "VALUES",
                                                              "INSERT",
                                                              "GROUPING"};

template <typename List>
bool is_one_of(const TokenStream& tokens, const List& words) {
    return std::any_of(words.begin(), words.end(), [&](auto word) { return tokens.is_word(word); });
}

ExpressionPtr parse_word(TokenStream& tokens) {
    if (tokens.accept_word("NULL")) {
        return make_literal({}, type_of(TypeName::null));
    }
    if (tokens.is_word("TRUE") || tokens.is_word("FALSE")) {
        return make_literal(std::int64_t{tokens.take().text.size() == 4},
                            type_of(TypeName::bigint));
    }
    if (tokens.accept_word("CASE")) {
        return parse_case(tokens);
    }
    if (tokens.is_word("CAST") && tokens.is_symbol("(", 1)) {
        tokens.take();
        return parse_cast(tokens, false);
    }
    if (tokens.accept_word("CONVERT")) {
        return parse_cast(tokens, true);
    }
    if (tokens.is_word("DEFAULT") && !tokens.is_symbol("(", 1)) {
        tokens.take();
        return make_expression(Expression::Kind::default_value);
    }
    if (tokens.accept_word("EXISTS")) {
        auto expression = make_expression(Expression::Kind::exists);
        tokens.expect_symbol("(");
        expression->select = parse_select(tokens);
        tokens.expect_symbol(")");
        return expression;
    }
    for (const auto word : {"INTERVAL", "MATCH", "ROW"}) {
        if (tokens.is_word(word)) {
            throw not_supported(word);
        }
    }
    for (const auto word : {"CUME_DIST",
                            "DENSE_RANK",
                            "FIRST_VALUE",
                            "LAG",
                            "LAST_VALUE",
                            "LEAD",
                            "NTH_VALUE",
                            "NTILE",
                            "PERCENT_RANK",
                            "RANK",
                            "ROW_NUMBER"}) {
        if (tokens.is_word(word) && tokens.is_symbol("(", 1)) {
            throw not_supported(std::string("window function ") + word + "()");
        }
    }
    for (const auto word : {"DATE", "TIME", "TIMESTAMP"}) {
        if (tokens.is_word(word) && tokens.peek(1).kind == Token::Kind::string) {
            throw not_supported(word + std::string(" '...'"));
        }
    }
    if (is_one_of(tokens, bare_functions) && !tokens.is_symbol("(", 1)) {
        return make_expression(Expression::Kind::function, to_upper(tokens.take().text));
    }
    const bool may_call = tokens.at_name() || is_one_of(tokens, bare_functions) ||
                          is_one_of(tokens, reserved_functions);
    if (may_call && tokens.peek().kind == Token::Kind::word && tokens.is_symbol("(", 1)) {
        return parse_function(tokens);
    }
    return parse_column(tokens);
}

ExpressionPtr parse_parenthesis(TokenStream& tokens) {
    tokens.expect_symbol("(");
    if (tokens.is_word("SELECT")) {
        auto expression = make_expression(Expression::Kind::subquery);
        expression->select = parse_select(tokens);
        tokens.expect_symbol(")");
        return expression;
    }
    auto list = parse_expressions(tokens);
    tokens.expect_symbol(")");
    if (list.size() == 1) {
        return std::move(list.front());
    }
    auto expression = make_expression(Expression::Kind::row);
    expression->operands = std::move(list);
    return expression;
}

}  // namespace

ExpressionPtr parse_primary(TokenStream& tokens) {
    switch (tokens.peek().kind) {
        case Token::Kind::string: return make_text(tokens.expect_string());
        case Token::Kind::bytes:
            return make_literal(Blob{tokens.take().text}, type_of(TypeName::varbinary));
        case Token::Kind::integer:
        case Token::Kind::decimal:
        case Token::Kind::real: return make_number(tokens.take());
        case Token::Kind::identifier: return parse_column(tokens);
        case Token::Kind::word: return parse_word(tokens);
        default: break;
    }
    if (tokens.is_symbol("(")) {
        return parse_parenthesis(tokens);
    }
    if (tokens.accept_symbol("@@")) {
        return parse_system_variable(tokens);
    }
    if (tokens.is_symbol("@")) {
        throw not_supported("user variable @" + tokens.peek(1).text);
    }
    if (tokens.is_symbol("?")) {
        throw not_supported("parameter marker ?");
    }
    tokens.fail();
}

ExpressionPtr make_literal(Value value, const ColumnType& type) {
    auto expression = make_expression(Expression::Kind::literal);
    expression->value = std::move(value);
    expression->type = type;
    return expression;
}

ExpressionPtr make_text(std::string text) {
    auto type = type_of(TypeName::varchar);
    type.length = count_code_points(text);
    return make_literal(std::move(text), type);
}

ExpressionPtr make_number(const Token& token) {
    const char* const end = token.text.data() + token.text.size();
    if (token.kind == Token::Kind::real) {
        double number = 0;
        if (std::from_chars(token.text.data(), end, number).ec != std::errc()) {
            throw MysqlError(
                1367, "Illegal double " + in_quotes(token.text) + " value found during parsing");
        }
        return make_literal(number, type_of(TypeName::double_number));
    }
    std::int64_t number = 0;
    if (token.kind == Token::Kind::integer &&
        std::from_chars(token.text.data(), end, number).ec == std::errc()) {
        return make_literal(number, type_of(TypeName::bigint));
    }
    auto type = type_of(TypeName::decimal);
    const auto point = token.text.find('.');
    const auto digits = token.text.size() - (point == std::string::npos ? 0 : 1);
    const auto scale = point == std::string::npos ? 0 : token.text.size() - point - 1;
    if (digits > 38 || scale > 30) {
        throw not_supported("number of more than 38 digits: " + token.text.substr(0, 64));
    }
    type.length = digits;
    type.scale = static_cast<std::uint8_t>(scale);
    std::string text = token.text.front() == '.' ? "0" + token.text : token.text;
    if (text.back() == '.') {
        text.pop_back();
    }
    return make_literal(std::move(text), type);
}

}  // namespace orrery::rds
