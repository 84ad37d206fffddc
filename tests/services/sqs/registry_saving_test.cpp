// Queues on disk: what clients know of them is the same after a restart.

#include "services/sqs/sqs.h"
#include "tests/services/lives.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

using namespace orrery;
using namespace orrery::sqs;

namespace {

/// A folder for the state file, there before it.
struct StateFolder {
    orrery::test::TemporaryFolder folder;
};

class SavedQueues : StateFolder, public orrery::test::Lives<SqsService> {
public:
    SavedQueues()
        : orrery::test::Lives<SqsService>(folder.path() / "state", [](World& world, aws::Api& api) {
              auto service = std::make_unique<SqsService>(world, aws::Identity{});
              api.add(service->api());
              return service;
          }) {}

    Json call(const char* operation, const Json& parameters) {
        Json answer = api().call_now("sqs", operation, parameters);
        run_for(0s);
        return answer;
    }
    Queue* queue(const char* name) { return service().find_queue(name); }
};

}  // namespace

TEST_CASE("sqs state on disk: queues come back with attributes, tags and messages") {
    SavedQueues lives;
    const std::string url = lives.call("CreateQueue",
                                       {{"QueueName", "Orders"},
                                        {"Attributes", {{"VisibilityTimeout", "77"}}},
                                        {"tags", {{"team", "a"}}}})["QueueUrl"];
    lives.call("CreateQueue",
               {{"QueueName", "Orders.fifo"}, {"Attributes", {{"FifoQueue", "true"}}}});
    const std::string id =
        lives.call("SendMessage", {{"QueueUrl", url}, {"MessageBody", "text"}})["MessageId"];
    lives.run_for(10s);
    lives.call("SetQueueAttributes", {{"QueueUrl", url}, {"Attributes", {{"DelaySeconds", "5"}}}});
    const Json all{{"QueueUrl", url}, {"AttributeNames", {"All"}}};
    const Json before = lives.call("GetQueueAttributes", all);
    const std::string handle =
        lives.call("ReceiveMessage", {{"QueueUrl", url}})["Messages"][0]["ReceiptHandle"];

    lives.restart();
    CHECK(lives.call("ListQueueTags", {{"QueueUrl", url}})["Tags"] == Json{{"team", "a"}});
    CHECK(lives.queue("Orders.fifo")->settings().fifo);
    CHECK(lives.queue("Orders")->depth() == QueueDepth{0, 1, 0});
    CHECK(lives.queue("Orders")->snapshot().at(0).message_id == id);
    Json after = lives.call("GetQueueAttributes", all);
    CHECK(after["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1");
    for (const char* counter :
         {"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"}) {
        after["Attributes"][counter] = before["Attributes"][counter];
    }
    CHECK(after == before);
    // The handle that the first process gave is good in the second.
    lives.call("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}});
    CHECK(lives.queue("Orders")->depth() == QueueDepth{});
}

TEST_CASE("sqs state on disk: a deleted queue stays deleted, its name taken for a minute") {
    SavedQueues lives;
    const std::string url = lives.call("CreateQueue", {{"QueueName", "Orders"}})["QueueUrl"];
    lives.call("SendMessage", {{"QueueUrl", url}, {"MessageBody", "old"}});
    const std::string handle =
        lives.call("ReceiveMessage", {{"QueueUrl", url}})["Messages"][0]["ReceiptHandle"];
    lives.call("DeleteQueue", {{"QueueUrl", url}});
    lives.restart();
    CHECK(lives.queue("Orders") == nullptr);
    // [botocore CreateQueue]
    CHECK_THROWS_AS(lives.call("CreateQueue", {{"QueueName", "Orders"}}), aws::ApiError);
    lives.run_for(60s);
    lives.call("CreateQueue", {{"QueueName", "Orders"}});
    lives.restart();
    REQUIRE(lives.queue("Orders") != nullptr);
    CHECK(lives.queue("Orders")->depth() == QueueDepth{});
    CHECK(lives.queue("Orders")->identity().incarnation == 2);
    CHECK_THROWS_AS(lives.call("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}}),
                    aws::ApiError);
}

TEST_CASE("sqs state on disk: a purge stays the last for a minute") {
    SavedQueues lives;
    const std::string url = lives.call("CreateQueue", {{"QueueName", "Orders"}})["QueueUrl"];
    lives.call("SendMessage", {{"QueueUrl", url}, {"MessageBody", "a"}});
    lives.call("PurgeQueue", {{"QueueUrl", url}});
    lives.run_for(2s);
    lives.restart();
    CHECK_THROWS_AS(lives.call("PurgeQueue", {{"QueueUrl", url}}), aws::ApiError);
    CHECK(lives.queue("Orders")->depth() == QueueDepth{});
}
