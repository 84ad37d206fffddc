// Filter patterns of event source mappings: what they admit, and what is no pattern.
#include "services/lambda/event_filter.h"

#include "services/aws/encoding.h"
#include "services/aws/error.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using Json = nlohmann::json;

namespace {

bool admits(const std::string& pattern, const std::string& record) {
    return EventFilter({pattern}, FilteredSource::sqs).admits(record);
}

/// Whether the pattern admits a message with this body.
bool admits_body(const std::string& pattern, const std::string& body) {
    return admits(pattern, Json{{"messageId", "m"}, {"body", body}}.dump());
}

bool admits_kinesis(const std::string& pattern, const std::string& data) {
    return EventFilter({pattern}, FilteredSource::kinesis)
        .admits(Json{{"kinesis", {{"partitionKey", "1"}, {"data", aws::base64(data)}}},
                     {"eventSource", "aws:kinesis"}}
                    .dump());
}

std::string refusal(const std::string& pattern, FilteredSource source = FilteredSource::sqs) {
    try {
        EventFilter({pattern}, source);
    } catch (const aws::ApiError& error) {
        return error.code() + ": " + error.message();
    }
    return "no error";
}

const std::string invalid = "InvalidParameterValueException: Invalid filter pattern definition.";

}  // namespace

TEST_CASE("event filter: without patterns, or with an empty one, everything is admitted") {
    CHECK(EventFilter().admits("{}"));
    CHECK(EventFilter().empty());
    CHECK(admits("{}", R"({"a":1})"));
    CHECK(EventFilter({R"({"a":[1]})", R"({"a":[2]})"}, FilteredSource::sqs).admits(R"({"a":2})"));
    CHECK_FALSE(
        EventFilter({R"({"a":[1]})", R"({"a":[2]})"}, FilteredSource::sqs).admits(R"({"a":3})"));
}

TEST_CASE("event filter: values are compared as they are written") {
    // [docs: invocation-eventfiltering]
    CHECK(admits(R"({"a":["x","y"]})", R"({"b":1,"a":"y"})"));
    CHECK_FALSE(admits(R"({"a":["x"]})", R"({"a":"X"})"));
    CHECK_FALSE(admits(R"({"a":["x"]})", R"({"b":"x"})"));
    CHECK(admits(R"({"a":[""]})", R"({"a":""})"));
    CHECK(admits(R"({"a":[null]})", R"({"a":null})"));
    CHECK_FALSE(admits(R"({"a":[null]})", R"({"a":"null"})"));
    CHECK_FALSE(admits(R"({"a":[null]})", "{}"));
    CHECK(admits(R"({"a":[true]})", R"({"a":true})"));
    CHECK_FALSE(admits(R"({"a":["true"]})", R"({"a":true})"));
    CHECK(admits(R"({"a":[300]})", R"({"a":300})"));
    CHECK_FALSE(admits(R"({"a":[300]})", R"({"a":3e2})"));
    CHECK_FALSE(admits(R"({"a":[300]})", R"({"a":300.0})"));
    CHECK_FALSE(admits(R"({"a":["300"]})", R"({"a":300})"));
    // However they are escaped.
    CHECK(admits(R"({"a":["\u00e9\n\"\ud83d\ude00"]})", "{\"a\":\"é\\n\\\"😀\"}"));
    CHECK(admits(R"({"\u0061":["x"]})", R"({"a":"x"})"));
    CHECK(admits(R"({"a":["x"]})", R"({"\u0061":"x"})"));
}

TEST_CASE("event filter: beginnings, ends and upper case") {
    CHECK(admits(R"({"a":[{"prefix":"us-"}]})", R"({"a":"us-east-1"})"));
    CHECK_FALSE(admits(R"({"a":[{"prefix":"us-"}]})", R"({"a":"eu-west-1"})"));
    CHECK_FALSE(admits(R"({"a":[{"prefix":"us-"}]})", R"({"a":"us"})"));
    CHECK_FALSE(admits(R"({"a":[{"prefix":"1"}]})", R"({"a":12})"));
    CHECK(admits(R"({"a":[{"suffix":".png"}]})", R"({"a":"x.png"})"));
    CHECK_FALSE(admits(R"({"a":[{"suffix":".png"}]})", R"({"a":"x.PNG"})"));
    CHECK(admits(R"({"a":[{"suffix":{"equals-ignore-case":".png"}}]})", R"({"a":"x.PNG"})"));
    CHECK(admits(R"({"a":[{"prefix":{"equals-ignore-case":"X"}}]})", R"({"a":"x.PNG"})"));
    CHECK(admits(R"({"a":[{"equals-ignore-case":"alice"}]})", R"({"a":"AliCe"})"));
    CHECK_FALSE(admits(R"({"a":[{"equals-ignore-case":"alice"}]})", R"({"a":"alic"})"));
}

