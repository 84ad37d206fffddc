#include "tests/services/sqs/client.h"

#include <catch2/catch.hpp>

#include <optional>

using namespace orrery;
using namespace orrery::test;

namespace {

std::vector<std::string> keys(const Json& object) {
    std::vector<std::string> names;
    for (const auto& [key, value] : object.items()) {
        names.push_back(key);
    }
    return names;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("sqs SendMessage: answers id and digests; the message arrives as it was sent") {
    Client client;
    const std::string url = client.create("Orders");
    const Json sent =
        client.call("SendMessage",
                    {{"QueueUrl", url},
                     {"MessageBody", "hello"},
                     {"MessageAttributes",
                      {{"Title", {{"DataType", "String"}, {"StringValue", "The Whistler"}}},
                       {"Author", {{"DataType", "String"}, {"StringValue", "John Grisham"}}},
                       {"WeeksOn", {{"DataType", "Number"}, {"StringValue", "6"}}}}},
                     {"MessageSystemAttributes",
                      {{"AWSTraceHeader", {{"DataType", "String"}, {"StringValue", "Root=1"}}}}},
                     {"MessageGroupId", "tenant-1"}});
    CHECK(keys(sent) == Keys{"MD5OfMessageAttributes",
                             "MD5OfMessageBody",
                             "MD5OfMessageSystemAttributes",
                             "MessageId"});
    CHECK(sent["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592");
    CHECK(sent["MD5OfMessageAttributes"] == "d25a6aea97eb8f585bfa92d314504a92");

    client.run_for(1500ms);
    const Json plain = client.receive(url, {{"VisibilityTimeout", 0}})["Messages"].at(0);
    CHECK(keys(plain) == Keys{"Body", "MD5OfBody", "MessageId", "ReceiptHandle"});
    CHECK(plain["MessageId"] == sent["MessageId"]);
    CHECK(plain["Body"] == "hello");

    const Json full =
        client
            .receive(url,
                     {{"VisibilityTimeout", 0},
                      {"AttributeNames", {"All"}},
                      {"MessageAttributeNames", {"Title", "Week.*", "Missing"}}})["Messages"]
            .at(0);
    CHECK(full["Attributes"] == Json{{"SenderId", "AIDALOCAL000000000000"},
                                     {"SentTimestamp", "1767225600000"},
                                     {"ApproximateReceiveCount", "2"},
                                     {"ApproximateFirstReceiveTimestamp", "1767225601500"},
                                     {"MessageGroupId", "tenant-1"},
                                     {"AWSTraceHeader", "Root=1"}});
    CHECK(keys(full["MessageAttributes"]) == Keys{"Title", "WeeksOn"});
    CHECK(full["MD5OfMessageAttributes"] != "d25a6aea97eb8f585bfa92d314504a92");

    const Json some = client
                          .receive(url,
                                   {{"VisibilityTimeout", 0},
                                    {"MessageSystemAttributeNames", {"SenderId"}},
                                    {"AttributeNames", {"ApproximateReceiveCount"}},
                                    {"MessageAttributeNames", {"All"}}})["Messages"]
                          .at(0);
    CHECK(keys(some["Attributes"]) == Keys{"ApproximateReceiveCount", "SenderId"});
    CHECK(keys(some["MessageAttributes"]) == Keys{"Author", "Title", "WeeksOn"});
    CHECK(some["MD5OfMessageAttributes"] == "d25a6aea97eb8f585bfa92d314504a92");
    CHECK(client.error("ReceiveMessage", {{"QueueUrl", url}, {"AttributeNames", {"Colour"}}}) ==
          "InvalidAttributeName: Unknown Attribute Colour.");
}

TEST_CASE("sqs SendMessage: binary attributes travel as base64, their digest is over the bytes") {
    Client client;
    const std::string url = client.create("Orders");
    const Json attribute{
        {"attr1",
         {{"DataType", "Binary"},
          {"BinaryValue",
           "dHJhY2VwYXJlbnQeMDAtNzc0MDYyZDZjMzcwODFhNWEwYjliNWI4OGUzMDYyN2MtMmQyNDgyMjEx"
           "ZjY0ODlkYS0wMQ=="}}}};
    const Json sent = client.call(
        "SendMessage", {{"QueueUrl", url}, {"MessageBody", "x"}, {"MessageAttributes", attribute}});
    CHECK(sent["MD5OfMessageAttributes"] == "8cbe4db156db8a94db8b801b7addb984");
    CHECK(client.receive(
              url, {{"MessageAttributeNames", {"All"}}})["Messages"][0]["MessageAttributes"] ==
          attribute);
}

TEST_CASE("sqs SendMessage: what is refused") {
    Client client;
    const std::string url = client.create("Orders", {{"MaximumMessageSize", "1024"}});
    const auto error = [&](Json more) {
        more["QueueUrl"] = url;
        more.emplace("MessageBody", "x");
        return client.error("SendMessage", more);
    };
    const auto attribute_error = [&](const char* name, const Json& value) {
        return error({{"MessageAttributes", {{name, value}}}});
    };
    CHECK(client.error("SendMessage",
                       {{"QueueUrl", "https://x/000000000000/Gone"}, {"MessageBody", "x"}}) ==
          "QueueDoesNotExist: The specified queue does not exist.");
    // [LS 2025-09]
    CHECK(error({{"MessageBody", ""}}) ==
          "MissingRequiredParameterException: The request must contain the parameter MessageBody.");
    CHECK(error({{"MessageBody", std::string(1024, 'x')}}).empty());
    // [LS test_send_oversized_message]
    CHECK(error({{"MessageBody", std::string(1025, 'x')}}) ==
          "InvalidParameterValueException: One or more parameters are invalid. Reason: Message "
          "must be shorter than 1024 "
          "bytes.");
    CHECK(
        error({{"MessageBody", std::string(1013, 'x')},
               {"MessageAttributes", {{"name", {{"DataType", "String"}, {"StringValue", "12"}}}}}})
            .find("shorter than 1024") != std::string::npos);
    CHECK(error({{"MessageBody", "\x01"}}).starts_with("InvalidMessageContents: "));
    CHECK(error({{"DelaySeconds", 901}}) ==
          "InvalidParameterValueException: Value 901 for parameter DelaySeconds is invalid. "
          "Reason: DelaySeconds must be "
          ">= 0 and <= 900.");
    // [LS]
    CHECK(attribute_error("X", {{"DataType", "String"}, {"StringValue", ""}}) ==
          "InvalidParameterValueException: Message (user) attribute 'X' must contain a non-empty "
          "value of type 'String'.");
    CHECK(attribute_error("A", {{"DataType", "Number"}, {"StringValue", "twelve"}}) ==
          "InvalidParameterValueException: Can't cast the value of message (user) attribute 'A' to "
          "a number.");
    CHECK(attribute_error("A", {{"DataType", "Number.int"}, {"StringValue", "12x"}}) ==
          "InvalidParameterValueException: Can't cast the value of message (user) attribute 'A' to "
          "a number.");
    CHECK(attribute_error("X", {{"DataType", "Strange"}, {"StringValue", "a"}}).find("'X'") !=
          std::string::npos);
    CHECK(attribute_error("X", {{"DataType", "Binary"}, {"BinaryValue", "?"}})
              .starts_with("SerializationException"));
    CHECK(attribute_error("X", {{"DataType", "String"}, {"StringListValues", {"a"}}})
              .find("StringListValues") != std::string::npos);
    CHECK(attribute_error("AWS.X", {{"DataType", "String"}, {"StringValue", "a"}}).find("AWS.X") !=
          std::string::npos);
    CHECK(attribute_error("a b", {{"DataType", "String"}, {"StringValue", "a"}}).find("a b") !=
          std::string::npos);
    // [LS 2025-07]
    CHECK(error({{"MessageGroupId", "a b"}}) ==
          "InvalidParameterValueException: Value a b for parameter MessageGroupId is invalid. "
          "Reason: MessageGroupId can "
          "only include alphanumeric and punctuation characters. 1 to 128 in length.");
    CHECK(
        error({{"MessageDeduplicationId", "d"}})
            .ends_with(
                "Reason: The request includes a parameter that is not valid for this queue type."));
    CHECK(error({{"Colour", "red"}}).find("Colour") != std::string::npos);
    CHECK(client.service.find_queue("Orders")->depth().visible == 1);
}

TEST_CASE(
    "sqs SendMessageBatch: each entry on its own; the code of a failed one is the query "
    "protocol's") {
    Client client;
    const std::string url = client.create("Orders", {{"MaximumMessageSize", "1024"}});
    const Json answer = client.call("SendMessageBatch",
                                    {{"QueueUrl", url},
                                     {"Entries",
                                      {{{"Id", "1"}, {"MessageBody", "a"}},
                                       {{"Id", "2"}, {"MessageBody", std::string(1025, 'x')}},
                                       {{"Id", "3"}, {"MessageBody", "c"}, {"DelaySeconds", 5}}}}});
    REQUIRE(answer["Successful"].size() == 2);
    CHECK(answer["Successful"][0]["Id"] == "1");
    CHECK(keys(answer["Successful"][1]) == Keys{"Id", "MD5OfMessageBody", "MessageId"});
    // [LS test_send_batch_message_size]
    CHECK(answer["Failed"] == Json::array({{{"Id", "2"},
                                            {"Code", "InvalidParameterValue"},
                                            {"Message",
                                             "One or more parameters cannot be validated. Reason: "
                                             "Message must be shorter than 1024 bytes."},
                                            {"SenderFault", true}}}));
    CHECK(client.service.find_queue("Orders")->depth() == sqs::QueueDepth{1, 0, 1});
}

TEST_CASE("sqs batches: errors that refuse the whole call [LS; public tests]") {
    Client client;
    const std::string url = client.create("Orders");
    const auto error = [&](const Json& entries) {
        return client.error("SendMessageBatch", {{"QueueUrl", url}, {"Entries", entries}});
    };
    const auto entry = [](const std::string& id) { return Json{{"Id", id}, {"MessageBody", "x"}}; };
    CHECK(error(Json::array()) ==
          "EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the "
          "request.");
    Json eleven = Json::array();
    for (int count = 0; count < 11; ++count) {
        eleven.push_back(entry(std::to_string(count)));
    }
    CHECK(error(eleven) ==
          "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have "
          "sent 11.");
    CHECK(error({entry("a"), entry("a")}) == "BatchEntryIdsNotDistinct: Id a repeated.");
    CHECK(error(Json::array({entry("a b")})) ==
          "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens "
          "and underscores. It "
          "can be at most 80 letters long.");
    CHECK(error({{{"Id", "a"}, {"MessageBody", std::string(1'048'576, 'x')}},
                 {{"Id", "b"}, {"MessageBody", "x"}}}) ==
          "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent "
          "1048577 bytes.");
    CHECK(client.service.find_queue("Orders")->depth().visible == 0);
}

TEST_CASE(
    "sqs ReceiveMessage: an empty queue answers {}; limits of its numbers [LS "
    "test_send_receive_wait_time_seconds]") {
    Client client;
    const std::string url = client.create("Orders");
    CHECK(client.receive(url) == Json::object());
    CHECK(client.error("ReceiveMessage", {{"QueueUrl", url}, {"MaxNumberOfMessages", 11}}) ==
          "InvalidParameterValueException: Value 11 for parameter MaxNumberOfMessages is invalid. "
          "Reason: Must be between "
          "1 and 10, if provided.");
    CHECK(client.error("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 21}}) ==
          "InvalidParameterValueException: Value 21 for parameter WaitTimeSeconds is invalid. "
          "Reason: Must be >= 0 and <= "
          "20, if provided.");
    CHECK(client.error("ReceiveMessage", {{"QueueUrl", url}, {"ReceiveRequestAttemptId", "x"}})
              .ends_with("not valid for this queue type."));
}

TEST_CASE("sqs ReceiveMessage: an undeleted message returns after its visibility timeout") {
    Client client;
    const std::string url = client.create("Orders");
    client.send(url, "a");
    CHECK(client.receive(url)["Messages"].size() == 1);
    client.run_for(30s - 1ns);
    CHECK(client.receive(url) == Json::object());
    client.run_for(1ns);
    CHECK(client.receive(url)["Messages"].size() == 1);
}

TEST_CASE(
    "sqs ReceiveMessage: a long poll is answered when a message comes, at its end, or when the "
    "queue goes") {
    Client client;
    const std::string url = client.create("Orders", {{"ReceiveMessageWaitTimeSeconds", "10"}});
    const Instant start = client.world.loop.now();
    std::optional<Duration> at;
    std::string got;
    client.call_later("ReceiveMessage", {{"QueueUrl", url}}, [&](const aws::ApiResult& result) {
        at = client.world.loop.now() - start;
        got = result.ok() ? result.value().dump() : result.error().code();
    });
    CHECK_FALSE(at.has_value());
    SECTION("message") {
        client.run_for(4s);
        client.send(url, "hello");
        client.run_for(10s);
        CHECK(at == 4s);
        CHECK(got.find("hello") != std::string::npos);
    }
    SECTION("end") {
        client.run_for(20s);
        CHECK(at == 10s);
        CHECK(got == "{}");
    }
    SECTION("queue deleted") {
        client.run_for(3s);
        client.call("DeleteQueue", {{"QueueUrl", url}});
        client.run_for(0s);
        CHECK(at == 3s);
        CHECK(got == "QueueDoesNotExist");
    }
}

TEST_CASE("sqs DeleteMessage: twice is success; a malformed handle is an error") {
    Client client;
    const std::string url = client.create("Orders");
    client.send(url, "a");
    const Json handle = client.receive(url)["Messages"][0]["ReceiptHandle"];
    CHECK(client.call("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}}) ==
          Json::object());
    CHECK(client.call("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}}) ==
          Json::object());
    CHECK(client.service.find_queue("Orders")->depth() == sqs::QueueDepth{});
    CHECK(client.error("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", "x"}}) ==
          "ReceiptHandleIsInvalid: The input receipt handle \"x\" is not a valid receipt handle.");
}

TEST_CASE("sqs DeleteMessageBatch: deletes what it can and names what it cannot") {
    Client client;
    const std::string url = client.create("Orders");
    client.send(url, "a");
    client.send(url, "b");
    const Json messages = client.receive(url, {{"MaxNumberOfMessages", 10}})["Messages"];
    const Json answer =
        client.call("DeleteMessageBatch",
                    {{"QueueUrl", url},
                     {"Entries",
                      {{{"Id", "1"}, {"ReceiptHandle", messages[0]["ReceiptHandle"]}},
                       {{"Id", "2"}, {"ReceiptHandle", "x"}},
                       {{"Id", "3"}, {"ReceiptHandle", messages[1]["ReceiptHandle"]}}}}});
    CHECK(answer["Successful"] == Json{{{"Id", "1"}}, {{"Id", "3"}}});
    CHECK(answer["Failed"][0]["Id"] == "2");
    CHECK(answer["Failed"][0]["Code"] == "ReceiptHandleIsInvalid");
    CHECK(client.service.find_queue("Orders")->depth() == sqs::QueueDepth{});
}

TEST_CASE(
    "sqs ChangeMessageVisibility: hides longer or not at all, 12 hours in all; no effect once "
    "visible again") {
    Client client;
    const std::string url = client.create("Orders");
    client.send(url, "a");
    const Json handle = client.receive(url)["Messages"][0]["ReceiptHandle"];
    const auto change = [&](int timeout) {
        return client.error(
            "ChangeMessageVisibility",
            {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", timeout}});
    };
    client.run_for(10s);
    CHECK(change(60).empty());
    client.run_for(59s);
    CHECK(client.receive(url) == Json::object());
    CHECK(change(43'200) ==
          "InvalidParameterValueException: Value 43200 for parameter VisibilityTimeout is invalid. "
          "Reason: Total "
          "VisibilityTimeout for the message is beyond the limit [43200 seconds]");
    CHECK(change(43'201).starts_with("InvalidParameterValueException"));
    CHECK(change(0).empty());
    CHECK(client.service.find_queue("Orders")->depth().visible == 1);
    // [LS test_change_message_visibility_after_visibility_timeout_expiration]
    CHECK(change(60).empty());
    CHECK(client.service.find_queue("Orders")->depth().visible == 1);
    // [public error logs]
    client.call("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}});
    CHECK(change(60) == "InvalidParameterValueException: Value " + handle.get<std::string>() +
                            " for parameter ReceiptHandle is invalid. Reason: Message does not "
                            "exist or is not available for visibility timeout change.");
}

TEST_CASE("sqs SendMessage: names and types of attributes are checked") {
    Client client;
    const std::string url = client.create("Orders");
    const auto send = [&](const std::string& name, const std::string& type) {
        return client.error(
            "SendMessage",
            {{"QueueUrl", url},
             {"MessageBody", "x"},
             {"MessageAttributes", {{name, {{"DataType", type}, {"StringValue", "x"}}}}}});
    };
    CHECK(send("a.b-c_1", "String").empty());
    for (const char* name : {".a", "a.", "a..b", "AWS.a", "aws.a", "amazon.A", "AMAZON.a", "a b"}) {
        INFO(name);
        CHECK(send(name, "String").starts_with("InvalidParameterValueException: "));
    }
    CHECK(send("a", "Text") ==
          "InvalidParameterValueException: The type of message (user) attribute 'a' is invalid. "
          "You must use only the following supported type prefixes: Binary, Number, String.");
    CHECK(send("a", "String." + std::string(249, 'x')).empty());
    CHECK(send("a", "String." + std::string(250, 'x'))
              .starts_with("InvalidParameterValueException: "));
    CHECK(client
              .error("SendMessage",
                     {{"QueueUrl", url},
                      {"MessageBody", "x"},
                      {"MessageSystemAttributes",
                       {{"Other", {{"DataType", "String"}, {"StringValue", "x"}}}}}})
              .starts_with("InvalidParameterValueException: "));
}

TEST_CASE("sqs SendMessageBatch: binary values count by their bytes, and each entry needs an id") {
    Client client;
    const std::string url = client.create("Orders");
    const auto send = [&](std::size_t body) {
        return client.error("SendMessageBatch",
                            {{"QueueUrl", url},
                             {"Entries",
                              {{{"Id", "1"},
                                {"MessageBody", std::string(body, 'x')},
                                {"MessageAttributes",
                                 {{"n", {{"DataType", "Binary"}, {"BinaryValue", "eA=="}}}}}}}}});
    };
    CHECK(send(1'048'576 - 8).empty());
    CHECK(send(1'048'576 - 7) ==
          "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent "
          "1048577 bytes.");
    CHECK(client.error(
              "SendMessageBatch",
              {{"QueueUrl", url},
               {"Entries", {{{"Id", "1"}, {"MessageBody", "x"}}, {{"MessageBody", "x"}}}}}) ==
          "MissingRequiredParameterException: The request must contain the parameter "
          "SendMessageBatchRequestEntry.2.Id.");
}

TEST_CASE("sqs ChangeMessageVisibilityBatch: each entry on its own") {
    Client client;
    const std::string url = client.create("Orders");
    client.send(url, "a");
    const Json handle = client.receive(url)["Messages"][0]["ReceiptHandle"];
    const Json answer =
        client.call("ChangeMessageVisibilityBatch",
                    {{"QueueUrl", url},
                     {"Entries",
                      {{{"Id", "1"}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 0}},
                       {{"Id", "2"}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 50'000}},
                       {{"Id", "3"}, {"ReceiptHandle", handle}}}}});
    CHECK(answer["Successful"] == Json::array({{{"Id", "1"}}}));
    REQUIRE(answer["Failed"].size() == 2);
    CHECK(answer["Failed"][0]["Code"] == "InvalidParameterValue");
    CHECK(answer["Failed"][1]["Code"] == "MissingParameter");
    CHECK(client.service.find_queue("Orders")->depth().visible == 1);
}

TEST_CASE("sqs PurgeQueue: once in 60 seconds [botocore PurgeQueueInProgress]") {
    Client client;
    const std::string url = client.create("Orders");
    client.send(url, "a");
    client.call("PurgeQueue", {{"QueueUrl", url}});
    CHECK(client.receive(url) == Json::object());
    client.run_for(59s);
    CHECK(client.error("PurgeQueue", {{"QueueUrl", url}}) ==
          "PurgeQueueInProgress: Only one PurgeQueue operation on Orders is allowed every 60 "
          "seconds.");
    client.run_for(1s);
    client.call("PurgeQueue", {{"QueueUrl", url}});
}

TEST_CASE(
    "sqs ReceiveMessage: a dead letter shows where it came from [LS "
    "test_dead_letter_queue_message_attributes]") {
    Client client;
    const std::string dead = client.create("Dead");
    const std::string url = client.create(
        "Orders",
        {{"RedrivePolicy",
          R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:Dead","maxReceiveCount":1})"}});
    client.send(url, "a");
    const Json original = client.receive(url, {{"VisibilityTimeout", 0}})["Messages"][0];
    CHECK(client.receive(url) == Json::object());
    const Json moved = client.receive(dead, {{"AttributeNames", {"All"}}})["Messages"].at(0);
    CHECK(moved["MessageId"] == original["MessageId"]);
    CHECK(moved["Attributes"]["ApproximateReceiveCount"] == "2");
    CHECK(moved["Attributes"]["DeadLetterQueueSourceArn"] ==
          "arn:aws:sqs:us-east-1:000000000000:Orders");
}
