#include "tests/services/sqs/client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

const Json fifo{{"FifoQueue", "true"}};
const Json by_content{{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}};

Json all_attributes(Client& client, const std::string& url) {
    return client.call("GetQueueAttributes",
                       {{"QueueUrl", url}, {"AttributeNames", {"All"}}})["Attributes"];
}

Json to_group(const std::string& url, const char* body, const char* group = "g") {
    return {{"QueueUrl", url}, {"MessageBody", body}, {"MessageGroupId", group}};
}

}  // namespace

TEST_CASE("sqs CreateQueue: a FIFO queue is told by FifoQueue and by its name [LS]") {
    Client client;
    const auto error = [&](const std::string& name, const Json& attributes) {
        return client.error("CreateQueue", {{"QueueName", name}, {"Attributes", attributes}});
    };
    const std::string bad_name =
        "InvalidParameterValueException: The name of a FIFO queue can only include alphanumeric "
        "characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.";
    CHECK(error("Orders", fifo) == bad_name);
    CHECK(error("a b.fifo", fifo) == bad_name);
    CHECK(error(".fifo", fifo) == bad_name);
    // The suffix counts. [docs: quotas-fifo]
    CHECK(error(std::string(76, 'a') + ".fifo", fifo) == bad_name);
    CHECK(error(std::string(75, 'a') + ".fifo", fifo).empty());
    CHECK(error("Orders.fifo", {{"FifoQueue", "false"}})
              .starts_with("InvalidParameterValueException: Can only include alphanumeric"));

    const std::string url = client.create("Orders.fifo", fifo);
    CHECK(url == "https://sqs.us-east-1.amazonaws.com/000000000000/Orders.fifo");
    CHECK(client.create("Orders.fifo", fifo) == url);
    CHECK(error("Orders.fifo", by_content) ==
          "QueueNameExists: A queue already exists with the same name and a different value for "
          "attribute ContentBasedDeduplication");
}

TEST_CASE("sqs GetQueueAttributes: All on a fresh FIFO queue has four more [LS]") {
    Client client;
    const Json all = all_attributes(client, client.create("Orders.fifo", fifo));
    CHECK(all.size() == 16);
    CHECK(all["ContentBasedDeduplication"] == "false");
    CHECK(all["DeduplicationScope"] == "queue");
    CHECK(all["FifoQueue"] == "true");
    CHECK(all["FifoThroughputLimit"] == "perQueue");
    CHECK(all["QueueArn"] == "arn:aws:sqs:us-east-1:000000000000:Orders.fifo");
}

TEST_CASE("sqs SetQueueAttributes: the attributes of FIFO queues [LS; docs: CreateQueue]") {
    Client client;
    const std::string url = client.create("Orders.fifo", fifo);
    const auto set = [&](const Json& attributes) {
        return client.error("SetQueueAttributes", {{"QueueUrl", url}, {"Attributes", attributes}});
    };
    CHECK(set({{"FifoQueue", "true"}}).empty());
    CHECK(set({{"FifoQueue", "false"}}) ==
          "InvalidAttributeValue: Invalid value for the parameter FifoQueue. Reason: Modifying "
          "queue type is not supported.");
    CHECK(set({{"ContentBasedDeduplication", "yes"}}) ==
          "InvalidAttributeValue: Invalid value for the parameter ContentBasedDeduplication.");
    CHECK(set({{"DeduplicationScope", "all"}}) ==
          "InvalidAttributeValue: Invalid value for the parameter DeduplicationScope.");
    CHECK(set({{"FifoThroughputLimit", "perMessage"}}) ==
          "InvalidAttributeValue: Invalid value for the parameter FifoThroughputLimit.");
    CHECK(set({{"FifoThroughputLimit", "perMessageGroupId"}})
              .starts_with("InvalidAttributeValue: Invalid value for the parameter "
                           "FifoThroughputLimit. Reason: The perMessageGroupId value is allowed"));
    CHECK_FALSE(client.service.find_queue("Orders.fifo")->settings().limit_throughput_by_group);
    CHECK(
        set({{"DeduplicationScope", "messageGroup"}, {"FifoThroughputLimit", "perMessageGroupId"}})
            .empty());
    CHECK(client.service.find_queue("Orders.fifo")->settings().deduplicate_by_group);
    CHECK(client.service.find_queue("Orders.fifo")->settings().limit_throughput_by_group);
    CHECK(set({{"DeduplicationScope", "queue"}}).starts_with("InvalidAttributeValue"));

    const std::string standard = client.create("Standard");
    CHECK(client.error("SetQueueAttributes",
                       {{"QueueUrl", standard}, {"Attributes", {{"FifoQueue", "true"}}}}) ==
          "InvalidAttributeName: Unknown Attribute FifoQueue.");
}

