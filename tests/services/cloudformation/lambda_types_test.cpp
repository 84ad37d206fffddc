// Lambda's resource types besides functions, and what SAM makes of a function's properties.

#include "services/aws/encoding.h"
#include "services/cloudformation/inline_code.h"
#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

namespace {

constexpr const char* sam = "Transform: AWS::Serverless-2016-10-31\nResources:\n";

}  // namespace

TEST_CASE("cloudformation AWS::Lambda::Version and Alias: made by their operations") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  V:
    Type: AWS::Lambda::Version
    Properties: {FunctionName: f, Description: d}
  A:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionName: f
      FunctionVersion: !GetAtt V.Version
      Name: live
      RoutingConfig:
        AdditionalVersionWeights: [{FunctionVersion: "2", FunctionWeight: 0.25}]
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: "4"}
)");
    CHECK(cloud.parameters_of("lambda.PublishVersion") ==
          Json{{"FunctionName", "f"}, {"Description", "d"}});
    CHECK(cloud.stack.physical_id("V") == "arn:of:f:3");
    CHECK(cloud.parameters_of("lambda.CreateAlias") ==
          Json{{"FunctionName", "f"},
               {"FunctionVersion", "3"},
               {"Name", "live"},
               {"RoutingConfig", {{"AdditionalVersionWeights", {{"2", 0.25}}}}}});
    CHECK(cloud.stack.physical_id("A") == "arn:aws:lambda:us-east-1:000000000000:function:f:live");
    CHECK(
        cloud.parameters_of("lambda.PutProvisionedConcurrencyConfig") ==
        Json{{"FunctionName", "f"}, {"Qualifier", "live"}, {"ProvisionedConcurrentExecutions", 4}});
}

TEST_CASE("cloudformation AWS::Lambda::Permission, Url and EventInvokeConfig") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  P:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: f, Action: "lambda:InvokeFunction", Principal: s3.amazonaws.com}
  U:
    Type: AWS::Lambda::Url
    Properties:
      TargetFunctionArn: f
      AuthType: NONE
      Cors: {AllowOrigins: ["*"], MaxAge: "5"}
  E:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: f
      Qualifier: $LATEST
      MaximumRetryAttempts: "1"
      DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:us-east-1:000000000000:q"}}
)");
    const Json permission = cloud.parameters_of("lambda.AddPermission");
    CHECK(permission["StatementId"] == cloud.stack.physical_id("P"));
    CHECK(permission["Principal"] == "s3.amazonaws.com");
    CHECK(cloud.parameters_of("lambda.CreateFunctionUrlConfig") ==
          Json{{"FunctionName", "f"},
               {"AuthType", "NONE"},
               {"Cors", {{"AllowOrigins", {"*"}}, {"MaxAge", 5}}}});
    CHECK(cloud.stack.attribute("U", "FunctionUrl") == "https://url/");
    CHECK(cloud.parameters_of("lambda.PutFunctionEventInvokeConfig") ==
          Json{{"FunctionName", "f"},
               {"Qualifier", "$LATEST"},
               {"MaximumRetryAttempts", 1},
               {"DestinationConfig",
                {{"OnFailure", {{"Destination", "arn:aws:sqs:us-east-1:000000000000:q"}}}}}});
}

TEST_CASE("cloudformation AWS::Lambda::Function: code that stands in the template") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::000000000000:role/r
      Runtime: python3.12
      Handler: index.handler
      Code: {ZipFile: "def handler(event, context): return 1"}
      Layers: [arn:aws:lambda:us-east-1:000000000000:layer:l:1]
      DeadLetterConfig: {TargetArn: arn:aws:sqs:us-east-1:000000000000:q}
      RecursiveLoop: Allow
)");
    const Json made = cloud.parameters_of("lambda.CreateFunction");
    CHECK(made["Code"] ==
          Json{{"ZipFile", inline_archive("python3.12", "def handler(event, context): return 1")}});
    CHECK(made["Layers"] == Json{"arn:aws:lambda:us-east-1:000000000000:layer:l:1"});
    CHECK(made["DeadLetterConfig"] == Json{{"TargetArn", "arn:aws:sqs:us-east-1:000000000000:q"}});
    CHECK(cloud.parameters_of("lambda.PutFunctionRecursionConfig")["RecursiveLoop"] == "Allow");
}

