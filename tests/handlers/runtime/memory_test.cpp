// The function's memory limit.
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

TEST_CASE("memory: a function that takes more than it was given is killed, as Lambda reports it") {
    World world;
    RunningFunction function(R"(
def handler(event, context):
    kept = [bytearray(1 << 20) for _ in range(event)]
    while event > 100:
        kept[0][0] = 1
    return len(kept)
)",
                             world);
    REQUIRE(function.start().kind == Kind::success);
    CHECK(function.invoke("60")->payload == "60");
    const auto outcome = function.invoke("150");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::exited);
    CHECK(Json::parse(outcome->payload) ==
          Json{{"errorType", "Runtime.ExitError"},
               {"errorMessage",
                "RequestId: 00000000-0000-4000-8000-100000000002 Error: Runtime exited with error: "
                "signal: killed"}});
    CHECK(function.environment->max_memory_megabytes() == 128);
}

TEST_CASE("memory: what was given back before the turn's end counts all the same") {
    World world;
    RunningFunction function(R"(
def handler(event, context):
    len(b"x" * (event << 20))
    return event
)",
                             world);
    REQUIRE(function.start().kind == Kind::success);
    CHECK(function.invoke("60")->payload == "60");
    const auto outcome = function.invoke("150");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::exited);
}

TEST_CASE("memory: what is printed in the turn that takes too much is not told") {
    World world;
    RunningFunction function(R"(
import time
def handler(event, context):
    print("before")
    time.sleep(1)
    print("meanwhile")
    len(b"x" * (event << 20))
    print("after")
)",
                             world);
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke("150");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::exited);
    CHECK(function.log == std::vector<std::string>{"before\n"});
}

TEST_CASE("memory: what is reserved but not used does not count") {
    World world;
    RunningFunction function(R"(
import mmap, time
def handler(event, context):
    reserved = mmap.mmap(-1, 1 << 32)
    for _ in range(40):
        time.sleep(1)
    return len(reserved) >> 20
)",
                             world);
    function.start();
    CHECK(function.invoke("{}")->payload == "4096");
}
