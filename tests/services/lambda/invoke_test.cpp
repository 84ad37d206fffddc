#include "engine/fault.h"
#include "services/aws/encoding.h"
#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace orrery;
using orrery::aws::base64;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

TEST_CASE("lambda Invoke: answers at the instant of the runtime's answer plus the duration") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler_takes = 40ms;
    bench.runtime.handler = [](const Invocation& invocation) {
        return std::optional(success(R"({"got":)" + invocation.payload + "}"));
    };
    bench.invoke({{"Payload", {{"a", 1}}}});
    bench.run_until(149ms);  // 100 ms cold start, 40 ms, 10 ms of modelled duration
    CHECK(bench.answers().empty());
    bench.run_until(150ms);
    REQUIRE(bench.answers().size() == 1);
    CHECK(bench.answers()[0] == Json{{"StatusCode", 200},
                                     {"ExecutedVersion", "$LATEST"},
                                     {"Payload", {{"got", {{"a", 1}}}}}});
    CHECK(bench.statistics().invocations == 1);
    CHECK(bench.statistics().errors == 0);
    CHECK(bench.statistics().environments_started == 1);
}

TEST_CASE("lambda Invoke: a payload may be any JSON or absent") {
    Bench bench;
    bench.create_function(Json::object());
    bench.invoke({{"Payload", "[1, 2]"}});
    bench.invoke({{"Payload", 7}});
    bench.invoke(Json::object());
    bench.run_until(1s);
    // Nothing given is {} to the handler. [LS test_invocation_type_request_response]
    CHECK(bench.runtime.payloads == std::vector<std::string>{"[1, 2]", "7", "{}"});
    // [LS test_lambda_invoke_payload_encoding_error]
    CHECK(
        bench.failure("Invoke", {{"FunctionName", "f"}, {"Payload", base64("{no")}})
            .starts_with("InvalidRequestContentException: Could not parse request body into json"));
}

TEST_CASE("lambda Invoke: a function of another Region or account is not taken for one's own") {
    Bench bench;
    bench.create_function(Json::object());
    const auto problem = [&](const char* operation, const std::string& name) {
        return bench.failure(operation, {{"FunctionName", name}});
    };
    for (const char* operation : {"Invoke", "InvokeWithResponseStream", "GetFunction"}) {
        CHECK(problem(operation, "arn:aws:lambda:eu-west-1:000000000000:function:f") ==
              "ResourceNotFoundException: Functions from 'eu-west-1' are not reachable in this "
              "region ('us-east-1')");
        CHECK(problem(operation, "arn:aws:lambda:us-east-1:111111111111:function:f:1")
                  .starts_with("AccessDeniedException: functions of other accounts"));
        CHECK(problem(operation, "111111111111:function:f")
                  .starts_with("AccessDeniedException: functions of other accounts"));
    }
    bench.invoke({{"FunctionName", "000000000000:function:f"}});
    bench.invoke({{"FunctionName", "function:f"}});
    bench.invoke({{"FunctionName", "arn:aws:lambda:us-east-1:000000000000:function:f"}});
    bench.run_until(1s);
    CHECK(bench.answers().size() == 3);
}

TEST_CASE("lambda Invoke: text that is no JSON is refused in the words of AWS's parser") {
    Bench bench;
    bench.create_function(Json::object());
    const auto problem = [&](const std::string& payload) {
        const std::string text =
            bench.failure("Invoke", {{"FunctionName", "f"}, {"Payload", base64(payload)}});
        const std::string prefix =
            "InvalidRequestContentException: Could not parse request body into json: Could not "
            "parse payload into json: ";
        REQUIRE(text.starts_with(prefix));
        return text.substr(prefix.size());
    };
    const std::string values =
        "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    // [recorded: aws-lambda-power-tuning issue 148]
    CHECK(problem("test data") == "Unrecognized token 'test': was expecting " + values +
                                      "\n at [Source: (byte[])\"test data\"; line: 1, column: 6]");
    CHECK(problem("'x'") == "Unexpected character (''' (code 39)): expected a valid value " +
                                values + "\n at [Source: (byte[])\"'x'\"; line: 1, column: 2]");
    CHECK(problem("{").starts_with("Unexpected end-of-input"));
}

