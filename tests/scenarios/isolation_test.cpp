// Runs in one process share nothing: each has a world, a cloud and random streams of its own.
#include "tests/scenarios/support.h"

#include <catch2/catch.hpp>

#include <optional>

namespace isolation_test {

using namespace orrery;
using namespace orrery::test;

namespace {

/// Random numbers, failing invocations, a dead-letter queue and a long poll; the same names in
/// every run.
std::string story(int seed, int messages) {
    return "seed: " + std::to_string(seed) + "\n" + shop() + R"(
simulate:
  functions:
    Register: {cold_start: 100ms, stub: [{error: Boom}, {return: null}, {error: Boom}]}
    Greet: {stub: [{return: null}]}
  faults:
    - {point: sqs.deliver.duplicate, queue: Orders, probability: 0.5}
steps:
  - call: sqs.ReceiveMessage
    with: {QueueUrl: !Ref OrdersDLQ, WaitTimeSeconds: 20}
  - at: 1s
    call: sqs.SendMessage
    with: {QueueUrl: !Ref Orders, MessageBody: "${i} ${random.int(1,1000000)}"}
    repeat: {every: 700ms, times: )" +
           std::to_string(messages) + "}\n";
}

/// A scenario with a run that has not begun.
class Prepared {
public:
    explicit Prepared(const std::string& text, RunOptions options = {})
        : scenario_(load(text, folder_)), run_(scenario_, std::move(options)) {}

    std::string play() { return run_.run().fingerprint; }

private:
    static Scenario load(const std::string& text, const TemporaryFolder& folder) {
        folder.write("s.yaml", text);
        return Scenario::load(folder.path() / "s.yaml");
    }

    TemporaryFolder folder_;
    Scenario scenario_;
    ScenarioRun run_;
};

std::string alone(const std::string& text) {
    return Prepared(text).play();
}

}  // namespace

TEST_CASE("isolation: runs that exist at the same time, played one after another, are as alone") {
    const std::string one = story(1, 20);
    const std::string other = story(2, 7);
    const std::string one_alone = alone(one);
    const std::string other_alone = alone(other);
    REQUIRE(one_alone != other_alone);
    Prepared first(one);
    Prepared second(other);
    CHECK(second.play() == other_alone);
    CHECK(first.play() == one_alone);
}

TEST_CASE("isolation: a run played in the middle of another changes neither") {
    const std::string outer_text = story(1, 20);
    const std::string inner_text = story(2, 7);
    const std::string outer_alone = alone(outer_text);
    const std::string inner_alone = alone(inner_text);
    std::optional<std::string> inner;
    RunOptions options;
    options.on_event = [&](const TraceEvent& event) {
        if (event.kind == "lambda.invocation.failed" && !inner) {
            inner = alone(inner_text);
        }
    };
    Prepared outer(outer_text, options);
    CHECK(outer.play() == outer_alone);
    REQUIRE(inner);
    CHECK(*inner == inner_alone);
}

}  // namespace isolation_test
