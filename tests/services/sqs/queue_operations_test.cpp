#include "tests/services/sqs/client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "sqs CreateQueue: answers the URL; again with the same or fewer attributes the same, else an "
    "error") {
    Client client;
    CHECK(client.create("Orders", {{"DelaySeconds", "5"}}) == orders_url);
    CHECK(client.create("Orders", {{"DelaySeconds", "5"}}) == orders_url);
    CHECK(client.create("Orders") == orders_url);
    CHECK(client.create("Orders", {{"VisibilityTimeout", "30"}}) == orders_url);
    // [LS]
    CHECK(client.error("CreateQueue",
                       {{"QueueName", "Orders"}, {"Attributes", {{"DelaySeconds", "6"}}}}) ==
          "QueueNameExists: A queue already exists with the same name and a different value for "
          "attribute "
          "DelaySeconds");
}

TEST_CASE("sqs CreateQueue: names, attributes and parameters that are refused") {
    Client client;
    const auto error = [&](const Json& parameters) {
        return client.error("CreateQueue", parameters);
    };
    const auto attribute_error = [&](const char* name, const char* value) {
        return error({{"QueueName", "Q"}, {"Attributes", {{name, value}}}});
    };
    const std::string bad_name =
        "InvalidParameterValueException: Can only include alphanumeric characters, hyphens, or "
        "underscores. 1 to 80 in "
        "length";
    CHECK(error({{"QueueName", "a b"}}) == bad_name);
    CHECK(error({{"QueueName", std::string(81, 'a')}}) == bad_name);
    CHECK(error({{"QueueName", std::string(80, 'a')}}).empty());
    CHECK(error(Json::object()) ==
          "MissingRequiredParameterException: The request must contain the parameter QueueName.");
    // Without FifoQueue it is a standard queue's name, which has no full stop.
    CHECK(error({{"QueueName", "Orders.fifo"}}) == bad_name);
    CHECK(error({{"QueueName", "Q"}, {"Colour", "red"}}).find("Colour") != std::string::npos);
    CHECK(error({{"QueueName", "Q"}, {"Attributes", {{"DelaySeconds", 5}}}}).find("DelaySeconds") !=
          std::string::npos);

    CHECK(attribute_error("DelaySeconds", "901") ==
          "InvalidAttributeValue: Invalid value for the parameter DelaySeconds.");
    CHECK(attribute_error("MessageRetentionPeriod", "59").starts_with("InvalidAttributeValue"));
    CHECK(attribute_error("VisibilityTimeout", "x").starts_with("InvalidAttributeValue"));
    CHECK(attribute_error("MaximumMessageSize", "1048577").starts_with("InvalidAttributeValue"));
    CHECK(attribute_error("SqsManagedSseEnabled", "yes").starts_with("InvalidAttributeValue"));
    // [LS and relatives]
    CHECK(attribute_error("FifoQueue", "false") ==
          "InvalidAttributeName: Unknown Attribute FifoQueue.");
    CHECK(attribute_error("ContentBasedDeduplication", "true") ==
          "InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.");
    CHECK(attribute_error("DeduplicationScope", "queue") ==
          "InvalidAttributeName: You can specify the DeduplicationScope only when FifoQueue is set "
          "to true.");
    CHECK(attribute_error("QueueArn", "x").starts_with("InvalidAttributeName"));
    CHECK(error({{"QueueName", "Q"},
                 {"Attributes", {{"KmsMasterKeyId", "k"}, {"SqsManagedSseEnabled", "true"}}}})
              .starts_with("InvalidAttributeName: You can use one type of server-side encryption"));
    CHECK(client.service.find_queue("Q") == nullptr);
}

