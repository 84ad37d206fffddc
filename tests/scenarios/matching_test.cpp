#include "scenarios/language/matching.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;

namespace {

std::string difference(const std::string& expected, const std::string& actual) {
    const Json value = Json::parse(actual);
    const auto found = find_difference(Json::parse(expected), &value, "value");
    return found ? found->path + ": " + found->expected + " / " + found->found : "";
}

std::string problem(const std::string& expected) {
    try {
        check_matchers(parse_document(expected, "s.yaml"));
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("matching: values are equal as JSON is, numbers by their value") {
    CHECK(difference("404", "404") == "");
    CHECK(difference("404", "404.0") == "");
    CHECK(difference("404", "\"404\"") == "value: 404 / \"404\"");
    CHECK(difference("null", "null") == "");
    CHECK(difference("true", "false") == "value: true / false");
}

TEST_CASE("matching: an expected object may name fewer members than there are, at every depth") {
    CHECK(difference(R"({"a": {"b": 1}})", R"({"a": {"b": 1, "c": 2}, "d": 3})") == "");
    CHECK(difference(R"({"a": {"b": 1}})", R"({"a": {"c": 2}})") == "value.a.b: 1 / nothing");
    CHECK(difference(R"({"a": {"b": 1}})", R"({"a": {"b": 2}})") == "value.a.b: 1 / 2");
}

TEST_CASE("matching: lists match element by element and in length") {
    CHECK(difference("[1, 2]", "[1, 2]") == "");
    CHECK(difference("[1, 2]", "[1, 3]") == "value[1]: 2 / 3");
    CHECK(difference("[1, 2]", "[1]") == "value[1]: 2 / nothing");
    CHECK(difference("[1]", "[1, 2]") == "value[1]: nothing / 2");
    CHECK(difference("[]", "[1]") == "value[0]: nothing / 1");
    CHECK(difference(R"([{"a": 1}])", R"([{"a": 1, "b": 2}])") == "");
}

TEST_CASE("matching: an expected object or list matches a string that holds its JSON text") {
    CHECK(difference(R"({"CustID": 404})", R"("{\"CustID\":404,\"Name\":\"x\"}")") == "");
    CHECK(difference(R"({"CustID": 404})", R"("{\"CustID\":405}")") == "value.CustID: 404 / 405");
    CHECK(difference("[1]", "\"[1]\"") == "");
    CHECK(difference(R"({"CustID": 404})", R"("no JSON")") ==
          R"(value: {"CustID":404} / "no JSON")");
}

TEST_CASE("matchers: comparisons take numbers, and strings that hold one") {
    CHECK(difference(R"({"$gt": 3})", "4") == "");
    CHECK(difference(R"({"$gt": 3})", "\"4\"") == "");
    CHECK(difference(R"({"$gt": 3})", "3") == "value: a number above 3 / 3");
    CHECK(difference(R"({"$gte": 3})", "3") == "");
    CHECK(difference(R"({"$gte": 3})", "2") == "value: a number of at least 3 / 2");
    CHECK(difference(R"({"$lt": 3})", "2.5") == "");
    CHECK(difference(R"({"$lt": 3})", "3") == "value: a number below 3 / 3");
    CHECK(difference(R"({"$lte": 3})", "3") == "");
    CHECK(difference(R"({"$lte": 3})", "4") == "value: a number of at most 3 / 4");
    CHECK(difference(R"({"$gt": 3})", "\"4 or so\"") == R"(value: a number above 3 / "4 or so")");
    CHECK(difference(R"({"$between": [1, 3]})", "3") == "");
    CHECK(difference(R"({"$between": [1, 3]})", "4") ==
          "value: a number between [1,3], both included / 4");
}

TEST_CASE("matching: integers are compared by their exact values, however big") {
    CHECK(difference("9007199254740992", "9007199254740993") != "");
    CHECK(difference("9007199254740992.0", "9007199254740993") != "");
    CHECK(difference("9007199254740992.0", "9007199254740992") == "");
    CHECK(difference("-1", "18446744073709551615") != "");
    CHECK(difference("18446744073709551615", "18446744073709551615") == "");
    CHECK(difference("0.5", "0.5") == "");
}

TEST_CASE("matchers: comparisons of integers are exact, in strings too") {
    CHECK(difference(R"({"$gt": 9007199254740992})", "9007199254740993") == "");
    CHECK(difference(R"({"$gt": 9007199254740992})", "\"9007199254740993\"") == "");
    CHECK(difference(R"({"$gte": 9007199254740993})", "9007199254740992") != "");
    CHECK(difference(R"({"$lt": 9007199254740993})", "9007199254740992") == "");
    CHECK(difference(R"({"$lte": 9007199254740992})", "9007199254740993") != "");
    CHECK(difference(R"({"$between": [9007199254740993, 9007199254740993]})", "9007199254740992") !=
          "");
    CHECK(difference(R"({"$gt": -1})", "18446744073709551615") == "");
    CHECK(difference(R"({"$gt": 9223372036854775807})", "9223372036854775808") == "");
    CHECK(difference(R"({"$lt": 1e300})", "18446744073709551615") == "");
    CHECK(difference(R"({"$gt": 0.5})", "1") == "");
    CHECK(difference(R"({"$lt": 3})", "\"2.75\"") == "");
    CHECK(difference(R"({"$gt": 3})", "\"inf\"") != "");
    CHECK(difference(R"({"$gt": 3})", "\"\"") != "");
}

TEST_CASE("matchers: several in one object must all hold") {
    CHECK(difference(R"({"$gt": 3, "$lt": 5})", "4") == "");
    CHECK(difference(R"({"$gt": 3, "$lt": 5})", "5") == "value: a number below 5 / 5");
}

TEST_CASE("matchers: $regex finds its pattern anywhere in a string") {
    CHECK(difference(R"({"$regex": "^a+b"})", "\"aaab...\"") == "");
    CHECK(difference(R"({"$regex": "^b"})", "\"ab\"") == R"(value: text that matches "^b" / "ab")");
    CHECK(difference(R"({"$regex": "1"})", "1") == R"(value: text that matches "1" / 1)");
}

TEST_CASE("matchers: $regex ends on a pattern that would take for ever") {
    const std::string text(40, 'a');
    CHECK(difference(R"({"$regex": "^(a|aa)+$b"})", "\"" + text + "\"") != "");
}

TEST_CASE("matchers: $any takes any value of a type") {
    CHECK(difference(R"({"$any": "string"})", "\"x\"") == "");
    CHECK(difference(R"({"$any": "string"})", "1") == "value: any string / 1");
    CHECK(difference(R"({"$any": "integer"})", "1.5") == "value: any integer / 1.5");
    CHECK(difference(R"({"$any": "number"})", "1.5") == "");
    CHECK(difference(R"({"$any": "boolean"})", "true") == "");
    CHECK(difference(R"({"$any": "object"})", "{}") == "");
    CHECK(difference(R"({"$any": "list"})", "[]") == "");
    CHECK(difference(R"({"$any": "value"})", "null") == "");
}

TEST_CASE("matchers: $absent says whether a member is there") {
    CHECK(difference(R"({"a": {"$absent": true}})", "{}") == "");
    CHECK(difference(R"({"a": {"$absent": true}})", R"({"a": 1})") == "value.a: nothing / 1");
    CHECK(difference(R"({"a": {"$absent": false}})", R"({"a": null})") == "");
    CHECK(difference(R"({"a": {"$absent": false}})", "{}") == "value.a: something / nothing");
}

TEST_CASE("matchers: $length measures lists, objects and strings, and takes matchers itself") {
    CHECK(difference(R"({"$length": 2})", "[1, 2]") == "");
    CHECK(difference(R"({"$length": 2})", "\"ab\"") == "");
    // Code points, not bytes: U+00E4 and U+1F600.
    CHECK(difference(R"({"$length": 2})", "\"\xC3\xA4\xF0\x9F\x98\x80\"") == "");
    CHECK(difference(R"({"$length": {"$gt": 2}})", "[1, 2]") ==
          "length of value: a number above 2 / 2 in [1,2]");
    CHECK(difference(R"({"$length": 2})", "7") == "value: something with a length / 7");
}

TEST_CASE("matchers: $not turns its argument round") {
    CHECK(difference(R"({"$not": 1})", "2") == "");
    CHECK(difference(R"({"$not": {"a": 1}})", R"({"a": 1, "b": 2})") ==
          R"(value: anything but {"a":1} / {"a":1,"b":2})");
}

TEST_CASE("matchers: $json looks into a string that holds JSON, scalars too") {
    CHECK(difference(R"({"$json": 1})", "\"1\"") == "");
    CHECK(difference(R"({"$json": {"a": 1}})", R"("{\"a\":2}")") == "value.a: 1 / 2");
    CHECK(difference(R"({"$json": {"a": 1}})", R"({"a": 1})") ==
          R"(value: JSON text that holds {"a":1} / {"a":1})");
}

TEST_CASE("matchers: $unordered finds an assignment of elements, however they overlap") {
    CHECK(difference(R"({"$unordered": [1, 2, 3]})", "[3, 1, 2]") == "");
    // The first expected element fits both actual ones; only one choice leaves one for the second.
    CHECK(difference(R"({"$unordered": [{"a": 1}, {"b": 2}]})",
                     R"([{"a": 1, "b": 2}, {"a": 1}])") == "");
    CHECK(difference(R"({"$unordered": [1, 4]})", "[1, 2]") ==
          "value: 4 among the elements / [1,2]");
    CHECK(difference(R"({"$unordered": [1]})", "[2, 1]") == "value[0]: nothing / 2");
}

TEST_CASE("matchers: a misspelt or misused one is an error in its place") {
    CHECK(problem("a: {$gt: 3}") == "");
    CHECK(problem("a: {$gtt: 3}")
              .find("s.yaml:1:5: there is no matcher '$gtt'; did you mean '$gt'?") == 0);
    CHECK(problem("a: {$gt: 3, b: 4}") ==
          "s.yaml:1:13: 'b' stands among matchers, which begin with '$'");
    CHECK(problem("a: {$gt: many}") == "s.yaml:1:10: $gt needs a number, not 'many'");
    CHECK(problem("a: {$between: [1]}") ==
          "s.yaml:1:15: $between needs two numbers: [lowest, highest]");
    CHECK(problem("a: {$any: strin}")
              .find("s.yaml:1:11: $any knows no type 'strin'; did you mean 'string'?") == 0);
    CHECK(problem("a: {$absent: 1}") == "s.yaml:1:14: $absent must be true or false, not '1'");
    CHECK(problem("a: {$regex: '('}").find("s.yaml:1:13: this regular expression is wrong: ") == 0);
    CHECK(problem("a: {$not: {$les: 3}}").find("s.yaml:1:12: there is no matcher '$les'") == 0);
}

TEST_CASE("preview: long values are cut, never within a character") {
    CHECK(preview(Json("abc")) == "\"abc\"");
    CHECK(preview(Json("\xC3\xA4\xC3\xA4"), 4) == "\"\xC3\xA4... (6 bytes)");
}

TEST_CASE("matchers: $contains finds one element among others") {
    CHECK(difference(R"({"$contains": {"a": 1}})", R"([3, {"a": 1, "b": 2}])") == "");
    CHECK(difference(R"({"$contains": {"$gt": 2}})", "[1, 3]") == "");
    CHECK(difference(R"({"$contains": 4})", "[1, 3]") == "value: a list that contains 4 / [1,3]");
    CHECK(difference(R"({"$contains": 4})", "4") == "value: a list that contains 4 / 4");
    CHECK(problem("{$contains: {$gtt: 1}}") != "");
}
