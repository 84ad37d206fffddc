#include "services/rds/sql/token_stream.h"

#include "services/rds/mysql_error.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace orrery::rds {

namespace {

constexpr int deepest_nesting = 100;

/// MySQL 8.0's reserved words, in alphabetical order [MySQL manual: keywords].
constexpr std::array reserved = std::to_array<std::string_view>({
    "ACCESSIBLE",
    "ADD",
    "ALL",
    "ALTER",
    "ANALYZE",
    "AND",
    "AS",
    "ASC",
    "ASENSITIVE",
    "BEFORE",
    "BETWEEN",
    "BIGINT",
    "BINARY",
    "BLOB",
    "BOTH",
    "BY",
    "CALL",
    "CASCADE",
    "CASE",
    "CHANGE",
    "CHAR",
    "CHARACTER",
    "CHECK",
    "COLLATE",
    "COLUMN",
    "CONDITION",
    "CONSTRAINT",
    "CONTINUE",
    "CONVERT",
    "CREATE",
    "CROSS",
    "CUBE",
    "CUME_DIST",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "CURSOR",
    "DATABASE",
    "DATABASES",
    "DAY_HOUR",
    "DAY_MICROSECOND",
    "DAY_MINUTE",
    "DAY_SECOND",
    "DEC",
    "DECIMAL",
    "DECLARE",
    "DEFAULT",
    "DELAYED",
    "DELETE",
    "DENSE_RANK",
    "DESC",
    "DESCRIBE",
    "DETERMINISTIC",
    "DISTINCT",
    "DISTINCTROW",
    "DIV",
    "DOUBLE",
    "DROP",
    "DUAL",
    "EACH",
    "ELSE",
    "ELSEIF",
    "EMPTY",
    "ENCLOSED",
    "ESCAPED",
    "EXCEPT",
    "EXISTS",
    "EXIT",
    "EXPLAIN",
    "FALSE",
    "FETCH",
    "FIRST_VALUE",
    "FLOAT",
    "FLOAT4",
    "FLOAT8",
    "FOR",
    "FORCE",
    "FOREIGN",
    "FROM",
    "FULLTEXT",
    "FUNCTION",
    "GENERATED",
    "GET",
    "GRANT",
    "GROUP",
    "GROUPING",
    "GROUPS",
    "HAVING",
    "HIGH_PRIORITY",
    "HOUR_MICROSECOND",
    "HOUR_MINUTE",
    "HOUR_SECOND",
    "IF",
    "IGNORE",
    "IN",
    "INDEX",
    "INFILE",
    "INNER",
    "INOUT",
    "INSENSITIVE",
    "INSERT",
    "INT",
    "INT1",
    "INT2",
    "INT3",
    "INT4",
    "INT8",
    "INTEGER",
    "INTERSECT",
    "INTERVAL",
    "INTO",
    "IO_AFTER_GTIDS",
    "IO_BEFORE_GTIDS",
    "IS",
    "ITERATE",
    "JOIN",
    "JSON_TABLE",
    "KEY",
    "KEYS",
    "KILL",
    "LAG",
    "LAST_VALUE",
    "LATERAL",
    "LEAD",
    "LEADING",
    "LEAVE",
    "LEFT",
    "LIKE",
    "LIMIT",
    "LINEAR",
    "LINES",
    "LOAD",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "LOCK",
    "LONG",
    "LONGBLOB",
    "LONGTEXT",
    "LOOP",
    "LOW_PRIORITY",
    "MASTER_BIND",
    "MASTER_SSL_VERIFY_SERVER_CERT",
    "MATCH",
    "MAXVALUE",
    "MEDIUMBLOB",
    "MEDIUMINT",
    "MEDIUMTEXT",
    "MIDDLEINT",
    "MINUTE_MICROSECOND",
    "MINUTE_SECOND",
    "MOD",
    "MODIFIES",
    "NATURAL",
    "NOT",
    "NO_WRITE_TO_BINLOG",
    "NTH_VALUE",
    "NTILE",
    "NULL",
    "NUMERIC",
    "OF",
    "ON",
    "OPTIMIZE",
    "OPTIMIZER_COSTS",
    "OPTION",
    "OPTIONALLY",
    "OR",
    "ORDER",
    "OUT",
    "OUTER",
    "OUTFILE",
    "OVER",
    "PARTITION",
    "PERCENT_RANK",
    "PRECISION",
    "PRIMARY",
    "PROCEDURE",
    "PURGE",
    "RANGE",
    "RANK",
    "READ",
    "READS",
    "READ_WRITE",
    "REAL",
    "RECURSIVE",
    "REFERENCES",
    "REGEXP",
    "RELEASE",
    "RENAME",
    "REPEAT",
    "REPLACE",
    "REQUIRE",
    "RESIGNAL",
    "RESTRICT",
    "RETURN",
    "REVOKE",
    "RIGHT",
    "RLIKE",
    "ROW",
    "ROWS",
    "ROW_NUMBER",
    "SCHEMA",
    "SCHEMAS",
    "SECOND_MICROSECOND",
    "SELECT",
    "SENSITIVE",
    "SEPARATOR",
    "SET",
    "SHOW",
    "SIGNAL",
    "SMALLINT",
    "SPATIAL",
    "SPECIFIC",
    "SQL",
    "SQLEXCEPTION",
    "SQLSTATE",
    "SQLWARNING",
    "SQL_BIG_RESULT",
    "SQL_CALC_FOUND_ROWS",
    "SQL_SMALL_RESULT",
    "SSL",
    "STARTING",
    "STORED",
    "STRAIGHT_JOIN",
    "SYSTEM",
    "TABLE",
    "TERMINATED",
    "THEN",
    "TINYBLOB",
    "TINYINT",
    "TINYTEXT",
    "TO",
    "TRAILING",
    "TRIGGER",
    "TRUE",
    "UNDO",
    "UNION",
    "UNIQUE",
    "UNLOCK",
    "UNSIGNED",
    "UPDATE",
    "USAGE",
    "USE",
    "USING",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
    "VALUES",
    "VARBINARY",
    "VARCHAR",
    "VARCHARACTER",
    "VARYING",
    "VIRTUAL",
    "WHEN",
    "WHERE",
    "WHILE",
    "WINDOW",
    "WITH",
    "WRITE",
    "XOR",
    "YEAR_MONTH",
    "ZEROFILL",
});

bool is_reserved(std::string_view word) {
    return std::binary_search(reserved.begin(), reserved.end(), to_upper(word));
}

}  // namespace

