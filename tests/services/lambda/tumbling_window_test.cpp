#include "services/lambda/tumbling_window.h"

#include "tests/services/lambda/stream_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

/// Answers with the state and one more for each record.
Outcome counted(const Json& event) {
    Json state = event.at("state");
    for (const Json& record : event.at("Records")) {
        const std::string id = record.at("id");
        state[id] = state.value(id, 0) + 1;
    }
    return success(Json{{"state", state}}.dump());
}

/// A bench with windows of 30 s, whose function counts records.
struct Windows : StreamBench {
    Windows() {
        settings.tumbling_window = 30s;
        handler = counted;
    }
    std::string state(std::size_t invocation) const {
        return events().at(invocation)["state"].dump();
    }
};

std::string window_of(const char* instant, Duration size) {
    const TumblingWindow window(*parse_instant(instant), size);
    return iso8601(window.start()) + " " + iso8601(window.end());
}

}  // namespace

TEST_CASE("tumbling window: windows begin at multiples of their size since the epoch") {
    // The example of [docs: services-kinesis-windows].
    CHECK(window_of("2020-12-09T07:04:35.000Z", 120s) ==
          "2020-12-09T07:04:00.000Z 2020-12-09T07:06:00.000Z");
    CHECK(window_of("2020-12-09T07:04:00Z", 120s) ==
          "2020-12-09T07:04:00.000Z 2020-12-09T07:06:00.000Z");
    CHECK(window_of("2020-12-09T07:03:59.999999999Z", 120s) ==
          "2020-12-09T07:02:00.000Z 2020-12-09T07:04:00.000Z");
}

TEST_CASE("tumbling window: the state is taken from an answer as it was written") {
    CHECK(returned_state(R"({"state":{"b":1.0, "a":"}\""}})") == R"({"b":1.0, "a":"}\""})");
    CHECK(returned_state(R"( { "x" : [1,{"state":2}] , "state" : { } , "y":null } )") == "{ }");
    CHECK(returned_state(R"({"state":{"n":1},"state":{"n":2}})") == R"({"n":2})");
    for (const char* answer : {"",
                               "null",
                               "{}",
                               "[]",
                               "\"state\"",
                               R"({"State":{}})",
                               R"({"state":3})",
                               R"({"state":null})",
                               R"({"state":"{}"})",
                               R"({"state":[]})",
                               R"({"state":{})"}) {
        INFO(answer);
        CHECK_FALSE(returned_state(answer));
    }
}

TEST_CASE("tumbling window: the event has the window's members in AWS's order") {
    // [docs: services-kinesis-windows]
    Windows bench;
    bench.stream.put("a");
    bench.start();
    bench.run_until_idle();
    REQUIRE(bench.runtime.payloads.size() == 2);
    const std::string& payload = bench.runtime.payloads[0];
    CHECK(payload.substr(payload.find(R"(],"window")")) ==
          R"(],"window":{"start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:30Z"},)"
          R"("state":{},"shardId":"s0",)"
          R"("eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s",)"
          R"("isFinalInvokeForWindow":false,"isWindowTerminatedEarly":false})");
    CHECK(bench.runtime.payloads[1] ==
          R"({"Records":[],"window":{"start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:30Z"},)"
          R"("state":{"a":1},"shardId":"s0",)"
          R"("eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s",)"
          R"("isFinalInvokeForWindow":true,"isWindowTerminatedEarly":false})");
}

TEST_CASE(
    "tumbling window: the state goes from batch to batch and to the end, when time passes that") {
    Windows bench;
    bench.start();
    bench.run_until(1500ms);
    bench.stream.put("a");
    bench.run_until(10s);
    bench.stream.put("a b");
    CHECK(bench.run_until_idle() == 30s + 10ms);
    CHECK(bench.batches() == Texts{"a@2s", "a b@10.01s", "final@30s"});
    CHECK(bench.state(0) == "{}");
    CHECK(bench.state(1) == R"({"a":1})");
    CHECK(bench.state(2) == R"({"a":2,"b":1})");
    CHECK(bench.traced("lambda.window.closed", "reason") == Texts{"time has passed its end"});
    // The next one begins with a fresh state.
    bench.run_until(40s);
    bench.stream.put("c");
    bench.run_until_idle();
    CHECK(bench.batches().size() == 5);
    CHECK(bench.state(3) == "{}");
    CHECK(bench.events()[3]["window"]["start"] == "2026-01-01T00:00:30Z");
}

TEST_CASE("tumbling window: an unused one is not closed with an invocation") {
    Windows bench;
    bench.start();
    CHECK(bench.run_until_idle() == 0s);
    bench.run_until(2min);
    CHECK(bench.batches().empty());
}

