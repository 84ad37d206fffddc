// Permissions, function URLs' configurations, tags, and what else is stored for a function.

#include "engine/json.h"
#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;

namespace {

const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
const Json f{{"FunctionName", "f"}};

Json permission(const std::string& id, const std::string& principal) {
    return {{"FunctionName", "f"},
            {"StatementId", id},
            {"Action", "lambda:InvokeFunction"},
            {"Principal", principal}};
}

}  // namespace

TEST_CASE("lambda AddPermission: the statement is AWS's") {
    Bench bench;
    bench.create_function(Json::object());
    const Json added =
        bench.call("AddPermission",
                   with(permission("s3", "s3.amazonaws.com"),
                        {{"SourceArn", "arn:aws:s3:::bucket"}, {"SourceAccount", "123456789012"}}));
    CHECK(added["Statement"] ==
          R"({"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},)"
          R"("Action":"lambda:InvokeFunction","Resource":")" +
              arn +
              R"(","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::bucket"},)"
              R"("StringEquals":{"AWS:SourceAccount":"123456789012"}}})");
    bench.call("AddPermission", permission("all", "*"));
    const Json policy = bench.call("GetPolicy", f);
    const Json document = Json::parse(policy["Policy"].get<std::string>());
    CHECK(document["Id"] == "default");
    REQUIRE(document["Statement"].size() == 2);
    CHECK(document["Statement"][1]["Principal"] == "*");
    CHECK(bench.failure("AddPermission", permission("all", "*")) ==
          "ResourceConflictException: The statement id (all) provided already exists. Please "
          "provide a new statement id, or remove the existing statement.");
    CHECK_THAT(bench.failure("AddPermission", with(permission("x", "*"), {{"RevisionId", "no"}})),
               Catch::StartsWith("PreconditionFailedException: ") &&
                   Catch::Contains("Call the GetFunction/GetAlias API"));
    CHECK_THAT(bench.failure("AddPermission", permission("x", "nobody")),
               Catch::Contains("The provided principal was invalid."));
}

TEST_CASE("lambda RemovePermission: the last statement takes the policy away") {
    Bench bench;
    bench.create_function(Json::object());
    CHECK(bench.failure("GetPolicy", f) ==
          "ResourceNotFoundException: The resource you requested does not exist.");
    CHECK(bench.failure("RemovePermission", with(f, {{"StatementId", "s"}})) ==
          "ResourceNotFoundException: No policy is associated with the given resource.");
    CHECK(bench.failure("RemovePermission", {{"FunctionName", "nobody"}, {"StatementId", "s"}}) ==
          "ResourceNotFoundException: No policy found for: "
          "arn:aws:lambda:us-east-1:000000000000:function:nobody");
    bench.call("AddPermission", permission("s", "123456789012"));
    CHECK(bench.failure("RemovePermission", with(f, {{"StatementId", "t"}})) ==
          "ResourceNotFoundException: Statement t is not found in resource policy.");
    bench.call("RemovePermission", with(f, {{"StatementId", "s"}}));
    CHECK_THAT(bench.failure("GetPolicy", f), Catch::StartsWith("ResourceNotFoundException"));
}

TEST_CASE("lambda permissions: a policy's revision is its function's or alias's, and changes it") {
    Bench bench;
    bench.create_function(Json::object());
    const auto revision = [&] {
        return bench.call("GetFunctionConfiguration", f)["RevisionId"].get<std::string>();
    };
    const std::string first = revision();
    bench.call("AddPermission", with(permission("s", "*"), {{"RevisionId", first}}));
    CHECK(revision() != first);
    CHECK(bench.call("GetPolicy", f)["RevisionId"] == revision());
    CHECK_THAT(
        bench.failure("RemovePermission", with(f, {{"StatementId", "s"}, {"RevisionId", first}})),
        Catch::StartsWith("PreconditionFailedException: "));
    bench.call("PublishVersion", f);
    bench.call("CreateAlias", with(f, {{"Name", "live"}, {"FunctionVersion", "1"}}));
    const Json live = with(f, {{"Qualifier", "live"}});
    const Json alias = with(f, {{"Name", "live"}});
    const std::string before = bench.call("GetAlias", alias)["RevisionId"];
    const std::string of_function = revision();
    bench.call("AddPermission", with(permission("s", "*"), {{"Qualifier", "live"}}));
    CHECK(bench.call("GetAlias", alias)["RevisionId"] != before);
    CHECK(bench.call("GetPolicy", live)["RevisionId"] ==
          bench.call("GetAlias", alias)["RevisionId"]);
    CHECK(revision() == of_function);
}

