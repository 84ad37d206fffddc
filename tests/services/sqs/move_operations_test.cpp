#include "tests/services/sqs/client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr const char* dead_arn = "arn:aws:sqs:us-east-1:000000000000:Dead";

/// Two queues with one dead-letter queue.
class Shop : public Client {
public:
    std::string dead = create("Dead");
    std::string orders = create("Orders", {{"RedrivePolicy", redrive()}});
    std::string bills = create("Bills", {{"RedrivePolicy", redrive()}});

    static std::string redrive(const std::string& target = dead_arn) {
        return Json{{"deadLetterTargetArn", target}, {"maxReceiveCount", 1}}.dump();
    }
    /// Sends `count` messages and lets them go to the dead-letter queue.
    void fail(const std::string& url, int count) {
        for (int number = 1; number <= count; ++number) {
            send(url, "m" + std::to_string(number));
        }
        for (int number = 0; number <= count; ++number) {
            receive(url, {{"VisibilityTimeout", 0}});
        }
    }
    Json start(Json more = Json::object()) {
        more["SourceArn"] = dead_arn;
        return call("StartMessageMoveTask", more);
    }
    Json list(int max = 10) {
        return call("ListMessageMoveTasks",
                    {{"SourceArn", dead_arn}, {"MaxResults", max}})["Results"];
    }
    std::size_t visible(const char* name) { return service.find_queue(name)->depth().visible; }
};

std::string with_arn(const std::string& name) {
    return "arn:aws:sqs:us-east-1:000000000000:" + name;
}

}  // namespace

TEST_CASE("sqs StartMessageMoveTask: without a destination each message goes back to its source") {
    // [docs: StartMessageMoveTask, sqs-configure-dead-letter-queue-redrive]
    Shop shop;
    shop.fail(shop.orders, 3);
    shop.fail(shop.bills, 2);
    REQUIRE(shop.visible("Dead") == 5);
    const Json received = shop.receive(shop.dead, {{"VisibilityTimeout", 0}})["Messages"][0];
    shop.run_for(100s);
    const Json handle = shop.start()["TaskHandle"];
    // The fastest rate, ten at a time: at the next batch's instant.
    shop.run_for(19ms);
    CHECK(shop.visible("Dead") == 5);
    shop.run_for(1ms);
    CHECK(shop.visible("Dead") == 0);
    CHECK(shop.visible("Orders") == 3);
    CHECK(shop.visible("Bills") == 2);
    CHECK(shop.list() == Json::array({{{"ApproximateNumberOfMessagesMoved", 5},
                                       {"ApproximateNumberOfMessagesToMove", 5},
                                       {"SourceArn", dead_arn},
                                       {"StartedTimestamp", 1767225700000},
                                       {"Status", "COMPLETED"}}}));

    // Moved messages are new ones, with time and counts of their own.
    const Json moved = shop.receive(shop.orders, {{"AttributeNames", {"All"}}})["Messages"][0];
    CHECK(moved["Body"] == "m1");
    CHECK(moved["MessageId"] != received["MessageId"]);
    CHECK(moved["Attributes"]["ApproximateReceiveCount"] == "1");
    CHECK(moved["Attributes"]["SentTimestamp"] == "1767225700020");
    CHECK_FALSE(moved["Attributes"].contains("DeadLetterQueueSourceArn"));
}

TEST_CASE("sqs StartMessageMoveTask: to a destination, at the rate that was asked for [docs]") {
    Shop shop;
    shop.create("Other");
    shop.fail(shop.orders, 4);
    const Json answer =
        shop.start({{"DestinationArn", with_arn("Other")}, {"MaxNumberOfMessagesPerSecond", 2}});
    const Json running = shop.list();
    CHECK(running == Json::array({{{"ApproximateNumberOfMessagesMoved", 0},
                                   {"ApproximateNumberOfMessagesToMove", 4},
                                   {"DestinationArn", with_arn("Other")},
                                   {"MaxNumberOfMessagesPerSecond", 2},
                                   {"SourceArn", dead_arn},
                                   {"StartedTimestamp", 1767225600000},
                                   {"Status", "RUNNING"},
                                   {"TaskHandle", answer["TaskHandle"]}}}));
    shop.run_for(1s);
    CHECK(shop.visible("Other") == 2);
    CHECK(shop.list()[0]["ApproximateNumberOfMessagesMoved"] == 2);
    // What arrives in the meantime is no part of the task.
    shop.send(shop.dead, "late");
    // A run is not idle before the task has ended.
    shop.world.loop.run_until_idle(shop.world.loop.now() + 1h);
    CHECK(shop.world.loop.now() == shop.world.loop.start() + 2s);
    CHECK(shop.visible("Other") == 4);
    CHECK(shop.visible("Dead") == 1);
    CHECK(shop.list()[0]["Status"] == "COMPLETED");
}

