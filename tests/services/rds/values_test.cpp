#include "tests/services/rds/sql_support.h"

#include <catch2/catch.hpp>

namespace values_test {

using namespace orrery;
using namespace orrery::rds;

namespace {

struct Case {
    const char* sql;
    const char* answer;
};

template <std::size_t count>
void check(SqlSession& session, const Case (&cases)[count]) {
    for (const Case& one : cases) {
        INFO(one.sql);
        CHECK(run(session, one.sql) == one.answer);
    }
}

}  // namespace

TEST_CASE("rds decimals: they compare and sort as numbers wherever they come from") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table o (id int primary key, c varchar(9), p decimal(10,2))");
    run(*session, "insert into o values (1,'x',9.50), (2,'y',10.00), (3,'z',100.00)");
    const Case cases[] = {
        {"select s from (select c, sum(p) s from o group by c) z order by s desc",
         "100.00\n10.00\n9.50"},
        {"select s from (select c, sum(p) s from o group by c) z where s > 9.6 order by 1",
         "10.00\n100.00"},
        {"select s from (select sum(p) s from o group by c) z where s > 9 and s < 11 order by s",
         "9.50\n10.00"},
        {"select s from (select sum(p) s from o group by c) z where s in (10, 100.0) order by s",
         "10.00\n100.00"},
        {"select max(s), min(s) from (select c, sum(p) s from o group by c) z", "100.00|9.50"},
        {"select 1 / 3 * 3, 1 / 3 * 100, 2 / 3, 1 / 3 = 0.3333", "1.0000|33.3333|0.6667|0"},
        {"select sum(p) / count(*) * 2, 1.00 / 3 from o", "79.666667|0.333333"},
        {"select p * 1.0 from o order by 1", "9.500\n10.000\n100.000"},
        {"select p * 1.0 v from o order by v desc limit 1", "100.000"},
        {"select 9.5 union all select 10.0 order by 1", "9.5\n10.0"},
        {"select p from o union all select 9.75 order by p desc", "100.00\n10.00\n9.75\n9.50"},
        {"select id from o union select p from o where id = 1 order by 1",
         "1.00\n2.00\n3.00\n9.50"},
        {"select count(*) from (select 1.5 v union select 1.50) z", "1"},
        {"select count(distinct p + 0), count(distinct p * 0.0) from o", "3|1"},
        {"select c from o order by if(id = 1, p, p) desc", "z\ny\nx"},
        {"select c from o where p in (select 10.0)", "y"},
        {"select c from o where p > '9.6' order by p", "y\nz"},
    };
    check(*session, cases);
    run(*session, "delete from o order by p + 0 limit 1");
    CHECK(run(*session, "select id from o") == "2\n3");
}

TEST_CASE("rds collations: a _bin column's collation outlives functions and derived tables") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (b varchar(5) collate utf8mb4_bin, n varchar(5))");
    run(*session, "insert into t values ('a','a'), ('A','A')");
    const Case cases[] = {
        {"select count(distinct concat(b, '')), count(distinct concat(n, '')) from t", "2|1"},
        {"select count(*) from (select distinct concat(b, '') x from t) z", "2"},
        {"select n from t where concat(b, '') = 'a'", "a"},
        {"select n from t where ifnull(b, '') in ('A')", "A"},
        {"select count(*) from t where if(1, b, 'x') in (select 'a')", "1"},
        {"select max(concat(b, '')) from t", "a"},
        {"select concat(b, '') x, count(*) from t group by x order by x", "A|1\na|1"},
        {"select count(*) from (select concat(b, '') x from t) z where x = 'a'", "1"},
        {"select b from t union select 'A' order by b", "A\na"},
        {"select count(*) from t where n = b", "2"},
        {"select locate('a', b) from t",
         "1235: This version of MySQL doesn't yet support 'LOCATE on binary or _bin text'"},
        {"select 'x' like b from t",
         "1235: This version of MySQL doesn't yet support 'LIKE on binary or _bin text'"},
    };
    check(*session, cases);
}

TEST_CASE("rds comparison: a quoted integer meets an integer column exactly") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (id int primary key, big bigint, n varchar(9))");
    run(*session,
        "insert into t values (1, 9007199254740992, 'a'), (2, 9007199254740993, '2x'), (3, "
        "7234567890123456789, '1.0')");
    const Case cases[] = {
        {"select id from t where big = '9007199254740993'", "2"},
        {"select id from t where big in ('7234567890123456789')", "3"},
        {"select id from t where '9007199254740993' <= big order by id", "2\n3"},
        {"select id from t where big between '9007199254740993' and '9007199254740994'", "2"},
        {"select id from t where id = ' 2 '", "2"},
        {"select id from t where id = '2.0'", "2"},
        {"select id from t where id = '3abc'", "3"},
        {"select id from t where n = 2", "2"},
    };
    check(*session, cases);
}

