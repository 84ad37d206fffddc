#include "handlers/stub/stub_runtime.h"

#include "engine/error.h"
#include "engine/world.h"
#include "handlers/runtimes.h"

#include <catch2/catch.hpp>

#include <optional>

using namespace orrery;
using namespace std::chrono_literals;

namespace {

lambda::FunctionConfiguration function(const std::string& name) {
    lambda::FunctionConfiguration configuration;
    configuration.name = name;
    configuration.runtime = "stub";
    return configuration;
}

std::unique_ptr<lambda::Environment> start(StubRuntime& runtime, const std::string& name) {
    return runtime.start(
        function(name), 1, "stream", [](const std::string&) {}, [](const auto&) {});
}

/// What the environment answers within a second, if anything.
std::optional<lambda::Outcome> invoke(World& world,
                                      lambda::Environment& environment,
                                      const std::string& event = "{}") {
    std::optional<lambda::Outcome> answer;
    lambda::Invocation invocation;
    invocation.request_id = "ID";
    invocation.payload = event;
    environment.invoke(invocation, [&](lambda::Outcome outcome) { answer = std::move(outcome); });
    CHECK_FALSE(answer.has_value());  // an event later, never at once
    world.loop.run_until(world.loop.now() + 1s);
    return answer;
}

StubStep step(StubStep::Kind kind, const std::string& text = "null") {
    StubStep made;
    made.kind = kind;
    made.text = text;
    return made;
}

}  // namespace

TEST_CASE("stub: without a script it is ready and returns null") {
    World world;
    StubRuntime runtime(world);
    bool ready = false;
    const auto environment = runtime.start(
        function("f"),
        1,
        "stream",
        [](const std::string&) {},
        [&](const lambda::Outcome& outcome) {
            ready = outcome.kind == lambda::Outcome::Kind::success;
        });
    world.loop.run_until(world.loop.now());
    CHECK(ready);
    CHECK(invoke(world, *environment)->payload == "null");
}

TEST_CASE("stub: takes its steps in order over all environments, and repeats the last") {
    World world;
    StubRuntime runtime(world);
    StubStep boom = step(StubStep::Kind::error, "Boom");
    boom.message = "it \"broke\"";
    StubStep exit = step(StubStep::Kind::exit);
    exit.exit_status = 3;
    runtime.script("f",
                   {boom,
                    step(StubStep::Kind::exit),
                    exit,
                    step(StubStep::Kind::timeout),
                    step(StubStep::Kind::value, R"({"ok":true})")});
    const auto first = start(runtime, "f");
    const auto second = start(runtime, "f");
    const auto other = start(runtime, "g");

    const auto error = invoke(world, *first);
    CHECK(error->kind == lambda::Outcome::Kind::error);
    CHECK(error->error_type == "Boom");
    CHECK(error->payload == R"({"errorMessage":"it \"broke\"","errorType":"Boom"})");
    // [LS test_uncaught_exception_invoke]
    CHECK(invoke(world, *second)->payload ==
          R"({"errorMessage":"RequestId: ID Error: Runtime exited without providing a reason",)"
          R"("errorType":"Runtime.ExitError"})");
    CHECK(invoke(world, *first)->payload.find("exit status 3") != std::string::npos);
    CHECK(invoke(world, *other)->payload == "null");
    CHECK_FALSE(invoke(world, *first).has_value());
    CHECK(invoke(world, *second)->payload == R"({"ok":true})");
    CHECK(invoke(world, *second)->payload == R"({"ok":true})");
}

TEST_CASE("stub: a step takes the time it says, and nothing comes of a destroyed environment") {
    World world;
    StubRuntime runtime(world);
    StubStep slow = step(StubStep::Kind::value);
    slow.after = 300ms;
    runtime.script("f", {slow});
    auto environment = start(runtime, "f");
    world.loop.run_until(world.loop.now());
    std::optional<Instant> answered;
    environment->invoke({}, [&](const lambda::Outcome&) { answered = world.loop.now(); });
    world.loop.run_until(world.loop.start() + 1s);
    CHECK(answered == world.loop.start() + 300ms);
    answered.reset();
    environment->invoke({}, [&](const lambda::Outcome&) { answered = world.loop.now(); });
    environment.reset();
    world.loop.run_until(world.loop.start() + 2s);
    CHECK_FALSE(answered.has_value());
}

TEST_CASE("runtimes: the first provider that supports a runtime starts it") {
    World world;
    StubRuntime stub(world);
    Runtimes runtimes;
    runtimes.add(stub);
    CHECK(runtimes.supports("stub"));
    CHECK_FALSE(runtimes.supports("python3.12"));
    CHECK(runtimes.supported() == "stub");
    lambda::FunctionConfiguration cobol = function("f");
    cobol.runtime = "cobol";
    const auto start_cobol = [&] {
        runtimes.start(
            cobol, 1, "stream", [](const std::string&) {}, [](const auto&) {});
    };
    CHECK_THROWS_WITH(start_cobol(),
                      "function f: the runtime \"cobol\" is not supported; supported: stub");
    CHECK(runtimes.start(
              function("f"), 1, "stream", [](const std::string&) {}, [](const auto&) {}) !=
          nullptr);
}

TEST_CASE("stub: steps kept for certain events serve these, and are none of those taken in turn") {
    World world;
    StubRuntime runtime(world);
    StubStep kept = step(StubStep::Kind::error, "Kept");
    kept.when = [](const std::string& event) { return event == "special"; };
    kept.times = 1;
    StubStep made;
    made.answer = [](const std::string& event) { return "\"" + event + "\""; };
    runtime.script("f", {step(StubStep::Kind::value, "1"), kept, made});
    const auto environment = start(runtime, "f");
    CHECK(invoke(world, *environment, "special")->error_type == "Kept");
    CHECK(invoke(world, *environment, "special")->payload == "1");
    CHECK(invoke(world, *environment, "other")->payload == "\"other\"");
}
