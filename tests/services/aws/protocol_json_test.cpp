#include "services/aws/protocol.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::aws;

namespace {

Exchange exchange_with(const Model& model, std::string_view operation = "") {
    Exchange exchange;
    exchange.model = &model;
    exchange.operation = operation.empty() ? nullptr : model.find_operation(operation);
    exchange.request_id = "00000000-1111-4222-8333-444444444444";
    return exchange;
}

HttpRequest request(const std::string& target,
                    const std::string& body,
                    const std::string& type = "application/x-amz-json-1.0") {
    return {"POST", "/", {{"X-Amz-Target", target}, {"Content-Type", type}}, body};
}

std::string refusal(const HttpRequest& request) {
    Exchange exchange = exchange_with(*find_model("sqs"));
    try {
        json_protocol().parse(request, exchange);
    } catch (const ApiError& error) {
        return std::to_string(error.http_status()) + " " + error.code() + ": " + error.message();
    }
    return "";
}

HttpResponse error_of(std::string_view service, const ApiError& error) {
    return json_protocol().render_error(exchange_with(*find_model(service)), error);
}

}  // namespace

TEST_CASE("aws json: the target names the operation, the body has its parameters") {
    Exchange exchange = exchange_with(*find_model("sqs"));
    const Json parameters = json_protocol().parse(
        request("AmazonSQS.SendMessage", R"({"QueueUrl":"q","MessageBody":"€","Unknown":1})"),
        exchange);
    CHECK(parameters == Json{{"QueueUrl", "q"}, {"MessageBody", "€"}});
    REQUIRE(exchange.operation != nullptr);
    CHECK(exchange.operation->name == "SendMessage");
    CHECK(json_protocol().parse(request("AmazonSQS.ListQueues", ""), exchange) == Json::object());
}

TEST_CASE("aws json: what is no request of the service is refused") {
    for (const char* target : {"AmazonSQS.Sing", "AmazonSQS", "AmazonSQS.", "Amazon.ListQueues"}) {
        CAPTURE(target);
        CHECK(refusal(request(target, "{}")) == "400 UnknownOperationException: ");
    }
    CHECK(refusal(request("AmazonSQS.ListQueues", "{}", "text/plain")) ==
          "404 UnknownOperationException: ");
    CHECK(
        refusal(request("AmazonSQS.ListQueues", "{}", "application/json; charset=utf-8")).empty());
    CHECK(refusal(request("AmazonSQS.ListQueues", "{")) ==
          "400 SerializationException: The request body is not valid JSON.");
    CHECK(refusal(request("AmazonSQS.ListQueues", "{\"a\":\"\xff\"}")) ==
          "400 SerializationException: The request body is not valid JSON.");
    CHECK(refusal(request("AmazonSQS.ListQueues", "[]")) ==
          "400 SerializationException: The request body is no JSON object.");
}

TEST_CASE("aws json: an answer has the service's content type, and a body if it has an output") {
    const Model& sqs = *find_model("sqs");
    const HttpResponse sent =
        json_protocol().render(exchange_with(sqs, "GetQueueUrl"), {{"QueueUrl", "http://q"}});
    CHECK(sent.status == 200);
    CHECK(sent.body == R"({"QueueUrl":"http://q"})");
    CHECK(*find_header(sent.headers, "Content-Type") == "application/x-amz-json-1.0");
    CHECK(*find_header(sent.headers, "x-amzn-RequestId") == "00000000-1111-4222-8333-444444444444");
    CHECK(json_protocol().render(exchange_with(sqs, "DeleteMessage"), Json::object()).body.empty());
    CHECK(json_protocol().render(exchange_with(sqs, "ListQueues"), Json::object()).body == "{}");
    const HttpResponse logs =
        json_protocol().render(exchange_with(*find_model("logs"), "DescribeLogGroups"), {{"a", 1}});
    CHECK(*find_header(logs.headers, "Content-Type") == "application/x-amz-json-1.1");
}

// [LS test_sqs; docs: sqs-api-error-codes]
TEST_CASE("aws json: SQS's errors carry the older protocol's code in a header") {
    const HttpResponse missing =
        error_of("sqs", {"QueueDoesNotExist", "The specified queue does not exist."});
    CHECK(missing.status == 400);
    CHECK(
        missing.body ==
        R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."})");
    CHECK(*find_header(missing.headers, "x-amzn-query-error") ==
          "AWS.SimpleQueueService.NonExistentQueue;Sender");
    const HttpResponse invalid = error_of("sqs", {"InvalidParameterValueException", "no"});
    CHECK(invalid.body ==
          R"({"__type":"com.amazon.coral.service#InvalidParameterValueException","message":"no"})");
    CHECK(*find_header(invalid.headers, "x-amzn-query-error") == "InvalidParameterValue;Sender");
    const HttpResponse failed = error_of("sqs", {"InternalFailure", "oh", 500});
    CHECK(failed.status == 500);
    CHECK(*find_header(failed.headers, "x-amzn-query-error") == "InternalFailure;Receiver");
    CHECK(error_of("sqs", {"UnknownOperationException", ""}).body ==
          R"({"__type":"com.amazon.coral.service#UnknownOperationException"})");
}

TEST_CASE("aws json: errors of CloudWatch Logs have no namespace and no such header") {
    const HttpResponse response = error_of("logs", {"ResourceNotFoundException", "no group"});
    CHECK(response.body == R"({"__type":"ResourceNotFoundException","message":"no group"})");
    CHECK(find_header(response.headers, "x-amzn-query-error") == nullptr);
}

TEST_CASE("aws json: an error's members may be structures") {
    const HttpResponse response =
        error_of("dynamodb",
                 ApiError("TransactionCanceledException", "cancelled")
                     .with("CancellationReasons",
                           std::make_shared<const Json>(Json::array({{{"Code", "None"}}}))));
    CHECK(
        response.body ==
        R"({"CancellationReasons":[{"Code":"None"}],"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"cancelled"})");
}

TEST_CASE("aws json: DynamoDB's answers carry the CRC-32 of their body") {
    const Model model("dynamodb",
                      R"({"service":{"protocols":["json"],"targetPrefix":"DynamoDB_20120810"},
        "operations":{"Get":{"output":"Out"}},
        "shapes":{"Out":{"type":"structure","members":[]}}})");
    const HttpResponse response =
        json_protocol().render(exchange_with(model, "Get"), Json::object());
    CHECK(*find_header(response.headers, "x-amz-crc32") == "2745614147");  // of "{}"
}