TEST_CASE("event filter: numbers are compared by value where that is asked for") {
    CHECK(admits(R"({"a":[{"numeric":["=",300]}]})", R"({"a":3e2})"));
    CHECK(admits(R"({"a":[{"numeric":[">",10,"<=",20]}]})", R"({"a":20.0})"));
    CHECK_FALSE(admits(R"({"a":[{"numeric":[">",10,"<=",20]}]})", R"({"a":10})"));
    CHECK(admits(R"({"a":[{"numeric":[">=",-1.5,"<",0]}]})", R"({"a":-1.5})"));
    CHECK_FALSE(admits(R"({"a":[{"numeric":["<",0]}]})", R"({"a":0})"));
    CHECK_FALSE(admits(R"({"a":[{"numeric":[">",100]}]})", R"({"a":"101"})"));
    CHECK_FALSE(admits(R"({"a":[{"numeric":[">",100]}]})", R"({"a":6e9})"));  // beyond its numbers
}

TEST_CASE("event filter: anything but") {
    CHECK(admits(R"({"a":[{"anything-but":["x","y"]}]})", R"({"a":"z"})"));
    CHECK_FALSE(admits(R"({"a":[{"anything-but":["x","y"]}]})", R"({"a":"y"})"));
    CHECK(admits(R"({"a":[{"anything-but":"x"}]})", R"({"a":5})"));
    CHECK_FALSE(admits(R"({"a":[{"anything-but":5}]})", R"({"a":5})"));
    CHECK_FALSE(admits(R"({"a":[{"anything-but":"x"}]})", "{}"));  // it has to be there
    CHECK_FALSE(admits(R"({"a":[{"anything-but":{"prefix":"x"}}]})", R"({"a":"xy"})"));
    CHECK(admits(R"({"a":[{"anything-but":{"prefix":["x","z"]}}]})", R"({"a":"y"})"));
    CHECK_FALSE(admits(R"({"a":[{"anything-but":{"suffix":"x"}}]})", R"({"a":"yx"})"));
    CHECK_FALSE(admits(R"({"a":[{"anything-but":{"equals-ignore-case":["X"]}}]})", R"({"a":"x"})"));
}

TEST_CASE("event filter: presence is asked for at leaves") {
    CHECK(admits(R"({"a":[{"exists":true}]})", R"({"a":null})"));
    CHECK_FALSE(admits(R"({"a":[{"exists":true}]})", R"({"a":{"b":1}})"));
    CHECK(admits(R"({"a":[{"exists":false}]})", R"({"b":1})"));
    CHECK_FALSE(admits(R"({"a":[{"exists":false}]})", R"({"a":1})"));
    CHECK(admits(R"({"a":{"b":[{"exists":false}]}})", "{}"));
    CHECK(admits(R"({"a":[{"exists":false},"x"]})", R"({"a":"x"})"));
}

