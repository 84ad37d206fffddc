#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

TEST_CASE("lambda CreateFunction: answers Pending, and the function is Active from then on") {
    Bench bench;
    const Json created = bench.create_function({{"Timeout", 7}, {"MemorySize", 256}});
    // [LS test_function_state]
    CHECK(created["State"] == "Pending");
    CHECK(created["StateReasonCode"] == "Creating");
    const Json read = bench.call("GetFunctionConfiguration", {{"FunctionName", "f"}});
    CHECK(read["State"] == "Active");
    CHECK(read["Timeout"] == 7);
    CHECK(read["MemorySize"] == 256);
    CHECK(read["FunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:f");
    CHECK(read["LastModified"] == "2026-01-01T00:00:00.000+0000");
    CHECK(bench.trace("lambda.function").size() == 1);
}

TEST_CASE("lambda CreateFunction: out of range values are refused with AWS's text") {
    Bench bench;
    const auto refusal = [&](const Json& more) {
        try {
            bench.create_function(more);
        } catch (const aws::ApiError& error) {
            return error.code() + ": " + error.message();
        }
        return std::string("accepted");
    };
    // [botocore lambda: Timeout 1..900, MemorySize 128..10240]
    CHECK(refusal({{"Timeout", 901}}) ==
          "ValidationException: 1 validation error detected: Value '901' at 'timeout' failed to "
          "satisfy constraint: Member must have value less than or equal to 900");
    CHECK(refusal({{"Timeout", 0}}).find("greater than or equal to 1") != std::string::npos);
    CHECK(refusal({{"MemorySize", 127}}).find("'memorySize'") != std::string::npos);
    CHECK(refusal({{"MemorySize", 10241}}).find("'memorySize'") != std::string::npos);
    CHECK(
        refusal({{"Runtime", "ruby3.3"}}) ==
        "InvalidParameterValueException: the runtime \"ruby3.3\" is not supported here; supported: "
        "python3");
    CHECK(refusal({{"Code", {{"ZipFile", "UEs="}}}}).find("Could not unzip uploaded file") !=
          std::string::npos);
    CHECK(refusal({{"Code", {{"Directory", "/no/such/folder"}}}}).find("/no/such/folder") !=
          std::string::npos);
    CHECK(refusal({{"Layers", Json::array({"arn:aws:lambda:us-east-1:000000000000:layer:l:1"})}})
              .find("Layer version arn") != std::string::npos);
    CHECK(refusal({{"Environment", {{"Variables", {{"AWS_REGION", "x"}}}}}}).find("AWS_REGION") !=
          std::string::npos);
    // [docs configuration-envvars]: 4 KB together
    CHECK(refusal({{"Environment", {{"Variables", {{"AB", std::string(4096, 'x')}}}}}})
              .find("exceeded the 4KB limit") != std::string::npos);
    for (const char* name : {"A", "1A", "A-B", "A=B", ""}) {
        CHECK(refusal({{"Environment", {{"Variables", {{name, "x"}}}}}})
                  .find("at 'environment.variables' failed to satisfy constraint") !=
              std::string::npos);
    }
    CHECK(refusal({{"PackageType", "Image"}, {"Runtime", ""}})
              .find("PackageType Image is not supported here") != std::string::npos);
    CHECK(refusal(Json::object()) == "accepted");
    CHECK(refusal(Json::object()) == "ResourceConflictException: Function already exist: f");
}

TEST_CASE("lambda GetFunction: answers the tags that the function was made with") {
    Bench bench;
    bench.create_function({{"Tags", {{"team", "blue"}}}});
    bench.create_function({{"FunctionName", "g"}});
    CHECK(bench.call("GetFunction", {{"FunctionName", "f"}})["Tags"] == Json{{"team", "blue"}});
    CHECK_FALSE(bench.call("GetFunction", {{"FunctionName", "g"}}).contains("Tags"));
}

TEST_CASE("lambda GetFunction: finds a function by each form of its name") {
    Bench bench;
    bench.create_function(Json::object());
    // [botocore: name, partial ARN, ARN, each with or without qualifier]
    for (const char* name : {"f",
                             "f:$LATEST",
                             "000000000000:function:f",
                             "arn:aws:lambda:us-east-1:000000000000:function:f",
                             "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST"}) {
        INFO(name);
        CHECK(bench.call("GetFunction",
                         {{"FunctionName", name}})["Configuration"]["FunctionName"] == "f");
    }
    CHECK(bench.failure("GetFunction", {{"FunctionName", "g"}}) ==
          "ResourceNotFoundException: Function not found: "
          "arn:aws:lambda:us-east-1:000000000000:function:g");
    CHECK(bench.failure("GetFunction", {{"FunctionName", "f:7"}}).find("Function not found: arn") !=
          std::string::npos);
    CHECK(bench.failure("GetFunction", {{"FunctionName", "no spaces"}})
              .starts_with("ValidationException"));
}

TEST_CASE("lambda UpdateFunctionConfiguration: later invocations get new environments") {
    Bench bench;
    bench.create_function(Json::object());
    bench.invoke(Json::object());
    bench.run_until(1s);
    const Json updated =
        bench.call("UpdateFunctionConfiguration", {{"FunctionName", "f"}, {"Timeout", 9}});
    CHECK(updated["Timeout"] == 9);
    CHECK(updated["LastUpdateStatus"] == "InProgress");
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{1});
    bench.invoke(Json::object());
    bench.run_until(2s);
    // [docs lambda-runtime-environment]
    CHECK(bench.runtime.invoked == std::vector<std::uint64_t>{1, 2});
    CHECK(bench
              .failure("UpdateFunctionConfiguration",
                       {{"FunctionName", "f"}, {"RevisionId", "stale"}})
              .starts_with("PreconditionFailedException: The Revision Id provided"));
}

