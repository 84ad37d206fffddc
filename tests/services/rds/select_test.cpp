#include "tests/services/rds/sql_support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::rds;

namespace {

struct Case {
    const char* sql;
    const char* answer;
};

}  // namespace

TEST_CASE("rds sql: expressions have MySQL's values") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    const Case cases[] = {
        {"select 1", "1"},
        {"select 1 + 2 * 3", "7"},
        {"select 5 / 2", "2.5000"},
        {"select 1 / 3", "0.3333"},
        {"select 2 / 3", "0.6667"},
        {"select 7 div 2, 7 % 3, -7 div 2, 7 mod 4", "3|1|-3|3"},
        {"select 1 / 0, 1 % 0, 1 div 0", "NULL|NULL|NULL"},
        {"select 0.1 + 0.2, 1.5 * 1.5", "0.3|2.25"},
        {"select 1e3, 1e20, 0.5e0", "1000|1e20|0.5"},
        {"select 'it''s', \"say \"\"hi\"\"\", 'a\\'b', 'a\\nb' = 'a\nb'", "it's|say \"hi\"|a'b|1"},
        {"select 'con' 'cat'", "concat"},
        {"select 'a' = 'A', 'a' = 'b', 'a' < 'B', 'resume' = 'RÉSUMÉ'", "1|0|1|1"},
        {"select 'abc' = 0, '1' = 1, '1abc' = 1, 'a' = binary 'A'", "1|1|1|0"},
        {"select 'a' collate utf8mb4_bin = 'A'", "0"},
        {"select null = null, null <=> null, 1 <=> null, null is null", "NULL|1|0|1"},
        {"select not 1, !0, 1 and 0, 1 or 0, 1 || 0, 1 && 1, 1 xor 1", "0|1|0|1|1|1|0"},
        {"select 5 between 1 and 10, 5 not between 1 and 10", "1|0"},
        {"select 3 in (1, 2, 3), 'A' in ('a', 'b'), 4 not in (1, 2), null in (1)", "1|1|1|NULL"},
        {"select 'Martha' like 'm%', 'a_b' like 'a\\_b', 'axb' like 'a\\_b', '100%' like '100|%' "
         "escape '|'",
         "1|1|0|1"},
        {"select case when 1 > 2 then 'a' when 2 > 1 then 'b' else 'c' end, case 3 when 1 then 'x' "
         "end",
         "b|NULL"},
        {"select if(1 > 2, 'yes', 'no'), ifnull(null, 'x'), coalesce(null, null, 3), nullif(1, 1)",
         "no|x|3|NULL"},
        {"select concat('a', 1, 'b'), concat('a', null), concat_ws('-', 'a', null, 'b')",
         "a1b|NULL|a-b"},
        {"select length('é'), char_length('é'), upper('abc'), substring('Hello', 2, 3), "
         "substr('Hello', -3)",
         "2|1|ABC|ell|llo"},
        {"select left('Hello', 2), right('Hello', 2), trim('  x '), replace('aXbX', 'X', '-'), "
         "reverse('añb')",
         "He|lo|x|a-b-|bña"},
        {"select locate('L', 'Hello'), instr('Hello', 'o'), repeat('ab', 3), hex('AB'), hex(255)",
         "3|5|ababab|4142|FF"},
        {"select md5('a'), sha1('')",
         "0cc175b9c0f1b6a831c399e269772661|da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {"select round(2.567, 2), round(2.5), floor(-1.5), ceiling(1.2), abs(-3), round(3)",
         "2.57|3|-2|2|3|3"},
        {"select cast('12abc' as signed), cast(2.5 as signed), cast(5 as char), cast('2.345' as "
         "decimal(10,2))",
         "12|3|5|2.35"},
        {"select x'4D', 0x4D4E, 1 /* comment */ + 1 -- end\n", "M|MN|2"},
        {"select /*!40101 1 + */ 1, /*!99999 nonsense */ 2", "2|2"},
        {"select 6 & 3, 6 | 1, 6 ^ 3, 1 << 4", "2|7|5|16"},
        {"select (select 5), exists (select 1)", "5|1"},
        {"select database(), user(), version()", "ExampleDB|admin@%|8.0.43"},
        {"select @@autocommit, @@session.transaction_isolation, @@version_comment",
         "1|REPEATABLE-READ|Source distribution"},
        {"select 1 union select 2 union all select 2", "1\n2\n2"},
        {"select 1 from dual", "1"},
    };
    for (const Case& one : cases) {
        INFO(one.sql);
        CHECK(run(*session, one.sql) == one.answer);
    }
}

