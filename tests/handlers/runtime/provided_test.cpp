// Runtimes that functions bring themselves: the executable `bootstrap`.
#include "tests/handlers/runtime/provided_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

namespace {

/// A runtime in 20 lines. Answers with what `work(event)` returns.
std::string python_bootstrap(const std::string& work) {
    return "#!/usr/bin/python3\nimport http.client, json, os, time\n" + work + R"(
connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
root = '/2018-06-01/runtime/invocation/'
while True:
    connection.request('GET', root + 'next')
    response = connection.getresponse()
    event = json.loads(response.read())
    request = response.headers['Lambda-Runtime-Aws-Request-Id']
    connection.request('POST', root + request + '/response', json.dumps(work(event)))
    connection.getresponse().read()
)";
}

lambda::Outcome start_with(RunningFunction& function) {
    function.function.runtime = "provided.al2023";
    return function.start();
}

}  // namespace

TEST_CASE("provided: the function's own bootstrap runs in virtual time") {
    World world;
    RunningFunction function("", world);
    write_program(function.folder, "bootstrap", python_bootstrap(R"(
def work(event):
    time.sleep(60)
    return [event, os.environ.get('AWS_EXECUTION_ENV'), os.environ['_HANDLER'], time.time()]
)"));
    const auto started = start_with(function);
    INFO(started.payload);
    REQUIRE(started.kind == Kind::success);
    CHECK(function.invoke("{\"n\":1}")->payload ==
          R"([{"n": 1}, null, "index.handler", 1767225660.0])");
    CHECK(function.invoke("2")->payload == R"([2, null, "index.handler", 1767225720.0])");
    CHECK(world.loop.now() - world.loop.start() == 120s);
}

TEST_CASE("provided: a layer may bring the bootstrap") {
    World world;
    RunningFunction function("", world);
    TemporaryFolder layer;
    write_program(layer, "bootstrap", python_bootstrap("def work(event): return 'layer'\n"));
    function.function.layers = {layer.path()};
    REQUIRE(start_with(function).kind == Kind::success);
    CHECK(function.invoke("{}")->payload == "\"layer\"");
}

TEST_CASE("provided: without a bootstrap initialisation fails in Lambda's words") {
    World world;
    RunningFunction function("", world);
    const auto outcome = start_with(function);
    CHECK(outcome.kind == Kind::exited);
    CHECK(outcome.error_type == "Runtime.InvalidEntrypoint");
    CHECK(Json::parse(outcome.payload) ==
          Json{{"errorType", "Runtime.InvalidEntrypoint"},
               {"errorMessage",
                "Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}});
}

TEST_CASE("provided: a bootstrap that cannot be executed is told from a missing one") {
    World world;
    RunningFunction function("", world);
    function.folder.write("bootstrap", "#!/bin/sh\n");
    CHECK(Json::parse(start_with(function).payload)["errorMessage"] ==
          "Error: fork/exec /var/task/bootstrap: permission denied");
    write_program(function.folder, "bootstrap", "no program at all");
    CHECK(Json::parse(start_with(function).payload)["errorMessage"] ==
          "Error: fork/exec /var/task/bootstrap: exec format error");
}

TEST_CASE("provided: a shell script may become the program that speaks the Runtime API") {
    World world;
    RunningFunction function("", world);
    write_program(
        function.folder, "bootstrap", "#!/bin/sh\ncd /\nexec \"$LAMBDA_TASK_ROOT/app\"\n");
    write_program(function.folder, "app", python_bootstrap(R"(
def work(event):
    time.sleep(5)
    return time.time()
)"));
    const auto started = start_with(function);
    INFO(started.payload);
    REQUIRE(started.kind == Kind::success);
    CHECK(function.invoke("{}")->payload == "1767225605.0");
}

TEST_CASE("provided: a bootstrap that computes without end is stopped, and never answers") {
    World world;
    ProcessRuntimeOptions options;
    options.patience = std::chrono::milliseconds(300);
    RunningFunction function("", world, options);
    write_program(function.folder, "bootstrap", python_bootstrap(R"(
def work(event):
    while True:
        pass
)"));
    REQUIRE(start_with(function).kind == Kind::success);
    CHECK_FALSE(function.invoke("{}"));
}
