#include "services/rds/mysql_error.h"
#include "services/rds/sql/expression_parser.h"
#include "services/rds/sql/statement_parsers.h"
#include "services/rds/sql/text.h"

namespace orrery::rds {

namespace {

using Setting = SetStatement::Setting;

/// A value of SET: a bare word is text (SET sql_mode = ANSI), ON included.
ExpressionPtr parse_value(TokenStream& tokens) {
    if (tokens.accept_word("DEFAULT")) {
        return nullptr;
    }
    const bool is_bare_word = tokens.peek().kind == Token::Kind::word &&
                              !tokens.is_symbol("(", 1) && !tokens.is_word("NULL") &&
                              !tokens.is_word("TRUE") && !tokens.is_word("FALSE");
    return is_bare_word ? make_text(tokens.take().text) : parse_expression(tokens);
}

Setting parse_names(TokenStream& tokens) {
    Setting setting;
    setting.name = "names";
    setting.value = parse_value(tokens);
    if (tokens.accept_word("COLLATE")) {
        setting.collation = tokens.take().text;
    }
    return setting;
}

Setting parse_setting(TokenStream& tokens) {
    if (tokens.accept_word("NAMES")) {
        return parse_names(tokens);
    }
    if (tokens.is_symbol("@")) {
        throw not_supported("user variable @" + tokens.peek(1).text);
    }
    if (tokens.is_word("PASSWORD") || tokens.is_word("ROLE") || tokens.is_word("RESOURCE")) {
        throw not_supported("SET " + to_upper(tokens.peek().text));
    }
    if (tokens.accept_words({"CHARACTER", "SET"}) || tokens.accept_word("CHARSET")) {
        return {SetStatement::Scope::session, "names", parse_value(tokens), ""};
    }
    Setting setting;
    const bool at_sign = tokens.accept_symbol("@@");
    if (tokens.is_word("GLOBAL") || tokens.is_word("PERSIST") || tokens.is_word("PERSIST_ONLY")) {
        setting.scope = SetStatement::Scope::global;
        tokens.take();
        at_sign ? tokens.expect_symbol(".") : void();
    } else if (tokens.accept_word("SESSION") || tokens.accept_word("LOCAL")) {
        at_sign ? tokens.expect_symbol(".") : void();
        if (!at_sign) {
            tokens.accept_symbol("@@");
        }
    }
    setting.name = to_lower(tokens.expect_name());
    if (!tokens.accept_symbol(":=")) {
        tokens.expect_symbol("=");
    }
    setting.value = parse_value(tokens);
    return setting;
}

void parse_like(TokenStream& tokens, Show& show) {
    if (tokens.is_word("WHERE")) {
        throw not_supported("SHOW ... WHERE");
    }
    if (tokens.accept_word("LIKE")) {
        show.like = tokens.expect_string();
    }
}

void parse_table_of(TokenStream& tokens, Show& show) {
    if (!tokens.accept_word("FROM")) {
        tokens.expect_word("IN");
    }
    show.table = parse_table_name(tokens);
    if (tokens.accept_word("FROM") || tokens.accept_word("IN")) {
        show.table.database = tokens.expect_name();
    }
}

}  // namespace

SetStatement parse_set(TokenStream& tokens) {
    SetStatement statement;
    do {
        statement.settings.push_back(parse_setting(tokens));
    } while (tokens.accept_symbol(","));
    return statement;
}

Show parse_show(TokenStream& tokens) {
    Show show;
    show.full = tokens.accept_word("FULL");
    if (tokens.accept_word("DATABASES") || tokens.accept_word("SCHEMAS")) {
        parse_like(tokens, show);
    } else if (tokens.accept_word("TABLES")) {
        show.kind = Show::Kind::tables;
        if (tokens.accept_word("FROM") || tokens.accept_word("IN")) {
            show.table.database = tokens.expect_name();
        }
        parse_like(tokens, show);
    } else if (tokens.accept_word("COLUMNS") || tokens.accept_word("FIELDS")) {
        show.kind = Show::Kind::columns;
        parse_table_of(tokens, show);
        parse_like(tokens, show);
    } else if (tokens.accept_words({"CREATE", "TABLE"})) {
        show.kind = Show::Kind::create_table;
        show.table = parse_table_name(tokens);
    } else if (tokens.accept_word("VARIABLES") || tokens.accept_words({"SESSION", "VARIABLES"}) ||
               tokens.accept_words({"GLOBAL", "VARIABLES"})) {
        show.kind = Show::Kind::variables;
        parse_like(tokens, show);
    } else if (tokens.accept_word("WARNINGS")) {
        show.kind = Show::Kind::warnings;
    } else if (tokens.accept_word("ERRORS")) {
        show.kind = Show::Kind::errors;
    } else {
        throw not_supported("SHOW " + to_upper(tokens.peek().text));
    }
    return show;
}

Show parse_describe(TokenStream& tokens) {
    for (const auto word :
         {"SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "FORMAT", "ANALYZE"}) {
        if (tokens.is_word(word)) {
            throw not_supported("EXPLAIN of a statement");
        }
    }
    Show show;
    show.kind = Show::Kind::columns;
    show.table = parse_table_name(tokens);
    if (tokens.peek().kind == Token::Kind::string) {
        show.like = tokens.expect_string();
    } else if (tokens.at_name()) {
        show.like = tokens.expect_name();
    }
    return show;
}

}  // namespace orrery::rds
