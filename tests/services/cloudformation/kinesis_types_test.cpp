#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

namespace {

/// With a Kinesis whose operations answer as AWS's would.
struct StreamCloud : FakeCloud {
    StreamCloud() {
        for (const char* operation : {"CreateStream",
                                      "EnableEnhancedMonitoring",
                                      "FinishChanges",
                                      "IncreaseStreamRetentionPeriod",
                                      "PutResourcePolicy",
                                      "RegisterStreamConsumer",
                                      "StartStreamEncryption"}) {
            add(kinesis, operation, [](const Json&) { return Json::object(); });
        }
        add(kinesis, "DescribeStreamSummary", [](const Json& parameters) {
            return Json{
                {"StreamDescriptionSummary",
                 {{"StreamARN", "arn:of:" + parameters.at("StreamName").get<std::string>()}}}};
        });
        add(kinesis, "DescribeStreamConsumer", [](const Json& parameters) {
            return Json{{"ConsumerDescription",
                         {{"ConsumerARN", "arn:of:consumer"},
                          {"ConsumerCreationTimestamp", 1767225600},
                          {"ConsumerStatus", "ACTIVE"},
                          {"StreamARN", parameters.at("StreamARN")}}}};
        });
        api.add(kinesis);
    }
    Json call(const std::string& operation) const { return parameters_of("kinesis." + operation); }

    aws::ApiService kinesis{"kinesis"};
};

}  // namespace

TEST_CASE("cloudformation AWS::Kinesis::Stream: all properties become operations") {
    StreamCloud cloud;
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
    CHECK(cloud.call("CreateStream") == Json{{"StreamName", "rides"},
                                             {"ShardCount", 3},
                                             {"MaxRecordSizeInKiB", 2048},
                                             {"Tags", {{"a", "b"}}}});
    CHECK(cloud.call("IncreaseStreamRetentionPeriod")["RetentionPeriodHours"] == 48);
    CHECK(cloud.call("StartStreamEncryption")["KeyId"] == "alias/aws/kinesis");
    CHECK(cloud.call("EnableEnhancedMonitoring")["ShardLevelMetrics"] ==
          Json::array({"IncomingBytes"}));
    CHECK(cloud.call("FinishChanges") == Json::object());
    CHECK(cloud.stack.physical_id("Rides") == "rides");
    CHECK(cloud.stack.attribute("Rides", "Arn") == "arn:of:rides");
}

TEST_CASE("cloudformation AWS::Kinesis::Stream: provisioned with one shard, unless it says so") {
    StreamCloud cloud;
    cloud.deploy(R"(
Resources:
  Plain: {Type: AWS::Kinesis::Stream}
)");
    CHECK(cloud.call("CreateStream")["ShardCount"] == 1);
    StreamCloud other;
    other.deploy(R"(
Resources:
  Busy: {Type: AWS::Kinesis::Stream, Properties: {StreamModeDetails: {StreamMode: ON_DEMAND}}}
)");
    CHECK(other.call("CreateStream")["StreamModeDetails"]["StreamMode"] == "ON_DEMAND");
    CHECK_FALSE(other.call("CreateStream").contains("ShardCount"));
}

TEST_CASE("cloudformation AWS::Kinesis::StreamConsumer, ResourcePolicy: of a stream") {
    StreamCloud cloud;
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
    CHECK(cloud.call("RegisterStreamConsumer") ==
          Json{{"StreamARN", "arn:of:rides"}, {"ConsumerName", "reader"}});
    CHECK(cloud.stack.physical_id("Reader") == "arn:of:consumer");
    CHECK(cloud.stack.attribute("Reader", "ConsumerStatus") == "ACTIVE");
    CHECK(cloud.call("PutResourcePolicy") ==
          Json{{"ResourceARN", "arn:of:consumer"}, {"Policy", R"({"Version":"2012-10-17"})"}});
}
