// Lambda as its clients see it: HTTP in, HTTP out.

#include "engine/json.h"
#include "services/aws/api.h"
#include "services/aws/encoding.h"
#include "services/aws/gateway.h"
#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace wire_test {

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

struct Wire {
    Wire() : gateway(bench.world, [this](const aws::Identity&) -> aws::Api& { return api; }) {
        api.add(bench.service.api());
    }

    /// The answer, which may wait for a handler.
    HttpResponse ask(const std::string& method,
                     const std::string& target,
                     const std::string& body = "",
                     std::vector<HttpHeader> headers = {}) {
        headers.push_back({"Authorization",
                           "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/"
                           "aws4_request, SignedHeaders=host, Signature=00"});
        std::optional<HttpResponse> answer;
        gateway.handle({method, target, std::move(headers), body},
                       nullptr,
                       [&](HttpResponse response) { answer = std::move(response); });
        bench.run_until(bench.now() + 10s);
        return whole(answer.value_or(HttpResponse{0, {}, "no answer"}));
    }

    Bench bench;
    aws::Api api;
    aws::Gateway gateway;
};

const std::string functions = "/2015-03-31/functions";

std::string header(const HttpResponse& response, const std::string& name) {
    const std::string* value = find_header(response.headers, name);
    return value == nullptr ? "(none)" : *value;
}

/// "404 ResourceNotFoundException {body}"
std::string failure(const HttpResponse& response) {
    return std::to_string(response.status) + " " + header(response, "x-amzn-ErrorType") + " " +
           response.body;
}

}  // namespace

TEST_CASE("lambda over HTTP: Invoke takes and answers the payload as the body") {
    Wire wire;
    wire.bench.create_function(Json::object());
    std::string seen;
    wire.bench.runtime.handler = [&](const Invocation& invocation) {
        seen = invocation.request_id;
        return std::optional(success(R"({"got":)" + invocation.payload + "}"));
    };
    const HttpResponse answer = wire.ask("POST", functions + "/f/invocations", R"({"a": 1})");
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"got":{"a": 1}})");  // byte for byte
    CHECK(header(answer, "X-Amz-Executed-Version") == "$LATEST");
    CHECK(header(answer, "X-Amz-Function-Error") == "(none)");
    CHECK(header(answer, "X-Amz-Log-Result") == "(none)");
    CHECK(header(answer, "Content-Type") == "application/json");
    // [LS test_request_id_invoke]
    CHECK(header(answer, "x-amzn-RequestId") == seen);
    CHECK(wire.ask("POST", functions + "/f/invocations").body == R"({"got":{}})");
    wire.bench.runtime.handler = [](const Invocation&) { return std::optional(success("null")); };
    CHECK(wire.ask("POST", functions + "/f/invocations").body == "null");
}

TEST_CASE("lambda over HTTP: a function's error has status 200 and a header") {
    Wire wire;
    wire.bench.create_function(Json::object());
    wire.bench.runtime.handler = [](const Invocation&) {
        return std::optional(error("KeyError", "'x'"));
    };
    const HttpResponse answer =
        wire.ask("POST", functions + "/f/invocations", "{}", {{"X-Amz-Log-Type", "Tail"}});
    CHECK(answer.status == 200);
    CHECK(header(answer, "X-Amz-Function-Error") == "Unhandled");
    CHECK(answer.body == R"({"errorMessage":"'x'","errorType":"KeyError"})");
    const auto log = aws::decode_base64(header(answer, "X-Amz-Log-Result"));
    REQUIRE(log);
    CHECK_THAT(*log, Catch::StartsWith("START RequestId: "));
}

