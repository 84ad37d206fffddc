#include "tools/report/timeline.h"

#include "engine/trace.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace timeline_test {

using namespace orrery;
using report::Palette;
using report::TimelineView;

namespace {

const Instant start{Duration(1'767'225'600'000'000'000)};
constexpr const char* first_id = "6ab3c1f0-1111-4222-8333-444455556666";
constexpr const char* second_id = "0c77aa12-1111-4222-8333-444455556666";

/// The words of the event's line: what follows the time and the source.
class Reader {
public:
    std::string line(const std::string& source,
                     const std::string& kind,
                     const Json& data,
                     Duration after = 0s) {
        const std::string text = data.dump();
        return view_.render({start + after, 0, source, kind, text});
    }
    std::string words(const std::string& source, const std::string& kind, const Json& data) {
        const std::string text = line(source, kind, data);
        const auto blank = text.rfind("   ");
        return text.substr(blank + 3, text.size() - blank - 4);
    }

private:
    TimelineView view_{start, Palette::plain};
};

}  // namespace

TEST_CASE("timeline: a line has the virtual time, the source and words") {
    Reader reader;
    const Json sent{{"message_id", first_id}, {"bytes", 40}};
    CHECK(reader.line("sqs/Orders", "sqs.message.sent", sent, 31250ms) ==
          "+00:00:31.250  queue Orders      message 6ab3c1f0 sent (40 bytes)\n");
}

TEST_CASE("timeline: words stand below each other, also after a longer source") {
    Reader reader;
    const std::string longer =
        reader.line("lambda/RegisterCustomer", "lambda.function.created", {});
    const std::string shorter = reader.line("sqs/Orders", "sqs.queue.created", {});
    CHECK(longer.find("created") == shorter.find("created"));
}

TEST_CASE("timeline: a message received again says how often") {
    Reader reader;
    const Json one{{"message_ids", {first_id}}};
    const Json both{{"message_ids", {first_id, second_id}}};
    CHECK(reader.words("sqs/Q", "sqs.messages.received", one) == "message 6ab3c1f0 received");
    CHECK(reader.words("sqs/Q", "sqs.messages.received", one) ==
          "message 6ab3c1f0 received (2nd time)");
    CHECK(reader.words("sqs/Q", "sqs.messages.received", both) ==
          "2 messages received: 6ab3c1f0 (3rd time), 0c77aa12");
    CHECK(reader.words("sqs/Q", "sqs.messages.deleted", one) == "message 6ab3c1f0 deleted");
}

TEST_CASE("timeline: a big batch names the first ten messages") {
    Json ids = Json::array();
    for (int i = 0; i < 12; ++i) {
        ids.push_back("0000000" + std::string(1, static_cast<char>('a' + i)) + "-x");
    }
    const std::string words =
        Reader().words("sqs/Q", "sqs.messages.received", {{"message_ids", ids}});
    CHECK(words.starts_with("12 messages received: 0000000a, 0000000b, "));
    CHECK(words.ends_with(", 0000000j and 2 more"));
}

