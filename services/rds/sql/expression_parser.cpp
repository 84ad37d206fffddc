#include "services/rds/sql/expression_parser.h"

#include "services/rds/mysql_error.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <array>
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
        for (auto& item : parse_expressions(tokens)) {
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

std::vector<ExpressionPtr> parse_expressions(TokenStream& tokens) {
    std::vector<ExpressionPtr> list;
    do {
        list.push_back(parse_expression(tokens));
    } while (tokens.accept_symbol(","));
    return list;
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

}  // namespace orrery::rds
