#include "services/rds/sql/token.h"

#include "services/rds/mysql_error.h"
#include "services/rds/sql/parser.h"

#include <catch2/catch.hpp>

using namespace orrery::rds;

namespace {

/// "w:select s:text" and so on: one letter for the kind, then the text.
std::string kinds(std::string_view sql, const LexicalMode& mode = {}) {
    constexpr std::string_view letters = "$wisbndr+";
    std::string text;
    for (const Token& token : tokenize(sql, mode)) {
        if (token.kind != Token::Kind::end) {
            text += text.empty() ? "" : " ";
            text += letters[static_cast<std::size_t>(token.kind)];
            text += ":" + token.text;
        }
    }
    return text;
}

}  // namespace

TEST_CASE("rds tokens: words, quoted names, strings, numbers and symbols") {
    const std::pair<const char*, const char*> cases[] = {
        {"select `a``b`", "w:select i:a`b"},
        {"'it''s' \"a\"\"b\" 'a\\'b\\\\'", "s:it's s:a\"b s:a'b\\"},
        {"'\\n\\t\\%'", "s:\n\t\\%"},
        {"1 1.5 .5 1e3 1.e-2 0x4D x'4d' b'01001101' 0b1",
         "n:1 d:1.5 d:.5 r:1e3 r:1.e-2 b:M b:M b:M b:\x01"},
        {"t.1a", "w:t +:. w:1a"},
        {"a<=>b!=c||d", "w:a +:<=> w:b +:!= w:c +:|| w:d"},
        {"@@session.autocommit", "+:@@ w:session +:. w:autocommit"},
        {"1 -- rest\n2 # rest\n3 /* x */ 4", "n:1 n:2 n:3 n:4"},
        {"1--2", "n:1 +:- +:- n:2"},
        {"/*!50000 a */ /*!99999 b */ /*! c */", "w:a w:c"},
        {"N'x' _utf8mb4'y'", "s:x s:y"},
    };
    for (const auto& [sql, expected] : cases) {
        INFO(sql);
        CHECK(kinds(sql) == expected);
    }
}

TEST_CASE("rds tokens: sql_mode decides what quotes and backslashes mean") {
    CHECK(kinds("\"a\"", {true, false, false}) == "i:a");
    CHECK(kinds("'a\\'", {false, true, false}) == "s:a\\");
}

TEST_CASE("rds tokens: text that cannot be read is a syntax error") {
    for (const auto* const sql :
         {"'open", "`open", "/* open", "/*!40000 open", "x'4'", "``", "select \x01"}) {
        INFO(sql);
        CHECK_THROWS_AS(tokenize(sql, {}), MysqlError);
    }
}

TEST_CASE("rds statements: semicolons separate them, except inside quotes and comments") {
    const auto parts = split_statements("select ';' ; insert into t values (1) /* ; */;;  ", {});
    REQUIRE(parts.size() == 2);
    CHECK(parts[0] == "select ';' ");
    CHECK(parts[1] == " insert into t values (1) /* ; */");
}

TEST_CASE("rds parser: nesting and chains have a bound instead of exhausting the stack") {
    const std::string deep = "select " + std::string(5000, '(') + "1" + std::string(5000, ')');
    CHECK_THROWS_AS(parse_statement(deep, {}), MysqlError);
    std::string chain = "select 1";
    for (int index = 0; index < 5000; ++index) {
        chain += "+1";
    }
    CHECK_THROWS_AS(parse_statement(chain, {}), MysqlError);
    CHECK_THROWS_AS(parse_statement("select " + std::string(5000, '-') + "1", {}), MysqlError);
}
