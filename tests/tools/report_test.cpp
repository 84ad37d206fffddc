#include "engine/trace.h"
#include "scenarios/language/scenario.h"
#include "tools/report/comparison.h"
#include "tools/report/summary.h"
#include "tools/report/table.h"
#include "tools/report/text.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace orrery;
using namespace orrery::report;

namespace {

const Instant start{Duration(1'767'225'600'000'000'000)};

TraceEvent event(std::string_view source,
                 std::string_view kind,
                 std::string_view data,
                 Duration after = 0s) {
    return {start + after, 0, source, kind, data};
}

constexpr const char* started = R"({"environment":1,"request_id":"r-1"})";

}  // namespace

TEST_CASE("text: relative times count hours beyond a day and round down") {
    CHECK(relative_time(0ns) == "+00:00:00.000");
    CHECK(relative_time(31'250'999us) == "+00:00:31.250");
    CHECK(relative_time(100h + 2min + 3s) == "+100:02:03.000");
}

TEST_CASE("text: ordinals and counted nouns") {
    CHECK(ordinal(1) == "1st");
    CHECK(ordinal(2) == "2nd");
    CHECK(ordinal(3) == "3rd");
    CHECK(ordinal(11) == "11th");
    CHECK(ordinal(21) == "21st");
    CHECK(ordinal(112) == "112th");
    CHECK(counted(1, "message") == "1 message");
    CHECK(counted(2, "message") == "2 messages");
}

TEST_CASE("text: one line has single blanks and an end") {
    CHECK(one_line("  select *\n\tfrom t ", 40) == "select * from t");
    CHECK(one_line("abcdef", 3) == "abc...");
    CHECK(one_line("abc", 3) == "abc");
    CHECK(one_line("\xC3\xA4\xC3\xB6\xC3\xBC", 2) == "\xC3\xA4\xC3\xB6...");
    CHECK(width("\xC3\xA4\xC3\xB6\xC3\xBC") == 3);
}

TEST_CASE("text: a word is quoted for the shell only where it must be") {
    CHECK(shell_word("a/b-1.yaml") == "a/b-1.yaml");
    CHECK(shell_word("my file") == "'my file'");
    CHECK(shell_word("it's") == "'it'\\''s'");
    CHECK(shell_word("") == "''");
}

TEST_CASE("table: the first column stands left, the others right") {
    Table table({"queue", "sent"});
    CHECK(table.empty());
    table.add({"Orders", "12"});
    CHECK(table.text(Palette::plain) == "queue   sent\nOrders    12\n");
}

TEST_CASE("summary: counts what happened to each queue, function and database") {
    Summary summary;
    summary.observe(event("sqs/Orders", "sqs.message.sent", "{}"));
    summary.observe(event("sqs/Orders", "sqs.messages.received", R"({"message_ids":["a","b"]})"));
    summary.observe(event("sqs/Orders", "sqs.messages.deleted", R"({"message_ids":["a"]})"));
    summary.observe(event("sqs/Orders", "sqs.message.moved_to_dlq", "{}"));
    summary.observe(event("lambda/F", "lambda.environment.starting", "{}"));
    summary.observe(event("lambda/F", "lambda.invocation.started", started));
    const char* failed =
        R"({"error_message":"Unable to import module 'a': No module named 'pymysql'","error_type":"Runtime.ImportModuleError"})";
    summary.observe(event("lambda/F", "lambda.invocation.failed", failed));
    summary.observe(event("rds/Db", "rds.connection.opened", "{}"));
    summary.observe(event("rds/Db", "rds.statement", R"({"error_code":1062})"));
    CHECK(summary.text(Palette::plain) ==
          "queue   sent  received  deleted  moved to DLQ  expired\n"
          "Orders     1         2        1             1        0\n\n"
          "function  invocations  errors  environments\n"
          "F                   1       1             1\n\n"
          "database  connections  statements  errors\n"
          "Db                  1           1       1\n\n"
          "F failed 1 time, first at +0s: Runtime.ImportModuleError: Unable to import module 'a': "
          "No module named 'pymysql'\n"
          "  A package of the function's is missing: pip install -t its CodeUri, or name a virtual "
          "environment's interpreter with 'python:' under 'simulate:'.\n\n");
}