TEST_CASE("sqs CancelMessageMoveTask: what has been moved stays moved [LS; docs]") {
    Shop shop;
    shop.fail(shop.orders, 4);
    const Json handle = shop.start({{"MaxNumberOfMessagesPerSecond", 1}})["TaskHandle"];
    shop.run_for(1500ms);
    CHECK(shop.call("CancelMessageMoveTask", {{"TaskHandle", handle}}) ==
          Json{{"ApproximateNumberOfMessagesMoved", 1}});
    CHECK(shop.list()[0]["Status"] == "CANCELLING");
    CHECK_FALSE(shop.list()[0].contains("TaskHandle"));
    CHECK(shop.error("CancelMessageMoveTask", {{"TaskHandle", handle}})
              .starts_with("UnsupportedOperation: Only a task that is RUNNING can be cancelled"));
    shop.run_for(500ms);
    CHECK(shop.list()[0]["Status"] == "CANCELLED");
    shop.run_for(10s);
    CHECK(shop.visible("Dead") == 3);
    CHECK(shop.visible("Orders") == 1);

    CHECK(shop.error("CancelMessageMoveTask", {{"TaskHandle", "x"}}) ==
          "InvalidParameterValueException: Value for parameter TaskHandle is invalid.");
    // {"taskId":"x","sourceArn":"arn:aws:sqs:us-east-1:000000000000:Dead"}
    CHECK(shop.error(
              "CancelMessageMoveTask",
              {{"TaskHandle",
                "eyJ0YXNrSWQiOiJ4Iiwic291cmNlQXJuIjoiYXJuOmF3czpzcXM6dXMtZWFzdC0xOjAwMDAwMDAwMDAw"
                "MDpEZWFkIn0="}}) == "ResourceNotFoundException: Task does not exist.");
}

TEST_CASE("sqs StartMessageMoveTask: a task that cannot go on fails and says why [docs]") {
    // [docs: troubleshooting-dlq-redrive]
    Shop shop;
    SECTION("a message that was sent to the dead-letter queue itself") {
        shop.fail(shop.orders, 1);
        shop.send(shop.dead, "direct");
        shop.start();
        shop.run_for(1s);
        CHECK(shop.list()[0]["Status"] == "FAILED");
        CHECK(shop.list()[0]["FailureReason"] == "CouldNotDetermineMessageSource");
        CHECK(shop.list()[0]["ApproximateNumberOfMessagesMoved"] == 1);
        CHECK(shop.visible("Dead") == 1);
    }
    SECTION("a source that is gone") {
        shop.fail(shop.orders, 1);
        shop.call("DeleteQueue", {{"QueueUrl", shop.orders}});
        shop.start();
        shop.run_for(1s);
        CHECK(shop.list()[0]["FailureReason"] == "AWS.SimpleQueueService.NonExistentQueue");
        CHECK(shop.visible("Dead") == 1);
    }
}

TEST_CASE("sqs StartMessageMoveTask: what is refused [LS; public emulators agree]") {
    Shop shop;
    const auto error = [&](const Json& parameters) {
        return shop.error("StartMessageMoveTask", parameters);
    };
    CHECK(error(Json::object()) ==
          "MissingRequiredParameterException: The request must contain the parameter SourceArn.");
    CHECK(error({{"SourceArn", "Dead"}}) ==
          "InvalidParameterValueException: You must use this format to specify the SourceArn: "
          "arn:<partition>:<service>:<region>:<account-id>:<resource-id>");
    CHECK(error({{"SourceArn", with_arn("Gone")}}) ==
          "ResourceNotFoundException: The resource that you specified for the SourceArn parameter "
          "doesn't exist.");
    CHECK(error({{"SourceArn", with_arn("Orders")}}) ==
          "InvalidParameterValueException: Source queue must be configured as a Dead Letter "
          "Queue.");
    CHECK(error({{"SourceArn", dead_arn}, {"DestinationArn", with_arn("Gone")}}) ==
          "ResourceNotFoundException: The resource that you specified for the DestinationArn "
          "parameter doesn't exist.");
    CHECK(error({{"SourceArn", dead_arn}, {"DestinationArn", dead_arn}}) ==
          "InvalidParameterValueException: Source queue arn and destination queue arn cannot be "
          "the same.");
    shop.create("F.fifo", {{"FifoQueue", "true"}});
    CHECK(error({{"SourceArn", dead_arn}, {"DestinationArn", with_arn("F.fifo")}}) ==
          "InvalidParameterValueException: The source queue and destination queue must be of the "
          "same queue type.");
    CHECK(error({{"SourceArn", dead_arn}, {"MaxNumberOfMessagesPerSecond", 501}})
              .starts_with("InvalidParameterValueException: Value 501 for parameter"));
    shop.fail(shop.orders, 1);
    shop.start();
    CHECK(error({{"SourceArn", dead_arn}}) ==
          "InvalidParameterValueException: There is already a task running. Only one active task "
          "is allowed for a source queue arn at a given time.");
}

