// Provisioned concurrency.

#include "engine/json.h"
#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace provisioned_test {

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;

namespace {

const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
const Json f{{"FunctionName", "f"}};
const Json version{{"FunctionName", "f"}, {"Qualifier", "1"}};

Json provision(int count) {
    return {{"FunctionName", "f"}, {"Qualifier", "1"}, {"ProvisionedConcurrentExecutions", count}};
}

struct Provisioned {
    Provisioned() {
        bench.create_function(Json::object());
        bench.call("PublishVersion", f);
        bench.runtime.init_takes = 1s;
    }
    std::string status() {
        return bench.call("GetProvisionedConcurrencyConfig", version)["Status"];
    }
    Bench bench;
};

const Json alias = with(f, {{"Name", "live"}, {"FunctionVersion", "1"}});

/// With a second version, and with an alias of the first that is provisioned.
struct ProvisionedAlias : Provisioned {
    ProvisionedAlias() {
        bench.call("UpdateFunctionConfiguration", with(f, {{"Timeout", 9}}));
        bench.call("PublishVersion", f);
        bench.call("CreateAlias", alias);
        bench.call("PutProvisionedConcurrencyConfig", with(provision(1), {{"Qualifier", "live"}}));
    }
};

}  // namespace

TEST_CASE("lambda provisioned concurrency: environments are initialised ahead") {
    Provisioned made;
    Bench& bench = made.bench;
    const Json put = bench.call("PutProvisionedConcurrencyConfig", provision(2));
    CHECK(put["Status"] == "IN_PROGRESS");
    CHECK(put["RequestedProvisionedConcurrentExecutions"] == 2);
    CHECK(put["AllocatedProvisionedConcurrentExecutions"] == 0);
    bench.run_until(500ms);
    CHECK(made.status() == "IN_PROGRESS");
    bench.run_until(2s);
    CHECK(made.status() == "READY");
    CHECK(bench.runtime.initialization_types ==
          std::vector<std::string>(2, "provisioned-concurrency"));
    CHECK(bench.call("GetAccountSettings",
                     Json::object())["AccountLimit"]["UnreservedConcurrentExecutions"] == 998);
    // The first call finds one ready: its time is the handler's alone.
    bench.invoke({{"Qualifier", "1"}});
    bench.run_until(2s + 10ms);
    REQUIRE(bench.answers().size() == 1);
    CHECK(bench.runtime.started.size() == 2);
    CHECK(bench.call("GetProvisionedConcurrencyConfig",
                     version)["AvailableProvisionedConcurrentExecutions"] == 2);
    bench.call("DeleteProvisionedConcurrencyConfig", version);
    CHECK(bench.runtime.stopped.size() == 2);
    CHECK(bench.failure("GetProvisionedConcurrencyConfig", version) ==
          "ProvisionedConcurrencyConfigNotFoundException: No Provisioned Concurrency Config found "
          "for this function");
}

TEST_CASE("lambda provisioned concurrency: more calls than that are served on demand") {
    Provisioned made;
    Bench& bench = made.bench;
    bench.call("PutProvisionedConcurrencyConfig", provision(1));
    bench.run_until(2s);
    bench.runtime.handler_takes = 1s;
    bench.invoke({{"Qualifier", "1"}});
    bench.invoke({{"Qualifier", "1"}});
    bench.run_until(10s);
    CHECK(bench.answers().size() == 2);
    CHECK(bench.runtime.initialization_types ==
          std::vector<std::string>{"provisioned-concurrency", "on-demand"});
    // They are not ended for being idle; the other one is.
    bench.run_until(1h);
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{2});
    CHECK(made.status() == "READY");
}

TEST_CASE("lambda provisioned concurrency: it is taken out of the function's reservation") {
    Provisioned made;
    Bench& bench = made.bench;
    bench.call("PutFunctionConcurrency", with(f, {{"ReservedConcurrentExecutions", 1}}));
    bench.call("PutProvisionedConcurrencyConfig", provision(1));
    bench.run_until(2s);
    // [LS: reserved 1, provisioned 1 on a version: $LATEST is throttled]
    bench.invoke(Json::object());
    CHECK(bench.answers().back() == "TooManyRequestsException: Rate Exceeded.");
    bench.invoke({{"Qualifier", "1"}});
    bench.run_until(3s);
    CHECK(bench.answers().back()["StatusCode"] == 200);
    CHECK_THAT(bench.failure("PutProvisionedConcurrencyConfig", provision(2)),
               Catch::Contains("should not be greater than the reservedConcurrentExecution"));
    // With these blanks. [LS test_reserved_provisioned_overlap]
    CHECK(bench.failure("PutFunctionConcurrency", with(f, {{"ReservedConcurrentExecutions", 0}})) ==
          "InvalidParameterValueException:  ReservedConcurrentExecutions  0 should not be lower "
          "than function's total provisioned concurrency [1].");
}

