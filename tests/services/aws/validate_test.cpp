#include "services/aws/validate.h"

#include "services/aws/canonical.h"
#include "services/aws/error.h"
#include "services/aws/patterns.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::aws;

namespace {

std::string refusal(const Model& model, std::string_view operation, const Json& parameters) {
    try {
        validate(parameters, model, *model.find_operation(operation));
    } catch (const ApiError& error) {
        return error.code() + ": " + error.message();
    }
    return "";
}

std::string refusal(std::string_view service, std::string_view operation, const Json& parameters) {
    return refusal(*find_model(service), operation, parameters);
}

std::string mistake(std::string_view service, std::string_view operation, const Json& parameters) {
    const auto found = find_mistake(parameters, *find_model(service)->find_operation(operation));
    std::string text;
    if (found) {
        for (const std::string& step : found->path) {
            text += step + "/";
        }
        text += " " + found->problem;
    }
    return text;
}

}  // namespace

// The wording is that of recorded answers of CloudWatch Logs and Lambda.
TEST_CASE("aws validate: CloudWatch Logs counts what is wrong and says all of it") {
    CHECK(refusal("logs", "CreateLogGroup", Json::object()) ==
          "InvalidParameterException: 1 validation error detected: Value null at 'logGroupName' "
          "failed to satisfy constraint: Member must not be null");
    CHECK(refusal("logs", "CreateLogGroup", {{"logGroupName", ""}}) ==
          "InvalidParameterException: 2 validation errors detected: Value '' at 'logGroupName' "
          "failed to satisfy constraint: Member must satisfy regular expression pattern: "
          "[\\.\\-_/#A-Za-z0-9]+; Value '' at 'logGroupName' failed to satisfy constraint: Member "
          "must have length greater than or equal to 1");
    CHECK(
        refusal(
            "logs",
            "PutLogEvents",
            {{"logGroupName", "g"}, {"logStreamName", "s"}, {"logEvents", {{{"message", "m"}}}}}) ==
        "InvalidParameterException: 1 validation error detected: Value null at "
        "'logEvents.1.member.timestamp' failed to satisfy constraint: Member must not be null");
    CHECK(refusal("logs",
                  "PutLogEvents",
                  {{"logGroupName", "g"}, {"logStreamName", "s"}, {"logEvents", Json::array()}}) ==
          "InvalidParameterException: 1 validation error detected: Value '[]' at 'logEvents' "
          "failed to satisfy constraint: Member must have length greater than or equal to 1");
}

TEST_CASE("aws validate: ranges and enumerations in AWS's words") {
    const std::string prefix = "ValidationException: 1 validation error detected: Value ";
    CHECK(refusal("lambda", "ListFunctions", {{"MaxItems", 0}}) ==
          prefix +
              "'0' at 'maxItems' failed to satisfy constraint: Member must have value greater "
              "than or equal to 1");
    CHECK(refusal("lambda", "Invoke", {{"FunctionName", "f"}, {"InvocationType", "Twice"}}) ==
          prefix +
              "'Twice' at 'invocationType' failed to satisfy constraint: Member must satisfy "
              "enum value set: [Event, RequestResponse, DryRun]");
    CHECK(refusal("lambda", "Invoke", {{"FunctionName", "f"}}).empty());
}

TEST_CASE("aws validate: SQS says for itself what is missing or out of range; types are checked") {
    CHECK(refusal("sqs", "SendMessage", Json::object()).empty());
    CHECK(refusal("sqs", "SendMessage", {{"DelaySeconds", 5000}}).empty());
    CHECK(refusal("sqs", "SendMessage", {{"MessageBody", 5}}) ==
          "SerializationException: NUMBER_VALUE cannot be converted to String (MessageBody)");
    CHECK(refusal("sqs", "SendMessage", {{"DelaySeconds", "5"}}) ==
          "SerializationException: STRING_VALUE cannot be converted to Integer (DelaySeconds)");
    CHECK(refusal("sqs", "SendMessage", {{"DelaySeconds", 5000000000}}) ==
          "SerializationException: NUMBER_VALUE cannot be converted to Integer (DelaySeconds)");
    CHECK(refusal("sqs", "SendMessageBatch", {{"Entries", {{{"Id", true}}}}}) ==
          "SerializationException: TRUE_VALUE cannot be converted to String (Entries.1.Id)");
    CHECK(refusal("sqs",
                  "SendMessage",
                  {{"MessageAttributes", {{"a", {{"BinaryValue", "no base64"}}}}}}) ==
          "SerializationException: STRING_VALUE cannot be converted to Blob "
          "(MessageAttributes.a.BinaryValue)");
    CHECK(refusal("sqs", "ListQueues", nullptr).empty());
}

