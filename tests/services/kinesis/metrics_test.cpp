#include "services/aws/metrics.h"

#include "tests/services/kinesis/client.h"
#include "tests/services/metric_sums.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

TEST_CASE("kinesis metrics: what came in, what was refused, what was read") {
    SumsBeside sums("AWS/Kinesis", "StreamName");
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
    CHECK(sums.of("IncomingRecords shardId-000000000000") == -1);
}

TEST_CASE("kinesis metrics: of shards where they are enabled, and of consumers") {
    SumsBeside sums("AWS/Kinesis", "StreamName");
    KinesisClient client({}, &sums);
    client.create("Rides", 1);
    client.call("EnableEnhancedMonitoring",
                {{"StreamName", "Rides"}, {"ShardLevelMetrics", {"IncomingRecords"}}});
    client.run_for(10s);
    client.put("Rides", "k", "x");
    CHECK(sums.of("IncomingRecords shardId-000000000000") == 1);
    CHECK(sums.of("IncomingBytes shardId-000000000000") == -1);
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
