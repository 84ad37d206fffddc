#include "tests/scenarios/support.h"

#include <catch2/catch.hpp>

namespace steps_test {

using namespace orrery;
using namespace orrery::test;

namespace {

const std::string stubs = R"(
simulate:
  functions:
    Register: {cold_start: 0s, duration: 0s, stub: [{return: null}]}
    Greet: {cold_start: 0s, duration: 0s, stub: [{return: {greeting: hello}, after: 2s}]}
)";

Ran play(const std::string& steps, RunOptions options = {}) {
    return run(shop() + stubs + "steps:\n" + steps, std::move(options));
}

std::string error_of(const std::string& steps) {
    return usage_error(shop() + stubs + "steps:\n" + steps);
}

const std::string greet = "call: lambda.Invoke, with: {FunctionName: !Ref Greet}";
const std::string send = "call: sqs.SendMessage, with: {QueueUrl: !Ref Inbox, MessageBody: hello}";

using Steps = std::vector<std::string>;

}  // namespace

TEST_CASE("steps: without a time of its own, a step happens when the one before is complete") {
    const Ran ran = play("  - {" + greet + "}\n  - {" + send + "}\n  - {" + send + "}\n");
    CHECK(ran.steps == Steps{"+0s lambda.Invoke", "+2s sqs.SendMessage", "+2s sqs.SendMessage"});
    CHECK(ran.result.passed());
}

TEST_CASE("steps: 'after' counts from the completion of the step before") {
    const Ran ran = play("  - {" + greet + "}\n  - {after: 5s, " + send + "}\n");
    CHECK(ran.steps == Steps{"+0s lambda.Invoke", "+7s sqs.SendMessage"});
}

TEST_CASE("steps: 'at' counts from the start and does not wait for the step before") {
    const Ran ran =
        play("  - {" + greet + "}\n  - {at: 500ms, " + send + "}\n  - {at: 10s, " + send + "}\n");
    CHECK(ran.steps ==
          Steps{"+0s lambda.Invoke", "+500ms sqs.SendMessage", "+10s sqs.SendMessage"});
}

TEST_CASE(
    "steps: a waiting ReceiveMessage is answered in virtual time, as soon as a message comes") {
    const Ran ran = play(R"(
  - call: sqs.ReceiveMessage
    with: {QueueUrl: !Ref Inbox, WaitTimeSeconds: 20}
    expect: {returns: {Messages: [{Body: hello}]}}
  - {at: 3s, call: sqs.SendMessage, with: {QueueUrl: !Ref Inbox, MessageBody: hello}}
)");
    CHECK(ran.result.passed());
    CHECK(ran.result.verdicts.size() == 1);
    CHECK(ran.has_event("+3s sqs/inbox sqs.messages.received"));
}

TEST_CASE("steps: the step after a waiting ReceiveMessage that gets nothing happens at its end") {
    const Ran ran = play(
        "  - {call: sqs.ReceiveMessage, with: {QueueUrl: !Ref Inbox, WaitTimeSeconds: 20}}\n  - {" +
        send + "}\n");
    CHECK(ran.steps == Steps{"+0s sqs.ReceiveMessage", "+20s sqs.SendMessage"});
}

TEST_CASE("steps: at one instant a step comes after all that was due by then") {
    // The delayed message becomes visible at 5s; the receive at 5s finds it.
    const Ran ran = play(R"(
  - call: sqs.SendMessage
    with: {QueueUrl: !Ref Inbox, MessageBody: hello, DelaySeconds: 5}
  - call: sqs.ReceiveMessage
    at: 5s
    with: {QueueUrl: !Ref Inbox}
    expect: {returns: {Messages: {$length: 1}}}
)");
    CHECK(ran.result.passed());
}

TEST_CASE("steps: a repeated step with 'every' happens at fixed intervals, answered or not") {
    const Ran ran =
        play("  - {" + greet + ", repeat: {times: 3, every: 500ms}}\n  - {" + send + "}\n");
    // The last Invoke begins at 1s and takes two.
    CHECK(ran.steps == Steps{"+0s lambda.Invoke",
                             "+500ms lambda.Invoke",
                             "+1s lambda.Invoke",
                             "+3s sqs.SendMessage"});
}

