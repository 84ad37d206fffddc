#include "engine/store.h"

#include "engine/database.h"
#include "engine/error.h"
#include "engine/world.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace orrery;

namespace {

using Records = std::vector<std::pair<std::string, std::string>>;

Records records(const Store& store, const std::string& table) {
    Records all;
    store.each(table,
               [&](std::string_view key, std::string_view value) { all.emplace_back(key, value); });
    return all;
}

std::filesystem::path file_in(const test::TemporaryFolder& folder) {
    return folder.path() / "state.sqlite";
}

/// Runs `work` in a child process, which waits to be killed once it is done; then calls
/// `meanwhile` and kills it.
void in_killed_child(const std::function<void()>& work, const std::function<void()>& meanwhile) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        work();
        [[maybe_unused]] const auto written = write(ready[1], "x", 1);
        for (;;) {
            pause();
        }
    }
    close(ready[1]);
    char byte = 0;
    const auto got = read(ready[0], &byte, 1);
    meanwhile();
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ready[0]);
    CHECK(got == 1);
}

void run_sql(const std::filesystem::path& file, const char* sql) {
    sqlite3* handle = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &handle) == SQLITE_OK);
    CHECK(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(handle);
}

}  // namespace

TEST_CASE("store: what was committed is there when the file is opened again, in order of keys") {
    const test::TemporaryFolder folder;
    const std::string binary("\0\xff\x80", 3);
    {
        Loop loop(default_start);
        Store store(loop, file_in(folder));
        store.put("queues", "b", "2");
        store.put("queues", "a", "1");
        store.put("queues", binary, binary);
        store.put("queues", "b", "3");
        store.put("other", "a", "");
        store.put("other", "gone", "x");
        store.erase("other", "gone");
        store.put("cleared", "a", "x");
        store.clear("cleared");
        loop.run_until(loop.start());
    }
    Loop loop(default_start);
    const Store store(loop, file_in(folder));
    CHECK(records(store, "queues") == Records{{binary, binary}, {"a", "1"}, {"b", "3"}});
    CHECK(records(store, "other") == Records{{"a", ""}});
    CHECK(records(store, "cleared").empty());
    CHECK(records(store, "never").empty());
}

TEST_CASE("store: an instant's changes are committed together, after everything due then") {
    const test::TemporaryFolder folder;
    Loop loop(default_start);
    Store store(loop, file_in(folder));
    std::vector<std::string> order;
    store.add_saver([&] { order.emplace_back("save"); });
    loop.after(1s, [&] {
        store.touch();
        store.when_committed([&] { order.emplace_back("first told"); });
        order.emplace_back("first");
    });
    loop.after(1s, [&] {
        store.touch();
        store.when_committed([&] { order.emplace_back("second told"); });
        order.emplace_back("second");
    });
    loop.run_until(loop.start() + 2s);
    CHECK(order ==
          std::vector<std::string>{"first", "second", "save", "first told", "second told"});
    bool told = false;
    store.when_committed([&] { told = true; });
    CHECK(told);
}

TEST_CASE("store: in live mode what arrived together is committed together") {
    const test::TemporaryFolder folder;
    Loop loop(default_start);
    Store store(loop, file_in(folder));
    int commits = 0;
    int changes = 0;
    store.add_saver([&] { ++commits; });
    std::int64_t wall = 0;
    for (int i = 0; i < 10; ++i) {
        loop.after(std::chrono::microseconds(i), [&] {
            store.touch();
            if (++changes == 10) {
                store.when_committed([&] { loop.stop(); });
            }
        });
    }
    loop.run_live([&wall] { return wall += 100'000; });
    CHECK(commits == 1);
}

TEST_CASE("store: a process that is killed loses nothing that was committed") {
    const test::TemporaryFolder folder;
    in_killed_child(
        [&] {
            Loop loop(default_start);
            auto* const store = new Store(loop, file_in(folder));
            store->put("t", "committed", "1");
            store->commit();
            store->put("t", "not committed", "1");
        },
        [] {});
    Loop loop(default_start);
    const Store store(loop, file_in(folder));
    CHECK(records(store, "t") == Records{{"committed", "1"}});
}

TEST_CASE("store: two processes cannot share a file") {
    const test::TemporaryFolder folder;
    Loop loop(default_start);
    in_killed_child(
        [&] {
            Loop childs_loop(default_start);
            new Store(childs_loop, file_in(folder));
        },
        [&] {
            CHECK_THROWS_WITH(Store(loop, file_in(folder)),
                              Catch::Contains("in use by another process"));
        });
    CHECK_NOTHROW(Store(loop, file_in(folder)));
}

TEST_CASE("store: a file that is not ours, or of another format, is refused and left as it is") {
    const test::TemporaryFolder folder;
    Loop loop(default_start);
    folder.write("text",
                 "This is not a database, but it is long enough to look like one to a "
                 "reader who only glances at it. It goes on for a while.");
    CHECK_THROWS_WITH(Store(loop, folder.path() / "text"),
                      Catch::Contains("not a state file of Orrery"));
    run_sql(folder.path() / "other.sqlite", "CREATE TABLE mine (x)");
    CHECK_THROWS_WITH(Store(loop, folder.path() / "other.sqlite"),
                      Catch::Contains("not a state file of Orrery"));
    { const Store store(loop, file_in(folder)); }
    run_sql(file_in(folder), "PRAGMA user_version = 99");
    CHECK_THROWS_WITH(Store(loop, file_in(folder)), Catch::Contains("format 99"));
    CHECK_THROWS_AS(Store(loop, folder.path() / "no" / "such" / "folder"), UsageError);
}

TEST_CASE("store: tables of somebody's own are committed with the records, and go with them") {
    const test::TemporaryFolder folder;
    const auto count = [](Store& store) {
        return store.database().number("SELECT count(*) FROM sqlite_master WHERE name = 'mine'");
    };
    {
        Loop loop(default_start);
        Store store(loop, file_in(folder));
        store.write();
        store.database().run("CREATE TABLE mine (number INTEGER)");
        store.put("t", "first", "1");
        loop.run_until(loop.start());
        store.write();
        store.database().run("INSERT INTO mine VALUES (7)");
        store.put("t", "lost", "1");  // killed before its commit
    }
    Loop loop(default_start);
    Store store(loop, file_in(folder));
    CHECK(records(store, "t") == Records{{"first", "1"}});
    CHECK(count(store) == 1);
    CHECK(store.database().number("SELECT count(*) FROM mine") == 0);
    store.start_afresh();
    CHECK(count(store) == 0);
}

TEST_CASE("store: start_afresh forgets records, savers and who waits") {
    const test::TemporaryFolder folder;
    Loop loop(default_start);
    Store store(loop, file_in(folder));
    int saved = 0;
    bool told = false;
    store.add_saver([&] { ++saved; });
    store.put("t", "old", "1");
    store.when_committed([&] { told = true; });
    loop.restart(default_start);
    store.start_afresh();
    store.put("t", "new", "2");
    loop.run_until(loop.start());
    CHECK(records(store, "t") == Records{{"new", "2"}});
    CHECK(saved == 0);
    CHECK_FALSE(told);
}
