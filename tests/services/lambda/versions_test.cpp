// Versions and aliases.

#include "engine/json.h"
#include "tests/services/lambda/support.h"
#include "tests/services/lambda/zip_file.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace versions_test {

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;

namespace {

const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
const Json f{{"FunctionName", "f"}};

/// Function f with versions 1 and 2.
struct Versions {
    Versions() {
        bench.create_function(Json::object());
        bench.call("PublishVersion", with(f, {{"Description", "first"}}));
        bench.call("UpdateFunctionConfiguration", with(f, {{"Timeout", 9}}));
        bench.call("PublishVersion", f);
    }
    Bench bench;
};

}  // namespace

TEST_CASE("lambda PublishVersion: numbers go up, and nothing new is no new version") {
    Bench bench;
    bench.create_function({{"Description", "the function"}});
    const Json first = bench.call("PublishVersion", with(f, {{"Description", "first"}}));
    CHECK(first["Version"] == "1");
    CHECK(first["FunctionArn"] == arn + ":1");
    CHECK(first["Description"] == "first");
    CHECK(bench.call("PublishVersion", f)["Version"] == "1");  // [docs: configuration-versions]
    bench.call("UpdateFunctionConfiguration", with(f, {{"MemorySize", 256}}));
    CHECK(bench.call("PublishVersion", f)["Version"] == "2");
    CHECK(bench.call("GetFunctionConfiguration", with(f, {{"Qualifier", "1"}}))["MemorySize"] ==
          128);
    bench.call("DeleteFunction", with(f, {{"Qualifier", "2"}}));
    CHECK(bench.call("PublishVersion", f)["Version"] == "3");  // numbers are not used again
    const Json all = bench.call("ListVersionsByFunction", f)["Versions"];
    REQUIRE(all.size() == 3);
    CHECK(all[0]["FunctionArn"] == arn + ":$LATEST");
    CHECK(all[1]["Version"] == "1");
    CHECK(all[2]["Version"] == "3");
}

TEST_CASE("lambda PublishVersion: checks the sum of the code and the revision") {
    Bench bench;
    const Json made =
        bench.create_function({{"Code", {{"ZipFile", zip_parameter({{"index.py", "1"}})}}}});
    CHECK_THAT(bench.failure("PublishVersion", with(f, {{"CodeSha256", "wrong"}})),
               Catch::StartsWith("InvalidParameterValueException: CodeSHA256 (wrong) is different "
                                 "from current CodeSHA256 in $LATEST ("));
    CHECK_THAT(bench.failure("PublishVersion", with(f, {{"RevisionId", "wrong"}})),
               Catch::StartsWith("PreconditionFailedException: "));
    CHECK(bench.call("PublishVersion",
                     with(f,
                          {{"CodeSha256", made["CodeSha256"]},
                           {"RevisionId", made["RevisionId"]}}))["Version"] == "1");
}

TEST_CASE("lambda Invoke: a version runs as it was published") {
    Versions made;
    made.bench.invoke({{"Qualifier", "1"}});
    made.bench.run_until(1s);
    REQUIRE(made.bench.answers().size() == 1);
    CHECK(made.bench.answers()[0]["ExecutedVersion"] == "1");
    made.bench.invoke({{"Qualifier", "7"}});
    CHECK(made.bench.answers()[1] ==
          "ResourceNotFoundException: Function not found: " + arn + ":7");
}

TEST_CASE("lambda GetFunction: versions and aliases, and what there is not") {
    Versions made;
    made.bench.call("CreateAlias", with(f, {{"Name", "live"}, {"FunctionVersion", "1"}}));
    const Json alias =
        made.bench.call("GetFunction", with(f, {{"Qualifier", "live"}}))["Configuration"];
    CHECK(alias["Version"] == "1");
    CHECK(alias["FunctionArn"] == arn + ":live");
    CHECK(made.bench.call("GetFunctionConfiguration", {{"FunctionName", arn + ":2"}})["Timeout"] ==
          9);
    CHECK(made.bench.failure("GetFunction", with(f, {{"Qualifier", "3"}})) ==
          "ResourceNotFoundException: Function not found: " + arn + ":3");
    CHECK(made.bench.failure("GetFunction", with(f, {{"Qualifier", "dead"}})) ==
          "ResourceNotFoundException: Cannot find alias arn: " + arn + ":dead");
    CHECK_THAT(
        made.bench.failure("GetFunction", {{"FunctionName", arn + ":1"}, {"Qualifier", "2"}}),
        Catch::Contains("The derived qualifier from the function name does not match"));
    CHECK_THAT(
        made.bench.failure("GetFunction",
                           {{"FunctionName", "arn:aws:lambda:eu-west-1:000000000000:function:f"}}),
        Catch::Contains("are not reachable in this region ('us-east-1')"));
}

TEST_CASE("lambda ListFunctions: pages, and all versions") {
    Versions made;
    made.bench.create_function({{"FunctionName", "g"}});
    CHECK(made.bench.call("ListFunctions", Json::object())["Functions"].size() == 2);
    const Json all = made.bench.call("ListFunctions", {{"FunctionVersion", "ALL"}})["Functions"];
    REQUIRE(all.size() == 4);
    CHECK(all[0]["FunctionArn"] == arn + ":$LATEST");
    CHECK(all[1]["FunctionArn"] == arn + ":1");
    const Json first = made.bench.call("ListFunctions", {{"MaxItems", 1}});
    REQUIRE(first["Functions"].size() == 1);
    const Json second = made.bench.call("ListFunctions", {{"Marker", first["NextMarker"]}});
    REQUIRE(second["Functions"].size() == 1);
    CHECK(second["Functions"][0]["FunctionName"] == "g");
    CHECK_FALSE(second.contains("NextMarker"));
}