TEST_CASE("summary: a failed expectation is told with its place and explanation") {
    const Verdict verdict{{"s.yaml", 12, 3}, "queue DLQ: messages", false, "expected 1\nfound 0"};
    CHECK(
        failure_text(verdict, Palette::plain) ==
        "FAILED  queue DLQ: messages\n        s.yaml:12:3\n        expected 1\n        found 0\n");
}

TEST_CASE("summary: figures count passed and failed expectations") {
    RunResult result;
    result.verdicts = {{{}, "a", true, ""}, {{}, "b", false, "no"}, {{}, "c", true, ""}};
    result.start = start;
    result.end = start + 90s;
    result.fingerprint = "f00";
    const std::string text = figures_text(result, {7, 12ms}, Palette::plain);
    CHECK(text.find("2 passed, 1 failed\n") != std::string::npos);
    CHECK(text.find("1m30s\n") != std::string::npos);
    CHECK(text.find("0.012 s\n") != std::string::npos);
    CHECK(text.find("f00\n") != std::string::npos);
}

TEST_CASE("comparison: equal traces have no difference") {
    TraceComparison comparison;
    comparison.expect(event("sqs/Q", "sqs.queue.created", "{}"));
    CHECK(comparison.compare(event("sqs/Q", "sqs.queue.created", "{}")));
    comparison.finish();
    CHECK_FALSE(comparison.difference());
}

TEST_CASE("comparison: the first event that differs is named with its invocation") {
    TraceComparison comparison;
    for (const char* message : {R"({"message":"a 1"})", R"({"message":"a 2"})"}) {
        comparison.expect(event("lambda/F", "lambda.invocation.started", started));
        comparison.expect(event("logs//aws/lambda/F", "logs.event", message, 5s));
    }
    CHECK(comparison.compare(event("lambda/F", "lambda.invocation.started", started)));
    CHECK_FALSE(
        comparison.compare(event("logs//aws/lambda/F", "logs.event", R"({"message":"a 7"})", 5s)));
    CHECK_FALSE(comparison.compare(event("lambda/F", "lambda.invocation.started", started)));
    comparison.finish();
    REQUIRE(comparison.difference());
    CHECK(comparison.difference()->number == 2);
    CHECK(comparison.difference()->at == start + 5s);
    CHECK(comparison.difference()->during == "invocation r-1 of function F");
    const std::string text = difference_text(*comparison.difference(), start);
    CHECK(text.find("event 2, at +00:00:05.000, in invocation r-1 of function F\n") !=
          std::string::npos);
    CHECK(text.find("a 1") != std::string::npos);
    CHECK(text.find("a 7") != std::string::npos);
}

TEST_CASE("comparison: an event of an invocation that has ended belongs to those still open") {
    TraceComparison comparison;
    const auto both = [&](const TraceEvent& happened) {
        comparison.expect(happened);
        return comparison.compare(happened);
    };
    CHECK(both(event("lambda/F", "lambda.invocation.started", started)));
    CHECK(both(event("lambda/G", "lambda.invocation.started", R"({"request_id":"r-2"})")));
    CHECK(both(event("lambda/F", "lambda.invocation.succeeded", started)));
    CHECK_FALSE(comparison.compare(event("rds/Db", "rds.statement", "{}")));
    CHECK(comparison.difference()->during == "invocation r-2 of function G");
    CHECK(comparison.difference()->first.empty());
}

TEST_CASE("comparison: a second run that ends early differs") {
    TraceComparison comparison;
    comparison.expect(event("sqs/Q", "sqs.queue.created", "{}", 3s));
    comparison.finish();
    REQUIRE(comparison.difference());
    CHECK(comparison.difference()->second.empty());
    CHECK(difference_text(*comparison.difference(), start).find("(the run was over)") !=
          std::string::npos);
}