TEST_CASE("lambda Invoke: the client's context reaches the handler") {
    Bench bench;
    bench.create_function(Json::object());
    std::string seen;
    bench.runtime.handler = [&](const Invocation& invocation) {
        seen = invocation.client_context;
        return std::optional(success());
    };
    bench.invoke({{"ClientContext", base64(R"({"custom":{"a":1}})")}});
    bench.run_until(1s);
    CHECK(seen == R"({"custom":{"a":1}})");
    CHECK(bench.failure("Invoke", {{"FunctionName", "f"}, {"ClientContext", "{}"}}) ==
          "InvalidRequestContentException: Client context must be a valid Base64-encoded JSON "
          "object.");
}

TEST_CASE(
    "lambda Invoke: an alias with weights leads to both versions, and the answer says which") {
    Bench bench;
    bench.create_function(Json::object());
    bench.call("PublishVersion", {{"FunctionName", "f"}});
    bench.call("UpdateFunctionConfiguration", {{"FunctionName", "f"}, {"Timeout", 7}});
    bench.call("PublishVersion", {{"FunctionName", "f"}});
    bench.call("CreateAlias",
               {{"FunctionName", "f"},
                {"Name", "prod"},
                {"FunctionVersion", "1"},
                {"RoutingConfig", {{"AdditionalVersionWeights", {{"2", 0.3}}}}}});
    std::string arn;
    bench.runtime.handler = [&](const Invocation& invocation) {
        arn = invocation.function_arn;
        return std::optional(success());
    };
    for (int count = 0; count < 100; ++count) {
        bench.invoke({{"Qualifier", "prod"}});
        bench.world.loop.run_until_idle(bench.world.loop.now() + 1min);
    }
    const auto& answers = bench.answers();
    const auto second = std::count_if(answers.begin(), answers.end(), [](const Json& answer) {
        return answer.at("ExecutedVersion") == "2";
    });
    CHECK(second > 15);
    CHECK(second < 45);
    CHECK(arn == "arn:aws:lambda:us-east-1:000000000000:function:f:prod");
}

TEST_CASE("lambda Invoke: too large a request is refused, too large a response fails the call") {
    Bench bench;
    bench.create_function(Json::object());
    // 6291456 to send and 6291556 to answer differ. [public recorded errors]
    CHECK(
        bench.failure(
            "Invoke",
            {{"FunctionName", "f"}, {"Payload", base64(Json(std::string(6291476, 'x')).dump())}}) ==
        "RequestEntityTooLargeException: 6291478 byte payload is too large for the RequestResponse "
        "invocation type (limit 6291456 bytes)");
    bench.runtime.handler = [](const Invocation&) {
        return std::optional(success(std::string(6291557, '1')));
    };
    bench.invoke(Json::object());
    bench.run_until(1s);
    // [LS test_lambda_too_large_response]
    CHECK(bench.answers().at(0)["FunctionError"] == "Unhandled");
    CHECK(bench.answers()[0]["Payload"] ==
          Json{{"errorType", "Function.ResponseSizeTooLarge"},
               {"errorMessage",
                "Response payload size exceeded maximum allowed payload size (6291556 bytes)."}});
}

TEST_CASE("lambda Invoke: what is not there is refused by name") {
    Bench bench;
    // [LS test_invoke_exceptions]: the text names $LATEST where no qualifier was given
    CHECK(bench.failure("Invoke", {{"FunctionName", "f"}}) ==
          "ResourceNotFoundException: Function not found: "
          "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST");
    bench.create_function(Json::object());
    CHECK(bench.failure("Invoke", {{"FunctionName", "f"}, {"Qualifier", "prod"}}) ==
          "ResourceNotFoundException: Function not found: "
          "arn:aws:lambda:us-east-1:000000000000:function:f:prod");
    CHECK(bench.failure("Invoke", {{"FunctionName", "f:a"}, {"Qualifier", "b"}}) ==
          "InvalidParameterValueException: The derived qualifier from the function name does not "
          "match the specified qualifier.");
    CHECK(bench.failure("Invoke", {{"FunctionName", "f"}, {"TenantId", "x"}}).find("TenantId") !=
          std::string::npos);
}