TEST_CASE("rds sql: NOW and its kin show virtual time, the same throughout a statement") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    CHECK(run(*session, "select now(), current_timestamp, curdate(), utc_time()") ==
          "2026-01-01 00:00:00|2026-01-01 00:00:00|2026-01-01|00:00:00");
    fixture.world.loop.run_until(default_start + 90061s + 250ms);
    CHECK(
        run(*session,
            "select now(), now(3), unix_timestamp(), date_format(now(), '%W %e %M %Y %H:%i:%s')") ==
        "2026-01-02 01:01:01|2026-01-02 01:01:01.250|1767315661|Friday 2 January 2026 01:01:01");
    CHECK(run(*session,
              "select datediff('2026-03-01', '2026-02-01'), date('2026-02-03 04:05:06'), "
              "year('2026-02-03')") == "28|2026-02-03|2026");
}

TEST_CASE("rds sql: queries join, group, order and limit") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session,
        "create table c (id int primary key, name varchar(20) not null, city varchar(20))");
    run(*session,
        "create table o (id int auto_increment primary key, customer int, amount decimal(8,2))");
    run(*session, "insert into c values (3,'Cy','Oslo'),(1,'Ana','Rome'),(2,'bob','rome')");
    run(*session, "insert into o (customer, amount) values (1, 10.10), (1, 20.20), (2, 5)");
    const Case cases[] = {
        {"select * from c",
         "1|Ana|Rome\n2|bob|rome\n3|Cy|Oslo"},  // in the primary key's order, as InnoDB
        {"select name from c order by name desc limit 2", "Cy\nbob"},
        {"select name from c order by id limit 1, 1", "bob"},
        {"select name from c order by id limit 1 offset 2", "Cy"},
        {"select city, count(*) as n from c group by city order by n desc", "Rome|2\nOslo|1"},
        {"select distinct city from c order by 1", "Oslo\nRome"},
        {"select c.name, o.amount from c join o on o.customer = c.id where amount > 9.99 order by "
         "amount",
         "Ana|10.10\nAna|20.20"},
        {"select c.name, count(o.id) from c left join o on o.customer = c.id group by c.id order "
         "by c.id",
         "Ana|2\nbob|1\nCy|0"},
        {"select sum(amount), avg(amount), min(amount), max(amount), count(*) from o",
         "35.30|11.766667|5.00|20.20|3"},
        {"select sum(id), avg(id) from c", "6|2.0000"},
        {"select sum(id) from c where id > 100", "NULL"},
        {"select name from c where id in (select customer from o where amount > 15)", "Ana"},
        {"select name from c where CITY = 'ROME' and Name <> 'ana'", "bob"},
        {"select t.n from (select count(*) as n from o) as t", "3"},
        {"select ExampleDB.c.name from ExampleDB.c where c.id = '2'", "bob"},
        {"select city, sum(id) as total from c group by city having total > 1 order by total, city "
         "desc",
         "Rome|3\nOslo|3"},
        {"select o.* from o, c where c.id = o.customer and c.name = 'BOB'", "3|2|5.00"},
        {"select (select max(amount) from o where o.customer = c.id) from c order by id",
         "20.20\n5.00\nNULL"},
        {"select count(distinct city) from c", "2"},
    };
    for (const Case& one : cases) {
        INFO(one.sql);
        CHECK(run(*session, one.sql) == one.answer);
    }
}

TEST_CASE("rds sql: result columns carry types, labels and origins") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session,
        "create table t (id int unsigned not null auto_increment primary key, n varchar(9), d "
        "datetime(3), x double)");
    const StatementResult result = session->execute_now(
        "select id, n as label, d, x, count(*), 1.50, 'a' from t as a group by id");
    REQUIRE_FALSE(result.error);
    const auto& columns = result.columns;
    REQUIRE(columns.size() == 7);
    CHECK(columns[0].name == "id");
    CHECK(columns[0].type.name == TypeName::integer);
    CHECK(columns[0].flags == (0x1 | 0x2 | 0x200));
    CHECK(columns[0].schema == "ExampleDB");
    CHECK(columns[0].table == "a");
    CHECK(columns[0].original_table == "t");
    CHECK(columns[1].name == "label");
    CHECK(columns[1].original_name == "n");
    CHECK(columns[1].type.name == TypeName::varchar);
    CHECK(columns[2].type.name == TypeName::datetime);
    CHECK(columns[3].type.name == TypeName::double_number);
    CHECK(columns[4].name == "count(*)");
    CHECK(columns[4].type.name == TypeName::bigint);
    CHECK(columns[5].type.name == TypeName::decimal);
    CHECK(columns[6].name == "a");
}
