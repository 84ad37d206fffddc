#include "services/aws/metrics.h"

#include "services/sqs/sqs.h"
#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <map>
#include <memory>

namespace orrery::sqs {

namespace {

/// Keeps what was recorded as "minute:value" texts.
class Recorder final : public aws::MetricWriter {
public:
    aws::Metric& metric(const aws::MetricName& name) override {
        auto& kept = metrics_[name.name];
        kept = std::make_unique<Kept>();
        return *kept;
    }
    void add_sampler(aws::MetricSampler& sampler) override { sampler_ = &sampler; }

    std::string of(const std::string& name) {
        sampler_->sample_metrics();
        return metrics_.at(name)->text();
    }

private:
    class Kept final : public aws::Metric {
    public:
        std::string text() {
            begin(Instant(), 0);
            count_ = 0;
            return text_;
        }

    private:
        void begin(Instant at, double value) override {
            if (count_ > 0) {
                const auto minute = (minute_ - default_start) / 1min;
                text_ += (text_.empty() ? "" : " ") + std::to_string(minute) + ":" +
                         std::to_string(static_cast<int>(value_)) + "x" + std::to_string(count_);
            }
            minute_ = std::chrono::floor<std::chrono::minutes>(at);
            value_ = value;
            count_ = 1;
        }
        std::string text_;
    };
    std::map<std::string, std::unique_ptr<Kept>> metrics_;
    aws::MetricSampler* sampler_ = nullptr;
};

struct Measured {
    Measured() { api.add(service.api()); }
    Json call(const char* operation, Json parameters) {
        parameters["QueueUrl"] = "http://localhost/000000000000/q";
        return api.call_now("sqs", operation, parameters);
    }
    void run_for(Duration duration) { world.loop.run_until(world.loop.now() + duration); }

    World world;
    Recorder recorder;
    SqsService service{world, aws::Identity{}, &recorder};
    aws::Api api;
};

}  // namespace

TEST_CASE("sqs metrics: messages and receives are counted in the minute they happen in") {
    Measured measured;
    measured.api.call_now("sqs", "CreateQueue", {{"QueueName", "q"}});
    measured.call("SendMessage", {{"MessageBody", "abc"}});
    measured.call("SendMessage", {{"MessageBody", "def"}});
    measured.run_for(90s);
    const Json got = measured.call("ReceiveMessage", {{"MaxNumberOfMessages", 10}});
    for (const Json& message : got["Messages"]) {
        measured.call("DeleteMessage", {{"ReceiptHandle", message["ReceiptHandle"]}});
    }
    measured.call("ReceiveMessage", Json::object());
    CHECK(measured.recorder.of("NumberOfMessagesSent") == "0:1x2");
    CHECK(measured.recorder.of("SentMessageSize") == "0:3x2");
    CHECK(measured.recorder.of("NumberOfMessagesReceived") == "1:2x1");
    CHECK(measured.recorder.of("NumberOfMessagesDeleted") == "1:1x2");
    CHECK(measured.recorder.of("NumberOfEmptyReceives") == "1:1x1");
}

TEST_CASE("sqs metrics: what is in a queue is measured at each minute's end, without events") {
    Measured measured;
    measured.api.call_now("sqs", "CreateQueue", {{"QueueName", "q"}});
    measured.run_for(30s);
    measured.call("SendMessage", {{"MessageBody", "a"}});
    measured.call("SendMessage", {{"MessageBody", "b"}});
    const std::size_t events = measured.world.loop.pending();
    CHECK(events == 1);  // the retention
    measured.run_for(100s);
    measured.call("ReceiveMessage", {{"VisibilityTimeout", 60}});  // at 2:10, back at 3:10
    measured.run_for(120s);                                        // until 4:10
    CHECK(measured.recorder.of("ApproximateNumberOfMessagesVisible") == "0:2x1 1:2x1 2:1x1 3:2x1");
    CHECK(measured.recorder.of("ApproximateNumberOfMessagesNotVisible") ==
          "0:0x1 1:0x1 2:1x1 3:0x1");
    CHECK(measured.recorder.of("ApproximateAgeOfOldestMessage") == "0:30x1 1:90x1 2:150x1 3:210x1");
}

TEST_CASE("sqs metrics: an empty queue is measured for six hours after its last call") {
    Measured measured;
    measured.api.call_now("sqs", "CreateQueue", {{"QueueName", "q"}});
    measured.call("ReceiveMessage", Json::object());
    measured.run_for(48h);
    const std::string text = measured.recorder.of("ApproximateNumberOfMessagesVisible");
    CHECK(std::count(text.begin(), text.end(), ':') == 360);
    CHECK(measured.world.loop.pending() == 0);
}

}  // namespace orrery::sqs
