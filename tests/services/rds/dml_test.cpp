#include "tests/services/rds/sql_support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::rds;

namespace {

constexpr const char* customer =
    "create table if not exists Customer ( CustID  int NOT NULL, Name varchar(255) NOT NULL, "
    "PRIMARY KEY (CustID))";

}  // namespace

TEST_CASE("rds insert: rows arrive and a second one with the same key is error 1062") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    CHECK(run(*session, customer).empty());
    const auto inserted =
        session->execute_now("insert into Customer (CustID, Name) values(1021,\"Martha Rivera\")");
    CHECK(inserted.affected == 1);
    CHECK(inserted.info.empty());
    CHECK(run(*session, "insert into Customer (CustID, Name) values(1021, 'Again')") ==
          "1062: Duplicate entry '1021' for key 'Customer.PRIMARY'");
    CHECK(run(*session, "select * from Customer") == "1021|Martha Rivera");
    const auto again = session->execute_now(customer);
    CHECK_FALSE(again.error);
    CHECK(again.warnings == 1);
    CHECK(run(*session, "show warnings") == "Note|1050|Table 'Customer' already exists");
    CHECK(run(*session, "create table Customer (a int)") ==
          "1050: Table 'Customer' already exists");
}

TEST_CASE("rds insert: a key of several columns is shown with dashes, a unique key by its name") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session,
        "create table t (a int, b varchar(9), c int, primary key (a, b), unique key by_c (c))");
    run(*session, "insert into t values (1, 'x', 7)");
    CHECK(run(*session, "insert into t values (1, 'X', 8)") ==
          "1062: Duplicate entry '1-X' for key 't.PRIMARY'");
    CHECK(run(*session, "insert into t values (2, 'y', 7)") ==
          "1062: Duplicate entry '7' for key 't.by_c'");
    CHECK(run(*session, "insert into t values (2, 'y', null), (3, 'y', null)").empty());
}

TEST_CASE("rds insert: values that do not fit are errors with MySQL's numbers") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session,
        "create table t (id tinyint primary key, n varchar(3) not null, d date, m decimal(4,1), u "
        "int unsigned)");
    const std::pair<const char*, const char*> cases[] = {
        {"insert into t (id, n) values (300, 'a')",
         "1264: Out of range value for column 'id' at row 1"},
        {"insert into t (id, n, u) values (1, 'a', -1)",
         "1264: Out of range value for column 'u' at row 1"},
        {"insert into t (id, n) values ('abc', 'a')",
         "1366: Incorrect integer value: 'abc' for column 'id' at row 1"},
        {"insert into t (id, n) values ('12x', 'a')",
         "1265: Data truncated for column 'id' at row 1"},
        {"insert into t (id, n) values (1, 'abcd')", "1406: Data too long for column 'n' at row 1"},
        {"insert into t (id, n) values (1, 'a'), (2, 'abcd')",
         "1406: Data too long for column 'n' at row 2"},
        {"insert into t (id, n) values (1, null)", "1048: Column 'n' cannot be null"},
        {"insert into t (id) values (1)", "1364: Field 'n' doesn't have a default value"},
        {"insert into t (id, n, d) values (1, 'a', '2026-02-30')",
         "1292: Incorrect date value: '2026-02-30' for column 'd' at row 1"},
        {"insert into t (id, n, m) values (1, 'a', 12345)",
         "1264: Out of range value for column 'm' at row 1"},
        {"insert into t (id, n) values (1)",
         "1136: Column count doesn't match value count at row 1"},
        {"insert into t values (1, 'a')", "1136: Column count doesn't match value count at row 1"},
        {"insert into t (id, zz) values (1, 'a')", "1054: Unknown column 'zz' in 'field list'"},
        {"insert into t (id, id) values (1, 1)", "1110: Column 'id' specified twice"},
    };
    for (const auto& [sql, answer] : cases) {
        INFO(sql);
        CHECK(run(*session, sql) == answer);
    }
    CHECK(run(*session, "select count(*) from t") == "0");
    CHECK(run(*session, "insert into t values ('7', 5, '2026-1-2', '3.25', 4.6)").empty());
    CHECK(run(*session, "select * from t") == "7|5|2026-01-02|3.3|5");
}

TEST_CASE("rds insert: without strict mode values are made to fit, with warnings") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (id tinyint primary key, n varchar(3) not null)");
    run(*session, "set sql_mode = ''");
    const auto result = session->execute_now("insert into t values (300, 'abcd')");
    CHECK(result.warnings == 2);
    CHECK(run(*session, "select * from t") == "127|abc");
}

