#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

TEST_CASE("cloudformation AWS::Logs::LogGroup: key, class, protection and tags are its own") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /a
      KmsKeyId: k
      LogGroupClass: INFREQUENT_ACCESS
      DeletionProtectionEnabled: "true"
      Tags: [{Key: a, Value: b}]
)");
    CHECK(cloud.parameters_of("logs.CreateLogGroup") == Json{{"logGroupName", "/a"},
                                                             {"kmsKeyId", "k"},
                                                             {"logGroupClass", "INFREQUENT_ACCESS"},
                                                             {"deletionProtectionEnabled", true},
                                                             {"tags", {{"a", "b"}}}});
}

TEST_CASE("cloudformation AWS::Logs::MetricFilter, SubscriptionFilter and LogStream: made") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  Stream: {Type: AWS::Logs::LogStream, Properties: {LogGroupName: /a, LogStreamName: s}}
  Errors:
    Type: AWS::Logs::MetricFilter
    Properties:
      FilterName: errors
      LogGroupName: /a
      FilterPattern: "{ $.a = 1 }"
      MetricTransformations:
        - {MetricName: m, MetricNamespace: n, MetricValue: 1, Unit: Count, Dimensions: [{Key: d, Value: $.d}]}
  Sub:
    Type: AWS::Logs::SubscriptionFilter
    Properties: {FilterName: sub, LogGroupName: /a, FilterPattern: "", DestinationArn: "arn:f"}
)");
    CHECK(cloud.parameters_of("logs.CreateLogStream") ==
          Json{{"logGroupName", "/a"}, {"logStreamName", "s"}});
    CHECK(cloud.parameters_of("logs.PutMetricFilter") ==
          Json{{"logGroupName", "/a"},
               {"filterName", "errors"},
               {"filterPattern", "{ $.a = 1 }"},
               {"metricTransformations",
                Json::array({Json{{"metricName", "m"},
                                  {"metricNamespace", "n"},
                                  {"metricValue", "1"},
                                  {"unit", "Count"},
                                  {"dimensions", {{"d", "$.d"}}}}})}});
    CHECK(cloud.parameters_of("logs.PutSubscriptionFilter") == Json{{"logGroupName", "/a"},
                                                                    {"filterName", "sub"},
                                                                    {"filterPattern", ""},
                                                                    {"destinationArn", "arn:f"}});
}