TEST_CASE("sqs ListMessageMoveTasks: the newest first, the last ten, one unless asked [docs]") {
    Shop shop;
    CHECK(shop.list() == Json::array());
    for (int count = 1; count <= 12; ++count) {
        shop.fail(shop.orders, 1);
        shop.start();
        shop.run_for(1s);
    }
    const Json all = shop.list();
    REQUIRE(all.size() == 10);
    CHECK(all[0]["StartedTimestamp"].get<std::int64_t>() >
          all[9]["StartedTimestamp"].get<std::int64_t>());
    CHECK(shop.call("ListMessageMoveTasks", {{"SourceArn", dead_arn}})["Results"].size() == 1);
    CHECK(shop.error("ListMessageMoveTasks", {{"SourceArn", dead_arn}, {"MaxResults", 11}})
              .starts_with("InvalidParameterValueException: Value 11 for parameter MaxResults"));
    CHECK(shop.error("ListMessageMoveTasks", {{"SourceArn", with_arn("Gone")}})
              .starts_with("ResourceNotFoundException"));
}

TEST_CASE("sqs StartMessageMoveTask: a FIFO queue's messages keep their order and group [docs]") {
    Client client;
    const Json fifo{{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}};
    const std::string dead = client.create("Dead.fifo", fifo);
    Json with_redrive = fifo;
    with_redrive["RedrivePolicy"] = Shop::redrive(with_arn("Dead.fifo"));
    const std::string url = client.create("Orders.fifo", with_redrive);
    for (const char* body : {"a", "b", "c"}) {
        client.call("SendMessage",
                    {{"QueueUrl", url}, {"MessageBody", body}, {"MessageGroupId", "g"}});
    }
    for (int round = 0; round < 2; ++round) {
        client.receive(url, {{"VisibilityTimeout", 0}, {"MaxNumberOfMessages", 10}});
    }
    REQUIRE(client.service.find_queue("Dead.fifo")->depth().visible == 3);
    client.call("StartMessageMoveTask", {{"SourceArn", with_arn("Dead.fifo")}});
    client.run_for(1s);
    const Json moved = client.receive(
        url, {{"MaxNumberOfMessages", 10}, {"AttributeNames", {"MessageGroupId"}}})["Messages"];
    REQUIRE(moved.size() == 3);
    CHECK(moved[0]["Body"] == "a");
    CHECK(moved[1]["Body"] == "b");
    CHECK(moved[2]["Body"] == "c");
    CHECK(moved[0]["Attributes"] == Json{{"MessageGroupId", "g"}});
}

TEST_CASE("sqs StartMessageMoveTask: start, batches and end stand in the trace") {
    Shop shop;
    shop.fail(shop.orders, 12);
    const std::uint64_t before = shop.world.trace.size();
    shop.start();
    shop.run_for(1s);
    std::vector<std::string> lines;
    for (std::uint64_t index = before; index < shop.world.trace.size(); ++index) {
        const TraceEvent event = shop.world.trace[index];
        if (event.kind.starts_with("sqs.move_task")) {
            Json data = event.json();
            data.erase("task_id");
            lines.push_back(std::string(event.source) + " " + std::string(event.kind) + " " +
                            data.dump());
        }
    }
    CHECK(lines == std::vector<std::string>{
                       R"(sqs/Dead sqs.move_task.started {"messages":12,"to":"the sources"})",
                       R"(sqs/Dead sqs.move_task.moved {"messages":10,"total":10})",
                       R"(sqs/Dead sqs.move_task.moved {"messages":2,"total":12})",
                       R"(sqs/Dead sqs.move_task.ended {"status":"COMPLETED","total":12})"});
}
