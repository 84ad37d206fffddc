#include "services/dynamodb/memory_pages.h"

#include "services/dynamodb/database.h"

#include <catch2/catch.hpp>

#include <string>

using namespace orrery::dynamodb;

TEST_CASE("dynamodb pages in memory: they grow, move and go, and hold what was written") {
    constexpr std::int64_t rows = 3000;  // of 1 KB: more than one piece of memory
    Database database;
    database.run("PRAGMA auto_vacuum = FULL");  // moves pages to where others were
    database.run("CREATE TABLE row (id INTEGER PRIMARY KEY, value BLOB)");
    database.run(
        "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number "
        "WHERE n < " +
        std::to_string(rows) +
        ") INSERT INTO row SELECT n, CAST(printf('%1000d', n) AS BLOB) FROM number");
    const std::int64_t pages = database.number("PRAGMA page_count");
    database.run("DELETE FROM row WHERE id % 10 <> 0 AND id < 2900");
    CHECK(database.number("PRAGMA page_count") < pages / 2);
    CHECK(database.number("SELECT count(*) FROM row WHERE CAST(CAST(value AS TEXT) AS INTEGER) = "
                          "id") == 289 + 101);
    CHECK(database.number("SELECT count(*) FROM pragma_integrity_check "
                          "WHERE integrity_check = 'ok'") == 1);
    database.run("DELETE FROM row");
    database.run("INSERT INTO row VALUES (1, 'again')");
    CHECK(database.number("SELECT count(*) FROM row WHERE value = 'again'") == 1);
}