TEST_CASE("cloudformation inline code: an archive with one file, the same in every run") {
    const auto archive = aws::decode_base64(inline_archive("nodejs20.x", "x"));
    REQUIRE(archive);
    CHECK(archive->substr(0, 4) == "PK\x03\x04");
    CHECK_THAT(*archive, Catch::Contains("index.js"));
    CHECK(inline_archive("nodejs20.x", "x") == inline_archive("nodejs20.x", "x"));
    CHECK(inline_archive("java21", "x").empty());
}

TEST_CASE(
    "cloudformation SAM: AutoPublishAlias makes a version and an alias, which all else is for") {
    FakeCloud cloud;
    cloud.deploy(std::string(sam) + R"(
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      CodeUri: code
      AutoPublishAlias: live
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}
      DeadLetterQueue: {Type: SQS, TargetArn: arn:aws:sqs:us-east-1:000000000000:dead}
      FunctionUrlConfig: {AuthType: NONE}
      EventInvokeConfig:
        MaximumRetryAttempts: 0
        DestinationConfig: {OnSuccess: {Type: SQS, Destination: arn:aws:sqs:us-east-1:000000000000:q}}
      Events:
        Arrival: {Type: SQS, Properties: {Queue: "arn:aws:sqs:us-east-1:000000000000:source"}}
)");
    const std::string alias = "arn:aws:lambda:us-east-1:000000000000:function:f:live";
    CHECK(cloud.parameters_of("lambda.CreateAlias") ==
          Json{{"FunctionName", "f"}, {"FunctionVersion", "3"}, {"Name", "live"}});
    CHECK(cloud.stack.physical_id("FAliaslive") == alias);
    CHECK(cloud.parameters_of("lambda.PutProvisionedConcurrencyConfig")["Qualifier"] == "live");
    CHECK(cloud.parameters_of("lambda.CreateFunction")["DeadLetterConfig"] ==
          Json{{"TargetArn", "arn:aws:sqs:us-east-1:000000000000:dead"}});
    CHECK(cloud.parameters_of("lambda.CreateFunctionUrlConfig") ==
          Json{{"FunctionName", "f"}, {"AuthType", "NONE"}, {"Qualifier", "live"}});
    CHECK(cloud.parameters_of("lambda.AddPermission")["FunctionName"] == alias);
    CHECK(cloud.parameters_of("lambda.PutFunctionEventInvokeConfig") ==
          Json{{"FunctionName", "f"},
               {"Qualifier", "live"},
               {"MaximumRetryAttempts", 0},
               {"DestinationConfig",
                {{"OnSuccess", {{"Destination", "arn:aws:sqs:us-east-1:000000000000:q"}}}}}});
    CHECK(cloud.parameters_of("lambda.CreateEventSourceMapping")["FunctionName"] == alias);
}

TEST_CASE("cloudformation SAM: layers, and code that stands in the template") {
    FakeCloud cloud;
    cloud.deploy(std::string(sam) + R"(
  L:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: code, CompatibleRuntimes: [python3.12]}
  F:
    Type: AWS::Serverless::Function
    Properties: {InlineCode: "x", Runtime: python3.12, Handler: index.handler, Layers: [!Ref L]}
)");
    CHECK(cloud.parameters_of("lambda.PublishLayerVersion") ==
          Json{{"LayerName", "L"},
               {"CompatibleRuntimes", {"python3.12"}},
               {"Content", {{"Directory", (FakeCloud::folder() / "code").string()}}}});
    CHECK(cloud.parameters_of("lambda.CreateFunction")["Layers"] ==
          Json{"arn:aws:lambda:us-east-1:000000000000:layer:L:1"});
    FakeCloud other;
    CHECK_THAT(other.deploy_error(std::string(sam) +
                                  "  F:\n    Type: AWS::Serverless::Function\n    Properties: "
                                  "{CodeUri: code, ProvisionedConcurrencyConfig: {}}\n"),
               Catch::Contains("ProvisionedConcurrencyConfig needs AutoPublishAlias"));
}

