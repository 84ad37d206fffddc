#include "services/rds/sql/expression_parser.h"

#include "services/rds/mysql_error.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace orrery::rds {

namespace {

ExpressionPtr parse_unary(TokenStream& tokens);
ExpressionPtr parse_bits(TokenStream& tokens);

/// SQLite refuses trees deeper than 1,000, and walking one must not exhaust the stack.
constexpr int longest_chain = 500;

ExpressionPtr make_binary(Expression::Kind kind,
                          std::string name,
                          ExpressionPtr left,
                          ExpressionPtr right) {
    auto expression = make_expression(kind, std::move(name));
    expression->depth = 1 + std::max(left->depth, right->depth);
    if (expression->depth > longest_chain) {
        throw not_supported("more than " + std::to_string(longest_chain) + " operators in a row");
    }
    expression->operands.push_back(std::move(left));
    expression->operands.push_back(std::move(right));
    return expression;
}

/// Binary operators by strength, weakest first; each level is left-associative [MySQL manual:
/// operator precedence].
struct Operator {
    std::string_view written;
    std::string_view name;
};
using Level = std::vector<Operator>;
const std::array<Level, 6>& arithmetic_levels() {
    static const std::array<Level, 6> levels{{
        {{"|", "|"}},
        {{"&", "&"}},
        {{"<<", "<<"}, {">>", ">>"}},
        {{"+", "+"}, {"-", "-"}},
        {{"*", "*"}, {"/", "/"}, {"%", "%"}, {"MOD", "%"}, {"DIV", "DIV"}},
        {{"^", "^"}},
    }};
    return levels;
}

ExpressionPtr parse_level(TokenStream& tokens, std::size_t level) {
    const auto& levels = arithmetic_levels();
    const auto next = [&] {
        return level + 1 == levels.size() ? parse_unary(tokens) : parse_level(tokens, level + 1);
    };
    ExpressionPtr left = next();
    for (;;) {
        const auto& operators = levels[level];
        const auto found =
            std::find_if(operators.begin(), operators.end(), [&](const Operator& row) {
                return tokens.is_symbol(row.written) || tokens.is_word(row.written);
            });
        if (found == operators.end()) {
            return left;
        }
        tokens.take();
        left = make_binary(
            Expression::Kind::binary, std::string(found->name), std::move(left), next());
    }
}

ExpressionPtr parse_bits(TokenStream& tokens) {
    return parse_level(tokens, 0);
}

std::vector<ExpressionPtr> parse_list(TokenStream& tokens) {
    std::vector<ExpressionPtr> list;
    do {
        list.push_back(parse_expression(tokens));
    } while (tokens.accept_symbol(","));
    return list;
}

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
        expression->operands = parse_list(tokens);
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
    auto list = parse_list(tokens);
    tokens.expect_symbol(")");
    if (list.size() == 1) {
        return std::move(list.front());
    }
    auto expression = make_expression(Expression::Kind::row);
    expression->operands = std::move(list);
    return expression;
}

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

ExpressionPtr parse_unary(TokenStream& tokens) {
    const TokenStream::Nesting nesting(tokens);
    ExpressionPtr expression;
    if (tokens.accept_symbol("-")) {
        expression = make_expression(Expression::Kind::unary, "-");
        expression->operands.push_back(parse_unary(tokens));
    } else if (tokens.accept_symbol("+")) {
        expression = parse_unary(tokens);
    } else if (tokens.accept_symbol("~")) {
        expression = make_expression(Expression::Kind::unary, "~");
        expression->operands.push_back(parse_unary(tokens));
    } else if (tokens.accept_symbol("!")) {
        expression = make_expression(Expression::Kind::unary, "NOT");
        expression->operands.push_back(parse_unary(tokens));
    } else if (tokens.accept_word("BINARY")) {
        expression = make_expression(Expression::Kind::collate, "binary");
        expression->operands.push_back(parse_unary(tokens));
    } else {
        expression = parse_primary(tokens);
    }
    while (tokens.accept_word("COLLATE")) {
        auto collated = make_expression(Expression::Kind::collate);
        collated->name = std::string(expect_collation(tokens.take().text).name);
        collated->operands.push_back(std::move(expression));
        expression = std::move(collated);
    }
    return expression;
}

ExpressionPtr parse_in(TokenStream& tokens, ExpressionPtr left) {
    tokens.expect_symbol("(");
    auto expression = make_expression(Expression::Kind::in_list);
    expression->operands.push_back(std::move(left));
    if (tokens.is_word("SELECT")) {
        expression->kind = Expression::Kind::in_select;
        expression->select = parse_select(tokens);
    } else {
        for (auto& item : parse_list(tokens)) {
            expression->operands.push_back(std::move(item));
        }
    }
    tokens.expect_symbol(")");
    return expression;
}

