#include "services/rds/mysql_error.h"
#include "services/rds/sql/expression_parser.h"
#include "services/rds/sql/statement_parsers.h"
#include "services/rds/sql/text.h"

namespace orrery::rds {

namespace {

/// "c", "t.c" or "d.t.c" where only a column of the one table can be meant.
std::string parse_assigned_column(TokenStream& tokens) {
    std::string name = tokens.expect_name();
    while (tokens.accept_symbol(".")) {
        name = tokens.take().text;
    }
    return name;
}

std::vector<Assignment> parse_assignments(TokenStream& tokens) {
    std::vector<Assignment> assignments;
    do {
        Assignment assignment{parse_assigned_column(tokens), nullptr};
        if (!tokens.accept_symbol(":=")) {
            tokens.expect_symbol("=");
        }
        assignment.value = parse_expression(tokens);
        assignments.push_back(std::move(assignment));
    } while (tokens.accept_symbol(","));
    return assignments;
}

void parse_rows(TokenStream& tokens, Insert& insert) {
    do {
        if (tokens.is_word("ROW")) {
            throw not_supported("VALUES ROW(...)");
        }
        tokens.expect_symbol("(");
        std::vector<ExpressionPtr> row;
        if (!tokens.is_symbol(")")) {
            do {
                row.push_back(parse_expression(tokens));
            } while (tokens.accept_symbol(","));
        }
        tokens.expect_symbol(")");
        insert.rows.push_back(std::move(row));
    } while (tokens.accept_symbol(","));
}

void parse_source(TokenStream& tokens, Insert& insert) {
    if (tokens.accept_word("VALUES") || tokens.accept_word("VALUE")) {
        parse_rows(tokens, insert);
    } else if (tokens.is_word("SELECT")) {
        insert.select = parse_select(tokens);
    } else if (!insert.names_columns && tokens.accept_word("SET")) {
        insert.names_columns = true;
        insert.rows.emplace_back();
        for (auto& assignment : parse_assignments(tokens)) {
            insert.columns.push_back(std::move(assignment.column));
            insert.rows.back().push_back(std::move(assignment.value));
        }
    } else {
        tokens.fail();
    }
}

void parse_order_and_limit(TokenStream& tokens,
                           std::vector<OrderItem>& order_by,
                           ExpressionPtr& limit) {
    if (tokens.accept_words({"ORDER", "BY"})) {
        do {
            OrderItem item{parse_expression(tokens), false};
            item.descending = tokens.accept_word("DESC");
            if (!item.descending) {
                tokens.accept_word("ASC");
            }
            order_by.push_back(std::move(item));
        } while (tokens.accept_symbol(","));
    }
    if (tokens.accept_word("LIMIT")) {
        limit = parse_row_count(tokens);
    }
}

/// [AS] alias, of the one table of UPDATE or DELETE; its name if there is none.
std::string parse_table_alias(TokenStream& tokens, const TableName& table) {
    const bool has_as = tokens.accept_word("AS");
    return has_as || tokens.at_name() ? tokens.expect_name() : table.name;
}

void refuse_several_tables(const TokenStream& tokens, const char* statement) {
    for (const auto word :
         {"JOIN", "INNER", "LEFT", "RIGHT", "CROSS", "NATURAL", "STRAIGHT_JOIN", "USING", "FROM"}) {
        if (tokens.is_word(word)) {
            throw not_supported(std::string("multiple-table ") + statement);
        }
    }
    if (tokens.is_symbol(",") || tokens.is_symbol(".")) {
        throw not_supported(std::string("multiple-table ") + statement);
    }
}

void refuse_ignore(const TokenStream& tokens, const char* statement) {
    if (tokens.is_word("IGNORE")) {
        throw not_supported(std::string(statement) + " IGNORE");
    }
}

}  // namespace

Insert parse_insert(TokenStream& tokens, Insert::Mode mode) {
    Insert insert;
    insert.mode = mode;
    while (tokens.accept_word("LOW_PRIORITY") || tokens.accept_word("HIGH_PRIORITY") ||
           tokens.accept_word("DELAYED")) {
    }
    if (mode == Insert::Mode::insert && tokens.accept_word("IGNORE")) {
        insert.mode = Insert::Mode::ignore;
    }
    tokens.accept_word("INTO");
    insert.table = parse_table_name(tokens);
    if (tokens.is_word("PARTITION")) {
        throw not_supported("INSERT ... PARTITION");
    }
    if (tokens.is_symbol("(") && !tokens.is_word("SELECT", 1)) {
        tokens.take();
        insert.names_columns = !tokens.is_symbol(")");
        if (insert.names_columns) {
            do {
                insert.columns.push_back(parse_assigned_column(tokens));
            } while (tokens.accept_symbol(","));
        }
        tokens.expect_symbol(")");
    }
    parse_source(tokens, insert);
    if (!insert.select && tokens.accept_word("AS")) {
        insert.row_alias = tokens.expect_name();
        if (tokens.is_symbol("(")) {
            throw not_supported("INSERT ... AS alias (columns)");
        }
    }
    if (mode == Insert::Mode::insert && tokens.accept_words({"ON", "DUPLICATE", "KEY", "UPDATE"})) {
        insert.on_duplicate = parse_assignments(tokens);
    }
    return insert;
}

Update parse_update(TokenStream& tokens) {
    tokens.accept_word("LOW_PRIORITY");
    refuse_ignore(tokens, "UPDATE");
    Update update;
    update.table = parse_table_name(tokens);
    refuse_several_tables(tokens, "UPDATE");
    update.alias = parse_table_alias(tokens, update.table);
    refuse_several_tables(tokens, "UPDATE");
    tokens.expect_word("SET");
    update.assignments = parse_assignments(tokens);
    if (tokens.accept_word("WHERE")) {
        update.where = parse_expression(tokens);
    }
    parse_order_and_limit(tokens, update.order_by, update.limit);
    return update;
}

Delete parse_delete(TokenStream& tokens) {
    tokens.accept_word("LOW_PRIORITY");
    tokens.accept_word("QUICK");
    refuse_ignore(tokens, "DELETE");
    Delete statement;
    if (!tokens.accept_word("FROM")) {
        if (tokens.at_name()) {
            throw not_supported("multiple-table DELETE");
        }
        tokens.fail();
    }
    statement.table = parse_table_name(tokens);
    refuse_several_tables(tokens, "DELETE");
    statement.alias = parse_table_alias(tokens, statement.table);
    refuse_several_tables(tokens, "DELETE");
    if (tokens.accept_word("WHERE")) {
        statement.where = parse_expression(tokens);
    }
    parse_order_and_limit(tokens, statement.order_by, statement.limit);
    return statement;
}

}  // namespace orrery::rds