TEST_CASE("steps: a repeated step without 'every' happens again when it was answered") {
    const Ran ran = play("  - {" + greet + ", repeat: {times: 3}}\n");
    CHECK(ran.steps == Steps{"+0s lambda.Invoke", "+2s lambda.Invoke", "+4s lambda.Invoke"});
}

TEST_CASE("steps: ${i} counts the happenings, and objects become JSON text in the order written") {
    const Ran ran = play(R"(
  - call: sqs.SendMessage
    repeat: {times: 2}
    with:
      QueueUrl: !Ref Inbox
      MessageBody:
        z: ${i}
        a: user-${i}
  - expect:
      queue: Inbox
      messages: [{body: {$not: {$length: 1}}}, {body: '{"z":1,"a":"user-1"}'}]
)");
    CHECK(ran.failure() == "");
}

TEST_CASE("steps: random numbers come from the seed, a stream for each step") {
    const std::string draw =
        "  - {call: sqs.SendMessage, with: {QueueUrl: !Ref Inbox, MessageBody: "
        "'x${random.int(1,1000000000)}'}}\n";
    const auto fingerprint = [&](const std::string& steps, std::uint64_t seed) {
        RunOptions options;
        options.seed = seed;
        return play(steps, options).result.fingerprint;
    };
    CHECK(fingerprint(draw, 1) == fingerprint(draw, 1));
    CHECK(fingerprint(draw, 1) != fingerprint(draw, 2));
}

TEST_CASE("steps: 'until' lets time pass to an instant or until nothing is left to happen") {
    const Ran ran = play("  - until: 10m\n  - {" + send + "}\n  - {" + greet +
                         "}\n  - until: idle\n  - {" + send + "}\n");
    CHECK(ran.steps ==
          Steps{"+10m sqs.SendMessage", "+10m lambda.Invoke", "+10m2s sqs.SendMessage"});
}

TEST_CASE("steps: after the last one the run goes on until the world is idle") {
    const Ran ran = play(R"(
  - call: sqs.SendMessage
    with: {QueueUrl: !Ref Inbox, MessageBody: hello, DelaySeconds: 90}
  - expect: {queue: Inbox, depth: {delayed: 1}}
)");
    CHECK(ran.result.passed());
    CHECK(ran.result.end - ran.result.start >= 90s);
}

TEST_CASE(
    "steps: one whose instant has passed fails; what was answered is judged, what follows does not "
    "happen") {
    const Ran ran = play("  - {" + greet + ", expect: {returns: {Payload: nothing}}}\n" +
                         "  - until: idle\n  - {at: 1s, " + send +
                         ", expect: {error: any}}\n  - {" + send + "}\n");
    CHECK(ran.steps == Steps{"+0s lambda.Invoke"});
    REQUIRE(ran.result.verdicts.size() == 2);
    CHECK(ran.result.verdicts[0].expectation == "step 1 lambda.Invoke: returns");
    CHECK_FALSE(ran.result.verdicts[0].passed);
    const Verdict& late = ran.result.verdicts[1];
    CHECK(late.expectation == "step 3 happens at 1s");
    CHECK_FALSE(late.passed);
    CHECK_THAT(late.explanation, Catch::StartsWith("the steps before it were complete only at 2s"));
    CHECK(late.where.line == ran.result.verdicts[0].where.line + 2);
    CHECK(ran.result.skipped_steps == 2);
    CHECK(ran.result.skipped_expectations == 1);
}

TEST_CASE("steps: a call that fails is a failed verdict with AWS's code and message") {
    const Ran ran = play("  - {call: sqs.GetQueueUrl, with: {QueueName: nowhere}}\n");
    CHECK_FALSE(ran.result.passed());
    REQUIRE(ran.result.verdicts.size() == 1);
    CHECK(ran.result.verdicts[0].expectation == "step 1 sqs.GetQueueUrl: succeeds");
    CHECK_THAT(ran.failure(), Catch::StartsWith("it failed with QueueDoesNotExist: "));
}

