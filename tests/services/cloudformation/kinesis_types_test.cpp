#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

namespace {

// Such as the model admits.
const std::string stream_arn = "arn:aws:kinesis:us-east-1:000000000000:stream/";
const std::string consumer_arn = stream_arn + "rides/consumer/reader:1";

Json call(const FakeCloud& cloud, const std::string& operation) {
    return cloud.parameters_of("kinesis." + operation);
}

}  // namespace

TEST_CASE("cloudformation AWS::Kinesis::Stream: all properties become operations") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  Rides:
    Type: AWS::Kinesis::Stream
    Properties:
      Name: rides
      ShardCount: "3"
      RetentionPeriodHours: 48
      StreamEncryption: {EncryptionType: KMS, KeyId: alias/aws/kinesis}
      DesiredShardLevelMetrics: [IncomingBytes]
      MaxRecordSizeInKiB: 2048
      Tags: [{Key: a, Value: b}]
)");
    CHECK(call(cloud, "CreateStream") == Json{{"StreamName", "rides"},
                                              {"ShardCount", 3},
                                              {"MaxRecordSizeInKiB", 2048},
                                              {"Tags", {{"a", "b"}}}});
    CHECK(call(cloud, "IncreaseStreamRetentionPeriod")["RetentionPeriodHours"] == 48);
    CHECK(call(cloud, "StartStreamEncryption")["KeyId"] == "alias/aws/kinesis");
    CHECK(call(cloud, "EnableEnhancedMonitoring")["ShardLevelMetrics"] ==
          Json::array({"IncomingBytes"}));
    CHECK(call(cloud, "FinishChanges") == Json::object());
    CHECK(cloud.stack.physical_id("Rides") == "rides");
    CHECK(cloud.stack.attribute("Rides", "Arn") == stream_arn + "rides");
}

TEST_CASE("cloudformation AWS::Kinesis::Stream: provisioned with one shard, unless it says so") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  Plain: {Type: AWS::Kinesis::Stream}
)");
    CHECK(call(cloud, "CreateStream")["ShardCount"] == 1);
    FakeCloud other;
    other.deploy(R"(
Resources:
  Busy: {Type: AWS::Kinesis::Stream, Properties: {StreamModeDetails: {StreamMode: ON_DEMAND}}}
)");
    CHECK(call(other, "CreateStream")["StreamModeDetails"]["StreamMode"] == "ON_DEMAND");
    CHECK_FALSE(call(other, "CreateStream").contains("ShardCount"));
}

TEST_CASE("cloudformation AWS::Kinesis::StreamConsumer, ResourcePolicy: of a stream") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  Rides: {Type: AWS::Kinesis::Stream, Properties: {Name: rides}}
  Reader:
    Type: AWS::Kinesis::StreamConsumer
    Properties: {ConsumerName: reader, StreamARN: !GetAtt Rides.Arn}
  Policy:
    Type: AWS::Kinesis::ResourcePolicy
    Properties: {ResourceArn: !Ref Reader, ResourcePolicy: {Version: "2012-10-17"}}
)");
    CHECK(call(cloud, "RegisterStreamConsumer") ==
          Json{{"StreamARN", stream_arn + "rides"}, {"ConsumerName", "reader"}});
    CHECK(cloud.stack.physical_id("Reader") == consumer_arn);
    CHECK(cloud.stack.attribute("Reader", "ConsumerStatus") == "ACTIVE");
    CHECK(call(cloud, "PutResourcePolicy") ==
          Json{{"ResourceARN", consumer_arn}, {"Policy", R"({"Version":"2012-10-17"})"}});
}