TEST_CASE("lambda Invoke: DryRun runs nothing") {
    Bench bench;
    bench.create_function(Json::object());
    bench.invoke({{"InvocationType", "DryRun"}});
    bench.run_until(1s);
    CHECK(bench.answers().at(0) == Json{{"StatusCode", 204}});
    CHECK(bench.runtime.started.empty());
}

TEST_CASE("lambda Invoke: a handler's error is passed on and the environment lives on") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler = [](const Invocation&) {
        return std::optional(error("KeyError", "'x'"));
    };
    bench.invoke(Json::object());
    bench.run_until(1s);
    bench.invoke(Json::object());
    bench.run_until(2s);
    // Always "Unhandled". [LS test_lambda_handler_error]
    CHECK(bench.answers().at(0)["FunctionError"] == "Unhandled");
    CHECK(bench.answers()[0]["StatusCode"] == 200);
    CHECK(bench.answers()[0]["Payload"]["errorType"] == "KeyError");
    CHECK(bench.runtime.invoked == std::vector<std::uint64_t>{1, 1});
    CHECK(bench.statistics().errors == 2);
    CHECK(bench.trace("lambda.invocation.failed").size() == 2);
}

TEST_CASE("lambda Invoke: a time-out comes exactly when the timeout is over") {
    Bench bench;
    bench.create_function({{"Timeout", 2}});
    bench.runtime.handler = [](const Invocation&) { return std::optional<Outcome>(); };
    bench.invoke(Json::object());
    bench.run_until(2100ms - 1ns);  // after 100 ms of cold start, which the timeout does not cover
    CHECK(bench.answers().empty());
    bench.run_until(2100ms);
    REQUIRE(bench.answers().size() == 1);
    const Json payload = bench.answers()[0]["Payload"];
    // [LS test_lambda_invoke_with_timeout]
    CHECK(payload["errorType"] == "Sandbox.Timedout");
    CHECK_THAT(payload["errorMessage"].get<std::string>(),
               Catch::Matchers::StartsWith("RequestId: ") &&
                   Catch::Matchers::EndsWith(" Error: Task timed out after 2.00 seconds"));
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{1});

    const std::vector<std::string> log = bench.log();
    REQUIRE(log.size() == 5);
    // [recorded public logs]
    CHECK_THAT(log[2],
               Catch::Matchers::StartsWith("2026-01-01T00:00:02.100Z ") &&
                   Catch::Matchers::EndsWith(" Task timed out after 2.00 seconds\n\n"));
    CHECK_THAT(log[4],
               Catch::Matchers::Contains("\tDuration: 2000.00 ms\tBilled Duration: 2100 ms\t") &&
                   Catch::Matchers::EndsWith("\tInit Duration: 100.00 ms\tStatus: timeout\n"));
}

TEST_CASE(
    "lambda Invoke: an answer whose modelled duration ends after the deadline is a time-out") {
    Bench bench;
    bench.create_function({{"Timeout", 1}});
    bench.runtime.handler_takes = 990ms;  // and 10 ms of duration: just in time
    bench.invoke(Json::object());
    bench.run_until(2s);
    CHECK_FALSE(bench.answers().at(0).contains("FunctionError"));
    bench.runtime.handler_takes = 990ms + 1ns;
    bench.invoke(Json::object());
    bench.run_until(4s);
    CHECK(bench.answers().at(1)["Payload"]["errorType"] == "Sandbox.Timedout");
    CHECK(bench.trace("lambda.invocation.failed") ==
          std::vector<std::string>{"lambda.invocation.failed@3s"});
}

