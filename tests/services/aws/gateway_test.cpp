#include "services/aws/gateway.h"

#include "engine/world.h"
#include "services/aws/api.h"
#include "services/aws/aws_chunked.h"
#include "services/aws/error.h"
#include "services/aws/model.h"
#include "services/aws/routing.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <stdexcept>

using namespace orrery;
using namespace orrery::aws;

namespace {

HttpHeader signed_for(const std::string& service,
                      const std::string& region = "eu-west-1",
                      const std::string& access_key = "AKID") {
    return {"Authorization",
            "AWS4-HMAC-SHA256 Credential=" + access_key + "/20260101/" + region + "/" + service +
                "/aws4_request, SignedHeaders=host, Signature=00"};
}

HttpRequest json_request(const std::string& target, const std::string& body) {
    return {"POST",
            "/",
            {{"X-Amz-Target", target},
             {"Content-Type", "application/x-amz-json-1.0"},
             {"Host", "localhost:4566"}},
            body};
}

/// A gateway to a made-up SQS that says what it was asked.
struct Town {
    explicit Town(GatewayOptions options = {})
        : gateway(
              world,
              [this](const Identity& an_identity) -> Api& {
                  identity = an_identity;
                  return api;
              },
              std::move(options)) {
        sqs.add_for_caller("GetQueueUrl", [this](const Call& call) -> Json {
            parameters = call.parameters;
            endpoint = call.caller.endpoint;
            return {{"QueueUrl", "u"}};
        });
        sqs.add("PurgeQueue", [](const Json&) -> Json {
            throw ApiError("QueueDoesNotExist", "The specified queue does not exist.");
        });
        sqs.add("ListQueues", [](const Json&) -> Json { throw std::runtime_error("a bug"); });
        sqs.add_waiting("ReceiveMessage",
                        [this](const Call&, Reply reply) { waiting = std::move(reply); });
        api.add(sqs);
    }

    HttpResponse ask(const HttpRequest& request) {
        answer.reset();
        gateway.handle(request, nullptr, [this](HttpResponse response) {
            REQUIRE_FALSE(answer.has_value());
            answer = std::move(response);
        });
        return answer.value_or(HttpResponse{0, {}, "no answer yet"});
    }

    World world;
    ApiService sqs{"sqs"};
    Api api;
    Identity identity;
    Json parameters;
    std::string endpoint;
    Reply waiting;
    std::optional<HttpResponse> answer;
    Gateway gateway;
};

std::string routed(const HttpRequest& request) {
    const Route route = Router().route(request);
    return (route.model == nullptr ? "none" : route.model->service().name) + " " +
           route.identity.account + " " + route.identity.region +
           (route.unknown.empty() ? "" : " unknown " + route.unknown);
}

HttpRequest get(const std::string& target, const std::string& host) {
    return {"GET", target, {{"Host", host}}, ""};
}

}  // namespace

TEST_CASE("aws routing: the target comes first, then the signature, the host, the path") {
    HttpRequest request = json_request("AmazonSQS.ListQueues", "{}");
    request.headers.push_back(signed_for("lambda"));
    CHECK(routed(request) == "sqs 000000000000 eu-west-1");
    request.headers[0].value = "Unheard_1.Of";
    CHECK(routed(request) == "lambda 000000000000 eu-west-1");
    request = get("/", "sqs.us-west-2.amazonaws.com");
    CHECK(routed(request) == "sqs 000000000000 us-west-2");
    request.headers.push_back(signed_for("logs", "ap-south-1", "123456789012"));
    CHECK(routed(request) == "logs 123456789012 ap-south-1");
}

TEST_CASE("aws routing: hosts of AWS, of LocalStack, and of nobody") {
    CHECK(routed(get("/", "eu-central-1.queue.amazonaws.com")) == "sqs 000000000000 eu-central-1");
    CHECK(routed(get("/", "queue.amazonaws.com")) == "sqs 000000000000 us-east-1");
    CHECK(routed(get("/", "lambda.localhost:4566")) == "lambda 000000000000 us-east-1");
    CHECK(routed(get("/", "sqs.eu-west-3.localhost.localstack.cloud:4566")) ==
          "sqs 000000000000 eu-west-3");
    CHECK(routed(get("/", "quicksight.us-east-1.amazonaws.com")) ==
          "none 000000000000 us-east-1 unknown quicksight");
    CHECK(routed(get("/", "localhost:4566")) == "none 000000000000 us-east-1");
    CHECK(routed({"GET", "/", {}, ""}) == "none 000000000000 us-east-1");
}

