#include "services/cloudformation/template.h"

#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

namespace {

Template read(std::string_view text) {
    return Template::from(parse_document(text, "template.yaml"), FakeCloud::folder());
}

std::string read_error(std::string_view text) {
    return error_of([text] { read(text); });
}

}  // namespace

TEST_CASE("cloudformation template: sections are read in the template's order") {
    const Template result = read(R"(
AWSTemplateFormatVersion: 2010-09-09
Description: An example
Parameters:
  Size: {Type: Number, Default: 3, MinValue: 1, MaxValue: "9", NoEcho: true}
Resources:
  Second: {Type: AWS::SQS::Queue, DependsOn: [First]}
  First: {Type: AWS::SQS::Queue, DependsOn: Second, Condition: Always}
Outputs:
  Name: {Value: x}
)");
    REQUIRE(result.parameters.size() == 1);
    CHECK(result.parameters[0].default_value == "3");
    CHECK(result.parameters[0].max_value == 9.0);
    CHECK(result.parameters[0].no_echo);
    REQUIRE(result.resources.size() == 2);
    CHECK(result.resources[0].logical_id == "Second");
    CHECK(result.resources[1].depends_on[0].name == "Second");
    CHECK(result.resources[1].condition.name == "Always");
    CHECK(result.resources[1].where.text() == "template.yaml:8:3");
    CHECK(result.outputs[0].name == "Name");
}

TEST_CASE(
    "cloudformation template: what does not belong is named with its place and the nearest that "
    "does") {
    const auto [text, message] = GENERATE(table<std::string, std::string>({
        {"Resorces: {}",
         "template.yaml:1:1: unknown key 'Resorces' in a template; did you mean 'Resources'?"},
        {"Description: x", "template.yaml:1:1: the template has no Resources"},
        {"AWSTemplateFormatVersion: 2011-01-01\nResources: {}",
         "template.yaml:1:27: AWSTemplateFormatVersion must be 2010-09-09"},
        {"Transform: AWS::Include\nResources: {}",
         "template.yaml:1:12: the only transform supported is AWS::Serverless-2016-10-31"},
        {"Resources:\n  Q: {Typ: AWS::SQS::Queue}",
         "template.yaml:2:7: unknown key 'Typ' in resource Q; did you mean 'Type'?"},
        {"Resources:\n  Q: {}", "template.yaml:2:3: resource Q has no Type"},
        {"Resources:\n  my-queue: {Type: x}",
         "template.yaml:2:3: 'my-queue' is no logical id: only letters and digits"},
        {"Resources: [a]", "template.yaml:1:12: Resources must be a mapping (key: value)"},
        {"Resources:\n  F:\n    Type: AWS::Serverless::Function",
         "template.yaml:3:11: AWS::Serverless::Function needs Transform: "
         "AWS::Serverless-2016-10-31 in the "
         "template"},
        {"Parameters:\n  P: {Default: 1}\nResources: {}",
         "template.yaml:2:3: parameter P has no Type"},
        {"Parameters:\n  P: {Type: Strin}\nResources: {}",
         "template.yaml:2:13: unknown parameter type 'Strin'; did you mean 'String'?"},
        {"Parameters:\n  P: {Type: 'AWS::SSM::Parameter::Value<String>'}\nResources: {}",
         "template.yaml:2:13: parameters of type AWS::SSM::Parameter::Value<String> are not "
         "supported: give "
         "the value itself"},
        {"Parameters:\n  P: {Type: Number, MinValue: x}\nResources: {}",
         "template.yaml:2:31: MinValue must be a number"},
        {"Outputs:\n  O: {Vale: 1}\nResources: {}",
         "template.yaml:2:7: unknown key 'Vale' in output O; did you mean 'Value'?"},
        {"Globals: {Functions: {}}\nTransform: AWS::Serverless-2016-10-31\nResources: {}",
         "template.yaml:1:11: unknown key 'Functions' in Globals; did you mean 'Function'?"},
    }));
    CAPTURE(text);
    CHECK(read_error(text) == message);
}

TEST_CASE(
    "cloudformation template: a serverless function becomes a function, a role and event source "
    "mappings") {
    // [docs: sam-specification-generated-resources-function]
    const Template result = read(R"(
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 10
    Runtime: python3.12
    Environment: {Variables: {A: global, B: global}}
    Layers: [one]
Resources:
  Register:
    Type: AWS::Serverless::Function
    Condition: Wanted
    Properties:
      CodeUri: code
      Handler: index.lambda_handler
      Timeout: 20
      Environment: {Variables: {B: own}}
      Layers: [two]
      Policies: [AWSLambdaBasicExecutionRole]
      Events:
        Arrival:
          Type: SQS
          Properties: {Queue: !GetAtt Q.Arn, BatchSize: 1}
  WithRole:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: code, Handler: a.b, Role: some-role}
)");
    REQUIRE(result.resources.size() == 4);
    const Resource& function = result.resources[0];
    CHECK(function.type == "AWS::Lambda::Function");
    CHECK(function.properties.find("Code")->text == "code");
    CHECK(function.properties.find("Timeout")->text == "20");
    CHECK(function.properties.find("Runtime")->text == "python3.12");
    CHECK(function.properties.find("Environment")->to_json() ==
          Json::parse(R"({"Variables": {"A": "global", "B": "own"}})"));
    CHECK(function.properties.find("Layers")->to_json() == Json::array({"one", "two"}));
    CHECK(function.properties.find("Policies") == nullptr);
    CHECK(function.properties.find("Role")->text == "RegisterRole.Arn");
    CHECK(result.resources[1].logical_id == "RegisterRole");
    CHECK(result.resources[1].type == "AWS::IAM::Role");
    const Resource& mapping = result.resources[2];
    CHECK(mapping.logical_id == "RegisterArrival");
    CHECK(mapping.type == "AWS::Lambda::EventSourceMapping");
    CHECK(mapping.condition.name == "Wanted");
    CHECK(mapping.properties.find("EventSourceArn")->text == "Q.Arn");
    CHECK(mapping.properties.find("BatchSize")->text == "1");
    CHECK(result.resources[3].logical_id == "WithRole");
}

TEST_CASE("cloudformation template: what SAM has and this does not is refused by name") {
    const auto with = [](const std::string& properties) {
        return read_error(
            "Transform: AWS::Serverless-2016-10-31\n"
            "Resources:\n"
            "  F:\n"
            "    Type: AWS::Serverless::Function\n"
            "    Properties:\n" +
            properties);
    };
    CHECK(with("      Handler: a.b\n") ==
          "template.yaml:3:3: function F has no CodeUri: name the code's folder");
    CHECK(with("      CodeUri: code\n      DeploymentPreference: {}\n") ==
          "template.yaml:7:7: AWS::Serverless::Function: the property DeploymentPreference is not "
          "supported");
    CHECK(with("      CodeUrl: x\n") ==
          "template.yaml:6:7: unknown property 'CodeUrl' of AWS::Serverless::Function; did you "
          "mean 'CodeUri'?");
    CHECK(with("      CodeUri: code\n      Events:\n        E: {Type: Api, Properties: {}}\n") ==
          "template.yaml:8:19: AWS::Serverless::Function: events of type Api are not supported; "
          "supported: SQS, Kinesis, DynamoDB");
    CHECK(with("      CodeUri: code\n      Events:\n        E: {Type: SQS, Properties: {Quue: "
               "x}}\n") ==
          "template.yaml:8:37: unknown key 'Quue' in an event of type SQS; did you mean 'Queue'?");
}
