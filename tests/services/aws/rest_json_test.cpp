#include "services/aws/protocol_rest_json.h"
#include "tests/services/aws/codec_support.h"

#include <catch2/catch.hpp>

namespace rest_json_test {

using namespace orrery;
using namespace orrery::aws;
using namespace orrery::aws::test;

namespace {

const Model& lambda() {
    return *find_model("lambda");
}

std::string lambda_parsed(const std::string& method,
                          const std::string& target,
                          const std::string& body = "",
                          std::vector<HttpHeader> headers = {}) {
    return parsed(rest_json_protocol(), lambda(), {method, target, std::move(headers), body});
}

std::string answered(const std::string& operation, const Json& result) {
    return rendered(rest_json_protocol(), lambda(), operation, result);
}

/// Names, timestamps and payloads as Lambda does not have them.
const Model& parrot() {
    static const Model model("parrot", R"({
"service":{"serviceId":"Parrot","protocols":["rest-json"],"endpointPrefix":"parrot","signingName":"parrot"},
"operations":{
"Say":{"input":"Say","output":"Say","method":"POST","uri":"/say"},
"Tell":{"input":"Tell","output":"Tell","method":"POST","uri":"/tell"},
"Text":{"input":"Text","output":"Text","method":"POST","uri":"/text"},
"Nothing":{"method":"POST","uri":"/nothing"}
},
"shapes":{
"Say":{"type":"structure","members":[
  ["Word",{"shape":"String","locationName":"word"}],
  ["At",{"shape":"Time","locationName":"at"}],
  ["Iso",{"shape":"Time","timestampFormat":"iso8601"}],
  ["Data",{"shape":"Blob"}],
  ["Inner",{"shape":"Say"}],
  ["Many",{"shape":"Many"}],
  ["Map",{"shape":"Map"}],
  ["Any",{"shape":"Any"}],
  ["Size",{"shape":"Integer"}]]},
"Tell":{"type":"structure","payload":"Body","members":[["Body",{"shape":"Say"}],
  ["Kind",{"shape":"String","location":"header","locationName":"Content-Type"}]]},
"Text":{"type":"structure","payload":"Body","members":[["Body",{"shape":"String"}]]},
"Any":{"type":"structure","document":true,"members":[]},
"Blob":{"type":"blob"},"Integer":{"type":"integer"},"String":{"type":"string"},"Time":{"type":"timestamp"},
"Many":{"type":"list","member":"Say"},"Map":{"type":"map","key":"String","value":"Say"}
}})");
    return model;
}

std::string said(const std::string& body, const std::string& target = "/say") {
    return parsed(rest_json_protocol(), parrot(), {"POST", target, {}, body});
}

}  // namespace