TEST_CASE("aws routing: every form of AWS's host names says service and Region") {
    CHECK(routed(get("/", "sqs-fips.us-gov-west-1.amazonaws.com")) ==
          "sqs 000000000000 us-gov-west-1");
    CHECK(routed(get("/", "lambda.eu-west-1.api.aws")) == "lambda 000000000000 eu-west-1");
    CHECK(routed(get("/", "lambda-fips.us-east-2.api.aws")) == "lambda 000000000000 us-east-2");
    CHECK(routed(get("/", "sts.cn-north-1.amazonaws.com.cn")) == "sts 000000000000 cn-north-1");
    CHECK(routed(get("/", "iam.amazonaws.com")) == "iam 000000000000 us-east-1");
    CHECK(routed(get("/", "123456789012.ddb.eu-west-1.amazonaws.com")) ==
          "dynamodb 123456789012 eu-west-1");
    CHECK(routed(get("/", "dynamodb.eu-west-1.amazonaws.com")) ==
          "dynamodb 000000000000 eu-west-1");
    CHECK(routed(get("/", "streams.dynamodb.eu-west-1.amazonaws.com")) ==
          "dynamodbstreams 000000000000 eu-west-1");
    CHECK(routed(get("/", "sqs.s3.dualstack.eu-west-1.amazonaws.com")) ==
          "none 000000000000 eu-west-1 unknown s3");
    CHECK(routed(get("/", "my-bucket-1.s3.amazonaws.com")) ==
          "none 000000000000 us-east-1 unknown s3");
    CHECK(routed(get("/", "bucket.s3-eu-west-1.amazonaws.com")) ==
          "none 000000000000 eu-west-1 unknown s3");
}

TEST_CASE("aws routing: without any of that, the path or the Action says whose request it is") {
    CHECK(routed({"POST", "/2015-03-31/functions/f/invocations", {{"Host", "localhost"}}, ""}) ==
          "lambda 000000000000 us-east-1");
    CHECK(routed(get("/000000000000/q?Action=SendMessage&MessageBody=x", "127.0.0.1:4566")) ==
          "sqs 000000000000 us-east-1");
    CHECK(routed({"POST", "/", {}, "Action=DescribeDBInstances&Version=2014-10-31"}) ==
          "rds 000000000000 us-east-1");
    CHECK(routed({"POST", "/service/AmazonSQS/operation/ListQueues", {}, ""}) ==
          "sqs 000000000000 us-east-1");
}

TEST_CASE("aws routing: an access key of twelve digits is the account; strange Regions are none") {
    HttpRequest request = get("/", "h");
    request.headers.push_back(signed_for("sqs", "us-gov-east-1", "123456789012"));
    CHECK(routed(request) == "sqs 123456789012 us-gov-east-1");
    request.headers.back() = signed_for("sqs", "..", "1234567890123");
    CHECK(routed(request) == "sqs 000000000000 us-east-1");
}

TEST_CASE("aws gateway: a JSON request reaches its operation and is answered in JSON") {
    Town town;
    HttpRequest request = json_request("AmazonSQS.GetQueueUrl", R"({"QueueName":"q","X":1})");
    request.headers.push_back(signed_for("sqs"));
    const HttpResponse response = town.ask(request);
    CHECK(response.status == 200);
    CHECK(response.body == R"({"QueueUrl":"u"})");
    CHECK(town.parameters == Json{{"QueueName", "q"}});
    CHECK(town.endpoint == "http://localhost:4566");
    CHECK(town.identity.region == "eu-west-1");
    const std::string* id = find_header(response.headers, "x-amzn-RequestId");
    REQUIRE(id != nullptr);
    CHECK(id->size() == 36);
    CHECK(*find_header(town.ask(request).headers, "x-amzn-RequestId") != *id);
    CHECK(*find_header(Town().ask(request).headers, "x-amzn-RequestId") == *id);
}

TEST_CASE("aws gateway: the same operation, asked by a form, is answered in XML") {
    Town town;
    const HttpResponse response =
        town.ask({"POST",
                  "/",
                  {{"Content-Type", "application/x-www-form-urlencoded"}, signed_for("sqs")},
                  "Action=GetQueueUrl&QueueName=q"});
    CHECK(response.status == 200);
    CHECK(response.body.find("<GetQueueUrlResult><QueueUrl>u</QueueUrl></GetQueueUrlResult>") !=
          std::string::npos);
    CHECK(town.parameters == Json{{"QueueName", "q"}});
    CHECK(town.endpoint == "http://localhost:4566");
    const HttpResponse missing = town.ask(get("/?Action=PurgeQueue&QueueUrl=x", "h"));
    CHECK(missing.status == 400);
    CHECK(missing.body.find("for this wsdl version") != std::string::npos);
}

TEST_CASE("aws gateway: errors of the operation, of its types, and our own bugs") {
    Town town;
    CHECK(
        town.ask(json_request("AmazonSQS.PurgeQueue", R"({"QueueUrl":"x"})")).body ==
        R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."})");
    CHECK(town.ask(json_request("AmazonSQS.GetQueueUrl", R"({"QueueName":1})"))
              .body.find("SerializationException") != std::string::npos);
    const HttpResponse bug = town.ask(json_request("AmazonSQS.ListQueues", "{}"));
    CHECK(bug.status == 500);
    CHECK(bug.body.find("InternalFailure") != std::string::npos);
    CHECK(bug.body.find("a bug") != std::string::npos);
}