TEST_CASE(
    "tumbling window: a batch never spans two of them, and a later record closes the earlier one") {
    Windows bench;
    bench.stream.put("a b");
    bench.run_until(31s);
    bench.stream.put("c");
    bench.run_until(95s);
    bench.stream.put("d");
    bench.start();
    bench.run_until(95s + 100ms);
    CHECK(bench.batches() ==
          Texts{"a b@1m35s", "final@1m35.01s", "c@1m35.02s", "final@1m35.03s", "d@1m35.04s"});
    CHECK(bench.state(2) == "{}");
    CHECK(bench.traced("lambda.batch.closed", "reason") ==
          Texts{"end of the tumbling window", "end of the tumbling window", "nothing more"});
    CHECK(bench.traced("lambda.window.closed", "reason") ==
          Texts{"a record of another window", "a record of another window"});
}

TEST_CASE("tumbling window: a batching window ends with it") {
    Windows bench;
    bench.settings.batching_window = 20s;
    bench.start();
    bench.run_until(500ms);
    bench.stream.put("a");
    bench.run_until(25s);
    bench.stream.put("b");
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@21s", "b@30s", "final@30.01s"});
    CHECK(bench.traced("lambda.batch.closed", "reason") ==
          Texts{"batching window", "end of the tumbling window"});
}

TEST_CASE(
    "tumbling window: records that arrived before its end belong to it, however late they are "
    "polled") {
    Windows bench;
    bench.start();
    bench.run_until(29'500ms);
    bench.stream.put("a");
    bench.run_until(29'900ms);
    bench.stream.put("b");
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b@30s", "final@30.01s"});
}

TEST_CASE("tumbling window: an answer without a state is a failure, and its state is not kept") {
    // [docs: services-kinesis-windows]
    Windows bench;
    int invocations = 0;
    bench.handler = [&](const Json& event) {
        return ++invocations == 2 ? success(R"({"batchItemFailures":[]})") : counted(event);
    };
    bench.stream.put("a");
    bench.start();
    bench.run_until(1s);
    bench.stream.put("b");
    bench.run_until(5s);
    CHECK(bench.batches() == Texts{"a@0s", "b@1.01s", "b@1.27s"});
    CHECK(bench.state(1) == R"({"a":1})");
    CHECK(bench.state(2) == R"({"a":1})");
}

TEST_CASE("tumbling window: a dropped batch leaves the window its old state") {
    Windows bench;
    bench.settings.maximum_retry_attempts = 0;
    bench.handler = [](const Json& event) {
        return ids_of(event) == "b" ? error("Boom", "no") : counted(event);
    };
    bench.settings.batch_size = 1;
    bench.stream.put("a b c");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "b@10ms", "c@20ms", "final@30s"});
    CHECK(bench.state(2) == R"({"a":1})");
    CHECK(bench.state(3) == R"({"a":1,"c":1})");
}

TEST_CASE("tumbling window: a failing end is tried again, and later records wait for it") {
    // [docs: services-kinesis-windows]
    Windows bench;
    int failures = 2;
    bench.handler = [&](const Json& event) {
        const bool end = event["isFinalInvokeForWindow"];
        return end && failures-- > 0 ? error("Boom", "no") : counted(event);
    };
    bench.stream.put("a");
    bench.run_until(29s);
    bench.start();
    bench.run_until(30s);
    bench.stream.put("b");
    bench.run_until(35s);
    CHECK(bench.batches() ==
          Texts{"a@29s", "final@30s", "final@30.26s", "final@30.77s", "b@30.78s"});
    CHECK(bench.state(3) == R"({"a":1})");
    CHECK(bench.state(4) == "{}");
}

TEST_CASE("tumbling window: an end that fails too often is dropped with the window's records") {
    Windows bench;
    bench.settings.maximum_retry_attempts = 1;
    bench.settings.on_failure = "arn:aws:sqs:us-east-1:000000000000:dlq";
    bench.handler = [](const Json& event) {
        return event["isFinalInvokeForWindow"] ? error("Boom", "no") : counted(event);
    };
    bench.stream.put("a b");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b@0s", "final@30s", "final@30.26s"});
    REQUIRE(bench.reports().size() == 1);
    CHECK(bench.reports()[0]["KinesisBatchInfo"]["startSequenceNumber"] == "1001");
    CHECK(bench.reports()[0]["KinesisBatchInfo"]["batchSize"] == 2);
    CHECK(bench.traced("lambda.window.dropped", "condition") == Texts{"RetryAttemptsExhausted"});
    CHECK(bench.checkpoint() == "1002");
}

