#include "services/rds/mysql_error.h"
#include "services/rds/sql/expression_parser.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace orrery::rds {

namespace {

/// What may follow a type's name in parentheses.
enum class Argument : std::uint8_t { none, width, length, precision, fraction };

struct TypeWord {
    std::string_view word;
    TypeName type;
    Argument argument;
};
constexpr std::array type_words = std::to_array<TypeWord>({
    {"TINYINT", TypeName::tinyint, Argument::width},
    {"INT1", TypeName::tinyint, Argument::width},
    {"SMALLINT", TypeName::smallint, Argument::width},
    {"INT2", TypeName::smallint, Argument::width},
    {"MEDIUMINT", TypeName::mediumint, Argument::width},
    {"INT3", TypeName::mediumint, Argument::width},
    {"INT", TypeName::integer, Argument::width},
    {"INTEGER", TypeName::integer, Argument::width},
    {"INT4", TypeName::integer, Argument::width},
    {"BIGINT", TypeName::bigint, Argument::width},
    {"INT8", TypeName::bigint, Argument::width},
    {"DECIMAL", TypeName::decimal, Argument::precision},
    {"DEC", TypeName::decimal, Argument::precision},
    {"NUMERIC", TypeName::decimal, Argument::precision},
    {"FIXED", TypeName::decimal, Argument::precision},
    {"FLOAT", TypeName::float_number, Argument::none},
    {"FLOAT4", TypeName::float_number, Argument::none},
    {"DOUBLE", TypeName::double_number, Argument::none},
    {"FLOAT8", TypeName::double_number, Argument::none},
    {"REAL", TypeName::double_number, Argument::none},
    {"CHAR", TypeName::char_text, Argument::length},
    {"CHARACTER", TypeName::char_text, Argument::length},
    {"NCHAR", TypeName::char_text, Argument::length},
    {"VARCHAR", TypeName::varchar, Argument::length},
    {"NVARCHAR", TypeName::varchar, Argument::length},
    {"TINYTEXT", TypeName::tinytext, Argument::none},
    {"TEXT", TypeName::text, Argument::none},
    {"MEDIUMTEXT", TypeName::mediumtext, Argument::none},
    {"LONGTEXT", TypeName::longtext, Argument::none},
    {"BINARY", TypeName::binary, Argument::length},
    {"VARBINARY", TypeName::varbinary, Argument::length},
    {"TINYBLOB", TypeName::tinyblob, Argument::none},
    {"BLOB", TypeName::blob, Argument::none},
    {"MEDIUMBLOB", TypeName::mediumblob, Argument::none},
    {"LONGBLOB", TypeName::longblob, Argument::none},
    {"DATE", TypeName::date, Argument::none},
    {"DATETIME", TypeName::datetime, Argument::fraction},
    {"TIMESTAMP", TypeName::timestamp, Argument::fraction},
    {"TIME", TypeName::time, Argument::fraction},
});

/// Types that MySQL has and this server does not.
constexpr std::array<std::string_view, 14> foreign_types{"BIT",
                                                         "ENUM",
                                                         "SET",
                                                         "JSON",
                                                         "YEAR",
                                                         "GEOMETRY",
                                                         "POINT",
                                                         "LINESTRING",
                                                         "POLYGON",
                                                         "MULTIPOINT",
                                                         "MULTIPOLYGON",
                                                         "MULTILINESTRING",
                                                         "LONG",
                                                         "GEOMETRYCOLLECTION"};

void parse_precision(TokenStream& tokens, ColumnType& type) {
    type.length = 10;
    if (tokens.accept_symbol("(")) {
        type.length = tokens.expect_integer();
        const auto scale = tokens.accept_symbol(",") ? tokens.expect_integer() : 0;
        tokens.expect_symbol(")");
        if (scale > 30 || scale > type.length) {
            throw MysqlError(
                1425,
                "Too big scale " + std::to_string(scale) + " specified for column. Maximum is 30.");
        }
        type.scale = static_cast<std::uint8_t>(scale);
    }
    if (type.length > 65) {
        throw MysqlError(1426,
                         "Too-big precision " + std::to_string(type.length) +
                             " specified for column. Maximum is 65.");
    }
    if (type.length > 38) {
        throw not_supported("DECIMAL of more than 38 digits");
    }
}

void parse_length(TokenStream& tokens, ColumnType& type) {
    const bool varies = type.name == TypeName::varchar || type.name == TypeName::varbinary;
    if (!tokens.is_symbol("(") && varies) {
        tokens.fail();
    }
    type.length = 1;
    if (tokens.accept_symbol("(")) {
        type.length = tokens.expect_integer();
        tokens.expect_symbol(")");
    }
    if (type.length > length_limit(type)) {
        throw MysqlError(1074,
                         "Column length too big for column (max = " +
                             std::to_string(length_limit(type)) + "); use BLOB or TEXT instead");
    }
}

void parse_argument(TokenStream& tokens, ColumnType& type, Argument argument) {
    switch (argument) {
        case Argument::none:
            if (tokens.is_symbol("(")) {
                throw not_supported(type_text(type) + "(...)");
            }
            break;
        case Argument::width:
            if (tokens.accept_symbol("(")) {
                const auto width = tokens.expect_integer();
                tokens.expect_symbol(")");
                type.length = type.name == TypeName::tinyint && width == 1 ? 1 : 0;
            }
            break;
        case Argument::length: parse_length(tokens, type); break;
        case Argument::precision: parse_precision(tokens, type); break;
        case Argument::fraction:
            if (tokens.accept_symbol("(")) {
                const auto scale = tokens.expect_integer();
                tokens.expect_symbol(")");
                if (scale > 6) {
                    throw MysqlError(
                        1426,
                        "Too-big precision " + std::to_string(scale) + " specified. Maximum is 6.");
                }
                type.scale = static_cast<std::uint8_t>(scale);
            }
            break;
    }
}

}  // namespace