TEST_CASE("lambda permissions: versions and aliases have policies of their own") {
    Bench bench;
    bench.create_function(Json::object());
    bench.call("PublishVersion", f);
    bench.call("AddPermission", with(permission("s", "*"), {{"Qualifier", "1"}}));
    CHECK_THAT(bench.failure("GetPolicy", f), Catch::StartsWith("ResourceNotFoundException"));
    CHECK_THAT(bench.call("GetPolicy", with(f, {{"Qualifier", "1"}}))["Policy"],
               Catch::Contains(arn + ":1"));
    CHECK_THAT(bench.failure("AddPermission", with(permission("s", "*"), {{"Qualifier", "2"}})),
               Catch::Contains("Function not found: " + arn + ":2"));
    CHECK_THAT(
        bench.failure("AddPermission", with(permission("s", "*"), {{"Qualifier", "$LATEST"}})),
        Catch::Contains("We currently do not support adding policies for $LATEST."));
}

TEST_CASE("lambda CreateFunctionUrlConfig: from creation to deletion") {
    Bench bench;
    bench.create_function(Json::object());
    const Json made = bench.call(
        "CreateFunctionUrlConfig",
        with(f, {{"AuthType", "NONE"}, {"Cors", {{"AllowOrigins", {"*"}}, {"MaxAge", 5}}}}));
    CHECK(made["FunctionArn"] == arn);
    CHECK(made["InvokeMode"] == "BUFFERED");
    CHECK(made["Cors"] == Json{{"AllowOrigins", {"*"}}, {"MaxAge", 5}});
    CHECK_FALSE(made.contains("LastModifiedTime"));
    const std::string url = made["FunctionUrl"];
    CHECK(url.size() == std::string("https://.lambda-url.us-east-1.on.aws/").size() + 32);
    CHECK_THAT(url, Catch::EndsWith(".lambda-url.us-east-1.on.aws/"));
    CHECK_THAT(
        bench.failure("CreateFunctionUrlConfig", with(f, {{"AuthType", "NONE"}})),
        Catch::StartsWith("ResourceConflictException: Failed to create function url config"));
    const Json updated =
        bench.call("UpdateFunctionUrlConfig",
                   with(f, {{"InvokeMode", "RESPONSE_STREAM"}, {"Cors", Json::object()}}));
    CHECK(updated["InvokeMode"] == "RESPONSE_STREAM");
    CHECK(updated["FunctionUrl"] == url);
    CHECK_FALSE(updated.contains("Cors"));
    CHECK(bench.call("GetFunctionUrlConfig", f) == updated);
    CHECK(bench.call("ListFunctionUrlConfigs", f)["FunctionUrlConfigs"] == Json::array({updated}));
    bench.call("DeleteFunctionUrlConfig", f);
    CHECK_THAT(bench.failure("GetFunctionUrlConfig", with(f, {{"Qualifier", "1"}})),
               Catch::StartsWith("ValidationException: 1 validation error detected: Value '1' at "
                                 "'qualifier'"));
    CHECK(bench.failure("GetFunctionUrlConfig", f) ==
          "ResourceNotFoundException: The resource you requested does not exist.");
    CHECK(bench.failure("CreateFunctionUrlConfig",
                        {{"FunctionName", "nobody"}, {"AuthType", "NONE"}}) ==
          "ResourceNotFoundException: Function does not exist");
    const Json nobody{{"FunctionName", "nobody"}};
    for (const char* operation : {"UpdateFunctionUrlConfig", "ListFunctionUrlConfigs"}) {
        CHECK(bench.failure(operation, nobody) ==
              "ResourceNotFoundException: Function does not exist");
    }
    for (const char* operation : {"GetFunctionUrlConfig", "DeleteFunctionUrlConfig"}) {
        CHECK(bench.failure(operation, nobody) ==
              "ResourceNotFoundException: The resource you requested does not exist.");
    }
}

