#include "services/cloudformation/resource_type.h"
#include "tests/services/cloudformation/support.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

using namespace orrery;
using namespace orrery::cloudformation;

TEST_CASE(
    "cloudformation resource types: each row names a property once, and requires only what it "
    "knows") {
    for (const ResourceType& type : resource_types()) {
        CAPTURE(type.name);
        std::set<std::string_view> names;
        for (const auto* list : {&type.used, &type.accepted, &type.unsupported}) {
            for (const std::string_view name : *list) {
                CAPTURE(name);
                CHECK(names.insert(name).second);
            }
        }
        for (const std::string_view name : type.required) {
            CAPTURE(name);
            CHECK(names.count(name) == 1);
            CHECK(std::find(type.unsupported.begin(), type.unsupported.end(), name) ==
                  type.unsupported.end());
        }
    }
}

TEST_CASE("cloudformation resource types: each gives every attribute its row promises") {
    const std::map<std::string_view, std::string_view> values{
        {"Action", "\"lambda:InvokeFunction\""},
        {"AttributeDefinitions", "[{AttributeName: x, AttributeType: S}]"},
        {"AuthType", "NONE"},
        {"Code", "code"},
        {"Content", "code"},
        {"FunctionVersion", "1"},
        {"KeySchema", "[{AttributeName: x, KeyType: HASH}]"},
        {"MetricTransformations", "[{MetricName: x, MetricNamespace: x, MetricValue: 1}]"},
        {"Queues", "[x]"},
        {"Replicas", "[{Region: us-east-1}]"},
        {"ResourceArn", "arn:aws:kinesis:us-east-1:000000000000:stream/x"},
        {"ResourcePolicy", "{}"},
        {"Role", "arn:aws:iam::000000000000:role/x"},
        {"Roles", "[x]"},
        {"StreamARN", "arn:aws:kinesis:us-east-1:000000000000:stream/x"},
    };
    for (const ResourceType& type : resource_types()) {
        FakeCloud cloud;
        cloud.has_table_stream = true;
        cloud.add(cloud.sqs, "SetQueueAttributes", [](const Json&) { return Json::object(); });
        std::string properties;
        for (const std::string_view name : type.required) {
            const auto value = values.find(name);
            properties += std::string(name) + ": " +
                          std::string(value == values.end() ? "x" : value->second) + ", ";
        }
        if (type.name == "AWS::IAM::Policy") {
            properties += "Roles: [x], ";  // one of three has to be there
        } else if (type.name == "AWS::RDS::DBInstance") {
            properties += "DBInstanceClass: x, Engine: mysql, ";  // as CreateDBInstance wants
        } else if (type.name == "AWS::DynamoDB::Table") {
            properties += "AttributeDefinitions: [{AttributeName: x, AttributeType: S}], ";
        } else if (type.name == "AWS::DynamoDB::GlobalTable") {
            properties += "BillingMode: PAY_PER_REQUEST, ";  // the default needs auto scaling
        }
        cloud.deploy("Resources:\n  It: {Type: " + std::string(type.name) + ", Properties: {" +
                     properties + "}}");
        CHECK_FALSE(cloud.stack.physical_id("It").empty());
        for (const std::string_view name : type.attributes) {
            CAPTURE(type.name, name);
            CHECK_NOTHROW(cloud.stack.attribute("It", name));
        }
    }
}

TEST_CASE("cloudformation resource types: each stands in the README's coverage table") {
    std::ifstream file(std::string(ORRERY_SOURCE_DIR) + "/services/cloudformation/README.md");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (const ResourceType& type : resource_types()) {
        const std::string service_and_name(type.name.substr(type.name.find("::") + 2));
        CHECK_THAT(text, Catch::Contains(service_and_name));
    }
}