TEST_CASE("event filter: all fields, and one alternative of each $or") {
    const std::string both = R"({"a":["x"],"b":{"c":["y"]}})";
    CHECK(admits(both, R"({"a":"x","b":{"c":"y","d":1}})"));
    CHECK_FALSE(admits(both, R"({"a":"x","b":{"c":"z"}})"));
    CHECK_FALSE(admits(both, R"({"a":"x","b":"y"})"));
    const std::string either = R"({"a":["x"],"$or":[{"b":["y"]},{"c":["z"],"d":["w"]}]})";
    CHECK(admits(either, R"({"a":"x","b":"y"})"));
    CHECK(admits(either, R"({"a":"x","c":"z","d":"w"})"));
    CHECK_FALSE(admits(either, R"({"a":"x","c":"z"})"));
    CHECK_FALSE(admits(either, R"({"b":"y"})"));
    // An ordinary key where it cannot be meant. [aws/event-ruler README]
    CHECK(admits(R"({"$or":{"b":["y"]}})", R"({"$or":{"b":"y"}})"));
    // Of a key that is there twice the last one counts. [docs: invocation-eventfiltering]
    CHECK(admits(R"({"a":["x"],"a":["y"]})", R"({"a":"y"})"));
    CHECK_FALSE(admits(R"({"a":["x"],"a":["y"]})", R"({"a":"x"})"));
    CHECK(admits(R"({"a":["y"]})", R"({"a":"x","a":"y"})"));
}

TEST_CASE("event filter: of an array one element has to match, as a whole") {
    CHECK(admits(R"({"a":["x"]})", R"({"a":["y",["x"]]})"));
    CHECK_FALSE(admits(R"({"a":["x"]})", R"({"a":["y"]})"));
    CHECK(admits(R"({"a":[{"exists":false}]})", R"({"a":[]})"));
    // [aws/event-ruler README]
    const std::string people =
        R"({"p":[{"first":"John","last":"Doe"},[{"first":"Anna","last":"Smith"}]]})";
    CHECK(admits(R"({"p":{"first":["Anna"],"last":["Smith"]}})", people));
    CHECK_FALSE(admits(R"({"p":{"first":["Anna"],"last":["Doe"]}})", people));
}

TEST_CASE("event filter: a message's body is JSON or text, as the pattern is") {
    // [docs: with-sqs-filtering; LS test_sqs_event_filter]
    const std::string json = R"({"body":{"n":[1]}})";
    CHECK(admits_body(json, R"( {"n": 1} )"));
    CHECK_FALSE(admits_body(json, R"({"n":2})"));
    CHECK_FALSE(admits_body(json, "text"));
    CHECK_FALSE(admits_body(json, R"({"n":1)"));
    CHECK_FALSE(admits_body(R"({"body":{"n":[{"exists":false}]}})", "text"));
    const std::string text = R"({"body":["text",{"prefix":"{"}]})";
    CHECK(admits_body(text, "text"));
    CHECK(admits_body(text, "{ no JSON"));
    CHECK_FALSE(admits_body(text, R"({"n":1})"));
    CHECK(admits_body(R"({"body":["17"]})", "17"));
    // Without a word about the body it does not matter.
    CHECK(admits_body(R"({"messageId":["m"]})", "{ no JSON"));
    // In alternatives, too, but not further down.
    const std::string either = R"({"$or":[{"body":{"n":[1]}},{"messageId":["other"]}]})";
    CHECK(admits_body(either, R"({"n":1})"));
    CHECK_FALSE(admits_body(either, R"({"n":2})"));
    CHECK(admits(R"({"attributes":{"body":["x"]}})", R"({"attributes":{"body":"x"},"body":""})"));
}

TEST_CASE("event filter: records of Kinesis are looked at without their envelope") {
    // [docs: with-kinesis-filtering; LS test_kinesis_event_filtering_json_pattern]
    CHECK(admits_kinesis(R"({"data":{"city":["Seattle"]}})", R"({"city":"Seattle"})"));
    CHECK_FALSE(admits_kinesis(R"({"data":{"city":["Seattle"]}})", R"({"city":"Bonn"})"));
    CHECK_FALSE(admits_kinesis(R"({"data":{"city":["Seattle"]}})", "Seattle"));
    CHECK_FALSE(admits_kinesis(R"({"data":{"city":["Seattle"]}})", "{\"city\":\"\xff\"}"));
    CHECK(admits_kinesis(R"({"partitionKey":["1"]})", "Seattle"));
    CHECK_FALSE(admits_kinesis(R"({"kinesis":{"partitionKey":["1"]}})", "Seattle"));
    // What it holds is JSON. [docs: with-kinesis-filtering]
    CHECK(refusal(R"({"data":["Seattle"]})", FilteredSource::kinesis) == invalid);
}

TEST_CASE("event filter: items of DynamoDB have their stream's form") {
    const auto admits_item = [](const std::string& pattern, const std::string& image) {
        return EventFilter({pattern}, FilteredSource::dynamodb)
            .admits(R"({"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1732,)"
                    R"("NewImage":)" +
                    image + "}}");
    };
    // [LS test_dynamodb_event_filter]
    CHECK(admits_item(R"({"eventName":["INSERT"]})", "{}"));
    CHECK(admits_item(R"({"dynamodb":{"NewImage":{"k":{"S":["x"]}}}})", R"({"k":{"S":"x"}})"));
    CHECK_FALSE(admits_item(R"({"dynamodb":{"NewImage":{"k":{"N":[{"numeric":[">",100]}]}}}})",
                            R"({"k":{"N":"101"}})"));
    CHECK(admits_item(
        R"({"dynamodb":{"NewImage":{"k":{"N":[{"numeric":[">",100]},{"anything-but":"101"}]}}}})",
        R"({"k":{"N":"102"}})"));
    CHECK_FALSE(
        admits_item(R"({"dynamodb":{"NewImage":{"k":[{"exists":true}]}}})", R"({"k":{"S":"x"}})"));
    CHECK(
        admits_item(R"({"dynamodb":{"NewImage":{"j":[{"exists":false}]}}})", R"({"k":{"S":"x"}})"));
    CHECK(admits_item(R"({"dynamodb":{"ApproximateCreationDateTime":[{"numeric":[">",1000]}]}})",
                      "{}"));
    CHECK(refusal(R"({"dynamodb":["x"]})", FilteredSource::dynamodb) == invalid);
}