TEST_CASE(
    "aws gateway: what AWS has and we do not is 501, what nobody has is the caller's mistake") {
    Town town;
    const HttpResponse later = town.ask(json_request("AmazonSQS.TagQueue", "{}"));
    CHECK(later.status == 501);
    CHECK(later.body.find("AWS has the operation sqs.TagQueue, but Orrery does not have it yet.") !=
          std::string::npos);
    CHECK(*find_header(later.headers, "x-amzn-query-error") == "NotImplemented;Receiver");
    CHECK(town.ask(json_request("AmazonSQS.Sing", "{}")).status == 400);
    HttpRequest request = get("/", "h");
    request.headers.push_back(signed_for("quicksight"));
    CHECK(town.ask(request).status == 501);
    CHECK(town.ask(request).body.find("Orrery has no service quicksight.") != std::string::npos);
    const HttpResponse nobody = town.ask(get("/", "localhost"));
    CHECK(nobody.status == 404);
    CHECK(nobody.body.find("cannot tell which service") != std::string::npos);
    CHECK(town.ask({"POST", "/", {}, "Action=Sing"}).body.starts_with("<?xml"));
}

TEST_CASE("aws gateway: an X-Amz-Target of a service that we lack is named in the error") {
    Town town;
    const HttpResponse response = town.ask(json_request("Firehose_20150804.ListDeliveryStreams", "{}"));
    CHECK(response.status == 501);
    CHECK(response.body.find("Orrery has no service Firehose_20150804.") != std::string::npos);
}

TEST_CASE("aws gateway: a host is the same in capitals, and with the dot of a full name") {
    for (const std::string host :
         {"SQS.EU-West-1.AmazonAWS.com", "sqs.eu-west-1.localhost.:4566"}) {
        Town town;
        CHECK(town.ask(get("/?Action=GetQueueUrl&QueueName=q", host)).status == 200);
        CHECK(town.identity.region == "eu-west-1");
    }
}

TEST_CASE("aws gateway: who says nothing of a protocol is answered in text") {
    const HttpResponse response = Town().ask(get("/000000000000/q", "sqs.localhost"));
    CHECK(response.status == 400);
    CHECK(response.body == R"({"__type":"com.amazon.coral.service#UnknownOperationException"})");
    CHECK(*find_header(response.headers, "Content-Type") == "application/x-amz-json-1.0");
}

TEST_CASE("aws gateway: an operation that waits is answered later, and only once") {
    Town town;
    CHECK(town.ask(json_request("AmazonSQS.ReceiveMessage", R"({"QueueUrl":"x"})")).status == 0);
    town.waiting(ApiResult(Json{{"Messages", Json::array()}}));
    REQUIRE(town.answer.has_value());
    CHECK(town.answer->body == R"({"Messages":[]})");
}

TEST_CASE("aws gateway: signatures are checked when asked for, in the words of the protocol") {
    GatewayOptions options;
    options.verify_signatures = true;
    options.secrets["AKIDEXAMPLE"] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    Town town(options);
    const HttpResponse unsigned_request = town.ask(json_request("AmazonSQS.ListQueues", "{}"));
    CHECK(unsigned_request.status == 403);
    CHECK(
        unsigned_request.body ==
        R"({"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Missing Authentication Token"})");
    HttpRequest request = json_request("AmazonSQS.ListQueues", "{}");
    request.headers.push_back(signed_for("sqs"));
    request.headers.push_back({"X-Amz-Date", "20260101T000000Z"});
    CHECK(town.ask(request).body.find("InvalidSignatureException") != std::string::npos);
    const HttpResponse form = town.ask({"POST",
                                        "/",
                                        {{"Content-Type", "application/x-www-form-urlencoded"},
                                         {"X-Amz-Date", "20260101T000000Z"},
                                         signed_for("sqs")},
                                        "Action=ListQueues"});
    CHECK(form.status == 403);
    CHECK(form.body.find("<Code>SignatureDoesNotMatch</Code>") != std::string::npos);
}

TEST_CASE("aws gateway: the body limit is the service's") {
    Town town;
    CHECK(town.gateway.body_limit(json_request("AmazonSQS.SendMessage", "")) == 8u << 20);
    CHECK(town.gateway.body_limit(get("/", "lambda.us-east-1.amazonaws.com")) == 72u << 20);
    CHECK(town.gateway.body_limit(get("/", "h")) == 16u << 20);
}

TEST_CASE("aws gateway: a body in aws-chunked pieces is put together") {
    Town town;
    HttpRequest request =
        json_request("AmazonSQS.GetQueueUrl",
                     "e;chunk-signature=ab\r\n{\"QueueName\":\"\r\n3\r\nq\"}\r\n0\r\n"
                     "x-amz-checksum-crc32:AAAAAA==\r\n\r\n");
    request.headers.push_back({"Content-Encoding", "aws-chunked"});
    CHECK(town.ask(request).status == 200);
    CHECK(town.parameters == Json{{"QueueName", "q"}});
    for (const char* body :
         {"", "5\r\nab", "zz\r\n", "ffffffffffffffffff\r\n", "2\r\nabc\r\n0\r\n"}) {
        CAPTURE(body);
        CHECK_THROWS_AS(decode_aws_chunked(body), ApiError);
        request.body = body;
        CHECK(town.ask(request).status == 400);
    }
}
