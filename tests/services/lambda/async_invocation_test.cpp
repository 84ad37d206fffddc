#include "services/aws/encoding.h"
#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

using Kinds = std::vector<std::string>;

const std::string queue_arn = "arn:aws:sqs:us-east-1:000000000000:";
const std::string function_arn = "arn:aws:lambda:us-east-1:000000000000:function:";

/// Accepted as the request "r1".
Json send_event(Bench& bench, const std::string& payload = R"({"n":1})") {
    return bench.call_as(
        "Invoke",
        {{"FunctionName", "f"}, {"InvocationType", "Event"}, {"Payload", aws::base64(payload)}},
        "r1");
}

void fail_always(Bench& bench) {
    bench.runtime.handler = [](const Invocation&) {
        return std::optional(error("Exception", "no luck"));
    };
}

void configure(Bench& bench, const Json& more) {
    Json parameters{{"FunctionName", "f"}};
    parameters.update(more);
    bench.call("PutFunctionEventInvokeConfig", parameters);
}

Json destinations() {
    return {{"DestinationConfig",
             {{"OnSuccess", {{"Destination", queue_arn + "ok"}}},
              {"OnFailure", {{"Destination", queue_arn + "bad"}}}}}};
}

/// When the function was invoked, since the start.
Kinds starts(const Bench& bench) {
    return bench.trace("lambda.invocation.started");
}

void run_to_end(Bench& bench) {
    bench.world.loop.run_until_idle(bench.world.loop.start() + 24h);
}

}  // namespace

TEST_CASE("lambda Invoke Event: 202 at once, nothing else, and the function runs") {
    Bench bench;
    bench.create_function(Json::object());
    CHECK(send_event(bench) == Json{{"StatusCode", 202}});
    CHECK(bench.runtime.payloads.empty());
    run_to_end(bench);
    CHECK(bench.runtime.payloads == Kinds{R"({"n":1})"});
    CHECK(starts(bench) == Kinds{"lambda.invocation.started@100ms"});
    CHECK(bench.trace_data("lambda.invocation.started")[0]["request_id"] == "r1");
}

TEST_CASE("lambda Invoke Event: a failing function is tried again after one and two minutes") {
    Bench bench;
    bench.create_function(Json::object());
    fail_always(bench);
    send_event(bench);
    run_to_end(bench);
    CHECK(starts(bench) == Kinds{"lambda.invocation.started@100ms",
                                 "lambda.invocation.started@1m110ms",
                                 "lambda.invocation.started@3m120ms"});
    // [LS test_request_id_async_invoke_with_retry]
    for (const Json& start : bench.trace_data("lambda.invocation.started")) {
        CHECK(start["request_id"] == "r1");
    }
    const auto retries = bench.trace_data("lambda.event.retrying");
    REQUIRE(retries.size() == 2);
    CHECK(retries[0] == Json{{"after", "1m"},
                             {"invocations", 1},
                             {"reason", "function error"},
                             {"request_id", "r1"}});
    CHECK(bench.trace_data("lambda.event.dropped") ==
          std::vector<Json>{{{"reason", "RetriesExhausted"}, {"request_id", "r1"}}});
}

TEST_CASE("lambda Invoke Event: MaximumRetryAttempts counts retries, not attempts") {
    const auto attempts = [](int retries) {
        Bench bench;
        bench.create_function(Json::object());
        configure(bench, {{"MaximumRetryAttempts", retries}});
        fail_always(bench);
        send_event(bench);
        run_to_end(bench);
        return starts(bench).size();
    };
    CHECK(attempts(0) == 1);
    CHECK(attempts(1) == 2);
    CHECK(attempts(2) == 3);
}

TEST_CASE("lambda Invoke Event: a retry that would be too late is not waited for") {
    Bench bench;
    bench.create_function(Json::object());
    Json config = destinations();
    config["MaximumEventAgeInSeconds"] = 60;
    configure(bench, config);
    fail_always(bench);
    send_event(bench);
    run_to_end(bench);
    CHECK(starts(bench).size() == 1);
    REQUIRE(bench.targets.sent["bad"].size() == 1);
    const Json document = Json::parse(bench.targets.sent["bad"][0].body);
    CHECK(document["requestContext"]["condition"] == "EventAgeExceeded");
    CHECK(document["requestContext"]["approximateInvokeCount"] == 1);
    CHECK(document["timestamp"] == "2026-01-01T00:00:00.110Z");
}