TEST_CASE("timeline: what happens to messages, functions and databases is said in words") {
    Reader reader;
    const auto words = [&](const char* kind, const Json& data) {
        return reader.words("x", kind, data);
    };
    CHECK(words("sqs.message.sent", {{"message_id", first_id}, {"bytes", 3}, {"delay", "5s"}}) ==
          "message 6ab3c1f0 sent (3 bytes, delayed by 5s)");
    CHECK(words("sqs.message.visible", {{"message_id", first_id}, {"receive_count", 2}}) ==
          "message 6ab3c1f0 visible again, receives so far: 2");
    CHECK(words("sqs.message.moved_to_dlq",
                {{"message_id", first_id}, {"to", "DLQ"}, {"receive_count", 3}}) ==
          "message 6ab3c1f0 moved to DLQ after 3 receives");
    CHECK(words("sqs.move_task.started",
                {{"task_id", first_id}, {"messages", 12}, {"to", "Orders"}}) ==
          "message move task 6ab3c1f0 started: 12 messages to Orders");
    CHECK(words("sqs.move_task.moved", {{"task_id", first_id}, {"messages", 2}, {"total", 12}}) ==
          "message move task 6ab3c1f0 moved 2 messages, 12 so far");
    CHECK(words("sqs.move_task.ended",
                {{"task_id", first_id}, {"status", "FAILED"}, {"total", 1}, {"reason", "why"}}) ==
          "message move task 6ab3c1f0 ended: FAILED after 1 messages: why");
    CHECK(words("lambda.mapping.created",
                {{"uuid", second_id}, {"event_source", "arn:aws:sqs:us-east-1:0:Orders"}}) ==
          "fed from Orders by event source mapping 0c77aa12");
    CHECK(words("lambda.environment.ready", {{"environment", 1}, {"init_duration", "350ms"}}) ==
          "environment 1 ready after 350ms");
    CHECK(words("lambda.invocation.started",
                {{"request_id", first_id}, {"environment", 1}, {"batch_size", 10}}) ==
          "invocation 6ab3c1f0 started in environment 1, batch of 10");
    CHECK(words("lambda.invocation.failed",
                {{"request_id", first_id},
                 {"duration", "40ms"},
                 {"error_type", "KeyError"},
                 {"error_message", "'Name'"}}) ==
          "invocation 6ab3c1f0 failed after 40ms: KeyError: 'Name'");
    CHECK(words("rds.statement",
                {{"connection_id", 1},
                 {"sql", "insert into\n  t\tvalues (1)"},
                 {"error_code", 1062}}) == "connection 1: insert into t values (1) -> error 1062");
    CHECK(words("scenario.step", {{"step", 2}, {"call", "sqs.SendMessage"}}) ==
          "step 2: sqs.SendMessage");
    CHECK(words("scenario.step", {{"step", 3}, {"occurrence", 9}, {"sql", "select 1"}}) ==
          "step 3 [9]: select 1");
    CHECK(words("lambda.invocation.throttled", {{"reason", "account"}}) ==
          "invocation throttled: no concurrency left, account");
    CHECK(words("sqs.queue.purged", {{"messages", 3}}) == "purged of 3 messages");
    CHECK(words("fault.fired", {{"point", "lambda.crash"}, {"function", "F"}}) ==
          "lambda.crash fired function=F");
}

TEST_CASE("timeline: sources are named in words") {
    CHECK(report::source_words("sqs/Orders") == "queue Orders");
    CHECK(report::source_words("logs//aws/lambda/F") == "function F");
    CHECK(report::source_words("logs/audit") == "log group audit");
    CHECK(report::source_words("moon/Luna") == "moon/Luna");
}

TEST_CASE("timeline: an unknown kind is shown with all its fields") {
    CHECK(Reader().words("moon/Luna", "moon.risen", {{"phase", "full"}, {"size", 3}}) ==
          "moon.risen phase=full size=3");
}

TEST_CASE("timeline: an event that lacks fields, or has them in another type, is still shown") {
    CHECK_FALSE(Reader().line("sqs/Q", "sqs.messages.received", {{"message_ids", 3}}).empty());
    CHECK_FALSE(Reader().line("sqs/Q", "sqs.message.expired", {{"message_id", nullptr}}).empty());
    CHECK_FALSE(Reader().line("logs/g", "logs.event", {{"message", 3}}).empty());
}

TEST_CASE("timeline: a handler's log lines are shown without what Lambda puts before them") {
    Reader reader;
    const auto logged = [&](const char* message) {
        return reader.words(
            "logs//aws/lambda/F", "logs.event", {{"stream", "s"}, {"message", message}});
    };
    CHECK(logged("[INFO]\t2026-01-01T00:00:00.440Z\t6ab3c1f0-1\t(404, 'Rodolfo Avelino')\n") ==
          "| [INFO] (404, 'Rodolfo Avelino')");
    CHECK(logged("printed\n") == "| printed");
    CHECK(reader.line("logs//aws/lambda/F", "logs.event", {{"message", "one\ntwo\n"}}) ==
          "+00:00:00.000  function F        | one\n+00:00:00.000  function F        | two\n");
    CHECK(
        reader.line("logs//aws/lambda/F", "logs.event", {{"message", "END RequestId: 6ab3c1f0\n"}})
            .empty());
}

TEST_CASE("timeline: what a handler logs cannot drive the reader's terminal") {
    const std::string line =
        Reader().line("logs//aws/lambda/F", "logs.event", {{"message", "\x1b[2J\x07 \xC2\x9b!"}});
    CHECK(line.find("| \\x1b[2J\\x07 \\x9b!") != std::string::npos);
}

TEST_CASE("timeline: colours are there only when asked for") {
    const TraceEvent event{start, 0, "sqs/Orders", "sqs.queue.created", "{}"};
    CHECK(TimelineView(start, Palette::plain).render(event).find('\x1b') == std::string::npos);
    CHECK(TimelineView(start, Palette::colored).render(event).find('\x1b') != std::string::npos);
}

}  // namespace timeline_test
