#include "tests/scenarios/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

Ran play(const std::string& simulate, const std::string& rest) {
    return run(shop() + "simulate:\n  functions:\n    Register: {stub: [{return: null}]}\n" +
               simulate + rest);
}

std::string invoke(int times) {
    return "steps:\n  - {call: lambda.Invoke, with: {FunctionName: !Ref Greet}, repeat: {times: " +
           std::to_string(times) + "}}\n";
}

}  // namespace

TEST_CASE(
    "simulation: a stubbed function needs no code and does what its script says, attempt by "
    "attempt") {
    const Ran ran = play(
        "    Greet:\n      stub: [{error: Boom, message: not today, after: 1s}, {timeout: true}, "
        "{exit: 1}, {return: {ok: true}}]\n",
        invoke(5) + R"(
expect:
  - {function: Greet, invocations: 5, errors: 3}
  - {trace: {kind: lambda.invocation.failed, where: {error_type: Boom, error_message: not today}}, count: 1}
)");
    CHECK(ran.failure() == "");
}

TEST_CASE("simulation: cold starts and durations are what the scenario says") {
    const Ran ran = play("    Greet: {cold_start: 350ms, duration: 40ms, stub: [{return: null}]}\n",
                         invoke(2) + R"(
expect:
  - {trace: {kind: lambda.environment.ready, source: lambda/greet}, count: 1, at: 350ms}
  - {trace: {kind: lambda.invocation.succeeded, source: lambda/greet}, count: 1, at: 390ms}
  - {trace: {kind: lambda.invocation.succeeded, source: lambda/greet}, count: 1, at: 430ms}
)");
    CHECK(ran.failure() == "");
}

TEST_CASE("simulation: faults strike the resource and the occurrences that their rules name") {
    const Ran ran = play(
        "    Greet: {stub: [{return: null}]}\n"
        "  faults:\n    - {point: lambda.crash, function: Greet, occurrences: [2]}\n",
        invoke(3) + "expect: {function: Greet, invocations: 3, errors: 1}\n");
    CHECK(ran.failure() == "");
}

TEST_CASE("simulation: an unknown function is an error in its place") {
    CHECK_THAT(usage_error(shop() + "simulate: {functions: {Gret: {stub: [{return: null}]}}}\n"),
               Catch::Contains("the template has no function 'Gret'; did you mean 'Greet'?"));
}

TEST_CASE("simulation: a Python interpreter that does not exist is an error in its place") {
    CHECK_THAT(usage_error("simulate: {python: no/such/python}\n"),
               Catch::StartsWith("s.yaml:1:20: there is no Python interpreter"));
}

TEST_CASE("simulation: what is allowed on the network is read with errors in their place") {
    CHECK(usage_error(
              "simulate: {network: {allow: [example.com, '.example.org:443', 10.1.2.3]}}\n") == "");
    CHECK_THAT(usage_error("simulate: {network: {alow: []}}\n"),
               Catch::StartsWith("s.yaml:1:22: "));
    CHECK_THAT(usage_error("simulate: {network: {allow: example.com}}\n"),
               Catch::StartsWith("s.yaml:1:29: "));
    CHECK(usage_error("simulate: {network: {allow: ['example.com:0']}}\n") ==
          "s.yaml:1:30: '0' is no port: that is a number from 1 to 65535");
    CHECK_THAT(usage_error("simulate: {network: {allow: ['http://example.com']}}\n"),
               Catch::StartsWith("s.yaml:1:30: "));
}

TEST_CASE("template: a file that does not exist is an error in its place") {
    CHECK_THAT(usage_error("template: nowhere.yaml\n"),
               Catch::StartsWith("s.yaml:1:11: there is no template file"));
}

TEST_CASE("template: an unknown parameter comes with the nearest one") {
    const TemporaryFolder folder;
    folder.write("t.yaml",
                 "Parameters: {Stage: {Type: String}}\nResources: {Jobs: {Type: AWS::SQS::Queue, "
                 "Properties: "
                 "{QueueName: !Sub 'jobs-${Stage}'}}}\n");
    folder.write("wrong.yaml", "template: t.yaml\nparameters: {Stag: test}\n");
    folder.write("right.yaml",
                 "template: t.yaml\nparameters: {Stage: test}\nexpect: {call: sqs.GetQueueUrl, "
                 "with: {QueueName: "
                 "jobs-test}, returns: {QueueUrl: !Ref Jobs}}\n");
    const Scenario wrong = Scenario::load(folder.path() / "wrong.yaml");
    CHECK_THROWS_WITH(
        ScenarioRun(wrong, {}),
        Catch::EndsWith(
            "wrong.yaml:2:14: the template has no parameter 'Stag'; did you mean 'Stage'?"));
    const Scenario right = Scenario::load(folder.path() / "right.yaml");
    CHECK(ScenarioRun(right, {}).run().passed());
}

TEST_CASE("run: the same scenario and seed give the same fingerprint, another seed another one") {
    const std::string text = shop() + R"(
simulate:
  functions:
    Register: {stub: [{error: Boom}, {return: null}]}
    Greet: {stub: [{return: null}]}
steps:
  - call: sqs.SendMessage
    repeat: {times: 20, every: 7ms}
    with: {QueueUrl: !Ref Orders, MessageBody: {n: '${random.int(1,100)}'}}
)";
    RunOptions other;
    other.seed = 2;
    const std::string first = run(text).result.fingerprint;
    CHECK(first == run(text).result.fingerprint);
    CHECK(first != run(text, other).result.fingerprint);
}