TEST_CASE("sqs SendMessage: what a FIFO queue asks for [LS]") {
    Client client;
    const std::string url = client.create("Orders.fifo", fifo);
    const auto error = [&](Json more) {
        more["QueueUrl"] = url;
        more["MessageBody"] = "x";
        return client.error("SendMessage", more);
    };
    CHECK(error(Json::object()) ==
          "MissingRequiredParameterException: The request must contain the parameter "
          "MessageGroupId.");
    CHECK(error({{"MessageGroupId", "g"}}) ==
          "InvalidParameterValueException: The queue should either have ContentBasedDeduplication "
          "enabled or MessageDeduplicationId provided explicitly");
    CHECK(error({{"MessageGroupId", "g"}, {"MessageDeduplicationId", "a b"}}) ==
          "InvalidParameterValueException: Value a b for parameter MessageDeduplicationId is "
          "invalid. Reason: MessageDeduplicationId can only include alphanumeric and punctuation "
          "characters. 1 to 128 in length.");
    CHECK(error({{"MessageGroupId", "g"}, {"MessageDeduplicationId", std::string(129, 'd')}})
              .find("1 to 128 in length") != std::string::npos);
    CHECK(error({{"MessageGroupId", ""}, {"MessageDeduplicationId", "d"}})
              .find("parameter MessageGroupId is invalid") != std::string::npos);
    CHECK(error({{"MessageGroupId", "g"}, {"MessageDeduplicationId", "d"}, {"DelaySeconds", 2}}) ==
          "InvalidParameterValueException: Value 2 for parameter DelaySeconds is invalid. Reason: "
          "The request include parameter that is not valid for this queue type.");
    CHECK(client.service.find_queue("Orders.fifo")->depth() == sqs::QueueDepth{});
}

TEST_CASE("sqs SendMessage: on a FIFO queue a delay of 0 leaves the queue's own [LS]") {
    Client client;
    Json attributes = by_content;
    attributes["DelaySeconds"] = "5";
    const std::string url = client.create("Orders.fifo", attributes);
    Json message = to_group(url, "x");
    message["DelaySeconds"] = 0;
    client.call("SendMessage", message);
    CHECK(client.service.find_queue("Orders.fifo")->depth().delayed == 1);
}