TEST_CASE("sqs GetQueueAttributes: All on a fresh standard queue gives exactly these [LS]") {
    Client client;
    const std::string url = client.create("Orders");
    const Json all =
        client.call("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"All"}}});
    CHECK(all["Attributes"] == Json{{"ApproximateNumberOfMessages", "0"},
                                    {"ApproximateNumberOfMessagesDelayed", "0"},
                                    {"ApproximateNumberOfMessagesNotVisible", "0"},
                                    {"CreatedTimestamp", "1767225600"},
                                    {"DelaySeconds", "0"},
                                    {"LastModifiedTimestamp", "1767225600"},
                                    {"MaximumMessageSize", "1048576"},
                                    {"MessageRetentionPeriod", "345600"},
                                    {"QueueArn", "arn:aws:sqs:us-east-1:000000000000:Orders"},
                                    {"ReceiveMessageWaitTimeSeconds", "0"},
                                    {"SqsManagedSseEnabled", "true"},
                                    {"VisibilityTimeout", "30"}});
    CHECK(client.call("GetQueueAttributes", {{"QueueUrl", url}}) == Json::object());
    const Json one = client.call(
        "GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"DelaySeconds", "Policy"}}});
    CHECK(one["Attributes"] == Json{{"DelaySeconds", "0"}});
    CHECK(client.error("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"Colour"}}}) ==
          "InvalidAttributeName: Unknown Attribute Colour.");
}

TEST_CASE("sqs GetQueueAttributes: the three counters") {
    Client client;
    const std::string url = client.create("Orders");
    client.send(url, "a");
    client.send(url, "b");
    client.call("SendMessage", {{"QueueUrl", url}, {"MessageBody", "c"}, {"DelaySeconds", 5}});
    client.receive(url);
    CHECK(client.attribute(url, "ApproximateNumberOfMessages") == "1");
    CHECK(client.attribute(url, "ApproximateNumberOfMessagesNotVisible") == "1");
    CHECK(client.attribute(url, "ApproximateNumberOfMessagesDelayed") == "1");
}

TEST_CASE(
    "sqs SetQueueAttributes: takes effect, shows in LastModifiedTimestamp; an empty policy goes "
    "away") {
    Client client;
    const std::string url = client.create("Orders");
    client.create("Dead");
    client.run_for(10s);
    const std::string policy =
        R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:Dead","maxReceiveCount":"2"})";
    client.call("SetQueueAttributes",
                {{"QueueUrl", url},
                 {"Attributes", {{"VisibilityTimeout", "7"}, {"RedrivePolicy", policy}}}});
    CHECK(client.attribute(url, "VisibilityTimeout") == "7");
    CHECK(client.attribute(url, "RedrivePolicy") == policy);
    CHECK(client.attribute(url, "LastModifiedTimestamp") == "1767225610");
    CHECK(client.attribute(url, "CreatedTimestamp") == "1767225600");
    CHECK(client.service.find_queue("Orders")->settings().redrive->max_receive_count == 2);
    const std::string dead_url =
        client.service.find_queue("Dead") == nullptr ? "" : "https://x/000000000000/Dead";
    CHECK(client.call("ListDeadLetterSourceQueues", {{"QueueUrl", dead_url}}) ==
          Json{{"queueUrls", {url}}});

    // [LS test_set_empty_redrive_policy]
    client.call("SetQueueAttributes", {{"QueueUrl", url}, {"Attributes", {{"RedrivePolicy", ""}}}});
    CHECK_FALSE(client.service.find_queue("Orders")->settings().redrive.has_value());
    CHECK(client.call("ListDeadLetterSourceQueues", {{"QueueUrl", dead_url}}) ==
          Json{{"queueUrls", Json::array()}});
    const Json left = client.call("GetQueueAttributes",
                                  {{"QueueUrl", url}, {"AttributeNames", {"RedrivePolicy"}}});
    CHECK(left == Json::object());
}

TEST_CASE("sqs SetQueueAttributes: a KMS key puts SQS's own encryption out [LS]") {
    Client client;
    const std::string url = client.create("Orders", {{"KmsMasterKeyId", "alias/k"}});
    CHECK(client.attribute(url, "SqsManagedSseEnabled") == "false");
    CHECK(client.attribute(url, "KmsDataKeyReusePeriodSeconds") == "300");
    client.call("SetQueueAttributes",
                {{"QueueUrl", url}, {"Attributes", {{"SqsManagedSseEnabled", "true"}}}});
    const Json left =
        client.call("GetQueueAttributes",
                    {{"QueueUrl", url},
                     {"AttributeNames",
                      {"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"}}});
    CHECK(left["Attributes"] == Json{{"SqsManagedSseEnabled", "true"}});
}

TEST_CASE("sqs RedrivePolicy: what is refused") {
    Client client;
    client.create("Closed", {{"RedriveAllowPolicy", R"({"redrivePermission":"denyAll"})"}});
    client.create(
        "Picky",
        {{"RedriveAllowPolicy",
          R"({"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:000000000000:Friend"]})"}});
    const auto error = [&](const char* name, const std::string& policy) {
        return client.error("CreateQueue",
                            {{"QueueName", name}, {"Attributes", {{"RedrivePolicy", policy}}}});
    };
    const auto to = [](const std::string& name) {
        return R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:)" + name +
               R"(","maxReceiveCount":1})";
    };
    CHECK(error("Q", to("Gone")) ==
          "InvalidParameterValueException: Value " + to("Gone") +
              " for parameter RedrivePolicy is invalid. Reason: Dead letter target does "
              "not exist.");
    CHECK(error("Q", R"({"deadLetterTargetArn":"x"})")
              .ends_with(
                  "Reason: Redrive policy does not contain mandatory attribute: maxReceiveCount."));
    CHECK(error("Q", R"({"maxReceiveCount":1})")
              .ends_with("Reason: Redrive policy does not contain mandatory attribute: "
                         "deadLetterTargetArn."));
    CHECK(error("Q", R"({"deadLetterTargetArn":"x","maxReceiveCount":0})")
              .starts_with("InvalidParameterValueException"));
    // [public error log]
    CHECK(error("Q", "[]") ==
          "InvalidAttributeValue: Invalid value for the parameter RedrivePolicy. Reason: Redrive "
          "policy is not a valid JSON map.");
    CHECK(error("Q", R"({"deadLetterTargetArn":"x","maxReceiveCount":1,"more":1})")
              .ends_with("Reason: Only following attributes are supported: "
                         "[deadLetterTargetArn, maxReceiveCount]."));
    CHECK(error("Q", to("Closed")).starts_with("InvalidParameterValueException"));
    CHECK(error("Q", to("Picky")).starts_with("InvalidParameterValueException"));
    CHECK(error("Friend", to("Picky")).empty());
    // [public error logs]
    client.create("Dead.fifo", {{"FifoQueue", "true"}});
    CHECK(error("Q", to("Dead.fifo"))
              .ends_with("Reason: Dead-letter queue must be same type of queue as the source.."));
    CHECK(client
              .error("CreateQueue",
                     {{"QueueName", "Q.fifo"},
                      {"Attributes", {{"FifoQueue", "true"}, {"RedrivePolicy", to("Closed")}}}})
              .ends_with("must be same type of queue as the source.."));
}

