// External extensions: programs beside the runtime that take part in an environment's life.
#include "tests/handlers/runtime/provided_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

namespace {

/// Registers for `events` and runs `body`, which may call `following()` for the next event.
std::string extension(const std::string& events, const std::string& body) {
    return R"(#!/usr/bin/python3 -u
import http.client, json, os, sys, time
connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
name = os.path.basename(__file__)
def call(method, path, headers={}, body=None):
    connection.request(method, '/2020-01-01/extension/' + path, body and json.dumps(body), headers)
    response = connection.getresponse()
    return response.status, response.headers, json.loads(response.read() or 'null')
status, headers, told = call('POST', 'register', {'Lambda-Extension-Name': name}, {'events': )" +
           events + R"(})
me = {'Lambda-Extension-Identifier': headers.get('Lambda-Extension-Identifier')}
def following():
    return call('GET', 'event/next', me)[2]
)" + body;
}

constexpr const char* reporting_loop = R"(
while True:
    event = following()
    print(name, event['eventType'], event.get('requestId', event.get('shutdownReason'))[-4:])
    if event['eventType'] == 'SHUTDOWN':
        sys.exit(0)
)";

struct Extended {
    explicit Extended(World& world, const std::string& handler = "")
        : function(
              handler.empty() ? "def handler(event, context):\n    print('handler')\n" : handler,
              world) {
        function.function.layers = {layer.path()};
    }

    void add(const std::string& name, const std::string& text) const {
        write_program(layer, "extensions/" + name, text);
    }

    std::string log() const {
        std::string all;
        for (const std::string& line : function.log) {
            all += line;
        }
        return all;
    }

    TemporaryFolder layer;
    RunningFunction function;
};

}  // namespace

TEST_CASE("extensions: init ends when all wait; each hears of invocations and of the end") {
    World world;
    Extended extended(world);
    extended.add("b-second", extension("['INVOKE', 'SHUTDOWN']", reporting_loop));
    extended.add("a-first", extension("['SHUTDOWN']", reporting_loop));
    const auto started = extended.function.start();
    INFO(started.payload << extended.log());
    REQUIRE(started.kind == Kind::success);
    CHECK(extended.log() ==
          "EXTENSION\tName: a-first\tState: Ready\tEvents: [SHUTDOWN]\n"
          "EXTENSION\tName: b-second\tState: Ready\tEvents: [INVOKE,SHUTDOWN]\n");
    extended.function.log.clear();
    REQUIRE(extended.function.invoke("{}"));
    std::sort(extended.function.log.begin(), extended.function.log.end());
    CHECK(extended.log() == "b-second INVOKE 0001\nhandler\n");
    extended.function.log.clear();
    extended.function.environment->shut_down("spindown");
    extended.function.environment.reset();
    world.loop.run_until_idle(world.loop.now() + 1h);
    CHECK(extended.log() == "a-first SHUTDOWN down\nb-second SHUTDOWN down\n");
}