TEST_CASE("lambda PutFunctionEventInvokeConfig: replaced by Put, changed by Update") {
    Bench bench;
    bench.create_function(Json::object());
    const std::string queue = "arn:aws:sqs:us-east-1:000000000000:q";
    const Json put =
        bench.call("PutFunctionEventInvokeConfig",
                   with(f,
                        {{"MaximumRetryAttempts", 1},
                         {"DestinationConfig", {{"OnFailure", {{"Destination", queue}}}}}}));
    CHECK(put["FunctionArn"] == arn + ":$LATEST");
    CHECK(put["MaximumRetryAttempts"] == 1);
    CHECK_FALSE(put.contains("MaximumEventAgeInSeconds"));
    CHECK(put["DestinationConfig"] ==
          Json{{"OnFailure", {{"Destination", queue}}}, {"OnSuccess", Json::object()}});
    const Json updated =
        bench.call("UpdateFunctionEventInvokeConfig", with(f, {{"MaximumEventAgeInSeconds", 60}}));
    CHECK(updated["MaximumRetryAttempts"] == 1);
    CHECK(updated["MaximumEventAgeInSeconds"] == 60);
    CHECK(bench.call("GetFunctionEventInvokeConfig", f) == updated);
    CHECK_FALSE(
        bench.call("PutFunctionEventInvokeConfig", with(f, {{"MaximumEventAgeInSeconds", 61}}))
            .contains("MaximumRetryAttempts"));
    CHECK(bench.call("ListFunctionEventInvokeConfigs", f)["FunctionEventInvokeConfigs"].size() ==
          1);
    CHECK_THAT(bench.failure("PutFunctionEventInvokeConfig", f),
               Catch::Contains("You must specify at least one of error handling or destination"));
    CHECK_THAT(
        bench.failure("PutFunctionEventInvokeConfig",
                      with(f, {{"DestinationConfig", {{"OnSuccess", {{"Destination", arn}}}}}})),
        Catch::Contains("You can't specify the function as a destination for itself."));
    for (const char* nowhere : {"arn:aws:sns:us-east-1:000000000000:t",
                                "arn:aws:events:us-east-1:000000000000:event-bus/default",
                                "arn:aws:s3:::bucket",
                                "arn:aws:lambda:eu-west-1:000000000000:function:g",
                                "arn:aws:lambda:us-east-1:111111111111:function:g",
                                "arn:aws:lambda:us-east-1:000000000000:function:no name"}) {
        CHECK_THAT(
            bench.failure(
                "PutFunctionEventInvokeConfig",
                with(f, {{"DestinationConfig", {{"OnFailure", {{"Destination", nowhere}}}}}})),
            Catch::Contains("events cannot be sent on to " + std::string(nowhere)));
    }
    CHECK_THAT(
        bench.failure(
            "PutFunctionEventInvokeConfig",
            with(f, {{"DestinationConfig", {{"OnSuccess", {{"Destination", arn + "-gone"}}}}}})),
        Catch::Contains("The destination ARN " + arn + "-gone is invalid."));
    const std::string table = "arn:aws:dynamodb:us-east-1:000000000000:table/t";
    CHECK(bench.failure("PutFunctionEventInvokeConfig",
                        with(f,
                             {{"DestinationConfig",
                               {{"OnFailure", {{"Destination", queue}}},
                                {"OnSuccess", {{"Destination", table}}}}}})) ==
          "InvalidParameterValueException: The provided destination config DestinationConfig("
          "onSuccess=OnSuccess(destination=" +
              table + "), onFailure=OnFailure(destination=" + queue + ")) is invalid.");
    CHECK_THAT(
        bench.failure("PutFunctionEventInvokeConfig",
                      with(f, {{"DestinationConfig", {{"OnFailure", {{"Destination", table}}}}}})),
        Catch::Contains("onSuccess=null, onFailure=OnFailure(destination=" + table + ")"));
    CHECK_THAT(bench.failure("PutFunctionEventInvokeConfig",
                             with(f, {{"MaximumRetryAttempts", 1}, {"Qualifier", "7"}})),
               Catch::Contains("The function doesn't exist."));
    CHECK_THAT(bench.failure("GetFunctionEventInvokeConfig", with(f, {{"Qualifier", "7"}})),
               Catch::Contains("The function " + arn + ":7 doesn't have an EventInvokeConfig"));
    const Json nobody{{"FunctionName", "nobody"}};
    CHECK_THAT(bench.failure("PutFunctionEventInvokeConfig", nobody),
               Catch::Contains("You must specify at least one of"));
    CHECK_THAT(bench.failure("ListFunctionEventInvokeConfigs", nobody),
               Catch::Contains("The function doesn't exist."));
    CHECK_THAT(bench.failure("DeleteFunctionEventInvokeConfig", nobody),
               Catch::Contains("function:nobody:$LATEST doesn't have an EventInvokeConfig"));
    bench.call("DeleteFunctionEventInvokeConfig", f);
    CHECK_THAT(
        bench.failure("GetFunctionEventInvokeConfig", f),
        Catch::Contains("The function " + arn + ":$LATEST doesn't have an EventInvokeConfig"));
}

