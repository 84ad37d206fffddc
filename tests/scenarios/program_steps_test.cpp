#include "scenarios/language/program.h"
#include "tests/scenarios/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

using Words = std::vector<std::string>;

const std::string inbox = "resources: {Inbox: {Type: AWS::SQS::Queue}}\n";

/// With the shim.
Ran play_file(const std::string& text) {
    RunOptions options;
    options.resources = ORRERY_BUILD_DIR "/lib/orrery";
    return run(text, std::move(options));
}

Ran play(const std::string& steps) {
    return play_file(inbox + "steps:\n" + steps);
}

}  // namespace

TEST_CASE("run steps: a command's words are parted by blanks and kept together by quotes") {
    CHECK(split_command("  python3  x.py ") == Words{"python3", "x.py"});
    CHECK(split_command(R"(a 'b c' "d 'e'" f\ g "h\"i" '')") ==
          Words{"a", "b c", "d 'e'", "f g", "h\"i", ""});
    CHECK(split_command("--n=${random.int(1, 9)}x ${i}") ==
          Words{"--n=${random.int(1, 9)}x", "${i}"});
    CHECK(split_command("'$HOME' \"a|b\"") == Words{"$HOME", "a|b"});
}

TEST_CASE("run steps: what only a shell could do is refused") {
    for (const char* text : {"a | b", "a > b", "a; b", "a &", "echo $HOME", "ls *", "a `b`"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH(split_command(text), Catch::Contains("means something to a shell only"));
    }
    CHECK_THROWS_WITH(split_command("a 'b"), "a quotation has no end: '");
    CHECK_THROWS_WITH(split_command("a ${i"), "a placeholder has no end: ${");
}

TEST_CASE("run steps: a program's sleeps are virtual, and its output is heard at its instant") {
    const Ran ran = play(R"yaml(
  - run: python3 -c "import time; print('begins'); time.sleep(3600); print('ends')"
)yaml");
    CHECK(ran.result.passed());
    CHECK(ran.has_event(R"(+0s scenario scenario.program.output {"step":1,"text":"begins"})"));
    CHECK(ran.has_event(R"(+1h scenario scenario.program.output {"step":1,"text":"ends"})"));
    CHECK(ran.has_event("+1h scenario scenario.program.ended"));
}

TEST_CASE(
    "run steps: a program is a client of the simulated cloud without any setting of its own") {
    const Ran ran = play_file(inbox + R"yaml(
steps:
  - run:
      - python3
      - -c
      - |
        import boto3, os, sys
        boto3.client('sqs').send_message(QueueUrl=os.environ['QUEUE'], MessageBody=sys.argv[1])
      - number ${i}
    environment: {QUEUE: !Ref Inbox}
    repeat: {times: 2}
expect:
  - queue: Inbox
    messages: [{body: number 0}, {body: number 1}]
)yaml");
    CHECK(ran.failure().empty());
    CHECK(ran.result.passed());
}

TEST_CASE("run steps: two runs are the same, with what the program draws") {
    const std::string steps = R"yaml(
  - run: python3 -c "import random, uuid, time; print(random.random(), uuid.uuid4(), time.time())"
)yaml";
    CHECK(play(steps).result.fingerprint == play(steps).result.fingerprint);
}

TEST_CASE("run steps: a step with a time of its own happens while the program runs") {
    const Ran ran = play(R"yaml(
  - run: python3 -c "import time; time.sleep(60); print('late')"
  - {at: 10s, call: sqs.SendMessage, with: {QueueUrl: !Ref Inbox, MessageBody: hello}}
  - {call: sqs.PurgeQueue, with: {QueueUrl: !Ref Inbox}}
)yaml");
    CHECK(ran.result.passed());
    CHECK(ran.steps == Words{"+0s ", "+10s sqs.SendMessage", "+10s sqs.PurgeQueue"});
    CHECK(ran.has_event(R"(+1m scenario scenario.program.output {"step":1,"text":"late"})"));
}

TEST_CASE("run steps: another status than 0 fails, with the program's last words") {
    const Ran ran = play("  - run: python3 -c \"raise SystemExit('no luck')\"\n");
    CHECK_FALSE(ran.result.passed());
    CHECK_THAT(ran.failure(),
               Catch::Contains("it ended with status 1") && Catch::Contains("no luck"));
}

TEST_CASE("run steps: a status and an output can be expected") {
    const Ran expected = play(R"yaml(
  - run: python3 -c "print('x'); raise SystemExit(3)"
    expect: {status: 3, output: "x\n"}
  - run: python3 -c "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    expect: {status: 137}
)yaml");
    CHECK(expected.result.passed());
    const Ran other = play("  - run: python3 -c \"print('x')\"\n    expect: {output: y}\n");
    CHECK_FALSE(other.result.passed());
}

TEST_CASE("run steps: a program that there is not is a mistake of the file") {
    CHECK_THAT(usage_error("steps: [{run: nosuchprogram x}]"),
               Catch::Contains("s.yaml:1:15: there is no program 'nosuchprogram' in "));
    CHECK_THAT(usage_error("steps: [{run: ./x.sh}]"),
               Catch::Contains("s.yaml:1:15: there is no program "));
    CHECK_THAT(usage_error("steps: [{run: python3 x.py, environment: {A: [1]}}]"),
               Catch::Contains("a variable's value must be text, not a list"));
}
