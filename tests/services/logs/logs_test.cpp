#include "services/logs/logs.h"

#include "engine/world.h"
#include "services/aws/error.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace std::chrono_literals;

namespace {

/// A service with short forms of what tests do with it.
class Bench {
public:
    Bench() : service(world, aws::Identity{}) { api_.add(service.api()); }

    Json call(const std::string& operation, const Json& parameters) {
        return api_.call_now("logs", operation, parameters);
    }
    std::string failure(const std::string& operation, const Json& parameters) {
        std::string text = "no error";
        api_.call("logs", operation, parameters, [&](const aws::ApiResult& result) {
            if (!result.ok()) {
                text = result.error().code() + ": " + result.error().message();
            }
        });
        return text;
    }
    void make_stream() {
        call("CreateLogGroup", {{"logGroupName", "/app"}});
        call("CreateLogStream", {{"logGroupName", "/app"}, {"logStreamName", "s"}});
    }
    /// Puts messages "0", "1", … at these times.
    Json put(const std::vector<std::int64_t>& timestamps) {
        Json events = Json::array();
        for (const std::int64_t timestamp : timestamps) {
            events.push_back(
                {{"timestamp", timestamp}, {"message", std::to_string(events.size())}});
        }
        return call("PutLogEvents", stream_and({{"logEvents", events}}));
    }
    static Json stream_and(Json more) {
        more["logGroupName"] = "/app";
        more["logStreamName"] = "s";
        return more;
    }
    std::int64_t now() const { return epoch_millis(world.loop.now()); }
    std::vector<std::string> messages(const std::string& group = "/app") const {
        std::vector<std::string> found;
        for (const logs::LogLine& line : service.events(group)) {
            found.emplace_back(line.message);
        }
        return found;
    }

    World world;
    logs::LogsService service;

private:
    aws::Api api_;
};

std::string joined(const Json& events) {
    std::string text;
    for (const Json& event : events) {
        text += event["message"].get<std::string>() + " ";
    }
    return text;
}

}  // namespace

TEST_CASE("logs append: makes group and stream, and traces the event") {
    Bench bench;
    bench.world.loop.run_until(bench.world.loop.start() + 1500ms);
    bench.service.append("/aws/lambda/f", "2026/01/01/[$LATEST]a", "hello\n");
    const auto lines = bench.service.events("/aws/lambda/f");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].timestamp == 1767225601500);
    CHECK(lines[0].ingestion_time == 1767225601500);
    CHECK(lines[0].stream == "2026/01/01/[$LATEST]a");
    CHECK(bench.service.has_group("/aws/lambda/f"));
    CHECK_FALSE(bench.service.has_group("/aws/lambda/g"));
    REQUIRE(bench.world.trace.size() == 1);
    CHECK(bench.world.trace[0].source == "logs//aws/lambda/f");
    CHECK(bench.world.trace[0].kind == "logs.event");
    CHECK(bench.world.trace[0].data == R"({"message":"hello\n","stream":"2026/01/01/[$LATEST]a"})");
}

TEST_CASE("logs events: of all streams of a group by time, equal times by arrival") {
    Bench bench;
    bench.make_stream();
    bench.service.append("/app", "t", "now");
    bench.put({bench.now() - 5, bench.now()});
    CHECK(bench.messages() == std::vector<std::string>{"0", "now", "1"});
}

TEST_CASE("logs CreateLogGroup and CreateLogStream: names are unique and checked") {
    Bench bench;
    bench.make_stream();
    // [API reference: CreateLogGroup, CreateLogStream]
    CHECK(bench.failure("CreateLogGroup", {{"logGroupName", "/app"}}) ==
          "ResourceAlreadyExistsException: The specified log group already exists");
    CHECK(bench.failure("CreateLogStream", Bench::stream_and({})) ==
          "ResourceAlreadyExistsException: The specified log stream already exists");
    CHECK(bench.failure("CreateLogStream", {{"logGroupName", "no"}, {"logStreamName", "s"}}) ==
          "ResourceNotFoundException: The specified log group does not exist.");
    CHECK(bench.failure("CreateLogGroup", {{"logGroupName", "a b"}})
              .starts_with("InvalidParameterException"));
    CHECK(bench.failure("CreateLogGroup", {{"logGroupName", std::string(513, 'a')}})
              .starts_with("InvalidParameterException"));
    CHECK(bench.failure("CreateLogStream", {{"logGroupName", "/app"}, {"logStreamName", "a:b"}})
              .starts_with("InvalidParameterException"));
    CHECK(bench.failure("CreateLogGroup", {{"logGroupName", "x"}, {"kmsKeyId", "k"}})
              .find("kmsKeyId") != std::string::npos);
}

