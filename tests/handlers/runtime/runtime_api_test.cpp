// The Runtime API as a runtime of one's own meets it: a Python that speaks to it by hand.
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;
using namespace std::chrono_literals;

using Kind = lambda::Outcome::Kind;

namespace {

/// A second connection to the API, beside the runtime's own, while an invocation runs.
std::string probing(const std::string& body) {
    return R"(
import http.client, json, os
def ask(method, path, body=None, headers={}, **options):
    connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
    connection.request(method, '/2018-06-01/runtime/' + path, body, headers, **options)
    answer = connection.getresponse()
    return [answer.status, json.loads(answer.read())]
def handler(event, context):
    mine = 'invocation/' + context.aws_request_id
)" + body;
}

Json answer_to(const std::string& body) {
    World world;
    RunningFunction function(probing(body), world);
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    INFO(outcome->payload);
    return Json::parse(outcome->payload);
}

}  // namespace

TEST_CASE("runtime API: an answer to no current invocation is refused as an invalid request ID") {
    const Json refused{400,
                       {{"errorMessage", "Invalid request ID"}, {"errorType", "InvalidRequestID"}}};
    CHECK(answer_to("    return ask('POST', 'invocation/nobody/response', b'1')\n") == refused);
    CHECK(answer_to("    return ask('POST', 'invocation/nobody/error', b'{}')\n") == refused);
}

TEST_CASE("runtime API: calls in the wrong order are invalid state transitions") {
    const Json answer = answer_to("    return ask('POST', 'init/error', b'{}')\n");
    CHECK(answer.at(0) == 403);
    CHECK(answer.at(1).at("errorType") == "InvalidStateTransition");
}

TEST_CASE("runtime API: who asks for the next invocation while it has one gets the same again") {
    World world;
    RunningFunction function(probing("    return ask('GET', 'invocation/next')\n"), world);
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke("{\"a\": 1}");
    REQUIRE(outcome);
    CHECK(Json::parse(outcome->payload) == Json{200, {{"a", 1}}});
}

TEST_CASE("runtime API: an unknown response mode is refused and fails the invocation") {
    World world;
    RunningFunction function(
        probing(
            R"(    print(ask('POST', mine + '/response', b'1', {'Lambda-Runtime-Function-Response-Mode': 'slow'}))
    os._exit(0)
)"),
        world);
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->error_type == "Runtime.InvalidResponseModeHeader");
    REQUIRE_FALSE(function.log.empty());
    CHECK_THAT(function.log[0],
               Catch::Contains("400") && Catch::Contains("InvalidFunctionResponseMode"));
}

TEST_CASE("runtime API: a response is accepted once") {
    World world;
    RunningFunction function(probing(R"(    print(ask('POST', mine + '/response', b'"first"'))
    print(ask('POST', mine + '/response', b'"second"')[0])
    os._exit(0)
)"),
                             world);
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->payload == "\"first\"");
    REQUIRE(function.log.size() == 2);
    CHECK(function.log[0] == "[202, {'status': 'OK'}]\n");
    CHECK(function.log[1] == "403\n");
}

TEST_CASE("runtime API: an answer after the deadline comes too late") {
    World world;
    RunningFunction function(probing("    import time\n    time.sleep(1000)\n    print(ask('POST', "
                                     "mine + '/response', b'1'))\n"),
                             world);
    REQUIRE(function.start().kind == Kind::success);
    CHECK_FALSE(function.invoke("{}", 1100s));
    REQUIRE_FALSE(function.log.empty());
    CHECK(function.log[0] ==
          "[410, {'errorMessage': 'Invoke timeout', 'errorType': 'InvokeTimeout'}]\n");
}

TEST_CASE("runtime API: a streamed response of any runtime, with an error in its trailers") {
    World world;
    RunningFunction function(R"(
import base64, os, socket
def handler(event, context):
    host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f'POST /2018-06-01/runtime/invocation/{context.aws_request_id}/response HTTP/1.1\r\nHost: {host}\r\n'
            'Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\r\n'
            '3\r\nabc\r\n0\r\nLambda-Runtime-Function-Error-Type: My.Error\r\n'
            f'Lambda-Runtime-Function-Error-Body: {base64.b64encode(b"{}").decode()}\r\n\r\n'.encode())
        connection.recv(1000)
    os._exit(0)
)",
                             world);
    REQUIRE(function.start().kind == Kind::success);
    std::string told;
    function.invocation.on_piece = [&](std::string_view piece) { told += piece; };
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->error_type == "My.Error");
    CHECK(outcome->payload == "{}");
    CHECK(told == "abc");
}

TEST_CASE("runtime API: who wants a stream gets one of a runtime that names no mode, but of JSON") {
    World world;
    // As AWS's client for Go sends all that it answers.
    RunningFunction function(R"(
import base64, os, socket
def handler(event, context):
    host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f'POST /2018-06-01/runtime/invocation/{context.aws_request_id}/response HTTP/1.1\r\nHost: {host}\r\n'
            f'Content-Type: {event["type"]}\r\nTransfer-Encoding: chunked\r\n'
            'Trailer: Lambda-Runtime-Function-Error-Type,Lambda-Runtime-Function-Error-Body\r\n\r\n'
            '1\r\n1\r\n1\r\n2\r\n0\r\n'
            'Lambda-Runtime-Function-Error-Type: errorString\r\n'
            f'Lambda-Runtime-Function-Error-Body: {base64.b64encode(b"{}").decode()}\r\n\r\n'.encode())
        connection.recv(1000)
    os._exit(0)
)",
                             world);
    std::string told;
    const auto invoke = [&](const std::string& type) {
        told.clear();
        REQUIRE(function.start().kind == Kind::success);
        auto outcome = function.invoke("{\"type\": \"" + type + "\"}");
        REQUIRE(outcome);
        return *outcome;
    };
    const auto buffered = invoke("application/octet-stream");
    CHECK(buffered.payload == "12");
    CHECK(buffered.error_type.empty());
    function.invocation.on_piece = [&](std::string_view piece) { told += piece; };
    const auto streamed = invoke("application/octet-stream");
    CHECK(told == "12");
    CHECK(streamed.error_type == "errorString");
    CHECK(streamed.streamed);
    const auto json = invoke("application/json");
    CHECK(told.empty());
    CHECK(json.payload == "12");
    CHECK_FALSE(json.streamed);
}
