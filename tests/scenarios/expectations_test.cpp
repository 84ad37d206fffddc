#include "tests/scenarios/support.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace orrery;
using namespace orrery::test;

namespace {

/// Two messages for a function that fails with the first attempt, and one message left in a queue.
const std::string story = shop() + R"(
simulate:
  functions:
    Register: {cold_start: 0s, duration: 10ms, stub: [{error: Boom, message: not today}, {return: null}]}
    Greet: {stub: [{return: {greeting: hello}}]}
steps:
  - call: sqs.SendMessage
    with: {QueueUrl: !Ref Inbox, MessageBody: {CustID: 405, Name: Ana}}
  - at: 1s
    call: sqs.SendMessage
    with: {QueueUrl: !Ref Orders, MessageBody: {CustID: 1}}
  - until: idle
expect:
  - )";

Ran expect(const std::string& expectation) {
    return run(story + expectation + "\n");
}
std::string failure(const std::string& expectation) {
    return expect(expectation).failure();
}

std::size_t line_count(const std::string& text) {
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("planted failure: a scenario whose expectation is false does not pass") {
    const Ran ran = expect("{queue: Inbox, depth: {visible: 2}}");
    CHECK_FALSE(ran.result.passed());
    REQUIRE(ran.result.verdicts.size() == 1);
    CHECK_FALSE(ran.result.verdicts[0].passed);
    CHECK_FALSE(ran.result.verdicts[0].explanation.empty());
}

TEST_CASE("expectations: a verdict names what it is about and where it stands") {
    const Ran ran =
        expect("{queue: Inbox, messages: [{body: {CustID: 405}}], depth: {visible: 1}}");
    REQUIRE(ran.result.verdicts.size() == 1);
    const Verdict& verdict = ran.result.verdicts[0];
    CHECK(verdict.passed);
    CHECK(verdict.expectation == "queue Inbox: messages, depth");
    CHECK(verdict.explanation.empty());
    CHECK(verdict.where.line == 33);
    CHECK(verdict.where.column == 5);
}

TEST_CASE("expectation queue: messages are seen in AWS's names without receiving them") {
    CHECK(
        failure("{queue: Inbox, messages: [{body: {Name: Ana}, state: visible, "
                "attributes: {ApproximateReceiveCount: '0', SentTimestamp: '1767225600000'}}]}") ==
        "");
    CHECK(failure("{queue: Inbox, messages: {$length: 1}}") == "");
    CHECK(failure("{queue: OrdersDLQ, messages: []}") == "");
}

TEST_CASE("expectation queue: a binary message attribute is its base64, as AWS gives it") {
    const Ran ran = run(shop() + R"(
simulate: {functions: {Register: {stub: [{return: null}]}, Greet: {stub: [{return: null}]}}}
steps:
  - call: sqs.SendMessage
    with:
      QueueUrl: !Ref Inbox
      MessageBody: hello
      MessageAttributes:
        Bytes: {DataType: Binary, BinaryValue: AAH/}
        Text: {DataType: String, StringValue: plain}
expect:
  queue: Inbox
  messages:
    - message_attributes:
        Bytes: {DataType: Binary, BinaryValue: AAH/, StringValue: {$absent: true}}
        Text: {DataType: String, StringValue: plain, BinaryValue: {$absent: true}}
)");
    CHECK(ran.failure() == "");
}

TEST_CASE(
    "expectation queue: a failure shows path, expected, found, all, and the queue's last events") {
    const std::string text = failure("{queue: Inbox, messages: [{body: {CustID: 404}}]}");
    CHECK_THAT(
        text,
        Catch::StartsWith("messages[0].body.CustID is not as expected\n"
                          "  expected: 404\n"
                          "  found:    405\n"
                          "  all:      [{\"attributes\":{\"ApproximateReceiveCount\":\"0\""));
    CHECK_THAT(text, Catch::Contains("\nnearest trace events of the queue:\n  +0s "));
    CHECK_THAT(text, Catch::Contains("sqs/inbox  sqs.message.sent  {\"bytes\":27,"));
    CHECK(line_count(text) <= 20);
}

TEST_CASE("expectation function: counts of invocations, errors, environments and batch sizes") {
    CHECK(failure("{function: Register, invocations: 2, errors: 1, throttles: 0, environments: "
                  "{$gte: 1}, "
                  "batch_sizes: [1, 1]}") == "");
    CHECK(failure("{function: Greet, invocations: 0, batch_sizes: []}") == "");
    const std::string text = failure("{function: Register, errors: 0}");
    CHECK_THAT(text,
               Catch::StartsWith(
                   "errors is not as expected\n  expected: 0\n  found:    1\n  all:      {"));
    CHECK_THAT(text, Catch::Contains("lambda/register  lambda.invocation.failed"));
    CHECK(line_count(text) <= 20);
}

TEST_CASE(
    "expectation log: lines that contain a text or match a pattern, in order, or their number") {
    CHECK(failure("{log: Register, contains: 'START RequestId'}") == "");
    CHECK(failure("{log: Register, contains: [START, REPORT, START]}") == "");
    CHECK(failure("{log: Register, matches: ['^START', '^REPORT .*Duration: [0-9.]+ ms']}") == "");
    CHECK(failure("{log: Register, contains: 'START RequestId', count: 2}") == "");
    CHECK(failure("{log: Register, contains: nowhere, count: 0}") == "");
    CHECK(failure("{log: /aws/lambda/register, count: {$gt: 3}}") == "");
    CHECK(failure("{log: Greet, count: 0}") == "");
}

TEST_CASE("expectation log: a failure says which line is missing or out of order") {
    CHECK_THAT(
        failure("{log: Register, contains: 'Rodolfo'}"),
        Catch::StartsWith("expected: a line that contains \"Rodolfo\"\nfound:    none among "));
    CHECK_THAT(
        failure("{log: Register, contains: [REPORT, REPORT, START]}"),
        Catch::StartsWith(
            "expected: a line that contains \"START\", after a line that contains \"REPORT\"\n"
            "found:    one, but not in that order among "));
    const std::string text = failure("{log: Register, contains: 'START RequestId', count: 3}");
    CHECK_THAT(text, Catch::StartsWith("count is not as expected\n  expected: 3\n  found:    2\n"));
    CHECK_THAT(text, Catch::Contains("logs//aws/lambda/register  logs.event"));
    CHECK(line_count(text) <= 20);
}

TEST_CASE("expectation log: a group that does not exist fails, whatever is counted in it") {
    CHECK(failure("{log: /aws/lambda/regster, count: 0}") ==
          "there is no log group /aws/lambda/regster; there are: /aws/lambda/register");
    CHECK_THAT(failure("{log: /aws/lambda/regster, contains: x}"),
               Catch::StartsWith("there is no log group /aws/lambda/regster; "));
}

TEST_CASE("expectation log: the group of a function that was never invoked has no lines") {
    CHECK(failure("{log: Greet, count: 0}") == "");
    CHECK(failure("{log: /aws/lambda/greet, count: 0}") == "");
}

TEST_CASE("expectation call: an operation is called and its answer looked at") {
    CHECK(failure("{call: lambda.Invoke, with: {FunctionName: !Ref Greet}, returns: {Payload: "
                  "{greeting: hello}}}") == "");
    CHECK(
        failure("{call: sqs.GetQueueUrl, with: {QueueName: nowhere}, error: QueueDoesNotExist}") ==
        "");
    CHECK_THAT(failure("{call: sqs.GetQueueUrl, with: {QueueName: nowhere}, returns: {}}"),
               Catch::StartsWith("it failed with QueueDoesNotExist: "));
    CHECK_THAT(
        failure(
            "{call: sqs.GetQueueUrl, with: {QueueName: inbox}, returns: {QueueUrl: elsewhere}}"),
        Catch::StartsWith("returns.QueueUrl is not as expected\n  expected: \"elsewhere\"\n"));
}

TEST_CASE("expectation trace: events are found by kind, source, data and time") {
    CHECK(failure("trace: {kind: lambda.invocation.failed}") == "");
    CHECK(failure("{trace: {kind: lambda.invocation.failed, source: lambda/register, where: "
                  "{error_type: Boom}}, "
                  "count: 1, at: 1010ms}") == "");
    CHECK(failure("{trace: {kind: sqs.message.sent}, count: 1, before: 1s}") == "");
    CHECK(failure("{trace: {kind: sqs.message.sent}, count: 1, after: 500ms, before: 2s}") == "");
    CHECK(failure("{trace: {source: {$regex: dlq}, kind: sqs.message.sent}, count: 0}") == "");
}

TEST_CASE(
    "expectation trace: a failure shows the events of this form, or else of this kind, nearest in "
    "time") {
    const std::string time =
        failure("{trace: {kind: sqs.message.sent, source: sqs/orders}, at: 2s}");
    CHECK_THAT(time,
               Catch::StartsWith(
                   "number of trace events "
                   "{\"kind\":\"sqs.message.sent\",\"source\":\"sqs/orders\"} at +2s\n"
                   "  expected: a number of at least 1\n  found:    0, and 1 at other instants\n"
                   "nearest trace events of this form:\n  +1s "));
    const std::string kind = failure("trace: {kind: sqs.message.sent, source: sqs/elsewhere}");
    CHECK_THAT(kind, Catch::Contains("nearest trace events of this kind:\n  +0s "));
    const std::string none = failure("trace: {kind: sqs.message.expired}");
    CHECK_THAT(none, Catch::Contains("nearest trace events of any form:"));
    CHECK(line_count(none) <= 20);
}

TEST_CASE("expectations: looking does not change the run") {
    const auto fingerprint = [](const std::string& expectation) {
        return run(story + expectation).result.fingerprint;
    };
    const std::string without = fingerprint("{log: Register, count: {$gte: 0}}\n");
    CHECK(
        fingerprint("{queue: Inbox, messages: {$any: list}}\n  - {function: Register, errors: 1}\n"
                    "  - trace: {kind: sqs.message.sent}\n") == without);
}

TEST_CASE("expectations: misspelt resources are found before anything runs") {
    CHECK_THAT(usage_error(story + "{queue: Indox, depth: {visible: 0}}\n"),
               Catch::StartsWith("s.yaml:33:") &&
                   Catch::EndsWith("the template has no queue 'Indox'; did you mean 'Inbox'?"));
    CHECK_THAT(usage_error(story + "{function: Orders, errors: 0}\n"),
               Catch::EndsWith("'Orders' is a resource of type AWS::SQS::Queue, not a function"));
    CHECK_THAT(usage_error(story + "{log: Registre, count: 0}\n"),
               Catch::Contains("did you mean 'Register'?"));
    CHECK_THAT(usage_error(story + "{call: lambda.Invok, returns: {}}\n"),
               Catch::Contains("did you mean 'Invoke'?"));
}