TEST_CASE("lambda Invoke Event: throttled events wait longer each time and keep their retries") {
    Bench bench;
    bench.create_function(Json::object());
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 1}});
    bench.runtime.handler_takes = 5s;
    bench.call("UpdateFunctionConfiguration", {{"FunctionName", "f"}, {"Timeout", 30}});
    bench.invoke({{"Payload", Json::object()}});
    send_event(bench);
    run_to_end(bench);
    // Refused at 0 s, 1 s and 3 s; the fourth time, at 7 s, there is room.
    CHECK(bench.trace("lambda.event.retrying") == Kinds{"lambda.event.retrying@0s",
                                                        "lambda.event.retrying@1s",
                                                        "lambda.event.retrying@3s"});
    CHECK(starts(bench).back() == "lambda.invocation.started@7s");
    CHECK(bench.trace_data("lambda.event.retrying")[2]["reason"] == "throttled");
    CHECK(bench.trace_data("lambda.event.retrying")[2]["after"] == "4s");
}

TEST_CASE("lambda Invoke Event: without any concurrency an event fails at once") {
    Bench bench;
    bench.create_function(Json::object());
    configure(bench, destinations());
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
    send_event(bench);
    run_to_end(bench);
    CHECK(bench.runtime.payloads.empty());
    REQUIRE(bench.targets.sent["bad"].size() == 1);
    // [LS test_reserved_concurrency]
    CHECK(
        bench.targets.sent["bad"][0].body ==
        R"({"version":"1.0","timestamp":"2026-01-01T00:00:00.000Z","requestContext":{"requestId":"r1",)"
        R"("functionArn":")" +
            function_arn +
            R"(f:$LATEST","condition":"ZeroReservedConcurrency","approximateInvokeCount":0},)"
            R"("requestPayload":{"n":1}})");
}

TEST_CASE("lambda Invoke Event: destinations get the whole story") {
    Bench bench;
    bench.create_function(Json::object());
    configure(bench, destinations());
    bench.runtime.handler = [](const Invocation&) {
        return std::optional(success(R"({"z": 1, "a": [2]})"));
    };
    send_event(bench, R"({"b": 1, "a": 2})");
    run_to_end(bench);
    REQUIRE(bench.targets.sent["ok"].size() == 1);
    // [LS test_assess_lambda_destination_invocation]
    CHECK(
        bench.targets.sent["ok"][0].body ==
        R"({"version":"1.0","timestamp":"2026-01-01T00:00:00.110Z","requestContext":{"requestId":"r1",)"
        R"("functionArn":")" +
            function_arn +
            R"(f:$LATEST","condition":"Success","approximateInvokeCount":1},"requestPayload":)"
            R"({"b":1,"a":2},"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},)"
            R"("responsePayload":{"z":1,"a":[2]}})");
    CHECK(bench.targets.sent["ok"][0].attributes.empty());
    CHECK(bench.targets.sent["ok"][0].trace_header.find(";Lineage=") != std::string::npos);
    CHECK(bench.trace_data("lambda.event.sent_on")[0] ==
          Json{{"as", "OnSuccess"}, {"request_id", "r1"}, {"to", queue_arn + "ok"}});

    fail_always(bench);
    send_event(bench);
    run_to_end(bench);
    REQUIRE(bench.targets.sent["bad"].size() == 1);
    const Json failure = Json::parse(bench.targets.sent["bad"][0].body);
    CHECK(failure["requestContext"]["condition"] == "RetriesExhausted");
    CHECK(failure["requestContext"]["approximateInvokeCount"] == 3);
    CHECK(failure["responseContext"] == Json{{"statusCode", 200},
                                             {"executedVersion", "$LATEST"},
                                             {"functionError", "Unhandled"}});
    CHECK(failure["responsePayload"]["errorMessage"] == "no luck");
}

TEST_CASE("lambda Invoke Event: a dead-letter queue gets the event and attributes beside it") {
    Bench bench;
    bench.create_function({{"DeadLetterConfig", {{"TargetArn", queue_arn + "dlq"}}}});
    configure(bench, {{"MaximumRetryAttempts", 0}});
    fail_always(bench);
    send_event(bench, R"({"n": 1})");
    run_to_end(bench);
    REQUIRE(bench.targets.sent["dlq"].size() == 1);
    const EventMessage& message = bench.targets.sent["dlq"][0];
    CHECK(message.body == R"({"n": 1})");
    // [LS test_dead_letter_queue]
    REQUIRE(message.attributes.size() == 3);
    CHECK(message.attributes[0].name == "ErrorCode");
    CHECK(message.attributes[0].data_type == "Number");
    CHECK(message.attributes[0].value == "200");
    CHECK(message.attributes[1].name == "ErrorMessage");
    CHECK(message.attributes[1].value == "no luck");
    CHECK(message.attributes[2].name == "RequestID");
    CHECK(message.attributes[2].value == "r1");
}