TEST_CASE("lambda TagResource: functions and mappings have tags") {
    Bench bench;
    bench.create_function({{"Tags", {{"a", "1"}}}});
    const Json resource{{"Resource", arn}};
    bench.call("TagResource", with(resource, {{"Tags", {{"a", "2"}, {"b", "3"}}}}));
    CHECK(bench.call("ListTags", resource)["Tags"] == Json{{"a", "2"}, {"b", "3"}});
    bench.call("UntagResource", with(resource, {{"TagKeys", {"a"}}}));
    CHECK(bench.call("GetFunction", f)["Tags"] == Json{{"b", "3"}});
    const Json mapping = bench.map_queue({{"Tags", {{"c", "4"}}}});
    CHECK(bench.call("ListTags", {{"Resource", mapping["EventSourceMappingArn"]}})["Tags"] ==
          Json{{"c", "4"}});
    CHECK_THAT(bench.failure("ListTags", {{"Resource", arn + ":1"}}),
               Catch::Contains("Tags on function aliases and versions are not supported."));
    CHECK_THAT(bench.failure("ListTags", {{"Resource", arn + "2"}}),
               Catch::Contains("Function not found: " + arn + "2"));
    Json many = Json::object();
    for (int number = 0; number < 50; ++number) {
        many["key" + std::to_string(number)] = "";
    }
    CHECK_THAT(bench.failure("TagResource", with(resource, {{"Tags", many}})),
               Catch::Contains("Number of tags exceeds resource tag limit."));
    CHECK(bench.failure("TagResource", with(resource, {{"Tags", Json::object()}})) ==
          "InvalidParameterValueException: An error occurred and the request cannot be processed.");
}