TEST_CASE("lambda UpdateFunctionConfiguration: a running invocation ends as it began") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler_takes = 2s;
    bench.invoke(Json::object());
    bench.run_until(1s);
    bench.call("UpdateFunctionConfiguration", {{"FunctionName", "f"}, {"Timeout", 1}});
    bench.run_until(5s);
    REQUIRE(bench.answers().size() == 1);
    CHECK_FALSE(bench.answers()[0].contains("FunctionError"));
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{1});
}

TEST_CASE("lambda DeleteFunction: a running invocation is finished first") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler_takes = 1s;
    bench.invoke(Json::object());
    bench.run_until(500ms);
    bench.call("DeleteFunction", {{"FunctionName", "f"}});
    CHECK(bench.call("ListFunctions", Json::object())["Functions"].empty());
    CHECK(bench.service.statistics("f") == nullptr);
    bench.run_until(2s);
    REQUIRE(bench.answers().size() == 1);
    CHECK(bench.answers()[0]["StatusCode"] == 200);
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{1});
}

TEST_CASE("lambda PutFunctionConcurrency: keeps 100 executions of the account unreserved") {
    Bench bench;
    bench.create_function(Json::object());
    const Json name{{"FunctionName", "f"}};
    // Nothing without a reservation. [LS test_lambda_concurrency_crud]
    CHECK(bench.call("GetFunctionConcurrency", name) == Json::object());
    // [LS test_function_concurrency_limits]
    CHECK(bench.failure("PutFunctionConcurrency",
                        {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 901}}) ==
          "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function "
          "decreases account's UnreservedConcurrentExecution below its minimum value of [100].");
    const Json reserved{{"ReservedConcurrentExecutions", 900}};
    CHECK(bench.call("PutFunctionConcurrency",
                     {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 900}}) == reserved);
    CHECK(bench.call("GetFunctionConcurrency", name) == reserved);
    CHECK(bench.call("GetFunction", name)["Concurrency"] == reserved);
    bench.call("DeleteFunctionConcurrency", name);
    CHECK(bench.call("GetFunctionConcurrency", name) == Json::object());
}
