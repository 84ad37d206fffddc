#include "services/aws/metrics.h"

#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

#include <map>
#include <memory>

using namespace orrery;
using namespace orrery::test;

namespace {

/// Adds up what is recorded, by the metric's name and what it is of beside the stream.
class Sums final : public aws::MetricWriter {
public:
    aws::Metric& metric(const aws::MetricName& name) override {
        std::string key = name.name;
        for (const aws::MetricDimension& dimension : name.dimensions) {
            key += dimension.name == "StreamName" ? "" : " " + dimension.value;
        }
        auto& kept = metrics_[key];
        if (kept == nullptr) {
            kept = std::make_unique<Sum>();
        }
        return *kept;
    }
    void add_sampler(aws::MetricSampler& /*sampler*/) override {}

    double of(const std::string& key) { return metrics_.at(key)->sum(); }
    bool has(const std::string& key) const { return metrics_.contains(key); }

private:
    class Sum final : public aws::Metric {
    public:
        double sum() const {
            return sum_ + (count_ > 0 ? static_cast<double>(count_) * value_ : 0);
        }

    private:
        void begin(Instant at, double value) override {
            sum_ = sum();
            minute_ = std::chrono::floor<std::chrono::minutes>(at);
            value_ = value;
            count_ = 1;
        }
        double sum_ = 0;
    };
    std::map<std::string, std::unique_ptr<Sum>> metrics_;
};

}  // namespace

TEST_CASE("kinesis metrics: what came in, what was refused, what was read") {
    Sums sums;
    KinesisClient client({}, &sums);
    client.create("Rides", 1);
    client.put("Rides", "key", "four");
    Json records = Json::array();
    for (int count = 0; count < 5; ++count) {
        records.push_back(
            {{"PartitionKey", "k"}, {"Data", aws::base64(std::string(299'999, 'x'))}});
    }
    client.call("PutRecords", {{"StreamName", "Rides"}, {"Records", records}});
    CHECK(sums.of("IncomingRecords") == 4);
    CHECK(sums.of("IncomingBytes") == 900'007);
    CHECK(sums.of("PutRecord.Bytes") == 7);
    CHECK(sums.of("PutRecord.Success") == 1);
    CHECK(sums.of("PutRecords.TotalRecords") == 5);
    CHECK(sums.of("PutRecords.SuccessfulRecords") == 3);
    CHECK(sums.of("PutRecords.ThrottledRecords") == 2);
    CHECK(sums.of("WriteProvisionedThroughputExceeded") == 2);

    client.run_for(2s);
    const std::string iterator = client.iterator("Rides", first_shard);
    client.get(iterator, {{"Limit", 1}});
    CHECK(sums.of("GetRecords.Records") == 1);
    CHECK(sums.of("GetRecords.Bytes") == 7);
    CHECK(sums.of("GetRecords.IteratorAgeMilliseconds") == 2000);
    for (int count = 0; count < 5; ++count) {
        client.code("GetRecords", {{"ShardIterator", iterator}});
    }
    CHECK(sums.of("ReadProvisionedThroughputExceeded") > 0);
    CHECK_FALSE(sums.has("IncomingRecords shardId-000000000000"));
}

TEST_CASE("kinesis metrics: of shards where they are enabled, and of consumers") {
    Sums sums;
    KinesisClient client({}, &sums);
    client.create("Rides", 1);
    client.call("EnableEnhancedMonitoring",
                {{"StreamName", "Rides"}, {"ShardLevelMetrics", {"IncomingRecords"}}});
    client.run_for(10s);
    client.put("Rides", "k", "x");
    CHECK(sums.of("IncomingRecords shardId-000000000000") == 1);
    CHECK_FALSE(sums.has("IncomingBytes shardId-000000000000"));
    const Json consumer = client.call(
        "RegisterStreamConsumer",
        {{"StreamARN", client.summary("Rides")["StreamARN"]}, {"ConsumerName", "C"}})["Consumer"];
    client.run_for(5s);
    client.api().call("kinesis",
                      "SubscribeToShard",
                      {{"ConsumerARN", consumer["ConsumerARN"]},
                       {"ShardId", first_shard},
                       {"StartingPosition", {{"Type", "TRIM_HORIZON"}}}},
                      [](const aws::ApiResult&) {});
    client.run_for(0s);
    CHECK(sums.of("SubscribeToShard.Success C") == 1);
    CHECK(sums.of("SubscribeToShardEvent.Records C") == 1);
}