TEST_CASE("lambda: what describes a function is answered as it was given") {
    Bench bench;
    const Json given{
        {"DeadLetterConfig", {{"TargetArn", "arn:aws:sqs:us-east-1:000000000000:dead"}}},
        {"KMSKeyArn", "arn:aws:kms:us-east-1:000000000000:key/k"},
        {"LoggingConfig",
         {{"LogFormat", "JSON"},
          {"ApplicationLogLevel", "WARN"},
          {"SystemLogLevel", "INFO"},
          {"LogGroup", "mine"}}},
        {"TracingConfig", {{"Mode", "Active"}}},
        {"VpcConfig",
         {{"SubnetIds", {"subnet-1"}},
          {"SecurityGroupIds", {"sg-1"}},
          {"Ipv6AllowedForDualStack", false}}}};
    const Json made =
        bench.create_function(with(given, {{"SnapStart", {{"ApplyOn", "PublishedVersions"}}}}));
    for (const auto& [name, value] : given.items()) {
        CHECK(made[name] == value);
    }
    CHECK(made["SnapStart"] ==
          Json{{"ApplyOn", "PublishedVersions"}, {"OptimizationStatus", "Off"}});
    CHECK(bench.call("PublishVersion", f)["SnapStart"]["OptimizationStatus"] == "On");
    CHECK_THAT(bench.failure("UpdateFunctionConfiguration",
                             with(f, {{"ImageConfig", {{"Command", {"x"}}}}})),
               Catch::Contains("ImageConfig is not supported here"));
    CHECK_THAT(bench.failure("UpdateFunctionConfiguration",
                             with(f,
                                  {{"FileSystemConfigs",
                                    {{{"Arn",
                                       "arn:aws:elasticfilesystem:us-east-1:000000000000:"
                                       "access-point/fsap-00000000000000000"},
                                      {"LocalMountPath", "/mnt/x"}}}}})),
               Catch::Contains("FileSystemConfigs is not supported here"));
    CHECK_THAT(
        bench.failure("UpdateFunctionConfiguration",
                      with(f,
                           {{"DeadLetterConfig",
                             {{"TargetArn", "arn:aws:sqs:us-east-1:000000000000:dead.fifo"}}}})),
        Catch::Contains("must be a standard queue"));
    const Json topic{{"DeadLetterConfig", {{"TargetArn", "arn:aws:sns:us-east-1:000000000000:t"}}}};
    const std::string problem = "events cannot be sent on to arn:aws:sns:us-east-1:000000000000:t";
    CHECK_THAT(bench.failure("UpdateFunctionConfiguration", with(f, topic)),
               Catch::Contains(problem));
    CHECK_THAT(bench.failure("CreateFunction",
                             with({{"FunctionName", "g"},
                                   {"Runtime", "python3.12"},
                                   {"Handler", "index.handler"},
                                   {"Code", {{"Directory", ORRERY_SOURCE_DIR}}}},
                                  topic)),
               Catch::Contains(problem));
}

TEST_CASE("lambda: recursion, runtime management, code signing and the account") {
    Bench bench;
    bench.create_function(Json::object());
    CHECK(bench.call("GetFunctionRecursionConfig", f)["RecursiveLoop"] == "Terminate");
    bench.call("PutFunctionRecursionConfig", with(f, {{"RecursiveLoop", "Allow"}}));
    CHECK(bench.call("GetFunctionRecursionConfig", f)["RecursiveLoop"] == "Allow");
    CHECK(bench.call("GetRuntimeManagementConfig", f) ==
          Json{{"FunctionArn", arn + ":$LATEST"}, {"UpdateRuntimeOn", "Auto"}});
    bench.call("PutRuntimeManagementConfig", with(f, {{"UpdateRuntimeOn", "FunctionUpdate"}}));
    CHECK(bench.call("GetRuntimeManagementConfig", f)["UpdateRuntimeOn"] == "FunctionUpdate");
    CHECK_THAT(
        bench.failure("PutRuntimeManagementConfig", with(f, {{"UpdateRuntimeOn", "Manual"}})),
        Catch::Contains("RuntimeVersionArn"));
    CHECK(bench.call("GetFunctionCodeSigningConfig", f) == Json::object());
    CHECK_THAT(bench.failure("PutFunctionConcurrency",
                             {{"FunctionName", "f:1"}, {"ReservedConcurrentExecutions", 1}}),
               Catch::Contains("This operation is permitted on Lambda functions only."));
    CHECK_THAT(bench.failure("PutFunctionConcurrency",
                             {{"FunctionName", "nobody"}, {"ReservedConcurrentExecutions", 1}}),
               Catch::Contains("Function not found: ") && Catch::Contains(":nobody:$LATEST"));
    bench.call("PutFunctionConcurrency", with(f, {{"ReservedConcurrentExecutions", 10}}));
    const Json account = bench.call("GetAccountSettings", Json::object());
    CHECK(account["AccountLimit"]["ConcurrentExecutions"] == 1000);
    CHECK(account["AccountLimit"]["UnreservedConcurrentExecutions"] == 990);
    CHECK(account["AccountUsage"]["FunctionCount"] == 1);
}
