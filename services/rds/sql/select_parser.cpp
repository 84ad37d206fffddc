#include "services/rds/mysql_error.h"
#include "services/rds/sql/expression_parser.h"
#include "services/rds/sql/text.h"

#include <utility>

namespace orrery::rds {

namespace {

/// What MySQL calls a column without an alias: its name, a string's text, or the expression as it
/// was written.
std::string label_of(const Expression& expression, std::string_view written) {
    if (expression.kind == Expression::Kind::column) {
        return expression.name;
    }
    const auto* const text = std::get_if<std::string>(&expression.value);
    if (expression.kind == Expression::Kind::literal && expression.type.is_text() &&
        text != nullptr) {
        return *text;
    }
    return std::string(written);
}

void parse_alias(TokenStream& tokens, SelectItem& item) {
    const bool has_as = tokens.accept_word("AS");
    if (tokens.peek().kind == Token::Kind::string) {
        item.label = tokens.expect_string();
    } else if (has_as || tokens.at_name()) {
        item.label = tokens.expect_name();
    } else {
        return;
    }
    item.has_alias = true;
}

SelectItem parse_item(TokenStream& tokens) {
    SelectItem item;
    if (tokens.accept_symbol("*")) {
        return item;
    }
    if (tokens.at_name() && tokens.is_symbol(".", 1)) {
        const bool qualified = tokens.is_symbol(".", 3);
        if (tokens.is_symbol("*", qualified ? 4 : 2)) {
            item.star_of.name = tokens.expect_name();
            tokens.take();
            if (qualified) {
                item.star_of.database = std::exchange(item.star_of.name, tokens.expect_name());
                tokens.take();
            }
            tokens.take();
            return item;
        }
    }
    const std::size_t begin = tokens.peek().begin;
    item.expression = parse_expression(tokens);
    const auto written = tokens.sql().substr(begin, tokens.peek().begin - begin);
    item.label =
        label_of(*item.expression, written.substr(0, written.find_last_not_of(" \t\r\n") + 1));
    parse_alias(tokens, item);
    return item;
}

void refuse_table_modifiers(const TokenStream& tokens) {
    for (const auto word : {"USE", "FORCE", "IGNORE", "PARTITION", "TABLESAMPLE"}) {
        if (tokens.is_word(word)) {
            throw not_supported(std::string(word) + " after a table's name");
        }
    }
}

TableReference parse_table_factor(TokenStream& tokens) {
    TableReference reference;
    if (tokens.accept_symbol("(")) {
        if (!tokens.is_word("SELECT")) {
            throw not_supported("joins in parentheses");
        }
        reference.derived = parse_select(tokens);
        tokens.expect_symbol(")");
    } else if (tokens.is_word("LATERAL") || tokens.is_word("JSON_TABLE")) {
        throw not_supported(to_upper(tokens.peek().text));
    } else {
        reference.table = parse_table_name(tokens);
    }
    const bool has_as = tokens.accept_word("AS");
    if (has_as || tokens.at_name()) {
        reference.alias = tokens.expect_name();
    } else if (reference.derived) {
        throw MysqlError(1248, "Every derived table must have its own alias");
    } else {
        reference.alias = reference.table.name;
    }
    refuse_table_modifiers(tokens);
    return reference;
}

/// The words between two tables; "" if no join follows.
std::string parse_join(TokenStream& tokens, bool& natural) {
    if (tokens.accept_symbol(",")) {
        return ",";
    }
    natural = tokens.accept_word("NATURAL");
    for (const auto side : {"LEFT", "RIGHT"}) {
        if (tokens.accept_word(side)) {
            tokens.accept_word("OUTER");
            tokens.expect_word("JOIN");
            return side;
        }
    }
    if (tokens.accept_words({"CROSS", "JOIN"}) || tokens.accept_words({"INNER", "JOIN"}) ||
        tokens.accept_word("JOIN") || tokens.accept_word("STRAIGHT_JOIN")) {
        return "INNER";
    }
    if (natural) {
        tokens.fail();
    }
    return {};
}

void parse_from(TokenStream& tokens, Select& select) {
    if (tokens.accept_word("DUAL")) {
        return;
    }
    select.from.push_back(parse_table_factor(tokens));
    for (;;) {
        bool natural = false;
        const std::string join = parse_join(tokens, natural);
        if (join.empty()) {
            return;
        }
        TableReference reference = parse_table_factor(tokens);
        reference.join = join;
        reference.natural = natural;
        if (join != "," && !natural) {
            if (tokens.accept_word("ON")) {
                reference.on = parse_expression(tokens);
            } else if (tokens.accept_word("USING")) {
                tokens.expect_symbol("(");
                do {
                    reference.using_columns.push_back(tokens.expect_name());
                } while (tokens.accept_symbol(","));
                tokens.expect_symbol(")");
            } else if (join != "INNER") {
                tokens.fail();
            }
        }
        select.from.push_back(std::move(reference));
    }
}

void parse_select_options(TokenStream& tokens, Select& select) {
    for (;;) {
        if (tokens.accept_word("DISTINCT") || tokens.accept_word("DISTINCTROW")) {
            select.distinct = true;
        } else if (tokens.is_word("SQL_CALC_FOUND_ROWS")) {
            throw not_supported("SQL_CALC_FOUND_ROWS");
        } else if (!tokens.accept_word("ALL") && !tokens.accept_word("SQL_NO_CACHE") &&
                   !tokens.accept_word("HIGH_PRIORITY")) {
            return;
        }
    }
}

std::unique_ptr<Select> parse_block(TokenStream& tokens) {
    if (tokens.is_symbol("(")) {
        throw not_supported("query in parentheses");
    }
    if (tokens.is_word("TABLE") || tokens.is_word("VALUES")) {
        throw not_supported(to_upper(tokens.peek().text) + " statement");
    }
    tokens.expect_word("SELECT");
    auto select = std::make_unique<Select>();
    parse_select_options(tokens, *select);
    do {
        select->items.push_back(parse_item(tokens));
    } while (tokens.accept_symbol(","));
    if (tokens.is_word("INTO")) {
        throw not_supported("SELECT ... INTO");
    }
    if (tokens.accept_word("FROM")) {
        parse_from(tokens, *select);
    }
    if (tokens.accept_word("WHERE")) {
        select->where = parse_expression(tokens);
    }
    if (tokens.accept_words({"GROUP", "BY"})) {
        do {
            select->group_by.push_back(parse_expression(tokens));
        } while (tokens.accept_symbol(","));
        if (tokens.is_word("WITH")) {
            throw not_supported("GROUP BY ... WITH ROLLUP");
        }
    }
    if (tokens.accept_word("HAVING")) {
        select->having = parse_expression(tokens);
    }
    if (tokens.is_word("WINDOW")) {
        throw not_supported("WINDOW");
    }
    return select;
}

void parse_lock(TokenStream& tokens, Select& select) {
    if (tokens.accept_words({"LOCK", "IN", "SHARE", "MODE"})) {
        select.lock = RowLock::share;
    } else if (tokens.accept_word("FOR")) {
        select.lock = tokens.accept_word("SHARE") ? RowLock::share : RowLock::update;
        if (select.lock == RowLock::update) {
            tokens.expect_word("UPDATE");
        }
        for (const auto word : {"OF", "NOWAIT", "SKIP"}) {
            if (tokens.is_word(word)) {
                throw not_supported("FOR UPDATE " + std::string(word));
            }
        }
    }
}

}  // namespace

ExpressionPtr parse_row_count(TokenStream& tokens) {
    if (tokens.peek().kind != Token::Kind::integer) {
        tokens.fail();
    }
    auto count = make_number(tokens.take());
    // [MySQL manual: SELECT] a large number up to 2^64-1 says "all the rest".
    return std::holds_alternative<std::int64_t>(count->value)
               ? std::move(count)
               : make_literal(std::int64_t{INT64_MAX}, type_of(TypeName::bigint));
}

std::unique_ptr<Select> parse_select(TokenStream& tokens) {
    const TokenStream::Nesting nesting(tokens);
    auto select = parse_block(tokens);
    while (tokens.accept_word("UNION")) {
        Select::Arm arm;
        arm.all = tokens.accept_word("ALL");
        if (!arm.all) {
            tokens.accept_word("DISTINCT");
        }
        arm.select = parse_block(tokens);
        select->arms.push_back(std::move(arm));
    }
    if (tokens.is_word("EXCEPT") || tokens.is_word("INTERSECT")) {
        throw not_supported(to_upper(tokens.peek().text));
    }
    if (tokens.accept_words({"ORDER", "BY"})) {
        do {
            OrderItem item{parse_expression(tokens), false};
            item.descending = tokens.accept_word("DESC");
            if (!item.descending) {
                tokens.accept_word("ASC");
            }
            select->order_by.push_back(std::move(item));
        } while (tokens.accept_symbol(","));
    }
    if (tokens.accept_word("LIMIT")) {
        select->limit = parse_row_count(tokens);
        if (tokens.accept_symbol(",")) {
            select->offset = std::exchange(select->limit, parse_row_count(tokens));
        } else if (tokens.accept_word("OFFSET")) {
            select->offset = parse_row_count(tokens);
        }
    }
    parse_lock(tokens, *select);
    return select;
}

}  // namespace orrery::rds