TEST_CASE("cloudformation AWS::Lambda::EventSourceMapping: every property reaches the operation") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  M:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: arn:aws:sqs:us-east-1:000000000000:q
      FunctionName: f
      BatchSize: "5"
      Enabled: "false"
      KmsKeyArn: arn:aws:kms:us-east-1:000000000000:key/k
      MaximumBatchingWindowInSeconds: 3
      FilterCriteria: {Filters: [{Pattern: '{"body":["x"]}'}]}
      MetricsConfig: {Metrics: [EventCount]}
      ScalingConfig: {MaximumConcurrency: "7"}
      ProvisionedPollerConfig: {MinimumPollers: "3", MaximumPollers: 4}
      Tags: [{Key: t, Value: 1}]
)");
    CHECK(cloud.parameters_of("lambda.CreateEventSourceMapping") ==
          Json{{"EventSourceArn", "arn:aws:sqs:us-east-1:000000000000:q"},
               {"FunctionName", "f"},
               {"BatchSize", 5},
               {"Enabled", false},
               {"KMSKeyArn", "arn:aws:kms:us-east-1:000000000000:key/k"},
               {"MaximumBatchingWindowInSeconds", 3},
               {"FilterCriteria", {{"Filters", {{{"Pattern", "{\"body\":[\"x\"]}"}}}}}},
               {"MetricsConfig", {{"Metrics", {"EventCount"}}}},
               {"ScalingConfig", {{"MaximumConcurrency", 7}}},
               {"ProvisionedPollerConfig", {{"MinimumPollers", 3}, {"MaximumPollers", 4}}},
               {"Tags", {{"t", "1"}}}});
}

TEST_CASE("cloudformation SAM: events of streams become event source mappings") {
    const std::string stream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    const std::string queue = "arn:aws:sqs:us-east-1:000000000000:q";
    for (const char* type : {"Kinesis", "DynamoDB"}) {
        FakeCloud cloud;
        cloud.deploy(std::string(sam) + R"(
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Runtime: python3.12
      Handler: index.handler
      Events:
        E:
          Type: )" + type +
                     R"(
          Properties:
            Stream: )" +
                     stream +
                     R"(
            StartingPosition: AT_TIMESTAMP
            StartingPositionTimestamp: 1767225600
            BatchSize: 5
            BisectBatchOnFunctionError: true
            DestinationConfig: {OnFailure: {Type: SQS, Destination: )" +
                     queue + R"(}}
            MaximumRecordAgeInSeconds: 60
            MaximumRetryAttempts: 2
            ParallelizationFactor: 3
            TumblingWindowInSeconds: 30
)");
        CHECK(cloud.parameters_of("lambda.CreateEventSourceMapping") ==
              Json{{"EventSourceArn", stream},
                   {"FunctionName", cloud.stack.physical_id("F")},
                   {"StartingPosition", "AT_TIMESTAMP"},
                   {"StartingPositionTimestamp", 1767225600},
                   {"BatchSize", 5},
                   {"BisectBatchOnFunctionError", true},
                   {"DestinationConfig", {{"OnFailure", {{"Destination", queue}}}}},
                   {"MaximumRecordAgeInSeconds", 60},
                   {"MaximumRetryAttempts", 2},
                   {"ParallelizationFactor", 3},
                   {"TumblingWindowInSeconds", 30}});
    }
    FakeCloud cloud;
    CHECK_THAT(cloud.deploy_error(std::string(sam) +
                                  "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
                                  "      CodeUri: code\n      Events: {E: {Type: Kinesis, "
                                  "Properties: {Stream: s, ScalingConfig: {}}}}\n"),
               Catch::Contains("unknown key 'ScalingConfig' in an event of type Kinesis"));
}