TEST_CASE("sqs SendMessage: a FIFO queue numbers its messages and tells duplicates [LS; docs]") {
    Client client;
    const std::string url = client.create("Orders.fifo", by_content);
    const Json first = client.call("SendMessage", to_group(url, "hello"));
    CHECK(first["SequenceNumber"].get<std::string>().size() == 20);
    const Json again = client.call("SendMessage", to_group(url, "hello", "other"));
    CHECK(again["MessageId"] == first["MessageId"]);
    CHECK(again["SequenceNumber"] == first["SequenceNumber"]);
    const Json second = client.call("SendMessage", to_group(url, "world"));
    CHECK(second["SequenceNumber"].get<std::string>() > first["SequenceNumber"].get<std::string>());

    const Json received =
        client.receive(url, {{"MaxNumberOfMessages", 10}, {"AttributeNames", {"All"}}})["Messages"];
    REQUIRE(received.size() == 2);
    CHECK(received[0]["Attributes"]["SequenceNumber"] == first["SequenceNumber"]);
    CHECK(received[0]["Attributes"]["MessageGroupId"] == "g");
    // SHA-256 of "hello". [docs: SendMessage, MessageDeduplicationId]
    CHECK(received[0]["Attributes"]["MessageDeduplicationId"] ==
          "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    CHECK(received[1]["Attributes"]["SequenceNumber"] == second["SequenceNumber"]);

    // An explicit id wins over the content. [docs]
    Json explicit_id = to_group(url, "hello");
    explicit_id["MessageDeduplicationId"] = "mine";
    CHECK(client.call("SendMessage", explicit_id)["MessageId"] != first["MessageId"]);
}

TEST_CASE("sqs SendMessageBatch: on a FIFO queue in order; what lacks its ids refuses all [LS]") {
    Client client;
    const std::string url = client.create("Orders.fifo", fifo);
    const auto entry = [](const char* id, const char* body, const Json& more) {
        Json all{{"Id", id}, {"MessageBody", body}};
        all.update(more);
        return all;
    };
    const auto ids = [](const char* deduplication) {
        return Json{{"MessageGroupId", "g"}, {"MessageDeduplicationId", deduplication}};
    };
    const auto batch = [&](const Json& entries) {
        return Json{{"QueueUrl", url}, {"Entries", entries}};
    };
    CHECK(client.error("SendMessageBatch",
                       batch({entry("1", "a", ids("1")),
                              entry("2", "b", {{"MessageDeduplicationId", "2"}})})) ==
          "InvalidParameterValueException: The request must contain the parameter MessageGroupId.");
    CHECK(client.error(
              "SendMessageBatch",
              batch({entry("1", "a", ids("1")), entry("2", "b", {{"MessageGroupId", "g"}})})) ==
          "InvalidParameterValueException: The queue should either have ContentBasedDeduplication "
          "enabled or MessageDeduplicationId provided explicitly");
    CHECK(client.service.find_queue("Orders.fifo")->depth() == sqs::QueueDepth{});

    Json late = ids("3");
    late["DelaySeconds"] = 1;
    const Json answer = client.call(
        "SendMessageBatch",
        batch({entry("1", "a", ids("1")), entry("2", "b", late), entry("3", "c", ids("2"))}));
    REQUIRE(answer["Successful"].size() == 2);
    CHECK(answer["Successful"][0]["SequenceNumber"].get<std::string>() <
          answer["Successful"][1]["SequenceNumber"].get<std::string>());
    REQUIRE(answer["Failed"].size() == 1);
    CHECK(answer["Failed"][0]["Id"] == "2");
    CHECK(answer["Failed"][0]["Code"] == "InvalidParameterValue");
    const Json received = client.receive(url, {{"MaxNumberOfMessages", 10}})["Messages"];
    REQUIRE(received.size() == 2);
    CHECK(received[0]["Body"] == "a");
    CHECK(received[1]["Body"] == "c");
}

TEST_CASE("sqs ReceiveMessage: ReceiveRequestAttemptId gives the same messages again [docs]") {
    Client client;
    const std::string url = client.create("Orders.fifo", by_content);
    client.call("SendMessage", to_group(url, "a"));
    const Json first = client.receive(url, {{"ReceiveRequestAttemptId", "try-1"}})["Messages"];
    REQUIRE(first.size() == 1);
    CHECK(client.receive(url, {{"ReceiveRequestAttemptId", "try-2"}}) == Json::object());
    const Json again = client.receive(url, {{"ReceiveRequestAttemptId", "try-1"}})["Messages"];
    REQUIRE(again.size() == 1);
    CHECK(again[0]["ReceiptHandle"] == first[0]["ReceiptHandle"]);
    CHECK(client.error("ReceiveMessage", {{"QueueUrl", url}, {"ReceiveRequestAttemptId", "a b"}})
              .ends_with("1 to 128 in length."));
}

TEST_CASE("sqs DeleteMessage: a FIFO queue refuses a receipt whose time is over [LS]") {
    Client client;
    const std::string url = client.create("Orders.fifo", by_content);
    client.call("SendMessage", to_group(url, "a"));
    const std::string handle = client.receive(url)["Messages"][0]["ReceiptHandle"];
    client.run_for(30s);
    const std::string message = "Value " + handle +
                                " for parameter ReceiptHandle is invalid. Reason: The receipt "
                                "handle has expired.";
    CHECK(client.error("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}}) ==
          "InvalidParameterValueException: " + message);
    const Json batch =
        client.call("DeleteMessageBatch",
                    {{"QueueUrl", url}, {"Entries", {{{"Id", "1"}, {"ReceiptHandle", handle}}}}});
    CHECK(batch == Json{{"Failed",
                         {{{"Id", "1"},
                           {"Code", "InvalidParameterValue"},
                           {"Message", message},
                           {"SenderFault", true}}}}});
    const Json latest = client.receive(url)["Messages"][0]["ReceiptHandle"];
    client.run_for(29s);
    client.call("ChangeMessageVisibility",
                {{"QueueUrl", url}, {"ReceiptHandle", latest}, {"VisibilityTimeout", 60}});
    client.run_for(59s);
    CHECK(client.error("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", latest}}).empty());
    CHECK(client.service.find_queue("Orders.fifo")->depth() == sqs::QueueDepth{});
}

TEST_CASE("sqs SendMessage: over the throughput of a FIFO queue it is throttled [docs]") {
    // [docs: quotas-fifo, 300 calls a second of each action;
    // troubleshooting-fifo-throttling-issues]
    Client client;
    const std::string url = client.create("Orders.fifo", by_content);
    for (int count = 0; count < 300; ++count) {
        client.call("SendMessage", to_group(url, std::to_string(count).c_str()));
    }
    CHECK(client.error("SendMessage", to_group(url, "one more")) ==
          "ThrottlingException: Rate exceeded");
    client.run_for(1s);
    CHECK(client.error("SendMessage", to_group(url, "one more")).empty());
}