TEST_CASE("steps: of a repeated call the first failure is told, and how many there were") {
    const Ran ran =
        play("  - {call: sqs.GetQueueUrl, with: {QueueName: 'q${i}'}, repeat: {times: 3}}\n");
    CHECK_THAT(ran.failure(),
               Catch::StartsWith("${i} = 0: it failed with QueueDoesNotExist") &&
                   Catch::EndsWith("and so in 2 more of 3 calls"));
}

TEST_CASE("steps: an expected error passes, another one or none fails") {
    const std::string call = "  - {call: sqs.GetQueueUrl, with: {QueueName: nowhere}, expect: ";
    CHECK(play(call + "{error: QueueDoesNotExist}}\n").result.passed());
    CHECK_THAT(play(call + "{error: Throttled}}\n").failure(),
               Catch::StartsWith("error is not as expected\n  expected: \"Throttled\"\n  found:    "
                                 "\"QueueDoesNotExist\""));
    CHECK_THAT(play("  - {" + send + ", expect: {error: QueueDoesNotExist}}\n").failure(),
               Catch::StartsWith("error is not as expected\n  expected: \"QueueDoesNotExist\"\n  "
                                 "found:    nothing\n  all:      {\"returns\":"));
}

TEST_CASE("steps: an answer that is not as expected says where it differs") {
    const Ran ran =
        play("  - {" + greet + ", expect: {returns: {Payload: {greeting: goodbye}}}}\n");
    CHECK_THAT(
        ran.failure(),
        Catch::StartsWith("returns.Payload.greeting is not as expected\n  expected: \"goodbye\"\n"
                          "  found:    \"hello\"\n  all:      {"));
    CHECK(ran.result.verdicts[0].expectation == "step 1 lambda.Invoke: returns");
}

TEST_CASE("steps: misspelt operations and resources are found before anything runs") {
    CHECK_THAT(error_of("  - {call: sqs.SendMesage}\n"),
               Catch::Contains("service sqs has no operation 'SendMesage'") &&
                   Catch::Contains("'SendMessage'"));
    CHECK_THAT(error_of("  - {call: sqss.SendMessage}\n"),
               Catch::Contains("there is no service 'sqss'") && Catch::Contains("'sqs'"));
    CHECK_THAT(
        error_of("  - {call: sqs.SendMessage, with: {QueueUrl: !Ref Order}}\n"),
        Catch::Contains("the template has no resource 'Order'") && Catch::Contains("'Orders'"));
    CHECK_THAT(error_of("  - {call: sqs.SendMessage, with: {QueueUrl: !Sub 'x/${Ordres}'}}\n"),
               Catch::Contains("the template has no resource 'Ordres'"));
    CHECK_THAT(error_of("  - {sql: select 1, on: Orders}\n"),
               Catch::Contains("'Orders' is a resource of type AWS::SQS::Queue, not a database"));
    CHECK_THAT(error_of("  - {expect: {queue: Inbx, depth: {visible: 0}}}\n"),
               Catch::Contains("the template has no queue 'Inbx'; did you mean 'Inbox'?"));
}

TEST_CASE(
    "steps: 'until' of the run's options ends it there; the final expectations look at what there "
    "is") {
    RunOptions options;
    options.until = 5s;
    const Ran ran = run(shop() + stubs + "steps:\n  - {" + send + "}\n  - {at: 6s, " + send +
                            "}\nexpect: {queue: Inbox, depth: {visible: 1}}\n",
                        options);
    CHECK(ran.steps == Steps{"+0s sqs.SendMessage"});
    CHECK(ran.result.end - ran.result.start == 5s);
    CHECK(ran.failure() == "");
    CHECK(ran.result.verdicts.size() == 1);
    CHECK(ran.result.skipped_steps == 1);
    CHECK(ran.result.skipped_expectations == 0);
}

