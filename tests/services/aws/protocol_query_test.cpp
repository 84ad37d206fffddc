#include "services/aws/protocol.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace protocol_query_test {

using namespace orrery;
using namespace orrery::aws;

namespace {

Exchange exchange_with(const Model& model, std::string_view operation = "") {
    Exchange exchange;
    exchange.model = &model;
    exchange.operation = operation.empty() ? nullptr : model.find_operation(operation);
    exchange.request_id = "id-1";
    return exchange;
}

HttpRequest form(const std::string& body, const std::string& target = "/") {
    return {"POST",
            target,
            {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
             {"Host", "localhost:4566"}},
            body};
}

Json parse(std::string_view service, const HttpRequest& request) {
    Exchange exchange = exchange_with(*find_model(service));
    return query_protocol().parse(request, exchange);
}

std::string refusal(const std::string& body) {
    try {
        parse("sqs", form(body));
    } catch (const ApiError& error) {
        return error.code() + ": " + error.message();
    }
    return "";
}

std::string render(std::string_view service, std::string_view operation, const Json& result) {
    return query_protocol().render(exchange_with(*find_model(service), operation), result).body;
}

const std::string declaration = "<?xml version=\"1.0\"?>";
const std::string sqs_xmlns = " xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"";
const std::string metadata = "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>";

}  // namespace

// The names are those of botocore 1.29, which still spoke this protocol to SQS.
TEST_CASE("aws query: SQS's flattened lists and maps, and typed values") {
    CHECK(parse("sqs",
                form("Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Fq&MessageBody=a+b"
                     "&DelaySeconds=5&MessageAttribute.1.Name=n.1"
                     "&MessageAttribute.1.Value.DataType=Binary"
                     "&MessageAttribute.1.Value.BinaryValue=YQ%3D%3D"
                     "&MessageAttribute.2.Name=m&MessageAttribute.2.Value.StringValue=s"
                     "&Nonsense.1=x")) ==
          Json{{"QueueUrl", "http://q"},
               {"MessageBody", "a b"},
               {"DelaySeconds", 5},
               {"MessageAttributes",
                {{"n.1", {{"DataType", "Binary"}, {"BinaryValue", "YQ=="}}},
                 {"m", {{"StringValue", "s"}}}}}});
    CHECK(
        parse("sqs", form("Action=ReceiveMessage&AttributeName.1=All&AttributeName.2=SenderId")) ==
        Json{{"AttributeNames", {"All", "SenderId"}}});
    CHECK(parse("sqs", form("Action=ReceiveMessage&AttributeName=All")) ==
          Json{{"AttributeNames", {"All"}}});
    CHECK(parse("sqs", form("Action=TagQueue&Tag.1.Key=a&Tag.1.Value=b")) ==
          Json{{"Tags", {{"a", "b"}}}});
    CHECK(parse("sqs",
                form("Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=x"
                     "&SendMessageBatchRequestEntry.1.MessageBody=m")) ==
          Json{{"Entries", {{{"Id", "x"}, {"MessageBody", "m"}}}}});
}

TEST_CASE("aws query: numbers of elements give their order only, however large") {
    CHECK(parse("sqs",
                form("Action=GetQueueAttributes&AttributeName.10=c&AttributeName.9=b"
                     "&AttributeName.99999999999999999999999999=d&AttributeName.02=a"
                     "&AttributeName.x=no")) == Json{{"AttributeNames", {"a", "b", "c", "d"}}});
}

TEST_CASE("aws query: RDS's nested lists, booleans and empty lists") {
    CHECK(parse("rds",
                form("Action=CreateDBInstance&DBInstanceIdentifier=d&MultiAZ=true"
                     "&VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1&Tags.Tag.1.Key=k"
                     "&Tags.Tag.1.Value=v&DBSecurityGroups=")) ==
          Json{{"DBInstanceIdentifier", "d"},
               {"MultiAZ", true},
               {"VpcSecurityGroupIds", {"sg-1"}},
               {"Tags", {{{"Key", "k"}, {"Value", "v"}}}},
               {"DBSecurityGroups", Json::array()}});
    CHECK(parse("rds", form("Action=CreateDBInstance&VpcSecurityGroupIds.member.1=sg-1")) ==
          Json{{"VpcSecurityGroupIds", {"sg-1"}}});
}

