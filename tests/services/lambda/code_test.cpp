// Deployment packages: what is taken, what is refused, where it ends up.

#include "engine/json.h"
#include "services/aws/encoding.h"
#include "tests/services/lambda/support.h"
#include "tests/services/lambda/zip_file.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;

namespace fs = std::filesystem;

namespace {

std::string text_in(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Where the function's environments find its code.
fs::path code_of(Bench& bench) {
    bench.invoke({{"FunctionName", "f"}});
    bench.run_until(bench.now() + 1s);
    return bench.runtime.directories.back();
}

const std::string not_unzipped =
    "InvalidParameterValueException: Could not unzip uploaded file. Please check your file, then "
    "try to upload again.";

std::string refused(const std::vector<ZipEntry>& entries) {
    Bench bench;
    return bench.failure("CreateFunction",
                         {{"FunctionName", "g"},
                          {"Runtime", "python3.12"},
                          {"Handler", "index.handler"},
                          {"Code", {{"ZipFile", zip_parameter(entries)}}}});
}

}  // namespace

TEST_CASE("lambda CreateFunction: a zip archive is unpacked, with modes and links") {
    Bench bench;
    const std::string archive = zip({{"index.py", "pass\n"},
                                     {"bin/tool", "#!/bin/sh\n", 0100755},
                                     {"bin/alias", "tool", 0120777}});
    const Json made = bench.create_function({{"Code", {{"ZipFile", aws::base64(archive)}}}});
    CHECK(made["CodeSize"] == archive.size());
    CHECK(made["CodeSha256"].get<std::string>().size() == 44);
    const fs::path code = code_of(bench);
    CHECK(text_in(code / "index.py") == "pass\n");
    CHECK((fs::status(code / "bin/tool").permissions() & fs::perms(0777)) == fs::perms(0755));
    CHECK((fs::status(code / "index.py").permissions() & fs::perms(0777)) == fs::perms(0644));
    CHECK(fs::read_symlink(code / "bin/alias") == "tool");
}

TEST_CASE("lambda CreateFunction: archives that leave their folder are refused") {
    CHECK(refused({{"../evil", "x"}}) == not_unzipped);
    CHECK(refused({{"/tmp/evil", "x"}}) == not_unzipped);
    CHECK(refused({{"a/../../evil", "x"}}) == not_unzipped);
    CHECK(refused({{"link", "../..", 0120777}}) == not_unzipped);
    CHECK(refused({{"link", "/etc/passwd", 0120777}}) == not_unzipped);
    // Nothing is written through a link: the file of that name was there first.
    CHECK(refused({{"link", ".", 0120777}, {"link/x", "x"}}) == not_unzipped);
}

TEST_CASE("lambda CreateFunction: what is no archive, empty or too large") {
    Bench bench;
    const auto failure = [&](const std::string& bytes) {
        return bench.failure("CreateFunction",
                             {{"FunctionName", "g"},
                              {"Runtime", "python3.12"},
                              {"Handler", "index.handler"},
                              {"Code", {{"ZipFile", aws::base64(bytes)}}}});
    };
    CHECK(failure("no archive") == not_unzipped);
    std::string broken = zip({{"index.py", std::string(1000, 'x')}});
    broken[40] ^= 1;
    CHECK(failure(broken) == not_unzipped);
    // [LS test_lambda_api]
    CHECK(failure(std::string(52'428'800, 'x')) ==
          "InvalidParameterValueException: Zipped size must be smaller than 52428800 bytes");
    const std::string bomb = zip({{"zeros", std::string(262'144'000, '\0')}});
    CHECK(bomb.size() < 1'000'000);
    CHECK(failure(bomb) ==
          "InvalidParameterValueException: Unzipped size must be smaller than 262144000 bytes");
    CHECK(bench.call("ListFunctions", Json::object())["Functions"].empty());
}

TEST_CASE("lambda CreateFunction: sources that are not supported are refused by name") {
    Bench bench;
    const auto failure = [&](const Json& code) {
        return bench.failure("CreateFunction",
                             {{"FunctionName", "g"},
                              {"Runtime", "python3.12"},
                              {"Handler", "index.handler"},
                              {"Code", code}});
    };
    CHECK_THAT(failure({{"S3Bucket", "bucket"}, {"S3Key", "key"}}),
               Catch::Contains("S3Bucket is not supported here yet"));
    CHECK_THAT(failure({{"ImageUri", "image"}}), Catch::Contains("ImageUri is not supported"));
    CHECK(failure(Json::object()) ==
          "InvalidParameterValueException: Please provide a source for function code.");
    CHECK_THAT(failure({{"Directory", "/no/such/folder"}}),
               Catch::Contains("there is no folder /no/such/folder"));
}

TEST_CASE("lambda UpdateFunctionCode: new environments run the new code") {
    Bench bench;
    const Json first =
        bench.create_function({{"Code", {{"ZipFile", zip_parameter({{"index.py", "1"}})}}}});
    const fs::path before = code_of(bench);
    const Json parameters{{"FunctionName", "f"},
                          {"ZipFile", zip_parameter({{"index.py", "2"}})},
                          {"RevisionId", first["RevisionId"]}};
    Json dry = parameters;
    dry["DryRun"] = true;
    CHECK(bench.call("UpdateFunctionCode", dry)["CodeSha256"] != first["CodeSha256"]);
    CHECK(bench.call("GetFunctionConfiguration", {{"FunctionName", "f"}})["CodeSha256"] ==
          first["CodeSha256"]);
    const Json updated = bench.call("UpdateFunctionCode", parameters);
    CHECK(updated["CodeSha256"] != first["CodeSha256"]);
    CHECK(updated["LastUpdateStatus"] == "InProgress");
    CHECK(text_in(code_of(bench) / "index.py") == "2");
    CHECK(text_in(before / "index.py") == "1");  // what runs goes on with it
    CHECK(bench.runtime.stopped == std::vector<std::uint64_t>{1});
    CHECK_THAT(bench.failure("UpdateFunctionCode", parameters),
               Catch::StartsWith("PreconditionFailedException: The Revision Id provided does not "
                                 "match the latest Revision Id."));
    CHECK_THAT(bench.failure("UpdateFunctionCode",
                             {{"FunctionName", "f"}, {"S3Bucket", "bucket"}, {"S3Key", "k"}}),
               Catch::Contains("S3Bucket is not supported"));
}

TEST_CASE("lambda GetFunction: tells where the code can be fetched, or its folder") {
    Bench bench;
    bench.create_function({{"Code", {{"ZipFile", zip_parameter({{"index.py", "1"}})}}}});
    const std::string location =
        bench.call("GetFunction", {{"FunctionName", "f"}})["Code"]["Location"];
    const std::string sum = location.substr(location.rfind('/') + 1, 64);
    CHECK(location == "/_orrery/lambda/000000000000/us-east-1/code/" + sum + ".zip");
    CHECK(bench.service.find_code(sum) == zip({{"index.py", "1"}}));
    CHECK(bench.service.find_code("../../etc/passwd") == std::nullopt);
    bench.create_function({{"FunctionName", "g"}});
    CHECK(bench.call("GetFunction", {{"FunctionName", "g"}})["Code"] ==
          Json{{"Directory", ORRERY_SOURCE_DIR}});
}
