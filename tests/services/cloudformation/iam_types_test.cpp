#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

namespace {

std::string operations_of(const std::vector<FakeCloud::Call>& calls) {
    std::string text;
    for (const FakeCloud::Call& call : calls) {
        text += call.operation.substr(4) + " ";
    }
    return text;
}

}  // namespace

TEST_CASE("cloudformation AWS::IAM::Role: made with its policies") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      Path: /team/
      MaxSessionDuration: "7200"
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonSQSFullAccess]
      Policies:
        - PolicyName: own
          PolicyDocument: {Version: 2012-10-17, Statement: []}
      Tags: [{Key: a, Value: b}]
)");
    CHECK(operations_of(cloud.iam_calls) == "CreateRole PutRolePolicy AttachRolePolicy ");
    const Json& role = cloud.iam_calls[0].parameters;
    CHECK(role["RoleName"] == "worker");
    CHECK(role["Path"] == "/team/");
    CHECK(role["MaxSessionDuration"] == 7200);
    CHECK(role["Tags"] == Json::parse(R"([{"Key": "a", "Value": "b"}])"));
    CHECK(Json::parse(role["AssumeRolePolicyDocument"].get<std::string>())["Version"] ==
          "2012-10-17");
    CHECK(cloud.iam_calls[1].parameters["PolicyName"] == "own");
    CHECK(cloud.iam_calls[2].parameters["PolicyArn"] ==
          "arn:aws:iam::aws:policy/AmazonSQSFullAccess");
    CHECK(cloud.stack.physical_id("Worker") == "worker");
    CHECK(cloud.stack.attribute("Worker", "Arn") == "arn:aws:iam::000000000000:role/worker");
    CHECK(cloud.stack.attribute("Worker", "RoleId") == "IDworker");
}

TEST_CASE("cloudformation AWS::IAM::Policy and ManagedPolicy: given to all that they name") {
    FakeCloud cloud;
    cloud.deploy(R"(
Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties: {RoleName: worker, AssumeRolePolicyDocument: {}}
  Ann:
    Type: AWS::IAM::User
    Properties: {UserName: ann, Groups: [!Ref Staff]}
  Staff:
    Type: AWS::IAM::Group
    Properties: {GroupName: staff}
  Inline:
    Type: AWS::IAM::Policy
    Properties: {PolicyName: p, PolicyDocument: {}, Roles: [!Ref Worker], Users: [!Ref Ann]}
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties: {ManagedPolicyName: m, PolicyDocument: {}, Groups: [!Ref Staff]}
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties: {InstanceProfileName: profile, Roles: [!Ref Worker]}
)");
    CHECK(operations_of(cloud.iam_calls) ==
          "CreateRole CreateGroup CreateUser AddUserToGroup PutRolePolicy PutUserPolicy "
          "CreatePolicy AttachGroupPolicy CreateInstanceProfile AddRoleToInstanceProfile ");
    CHECK(cloud.stack.physical_id("Managed") == "arn:aws:iam::000000000000:role/m");
    CHECK(cloud.stack.attribute("Managed", "PolicyId") == "IDm");
    CHECK(cloud.stack.attribute("Profile", "Arn") == "arn:aws:iam::000000000000:role/profile");
    CHECK(cloud.stack.attribute("Inline", "Id") == cloud.stack.physical_id("Inline"));
}

TEST_CASE("cloudformation AWS::IAM::Policy: for nobody is refused") {
    FakeCloud cloud;
    CHECK(cloud
              .deploy_error("Resources:\n"
                            "  P:\n"
                            "    Type: AWS::IAM::Policy\n"
                            "    Properties: {PolicyName: p, PolicyDocument: {}}\n")
              .find("Roles must have a value, or else Groups or Users") != std::string::npos);
}

TEST_CASE("cloudformation SAM: a function's own role is Lambda's to assume") {
    FakeCloud cloud;
    cloud.deploy(R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: code, Handler: index.handler, Runtime: python3.11}
)");
    CHECK(operations_of(cloud.iam_calls) == "CreateRole AttachRolePolicy ");
    const std::string trust = cloud.iam_calls[0].parameters["AssumeRolePolicyDocument"];
    CHECK(Json::parse(trust)["Statement"][0]["Principal"]["Service"] == "lambda.amazonaws.com");
    CHECK(cloud.iam_calls[1].parameters["PolicyArn"] ==
          "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
}