TEST_CASE("steps: an answer that came before 'until' of the run's options is judged") {
    // The ReceiveMessage is answered at 1s, the run ends while the step at 1h is still to come.
    RunOptions options;
    options.until = 30min;
    const Ran ran = play(R"(
  - {at: 0s, call: sqs.ReceiveMessage, with: {QueueUrl: !Ref Inbox, WaitTimeSeconds: 20}, expect: {returns: {Messages: [{Body: nope}]}}}
  - {at: 1s, call: sqs.SendMessage, with: {QueueUrl: !Ref Inbox, MessageBody: x}}
  - {at: 1h, expect: [{queue: Inbox, depth: {visible: 0}}, {queue: Inbox, messages: []}]}
)",
                         options);
    CHECK_THAT(ran.failure(), Catch::StartsWith("returns.Messages[0].Body is not as expected"));
    CHECK(ran.result.skipped_steps == 1);
    CHECK(ran.result.skipped_expectations == 2);
}

TEST_CASE("steps: of a repeated call that 'until' cuts short the answers until then are judged") {
    RunOptions options;
    options.until = 5s;
    const Ran ran = play("  - {" + send + ", repeat: {times: 10, every: 1s}, expect: {returns: " +
                             "{MessageId: nope}}}\n",
                         options);
    CHECK_THAT(ran.failure(),
               Catch::StartsWith("${i} = 0: returns.MessageId is not as expected") &&
                   Catch::Contains("\nand so in 5 more of 10 calls\n") &&
                   Catch::EndsWith("6 of 10 calls were answered by +5s"));
    CHECK(ran.result.skipped_steps == 1);
}

TEST_CASE(
    "steps: what nobody answered before the run's end is skipped, neither passed nor failed") {
    RunOptions options;
    options.until = 1s;
    const Ran ran = play("  - {" + greet + ", expect: {returns: {Payload: nothing}}}\n", options);
    CHECK(ran.result.verdicts.empty());
    CHECK(ran.result.skipped_steps == 1);
    CHECK(ran.result.skipped_expectations == 1);
}

TEST_CASE("steps: a run that comes to its end skips nothing") {
    const Ran ran = play("  - {" + greet + "}\n  - until: 10m\n  - {" + send + "}\n");
    CHECK(ran.result.skipped_steps == 0);
    CHECK(ran.result.skipped_expectations == 0);
}

TEST_CASE("steps: stop() ends a run before its next event, with no more expectations checked") {
    const TemporaryFolder folder;
    folder.write("s.yaml",
                 shop() + stubs + "steps:\n  - {" + send + "}\n  - {at: 6s, " + send +
                     "}\nexpect: {queue: Inbox, depth: {visible: 7}}\n");
    const Scenario scenario = Scenario::load(folder.path() / "s.yaml");
    ScenarioRun* running = nullptr;
    RunOptions options;
    options.on_event = [&](const TraceEvent& event) {
        if (event.kind == "scenario.step") {
            running->stop();
        }
    };
    ScenarioRun scenario_run(scenario, options);
    running = &scenario_run;
    const RunResult result = scenario_run.run();
    CHECK(result.interrupted);
    CHECK(result.verdicts.empty());
    CHECK(result.skipped_steps == 1);
    CHECK(result.skipped_expectations == 1);
    CHECK(result.end == result.start);
}

TEST_CASE(
    "steps: a parameter that AWS does not know, or of another type, is found before anything "
    "runs") {
    const auto call = [](const std::string& rest) {
        return error_of("  - {call: sqs.SendMessage, with: {QueueUrl: !Ref Inbox, " + rest +
                        "}}\n");
    };
    CHECK_THAT(call("MesageBody: hello"),
               Catch::StartsWith("s.yaml:26:58: 'MesageBody' is no parameter of SendMessage") &&
                   Catch::EndsWith("did you mean 'MessageBody'?"));
    CHECK_THAT(call("MessageBody: x, DelaySeconds: soon"),
               Catch::EndsWith("'DelaySeconds' must be an integer of 32 bits, not soon"));
    CHECK_THAT(call("MessageBody: x, MessageAttributes: {a: {Type: String}}"),
               Catch::Contains("'Type' is no member of MessageAttributeValue"));
    // What is filled in later can be anything: this fails while it runs, if at all.
    CHECK(call("MessageBody: x, DelaySeconds: '${random.int(1,9)}'").empty());
    CHECK_THAT(usage_error(shop() + stubs +
                           "expect: {call: sqs.ListQueues, with: {Prefix: a}, returns: {}}\n"),
               Catch::Contains("'Prefix' is no parameter of ListQueues"));
}

}  // namespace steps_test