/// [NOT] IN, LIKE, BETWEEN after a value; null if none follows.
ExpressionPtr parse_predicate(TokenStream& tokens, ExpressionPtr& left) {
    const std::size_t skip = tokens.is_word("NOT") ? 1 : 0;
    const auto accept = [&](std::string_view word) {
        return skip == 1 ? tokens.accept_words({"NOT", word}) : tokens.accept_word(word);
    };
    ExpressionPtr expression;
    if (accept("IN")) {
        expression = parse_in(tokens, std::move(left));
    } else if (accept("LIKE")) {
        expression =
            make_binary(Expression::Kind::like, "LIKE", std::move(left), parse_unary(tokens));
        if (tokens.accept_word("ESCAPE")) {
            expression->operands.push_back(parse_unary(tokens));
        }
    } else if (accept("BETWEEN")) {
        expression =
            make_binary(Expression::Kind::between, "BETWEEN", std::move(left), parse_bits(tokens));
        tokens.expect_word("AND");
        expression->operands.push_back(parse_bits(tokens));
    } else if (tokens.is_word("REGEXP", skip) || tokens.is_word("RLIKE", skip)) {
        throw not_supported("REGEXP");
    } else if (tokens.is_word("SOUNDS", skip) || tokens.is_word("MEMBER", skip)) {
        throw not_supported(to_upper(tokens.peek(skip).text));
    } else {
        return nullptr;
    }
    expression->negated = skip == 1;
    return expression;
}

ExpressionPtr parse_is(TokenStream& tokens, ExpressionPtr left) {
    auto expression = make_expression(Expression::Kind::is);
    expression->negated = tokens.accept_word("NOT");
    for (const auto word : {"NULL", "TRUE", "FALSE", "UNKNOWN"}) {
        if (tokens.accept_word(word)) {
            expression->name = word;
            expression->operands.push_back(std::move(left));
            return expression;
        }
    }
    tokens.fail();
}

ExpressionPtr parse_comparison(TokenStream& tokens) {
    constexpr std::array<std::string_view, 8> operators{
        "=", "<=>", ">=", ">", "<=", "<", "<>", "!="};
    ExpressionPtr left = parse_bits(tokens);
    for (;;) {
        if (auto predicate = parse_predicate(tokens, left)) {
            left = std::move(predicate);
            continue;
        }
        if (tokens.accept_word("IS")) {
            left = parse_is(tokens, std::move(left));
            continue;
        }
        const auto found = std::find_if(operators.begin(), operators.end(), [&](auto symbol) {
            return tokens.is_symbol(symbol);
        });
        if (found == operators.end()) {
            return left;
        }
        tokens.take();
        if ((tokens.is_word("ALL") || tokens.is_word("ANY") || tokens.is_word("SOME")) &&
            tokens.is_symbol("(", 1)) {
            throw not_supported("comparison with " + to_upper(tokens.peek().text) + " (subquery)");
        }
        left = make_binary(Expression::Kind::comparison,
                           *found == "!=" ? "<>" : std::string(*found),
                           std::move(left),
                           parse_bits(tokens));
    }
}

ExpressionPtr parse_not(TokenStream& tokens) {
    if (!tokens.accept_word("NOT")) {
        return parse_comparison(tokens);
    }
    const TokenStream::Nesting nesting(tokens);
    auto expression = make_expression(Expression::Kind::unary, "NOT");
    expression->operands.push_back(parse_not(tokens));
    return expression;
}

ExpressionPtr parse_and(TokenStream& tokens) {
    ExpressionPtr left = parse_not(tokens);
    while (tokens.accept_word("AND") || tokens.accept_symbol("&&")) {
        left = make_binary(Expression::Kind::binary, "AND", std::move(left), parse_not(tokens));
    }
    return left;
}

ExpressionPtr parse_xor(TokenStream& tokens) {
    ExpressionPtr left = parse_and(tokens);
    while (tokens.accept_word("XOR")) {
        left = make_binary(Expression::Kind::binary, "XOR", std::move(left), parse_and(tokens));
    }
    return left;
}

}  // namespace

ExpressionPtr parse_expression(TokenStream& tokens) {
    const TokenStream::Nesting nesting(tokens);
    ExpressionPtr left = parse_xor(tokens);
    for (;;) {
        if (tokens.is_symbol("||") && tokens.mode().pipes_as_concat) {
            throw not_supported("|| with sql_mode PIPES_AS_CONCAT");
        }
        if (!tokens.accept_word("OR") && !tokens.accept_symbol("||")) {
            return left;
        }
        left = make_binary(Expression::Kind::binary, "OR", std::move(left), parse_xor(tokens));
    }
}

TableName parse_table_name(TokenStream& tokens) {
    TableName table{"", tokens.expect_name()};
    if (tokens.accept_symbol(".")) {
        table.database = std::move(table.name);
        table.name =
            tokens.peek().kind == Token::Kind::word ? tokens.take().text : tokens.expect_name();
    }
    return table;
}

ExpressionPtr make_expression(Expression::Kind kind, std::string name) {
    auto expression = std::make_unique<Expression>();
    expression->kind = kind;
    expression->name = std::move(name);
    return expression;
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
                1367, "Illegal double " + quoted(token.text) + " value found during parsing");
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