TEST_CASE("lambda DeleteFunction: versions, unless an alias leads to them") {
    Versions made;
    made.bench.call("CreateAlias", with(f, {{"Name", "live"}, {"FunctionVersion", "1"}}));
    CHECK(made.bench.failure("DeleteFunction", with(f, {{"Qualifier", "1"}})) ==
          "ResourceConflictException: Unable to delete version because the following aliases "
          "reference it: [live]");
    CHECK_THAT(made.bench.failure("DeleteFunction", with(f, {{"Qualifier", "$LATEST"}})),
               Catch::Contains("$LATEST version cannot be deleted without deleting the function."));
    made.bench.call("DeleteFunction", with(f, {{"Qualifier", "2"}}));
    CHECK(made.bench.call("ListVersionsByFunction", f)["Versions"].size() == 2);
    made.bench.call("DeleteFunction", f);
    CHECK(made.bench.failure("ListVersionsByFunction", f) ==
          "ResourceNotFoundException: Function not found: " + arn);
}

TEST_CASE("lambda aliases: from creation to deletion") {
    Versions made;
    Bench& bench = made.bench;
    const Json live = with(f, {{"Name", "live"}});
    const Json alias =
        bench.call("CreateAlias", with(live, {{"FunctionVersion", "1"}, {"Description", "d"}}));
    CHECK(alias["AliasArn"] == arn + ":live");
    CHECK_THAT(bench.failure("CreateAlias", with(f, {{"Name", "7"}, {"FunctionVersion", "1"}})),
               Catch::StartsWith("ValidationException: 1 validation error detected: Value '7' at "
                                 "'name' failed to satisfy constraint"));
    CHECK(bench.failure("CreateAlias", with(live, {{"FunctionVersion", "1"}})) ==
          "ResourceConflictException: Alias already exists: " + arn + ":live");
    CHECK_THAT(
        bench.failure("CreateAlias",
                      with(live,
                           {{"FunctionVersion", "1"},
                            {"RoutingConfig", {{"AdditionalVersionWeights", {{"9", 0.5}}}}}})),
        Catch::Contains("Alias already exists"));
    CHECK(bench.call("GetAlias", live) == alias);
    CHECK_THAT(bench.failure("UpdateAlias", with(live, {{"RevisionId", "wrong"}})),
               Catch::StartsWith("PreconditionFailedException: "));
    const Json moved = bench.call(
        "UpdateAlias", with(live, {{"FunctionVersion", "2"}, {"RevisionId", alias["RevisionId"]}}));
    CHECK(moved["FunctionVersion"] == "2");
    CHECK(moved["Description"] == "d");
    CHECK(moved["RevisionId"] != alias["RevisionId"]);
    CHECK(bench.call("ListAliases", f)["Aliases"] == Json::array({moved}));
    CHECK(bench.call("ListAliases", with(f, {{"FunctionVersion", "1"}}))["Aliases"].empty());
    bench.call("DeleteAlias", live);
    bench.call("DeleteAlias", live);  // that it is gone is no error
    CHECK(bench.failure("GetAlias", live) ==
          "ResourceNotFoundException: Cannot find alias arn: " + arn + ":live");
    CHECK(bench.failure("UpdateAlias", live) ==
          "ResourceNotFoundException: Alias not found: " + arn + ":live");
}

TEST_CASE("lambda aliases: weights are shares of invocations, between two published versions") {
    Versions made;
    Bench& bench = made.bench;
    const auto routing = [](const Json& weights) {
        return Json{{"RoutingConfig", {{"AdditionalVersionWeights", weights}}}};
    };
    const auto create = [&](const std::string& version, const Json& weights) {
        return bench.failure(
            "CreateAlias",
            with(with(f, {{"Name", "live"}, {"FunctionVersion", version}}), routing(weights)));
    };
    CHECK(create("$LATEST", {{"1", 0.5}}) ==
          "InvalidParameterValueException: $LATEST is not supported for an alias pointing to more "
          "than 1 version");
    CHECK(create("1", {{"1", 0.5}}) ==
          "InvalidParameterValueException: Invalid function version 1. Function version 1 is "
          "already included in routing configuration.");
    CHECK(create("1", {{"5", 0.5}}) ==
          "ResourceNotFoundException: Function not found: " + arn + ":5");
    CHECK(create("5", {{"1", 0.5}}) ==
          "ResourceNotFoundException: Function not found: " + arn + ":5");
    CHECK(create("1", {{"2", 1.5}}) ==
          "ValidationException: 1 validation error detected: Value '{2=1.5}' at "
          "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must "
          "satisfy constraint: [Member must have value less than or equal to 1.0, Member must have "
          "value greater than or equal to 0.0, Member must not be null]");
    CHECK_THAT(create("1", {{"$LATEST", 0.5}}),
               Catch::StartsWith("ValidationException: ") && Catch::Contains("'{$LATEST=0.5}'") &&
                   Catch::Contains("Map keys must satisfy"));
    CHECK_THAT(create("1", {{"2", 0.5}, {"3", 0.1}}), Catch::Contains("cannot be greater than 1"));
    CHECK_THAT(create("1", {{"2", 0.25}}), Catch::StartsWith("no error"));
    int second = 0;
    for (int call = 0; call < 200; ++call) {
        bench.invoke({{"Qualifier", "live"}});
        bench.run_until(bench.now() + 1s);
        second += bench.answers().back()["ExecutedVersion"] == "2" ? 1 : 0;
    }
    CHECK(second > 25);
    CHECK(second < 80);
}

}  // namespace versions_test
