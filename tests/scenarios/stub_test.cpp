// What a stub comes to where that depends on its event, and the expectations that show its events.
#include "tests/scenarios/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

/// Plays `invocations` of Greet, which is this stub.
Ran greet(const std::string& stub, const std::string& rest) {
    return run(shop() +
               "simulate:\n  functions:\n    Register: {stub: [{return: null}]}\n    Greet: "
               "{cold_start: 0s, duration: 0s, stub: [" +
               stub + "]}\n" + rest);
}

std::string usage(const std::string& stub) {
    return usage_error(shop() +
                       "simulate:\n  functions:\n    Register: {stub: [{return: null}]}\n    "
                       "Greet: {stub: [" +
                       stub + "]}\n");
}

std::string invoke(const std::string& payload, const std::string& returned) {
    return "  - {call: lambda.Invoke, with: {FunctionName: !Ref Greet, Payload: " + payload +
           "}, expect: {returns: " + returned + "}}\n";
}

}  // namespace

TEST_CASE("stub: an attempt with 'when' is for the events that match it, the others go in turn") {
    const Ran ran = greet("{when: {name: Bob}, error: NoBobs}, {return: 1}, {return: 2}",
                          "steps:\n" + invoke("{name: Ann}", "{Payload: 1}") +
                              invoke("{name: Bob}", "{Payload: {errorType: NoBobs}}") +
                              invoke("{name: Ann}", "{Payload: 2}") +
                              invoke("{name: Bob}", "{Payload: {errorType: NoBobs}}"));
    CHECK(ran.failure() == "");
}

TEST_CASE("stub: 'times' limits how many events an attempt is for") {
    const Ran ran = greet("{when: {name: Bob}, times: 1, error: NotYet}, {return: 1}",
                          "steps:\n" + invoke("{name: Bob}", "{Payload: {errorType: NotYet}}") +
                              invoke("{name: Bob}", "{Payload: 1}"));
    CHECK(ran.failure() == "");
}

TEST_CASE("stub: a value is made of the event's members") {
    const Ran ran = greet(
        "{return: {whole: '${event.who}', text: 'Hello ${event.who.name}, ${event.n}!', sum: "
        "'${event.n + event.missing + 4}', records: '${records}', none: '${event.missing}', "
        "long: '${text(3)}'}}",
        "steps:\n" + invoke("{who: {name: Ann}, n: 2, Records: [1, 2]}",
                            "{Payload: {whole: {name: Ann}, text: 'Hello Ann, 2!', sum: 6, "
                            "records: 2, none: null, long: xxx}}"));
    CHECK(ran.failure() == "");
}

TEST_CASE("stub: what is no number is not added") {
    CHECK_THAT(usage_error(shop() +
                           "simulate:\n  functions:\n    Register: {stub: [{return: null}]}\n    "
                           "Greet: {stub: [{return: '${event.name + 1}'}]}\n"
                           "steps:\n" +
                           invoke("{name: Ann}", "{Payload: 1}")),
               Catch::Contains("event.name is \"Ann\", which cannot be added"));
}

TEST_CASE("stub: failed items are the records that match, or the first of them and all after it") {
    const std::string records =
        "{Records: [{messageId: m1, body: a}, {messageId: m2, body: b}, {messageId: m3, body: c}]}";
    CHECK(greet("{failed_items: {body: b}}",
                "steps:\n" +
                    invoke(records, "{Payload: {batchItemFailures: [{itemIdentifier: m2}]}}"))
              .failure() == "");
    CHECK(greet("{failed_items_from: {body: b}, return: {state: {n: 1}}}",
                "steps:\n" + invoke(records,
                                    "{Payload: {batchItemFailures: [{itemIdentifier: m2}, "
                                    "{itemIdentifier: m3}], state: {n: 1}}}"))
              .failure() == "");
}

TEST_CASE("stub: records of streams are named by their sequence numbers, and their data is text") {
    CHECK(greet("{failed_items: {kinesis: {data: {n: 1}}}}",
                "steps:\n" +
                    invoke("{Records: [{kinesis: {sequenceNumber: '7', data: eyJuIjoxfQ==}}]}",
                           "{Payload: {batchItemFailures: [{itemIdentifier: '7'}]}}"))
              .failure() == "");
    CHECK(greet("{failed_items: {dynamodb: {Keys: {id: {S: a}}}}}",
                "steps:\n" +
                    invoke("{Records: [{dynamodb: {SequenceNumber: '8', Keys: {id: {S: a}}}}]}",
                           "{Payload: {batchItemFailures: [{itemIdentifier: '8'}]}}"))
              .failure() == "");
}

TEST_CASE("stub: what it cannot mean is an error in its place") {
    CHECK_THAT(usage("{return: 1, error: Boom}"),
               Catch::Contains("one outcome, not both 'return' and 'error'"));
    CHECK_THAT(usage("{after: 1s}"), Catch::Contains("an attempt of a stub needs one of return"));
    CHECK_THAT(usage("{return: 1, times: 2}"), Catch::Contains("'times' belongs to a 'when'"));
    CHECK_THAT(usage("{when: {$gtt: 1}, return: 1}"), Catch::Contains("there is no matcher"));
    CHECK_THAT(usage("{return: '${evnt.a}'}"), Catch::Contains("'evnt.a' is none of event.a.b"));
    CHECK_THAT(usage("{return: '${text(9000000)}'}"), Catch::Contains("N at most 6000000"));
    CHECK_THAT(usage("{return: '${records'}"), Catch::Contains("'${' without '}'"));
}

TEST_CASE("function expectation: events, batches and times of its invocations") {
    const std::string steps =
        "steps:\n" + invoke("{name: Ann}", "{Payload: null}") + "  - {until: 90s}\n" +
        invoke(
            "{Records: [{body: a}, {body: '{\"n\": 1}'}, {kinesis: {data: Yg==}}, {dynamodb: "
            "{Keys: {id: {S: c}}}}, {dynamodb: {Keys: {id: {S: d}, n: {N: '1'}}}}]}",
            "{Payload: null}");
    CHECK(greet("{return: null}",
                steps + "expect:\n  - {function: Greet, times: [0s, 1m30s], events: [{name: Ann}, "
                        "{$any: object}], batches: [[a, {n: 1}, b, c, {id: d, n: '1'}]]}\n")
              .failure() == "");
    CHECK_THAT(
        greet("{return: null}", steps + "expect: {function: Greet, batches: [[a, z]]}\n").failure(),
        Catch::Contains("batches[0][1] is not as expected"));
    CHECK_THAT(greet("{return: null}", steps + "expect: {function: Greet, events: [{name: Bob}]}\n")
                   .failure(),
               Catch::Contains("events[0].name is not as expected"));
}

TEST_CASE("function expectation: what there is to see does not depend on who looks") {
    const std::string steps = "steps:\n" + invoke("{name: Ann}", "{Payload: null}");
    const Ran looked = greet("{return: null}", steps + "expect: {function: Greet, times: [0s]}\n");
    const Ran not_looked =
        greet("{return: null}", steps + "expect: {function: Greet, invocations: 1}\n");
    CHECK(looked.failure() == "");
    CHECK(looked.result.fingerprint == not_looked.result.fingerprint);
}

TEST_CASE("template: a stubbed function needs no properties at all") {
    CHECK(run("resources: {Greet: {Type: AWS::Serverless::Function}}\n"
              "simulate: {functions: {Greet: {stub: [{return: hello}]}}}\n"
              "steps:\n" +
              invoke("{}", "{Payload: hello}"))
              .failure() == "");
}
