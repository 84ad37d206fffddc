// The part of a template that can be deployed here.
#include "services/cloudformation/supported_part.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

namespace {

SupportedPart part_of(std::string_view text) {
    return supported_part(parse_document(text, "template.yaml"));
}

/// Logical ids, in order.
std::string resources_of(const SupportedPart& part) {
    std::string ids;
    for (const auto& [name, resource] : part.document.find("Resources")->members) {
        ids.append(ids.empty() ? "" : " ").append(name.text);
    }
    return ids;
}

std::string left_out_of(const SupportedPart& part) {
    std::string all;
    for (const LeftOut& each : part.left_out) {
        all.append(each.name).append(": ").append(each.reason).append("\n");
    }
    return all;
}

}  // namespace

TEST_CASE(
    "cloudformation supported part: all of a template without anything else, but for Outputs") {
    const SupportedPart part = part_of(R"yaml(
Resources:
  Orders: {Type: AWS::SQS::Queue}
  Ship: {Type: AWS::Serverless::Function, Properties: {Events: {New: {Type: SQS}}}}
  Wrong: {Typ: AWS::SQS::Queue}
Outputs:
  Url: {Value: !Ref Gone}
)yaml");
    CHECK(resources_of(part) == "Orders Ship Wrong");
    CHECK(part.left_out.empty());
    CHECK(part.document.find("Outputs") == nullptr);
}

TEST_CASE("cloudformation supported part: what refers to something left out is left out") {
    const SupportedPart part = part_of(R"yaml(
Resources:
  Allowed: {Type: AWS::Lambda::Permission, Properties: {SourceArn: !Sub "arn:${Api}/*"}}
  Api: {Type: AWS::ApiGateway::RestApi}
  Stage: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api}}
  ByAttribute: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Stage.Name}}
  Long: {Type: AWS::SQS::Queue, Properties: {QueueName: {"Fn::GetAtt": [Api, Name]}}}
  After: {Type: AWS::SQS::Queue, DependsOn: [Stage]}
  Second: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${After.QueueName}-2"}}
  Namesake: {Type: AWS::SQS::Queue, Properties: {QueueName: Api}}
  Longer: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref ApiName}}
)yaml");
    CHECK(resources_of(part) == "Namesake Longer");
    CHECK(left_out_of(part) ==
          "Api: AWS::ApiGateway::RestApi is not supported\n"
          "Stage: AWS::ApiGateway::Stage is not supported\n"
          "Allowed: it refers to Api\n"
          "Long: it refers to Api\n"
          "ByAttribute: it refers to Stage\n"
          "After: it refers to Stage\n"
          "Second: it refers to After\n");
}

TEST_CASE("cloudformation supported part: of a SAM function, events and policies can be left out") {
    const SupportedPart part = part_of(R"yaml(
Resources:
  Orders: {Type: AWS::SQS::Queue}
  Uploads: {Type: AWS::S3::Bucket}
  Ship:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{S3ReadPolicy: {BucketName: !Ref Uploads}}]
      Events:
        Orders: {Type: Api}
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
        New: {Type: SQS, Properties: {Queue: !GetAtt Uploads.Arn}}
)yaml");
    CHECK(resources_of(part) == "Orders Ship");
    CHECK(left_out_of(part) ==
          "Orders: events of type Api are not supported\n"
          "Uploads: AWS::S3::Bucket is not supported\n"
          "New: it refers to Uploads\n");
    const DocumentNode* ship = part.document.find("Resources")->find("Ship")->find("Properties");
    CHECK(ship->find("Policies") == nullptr);
    CHECK(ship->find("Events")->members.size() == 1);
}
