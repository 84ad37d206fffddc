#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

TEST_CASE("lambda environments: simultaneous invocations get one each, later ones the last used") {
    Bench bench;
    bench.create_function(Json::object());
    bench.invoke(Json::object());
    bench.run_until(50ms);
    bench.invoke(Json::object());
    bench.run_until(1s);
    bench.invoke(Json::object());
    bench.run_until(2s);
    // Environment 2 was done last. [docs lambda-runtime-environment]
    CHECK(bench.runtime.invoked == std::vector<std::uint64_t>{1, 2, 2});
}

TEST_CASE("lambda environments: idle ones end after ten minutes and keep nobody waiting") {
    Bench bench;
    bench.create_function(Json::object());
    bench.invoke(Json::object());
    CHECK(bench.world.loop.run_until_idle(bench.world.loop.start() + 1h) == Halt::idle);
    CHECK(bench.now() == 110ms);  // the reaper is a background event
    bench.run_until(110ms + 10min - 1ns);
    CHECK(bench.runtime.stopped.empty());
    bench.run_until(110ms + 10min);
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{1});
    bench.invoke(Json::object());
    bench.run_until(11min);
    CHECK(bench.runtime.invoked == std::vector<std::uint64_t>{1, 2});
    CHECK(bench.log_streams().front() != bench.log_streams().back());
}

TEST_CASE("lambda environments: use puts off the end of those used, not of the others") {
    Bench bench;
    bench.create_function(Json::object());
    bench.invoke(Json::object());
    bench.invoke(Json::object());
    bench.run_until(5min);
    bench.invoke(Json::object());
    bench.run_until(11min);
    CHECK(bench.runtime.stopped.size() == 1);
    bench.run_until(16min);
    CHECK(bench.runtime.stopped.size() == 2);
}

TEST_CASE("lambda environments: a failed initialisation is tried once more in the invocation") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.init = [](std::uint64_t) {
        return std::optional(error("Runtime.ImportModuleError", "Unable to import module 'h'"));
    };
    bench.invoke(Json::object());
    bench.run_until(1s);
    // [public log samples]
    CHECK(bench.runtime.started == std::vector<std::uint64_t>{1, 2});
    CHECK(bench.answers().at(0)["FunctionError"] == "Unhandled");
    CHECK(bench.answers()[0]["Payload"]["errorType"] == "Runtime.ImportModuleError");
    const std::vector<std::string> log = bench.log();
    REQUIRE(log.size() == 6);
    CHECK(log[1] ==
          "INIT_REPORT Init Duration: 100.00 ms\tPhase: init\tStatus: error\tError Type: "
          "Runtime.ImportModuleError\n");
    CHECK_THAT(log[3], Catch::Matchers::Contains("\tPhase: invoke\tStatus: error"));
    CHECK_THAT(log[5],
               Catch::Matchers::Contains("\tDuration: 100.00 ms\t") &&
                   Catch::Matchers::EndsWith("\tError Type: Runtime.ImportModuleError\n"));
    CHECK(bench.trace("lambda.environment.failed").size() == 2);
    CHECK(bench.statistics().errors == 1);
}

TEST_CASE(
    "lambda environments: an initialisation that works the second time serves its invocation") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.init = [](std::uint64_t number) {
        return std::optional(number == 1 ? error("Boom", "no") : success());
    };
    bench.invoke(Json::object());
    bench.run_until(1s);
    CHECK_FALSE(bench.answers().at(0).contains("FunctionError"));
    // No Init Duration, since the second one is part of the invocation. [docs
    // lambda-runtime-environment]
    CHECK_THAT(bench.log().back(),
               Catch::Matchers::Contains("\tDuration: 110.00 ms\t") &&
                   !Catch::Matchers::Contains("Init Duration"));
}

TEST_CASE("lambda environments: initialisation is cut off after ten seconds, then by the timeout") {
    Bench bench;
    bench.create_function({{"Timeout", 4}});
    bench.runtime.init = [](std::uint64_t) { return std::optional<Outcome>(); };
    bench.invoke(Json::object());
    bench.run_until(14s - 1ns);
    CHECK(bench.answers().empty());
    bench.run_until(14s);
    // [docs lambda-runtime-environment]
    CHECK(bench.answers().at(0)["Payload"]["errorType"] == "Sandbox.Timedout");
    CHECK(bench.log()[1] ==
          "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout\n");
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("lambda environments: a process that ends in its initialisation names the request") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.init = [](std::uint64_t) {
        return std::optional(exited("Runtime exited with error: exit status 127"));
    };
    bench.invoke(Json::object());
    bench.run_until(1s);
    // [LS TestLambdaErrors]
    CHECK_THAT(bench.answers().at(0)["Payload"]["errorMessage"].get<std::string>(),
               Catch::Matchers::StartsWith("RequestId: ") &&
                   Catch::Matchers::EndsWith(" Error: Runtime exited with error: exit status 127"));
}

TEST_CASE("lambda concurrency: calls above a reservation are throttled, 0 blocks a function") {
    Bench bench;
    bench.create_function(Json::object());
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 1}});
    bench.invoke(Json::object());
    bench.invoke(Json::object());
    // [LS test_lambda_concurrency_block]
    CHECK(bench.answers().at(0) == "TooManyRequestsException: Rate Exceeded.");
    bench.run_until(1s);
    CHECK(bench.answers().at(1)["StatusCode"] == 200);
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
    bench.invoke(Json::object());
    CHECK(bench.answers().at(2) == "TooManyRequestsException: Rate Exceeded.");
    CHECK(bench.statistics().throttles == 2);
    CHECK(bench.statistics().invocations == 1);
    CHECK(bench.trace("lambda.invocation.throttled").size() == 2);
}

TEST_CASE("lambda concurrency: functions without a reservation share what is left of 1000") {
    Bench bench;
    bench.create_function(Json::object());
    bench.create_function({{"FunctionName", "g"}});
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "g"}, {"ReservedConcurrentExecutions", 900}});
    // [docs lambda-concurrency]: 1000 for the account, reserved concurrency taken off
    for (int count = 0; count < 101; ++count) {
        bench.invoke(Json::object());
    }
    CHECK(bench.answers() == std::vector<Json>{"TooManyRequestsException: Rate Exceeded."});
    bench.invoke({{"FunctionName", "g"}});
    bench.run_until(1s);
    CHECK(bench.answers().size() == 102);
    CHECK(bench.statistics().environments_started == 100);
}