TEST_CASE("sqs RedriveAllowPolicy: what is refused [docs: CreateQueue]") {
    Client client;
    const auto error = [&](const std::string& policy) {
        return client.error("CreateQueue",
                            {{"QueueName", "Q"}, {"Attributes", {{"RedriveAllowPolicy", policy}}}});
    };
    const std::string form =
        "InvalidAttributeValue: Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon "
        "SQS can't create the redrive allow policy, as it’s in an unsupported format.";
    CHECK(error("no JSON") == form);
    CHECK(error(R"({"redrivePermission":"some"})") == form);
    CHECK(error(R"({"redrivePermission":"allowAll","colour":"red"})") == form);
    CHECK(error(R"({"redrivePermission":"byQueue","sourceQueueArns":"x"})") == form);
    CHECK(error(R"({"redrivePermission":"byQueue"})")
              .ends_with("you must also specify one or more sourceQueueArns values."));
    CHECK(error(R"({"redrivePermission":"denyAll","sourceQueueArns":["x"]})")
              .ends_with("you must set redrivePermission to byQueue."));
    Json eleven{{"redrivePermission", "byQueue"}};
    for (int count = 0; count < 11; ++count) {
        eleven["sourceQueueArns"].push_back("arn");
    }
    CHECK(error(eleven.dump())
              .ends_with("The maximum number of source queue ARNs you can specify is 10."));
}

