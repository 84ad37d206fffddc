/// A cloud of fake services for the tests of stacks: each operation records its call and answers as
/// AWS would.
#pragma once

#include "engine/document.h"
#include "engine/world.h"
#include "services/aws/api.h"
#include "services/aws/error.h"
#include "services/aws/identity.h"
#include "services/cloudformation/stack.h"
#include "services/cloudformation/template.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace orrery::cloudformation {

/// The message of the UsageError that `action` throws.
template <typename Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no error";
}

struct FakeCloud {
    struct Call {
        std::string operation;  // "sqs.CreateQueue"
        Json parameters;
    };

    explicit FakeCloud(std::uint64_t seed = 1)
        : world(seed), stack(world, identity, api, "orders") {
        add(sqs, "CreateQueue", [](const Json& parameters) {
            return Json{
                {"QueueUrl", "http://sqs/" + parameters.at("QueueName").get<std::string>()}};
        });
        add(lambda, "CreateFunction", [](const Json&) { return Json::object(); });
        add(lambda, "PutFunctionConcurrency", [](const Json&) { return Json::object(); });
        add(lambda, "CreateEventSourceMapping", [](const Json&) {
            return Json{{"UUID", "the-uuid"}};
        });
        add(rds, "CreateDBInstance", [](const Json& parameters) {
            if (parameters.value("MasterUserPassword", "") == "refused") {
                throw aws::ApiError("InvalidParameterValue", "The password refused is not valid");
            }
            return Json::object();
        });
        add(rds, "DescribeDBInstances", [](const Json& parameters) {
            return Json{{"DBInstances",
                         {{{"DBInstanceIdentifier", parameters.at("DBInstanceIdentifier")},
                           {"DBInstanceArn", "arn:of:db"},
                           {"Endpoint", {{"Address", "db.local"}, {"Port", 3306}}}}}}};
        });
        add(logs, "CreateLogGroup", [](const Json&) { return Json::object(); });
        add(logs, "PutRetentionPolicy", [](const Json&) { return Json::object(); });
        for (const char* operation :
             {"CreateLogStream", "PutMetricFilter", "PutSubscriptionFilter"}) {
            add(logs, operation, [](const Json&) { return Json::object(); });
        }
        add_iam();
        add_lambda();
        add_dynamodb();
        add_kinesis();
        for (aws::ApiService* service : {&sqs, &lambda, &rds, &logs, &iam, &dynamodb, &kinesis}) {
            api.add(*service);
        }
    }

    /// IAM's calls have a list of their own: many templates have a role, few tests are about it.
    void add_iam() {
        const auto record = [this](const std::string& operation, const char* kind) {
            const std::string what = kind;
            iam.add(operation, [this, operation, what](const Json& parameters) -> Json {
                iam_calls.push_back({"iam." + operation, parameters});
                if (what.empty()) {
                    return Json::object();
                }
                const std::string name = parameters.at(what + "Name");
                return {{what,
                         {{"Arn", "arn:aws:iam::000000000000:role/" + name},
                          {what + "Id", "ID" + name}}}};
            });
        };
        for (const char* kind : {"Group", "InstanceProfile", "Policy", "Role", "User"}) {
            record("Create" + std::string(kind), kind);
        }
        for (const char* kind : {"Group", "Role", "User"}) {
            record("Put" + std::string(kind) + "Policy", "");
            record("Attach" + std::string(kind) + "Policy", "");
        }
        record("AddRoleToInstanceProfile", "");
        record("AddUserToGroup", "");
    }

    /// What Lambda's types besides functions call.
    void add_lambda() {
        for (const char* operation : {"AddPermission",
                                      "CreateAlias",
                                      "CreateFunctionUrlConfig",
                                      "PutFunctionEventInvokeConfig",
                                      "PutFunctionRecursionConfig",
                                      "PutProvisionedConcurrencyConfig"}) {
            add(lambda, operation, [](const Json&) { return Json::object(); });
        }
        add(lambda, "PublishVersion", [](const Json& parameters) {
            return Json{{"Version", "3"},
                        {"FunctionArn",
                         "arn:of:" + parameters.at("FunctionName").get<std::string>() + ":3"}};
        });
        add(lambda, "PublishLayerVersion", [](const Json& parameters) {
            return Json{{"LayerVersionArn",
                         "arn:aws:lambda:us-east-1:000000000000:layer:" +
                             parameters.at("LayerName").get<std::string>() + ":1"}};
        });
        add(lambda, "GetFunctionUrlConfig", [](const Json& parameters) {
            return Json{{"FunctionArn", parameters.at("FunctionName")},
                        {"FunctionUrl", "https://url/"}};
        });
    }