TEST_CASE("lambda Invoke: after a crash the next invocation initialises anew in the same stream") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler = [&](const Invocation& invocation) {
        return std::optional(bench.runtime.invoked.size() == 1
                                 ? exited("RequestId: " + invocation.request_id +
                                          " Error: Runtime exited with error: exit status 1")
                                 : success());
    };
    bench.invoke(Json::object());
    bench.run_until(1s);
    CHECK(bench.answers().at(0)["Payload"]["errorType"] == "Runtime.ExitError");
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{1});
    bench.invoke(Json::object());
    bench.run_until(2s);
    CHECK_FALSE(bench.answers().at(1).contains("FunctionError"));
    CHECK(bench.runtime.invoked == std::vector<std::uint64_t>{1, 2});

    const std::vector<std::string> log = bench.log();
    REQUIRE(log.size() == 8);
    // [recorded public logs]
    CHECK_THAT(log[2], Catch::Matchers::EndsWith("exit status 1\nRuntime.ExitError\n"));
    CHECK_THAT(log[4],
               Catch::Matchers::EndsWith("\tStatus: error\tError Type: Runtime.ExitError\n"));
    // The suppressed init counts as part of the invocation. [docs lambda-runtime-environment]
    CHECK_THAT(log[7],
               Catch::Matchers::Contains("\tDuration: 110.00 ms\t") &&
                   !Catch::Matchers::Contains("Init Duration"));
    CHECK(bench.log_streams().front() == bench.log_streams().back());
}

TEST_CASE("lambda Invoke: the fault lambda.crash takes an invocation's environment and answer") {
    Bench bench;
    bench.create_function(Json::object());
    FaultRule rule;
    rule.point = "lambda.crash";
    rule.where = {{"function", "f"}};
    rule.occurrences = {2};
    bench.world.faults.add(rule);
    for (int second = 1; second <= 3; ++second) {
        bench.invoke(Json::object());
        bench.run_until(std::chrono::seconds(second));
    }
    CHECK_FALSE(bench.answers().at(0).contains("FunctionError"));
    CHECK(bench.answers().at(1)["Payload"]["errorType"] == "Runtime.ExitError");
    CHECK_FALSE(bench.answers().at(2).contains("FunctionError"));
    CHECK(bench.runtime.invoked == std::vector<std::uint64_t>{1, 1, 2});
}

TEST_CASE("lambda Invoke: the log lines of a cold and a warm invocation") {
    Bench bench;
    bench.create_function({{"MemorySize", 256}});
    bench.runtime.prints = "hello\n";
    bench.invoke({{"LogType", "Tail"}});
    bench.run_until(1s);
    bench.invoke(Json::object());
    bench.run_until(2s);
    const std::vector<std::string> log = bench.log();
    REQUIRE(log.size() == 9);
    // [LS test_invocation_type_event_error]
    CHECK_THAT(log[0], Catch::Matchers::StartsWith("INIT_START Runtime Version: python:3.12.v1\t"));
    const std::string id = log[1].substr(17, 36);
    CHECK(log[1] == "START RequestId: " + id + " Version: $LATEST\n");
    CHECK(log[2] == "hello\n");
    CHECK(log[3] == "END RequestId: " + id + "\n");
    CHECK(log[4] ==
          "REPORT RequestId: " + id +
              "\tDuration: 10.00 ms\tBilled Duration: 110 ms\tMemory Size: 256 MB\tMax Memory "
              "Used: 40 MB\tInit Duration: 100.00 ms\t\n");
    CHECK_THAT(log[8], Catch::Matchers::EndsWith("\tMax Memory Used: 40 MB\t\n"));
    // One stream for each environment, named by the day and 32 hexadecimal digits.
    CHECK_THAT(bench.log_streams()[0], Catch::Matchers::StartsWith("2026/01/01/[$LATEST]"));
    CHECK(bench.log_streams()[0].size() == 20 + 32);
    CHECK(bench.log_streams()[0] == bench.log_streams()[8]);
    // The tail is START to REPORT. [LS test_invocation_with_logs]
    const std::string tail = bench.answers().at(0)["LogResult"];
    CHECK(tail.starts_with("U1RBUlQgUmVxdWVzdElk"));  // "START RequestId" in base64
    CHECK_FALSE(bench.answers().at(1).contains("LogResult"));
}

TEST_CASE("lambda Invoke: the same seed gives the same ids and trace, another seed others") {
    const auto fingerprint = [](std::uint64_t seed) {
        Bench bench(seed);
        bench.create_function(Json::object());
        bench.invoke(Json::object());
        bench.run_until(1s);
        return bench.world.trace.fingerprint();
    };
    CHECK(fingerprint(1) == fingerprint(1));
    CHECK(fingerprint(1) != fingerprint(2));
}