const Collation& expect_collation(std::string_view name) {
    if (const auto* const collation = find_collation(name)) {
        return *collation;
    }
    throw not_supported("collation " + std::string(name));
}

const Collation& expect_character_set(std::string_view name) {
    if (const auto* const collation = default_collation(name)) {
        return *collation;
    }
    throw not_supported("character set " + std::string(name));
}

const Collation* parse_character_set(TokenStream& tokens) {
    const Collation* collation = nullptr;
    if (tokens.accept_words({"CHARACTER", "SET"}) || tokens.accept_words({"CHAR", "SET"}) ||
        tokens.accept_word("CHARSET")) {
        tokens.accept_symbol("=");
        collation = &expect_character_set(tokens.take().text);
    }
    if (tokens.accept_word("COLLATE")) {
        tokens.accept_symbol("=");
        collation = &expect_collation(tokens.take().text);
    }
    return collation;
}

ColumnType parse_column_type(TokenStream& tokens) {
    const Token token = tokens.peek();
    const std::string word = to_upper(token.text);
    if (token.kind != Token::Kind::word) {
        tokens.fail();
    }
    if (std::find(foreign_types.begin(), foreign_types.end(), word) != foreign_types.end()) {
        throw not_supported("column type " + word);
    }
    ColumnType type;
    if (tokens.accept_word("BOOL") || tokens.accept_word("BOOLEAN")) {
        type.name = TypeName::tinyint;
        type.length = 1;
        return type;
    }
    const auto found = std::find_if(type_words.begin(), type_words.end(), [&](const TypeWord& row) {
        return row.word == word;
    });
    if (found == type_words.end()) {
        tokens.fail();
    }
    tokens.take();
    type.name = found->type;
    if (type.name == TypeName::double_number) {
        tokens.accept_word("PRECISION");
    }
    if (type.name == TypeName::char_text && tokens.accept_word("VARYING")) {
        type.name = TypeName::varchar;
    }
    parse_argument(tokens, type, found->argument);
    if (type.is_number()) {
        type.is_unsigned = tokens.accept_word("UNSIGNED");
        tokens.accept_word("SIGNED");
        if (tokens.is_word("ZEROFILL")) {
            throw not_supported("ZEROFILL");
        }
    }
    if (type.is_text()) {
        type.collation = parse_character_set(tokens);
    }
    return type;
}

ColumnType parse_cast_type(TokenStream& tokens) {
    if (tokens.is_word("UNSIGNED")) {
        throw not_supported("CAST(... AS UNSIGNED)");
    }
    if (tokens.accept_word("SIGNED")) {
        tokens.accept_word("INTEGER") || tokens.accept_word("INT");
        return type_of(TypeName::bigint);
    }
    const bool is_char = tokens.is_word("CHAR") || tokens.is_word("NCHAR");
    if (is_char && !tokens.is_symbol("(", 1)) {
        tokens.take();
        auto type = type_of(TypeName::longtext);
        type.collation = parse_character_set(tokens);
        return type;
    }
    for (const auto word :
         {"CHAR", "BINARY", "DECIMAL", "DATE", "DATETIME", "DOUBLE", "FLOAT", "REAL", "TIME"}) {
        if (tokens.is_word(word)) {
            return parse_column_type(tokens);
        }
    }
    if (tokens.is_word("JSON") || tokens.is_word("YEAR")) {
        throw not_supported("CAST(... AS " + to_upper(tokens.peek().text) + ")");
    }
    tokens.fail();
}

}  // namespace orrery::rds
