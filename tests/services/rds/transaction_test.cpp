#include "tests/services/rds/sql_support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::rds;

namespace {

struct TransactionFixture : SqlFixture {
    TransactionFixture() { run(*connect(), "create table t (id int primary key, n int)"); }
};

}  // namespace

TEST_CASE(
    "rds transactions: a reader sees neither uncommitted rows nor ones committed after its "
    "snapshot") {
    TransactionFixture fixture;
    const auto writer = fixture.connect();
    const auto reader = fixture.connect();
    run(*writer, "begin");
    run(*writer, "insert into t values (1, 1)");
    CHECK(writer->in_transaction());
    CHECK(run(*writer, "select count(*) from t") == "1");
    CHECK(run(*reader, "select count(*) from t") == "0");
    run(*reader, "start transaction");
    CHECK(run(*reader, "select count(*) from t") == "0");
    run(*writer, "commit");
    CHECK(run(*reader, "select count(*) from t") == "0");  // REPEATABLE READ
    run(*reader, "commit");
    CHECK(run(*reader, "select count(*) from t") == "1");
}

TEST_CASE("rds transactions: READ COMMITTED sees what was committed since") {
    TransactionFixture fixture;
    const auto writer = fixture.connect();
    const auto reader = fixture.connect();
    run(*reader, "set session transaction isolation level read committed");
    run(*reader, "begin");
    CHECK(run(*reader, "select count(*) from t") == "0");
    run(*writer, "insert into t values (1, 1)");
    CHECK(run(*reader, "select count(*) from t") == "1");
}

TEST_CASE(
    "rds transactions: autocommit=0 opens one at the first statement; turning it on commits") {
    TransactionFixture fixture;
    const auto session = fixture.connect();
    const auto other = fixture.connect();
    run(*session, "set autocommit = 0");
    CHECK_FALSE(session->in_transaction());
    run(*session, "insert into t values (1, 1)");
    CHECK(session->in_transaction());
    run(*session, "rollback");
    CHECK(run(*other, "select count(*) from t") == "0");
    run(*session, "insert into t values (2, 2)");
    run(*session, "set autocommit = 1");
    CHECK(run(*other, "select count(*) from t") == "1");
}

TEST_CASE("rds transactions: a session whose snapshot is old can still write") {
    // A handler that reads without committing keeps its snapshot across invocations.
    TransactionFixture fixture;
    const auto idle = fixture.connect();
    const auto other = fixture.connect();
    run(*idle, "set autocommit = 0");
    CHECK(run(*idle, "select count(*) from t") == "0");
    CHECK(run(*other, "insert into t values (1, 1)").empty());
    CHECK(run(*idle, "insert into t values (2, 2)").empty());
    run(*idle, "commit");
    CHECK(run(*other, "select id from t") == "1\n2");
}

TEST_CASE("rds transactions: a statement that fails leaves the transaction standing") {
    TransactionFixture fixture;
    const auto session = fixture.connect();
    run(*session, "begin");
    run(*session, "insert into t values (1, 1)");
    CHECK(run(*session, "insert into t values (2, 2), (1, 1)") ==
          "1062: Duplicate entry '1' for key 't.PRIMARY'");
    run(*session, "commit");
    CHECK(run(*session, "select id from t") == "1");
}

TEST_CASE("rds transactions: savepoints, and DDL that commits") {
    TransactionFixture fixture;
    const auto session = fixture.connect();
    run(*session, "begin");
    run(*session, "savepoint a");
    run(*session, "insert into t values (1, 1)");
    run(*session, "savepoint b");
    run(*session, "insert into t values (2, 2)");
    run(*session, "rollback to b");
    CHECK(run(*session, "select id from t") == "1");
    run(*session, "rollback to savepoint a");
    CHECK(run(*session, "select id from t").empty());
    CHECK(run(*session, "rollback to b") == "1305: SAVEPOINT b does not exist");
    run(*session, "insert into t values (3, 3)");
    run(*session, "create table u (a int)");
    CHECK_FALSE(session->in_transaction());
    run(*session, "rollback");
    CHECK(run(*session, "select id from t") == "3");
    run(*session, "start transaction read only");
    CHECK(run(*session, "insert into t values (4, 4)") ==
          "1792: Cannot execute statement in a READ ONLY transaction.");
}

TEST_CASE("rds locks: a second writer waits in virtual time until the first transaction ends") {
    TransactionFixture fixture;
    const auto first = fixture.connect();
    const auto second = fixture.connect();
    run(*first, "begin");
    run(*first, "insert into t values (1, 1)");
    std::string answer = "waiting";
    second->execute("insert into t values (2, 2)",
                    [&](const StatementResult& result) { answer = text_of(result); });
    CHECK(answer == "waiting");
    fixture.world.loop.run_until(default_start + 10s);
    CHECK(answer == "waiting");
    run(*first, "commit");
    fixture.world.loop.run_until(default_start + 10s);
    CHECK(answer.empty());
    CHECK(run(*first, "select id from t") == "1\n2");
}

TEST_CASE("rds locks: a wait ends with error 1205 after innodb_lock_wait_timeout") {
    TransactionFixture fixture;
    const auto first = fixture.connect();
    const auto second = fixture.connect();
    run(*first, "begin");
    run(*first, "select * from t for update");
    std::string answer = "waiting";
    second->execute("update t set n = 1",
                    [&](const StatementResult& result) { answer = text_of(result); });
    fixture.world.loop.run_until(default_start + 49s);
    CHECK(answer == "waiting");
    fixture.world.loop.run_until(default_start + 50s);
    CHECK(answer == "1205: Lock wait timeout exceeded; try restarting transaction");
    CHECK(run(*second, "delete from t") ==
          "1205: Lock wait timeout exceeded; try restarting transaction");
}

TEST_CASE("rds locks: a session that goes away rolls back and lets the next one go on") {
    TransactionFixture fixture;
    auto first = fixture.connect();
    const auto second = fixture.connect();
    auto third = fixture.connect();
    run(*first, "begin");
    run(*first, "insert into t values (1, 1)");
    std::string answer = "waiting";
    third->execute("insert into t values (3, 3)",
                   [&](const StatementResult&) { answer = "third"; });
    second->execute("insert into t values (2, 2)",
                    [&](const StatementResult& result) { answer = text_of(result); });
    third.reset();
    first.reset();
    fixture.world.loop.run_until(default_start);
    CHECK(answer.empty());
    CHECK(run(*second, "select id from t") == "2");
}

TEST_CASE("rds stores: two worlds in one process share nothing") {
    TransactionFixture one;
    TransactionFixture two;
    run(*one.connect(), "insert into t values (1, 1)");
    CHECK(run(*two.connect(), "select count(*) from t") == "0");
}
