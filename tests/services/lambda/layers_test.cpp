// Layers, and functions that have them.

#include "engine/json.h"
#include "tests/services/lambda/support.h"
#include "tests/services/lambda/zip_file.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace layers_test {

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;

namespace {

const std::string arn = "arn:aws:lambda:us-east-1:000000000000:layer:l";

Json publish(Bench& bench, const std::string& name, const std::string& content) {
    return bench.call("PublishLayerVersion",
                      {{"LayerName", name},
                       {"Description", "d"},
                       {"CompatibleRuntimes", {"python3.12"}},
                       {"Content", {{"ZipFile", zip_parameter({{"python/m.py", content}})}}}});
}

}  // namespace

TEST_CASE("lambda layers: from publication to deletion") {
    Bench bench;
    const Json first = publish(bench, "l", "1");
    CHECK(first["LayerVersionArn"] == arn + ":1");
    CHECK(first["LayerArn"] == arn);
    CHECK(first["Version"] == 1);
    CHECK(first["Content"]["CodeSize"].get<int>() > 0);
    publish(bench, "l", "2");
    publish(bench, "k", "1");
    CHECK(bench.call("GetLayerVersion", {{"LayerName", "l"}, {"VersionNumber", 1}}) == first);
    CHECK(bench.call("GetLayerVersionByArn", {{"Arn", arn + ":1"}}) == first);
    const Json versions = bench.call("ListLayerVersions", {{"LayerName", "l"}})["LayerVersions"];
    REQUIRE(versions.size() == 2);
    CHECK(versions[0]["Version"] == 2);  // the newest first
    const Json layers = bench.call("ListLayers", Json::object())["Layers"];
    REQUIRE(layers.size() == 2);
    CHECK(layers[1]["LatestMatchingVersion"]["Version"] == 2);
    CHECK(bench.call("ListLayers", {{"CompatibleRuntime", "nodejs20.x"}})["Layers"].empty());
    const Json second{{"LayerName", "l"}, {"VersionNumber", 2}};
    bench.call("DeleteLayerVersion", second);
    bench.call("DeleteLayerVersion", second);  // that it is gone is no error
    CHECK(bench.failure("GetLayerVersion", second) ==
          "ResourceNotFoundException: The resource you requested does not exist.");
    CHECK(publish(bench, "l", "3")["Version"] == 3);  // numbers are not used again
}

TEST_CASE("lambda layers: a function has them in order") {
    Bench bench;
    publish(bench, "l", "1");
    publish(bench, "k", "1");
    const std::string other = "arn:aws:lambda:us-east-1:000000000000:layer:k:1";
    const Json made = bench.create_function({{"Layers", {other, arn + ":1"}}});
    CHECK(made["Layers"][0]["Arn"] == other);
    CHECK(made["Layers"][1]["CodeSize"].get<int>() > 0);
    bench.invoke(Json::object());
    bench.run_until(1s);
    REQUIRE(bench.runtime.layers.size() == 2);
    CHECK(std::filesystem::exists(bench.runtime.layers[1] / "python/m.py"));
    // Functions keep a layer that is deleted. [docs: API_DeleteLayerVersion]
    bench.call("DeleteLayerVersion", {{"LayerName", "l"}, {"VersionNumber", 1}});
    CHECK(bench.call("GetFunctionConfiguration", {{"FunctionName", "f"}})["Layers"].size() == 2);
    CHECK_FALSE(
        bench
            .call("UpdateFunctionConfiguration", {{"FunctionName", "f"}, {"Layers", Json::array()}})
            .contains("Layers"));
}

TEST_CASE("lambda layers: what a function cannot have") {
    Bench bench;
    const auto failure = [&](const Json& layers) {
        return bench.failure("CreateFunction",
                             {{"FunctionName", "g"},
                              {"Runtime", "python3.12"},
                              {"Handler", "index.handler"},
                              {"Code", {{"Directory", ORRERY_SOURCE_DIR}}},
                              {"Layers", layers}});
    };
    publish(bench, "l", "1");
    publish(bench, "l", "2");
    CHECK(failure({arn + ":7"}) ==
          "InvalidParameterValueException: Layer version " + arn + ":7 does not exist.");
    CHECK_THAT(failure({arn + ":1", arn + ":2"}),
               Catch::Contains("Two different versions of the same layer are not allowed"));
    Json six = Json::array();
    for (int number = 0; number < 6; ++number) {
        const std::string name = "n" + std::to_string(number);
        six.push_back(publish(bench, name, "1")["LayerVersionArn"]);
    }
    // [LS test_lambda_api]
    CHECK(failure(six) == "InvalidParameterValueException: Cannot reference more than 5 layers.");
    // Files of zeros, which are small as archives: together they are too much.
    Json large = Json::array();
    for (const char* name : {"a", "b"}) {
        const std::string zeros(140'000'000, '\0');
        large.push_back(bench.call(
            "PublishLayerVersion",
            {{"LayerName", name},
             {"Content", {{"ZipFile", zip_parameter({{"z", zeros}})}}}})["LayerVersionArn"]);
    }
    CHECK(failure(large) ==
          "InvalidParameterValueException: Function code combined with layers exceeds the maximum "
          "allowed size of 262144000 bytes. The actual size is 280000000 bytes.");
}

TEST_CASE("lambda layer permissions: statements are kept as policies") {
    Bench bench;
    publish(bench, "l", "1");
    const Json version{{"LayerName", "l"}, {"VersionNumber", 1}};
    CHECK(bench.failure("GetLayerVersionPolicy", version) ==
          "ResourceNotFoundException: No policy is associated with the given resource.");
    Json parameters = version;
    parameters.update(Json{
        {"StatementId", "s"}, {"Action", "lambda:GetLayerVersion"}, {"Principal", "123456789012"}});
    const Json added = bench.call("AddLayerVersionPermission", parameters);
    CHECK(added["Statement"] ==
          R"({"Sid":"s","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},)"
          R"("Action":"lambda:GetLayerVersion","Resource":")" +
              arn + R"(:1"})");
    CHECK(bench.call("GetLayerVersionPolicy", version)["RevisionId"] == added["RevisionId"]);
    Json remove = version;
    remove["StatementId"] = "s";
    bench.call("RemoveLayerVersionPermission", remove);
    CHECK_THAT(bench.failure("RemoveLayerVersionPermission", remove),
               Catch::Contains("Statement s is not found in resource policy."));
    parameters["VersionNumber"] = 9;
    CHECK(bench.failure("AddLayerVersionPermission", parameters) ==
          "ResourceNotFoundException: Layer version " + arn + ":9 does not exist.");
}

}  // namespace layers_test