TEST_CASE("sqs Policy: JSON with statements, at most 20 [docs: quotas-policies]") {
    Client client;
    const auto error = [&](const std::string& policy) {
        return client.error("CreateQueue",
                            {{"QueueName", "Q"}, {"Attributes", {{"Policy", policy}}}});
    };
    const std::string refusal = "InvalidAttributeValue: Invalid value for the parameter Policy.";
    CHECK(error("no JSON") == refusal);
    CHECK(error("[]") == refusal);
    CHECK(error(R"({"Version":"2012-10-17"})") == refusal);
    CHECK(error(R"({"Statement":[]})") == refusal);
    CHECK(error(R"({"Statement":["x"]})") == refusal);
    CHECK(error(Json{{"Statement", {{{"Sid", std::string(8192, 'x')}}}}}.dump()) == refusal);
    Json many;
    for (int count = 0; count < 21; ++count) {
        many["Statement"].push_back(Json::object());
    }
    CHECK(error(many.dump()) ==
          "OverLimit: 21 statements were found in the submitted policy, max allowed is 20");
    CHECK(error(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow"}})").empty());
    const std::string url = "https://x/000000000000/Q";
    CHECK(client.attribute(url, "Policy") ==
          R"({"Version":"2012-10-17","Statement":{"Effect":"Allow"}})");
    // [LS test_set_queue_policy]
    client.call("SetQueueAttributes", {{"QueueUrl", url}, {"Attributes", {{"Policy", ""}}}});
    CHECK(client.call("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"Policy"}}}) ==
          Json::object());
}

TEST_CASE(
    "sqs queues: found by name, ARN and URL; listed by prefix and in pages; gone after "
    "DeleteQueue") {
    Client client;
    for (const char* name : {"b2", "a1", "b1", "b3"}) {
        client.create(name);
    }
    const std::string base = "https://sqs.us-east-1.amazonaws.com/000000000000/";
    CHECK(client.call("GetQueueUrl", {{"QueueName", "a1"}})["QueueUrl"] == base + "a1");
    CHECK(client.error("GetQueueUrl", {{"QueueName", "x"}}) ==
          "QueueDoesNotExist: The specified queue does not exist.");
    CHECK(
        client
            .error("GetQueueUrl", {{"QueueName", "a1"}, {"QueueOwnerAWSAccountId", "111111111111"}})
            .starts_with("QueueDoesNotExist"));
    CHECK(client.service.find_by_url("http://localhost:4566/000000000000/a1") ==
          client.service.find_queue("a1"));
    CHECK(client.service.find_by_url("http://localhost:4566/111111111111/a1") == nullptr);
    CHECK(client.service.find_by_arn("arn:aws:sqs:us-east-1:000000000000:a1") ==
          client.service.find_queue("a1"));
    CHECK(client.service.find_by_arn("arn:aws:sqs:eu-west-1:000000000000:a1") == nullptr);
    CHECK(client.service.queue_names() == Keys{"a1", "b1", "b2", "b3"});

    CHECK(client.call("ListQueues", {{"QueueNamePrefix", "b"}}) ==
          Json{{"QueueUrls", {base + "b1", base + "b2", base + "b3"}}});
    CHECK(client.call("ListQueues", {{"QueueNamePrefix", "c"}}) == Json::object());
    const Json page = client.call("ListQueues", {{"QueueNamePrefix", "b"}, {"MaxResults", 2}});
    CHECK(page["QueueUrls"] == Json{base + "b1", base + "b2"});
    const Json rest = client.call(
        "ListQueues",
        {{"QueueNamePrefix", "b"}, {"MaxResults", 2}, {"NextToken", page["NextToken"]}});
    CHECK(rest == Json{{"QueueUrls", Json::array({base + "b3"})}});

    client.call("DeleteQueue", {{"QueueUrl", base + "a1"}});
    CHECK(
        client.error("DeleteQueue", {{"QueueUrl", base + "a1"}}).starts_with("QueueDoesNotExist"));
    // [botocore QueueDeletedRecently]
    client.run_for(59s);
    CHECK(client.error("CreateQueue", {{"QueueName", "a1"}}) ==
          "QueueDeletedRecently: You must wait 60 seconds after deleting a queue before you can "
          "create another with the "
          "same name.");
    client.run_for(1s);
    client.create("a1");
}

TEST_CASE("sqs QueueUrl: begins with the address that the caller used, whatever its host then is") {
    Client client;
    aws::Caller caller;
    caller.endpoint = "http://localhost:4566";
    const std::string url = "http://localhost:4566/000000000000/Orders";
    const auto call = [&](const char* operation, const Json& parameters) {
        Json answer;
        client.call_later(
            operation,
            parameters,
            [&answer](const aws::ApiResult& result) { answer = result.value(); },
            caller);
        return answer;
    };
    CHECK(call("CreateQueue", {{"QueueName", "Orders"}}) == Json{{"QueueUrl", url}});
    CHECK(call("GetQueueUrl", {{"QueueName", "Orders"}}) == Json{{"QueueUrl", url}});
    CHECK(call("ListQueues", Json::object()) == Json{{"QueueUrls", Json::array({url})}});
    for (const char* address : {"https://sqs.us-east-1.amazonaws.com/000000000000/Orders",
                                "https://queue.amazonaws.com/000000000000/Orders",
                                "https://us-east-1.queue.amazonaws.com/000000000000/Orders",
                                "http://10.0.0.7:1/queue/us-east-1/000000000000/Orders",
                                "/000000000000/Orders"}) {
        CAPTURE(address);
        CHECK(call("GetQueueAttributes", {{"QueueUrl", address}}) == Json::object());
    }
    // [public emulators agree]
    CHECK(client.error("SendMessage", {{"QueueUrl", "Orders"}, {"MessageBody", "x"}}) ==
          "InvalidAddress: The address Orders is not valid for this endpoint.");
    CHECK(client.error("GetQueueAttributes", Json::object()) ==
          "MissingRequiredParameterException: The request must contain the parameter QueueUrl.");
}

TEST_CASE("sqs CreateQueue: keeps tags") {
    Client client;
    client.call("CreateQueue", {{"QueueName", "Orders"}, {"tags", {{"team", "a"}}}});
    CHECK(client.call("ListQueueTags", {{"QueueUrl", orders_url}}) ==
          Json{{"Tags", {{"team", "a"}}}});
}
