#include "services/rds/mysql_error.h"
#include "services/rds/sql/expression_parser.h"
#include "services/rds/sql/statement_parsers.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

namespace {

void add_key(CreateTable& create, KeyDefinition key) {
    if (key.kind == KeyDefinition::Kind::primary) {
        const bool again =
            std::any_of(create.keys.begin(), create.keys.end(), [](const KeyDefinition& other) {
                return other.kind == KeyDefinition::Kind::primary;
            });
        if (again) {
            throw MysqlError(1068, "Multiple primary key defined");
        }
        key.name = "PRIMARY";
    }
    create.keys.push_back(std::move(key));
}

bool accept_now(TokenStream& tokens) {
    for (const auto word : {"CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"}) {
        if (tokens.accept_word(word)) {
            if (tokens.accept_symbol("(")) {
                if (!tokens.is_symbol(")")) {
                    tokens.expect_integer();
                }
                tokens.expect_symbol(")");
            }
            return true;
        }
    }
    return false;
}

Value parse_default_literal(TokenStream& tokens) {
    const bool negative = tokens.accept_symbol("-");
    if (!negative) {
        tokens.accept_symbol("+");
    }
    switch (tokens.peek().kind) {
        case Token::Kind::string: return tokens.expect_string();
        case Token::Kind::bytes: return Blob{tokens.take().text};
        case Token::Kind::integer:
        case Token::Kind::decimal:
        case Token::Kind::real: {
            Value value = make_number(tokens.take())->value;
            return negative ? Value("-" + to_text(value)) : value;
        }
        default: break;
    }
    if (tokens.accept_word("TRUE")) {
        return std::int64_t{1};
    }
    if (tokens.accept_word("FALSE")) {
        return std::int64_t{0};
    }
    tokens.fail();
}

void parse_default(TokenStream& tokens, ColumnDefinition& column) {
    if (tokens.is_symbol("(")) {
        throw not_supported("DEFAULT (expression)");
    }
    if (tokens.accept_word("NULL")) {
        column.default_kind = ColumnDefinition::Default::null;
    } else if (accept_now(tokens)) {
        if (column.type.name != TypeName::datetime && column.type.name != TypeName::timestamp) {
            throw MysqlError(1067, "Invalid default value for " + in_quotes(column.name));
        }
        column.default_kind = ColumnDefinition::Default::now;
    } else {
        column.default_kind = ColumnDefinition::Default::value;
        column.default_value = parse_default_literal(tokens);
    }
}

void refuse_column_options(const TokenStream& tokens) {
    for (const auto word : {"GENERATED",
                            "CHECK",
                            "REFERENCES",
                            "INVISIBLE",
                            "COLUMN_FORMAT",
                            "STORAGE",
                            "SRID",
                            "CONSTRAINT"}) {
        if (tokens.is_word(word)) {
            throw not_supported("column option " + std::string(word));
        }
    }
    if (tokens.is_word("AS")) {
        throw not_supported("generated column");
    }
}

bool parse_column_option(TokenStream& tokens, CreateTable& create, ColumnDefinition& column) {
    if (tokens.accept_words({"NOT", "NULL"})) {
        column.nullable = false;
    } else if (tokens.accept_word("NULL")) {
        column.nullable = true;
    } else if (tokens.accept_word("DEFAULT")) {
        parse_default(tokens, column);
    } else if (tokens.accept_word("AUTO_INCREMENT")) {
        column.auto_increment = true;
        column.nullable = false;
    } else if (tokens.accept_word("UNIQUE")) {
        tokens.accept_word("KEY");
        add_key(create, {KeyDefinition::Kind::unique, "", {column.name}});
    } else if (tokens.accept_words({"PRIMARY", "KEY"}) || tokens.accept_word("KEY")) {
        column.nullable = false;
        add_key(create, {KeyDefinition::Kind::primary, "", {column.name}});
    } else if (tokens.accept_word("COMMENT")) {
        column.comment = tokens.expect_string();
    } else if (tokens.accept_words({"ON", "UPDATE"})) {
        if (!accept_now(tokens)) {
            tokens.fail();
        }
        column.on_update_now = true;
    } else if (tokens.accept_word("VISIBLE")) {
        return true;
    } else if (column.type.is_text() &&
               (tokens.is_word("COLLATE") || tokens.is_word("CHARACTER"))) {
        column.type.collation = parse_character_set(tokens);
    } else {
        return false;
    }
    return true;
}

void parse_column(TokenStream& tokens, CreateTable& create) {
    ColumnDefinition column;
    column.name = tokens.expect_name();
    if (tokens.accept_word("SERIAL")) {
        column.type.name = TypeName::bigint;
        column.type.is_unsigned = true;
        column.auto_increment = true;
        column.nullable = false;
        add_key(create, {KeyDefinition::Kind::unique, "", {column.name}});
    } else {
        column.type = parse_column_type(tokens);
    }
    while (parse_column_option(tokens, create, column)) {
    }
    refuse_column_options(tokens);
    create.columns.push_back(std::move(column));
}

void parse_key(TokenStream& tokens,
               CreateTable& create,
               KeyDefinition::Kind kind,
               std::string name) {
    KeyDefinition key{kind, std::move(name), {}};
    if (tokens.at_name() && !tokens.is_word("USING")) {
        key.name = tokens.expect_name();
    }
    if (tokens.accept_word("USING")) {
        tokens.expect_name();
    }
    tokens.expect_symbol("(");
    do {
        if (tokens.is_symbol("(")) {
            throw not_supported("functional key part");
        }
        key.columns.push_back(tokens.expect_name());
        if (tokens.accept_symbol("(")) {
            if (kind != KeyDefinition::Kind::plain) {
                throw not_supported("unique key on a column's prefix");
            }
            tokens.expect_integer();
            tokens.expect_symbol(")");
        }
        if (!tokens.accept_word("ASC")) {
            tokens.accept_word("DESC");
        }
    } while (tokens.accept_symbol(","));
    tokens.expect_symbol(")");
    while (tokens.accept_word("USING") || tokens.accept_word("COMMENT")) {
        tokens.take();
    }
    add_key(create, std::move(key));
}

void parse_element(TokenStream& tokens, CreateTable& create) {
    std::string constraint;
    const bool is_constraint = tokens.accept_word("CONSTRAINT");
    if (is_constraint && tokens.at_name()) {
        constraint = tokens.expect_name();
    }
    if (tokens.accept_words({"PRIMARY", "KEY"})) {
        parse_key(tokens, create, KeyDefinition::Kind::primary, "PRIMARY");
    } else if (tokens.accept_word("UNIQUE")) {
        tokens.accept_word("KEY") || tokens.accept_word("INDEX");
        parse_key(tokens, create, KeyDefinition::Kind::unique, constraint);
    } else if (!is_constraint && (tokens.accept_word("KEY") || tokens.accept_word("INDEX"))) {
        parse_key(tokens, create, KeyDefinition::Kind::plain, "");
    } else {
        for (const auto word : {"FOREIGN", "CHECK", "FULLTEXT", "SPATIAL"}) {
            if (tokens.is_word(word)) {
                throw not_supported(std::string(word) + " in CREATE TABLE");
            }
        }
        if (is_constraint) {
            tokens.fail();
        }
        parse_column(tokens, create);
    }
}

void expect_engine(TokenStream& tokens) {
    const std::string engine = tokens.take().text;
    if (equal_ignoring_case(engine, "InnoDB")) {
        return;
    }
    for (const auto known :
         {"MyISAM", "MEMORY", "CSV", "ARCHIVE", "BLACKHOLE", "MRG_MYISAM", "FEDERATED", "NDB"}) {
        if (equal_ignoring_case(engine, known)) {
            throw not_supported("storage engine " + engine);
        }
    }
    throw MysqlError(1286, "Unknown storage engine " + in_quotes(engine));
}

bool parse_table_option(TokenStream& tokens, CreateTable& create) {
    const auto accept = [&](std::string_view word) {
        const bool found = tokens.accept_word(word);
        if (found) {
            tokens.accept_symbol("=");
        }
        return found;
    };
    if (accept("ENGINE")) {
        expect_engine(tokens);
    } else if (accept("AUTO_INCREMENT")) {
        create.auto_increment = static_cast<std::int64_t>(tokens.expect_integer());
    } else if (accept("COMMENT")) {
        create.comment = tokens.expect_string();
    } else if (accept("ROW_FORMAT") || accept("KEY_BLOCK_SIZE") || accept("STATS_PERSISTENT") ||
               accept("AVG_ROW_LENGTH") || accept("MAX_ROWS") || accept("MIN_ROWS")) {
        tokens.take();
    } else {
        if (tokens.is_word("DEFAULT")) {
            tokens.take();
        }
        const auto* const collation = parse_character_set(tokens);
        if (collation == nullptr) {
            return false;
        }
        create.collation = collation;
    }
    tokens.accept_symbol(",");
    return true;
}

CreateTable parse_create_table(TokenStream& tokens) {
    CreateTable create;
    create.if_not_exists = tokens.accept_words({"IF", "NOT", "EXISTS"});
    create.table = parse_table_name(tokens);
    if (tokens.is_word("LIKE") || tokens.is_word("SELECT") || tokens.is_word("AS")) {
        throw not_supported("CREATE TABLE ... " + to_upper(tokens.peek().text));
    }
    tokens.expect_symbol("(");
    if (tokens.is_word("LIKE")) {
        throw not_supported("CREATE TABLE ... LIKE");
    }
    do {
        parse_element(tokens, create);
    } while (tokens.accept_symbol(","));
    tokens.expect_symbol(")");
    while (!tokens.at_end() && parse_table_option(tokens, create)) {
    }
    for (const auto word : {"PARTITION", "SELECT", "AS", "IGNORE", "REPLACE"}) {
        if (tokens.is_word(word)) {
            throw not_supported("CREATE TABLE ... " + std::string(word));
        }
    }
    return create;
}

DatabaseStatement parse_database(TokenStream& tokens, DatabaseStatement::Kind kind) {
    DatabaseStatement statement;
    statement.kind = kind;
    statement.conditional = kind == DatabaseStatement::Kind::create
                                ? tokens.accept_words({"IF", "NOT", "EXISTS"})
                                : tokens.accept_words({"IF", "EXISTS"});
    statement.name = tokens.expect_name();
    if (kind == DatabaseStatement::Kind::create) {
        tokens.accept_word("DEFAULT");
        const auto* const collation = parse_character_set(tokens);
        if (collation != nullptr && collation != &utf8mb4_collation()) {
            throw not_supported("database collation " + std::string(collation->name));
        }
    }
    return statement;
}

}  // namespace

Statement parse_create(TokenStream& tokens) {
    if (tokens.accept_word("TABLE")) {
        return parse_create_table(tokens);
    }
    if (tokens.accept_word("DATABASE") || tokens.accept_word("SCHEMA")) {
        return parse_database(tokens, DatabaseStatement::Kind::create);
    }
    throw not_supported("CREATE " + to_upper(tokens.peek().text));
}

Statement parse_drop(TokenStream& tokens) {
    if (tokens.accept_word("DATABASE") || tokens.accept_word("SCHEMA")) {
        return parse_database(tokens, DatabaseStatement::Kind::drop);
    }
    if (!tokens.accept_word("TABLE") && !tokens.accept_word("TABLES")) {
        throw not_supported("DROP " + to_upper(tokens.peek().text));
    }
    DropTable drop;
    drop.if_exists = tokens.accept_words({"IF", "EXISTS"});
    do {
        drop.tables.push_back(parse_table_name(tokens));
    } while (tokens.accept_symbol(","));
    if (!tokens.accept_word("RESTRICT")) {
        tokens.accept_word("CASCADE");
    }
    return drop;
}

}  // namespace orrery::rds