// [docs: sqs-making-api-requests-xml]
TEST_CASE("aws query: a request may go to the queue's own URL, also with GET") {
    CHECK(parse("sqs", form("Action=PurgeQueue", "/000000000000/Orders")) ==
          Json{{"QueueUrl", "http://localhost:4566/000000000000/Orders"}});
    CHECK(parse("sqs",
                {"GET",
                 "/000000000000/Orders?Action=SendMessage&MessageBody=x%2By&Version=2012-11-05",
                 {{"Host", "h"}},
                 ""}) ==
          Json{{"QueueUrl", "http://h/000000000000/Orders"}, {"MessageBody", "x+y"}});
    CHECK(parse("sqs", form("Action=PurgeQueue&QueueUrl=u", "/000000000000/Orders")) ==
          Json{{"QueueUrl", "u"}});
}

TEST_CASE("aws query: what cannot be read is refused") {
    CHECK(refusal("MessageBody=x") ==
          "MissingAction: The request is missing an action or a required parameter.");
    CHECK(refusal("Action=Sing") ==
          "InvalidAction: The action Sing is not valid for this endpoint.");
    CHECK(refusal("Action=SendMessage&DelaySeconds=5x") ==
          "MalformedInput: Value 5x for parameter DelaySeconds is malformed.");
    CHECK(refusal("Action=SendMessage&DelaySeconds=") ==
          "MalformedInput: Value  for parameter DelaySeconds is malformed.");
    CHECK(refusal("Action=SendMessage&DelaySeconds=99999999999999999999") ==
          "MalformedInput: Value 99999999999999999999 for parameter DelaySeconds is malformed.");
    CHECK(refusal("Action=SendMessage&MessageAttribute.1.Value.StringValue=x") ==
          "MalformedInput: Each entry of MessageAttribute needs a Name and a Value.");
    CHECK(refusal("Action=SendMessage&MessageAttribute.1.Name=a&MessageAttribute.1.Value."
                  "BinaryValue=%21") ==
          "MalformedInput: Value ! for parameter BinaryValue is malformed.");
    std::string deep = "Action=SendMessage&a";
    for (int i = 0; i < 1000; ++i) {
        deep += ".a";
    }
    CHECK(refusal(deep + "=1") == "MalformedInput: The request is nested too deeply.");
}

TEST_CASE("aws query: SQS's answers, byte by byte") {
    CHECK(render("sqs", "GetQueueUrl", {{"QueueUrl", "http://h/0/q?a&b"}}) ==
          declaration + "<GetQueueUrlResponse" + sqs_xmlns +
              "><GetQueueUrlResult><QueueUrl>http://h/0/q?a&amp;b</QueueUrl></GetQueueUrlResult>" +
              metadata + "</GetQueueUrlResponse>");
    CHECK(render("sqs", "DeleteMessage", Json::object()) == declaration + "<DeleteMessageResponse" +
                                                                sqs_xmlns + ">" + metadata +
                                                                "</DeleteMessageResponse>");
    CHECK(render("sqs", "ReceiveMessage", Json::object()) ==
          declaration + "<ReceiveMessageResponse" + sqs_xmlns +
              "><ReceiveMessageResult></ReceiveMessageResult>" + metadata +
              "</ReceiveMessageResponse>");
    CHECK(render("sqs",
                 "ReceiveMessage",
                 {{"Messages",
                   {{{"Body", "<b>"},
                     {"MessageId", "m"},
                     {"Attributes", {{"SenderId", "s"}, {"SentTimestamp", "1"}}},
                     {"MessageAttributes",
                      {{"n", {{"DataType", "String"}, {"StringValue", "v"}}}}}}}}}) ==
          declaration + "<ReceiveMessageResponse" + sqs_xmlns +
              "><ReceiveMessageResult><Message><MessageId>m</MessageId><Body>&lt;b&gt;</Body>"
              "<Attribute><Name>SenderId</Name><Value>s</Value></Attribute>"
              "<Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute>"
              "<MessageAttribute><Name>n</Name><Value><StringValue>v</StringValue>"
              "<DataType>String</DataType></Value></MessageAttribute>"
              "</Message></ReceiveMessageResult>" +
              metadata + "</ReceiveMessageResponse>");
    CHECK(render("sqs", "ListQueues", {{"QueueUrls", {"a", "b"}}})
              .find("<ListQueuesResult><QueueUrl>a</QueueUrl><QueueUrl>b</QueueUrl>"
                    "</ListQueuesResult>") != std::string::npos);
    CHECK(render("sqs", "ListMessageMoveTasks", {{"Results", {{{"StartedTimestamp", 5}}}}})
              .find("<ListMessageMoveTasksResultEntry><StartedTimestamp>5</StartedTimestamp>"
                    "</ListMessageMoveTasksResultEntry>") != std::string::npos);
}

