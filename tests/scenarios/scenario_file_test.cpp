#include "scenarios/language/scenario_file.h"

#include "scenarios/language/scenario.h"

#include <catch2/catch.hpp>

namespace scenario_file_test {

using namespace orrery;

namespace {

ScenarioFile parse(const std::string& text) {
    return parse_scenario(parse_document(text, "s.yaml"), "folder/s.yaml");
}

std::string problem(const std::string& text) {
    try {
        parse(text);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

struct Mistake {
    std::string text;
    std::string message;  // how it begins
};

}  // namespace

TEST_CASE("scenario file: what it leaves out has its documented value") {
    const ScenarioFile file = parse("steps: []");
    CHECK(file.title == "s.yaml");
    CHECK(file.seed == 1);
    CHECK(iso8601(file.start) == "2026-01-01T00:00:00.000Z");
    CHECK(file.identity.region == "us-east-1");
    CHECK(file.identity.account == "000000000000");
    CHECK_FALSE(file.template_file);
}

TEST_CASE("scenario file: paths in it are relative to its folder") {
    CHECK(*parse("template: sub/template.yaml").template_file == "folder/sub/template.yaml");
}

TEST_CASE("scenario file: every member of the head is read") {
    const ScenarioFile file = parse(
        "{scenario: Title, start: '2027-02-03T04:05:06Z', seed: 18446744073709551615, "
        "region: eu-west-1, account: '123456789012'}");
    CHECK(file.title == "Title");
    CHECK(iso8601(file.start) == "2027-02-03T04:05:06.000Z");
    CHECK(file.seed == 18446744073709551615U);
    CHECK(file.identity.region == "eu-west-1");
    CHECK(file.identity.account == "123456789012");
}

TEST_CASE("scenario file: an account of zeros need not stand in quotes") {
    CHECK(parse("account: 000000000001").identity.account == "000000000001");
}

TEST_CASE("scenario file: steps keep their order, kinds and times") {
    const ScenarioFile file = parse(R"(steps:
  - call: sqs.SendMessage
    repeat: {times: 3, every: 20ms}
  - {sql: select 1, on: Db, after: 5s}
  - until: idle
  - until: 10m
  - {expect: {queue: Q, depth: {visible: 0}}, at: 11m}
)");
    REQUIRE(file.steps.size() == 5);
    const Act& call = std::get<Act>(file.steps[0].action);
    CHECK(call.name() == "sqs.SendMessage");
    CHECK(call.repeat->times == 3);
    CHECK(call.repeat->every == 20ms);
    CHECK(std::get<Act>(file.steps[1].action).name() == "sql");
    CHECK(file.steps[1].after == 5s);
    CHECK(std::holds_alternative<UntilIdle>(file.steps[2].action));
    CHECK(std::get<UntilInstant>(file.steps[3].action).since_start == 10min);
    CHECK(std::get<Check>(file.steps[4].action).expectations.size() == 1);
    CHECK(file.steps[4].at == 11min);
    CHECK(file.steps[4].number == 5);
}

TEST_CASE("scenario file: a step with 'at' may overlap the repetitions of the step before") {
    CHECK(problem("steps: [{call: a.B, repeat: {times: 11, every: 1s}}, {call: a.B, at: 9s}]") ==
          "");
}

TEST_CASE("scenario file: mistakes in the head are errors in their place") {
    const Mistake mistake = GENERATE(values<Mistake>({
        {"[]", "s.yaml:1:1: a scenario must be a mapping, not a list"},
        {"stepps: []", "s.yaml:1:1: "},
        {"cases: []", "s.yaml:1:1: 'cases' is not supported yet"},
        {"scenario: x\nmatrix: {}", "s.yaml:2:1: 'matrix' is not supported yet"},
        {"scenario: [x]", "s.yaml:1:11: 'scenario' must be text, not a list"},
        {"template: t.yaml\nresources: {}",
         "s.yaml:2:1: a scenario has 'template' or 'resources', not both"},
        {"parameters: {a: b}",
         "s.yaml:1:1: 'parameters' are those of a 'template', which this scenario lacks"},
        {"start: yesterday",
         "s.yaml:1:8: 'start' must be an instant such as 2026-01-01T00:00:00Z, not 'yesterday'"},
        {"seed: -1",
         "s.yaml:1:7: 'seed' must be a whole number from 0 to 18446744073709551615, not '-1'"},
        {"seed: '1'", "s.yaml:1:7: 'seed' must be a whole number"},
        {"region: Frankfurt!",
         "s.yaml:1:9: 'region' must be a Region's name such as us-east-1, not 'Frankfurt!'"},
        {"account: 42", "s.yaml:1:10: 'account' must be twelve digits, not '42'"},
    }));
    CAPTURE(mistake.text);
    CHECK_THAT(problem(mistake.text), Catch::StartsWith(mistake.message));
}

TEST_CASE("scenario file: an unknown key comes with the nearest valid one") {
    CHECK_THAT(problem("stepps: []"), Catch::Contains("stepps") && Catch::Contains("'steps'"));
    CHECK_THAT(problem("steps: [{call: sqs.SendMessage, wth: {}}]"),
               Catch::StartsWith("s.yaml:1:33: ") && Catch::Contains("'with'"));
    CHECK_THAT(problem("expect: [{queue: Q, message: []}]"),
               Catch::StartsWith("s.yaml:1:21: ") && Catch::Contains("'messages'"));
    CHECK_THAT(problem("expect: [{queue: Q, depth: {visibel: 0}}]"), Catch::Contains("'visible'"));
    const std::string message = "{body: x, sttae: {$absent: true}}";
    for (const std::string& messages : {"[" + message + "]",
                                        "{$not: [" + message + "]}",
                                        "{$unordered: [" + message + "]}",
                                        "[{$not: " + message + "}]"}) {
        CAPTURE(messages);
        CHECK_THAT(problem("expect: [{queue: Q, messages: " + messages + "}]"),
                   Catch::Contains("did you mean 'state'?"));
    }
    CHECK_THAT(problem("expect: [{function: F, invocation: 1}]"), Catch::Contains("'invocations'"));
    CHECK_THAT(problem("expect: [{trace: {kind: x, sorce: y}}]"), Catch::Contains("'source'"));
    CHECK_THAT(problem("simulate: {function: {}}"), Catch::Contains("'functions'"));
    CHECK_THAT(problem("simulate: {functions: {F: {coldstart: 1s}}}"),
               Catch::Contains("'cold_start'"));
    CHECK_THAT(problem("steps: [{call: a.B, repeat: {time: 3}}]"), Catch::Contains("'times'"));
}

TEST_CASE("scenario file: mistakes in steps are errors in their place") {
    const Mistake mistake = GENERATE(values<Mistake>({
        {"steps: {}", "s.yaml:1:8: 'steps' must be a list, not a mapping"},
        {"steps: [do it]", "s.yaml:1:9: a step must be a mapping, not 'do it'"},
        {"steps: [{cal: sqs.SendMessage}]", "s.yaml:1:9: 'cal' is no step; did you mean 'call'?"},
        {"steps: [{http: GET /}]", "s.yaml:1:10: 'http' steps are not supported yet"},
        {"steps: [{run: a | b}]",
         "s.yaml:1:15: '|' means something to a shell only, and there is none here: quote it, or "
         "run a shell as the program"},
        {"steps: [{run: a 'b}]", "s.yaml:1:15: a quotation has no end: '"},
        {"steps: [{run: ''}]", "s.yaml:1:15: 'run' must name a program"},
        {"steps: [{run: [a, {b: c}]}]",
         "s.yaml:1:19: a word of a command must be text, not a mapping"},
        {"steps: [{run: !Ref X}]",
         "s.yaml:1:15: a reference is one word of a command: write the command as a list, as in "
         "run: [python3, producer.py, !Ref Stream]"},
        {"steps: [{call: SendMessage}]",
         "s.yaml:1:16: 'call' must name a service and its operation"},
        {"steps: [{call: sqs.}]", "s.yaml:1:16: 'call' must name a service and its operation"},
        {"steps: [{call: a.B, with: [1]}]", "s.yaml:1:27: 'with' must be a mapping, not a list"},
        {"steps: [{call: a.B, at: 5}]", "s.yaml:1:25: 'at' must be a duration with a unit"},
        {"steps: [{call: a.B, at: 5s, after: 1s}]",
         "s.yaml:1:29: a step has 'at' or 'after', not both"},
        {"steps: [{call: a.B, at: 5s}, {call: a.B, at: 4s}]",
         "s.yaml:1:30: this step is to happen at 4s, but a step before it happens at 5s"},
        {"steps: [{until: 5s}, {call: a.B, at: 4s}]", "s.yaml:1:22: this step is to happen at 4s"},
        {"steps: [{call: a.B, at: 5s}, {call: a.B, after: 10s}, {call: a.B, at: 12s}]",
         "s.yaml:1:55: this step is to happen at 12s, but a step before it happens at 15s"},
        {"steps: [{call: a.B, repeat: {times: 11, every: 1s}}, {until: 9s}]",
         "s.yaml:1:54: this step is to happen at 9s, but a step before it happens at 10s"},
        {"steps: [{call: a.B, after: 876000h}, {call: a.B, after: 876000h}, "
         "{call: a.B, after: 876000h}, {call: a.B, after: 876000h}, {until: 1s}]",
         "s.yaml:1:125: this step is to happen at 1s"},
        {"steps: [{until: tomorrow}]",
         "s.yaml:1:17: 'until' must be idle or a time since the start"},
        {"steps: [{call: a.B, repeat: {}}]", "s.yaml:1:29: 'repeat' needs 'times'"},
        {"steps: [{call: a.B, repeat: {times: 0}}]",
         "s.yaml:1:37: 'times' must be a whole number from 1 to"},
        {"steps: [{call: a.B, with: {X: '${i}'}}]", "s.yaml:1:31: ${i} counts"},
        {"steps: [{sql: 'select ${j}', on: Db}]", "s.yaml:1:15: there is no placeholder '${j}'"},
        {"steps: [{sql: select 1}]", "s.yaml:1:9: a sql step needs 'on'"},
        {"steps: [{call: a.B, expect: {rows: []}}]", "s.yaml:1:30: "},
        {"steps: [{call: a.B, expect: {}}]",
         "s.yaml:1:29: 'expect' of a step needs 'returns', 'error' or 'message'"},
        {"steps: [{call: a.B, expect: {returns: {$gtt: 1}}}]",
         "s.yaml:1:40: there is no matcher '$gtt'"},
    }));
    CAPTURE(mistake.text);
    CHECK_THAT(problem(mistake.text), Catch::StartsWith(mistake.message));
}

TEST_CASE("scenario file: mistakes in expectations are errors in their place") {
    const Mistake mistake = GENERATE(values<Mistake>({
        {"expect: soon", "s.yaml:1:9: 'expect' must be a list, not 'soon'"},
        {"expect: [{queu: Q}]", "s.yaml:1:10: 'queu' is no expectation; did you mean 'queue'?"},
        {"expect: [{table: T}]", "s.yaml:1:10: a table expectation needs 'count' or 'items'"},
        {"expect: [{table: T, items: []}]",
         "s.yaml:1:28: an empty list of items could not fail; say 'count: 0' instead"},
        {"expect: [{golden: f}]", "s.yaml:1:11: 'golden' expectations are not supported yet"},
        {"expect: [{log: F}]",
         "s.yaml:1:10: a log expectation needs 'contains', 'matches' or 'count'"},
        {"expect: [{log: F, contains: a, matches: b}]",
         "s.yaml:1:32: a log expectation has 'contains' or 'matches', not both"},
        {"expect: [{log: F, contains: [a, b], count: 2}]",
         "s.yaml:1:44: 'count' counts the lines with one text"},
        {"expect: [{log: F, matches: '('}]", "s.yaml:1:28: this regular expression is wrong: "},
        {"expect: [{sql: select 1}]", "s.yaml:1:10: a sql expectation needs 'on'"},
        {"expect: [{sql: select 1, on: D}]",
         "s.yaml:1:10: a sql expectation needs 'rows', 'columns', 'affected', 'error' or "
         "'message'"},
        {"expect: [{queue: Q}]", "s.yaml:1:10: a queue expectation needs 'messages' or 'depth'"},
        {"expect: [{queue: Q, depth: {}}]",
         "s.yaml:1:28: 'depth' needs 'visible', 'in_flight' or 'delayed'"},
        {"expect: [{function: F}]",
         "s.yaml:1:10: a function expectation needs 'invocations', 'errors', 'throttles', "
         "'environments', 'batch_sizes', 'events', 'batches' or 'times'"},
        {"expect: [{trace: {kind: sqs.message.snet}, count: 0}]",
         "s.yaml:1:25: there are no trace events of kind 'sqs.message.snet'; did you mean "
         "'sqs.message.sent'?"},
        {"expect: [{trace: sent}]", "s.yaml:1:18: 'trace' must be a mapping, not 'sent'"},
        {"expect: [{trace: {}, at: 90}]", "s.yaml:1:26: 'at' must be a duration with a unit"},
        {"expect: [{queue: Q, messages: {$lenght: 1}}]",
         "s.yaml:1:32: there is no matcher '$lenght'"},
    }));
    CAPTURE(mistake.text);
    CHECK_THAT(problem(mistake.text), Catch::StartsWith(mistake.message));
}

TEST_CASE("scenario file: mistakes in the simulation are errors in their place") {
    const Mistake mistake = GENERATE(values<Mistake>({
        {"simulate: {functions: {F: {duration: 40}}}",
         "s.yaml:1:38: 'duration' must be a duration with a unit"},
        {"simulate: {functions: {F: {stub: []}}}",
         "s.yaml:1:34: 'stub' needs at least one attempt"},
        {"simulate: {functions: {F: {stub: [{after: 1s}]}}}",
         "s.yaml:1:35: an attempt of a stub needs one of return, failed_items, failed_items_from, "
         "error, timeout and exit"},
        {"simulate: {functions: {F: {stub: [{error: A, return: 1}]}}}",
         "s.yaml:1:36: an attempt of a stub has one outcome, not both 'return' and 'error'"},
        {"simulate: {functions: {F: {stub: [{timeout: true, after: 1s}]}}}",
         "s.yaml:1:51: a timeout comes when the function's time is over"},
        {"simulate: {functions: {F: {stub: [{return: 1, message: x}]}}}",
         "s.yaml:1:47: 'message' belongs to an 'error'"},
        {"simulate: {latency: {sqs: 8ms}}",
         "s.yaml:1:22: a latency of 'sqs' is not supported yet, only of dynamodb and rds"},
        {"simulate: {latency: {rds: {p50: 4ms}}}",
         "s.yaml:1:27: latencies that vary are not supported yet"},
        {"simulate: {faults: [{point: lambda.crahs}]}",
         "s.yaml:1:29: there is no fault point 'lambda.crahs'; did you mean 'lambda.crash'?"},
        {"simulate: {faults: [{point: lambda.crash, queue: Q}]}", "s.yaml:1:43: "},
        {"simulate: {faults: [{point: lambda.crash, probability: 2}]}",
         "s.yaml:1:56: 'probability' must be a number from 0 to 1, not '2'"},
    }));
    CAPTURE(mistake.text);
    CHECK_THAT(problem(mistake.text), Catch::StartsWith(mistake.message));
}

TEST_CASE("scenario file: a file that is not there is an error that names it") {
    CHECK_THROWS_WITH(Scenario::load("no/such.scenario.yaml"),
                      Catch::Contains("no/such.scenario.yaml"));
}

}  // namespace scenario_file_test