TEST_CASE("rds update: strict mode fails a division by zero and a text that is no number") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (id int primary key, n varchar(9), d decimal(9,2), i int)");
    run(*session, "insert into t values (1, 'a', 1, 1), (2, '2', 2, 2)");
    const Case cases[] = {
        {"update t set d = d / 0", "1365: Division by 0"},
        {"update t set i = i % 0", "1365: Division by 0"},
        {"insert into t (id, i) values (9, 1 div 0)", "1365: Division by 0"},
        {"delete from t where 1e0 / 0 > 1", "1365: Division by 0"},
        {"update t set i = 9 where n = 0", "1292: Truncated incorrect DOUBLE value: 'a'"},
        {"delete from t where n = 2", "1292: Truncated incorrect DOUBLE value: 'a'"},
        {"update t set i = n + 1", "1292: Truncated incorrect DOUBLE value: 'a'"},
        {"update t set i = cast(n as signed)", "1292: Truncated incorrect INTEGER value: 'a'"},
        {"select 1 / 0, 'a' = 0", "NULL|1"},
        {"insert ignore into t (id, i) values (9, 1 div 0)", ""},
        {"set sql_mode = ''", ""},
        {"update t set d = d / 0 where n = 0", ""},
        {"select id, d from t", "1|NULL\n2|2.00\n9|NULL"},
    };
    check(*session, cases);
}

TEST_CASE("rds update: a subquery may not read the table that the statement writes") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (id int primary key, n int)");
    run(*session, "create table o (id int primary key)");
    run(*session, "insert into t values (1, 1), (2, 2), (3, 3)");
    const Case cases[] = {
        {"delete from t where id in (select id from t where n = 1)",
         "1093: You can't specify target table 't' for update in FROM clause"},
        {"update t set n = (select max(n) from t)",
         "1093: You can't specify target table 't' for update in FROM clause"},
        {"update t set n = 5 where exists (select 1 from o join t x on x.id = o.id)",
         "1093: You can't specify target table 't' for update in FROM clause"},
        {"insert into t values ((select max(n) from t), 1)",
         "1093: You can't specify target table 't' for update in FROM clause"},
        {"delete from t where id in (select x.id from (select id from t where n = 1) x)", ""},
        {"insert into t select id + 10, n from t where id = 3", ""},
        {"select id from t", "2\n3\n13"},
    };
    check(*session, cases);
}

TEST_CASE("rds arithmetic: UNSIGNED never goes below zero") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (u int unsigned, b bigint unsigned)");
    run(*session, "insert into t values (1, 1)");
    const Case cases[] = {
        {"select u - 2 from t",
         "1690: BIGINT UNSIGNED value is out of range in '(`ExampleDB`.`t`.`u` - 2)'"},
        {"update t set b = b - 2",
         "1690: BIGINT UNSIGNED value is out of range in '(`ExampleDB`.`t`.`b` - 2)'"},
        {"select b * -1 from t",
         "1690: BIGINT UNSIGNED value is out of range in '(`ExampleDB`.`t`.`b` * -1)'"},
        {"select u - 1, -u, u - 1.5, 5 % u from t", "0|-1|-0.5|0"},
    };
    check(*session, cases);
}

TEST_CASE("rds insert: LAST_INSERT_ID() is the first generated id whose row was inserted") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (id int auto_increment primary key, n varchar(9) unique, x int)");
    CHECK(session->execute_now("insert into t (n) values ('a')").insert_id == 1);
    CHECK(session->execute_now("insert ignore into t (n) values ('a')").insert_id == 0);
    CHECK(run(*session, "select last_insert_id()") == "1");
    CHECK(session->execute_now("insert ignore into t (n) values ('a'), ('b')").insert_id == 4);
    CHECK(run(*session, "select last_insert_id()") == "4");
    const auto updated = session->execute_now(
        "insert into t (n, x) values ('a', 7) on duplicate key update x = values(x)");
    CHECK(updated.affected == 2);
    CHECK(updated.insert_id == 1);
    CHECK(run(*session, "select last_insert_id()") == "4");
    CHECK(session->execute_now("insert into t (id, n) values (50, 'c')").insert_id == 50);
    CHECK(run(*session, "select last_insert_id()") == "4");
    CHECK(session->execute_now("insert into t (n) values ('d')").insert_id == 51);
}

TEST_CASE("rds sql: values of mixed types take the type of the whole expression") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (i int, d decimal(9,2), f double, da date, dt datetime(1))");
    run(*session, "insert into t values (1, 2.50, 3, '2026-01-02', '2026-01-02 03:04:05.6')");
    const Case cases[] = {
        {"select case when i = 1 then i else d end, if(i = 1, i, d) from t", "1.00|1.00"},
        {"select coalesce(null, i, d), ifnull(i, 1.234) from t", "1.00|1.000"},
        {"select coalesce(sum(i * 1.00), 0) from t where i > 9", "0.00"},
        {"select i from t union all select d from t order by 1", "1.00\n2.50"},
        {"select 1.50 union select 1.5", "1.50"},
        {"select ifnull(da, dt), ifnull(i, 'x') from t", "2026-01-02 00:00:00.0|1"},
        {"select da from t union select dt from t order by 1",
         "2026-01-02 00:00:00.0\n2026-01-02 03:04:05.6"},
        {"select sum(case when i = 1 then 0 else d end) from t", "0.00"},
    };
    check(*session, cases);
    const auto result = session->execute_now("select if(1, i, f) from t");
    CHECK(result.columns[0].type.name == TypeName::double_number);
    CHECK(std::holds_alternative<double>(result.rows[0][0]));
}