TEST_CASE("extensions: an invocation lasts until the slowest has asked for the next event") {
    World world;
    Extended extended(world);
    extended.add("slow", extension("['INVOKE']", R"(
while True:
    following()
    time.sleep(3)
)"));
    REQUIRE(extended.function.start().kind == Kind::success);
    for (int number = 1; number < 4; ++number) {
        REQUIRE(extended.function.invoke("{}"));
        CHECK(world.loop.now() - world.loop.start() == 3s * number);
    }
}

TEST_CASE("extensions: the events and answers have AWS's members") {
    World world;
    Extended extended(world);
    extended.add("curious", extension("['INVOKE']", R"(
print(status, json.dumps(told), len(me['Lambda-Extension-Identifier']))
print(call('GET', 'event/next')[2]['errorType'])
print(call('GET', 'event/next', {'Lambda-Extension-Identifier': 'x'})[2]['errorType'])
print(call('POST', 'register', {'Lambda-Extension-Name': name}, {'events': []})[2]['errorType'])
print(call('POST', 'register', {'Lambda-Extension-Name': 'inner'}, {'events': ['SHUTDOWN']})[2]['errorType'])
connection.request('PUT', '/2022-07-01/telemetry', '{}')
response = connection.getresponse()
print(response.status, json.loads(response.read())['errorType'])
while True:
    print(json.dumps(following()))
)"));
    REQUIRE(extended.function.start().kind == Kind::success);
    REQUIRE(extended.function.invoke("{}"));
    INFO(extended.log());
    std::vector<std::string>& log = extended.function.log;
    log.erase(std::remove(log.begin(), log.end(), "handler\n"), log.end());
    REQUIRE(log.size() == 8);
    CHECK(log[0] ==
          "200 {\"functionName\": \"F\", \"functionVersion\": \"$LATEST\", \"handler\": "
          "\"index.handler\"} 36\n");
    CHECK(log[1] == "Extension.MissingHeader\n");
    CHECK(log[2] == "Extension.UnknownExtensionIdentifier\n");
    CHECK(log[3] == "Extension.InvalidExtensionState\n");
    CHECK(log[4] == "Extension.InvalidEventType\n");
    CHECK(log[5] == "404 NotSupported\n");
    CHECK(Json::parse(log[7]) ==
          Json{{"eventType", "INVOKE"},
               {"deadlineMs", 1767226500000},
               {"requestId", "00000000-0000-4000-8000-100000000001"},
               {"invokedFunctionArn", "arn:aws:lambda:us-east-1:000000000000:function:F"},
               {"tracing",
                {{"type", "X-Amzn-Trace-Id"},
                 {"value", "Root=1-5e1b4151-5ac6c58f5b5dbb7e01234567;Sampled=0"}}}});
}

TEST_CASE("extensions: the runtime may register one inside of itself, for no events or INVOKE") {
    World world;
    // As AWS's client for Go does to be sent SIGTERM: null is its empty list.
    Extended extended(world, R"(
import http.client, json, os
def register(name, body):
    connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
    connection.request('POST', '/2020-01-01/extension/register', body, {'Lambda-Extension-Name': name})
    answer = connection.getresponse()
    return [answer.status, json.loads(answer.read()).get('errorType')]
print(register('GoLangEnableSIGTERM', '{"events":null}'))
print(register('other', '{}'), register('third', '{"events":"INVOKE"}'), register('third', '[]'))
def handler(event, context):
    return register('late', '{}')
)");
    REQUIRE(extended.function.start().kind == Kind::success);
    REQUIRE(extended.function.log.size() >= 2);
    CHECK(extended.function.log[0] == "[200, None]\n");
    CHECK(extended.function.log[1] ==
          "[200, None] [403, 'InvalidRequestFormat'] [403, 'InvalidRequestFormat']\n");
    const auto outcome = extended.function.invoke("{}");
    REQUIRE(outcome);
    CHECK(Json::parse(outcome->payload) == Json{403, "Extension.RegistrationClosed"});
}

TEST_CASE("extensions: one that crashes fails the initialisation, or the invocation") {
    World world;
    Extended extended(world);
    extended.add("weak", extension("['INVOKE']", "following()\nsys.exit(7)\n"));
    REQUIRE(extended.function.start().kind == Kind::success);
    const auto outcome = extended.function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::exited);
    CHECK(Json::parse(outcome->payload) ==
          Json{{"errorType", "Extension.Crash"},
               {"errorMessage",
                "RequestId: 00000000-0000-4000-8000-100000000001 Error: exit code 7"}});
    Extended broken(world);
    broken.add("broken", "#!/bin/sh\nexit 2\n");
    const auto failed = broken.function.start();
    CHECK(failed.error_type == "Extension.Crash");
    CHECK(Json::parse(failed.payload)["errorMessage"] == "Error: exit code 2");
}

TEST_CASE("extensions: an error that one reports is the initialisation's") {
    World world;
    Extended extended(world);
    extended.add("honest", extension("['INVOKE']", R"(
print(call('POST', 'init/error', dict(me, **{'Lambda-Extension-Function-Error-Type': 'Extension.NoKey'}), {}))
sys.exit(1)
)"));
    const auto outcome = extended.function.start();
    CHECK(outcome.error_type == "Extension.InitError");
    CHECK_THAT(extended.log(),
               Catch::Contains("EXTENSION\tName: honest\tState: InitError\tEvents: [INVOKE]\tError "
                               "Type: Extension.NoKey\n"));
}

TEST_CASE("extensions: one that does not end when told to is killed after two virtual seconds") {
    World world;
    Extended extended(world);
    extended.add("stubborn", extension("['SHUTDOWN']", R"(
following()
for second in range(10):
    print(second)
    time.sleep(1)
)"));
    REQUIRE(extended.function.start().kind == Kind::success);
    extended.function.log.clear();
    extended.function.environment->shut_down("timeout");
    extended.function.environment.reset();
    world.loop.run_until_idle(world.loop.now() + 1h);
    CHECK(extended.log() == "0\n1\n");
    CHECK(world.loop.now() - world.loop.start() == 2s);
}

TEST_CASE("extensions: eleven are too many") {
    World world;
    Extended extended(world);
    for (int number = 0; number < 11; ++number) {
        extended.add("e" + std::to_string(number), "#!/bin/sh\n");
    }
    CHECK(extended.function.start().error_type == "Extension.TooManyExtensions");
}
