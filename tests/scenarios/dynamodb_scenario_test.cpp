// Tables in scenarios: the example with its lost updates, and what can be expected of a table.
#include "tests/scenarios/fingerprints.h"
#include "tests/scenarios/support.h"

#include <catch2/catch.hpp>

using namespace orrery::test;

namespace {

/// A template, inline, of a table; and what `steps` and `expect` say of it.
std::string with_table(const std::string& rest) {
    return "resources: {Visits: {Type: AWS::Serverless::SimpleTable}}\n" + rest;
}

const std::string put =
    "steps:\n"
    "  - call: dynamodb.PutItem\n"
    "    with:\n"
    "      TableName: !Ref Visits\n"
    "      Item: {id: {S: a}, n: {N: '5'}, tags: {SS: [x, y]}, deep: {M: {b: {BOOL: true}}}}\n";

}  // namespace

TEST_CASE("dynamodb scenario: the lost updates are the same in every run") {
    CHECK(fingerprints_of("scenarios/lost-update/scenario.yaml", 5).size() == 1);
}

TEST_CASE("dynamodb scenario: a template's table is there from the first instant") {
    const Ran ran = run(with_table(put + "expect: {table: Visits, count: 1}\n"));
    CHECK(ran.failure().empty());
    CHECK(ran.has_event("+0s"));
}

TEST_CASE("dynamodb scenario: items are expected in plain JSON or in DynamoDB's") {
    for (const char* item : {"{id: a, n: 5, tags: [x, y], deep: {b: true}}",
                             "{id: {S: a}, n: {N: '5'}, tags: {SS: [x, y]}}",
                             "{n: {$gt: 4}, gone: {$absent: true}}"}) {
        CHECK(run(with_table(put + "expect: {table: Visits, items: [" + item + "]}\n"))
                  .failure()
                  .empty());
    }
}

TEST_CASE("dynamodb scenario: what is not in a table is told with what is") {
    const std::string missing =
        run(with_table(put + "expect: {table: Visits, items: [{id: b}]}\n")).failure();
    CHECK(missing.find(R"(no item is like {"id":"b"})") != std::string::npos);
    CHECK(missing.find(R"("id":"a")") != std::string::npos);
    CHECK(missing.find("dynamodb.item.put") != std::string::npos);
    const std::string count =
        run(with_table(put + "expect: {table: Visits, count: 2}\n")).failure();
    CHECK(count.find("2") != std::string::npos);
}

TEST_CASE("dynamodb scenario: latency and faults are those of the file") {
    const std::string simulate =
        "simulate:\n"
        "  latency: {dynamodb: 30ms}\n"
        "  faults: [{point: dynamodb.internal_error, table: Visits, occurrences: [1]}]\n";
    const std::string steps =
        "steps:\n"
        "  - call: dynamodb.GetItem\n"
        "    with: {TableName: !Ref Visits, Key: {id: {S: a}}}\n"
        "    expect: {error: InternalServerError}\n"
        "  - call: dynamodb.GetItem\n"
        "    with: {TableName: !Ref Visits, Key: {id: {S: a}}}\n"
        "  - call: dynamodb.ListTables\n";
    const Ran ran = run(with_table(simulate + steps));
    CHECK(ran.failure().empty());
    CHECK(ran.steps.back() == "+60ms dynamodb.ListTables");
}