TEST_CASE("lambda Invoke Event: dead-letter queue and destination are both sent to") {
    Bench bench;
    bench.create_function({{"DeadLetterConfig", {{"TargetArn", queue_arn + "dlq"}}}});
    Json config = destinations();
    config["MaximumRetryAttempts"] = 0;
    configure(bench, config);
    fail_always(bench);
    send_event(bench);
    run_to_end(bench);
    CHECK(bench.targets.sent["dlq"].size() == 1);
    CHECK(bench.targets.sent["bad"].size() == 1);
}

TEST_CASE("lambda Invoke Event: a destination that is not there is told in the trace") {
    Bench bench;
    bench.create_function(Json::object());
    configure(bench,
              {{"DestinationConfig", {{"OnSuccess", {{"Destination", queue_arn + "gone"}}}}}});
    send_event(bench);
    run_to_end(bench);
    CHECK(bench.trace_data("lambda.event.not_sent") ==
          std::vector<Json>{{{"as", "OnSuccess"},
                             {"problem", "there is no such queue"},
                             {"request_id", "r1"},
                             {"to", queue_arn + "gone"}}});
}

TEST_CASE("lambda Invoke Event: destinations get payloads as they are, however deep") {
    Bench bench;
    bench.create_function(Json::object());
    configure(bench, {{"DestinationConfig", {{"OnSuccess", {{"Destination", queue_arn + "ok"}}}}}});
    const auto document = [&](const std::string& payload) {
        bench.runtime.handler = [=](const Invocation&) { return std::optional(success(payload)); };
        send_event(bench);
        run_to_end(bench);
        const std::string& body = bench.targets.sent["ok"].back().body;
        return body.substr(body.find("\"responsePayload\":"));
    };
    CHECK(document(R"({ "a b": "c \" d",  "e": [1.0, 12345678901234567890123] })") ==
          R"("responsePayload":{"a b":"c \" d","e":[1.0,12345678901234567890123]}})");
    const std::string deep = std::string(400'000, '[') + std::string(400'000, ']');
    CHECK(document(deep).size() == deep.size() + 19);
    CHECK(document("no JSON") == R"("responsePayload":"no JSON"})");
}

TEST_CASE("lambda Invoke Event: a function as destination is invoked with the document") {
    Bench bench;
    bench.create_function(Json::object());
    bench.create_function({{"FunctionName", "next"}});
    configure(bench,
              {{"DestinationConfig", {{"OnSuccess", {{"Destination", function_arn + "next"}}}}}});
    send_event(bench);
    run_to_end(bench);
    REQUIRE(bench.runtime.payloads.size() == 2);
    CHECK(Json::parse(bench.runtime.payloads[1])["requestContext"]["condition"] == "Success");
}

TEST_CASE("lambda Invoke Event: events that wait run with the settings of later") {
    Bench bench;
    bench.create_function(Json::object());
    fail_always(bench);
    send_event(bench);
    bench.run_until(30s);
    bench.runtime.handler = [](const Invocation&) { return std::optional(success()); };
    bench.call("UpdateFunctionConfiguration", {{"FunctionName", "f"}, {"Timeout", 30}});
    run_to_end(bench);
    CHECK(starts(bench).size() == 2);
    CHECK(bench.trace_data("lambda.invocation.started")[1]["environment"] == 2);
}

TEST_CASE("lambda Invoke Event: a deleted function's events are dropped") {
    Bench bench;
    bench.create_function(Json::object());
    fail_always(bench);
    send_event(bench);
    bench.run_until(30s);
    bench.call("DeleteFunction", {{"FunctionName", "f"}});
    run_to_end(bench);
    CHECK(bench.trace_data("lambda.event.dropped") ==
          std::vector<Json>{{{"reason", "the function is gone"}, {"request_id", "r1"}}});
}

TEST_CASE("lambda Invoke Event: payloads have a limit of their own") {
    Bench bench;
    bench.create_function(Json::object());
    const std::string payload = "\"" + std::string(1'048'576, 'x') + "\"";
    CHECK(send_event(bench, payload) ==
          "RequestEntityTooLargeException: 1048578 byte payload is too large for the Event "
          "invocation type (limit 1048576 bytes)");
}

TEST_CASE("lambda InvokeAsync: queues an event as Invoke does") {
    Bench bench;
    bench.create_function(Json::object());
    CHECK(bench.call("InvokeAsync",
                     {{"FunctionName", "f"}, {"InvokeArgs", aws::base64(R"({"n":2})")}}) ==
          Json{{"Status", 202}});
    run_to_end(bench);
    CHECK(bench.runtime.payloads == Kinds{R"({"n":2})"});
    CHECK(bench.failure("InvokeAsync", {{"FunctionName", "g"}, {"InvokeArgs", ""}})
              .starts_with("ResourceNotFoundException: "));
}