TEST_CASE("aws query: RDS's answers have lists in lists, times and booleans") {
    CHECK(render("rds",
                 "DescribeDBInstances",
                 {{"DBInstances",
                   {{{"DBInstanceIdentifier", "d"},
                     {"MultiAZ", false},
                     {"InstanceCreateTime", 1767225600.5},
                     {"VpcSecurityGroups", Json::array()},
                     {"AllocatedStorage", 20}}}}}) ==
          declaration +
              "<DescribeDBInstancesResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\">"
              "<DescribeDBInstancesResult><DBInstances><DBInstance>"
              "<DBInstanceIdentifier>d</DBInstanceIdentifier>"
              "<AllocatedStorage>20</AllocatedStorage>"
              "<InstanceCreateTime>2026-01-01T00:00:00.500Z</InstanceCreateTime>"
              "<VpcSecurityGroups></VpcSecurityGroups><MultiAZ>false</MultiAZ>"
              "</DBInstance></DBInstances></DescribeDBInstancesResult>" +
              metadata + "</DescribeDBInstancesResponse>");
}

// [LS test_non_existent_queue]
TEST_CASE("aws query: SQS's errors have an empty Detail, and one of them its own words") {
    const HttpResponse response =
        query_protocol().render_error(exchange_with(*find_model("sqs")),
                                      {"QueueDoesNotExist", "The specified queue does not exist."});
    CHECK(response.status == 400);
    CHECK(*find_header(response.headers, "Content-Type") == "text/xml");
    CHECK(response.body ==
          declaration + "<ErrorResponse" + sqs_xmlns +
              "><Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>"
              "<Message>The specified queue does not exist for this wsdl version.</Message>"
              "<Detail/></Error><RequestId>id-1</RequestId></ErrorResponse>");
    CHECK(query_protocol()
              .render_error(exchange_with(*find_model("sqs")), {"PurgeQueueInProgress", "m"})
              .status == 403);
    const HttpResponse rds = query_protocol().render_error(exchange_with(*find_model("rds")),
                                                           {"DBInstanceNotFound", "no d"});
    CHECK(rds.status == 404);
    CHECK(rds.body.find("<Code>DBInstanceNotFound</Code><Message>no d</Message></Error>") !=
          std::string::npos);
}

TEST_CASE("aws ec2: lists without 'member', the request id in front, and errors of its own form") {
    const Model model("ec2",
                      R"({"service":{"protocols":["ec2"],"xmlNamespace":"http://ec2/"},
        "operations":{"Describe":{"input":"In","output":"Out"}},
        "shapes":{"S":{"type":"string"},"L":{"type":"list","member":{"shape":"S","locationName":"item"}},
        "In":{"type":"structure","members":[["Ids",{"shape":"L","locationName":"id"}]]},
        "Out":{"type":"structure","members":[["Ids",{"shape":"L","locationName":"idSet"}]]}}})");
    Exchange exchange = exchange_with(model);
    CHECK(ec2_protocol().parse(form("Action=Describe&Id.1=a&Id.2=b"), exchange) ==
          Json{{"Ids", {"a", "b"}}});
    CHECK(ec2_protocol().render(exchange, {{"Ids", {"a"}}}).body ==
          declaration +
              "<DescribeResponse xmlns=\"http://ec2/\"><requestId>id-1</requestId><idSet><item>a"
              "</item></idSet></DescribeResponse>");
    CHECK(ec2_protocol().render_error(exchange, {"Oh", "<no>"}).body ==
          declaration +
              "<Response><Errors><Error><Code>Oh</Code><Message>&lt;no&gt;</Message></Error>"
              "</Errors><RequestID>id-1</RequestID></Response>");
}

}  // namespace protocol_query_test