TEST_CASE("lambda over HTTP: DryRun is 204, and what Invoke refuses is said as AWS says it") {
    Wire wire;
    CHECK(failure(wire.ask("POST", functions + "/f/invocations")) ==
          "404 ResourceNotFoundException "
          R"({"Type":"User","Message":"Function not found: )"
          R"(arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST"})");
    wire.bench.create_function(Json::object());
    const HttpResponse dry =
        wire.ask("POST", functions + "/f/invocations", "", {{"X-Amz-Invocation-Type", "DryRun"}});
    CHECK(dry.status == 204);
    CHECK(dry.body.empty());
    CHECK(header(dry, "X-Amz-Executed-Version") == "(none)");
    CHECK_THAT(failure(wire.ask("POST", functions + "/f/invocations", "{no")),
               Catch::StartsWith("400 InvalidRequestContentException {\"Type\":\"User\","
                                 "\"message\":\"Could not parse request body into json: "));
    CHECK_THAT(failure(wire.ask("POST", functions + "/f/invocations", "\"\xFF\"")),
               Catch::StartsWith("400 InvalidRequestContentException "));
    const std::string large(6291479, '1');
    CHECK_THAT(failure(wire.ask("POST", functions + "/f/invocations", large)),
               Catch::StartsWith("413 RequestEntityTooLargeException ") &&
                   Catch::Contains("6291479 byte payload is too large"));
    CHECK(wire.ask("PUT",
                   "/2017-10-31/functions/f/concurrency",
                   R"({"ReservedConcurrentExecutions":0})")
              .status == 200);
    // [LS test_lambda_concurrency_block]
    const HttpResponse throttled = wire.ask("POST", functions + "/f/invocations");
    CHECK(header(throttled, "Retry-After") == "1");
    CHECK(failure(throttled) ==
          "429 TooManyRequestsException "
          R"({"Type":"User","message":"Rate Exceeded.",)"
          R"("Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"})");
}

TEST_CASE("lambda over HTTP: an event is 202 with nothing in it") {
    Wire wire;
    wire.bench.create_function(Json::object());
    const HttpResponse answer =
        wire.ask("POST", functions + "/f/invocations", "{}", {{"X-Amz-Invocation-Type", "Event"}});
    CHECK(answer.status == 202);
    CHECK(answer.body.empty());
    CHECK(header(answer, "X-Amz-Executed-Version") == "(none)");
    CHECK(wire.bench.runtime.payloads.size() == 1);
    CHECK(wire.ask("POST", "/2014-11-13/functions/f/invoke-async", "{}").status == 202);
    CHECK(wire.bench.runtime.payloads.size() == 2);
}

TEST_CASE("lambda over HTTP: a trace header is answered, and what came is gone on with") {
    Wire wire;
    wire.bench.create_function(Json::object());
    std::string seen;
    wire.bench.runtime.handler = [&](const Invocation& invocation) {
        seen = invocation.trace_header;
        return std::optional(success());
    };
    const HttpResponse first = wire.ask("POST", functions + "/f/invocations");
    CHECK(header(first, "X-Amzn-Trace-Id") == seen);
    CHECK_THAT(seen, Catch::StartsWith("Root=1-") && Catch::EndsWith(":0"));
    const std::string before = seen;
    wire.ask("POST", functions + "/f/invocations", "", {{"X-Amzn-Trace-Id", before}});
    CHECK(seen == before.substr(0, before.size() - 1) + "1");
}

TEST_CASE("lambda over HTTP: InvokeWithResponseStream answers a stream of events") {
    Wire wire;
    wire.bench.create_function(Json::object());
    wire.bench.runtime.handler = [](const Invocation& invocation) {
        invocation.on_piece("ab");
        invocation.on_piece("cd");
        Outcome outcome = success("abcd");
        outcome.streamed = true;
        return std::optional(outcome);
    };
    const HttpResponse answer =
        wire.ask("POST", "/2021-11-15/functions/f/response-streaming-invocations", "{}");
    CHECK(answer.status == 200);
    CHECK(header(answer, "Content-Type") == "application/vnd.amazon.eventstream");
    CHECK(header(answer, "X-Amz-Executed-Version") == "$LATEST");
    const std::size_t first = answer.body.find("PayloadChunk");
    const std::size_t second = answer.body.find("PayloadChunk", first + 1);
    REQUIRE(second != std::string::npos);
    CHECK(answer.body.find("ab", first) < second);
    CHECK(answer.body.find("cd") > second);
    CHECK(answer.body.find("InvokeComplete") > second);
    CHECK(answer.body.find("InvokeComplete") != std::string::npos);
}

