// Queues on disk: what clients know of them is the same after a restart.

#include "engine/store.h"
#include "engine/world.h"
#include "services/sqs/sqs.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

using namespace orrery;
using namespace orrery::sqs;

namespace {

/// SQS over one state file, in one process after another.
class Lives {
public:
    Lives() { begin(); }
    ~Lives() { end(); }
    Lives(const Lives&) = delete;
    Lives& operator=(const Lives&) = delete;

    Json call(const char* operation, const Json& parameters) {
        aws::Api api;
        api.add(service_->api());
        Json answer = api.call_now("sqs", operation, parameters);
        run_for(0s);
        return answer;
    }
    void run_for(Duration duration) { world_->loop.run_until(world_->loop.now() + duration); }
    void restart() {
        const Instant now = world_->loop.now();
        end();
        begin(now);
    }
    Queue* queue(const char* name) { return service_->find_queue(name); }

private:
    void begin(Instant start = default_start) {
        world_ = std::make_unique<World>(1, start);
        store_ = std::make_unique<Store>(world_->loop, folder_.path() / "state");
        world_->store = store_.get();
        service_ = std::make_unique<SqsService>(*world_, aws::Identity{});
    }
    void end() {
        service_.reset();
        store_.reset();
        world_.reset();
    }

    test::TemporaryFolder folder_;
    std::unique_ptr<World> world_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<SqsService> service_;
};

}  // namespace

TEST_CASE("sqs state on disk: queues come back with attributes, tags and messages") {
    Lives lives;
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
    Lives lives;
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
    Lives lives;
    const std::string url = lives.call("CreateQueue", {{"QueueName", "Orders"}})["QueueUrl"];
    lives.call("SendMessage", {{"QueueUrl", url}, {"MessageBody", "a"}});
    lives.call("PurgeQueue", {{"QueueUrl", url}});
    lives.run_for(2s);
    lives.restart();
    CHECK_THROWS_AS(lives.call("PurgeQueue", {{"QueueUrl", url}}), aws::ApiError);
    CHECK(lives.queue("Orders")->depth() == QueueDepth{});
}