TEST_CASE("rest-json: an operation of Lambda is known by its method and path") {
    CHECK(lambda_parsed("GET", "/2015-03-31/functions/") == "ListFunctions {}");
    CHECK(lambda_parsed("GET", "/2015-03-31/functions?MaxItems=3") ==
          R"(ListFunctions {"MaxItems":3})");
    CHECK(lambda_parsed("POST", "/2015-03-31/functions", R"({"FunctionName":"f","Timeout":5.0})") ==
          R"(CreateFunction {"FunctionName":"f","Timeout":5})");
    CHECK(lambda_parsed(
              "GET", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af") ==
          R"(GetFunction {"FunctionName":"arn:aws:lambda:us-east-1:1:function:f"})");
    CHECK(lambda_parsed("DELETE", "/2017-03-31/tags/arn?tagKeys=a&tagKeys=b") ==
          R"(UntagResource {"Resource":"arn","TagKeys":["a","b"]})");
    // Without what it requires it is still this operation.
    CHECK(lambda_parsed("DELETE", "/2017-03-31/tags/arn") == R"(UntagResource {"Resource":"arn"})");
    CHECK(lambda_parsed("PATCH", "/2015-03-31/functions/f") ==
          "UnknownOperationException (404): No operation of Lambda is called by PATCH "
          "/2015-03-31/functions/f");
}

TEST_CASE("rest-json: a payload is the whole body, as base64 if it is a blob") {
    CHECK(lambda_parsed("POST",
                        "/2015-03-31/functions/f/invocations?Qualifier=q",
                        R"({"a":1})",
                        {{"X-Amz-Invocation-Type", "Event"}, {"X-Amz-Log-Type", "Tail"}}) ==
          R"(Invoke {"FunctionName":"f","InvocationType":"Event","LogType":"Tail",)"
          R"("Payload":"eyJhIjoxfQ==","Qualifier":"q"})");
    CHECK(lambda_parsed("POST", "/2015-03-31/functions/f/invocations") ==
          R"(Invoke {"FunctionName":"f"})");
    CHECK(said("any \xC3\xA4 text", "/text") == R"(Text {"Body":"any ä text"})");
    CHECK(said("\xFF", "/text") == "SerializationException (400): The body is not UTF-8.");
    CHECK(said(R"({"word":"w"})", "/tell") == R"(Tell {"Body":{"Word":"w"}})");
    CHECK(said("", "/tell") == "Tell {}");
}

TEST_CASE("rest-json: bodies are read by the wire's names; unknown and null members are dropped") {
    CHECK(said(R"({"word":"w","Word":"no","at":1.5,"Iso":"2026-01-01T00:00:00Z","Data":"AQI=",)"
               R"("Inner":{"word":"i","x":1},"Many":[{"word":"m"}],"Map":{"k":{"at":2}},)"
               R"("Any":{"free":[null]},"Size":null,"other":{"deep":1}})") ==
          R"(Say {"Any":{"free":[null]},"At":1.5,"Data":"AQI=","Inner":{"Word":"i"},)"
          R"("Iso":1767225600,"Many":[{"Word":"m"}],"Map":{"k":{"At":2}},"Word":"w"})");
    CHECK(said("") == "Say {}");
    CHECK(said(" \n") == "Say {}");
    CHECK(said(R"({"Inner":7})") == R"(Say {"Inner":7})");
}

TEST_CASE("rest-json: what is no JSON object is refused") {
    CHECK(said("{") == "SerializationException (400): The request body is not valid JSON.");
    CHECK(said("[]") == "SerializationException (400): The request body is no JSON object.");
    CHECK(lambda_parsed("POST", "/2015-03-31/functions", "{no") ==
          "InvalidRequestContentException (400): Could not parse request body into json: The "
          "request body is not valid JSON.");
}

TEST_CASE("rest-json: depth is bounded") {
    std::string deep;
    for (int level = 0; level < 100'000; ++level) {
        deep += R"({"Inner":)";
    }
    CHECK(said(deep + "1" + std::string(100'000, '}')) ==
          "SerializationException (400): The request is nested too deeply.");
    CHECK(said(R"({"Any":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}") ==
          "SerializationException (400): The request is nested too deeply.");
}

TEST_CASE("rest-json: Invoke answers the payload itself, the rest in headers") {
    CHECK(answered("Invoke",
                   {{"StatusCode", 200},
                    {"ExecutedVersion", "$LATEST"},
                    {"FunctionError", "Unhandled"},
                    {"LogResult", "TE9H"},
                    {"Payload", "bnVsbA=="}}) ==
          "200\n"
          "x-amzn-RequestId: req-1\n"
          "X-Amz-Function-Error: Unhandled\n"
          "X-Amz-Log-Result: TE9H\n"
          "X-Amz-Executed-Version: $LATEST\n"
          "Content-Type: application/json\n"
          "\n"
          "null");
    CHECK(answered("Invoke", {{"StatusCode", 204}}) ==
          "204\n"
          "x-amzn-RequestId: req-1\n"
          "Content-Type: application/json\n"
          "\n");
}

TEST_CASE("rest-json: answers are JSON in the model's order, with the model's status") {
    CHECK(
        answered("CreateEventSourceMapping",
                 {{"State", "Creating"}, {"UUID", "u"}, {"LastModified", 1767225600}, {"x", 1}}) ==
        "202\n"
        "x-amzn-RequestId: req-1\n"
        "Content-Type: application/json\n"
        "\n"
        R"({"UUID":"u","LastModified":1767225600,"State":"Creating"})");
    CHECK(answered("GetFunctionConcurrency", Json::object()).ends_with("\n\n{}"));
    CHECK(answered("DeleteFunctionConcurrency", nullptr).starts_with("204\n"));
    CHECK(rendered(rest_json_protocol(),
                   parrot(),
                   "Say",
                   {{"Word", "\"\n\xC3\xA4"},
                    {"At", 1.5},
                    {"Iso", 0},
                    {"Inner", Json::object()},
                    {"Many", {{{"Size", 1}}}},
                    {"Map", {{"k", {{"Word", "v"}}}}},
                    {"Any", {{"b", 1}, {"a", 2}}}}) ==
          "200\n"
          "x-amzn-RequestId: req-1\n"
          "Content-Type: application/json\n"
          "\n"
          "{\"word\":\"\\\"\\n\xC3\xA4\",\"at\":1.5,\"Iso\":\"1970-01-01T00:00:00Z\",\"Inner\":{},"
          "\"Many\":[{\"Size\":1}],\"Map\":{\"k\":{\"word\":\"v\"}},\"Any\":{\"a\":2,\"b\":1}}");
    CHECK(rendered(rest_json_protocol(),
                   parrot(),
                   "Tell",
                   {{"Body", {{"Word", "w"}}}, {"Kind", "text/x"}}) ==
          "200\nx-amzn-RequestId: req-1\nContent-Type: text/x\n\n{\"word\":\"w\"}");
    CHECK(rendered(rest_json_protocol(), parrot(), "Nothing", nullptr).ends_with("\n\n"));
}

TEST_CASE("rest-json: errors name their type in a header and say Message as the model does") {
    // [LS test_invoke_exceptions]
    CHECK(rendered_error(rest_json_protocol(),
                         lambda(),
                         ApiError("ResourceNotFoundException", "Function not found: f", 404)) ==
          "404\n"
          "x-amzn-RequestId: req-1\n"
          "x-amzn-ErrorType: ResourceNotFoundException\n"
          "Content-Type: application/json\n"
          "\n"
          R"({"Type":"User","Message":"Function not found: f"})");
    CHECK(rendered_error(rest_json_protocol(), lambda(), ApiError("ServiceException", "Ouch"))
              .ends_with(R"({"Type":"Service","Message":"Ouch"})"));
    CHECK(rendered_error(rest_json_protocol(),
                         lambda(),
                         ApiError("TooManyRequestsException", "Rate Exceeded."))
              .starts_with("429\n"));
    CHECK(rendered_error(
              rest_json_protocol(), lambda(), ApiError("ValidationException", "1 \"error\""))
              .ends_with("\n\n{\"message\":\"1 \\\"error\\\"\"}"));
}

}  // namespace rest_json_test