    void add_dynamodb() {
        for (const char* operation : {"CreateTable",
                                      "FinishChanges",
                                      "UpdateContinuousBackups",
                                      "UpdateContributorInsights",
                                      "UpdateTimeToLive"}) {
            add(dynamodb, operation, [](const Json&) { return Json::object(); });
        }
        add(dynamodb, "DescribeTable", [this](const Json& parameters) {
            Json table{{"TableArn", "arn:of:" + parameters.at("TableName").get<std::string>()},
                       {"TableId", "the-id"}};
            if (has_table_stream) {
                table["LatestStreamArn"] = "arn:of:stream";
            }
            return Json{{"Table", table}};
        });
    }

    void add_kinesis() {
        for (const char* operation : {"CreateStream",
                                      "EnableEnhancedMonitoring",
                                      "FinishChanges",
                                      "IncreaseStreamRetentionPeriod",
                                      "PutResourcePolicy",
                                      "RegisterStreamConsumer",
                                      "StartStreamEncryption"}) {
            add(kinesis, operation, [](const Json&) { return Json::object(); });
        }
        add(kinesis, "DescribeStreamSummary", [this](const Json& parameters) {
            const std::string name = parameters.at("StreamName");
            return Json{{"StreamDescriptionSummary",
                         {{"StreamARN", identity.arn("kinesis", "stream/" + name)}}}};
        });
        add(kinesis, "DescribeStreamConsumer", [](const Json& parameters) {
            const std::string stream = parameters.at("StreamARN");
            const std::string name = parameters.at("ConsumerName");
            return Json{{"ConsumerDescription",
                         {{"ConsumerARN", stream + "/consumer/" + name + ":1"},
                          {"ConsumerCreationTimestamp", 1},
                          {"ConsumerStatus", "ACTIVE"},
                          {"StreamARN", stream}}}};
        });
    }

    void add(aws::ApiService& service,
             const std::string& operation,
             aws::ApiService::Operation answer) {
        service.add(operation, [this, &service, operation, answer](const Json& parameters) {
            calls.push_back({service.name() + "." + operation, parameters});
            return answer(parameters);
        });
    }

    void deploy(std::string_view text, const std::map<std::string, std::string>& parameters = {}) {
        stack.deploy(Template::from(parse_document(text, "template.yaml"), folder()), parameters);
    }
    std::string deploy_error(std::string_view text,
                             const std::map<std::string, std::string>& parameters = {}) {
        return error_of([&] { deploy(text, parameters); });
    }
    /// The operations called so far, in order.
    std::vector<std::string> operations() const {
        std::vector<std::string> names;
        for (const Call& call : calls) {
            names.push_back(call.operation);
        }
        return names;
    }
    /// The parameters of the first call of `operation`, null if there was none.
    Json parameters_of(const std::string& operation) const {
        for (const Call& call : calls) {
            if (call.operation == operation) {
                return call.parameters;
            }
        }
        return nullptr;
    }

    /// Templates are taken to lie in this folder; it has a folder `code` and a file
    /// `code/index.py`.
    static std::filesystem::path folder() {
        return std::filesystem::path(ORRERY_SOURCE_DIR) / "tests/services/cloudformation/files";
    }

    World world;
    aws::Identity identity;
    aws::Api api;
    aws::ApiService sqs{"sqs"};
    aws::ApiService lambda{"lambda"};
    aws::ApiService rds{"rds"};
    aws::ApiService logs{"logs"};
    aws::ApiService iam{"iam"};
    aws::ApiService dynamodb{"dynamodb"};
    aws::ApiService kinesis{"kinesis"};
    bool has_table_stream = false;
    std::vector<Call> calls;
    std::vector<Call> iam_calls;
    Stack stack;
};

}  // namespace orrery::cloudformation