const Token& TokenStream::peek(std::size_t ahead) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

Token TokenStream::take() {
    Token token = peek();
    next_ = std::min(next_ + 1, tokens_.size() - 1);
    return token;
}

bool TokenStream::is_word(std::string_view word, std::size_t ahead) const {
    return peek(ahead).kind == Token::Kind::word && equal_ignoring_case(peek(ahead).text, word);
}

bool TokenStream::is_symbol(std::string_view symbol, std::size_t ahead) const {
    return peek(ahead).kind == Token::Kind::symbol && peek(ahead).text == symbol;
}

bool TokenStream::accept_word(std::string_view word) {
    return accept_words({word});
}

bool TokenStream::accept_symbol(std::string_view symbol) {
    const bool found = is_symbol(symbol);
    if (found) {
        take();
    }
    return found;
}

bool TokenStream::accept_words(std::initializer_list<std::string_view> words) {
    std::size_t ahead = 0;
    for (const auto word : words) {
        if (!is_word(word, ahead++)) {
            return false;
        }
    }
    while (ahead-- > 0) {
        take();
    }
    return true;
}

void TokenStream::expect_word(std::string_view word) {
    if (!accept_word(word)) {
        fail();
    }
}

void TokenStream::expect_symbol(std::string_view symbol) {
    if (!accept_symbol(symbol)) {
        fail();
    }
}

bool TokenStream::at_name() const {
    return peek().kind == Token::Kind::identifier ||
           (peek().kind == Token::Kind::word && !is_reserved(peek().text));
}

std::string TokenStream::expect_name() {
    if (!at_name()) {
        fail();
    }
    Token token = take();
    if (count_code_points(token.text) > 64) {
        throw MysqlError(1059, "Identifier name " + in_quotes(token.text) + " is too long");
    }
    return std::move(token.text);
}

std::string TokenStream::expect_string() {
    if (peek().kind != Token::Kind::string) {
        fail();
    }
    std::string text = take().text;
    while (peek().kind == Token::Kind::string) {
        text += take().text;
    }
    return text;
}

std::uint64_t TokenStream::expect_integer() {
    const Token& token = peek();
    std::uint64_t number = 0;
    const char* const end = token.text.data() + token.text.size();
    if (token.kind != Token::Kind::integer ||
        std::from_chars(token.text.data(), end, number).ec != std::errc()) {
        fail();
    }
    take();
    return number;
}

void TokenStream::fail() const {
    fail_at(sql_, peek().begin);
}

TokenStream::Nesting::Nesting(TokenStream& tokens) : tokens_(tokens) {
    if (tokens_.depth_ >= deepest_nesting) {
        throw not_supported("expressions nested deeper than " + std::to_string(deepest_nesting));
    }
    ++tokens_.depth_;
}

}  // namespace orrery::rds