TEST_CASE("rds sql: casts hold what does not fit, doubles round to even") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (i int)");
    const Case cases[] = {
        {"select cast(123456 as decimal(5,2)), cast(-1e20 as decimal(5,2))", "999.99|-999.99"},
        {"select cast(1e20 as signed), cast(2.5e0 as signed), cast(2.5 as signed)",
         "9223372036854775807|2|3"},
        {"select cast('99999999999999999999' as signed)",
         "1235: This version of MySQL doesn't yet support 'CAST of a text beyond 64 bits to "
         "SIGNED'"},
        {"select cast('1e3' as decimal(9,1)), cast('2.5e-1' as decimal(9,2))", "1000.0|0.25"},
        {"select cast(1e20 as decimal(30,0))", "100000000000000000000"},
        {"select from_unixtime(1.5), from_unixtime(1), from_unixtime('1.5')",
         "1970-01-01 00:00:01.5|1970-01-01 00:00:01|1970-01-01 00:00:01.500000"},
        {"select abs('-3') + 1, abs(-2.50), abs(x'05')", "4|2.50|5"},
        {"insert into t values (2.5e0), (3.5e0), (-2.5e0), (2.5), ('2.5'), (0x31)", ""},
        {"select i from t", "2\n4\n-2\n3\n3\n49"},
        {"update t set i = 0x32 where i = 0x31", ""},
        {"select i from t where i = x'32'", "50"},
        {"select 0x41 + 0, x'41' = 65, b'101' + 0, 0x41 = 'A', -0x01", "65|1|5|1|-1"},
        {"select 0xFFFFFFFFFFFFFFFF + 0",
         "1235: This version of MySQL doesn't yet support 'hexadecimal or bit literal of more than "
         "63 bits as a number'"},
    };
    check(*session, cases);
}

TEST_CASE("rds sql: letters with accents have case, those of unknown scripts are refused") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    const Case cases[] = {
        {"select upper('áñÿßšž'), lower('ÁÑŸŠŽ'), upper('ελλάς'), lower('ЁЖ')",
         "ÁÑŸßŠŽ|áñÿšž|ΕΛΛΆΣ|ёж"},
        {"select upper('日本'), hex(lower(x'41'))", "日本|41"},
        {"select upper('ա')",
         "1235: This version of MySQL doesn't yet support 'case of letters other than Latin, Greek "
         "and Cyrillic'"},
    };
    check(*session, cases);
}

TEST_CASE("rds dates: zero dates compare, and errors name the column's type") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (id int, d date, dt datetime)");
    run(*session, "set sql_mode = ''");
    run(*session, "insert into t values (1, '0000-00-00', '0000-00-00'), (2, '2026-01-02', now())");
    const Case cases[] = {
        {"select id from t where d = '0000-00-00'", "1"},
        {"select id from t where d < dt or d = dt order by id", "1"},
        {"set sql_mode = default", ""},
        {"select id from t where d > '2025-01-01'", "2"},
        {"select id from t where d = 'garbage'", "1525: Incorrect DATE value: 'garbage'"},
        {"select id from t where dt = '0000-00-00'",
         "1525: Incorrect DATETIME value: '0000-00-00'"},
        {"delete from t where d = 'garbage'", "1292: Incorrect DATE value: 'garbage'"},
    };
    check(*session, cases);
}

TEST_CASE("rds sql: odds and ends that MySQL allows or refuses") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (a int, b int)");
    const Case cases[] = {
        {"select hex('a\\0b')", "610062"},
        {"select length(x) from (select 'a\\0b' as x) z", "3"},
        {"insert into t values (1, 2), (3, 4)", ""},
        {"select a from t limit 18446744073709551615", "1\n3"},
        {"select a from t limit 18446744073709551615 offset 1", "3"},
        {"delete from t where a = 9 limit 18446744073709551615", ""},
        {"insert into t (a, b) values (3, a + 1)",
         "1235: This version of MySQL doesn't yet support 'a column's name in VALUES'"},
        {"create table k (a text, key (a))",
         "1170: BLOB/TEXT column 'a' used in key specification without a key length"},
        {"update t set a = 2.5, b = a * 2 where a = 1", ""},
        {"select b from t where a = 3 and b > 4", "6"},
        {"select std(1)", "1235: This version of MySQL doesn't yet support 'function STD'"},
        {"select @@tx_isolation", "1193: Unknown system variable 'tx_isolation'"},
    };
    check(*session, cases);
    const auto result = session->execute_now("select 'a\\0b'");
    REQUIRE_FALSE(result.error);
    CHECK(std::get<std::string>(result.rows[0][0]) == std::string("a\0b", 3));
}

}  // namespace values_test