TEST_CASE(
    "tumbling window: a state beyond 1 MB ends it early, and the rest goes on with a fresh one") {
    // [docs: services-kinesis-windows]
    Windows bench;
    bench.settings.batch_size = 1;
    bench.handler = [](const Json& event) {
        if (ids_of(event) == "big") {
            return success(Json{{"state", {{"x", std::string(1'100'000, 'x')}}}}.dump());
        }
        return counted(event);
    };
    bench.stream.put("a big b");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "big@10ms", "early@20ms", "b@30ms", "final@30s"});
    const Json early = bench.events()[2];
    CHECK(early["isFinalInvokeForWindow"] == true);
    CHECK(early["state"]["x"].get<std::string>().size() == 1'100'000);
    CHECK(early["Records"].empty());
    CHECK(bench.state(3) == "{}");
    CHECK(bench.events()[3]["window"] == early["window"]);
    CHECK(bench.state(4) == R"({"b":1})");
    CHECK(bench.traced("lambda.window.closed", "reason") ==
          Texts{"its state is too large", "time has passed its end"});
}

TEST_CASE("tumbling window: one that ended early and saw no more records has no second end") {
    Windows bench;
    bench.handler = [](const Json&) {
        return success(Json{{"state", {{"x", std::string(1'100'000, 'x')}}}}.dump());
    };
    bench.stream.put("a");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "early@10ms"});
}

TEST_CASE("tumbling window: a partial answer keeps its state with the checkpoint") {
    Windows bench;
    bench.settings.report_item_failures = true;
    int invocations = 0;
    bench.handler = [&](const Json& event) {
        if (++invocations > 1) {
            return counted(event);
        }
        return success(
            Json{{"state", {{"a", 1}}}, {"batchItemFailures", {{{"itemIdentifier", "1002"}}}}}
                .dump());
    };
    bench.stream.put("a b c");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b c@0s", "b c@260ms", "final@30s"});
    CHECK(bench.state(1) == R"({"a":1})");
    CHECK(bench.state(2) == R"({"a":1,"b":1,"c":1})");
}

TEST_CASE("tumbling window: halves of a batch hand the state on") {
    Windows bench;
    bench.settings.bisect = true;
    bench.handler = [](const Json& event) {
        return event["Records"].size() > 1 ? error("Boom", "no") : counted(event);
    };
    bench.stream.put("a b");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b@0s", "a@260ms", "b@270ms", "final@30s"});
    CHECK(bench.state(2) == R"({"a":1})");
    CHECK(bench.state(3) == R"({"a":1,"b":1})");
}

TEST_CASE("tumbling window: it ends with its shard, and the child begins with a fresh state") {
    // [docs: services-kinesis-windows]
    Windows bench;
    bench.start();
    bench.stream.put("a");
    bench.run_until(5s);
    bench.stream.open("s1", {"s0"});
    bench.stream.put("b", "", "s1");
    bench.stream.close("s0");
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@1s", "final@5.01s", "b@5.02s", "final@30s"});
    CHECK(bench.state(2) == "{}");
    CHECK(bench.events()[2]["shardId"] == "s1");
    CHECK(bench.traced("lambda.window.closed", "reason")[0] == "end of the shard");
}

TEST_CASE("tumbling window: each shard has a state of its own") {
    Windows bench;
    bench.stream.open("s1");
    bench.stream.put("a", "", "s0");
    bench.stream.put("b", "", "s1");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "b@0s", "final@30s", "final@30s"});
    CHECK(bench.state(2) == R"({"a":1})");
    CHECK(bench.state(3) == R"({"b":1})");
}

TEST_CASE("tumbling window: with a parallelization factor the shard keeps one state") {
    Windows bench;
    bench.settings.parallelization_factor = 10;
    bench.settings.batch_size = 1;
    bench.stream.put("a b c");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "b@10ms", "c@20ms", "final@30s"});
}

TEST_CASE("tumbling window: its checkpoint is its beginning until its end has succeeded") {
    // [docs: services-kinesis-windows]
    Windows bench;
    bench.stream.put("a");
    bench.start();
    bench.run_until(10s);
    bench.stream.put("b");
    bench.run_until(20s);
    CHECK(bench.checkpoint().empty());
    bench.run_until_idle();
    CHECK(bench.checkpoint() == "1002");
    // So a mapping that was stopped counts the window anew.
    bench.run_until(40s);
    bench.stream.put("c");
    bench.run_until(45s);
    bench.poller->stop();
    bench.run_until(50s);
    bench.stream.put("d");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() ==
          Texts{"a@0s", "b@10.01s", "final@30s", "c@40.01s", "c d@50s", "final@1m"});
    CHECK(bench.state(4) == "{}");
    CHECK(bench.state(5) == R"({"c":1,"d":1})");
}