TEST_CASE("event filter: a body that is nested deeply takes no longer than another") {
    const std::string deep = std::string(100'000, '[') + "1" + std::string(100'000, ']');
    CHECK(admits_body(R"({"body":{"a":[{"exists":false}]}})", deep));
    CHECK_FALSE(admits_body(R"({"body":{"a":[1]}})", "{\"a\":" + deep + ",\"a\":2}"));
    CHECK(admits_body(R"({"body":{"a":[1]}})", "{\"a\":" + deep + "}"));
}

TEST_CASE("event filter: what is no pattern is refused") {
    // [LS test_sqs_invalid_event_filter]
    for (const char* pattern : {"",
                                "text",
                                "\"text\"",
                                "[]",
                                "{\"a\":\"x\"}",
                                "{\"a\":5}",
                                "{\"a\":[\"x\"]} x",
                                "{\"a\":[\"x\"],}",
                                "{\"a\":[01]}",
                                "{\"a\":[1.]}",
                                "{\"a\":[\"\\x\"]}",
                                "{\"a\":[\"\t\"]}",
                                "{\"a\":[]}",
                                "{\"a\":{}}",
                                "{\"a\":[[\"x\"]]}",
                                "{\"a\":[{}]}",
                                R"({"a":[{"prefix":"x","suffix":"y"}]})",
                                R"({"a":[{"prefix":5}]})",
                                R"({"a":[{"prefix":{"suffix":"x"}}]})",
                                R"({"a":[{"sounds-like":"x"}]})",
                                R"({"a":[{"exists":"yes"}]})",
                                R"({"a":[{"anything-but":[]}]})",
                                R"({"a":[{"anything-but":[["x"]]}]})",
                                R"({"a":[{"anything-but":{"exists":true}}]})",
                                R"({"a":[{"numeric":[]}]})",
                                R"({"a":[{"numeric":["=","5"]}]})",
                                R"({"a":[{"numeric":["<>",5]}]})",
                                R"({"a":[{"numeric":["<",5,">",1]}]})",
                                R"({"a":[{"numeric":[">",5,"<",1]}]})",
                                R"({"a":[{"numeric":[">",1,"<",5,"<",6]}]})",
                                R"({"a":[{"numeric":["=",6e9]}]})",
                                R"({"a":[{"numeric":[">"]}]})",
                                R"({"$or":[{"a":["x"]}]})",
                                R"({"$or":[{"numeric":["x"]},{"a":["x"]}]})"}) {
        INFO(pattern);
        CHECK(refusal(pattern) == invalid);
    }
    CHECK(refusal(R"({"a":[{"wildcard":"x*"}]})") ==
          invalid + " Event source mappings do not have the operator wildcard.");
}