TEST_CASE("lambda provisioned concurrency: what it cannot be for, and how much there is") {
    Provisioned made;
    Bench& bench = made.bench;
    const auto failure = [&](const Json& more) {
        return bench.failure("PutProvisionedConcurrencyConfig", with(provision(1), more));
    };
    // [public error logs: terraform-provider-aws]
    CHECK(failure({{"Qualifier", "$LATEST"}}) ==
          "InvalidParameterValueException: Provisioned Concurrency Configs cannot be applied to "
          "unpublished function versions.");
    CHECK(failure({{"Qualifier", "7"}}) ==
          "ResourceNotFoundException: Function not found: " + arn + ":7");
    CHECK(failure({{"Qualifier", "none"}}) ==
          "ResourceNotFoundException: Cannot find alias arn: " + arn + ":none");
    CHECK_THAT(failure({{"ProvisionedConcurrentExecutions", 1001}}),
               Catch::Contains("is greater than account's unreserved concurrency [1000]."));
    CHECK_THAT(failure({{"ProvisionedConcurrentExecutions", 901}}),
               Catch::Contains("below its minimum value of [100]."));
    CHECK(bench.call("ListProvisionedConcurrencyConfigs", f)["ProvisionedConcurrencyConfigs"]
              .empty());
}

TEST_CASE("lambda provisioned concurrency: an alias takes it along to another version") {
    ProvisionedAlias made;
    Bench& bench = made.bench;
    CHECK_THAT(bench.failure("PutProvisionedConcurrencyConfig", provision(1)),
               Catch::Contains("Version is pointed by a Provisioned Concurrency alias"));
    bench.run_until(2s);
    const Json all = bench.call("ListProvisionedConcurrencyConfigs", f);
    CHECK(all["ProvisionedConcurrencyConfigs"][0]["FunctionArn"] == arn + ":live");
    CHECK(all["ProvisionedConcurrencyConfigs"][0]["Status"] == "READY");
    bench.call("UpdateAlias", with(alias, {{"FunctionVersion", "2"}}));
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{1});
    bench.run_until(4s);
    CHECK(bench.runtime.started == std::vector<std::uint64_t>{1, 2});
    CHECK_THAT(bench.failure(
                   "UpdateAlias",
                   with(alias, {{"RoutingConfig", {{"AdditionalVersionWeights", {{"2", 0.5}}}}}})),
               Catch::Contains("Alias with weights can not be used with Provisioned Concurrency"));
}

TEST_CASE("lambda UpdateAlias: what it takes along finds no version that is provisioned itself") {
    ProvisionedAlias made;
    Bench& bench = made.bench;
    bench.call("PutProvisionedConcurrencyConfig", with(provision(1), {{"Qualifier", "2"}}));
    CHECK(bench.failure("UpdateAlias", with(alias, {{"FunctionVersion", "2"}})) ==
          "ResourceConflictException: Alias can't be used for Provisioned Concurrency "
          "configuration on an already Provisioned version");
    bench.call("DeleteProvisionedConcurrencyConfig", with(f, {{"Qualifier", "2"}}));
    CHECK(bench.call("UpdateAlias", with(alias, {{"FunctionVersion", "2"}}))["FunctionVersion"] ==
          "2");
    bench.run_until(5s);
    CHECK(bench.call("GetProvisionedConcurrencyConfig",
                     with(f, {{"Qualifier", "live"}}))["Status"] == "READY");
}

TEST_CASE("lambda provisioned concurrency: a failed initialisation is told") {
    Provisioned made;
    Bench& bench = made.bench;
    bench.runtime.init = [](std::uint64_t) { return std::optional(error("ImportError", "no")); };
    bench.call("PutProvisionedConcurrencyConfig", provision(1));
    bench.run_until(5s);
    const Json failed = bench.call("GetProvisionedConcurrencyConfig", version);
    CHECK(failed["Status"] == "FAILED");
    CHECK(failed["StatusReason"] == "FUNCTION_ERROR_INIT_FAILURE");
}

}  // namespace provisioned_test
