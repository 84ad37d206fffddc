#include "services/kinesis/lambda_record.h"

#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

TEST_CASE("kinesis records for Lambda: have AWS's members in AWS's order") {
    KinesisClient client;
    client.create("Rides", 1);
    client.run_for(5ms);
    const std::string number = client.put("Rides", "k\"1", "data")["SequenceNumber"];
    const std::string arn = "arn:aws:kinesis:us-east-1:000000000000:stream/Rides";
    kinesis::Stream& stream = *client.service().find(arn).stream;
    const kinesis::Shard& shard = *stream.find_shard(first_shard);
    std::string json;
    REQUIRE(kinesis::append_lambda_record(
        stream, shard, shard.first(), arn, "arn:aws:iam::000000000000:role/r", json));
    CHECK(json ==
          R"({"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"k\"1","sequenceNumber":")" +
              number +
              R"(","data":"ZGF0YQ==","approximateArrivalTimestamp":1767225610.005},)"
              R"("eventSource":"aws:kinesis","eventVersion":"1.0",)"
              R"("eventID":"shardId-000000000000:)" +
              number +
              R"(","eventName":"aws:kinesis:record",)"
              R"("invokeIdentityArn":"arn:aws:iam::000000000000:role/r",)"
              R"("awsRegion":"us-east-1",)"
              R"("eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/Rides"})");
    json.clear();
    CHECK_FALSE(kinesis::append_lambda_record(stream, shard, shard.next(), arn, "role", json));
    CHECK(json.empty());
}