TEST_CASE("lambda over HTTP: InvokeWithResponseStream sends a piece when the function writes it") {
    Wire wire;
    wire.bench.create_function(Json::object());
    wire.bench.runtime.handler_takes = 2500ms;  // after a cold start of 100 ms
    wire.bench.runtime.handler = [&](const Invocation& invocation) {
        wire.bench.world.loop.after(1s, [piece = invocation.on_piece] { piece("one"); });
        wire.bench.world.loop.after(2s, [piece = invocation.on_piece] { piece("two"); });
        Outcome outcome = success("onetwo");
        outcome.streamed = true;
        return std::optional(outcome);
    };
    std::optional<HttpResponse> answer;
    wire.gateway.handle({"POST",
                         "/2021-11-15/functions/f/response-streaming-invocations",
                         {{"Authorization",
                           "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/"
                           "aws4_request, SignedHeaders=host, Signature=00"}},
                         "{}"},
                        nullptr,
                        [&](HttpResponse response) { answer = std::move(response); });
    wire.bench.run_until(1099ms);
    CHECK_FALSE(answer);
    wire.bench.run_until(1100ms);
    REQUIRE(answer);
    std::string body = answer->body;
    std::optional<PipeEnd> end;
    answer->stream->read([&](const std::string& piece) { body += piece; },
                         [&](PipeEnd how) { end = how; });
    CHECK(body.find("one") != std::string::npos);
    CHECK(body.find("two") == std::string::npos);
    wire.bench.run_until(2100ms);
    CHECK(body.find("two") != std::string::npos);
    CHECK(body.find("InvokeComplete") == std::string::npos);
    CHECK_FALSE(end);
    wire.bench.run_until(2610ms);
    CHECK(body.find("InvokeComplete") != std::string::npos);
    CHECK(end == PipeEnd::whole);
}

TEST_CASE("lambda InvokeWithResponseStream: a caller from inside gets the events as a list") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler = [](const Invocation& invocation) {
        invocation.on_piece("ab");
        Outcome outcome = success("ab");
        outcome.streamed = true;
        return std::optional(outcome);
    };
    aws::Api api;
    api.add(bench.service.api());
    Json answer;
    api.call(
        "lambda", "InvokeWithResponseStream", {{"FunctionName", "f"}}, [&](aws::ApiResult result) {
            answer = result.value();
        });
    bench.run_until(1s);
    CHECK(answer == Json{{"StatusCode", 200},
                         {"ExecutedVersion", "$LATEST"},
                         {"EventStream",
                          {{{"PayloadChunk", {{"Payload", aws::base64("ab")}}}},
                           {{"InvokeComplete", Json::object()}}}}});
}

TEST_CASE("lambda over HTTP: what was streamed arrives even if the function crashes then") {
    Wire wire;
    wire.bench.create_function(Json::object());
    wire.bench.runtime.handler = [](const Invocation& invocation) {
        invocation.on_piece("first");
        return std::optional(exited("exit status 3"));
    };
    const HttpResponse answer =
        wire.ask("POST", "/2021-11-15/functions/f/response-streaming-invocations", "{}");
    const std::size_t piece = answer.body.find("first");
    REQUIRE(piece != std::string::npos);
    const std::size_t end = answer.body.find("InvokeComplete", piece);
    REQUIRE(end != std::string::npos);
    CHECK(answer.body.find("exit status 3") > end);
}