TEST_CASE("aws validate: RDS names what is missing as query services do") {
    CHECK(refusal("rds", "DeleteDBInstance", Json::object()) ==
          "MissingParameter: The request must contain the parameter DBInstanceIdentifier.");
}

TEST_CASE("aws validate: a mistake in parameters written by hand is found with its place") {
    CHECK(mistake("sqs", "SendMessage", {{"QueueURL", "q"}}) ==
          "QueueURL/ is no parameter of SendMessage; did you mean 'QueueUrl'?");
    CHECK(mistake("sqs", "SendMessageBatch", {{"Entries", {{{"Id", "1"}, {"Body", "b"}}}}})
              .starts_with("Entries/0/Body/ is no member of SendMessageBatchRequestEntry; "));
    CHECK(mistake("sqs", "SendMessage", {{"DelaySeconds", "5"}}) ==
          "DelaySeconds/ must be an integer of 32 bits, not 5");
    CHECK(mistake("sqs", "SendMessage", {{"MessageBody", "b"}}).empty());
    CHECK(mistake("sqs", "SendMessage", {{"MessageBody", nullptr}}).empty());
}

TEST_CASE("aws canonical: unknown and null members go, whole numbers become integers") {
    const Shape& input = *find_model("sqs")->find_operation("SendMessage")->input;
    Json value = Json::parse(
        R"({"QueueUrl":null,"Nonsense":{"a":[1]},"DelaySeconds":5.0,
            "MessageAttributes":{"a":{"DataType":"String","X":1},"b":null}})");
    canonicalize(value, input);
    CHECK(value ==
          Json{{"DelaySeconds", 5}, {"MessageAttributes", {{"a", {{"DataType", "String"}}}}}});
    CHECK(value["DelaySeconds"].is_number_integer());
}

TEST_CASE("aws canonical: values nested without end are refused, not followed") {
    const Model model("parrot",
                      R"({"service":{"protocols":["json"]},
        "operations":{"Climb":{"input":"Tree"}},
        "shapes":{"Tree":{"type":"structure","members":[["Left","Tree"]]}}})");
    std::string text;
    for (int i = 0; i < 100'000; ++i) {
        text += R"({"Left":)";
    }
    text += "{}" + std::string(100'000, '}');
    Json value = Json::parse(text);
    CHECK_THROWS_AS(canonicalize(value, *model.find_shape("Tree")), ApiError);
    CHECK(refusal(model, "Climb", value) ==
          "SerializationException: The request is nested too deeply.");
}

TEST_CASE("aws canonical: timestamps as text, both ways") {
    CHECK(iso8601_timestamp(1767225600) == "2026-01-01T00:00:00Z");
    CHECK(iso8601_timestamp(1767225600.25) == "2026-01-01T00:00:00.250Z");
    CHECK(parse_timestamp("2026-01-01T00:00:00Z") == 1767225600.0);
    CHECK(parse_timestamp("1767225600.5") == 1767225600.5);
    for (const char* text : {"", "yesterday", "1e999", "nan", "5 "}) {
        CAPTURE(text);
        CHECK_FALSE(parse_timestamp(text).has_value());
    }
}

TEST_CASE("aws patterns: all of the text must match; what RE2 cannot say matches everything") {
    CHECK(matches_pattern("[a-z]+", "abc"));
    CHECK_FALSE(matches_pattern("[a-z]+", "abc1"));
    CHECK_FALSE(matches_pattern("[a-z]+", "abc\n"));
    CHECK(matches_pattern("(?!x).*", "x"));
}
