// What a state directory keeps of Lambda.

#include "engine/json.h"
#include "engine/store.h"
#include "tests/services/lambda/support.h"
#include "tests/services/lambda/zip_file.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace saved_state_test {

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using orrery::test::TemporaryFolder;

namespace {

struct NoLogs : LogWriter {
    void append(std::string_view, std::string_view, std::string_view) override {}
};

/// A process with a state directory.
struct Process {
    explicit Process(const std::filesystem::path& folder)
        : store(world.loop, folder / "state"), runtime(world) {
        world.store = &store;
        service = std::make_unique<LambdaService>(world, aws::Identity{}, runtime, logs);
        api.add(service->api());
    }
    ~Process() { store.commit(); }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    Json call(const std::string& operation, const Json& parameters) {
        return api.call_now("lambda", operation, parameters);
    }

    World world;
    Store store;
    FakeRuntime runtime;
    NoLogs logs;
    std::unique_ptr<LambdaService> service;
    aws::Api api;
};

const Json f{{"FunctionName", "f"}};

/// All that can be asked of it.
Json everything(Process& process) {
    Json all;
    for (const char* operation : {"GetFunction",
                                  "GetFunctionConcurrency",
                                  "GetFunctionEventInvokeConfig",
                                  "GetFunctionRecursionConfig",
                                  "GetFunctionUrlConfig",
                                  "GetPolicy",
                                  "GetRuntimeManagementConfig",
                                  "ListAliases",
                                  "ListVersionsByFunction"}) {
        all[operation] = process.call(operation, f);
    }
    all["ListLayers"] = process.call("ListLayers", Json::object());
    all["ListFunctions"] = process.call("ListFunctions", Json::object());
    return all;
}

void make_everything(Process& process) {
    const Json layer = process.call(
        "PublishLayerVersion",
        {{"LayerName", "l"}, {"Content", {{"ZipFile", zip_parameter({{"python/m.py", "1"}})}}}});
    process.call("CreateFunction",
                 with(f,
                      {{"Runtime", "python3.12"},
                       {"Handler", "index.handler"},
                       {"Code", {{"ZipFile", zip_parameter({{"index.py", "1"}})}}},
                       {"Layers", {layer["LayerVersionArn"]}},
                       {"Environment", {{"Variables", {{"AB", "b"}}}}},
                       {"Tags", {{"t", "1"}}},
                       {"LoggingConfig", {{"LogFormat", "JSON"}}}}));
    process.call("PublishVersion", f);
    process.call("CreateAlias", with(f, {{"Name", "live"}, {"FunctionVersion", "1"}}));
    process.call(
        "AddPermission",
        with(f, {{"StatementId", "s"}, {"Action", "lambda:InvokeFunction"}, {"Principal", "*"}}));
    process.call("PutFunctionConcurrency", with(f, {{"ReservedConcurrentExecutions", 5}}));
    process.call("PutFunctionEventInvokeConfig", with(f, {{"MaximumRetryAttempts", 1}}));
    process.call("CreateFunctionUrlConfig",
                 with(f, {{"AuthType", "AWS_IAM"}, {"Cors", {{"AllowOrigins", {"*"}}}}}));
    process.call("PutFunctionRecursionConfig", with(f, {{"RecursiveLoop", "Allow"}}));
    process.call("PutRuntimeManagementConfig", with(f, {{"UpdateRuntimeOn", "FunctionUpdate"}}));
    process.call("PutProvisionedConcurrencyConfig",
                 with(f, {{"Qualifier", "live"}, {"ProvisionedConcurrentExecutions", 2}}));
}

}  // namespace

TEST_CASE("lambda: the next process with the same state directory has the same functions") {
    const TemporaryFolder folder;
    Json before;
    {
        Process first(folder.path());
        make_everything(first);
        before = everything(first);
        first.world.loop.run_until(first.world.loop.start() + 10s);
    }
    Process second(folder.path());
    // Nothing runs while the state is read: what environments need is made later.
    CHECK(second.runtime.started.empty());
    CHECK(everything(second) == before);
    second.world.loop.run_until(second.world.loop.start() + 10s);
    const Json provisioned =
        second.call("GetProvisionedConcurrencyConfig", with(f, {{"Qualifier", "live"}}));
    CHECK(provisioned["Status"] == "READY");  // by environments that are new
    CHECK(second.runtime.started.size() == 2);
    REQUIRE(second.runtime.layers.size() == 1);
    CHECK(std::filesystem::exists(second.runtime.layers[0] / "python/m.py"));
    CHECK(std::filesystem::exists(second.runtime.directories[0] / "index.py"));
    second.call("UpdateFunctionConfiguration", with(f, {{"Timeout", 7}}));
    CHECK(second.call("PublishVersion", f)["Version"] == "2");
}

TEST_CASE("lambda: layers stay with their functions when deleted, and when the state has moved") {
    const TemporaryFolder folder;
    const std::filesystem::path old = folder.path() / "old";
    const std::filesystem::path moved = folder.path() / "moved";
    std::filesystem::create_directories(old);
    {
        Process first(old);
        make_everything(first);
        first.call("DeleteLayerVersion", {{"LayerName", "l"}, {"VersionNumber", 1}});
    }
    std::filesystem::rename(old, moved);
    for (int restart = 0; restart < 2; ++restart) {
        Process next(moved);
        next.world.loop.run_until(next.world.loop.start() + 10s);  // what is provisioned starts
        REQUIRE(next.runtime.layers.size() == 1);
        CHECK(std::filesystem::exists(next.runtime.layers[0] / "python/m.py"));
        REQUIRE_FALSE(next.runtime.directories.empty());
        CHECK(std::filesystem::exists(next.runtime.directories[0] / "index.py"));
    }
}

TEST_CASE("lambda: code that nobody has any more goes with the next start") {
    const TemporaryFolder folder;
    const auto archives = [&] {
        int count = 0;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(folder.path() / "lambda")) {
            count += entry.path().extension() == ".zip" ? 1 : 0;
        }
        return count;
    };
    {
        Process first(folder.path());
        make_everything(first);
        first.call("UpdateFunctionCode",
                   with(f, {{"ZipFile", zip_parameter({{"index.py", "2"}})}}));
        first.call("UpdateFunctionCode",
                   with(f, {{"ZipFile", zip_parameter({{"index.py", "3"}})}}));
    }
    CHECK(archives() == 4);
    const Process second(folder.path());
    CHECK(archives() == 3);  // version 1, $LATEST and the layer
}

}  // namespace saved_state_test