TEST_CASE("lambda over HTTP: functions from creation to deletion") {
    Wire wire;
    const Json settings{{"FunctionName", "g"},
                        {"Runtime", "python3.12"},
                        {"Handler", "index.handler"},
                        {"Role", "arn:aws:iam::000000000000:role/r"},
                        {"Code", {{"Directory", ORRERY_SOURCE_DIR}}}};
    const HttpResponse created = wire.ask("POST", functions, settings.dump());
    CHECK(created.status == 201);
    CHECK(Json::parse(created.body)["State"] == "Pending");
    CHECK(failure(wire.ask("POST", functions + "/", settings.dump())) ==
          "409 ResourceConflictException "
          R"({"Type":"User","message":"Function already exist: g"})");
    CHECK(Json::parse(wire.ask("GET", functions).body)["Functions"].size() == 1);
    CHECK(Json::parse(wire.ask("GET", functions + "/g").body)["Configuration"]["Handler"] ==
          "index.handler");
    const HttpResponse configuration = wire.ask("GET", functions + "/g/configuration");
    CHECK(Json::parse(configuration.body)["State"] == "Active");
    const HttpResponse updated =
        wire.ask("PUT", functions + "/g/configuration", R"({"Timeout":9})");
    CHECK(updated.status == 200);
    CHECK(Json::parse(updated.body)["Timeout"] == 9);
    CHECK(wire.ask("PUT",
                   "/2017-10-31/functions/g/concurrency",
                   R"({"ReservedConcurrentExecutions":5})")
              .body == R"({"ReservedConcurrentExecutions":5})");
    CHECK(wire.ask("GET", "/2019-09-30/functions/g/concurrency").body ==
          R"({"ReservedConcurrentExecutions":5})");
    const HttpResponse unreserved = wire.ask("DELETE", "/2017-10-31/functions/g/concurrency");
    CHECK(unreserved.status == 204);
    CHECK(unreserved.body.empty());
    CHECK(wire.ask("GET", "/2019-09-30/functions/g/concurrency").body == "{}");
    CHECK(wire.ask("DELETE", functions + "/g").status == 204);
    CHECK(wire.ask("GET", functions + "/g").status == 404);
}

TEST_CASE("lambda over HTTP: event source mappings from creation to deletion") {
    Wire wire;
    wire.bench.create_function(Json::object());
    const std::string path = "/2015-03-31/event-source-mappings/";
    const HttpResponse created = wire.ask(
        "POST",
        path,
        Json{{"FunctionName", "f"}, {"EventSourceArn", wire.bench.queue.arn}, {"BatchSize", 3}}
            .dump());
    CHECK(created.status == 202);
    const Json mapping = Json::parse(created.body);
    CHECK(mapping["BatchSize"] == 3);
    CHECK(mapping["LastModified"].is_number());
    const std::string uuid = mapping["UUID"].get<std::string>();
    const auto state = [](const HttpResponse& response) {
        return std::to_string(response.status) + " " +
               Json::parse(response.body).value("State", "(none)");
    };
    CHECK(state(wire.ask("GET", path + uuid)) == "200 Enabled");
    CHECK(
        Json::parse(wire.ask("GET", path + "?FunctionName=f").body)["EventSourceMappings"].size() ==
        1);
    CHECK(
        Json::parse(wire.ask("GET", path + "?FunctionName=g").body)["EventSourceMappings"].empty());
    CHECK(state(wire.ask("PUT", path + uuid, R"({"Enabled":false})")) == "202 Disabling");
    CHECK(state(wire.ask("DELETE", path + uuid)) == "202 Deleting");
    CHECK(wire.ask("GET", path + uuid).status == 404);
}

TEST_CASE("lambda over HTTP: what AWS has and Orrery not, and what nobody has") {
    Wire wire;
    const HttpResponse missing = wire.ask("GET", "/2020-04-22/code-signing-configs");
    CHECK(missing.status == 501);
    CHECK_THAT(missing.body, Catch::Contains("lambda.ListCodeSigningConfigs"));
    CHECK_THAT(failure(wire.ask("PATCH", functions)),
               Catch::StartsWith("404 UnknownOperationException "));
    CHECK_THAT(failure(wire.ask("POST", functions, "{\"FunctionName\":")),
               Catch::StartsWith("400 InvalidRequestContentException "));
}

}  // namespace wire_test
