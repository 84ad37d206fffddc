// Log events: putting and reading them.
#include "services/logs/event_id.h"
#include "tests/services/logs/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::logs;
using namespace orrery::logs::test;
using namespace std::chrono_literals;

TEST_CASE("logs event ids: 56 digits that grow with time and arrival, and are read back") {
    const std::string early = event_id({1767225600000, 1});
    CHECK(early.size() == 56);
    CHECK(event_id({1767225600000, 2}) > early);
    CHECK(event_id({1767225600001, 0}) > event_id({1767225600000, 1'000'000'000}));
    for (const EventKey key : {EventKey{1767225600000, 7},
                               EventKey{0, 0},
                               EventKey{9'223'372'036'854'775'807, 18'446'744'073'709'551'615U}}) {
        CHECK(parse_event_id(event_id(key)) == key);
    }
    CHECK(parse_event_id("12") == std::nullopt);
    CHECK(parse_event_id(std::string(56, 'x')) == std::nullopt);
}

TEST_CASE("logs PutLogEvents: events out of the allowed times are rejected one by one") {
    Bench bench;
    bench.make_stream();
    const std::int64_t day = 24 * 3600 * 1000;
    // [API reference: PutLogEvents]: up to 14 days old, up to 2 hours ahead
    CHECK(bench.put({bench.now() - 14 * day - 1, bench.now() - 14 * day}) ==
          Json{{"rejectedLogEventsInfo", {{"tooOldLogEventEndIndex", 1}}}});
    CHECK(bench.put({bench.now() + 7200'000, bench.now() + 7200'001}) ==
          Json{{"rejectedLogEventsInfo", {{"tooNewLogEventStartIndex", 1}}}});
    CHECK(bench.put({bench.now()}) == Json::object());
    CHECK(bench.messages().size() == 3);
}

TEST_CASE("logs PutLogEvents: a bad batch is refused as a whole") {
    Bench bench;
    bench.make_stream();
    const auto refusal = [&](const Json& events) {
        return bench.failure("PutLogEvents", Bench::stream_and({{"logEvents", events}}));
    };
    const std::int64_t now = bench.now();
    const auto event = [](std::int64_t at, const std::string& text) {
        return Json{{"timestamp", at}, {"message", text}};
    };
    // [API reference: PutLogEvents]
    CHECK(refusal({event(now, "b"), event(now - 1, "a")}) ==
          "InvalidParameterException: Log events in a single PutLogEvents request must be in "
          "chronological order.");
    CHECK(refusal({event(now - 86'400'001, "a"), event(now, "b")}).find("24 hours") !=
          std::string::npos);
    CHECK(refusal(Json::array()).starts_with("InvalidParameterException"));
    CHECK(refusal(Json::array({event(now, "")})).starts_with("InvalidParameterException"));
    CHECK(refusal(Json(10'001, event(now, "x"))).starts_with("InvalidParameterException"));
    CHECK(
        refusal(Json::array({event(now, std::string(1'048'551, 'x'))})).find("Upload too large") !=
        std::string::npos);
    CHECK(bench.messages().empty());
    CHECK(refusal(Json::array({event(now, std::string(1'048'550, 'x'))})) == "no error");
}

TEST_CASE("logs PutLogEvents: any sequence token does, and none is needed") {
    Bench bench;
    bench.make_stream();
    const Json event{{"timestamp", bench.now()}, {"message", "x"}};
    CHECK(bench.failure("PutLogEvents",
                        Bench::stream_and({{"logEvents", Json::array({event})},
                                           {"sequenceToken", "of long ago"}})) == "no error");
    CHECK(bench.failure("PutLogEvents",
                        {{"logGroupName", "/app"},
                         {"logStreamName", "no"},
                         {"logEvents", Json::array({event})}}) ==
          "ResourceNotFoundException: The specified log stream does not exist.");
}

TEST_CASE("logs GetLogEvents: the tail by default, and tokens in both directions") {
    Bench bench;
    bench.make_stream();
    const std::int64_t now = bench.now();
    bench.put({now, now + 1, now + 2, now + 3, now + 4});
    const auto read = [&](Json more) {
        return bench.call("GetLogEvents", Bench::stream_and(std::move(more)));
    };
    const Json tail = read({{"limit", 2}});
    CHECK(joined(tail["events"]) == "3 4 ");
    const Json before = read({{"limit", 2}, {"nextToken", tail["nextBackwardToken"]}});
    CHECK(joined(before["events"]) == "1 2 ");
    CHECK(joined(read({{"limit", 2}, {"nextToken", before["nextForwardToken"]}})["events"]) ==
          "3 4 ");
    CHECK(joined(read({{"startFromHead", true}, {"limit", 2}})["events"]) == "0 1 ");
    // startTime is included, endTime is not. [API reference: GetLogEvents]
    CHECK(joined(read({{"startTime", now + 1}, {"endTime", now + 3}})["events"]) == "1 2 ");
    CHECK(read({{"startTime", now + 3}, {"endTime", now + 1}})["events"].empty());
    CHECK(bench.failure("GetLogEvents", Bench::stream_and({{"nextToken", "x"}})) ==
          "InvalidParameterException: The specified nextToken is invalid.");
    CHECK(bench.failure("GetLogEvents", {{"logGroupName", "/app"}, {"logStreamName", "no"}}) ==
          "ResourceNotFoundException: The specified log stream does not exist.");
}

TEST_CASE("logs GetLogEvents: at either end the token is the same again") {
    Bench bench;
    bench.make_stream();
    const auto read = [&](Json more) {
        return bench.call("GetLogEvents", Bench::stream_and(std::move(more)));
    };
    // [API reference: GetLogEvents]
    const Json empty = read(Json::object());
    CHECK(empty["events"].empty());
    const Json again = read({{"nextToken", empty["nextForwardToken"]}});
    CHECK(again["nextForwardToken"] == empty["nextForwardToken"]);
    bench.put({bench.now(), bench.now() + 1});
    const Json all = read({{"nextToken", empty["nextForwardToken"]}});
    CHECK(joined(all["events"]) == "0 1 ");
    const Json end = read({{"nextToken", all["nextForwardToken"]}});
    CHECK(end["events"].empty());
    CHECK(end["nextForwardToken"] == all["nextForwardToken"]);
    const Json start = read({{"nextToken", all["nextBackwardToken"]}});
    CHECK(start["events"].empty());
    CHECK(start["nextBackwardToken"] == all["nextBackwardToken"]);
    // What comes later is found from where the last page ended.
    bench.service.append("/app", "s", "late");
    CHECK(joined(read({{"nextToken", all["nextForwardToken"]}})["events"]).empty());
    bench.run_for(1s);
    bench.service.append("/app", "s", "later");
    CHECK(joined(read({{"nextToken", all["nextForwardToken"]}})["events"]) == "later ");
}

TEST_CASE("logs FilterLogEvents: over streams, in pages") {
    Bench bench;
    bench.make_stream();
    const std::int64_t now = bench.now();
    bench.put({now, now + 2});
    bench.service.append("/app", "other", "between");
    const auto read = [&](const Json& more) {
        return bench.call("FilterLogEvents", Bench::group_and(more));
    };
    CHECK(joined(read(Json::object())["events"]) == "0 between 1 ");
    CHECK(joined(read({{"logStreamNames", {"other"}}})["events"]) == "between ");
    CHECK(joined(read({{"logStreamNames", {"s", "other", "s"}}})["events"]) == "0 between 1 ");
    CHECK(joined(read({{"logStreamNamePrefix", "o"}})["events"]) == "between ");
    CHECK(joined(read({{"logStreamNamePrefix", "x"}})["events"]).empty());
    CHECK(joined(read({{"startTime", now + 1}, {"endTime", now + 2}})["events"]) == "1 ");
    CHECK(joined(read({{"interleaved", false}})["events"]) == "0 between 1 ");
    CHECK(read(Json::object())["searchedLogStreams"] == Json::array());
    const Json page = read({{"limit", 2}});
    const Json rest = read({{"nextToken", page["nextToken"]}});
    CHECK(joined(rest["events"]) == "1 ");
    CHECK_FALSE(rest.contains("nextToken"));
    CHECK_FALSE(read({{"limit", 3}}).contains("nextToken"));
    const Json event = rest["events"][0];
    CHECK(event["logStreamName"] == "s");
    CHECK(event["eventId"].get<std::string>().size() == 56);
    CHECK(bench
              .failure("FilterLogEvents",
                       Bench::group_and({{"logStreamNamePrefix", "s"}, {"logStreamNames", {"s"}}}))
              .starts_with("InvalidParameterException"));
    CHECK(bench.failure("FilterLogEvents", Bench::group_and({{"logStreamNames", {"no"}}})) ==
          "ResourceNotFoundException: The specified log stream does not exist.");
}

TEST_CASE("logs FilterLogEvents: newest first, whatever the next request says") {
    Bench bench;
    bench.make_stream();
    const std::int64_t now = bench.now();
    bench.put({now, now + 1, now + 2});
    const Json page =
        bench.call("FilterLogEvents",
                   Bench::group_and({{"startFromHead", false}, {"startTime", now}, {"limit", 2}}));
    CHECK(joined(page["events"]) == "2 1 ");
    CHECK(joined(bench.call("FilterLogEvents",
                            Bench::group_and({{"nextToken", page["nextToken"]}}))["events"]) ==
          "0 ");
    CHECK(bench.failure("FilterLogEvents", Bench::group_and({{"startFromHead", false}}))
              .find("2024") != std::string::npos);
}

TEST_CASE("logs FilterLogEvents: a pattern, with pages of what matches") {
    Bench bench;
    for (const char* message : {"a 1", "b 2", "a 3", "a 4"}) {
        bench.service.append("/app", "s", message);
    }
    const Json page =
        bench.call("FilterLogEvents", Bench::group_and({{"filterPattern", "a -4"}, {"limit", 1}}));
    CHECK(joined(page["events"]) == "a 1 ");
    const Json rest =
        bench.call("FilterLogEvents",
                   Bench::group_and({{"filterPattern", "a -4"}, {"nextToken", page["nextToken"]}}));
    CHECK(joined(rest["events"]) == "a 3 ");
    CHECK_FALSE(rest.contains("nextToken"));
    CHECK(bench.failure("FilterLogEvents", Bench::group_and({{"filterPattern", "{ x }"}})) ==
          "InvalidParameterException: Invalid filter pattern");
}

TEST_CASE("logs FilterLogEvents and GetLogEvents: no more than 1 MB in an answer") {
    Bench bench;
    for (int count = 0; count < 5; ++count) {
        bench.service.append("/app", "s", std::string(300'000, 'x'));
    }
    const Json page = bench.call("FilterLogEvents", Bench::group_and({}));
    CHECK(page["events"].size() == 3);
    CHECK(page.contains("nextToken"));
    CHECK(bench.call("GetLogEvents", Bench::stream_and({}))["events"].size() == 3);
}

TEST_CASE("logs FilterLogEvents: out of order events are found in order") {
    Bench bench;
    bench.make_stream();
    const std::int64_t now = bench.now();
    bench.put({now + 10, now + 20});
    bench.put({now, now + 15});
    CHECK(bench.messages() == std::vector<std::string>{"0", "0", "1", "1"});
    const Json read = bench.call("FilterLogEvents", Bench::group_and({}))["events"];
    std::vector<std::int64_t> times;
    for (const Json& event : read) {
        times.push_back(event["timestamp"].get<std::int64_t>() - now);
    }
    CHECK(times == std::vector<std::int64_t>{0, 10, 15, 20});
}

TEST_CASE("logs reads: a group with 100,000 events is not walked through for a few") {
    Bench bench;
    for (int count = 0; count < 100'000; ++count) {
        if (count % 20 == 0) {
            bench.run_for(1ms);
        }
        bench.service.append("/app", "s" + std::to_string(count % 10), "message");
    }
    const std::int64_t middle = epoch_millis(bench.world.loop.start()) + 2'500;
    // A walk through all of them would take several milliseconds a call, so seconds for all.
    for (int round = 0; round < 1'000; ++round) {
        const Json answer = bench.call(
            "FilterLogEvents",
            Bench::group_and({{"startTime", middle}, {"endTime", middle}, {"limit", 5}}));
        REQUIRE(answer["events"].size() == 5);
    }
}