TEST_CASE("logs DescribeLogGroups and DescribeLogStreams: by prefix, in pages") {
    Bench bench;
    for (const char* name : {"b", "a2", "a1"}) {
        bench.call("CreateLogGroup", {{"logGroupName", name}});
    }
    const Json page = bench.call("DescribeLogGroups", {{"logGroupNamePrefix", "a"}, {"limit", 1}});
    REQUIRE(page["logGroups"].size() == 1);
    CHECK(page["logGroups"][0]["logGroupName"] == "a1");
    CHECK(page["logGroups"][0]["arn"] == "arn:aws:logs:us-east-1:000000000000:log-group:a1:*");
    const Json rest = bench.call("DescribeLogGroups",
                                 {{"logGroupNamePrefix", "a"}, {"nextToken", page["nextToken"]}});
    CHECK(rest["logGroups"].size() == 1);
    CHECK_FALSE(rest.contains("nextToken"));

    bench.service.append("b", "old", "x");
    bench.world.loop.run_until(bench.world.loop.start() + 1s);
    bench.service.append("b", "new", "x");
    const auto first = [&](const Json& more) {
        Json parameters{{"logGroupName", "b"}};
        parameters.update(more);
        return bench.call("DescribeLogStreams", parameters)["logStreams"][0]["logStreamName"];
    };
    CHECK(first(Json::object()) == "new");
    CHECK(first({{"descending", true}}) == "old");
    CHECK(first({{"orderBy", "LastEventTime"}}) == "old");
    CHECK(first({{"orderBy", "LastEventTime"}, {"descending", true}}) == "new");
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
    CHECK(
        refusal(Json::array({event(now, std::string(1'048'551, 'x'))})).find("Upload too large") !=
        std::string::npos);
    CHECK(refusal(Json::array({event(now, std::string(1'048'550, 'x'))})) == "no error");
    CHECK(bench.messages().size() == 1);
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
    // At the end the token repeats itself. [API reference: GetLogEvents]
    const Json end = read({{"nextToken", tail["nextForwardToken"]}});
    CHECK(end["events"].empty());
    CHECK(end["nextForwardToken"] == tail["nextForwardToken"]);
    CHECK(joined(read({{"startFromHead", true}, {"limit", 2}})["events"]) == "0 1 ");
    // startTime is included, endTime is not. [API reference: GetLogEvents]
    CHECK(joined(read({{"startTime", now + 1}, {"endTime", now + 3}})["events"]) == "1 2 ");
    CHECK(bench.failure("GetLogEvents", Bench::stream_and({{"nextToken", "x"}})) ==
          "InvalidParameterException: The specified nextToken is invalid.");
    CHECK(bench.failure("GetLogEvents", {{"logGroupName", "/app"}, {"logStreamName", "no"}}) ==
          "ResourceNotFoundException: The specified log stream does not exist.");
}

TEST_CASE("logs FilterLogEvents: over streams, in pages; a pattern is refused") {
    Bench bench;
    bench.make_stream();
    const std::int64_t now = bench.now();
    bench.put({now, now + 2});
    bench.service.append("/app", "other", "between");
    const auto read = [&](const Json& more) {
        Json parameters{{"logGroupName", "/app"}};
        parameters.update(more);
        return bench.call("FilterLogEvents", parameters);
    };
    CHECK(joined(read(Json::object())["events"]) == "0 between 1 ");
    CHECK(joined(read({{"logStreamNames", {"other"}}})["events"]) == "between ");
    CHECK(joined(read({{"logStreamNamePrefix", "o"}})["events"]) == "between ");
    CHECK(joined(read({{"startTime", now + 1}, {"endTime", now + 2}})["events"]) == "1 ");
    const Json page = read({{"limit", 2}});
    CHECK(joined(read({{"nextToken", page["nextToken"]}})["events"]) == "1 ");
    CHECK(bench.failure("FilterLogEvents", {{"logGroupName", "/app"}, {"filterPattern", "x"}}) ==
          "InvalidParameterException: FilterLogEvents: filterPattern is not supported here yet");
}

TEST_CASE("logs PutRetentionPolicy: older events are not seen any more") {
    Bench bench;
    bench.make_stream();
    bench.service.append("/app", "s", "old");
    bench.call("PutRetentionPolicy", {{"logGroupName", "/app"}, {"retentionInDays", 1}});
    CHECK(bench.call("DescribeLogGroups", Json::object())["logGroups"][0]["retentionInDays"] == 1);
    bench.world.loop.run_until(bench.world.loop.start() + 24h);
    CHECK(bench.messages().size() == 1);
    bench.world.loop.run_until(bench.world.loop.start() + 24h + 1ms);
    CHECK(bench.messages().empty());
    CHECK(bench.put({bench.now() - 2 * 24 * 3600 * 1000}) ==
          Json{{"rejectedLogEventsInfo", {{"expiredLogEventEndIndex", 1}}}});
    // [API reference: PutRetentionPolicy]: one of a list
    CHECK(bench.failure("PutRetentionPolicy", {{"logGroupName", "/app"}, {"retentionInDays", 2}})
              .starts_with("InvalidParameterException"));
}

TEST_CASE("logs DeleteLogGroup: takes the events along; the next one makes the group anew") {
    Bench bench;
    bench.make_stream();
    bench.service.append("/app", "s", "x");
    bench.call("DeleteLogGroup", {{"logGroupName", "/app"}});
    CHECK_FALSE(bench.service.has_group("/app"));
    CHECK(bench.messages().empty());
    bench.service.append("/app", "s", "y");
    CHECK(bench.messages() == std::vector<std::string>{"y"});
    CHECK(bench.failure("DeleteLogGroup", {{"logGroupName", "no"}})
              .starts_with("ResourceNotFoundException"));
}