TEST_CASE("rds insert: AUTO_INCREMENT counts on, and leaves gaps where a row failed") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (id int auto_increment primary key, n varchar(9) unique)");
    const auto two = session->execute_now("insert into t (n) values ('a'), ('b')");
    CHECK(two.insert_id == 1);
    CHECK(two.affected == 2);
    CHECK(two.info == "Records: 2  Duplicates: 0  Warnings: 0");
    CHECK(run(*session, "select last_insert_id()") == "1");
    run(*session, "insert into t (n) values ('b')");
    CHECK(session->execute_now("insert into t values (null, 'c')").insert_id == 4);
    run(*session, "insert into t values (10, 'd')");
    CHECK(session->execute_now("insert into t values (0, 'e')").insert_id == 11);
    CHECK(run(*session, "select id from t order by id") == "1\n2\n4\n10\n11");
    run(*session, "truncate table t");
    CHECK(session->execute_now("insert into t (n) values ('z')").insert_id == 1);
}

TEST_CASE("rds insert: IGNORE, REPLACE and ON DUPLICATE KEY UPDATE count as MySQL does") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, "create table t (id int primary key, n int default 7, u int unique)");
    run(*session, "insert into t values (1, 1, 1), (2, 2, 2)");
    const auto ignored = session->execute_now("insert ignore into t values (1, 9, 9), (3, 3, 3)");
    CHECK(ignored.affected == 1);
    CHECK(ignored.info == "Records: 2  Duplicates: 1  Warnings: 1");
    CHECK(session->execute_now("replace into t values (3, 5, 1)").affected == 3);
    CHECK(run(*session, "select * from t") == "2|2|2\n3|5|1");
    CHECK(session
              ->execute_now(
                  "insert into t (id, u) values (2, 5) on duplicate key update n = n + values(u)")
              .affected == 2);
    CHECK(session->execute_now("insert into t (id) values (2) on duplicate key update n = n")
              .affected == 0);
    CHECK(
        session
            ->execute_now("insert into t (id) values (4) as new on duplicate key update n = new.id")
            .affected == 1);
    CHECK(
        session
            ->execute_now("insert into t (id) values (4) as new on duplicate key update n = new.id")
            .affected == 2);
    CHECK(run(*session, "select * from t") == "2|7|2\n3|5|1\n4|4|NULL");
    CHECK(session->execute_now("insert into t set id = 5, n = default").affected == 1);
    CHECK(session->execute_now("insert into t (id, n) select id + 10, n from t where id > 3")
              .affected == 2);
    CHECK(run(*session, "select id, n from t where id > 4") == "5|7\n14|4\n15|7");
}

TEST_CASE("rds update: changed rows are affected, or found ones if the client asks so") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session,
        "create table t (id int primary key, n int, at timestamp default current_timestamp on "
        "update current_timestamp)");
    run(*session, "insert into t (id, n) values (1, 1), (2, 1), (3, 3)");
    const auto result = session->execute_now("update t set n = 1 where id <= 3");
    CHECK(result.affected == 1);
    CHECK(result.info == "Rows matched: 3  Changed: 1  Warnings: 0");
    CHECK(fixture.connect(Counting::found_rows)->execute_now("update t set n = 1").affected == 3);
    run(*session, "update t set n = n + 1, id = id + n where id = 3");  // n is already 2
    CHECK(run(*session, "select id, n from t") == "1|1\n2|1\n5|2");
    CHECK(run(*session, "update t set id = 2 where id = 1") ==
          "1062: Duplicate entry '2' for key 't.PRIMARY'");
    fixture.world.loop.run_until(default_start + 5s);
    run(*session, "update t set n = 9 order by id desc limit 1");
    CHECK(run(*session, "select id, at from t where n = 9") == "5|2026-01-01 00:00:05");
    CHECK(session->execute_now("delete from t where n = 1").affected == 2);
    CHECK(session->execute_now("delete from t").affected == 1);
}

