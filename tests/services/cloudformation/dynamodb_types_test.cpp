// Tables in templates, as calls of DynamoDB's operations.
#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::cloudformation;

namespace {

/// The parameters of DynamoDB's first operation of that name.
struct TableCloud : FakeCloud {
    Json call(const std::string& operation) const { return parameters_of("dynamodb." + operation); }
};

const std::string keys =
    "      KeySchema: [{AttributeName: id, KeyType: HASH}]\n"
    "      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]\n";

}  // namespace

TEST_CASE(
    "cloudformation AWS::DynamoDB::Table: becomes CreateTable, and waits until it is active") {
    TableCloud cloud;
    cloud.has_table_stream = true;
    cloud.deploy(
        "Resources:\n"
        "  Orders:\n"
        "    Type: AWS::DynamoDB::Table\n"
        "    Properties:\n"
        "      TableName: orders\n" +
        keys +
        "      ProvisionedThroughput: {ReadCapacityUnits: '5', WriteCapacityUnits: 6}\n"
        "      SSESpecification: {SSEEnabled: 'true'}\n"
        "      StreamSpecification: {StreamViewType: NEW_IMAGE}\n"
        "      DeletionProtectionEnabled: true\n"
        "      Tags: [{Key: team, Value: 7}]\n"
        "      GlobalSecondaryIndexes:\n"
        "        - IndexName: by-id\n"
        "          KeySchema: [{AttributeName: id, KeyType: HASH}]\n"
        "          Projection: {ProjectionType: ALL}\n"
        "          ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: '2'}\n"
        "          ContributorInsightsSpecification: {Enabled: true}\n"
        "      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}\n"
        "      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: 'true'}\n");
    CHECK(cloud.call("CreateTable") == Json::parse(R"({"TableName":"orders",
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
            "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6},
            "SSESpecification":{"Enabled":true},
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},
            "DeletionProtectionEnabled":true,
            "Tags":[{"Key":"team","Value":"7"}],
            "GlobalSecondaryIndexes":[{"IndexName":"by-id",
              "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
              "Projection":{"ProjectionType":"ALL"},
              "ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}}]})"));
    CHECK(cloud.call("FinishChanges") == Json::object());
    CHECK(cloud.call("UpdateTimeToLive")["TimeToLiveSpecification"]["AttributeName"] == "expires");
    CHECK(cloud.call("UpdateContinuousBackups")["PointInTimeRecoverySpecification"] ==
          Json{{"PointInTimeRecoveryEnabled", true}});
    CHECK(cloud.call("UpdateContributorInsights")["IndexName"] == "by-id");
    CHECK(cloud.stack.physical_id("Orders") == "orders");
    CHECK(cloud.stack.attribute("Orders", "Arn") == "arn:of:orders");
    CHECK(cloud.stack.attribute("Orders", "StreamArn") == "arn:of:stream");
}

TEST_CASE("cloudformation AWS::DynamoDB::Table: nothing in it is overlooked") {
    const auto problem = [&](const std::string& property) {
        return error_of([&] {
            TableCloud cloud;
            cloud.deploy(
                "Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n    Properties:\n" + keys +
                "      BillingMode: PAY_PER_REQUEST\n      " + property + "\n");
        });
    };
    CHECK(problem("OnDemandThroughput: {MaxReadUnits: 5}").find("OnDemandThroughput") !=
          std::string::npos);
    CHECK(problem("KinesisStreamSpecification: {StreamArn: x}")
              .find("KinesisStreamSpecification is not supported") != std::string::npos);
    CHECK(problem("TableClass: STANDARD") == "no error");
}

TEST_CASE("cloudformation AWS::DynamoDB::Table: StreamArn is that of a stream") {
    TableCloud cloud;
    CHECK(error_of([&] {
              cloud.deploy(
                  "Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n"
                  "    Properties:\n" +
                  keys +
                  "      BillingMode: PAY_PER_REQUEST\n"
                  "Outputs: {Stream: {Value: !GetAtt Orders.StreamArn}}\n");
          }).find("resource Orders has no StreamArn") != std::string::npos);
}

TEST_CASE("cloudformation AWS::DynamoDB::GlobalTable: a table with one replica, here") {
    TableCloud cloud;
    const std::string table =
        "Resources:\n  Orders:\n    Type: AWS::DynamoDB::GlobalTable\n    Properties:\n" + keys +
        "      BillingMode: PAY_PER_REQUEST\n      TableName: orders\n      Replicas: ";
    cloud.deploy(table +
                 "[{Region: us-east-1, DeletionProtectionEnabled: true, "
                 "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}]\n");
    CHECK(cloud.call("CreateTable")["DeletionProtectionEnabled"] == true);
    CHECK(cloud.call("UpdateContinuousBackups")["TableName"] == "orders");
    CHECK(cloud.stack.attribute("Orders", "TableId") == "the-id");
    TableCloud other;
    CHECK(error_of([&] {
              other.deploy(table + "[{Region: us-east-1}, {Region: eu-west-1}]\n");
          }).find("replication between Regions is not supported") != std::string::npos);
}

TEST_CASE("cloudformation AWS::Serverless::SimpleTable: becomes a table") {
    TableCloud cloud;
    cloud.deploy(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Globals: {SimpleTable: {SSESpecification: {SSEEnabled: true}}}\n"
        "Resources:\n"
        "  Plain: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: plain}}\n");
    CHECK(cloud.call("CreateTable") ==
          Json::parse(R"({"TableName":"plain","BillingMode":"PAY_PER_REQUEST",
            "SSESpecification":{"Enabled":true},
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]})"));
    TableCloud keyed;
    keyed.deploy(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        "  Keyed:\n"
        "    Type: AWS::Serverless::SimpleTable\n"
        "    Properties:\n"
        "      PrimaryKey: {Name: number, Type: Number}\n"
        "      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 2}\n"
        "      Tags: {team: a}\n");
    CHECK(keyed.call("CreateTable")["AttributeDefinitions"] ==
          Json{{{"AttributeName", "number"}, {"AttributeType", "N"}}});
    CHECK(!keyed.call("CreateTable").contains("BillingMode"));
    CHECK(keyed.call("CreateTable")["Tags"] == Json{{{"Key", "team"}, {"Value", "a"}}});
}
