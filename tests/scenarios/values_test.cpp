#include "scenarios/language/values.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;

namespace {

Json names_only(const DocumentNode& reference) {
    return "<" + reference.tag + " " + reference.text + ">";
}

std::string rendered(const std::string& yaml, const std::string& operation = "") {
    return render(parse_document(yaml, "s.yaml"), names_only, operation).dump();
}

std::string filled(const std::string& yaml, std::uint64_t index) {
    RandomStream random(1);
    Occurrence occurrence{index, random};
    return render(fill_placeholders(parse_document(yaml, "s.yaml"), occurrence), names_only).dump();
}

std::string problem(const std::string& yaml, Placeholders allowed) {
    try {
        check_placeholders(parse_document(yaml, "s.yaml"), allowed);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE(
    "values: what AWS takes as a string that holds JSON may be given as an object, in the order "
    "written") {
    CHECK(
        rendered("MessageBody: {CustID: 404, Address: {Zip: '07', City: null}, B: [1, 2.5]}",
                 "sqs.SendMessage") ==
        R"({"MessageBody":"{\"CustID\":404,\"Address\":{\"Zip\":\"07\",\"City\":null},\"B\":[1,2.5]}"})");
    CHECK(rendered("Entries: [{Id: a, MessageBody: {z: 1, a: 2}}]", "sqs.SendMessageBatch") ==
          R"({"Entries":[{"Id":"a","MessageBody":"{\"z\":1,\"a\":2}"}]})");
    CHECK(rendered("Payload: []", "lambda.Invoke") == R"({"Payload":"W10="})");
}

TEST_CASE("values: a text can be as long as it says") {
    CHECK(filled("MessageBody: 'a ${text(3)} b'", 0) == R"({"MessageBody":"a xxx b"})");
    CHECK(filled("MessageBody: '${text(0)}'", 0) == R"({"MessageBody":""})");
    CHECK(problem("a: '${text(6000000)}'", Placeholders::random) == "");
    for (const char* length : {"6000001", "-1", "", "x"}) {
        CHECK(problem("a: '${text(" + std::string(length) + ")}'", Placeholders::random)
                  .find("s.yaml:1:4: there is no placeholder") == 0);
    }
}

TEST_CASE("values: text given there stays as it is, and other members stay objects") {
    CHECK(rendered("MessageBody: hello", "sqs.SendMessage") == R"({"MessageBody":"hello"})");
    // A message attribute that happens to be called like a parameter.
    CHECK(rendered("MessageAttributes: {MessageBody: {DataType: String}}", "sqs.SendMessage") ==
          R"({"MessageAttributes":{"MessageBody":{"DataType":"String"}}})");
    CHECK(rendered("MessageBody: {a: 1}", "sqs.ReceiveMessage") == R"({"MessageBody":{"a":1}})");
}

TEST_CASE("values: a payload is written as what it contains") {
    CHECK(rendered("Payload: '{\"a\":1}'", "lambda.Invoke") == R"({"Payload":"eyJhIjoxfQ=="})");
    CHECK(rendered("Payload: 7", "lambda.Invoke") == R"({"Payload":"Nw=="})");
    CHECK(rendered("Code: {ZipFile: eA==}", "lambda.CreateFunction") ==
          R"({"Code":{"ZipFile":"eA=="}})");
    CHECK(rendered("Payload: [1]", "lambda.GetFunction") == R"({"Payload":[1]})");
}

TEST_CASE("values: references are resolved, within JSON text too") {
    CHECK(rendered("QueueUrl: !Ref Orders") == R"({"QueueUrl":"<!Ref Orders>"})");
    CHECK(rendered("MessageBody: {to: !Ref Orders}", "sqs.SendMessage") ==
          R"({"MessageBody":"{\"to\":\"<!Ref Orders>\"}"})");
    CHECK(rendered("QueueUrl: {Ref: Orders}") == R"({"QueueUrl":"< >"})");
}

TEST_CASE(
    "placeholders: ${i} counts, a plain scalar takes its type afterwards, a quoted one stays a "
    "string") {
    CHECK(filled("a: user-${i}", 17) == R"({"a":"user-17"})");
    CHECK(filled("a: ${i}", 17) == R"({"a":17})");
    CHECK(filled("a: '${i}'", 17) == R"({"a":"17"})");
    CHECK(filled("'key-${i}': [x, '${i}${i}']", 2) == R"({"key-2":["x","22"]})");
}

TEST_CASE(
    "placeholders: ${random.int(a,b)} draws from both ends and in between, the same for the same "
    "seed") {
    RandomStream random(7);
    Occurrence occurrence{0, random};
    const DocumentNode node = parse_document("${random.int(-1, 1)}", "s.yaml");
    std::map<std::string, int> seen;
    for (int draw = 0; draw < 100; ++draw) {
        ++seen[fill_placeholders(node, occurrence).text];
    }
    CHECK(seen.size() == 3);
    CHECK(seen.begin()->first == "-1");
    CHECK(filled("a: ${random.int(1,1000000)}", 0) == filled("a: ${random.int(1,1000000)}", 0));
    CHECK(filled("a: ${random.int(4,4)}", 0) == R"({"a":4})");
}

TEST_CASE("placeholders: ${!name} is the text ${name}; in !Sub all but our own are left to it") {
    CHECK(filled("a: ${!name}", 0) == R"({"a":"${name}"})");
    CHECK(filled("a: !Sub '${Orders}-${i}-${!name}'", 3) ==
          R"({"a":"<!Sub ${Orders}-3-${!name}>"})");
    CHECK(filled("a: 100$ {x} ${", 0) == R"({"a":"100$ {x} ${"})");
}

TEST_CASE("placeholders: unknown ones are errors in their place") {
    CHECK(problem("a: '${i}'", Placeholders::random_and_index) == "");
    CHECK(problem("a: '${i}'", Placeholders::random) ==
          "s.yaml:1:4: ${i} counts the happenings of a step with 'repeat', which this one lacks");
    CHECK(problem("a: '${random.int(9,1)}'", Placeholders::random) ==
          "s.yaml:1:4: '${random.int(9,1)}' is not understood: write ${random.int(1,9)}, the lower "
          "number first");
    CHECK(problem("a: '${random.float()}'", Placeholders::random).find("is not understood") !=
          std::string::npos);
    CHECK(problem("a:\n  - '${Orders}'", Placeholders::random)
              .find("s.yaml:2:5: there is no placeholder '${Orders}'") == 0);
    CHECK(problem("a: !Sub '${Orders}'", Placeholders::random) == "");
    CHECK(problem("a: '${!anything}'", Placeholders::random) == "");
}