TEST_CASE("rds errors: names that do not exist are said as MySQL says them") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, customer);
    const std::pair<const char*, const char*> cases[] = {
        {"select * from x", "1146: Table 'ExampleDB.x' doesn't exist"},
        {"select * from customer",
         "1146: Table 'ExampleDB.customer' doesn't exist"},  // case counts
        {"select zz from Customer", "1054: Unknown column 'zz' in 'field list'"},
        {"select * from Customer where zz = 1", "1054: Unknown column 'zz' in 'where clause'"},
        {"select * from Customer order by zz", "1054: Unknown column 'zz' in 'order clause'"},
        {"select c.CustID from Customer", "1054: Unknown column 'c.CustID' in 'field list'"},
        {"select CustID from Customer a, Customer b",
         "1052: Column 'CustID' in field list is ambiguous"},
        {"insert into Customer values (1, abc)", "1054: Unknown column 'abc' in 'field list'"},
        {"use nowhere", "1049: Unknown database 'nowhere'"},
        {"drop table nope", "1051: Unknown table 'ExampleDB.nope'"},
        {"select nope(1)", "1305: FUNCTION ExampleDB.NOPE does not exist"},
        {"set nope = 1", "1193: Unknown system variable 'nope'"},
        {"select @@nope", "1193: Unknown system variable 'nope'"},
        {"", "1065: Query was empty"},
        {"select (select CustID from (select 1 as CustID union select 2) as t)",
         "1242: Subquery returns more than 1 row"},
        {"select Name, count(*) from Customer group by CustID + 1",
         "1055: Expression #1 of SELECT list is not in GROUP BY clause and contains nonaggregated "
         "column "
         "'ExampleDB.Customer.Name' which is not functionally dependent on columns in GROUP BY "
         "clause; this is incompatible "
         "with sql_mode=only_full_group_by"},
        {"select 9223372036854775807 + 1", "1690: BIGINT value is out of range"},
        {"select count(*) from Customer where count(*) > 1", "1111: Invalid use of group function"},
        {"create table t (a int, A int)", "1060: Duplicate column name 'A'"},
        {"create table t (a int primary key, b int primary key)",
         "1068: Multiple primary key defined"},
        {"create table t (a int default 'x')", "1067: Invalid default value for 'a'"},
        {"create table t (a int auto_increment)",
         "1075: Incorrect table definition; there can be only one auto column and it must be "
         "defined as a key"},
    };
    for (const auto& [sql, answer] : cases) {
        INFO(sql);
        CHECK(run(*session, sql) == answer);
    }
    CHECK(run(*session, "selec 1") ==
          "1064: You have an error in your SQL syntax; check the manual that corresponds to your "
          "MySQL server version for "
          "the right syntax to use near 'selec 1' at line 1");
    CHECK(run(*session, "select 1\nfrom Customer wher x") ==
          "1064: You have an error in your SQL syntax; check the manual that corresponds to your "
          "MySQL server version for "
          "the right syntax to use near 'x' at line 2");
    SqlSession homeless(fixture.store, 99, "admin", Counting::changed_rows);
    CHECK(run(homeless, "select * from t") == "1046: No database selected");
}

TEST_CASE("rds errors: what is not supported is named, never guessed") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, customer);
    for (const auto* const sql : {"alter table Customer add x int",
                                  "select json_extract('{}', '$')",
                                  "with t as (select 1) select * from t",
                                  "select row_number() over () from Customer",
                                  "create table t (j json)",
                                  "create table t (e enum('a'))",
                                  "create table t (a int, foreign key (a) references b (c))",
                                  "select @x := 1",
                                  "select 'a' regexp 'b'",
                                  "create view v as select 1",
                                  "select now() + interval 1 day",
                                  "lock tables Customer write",
                                  "delete a from Customer a join Customer b",
                                  "select * from information_schema.tables",
                                  "set time_zone = 'Europe/Rome'",
                                  "set names latin1",
                                  "select (1, 2) = (1, 2)",
                                  "call p()"}) {
        INFO(sql);
        const auto result = session->execute_now(sql);
        REQUIRE(result.error);
        CHECK(result.error->number() == 1235);
        CHECK(result.error->sqlstate() == "42000");
    }
}

TEST_CASE("rds show: tables, columns, definitions and variables") {
    SqlFixture fixture;
    const auto session = fixture.connect();
    run(*session, customer);
    run(*session,
        "create table `odd name` (id bigint unsigned auto_increment primary key, at datetime "
        "default now(), n varchar(5) default 'x' comment 'it''s', key (n))");
    CHECK(run(*session, "show tables") == "Customer\nodd name");
    CHECK(run(*session, "show full tables like 'cust%'") == "Customer|BASE TABLE");
    CHECK(run(*session, "describe Customer") ==
          "CustID|int|NO|PRI|NULL|\nName|varchar(255)|NO||NULL|");
    CHECK(run(*session, "show create table `odd name`") ==
          "odd name|CREATE TABLE `odd name` (\n  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\n"
          "  `at` datetime DEFAULT CURRENT_TIMESTAMP,\n  `n` varchar(5) DEFAULT 'x' COMMENT "
          "'it''s',\n  PRIMARY KEY (`id`),\n"
          "  KEY `n` (`n`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci");
    CHECK(run(*session, "show variables like 'autoc%'") == "autocommit|ON");
    CHECK(run(*session, "create database other").empty());
    CHECK(run(*session, "show databases") == "ExampleDB\nother");
    CHECK(run(*session, "create table other.t (a int)").empty());
    CHECK(run(*session, "insert into other.t values (5)").empty());
    CHECK(run(*session, "select a from other.t") == "5");
    CHECK(run(*session, "drop database other").empty());
    CHECK(run(*session, "select a from other.t") == "1049: Unknown database 'other'");
}
