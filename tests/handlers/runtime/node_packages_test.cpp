// Packages that a Node function loads without bringing them: its layers', for ES modules too, and
// AWS's SDK.
#include "handlers/runtime/node_packages.h"

#include "tests/handlers/runtime/node_support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

namespace {

constexpr const char* module_with_sdk = R"(
import { name } from '@aws-sdk/client-things';
export const handler = async () => name;
)";
constexpr const char* script_with_sdk = R"(
const { name } = require('@aws-sdk/client-things');
exports.handler = async () => name;
)";

/// A project with its function in `app` and what stands for AWS's SDK, which needs a package of its
/// own, beside it.
class ProjectFunction : public NodeFunction {
public:
    explicit ProjectFunction(World& a_world, ProcessRuntimeOptions options = {})
        : NodeFunction("", a_world, std::move(options)) {
        function.directory = folder.path() / "app";
        folder.write("app/readme", "");
    }
    void write_sdk() const {
        folder.write("node_modules/@aws-sdk/client-things/index.js",
                     "exports.name = 'things, ' + require('bowser');");
        folder.write("node_modules/bowser/index.js", "module.exports = 'with what they need';");
    }
    std::string answer() {
        const lambda::Outcome started = start();
        return started.kind == Kind::success ? invoke("{}")->payload : started.payload;
    }
};

}  // namespace

TEST_CASE("node packages: AWS's SDK of the project is there for functions, as on Lambda") {
    // [docs: lambda-nodejs, "Runtime-included SDK versions"]
    World world;
    ProjectFunction function(world);
    function.write_sdk();
    SECTION("for ES modules") {
        function.folder.write("app/index.mjs", module_with_sdk);
        CHECK(function.answer() == R"("things, with what they need")");
    }
    SECTION("for CommonJS") {
        function.folder.write("app/index.js", script_with_sdk);
        CHECK(function.answer() == R"("things, with what they need")");
    }
    SECTION("but nothing else of the project, which is not there on Lambda") {
        function.folder.write("app/index.js", "require('bowser'); exports.handler = () => {};");
        CHECK(function.answer().find("Cannot find module 'bowser'") != std::string::npos);
    }
    SECTION("a package of its own comes first") {
        function.folder.write("app/index.js", script_with_sdk);
        function.folder.write("app/node_modules/@aws-sdk/client-things/index.js",
                              "exports.name = 'its own';");
        CHECK(function.answer() == R"("its own")");
    }
    SECTION("not for nodejs16.x, which has version 2 of it") {
        function.function.runtime = "nodejs16.x";
        function.folder.write("node_modules/aws-sdk/index.js", "exports.version = '2';");
        function.folder.write("app/index.js",
                              "const two = require('aws-sdk');\n"
                              "exports.handler = async () => two.version;");
        CHECK(function.answer() == R"("2")");
        function.folder.write("app/index.js", script_with_sdk);
        CHECK(function.answer().find("Cannot find module") != std::string::npos);
    }
}

TEST_CASE("node packages: without file views of their own, functions find AWS's SDK too") {
    World world;
    ProcessRuntimeOptions options;
    options.own_files = OwnFiles::never;
    ProjectFunction function(world, options);
    function.write_sdk();
    function.folder.write("app/index.js", script_with_sdk);
    CHECK(function.answer() == R"("things, with what they need")");
}

TEST_CASE("node packages: ES modules import packages of layers") {
    // [docs: nodejs-layers; AWS compute blog, Node.js 18: ES modules through NODE_PATH]
    World world;
    ProjectFunction function(world);
    const TemporaryFolder first;
    const TemporaryFolder second;
    first.write("nodejs/node_modules/plain/index.js", "exports.name = 'plain';");
    first.write("nodejs/node_modules/@shop/one/index.js", "exports.name = 'one';");
    second.write("nodejs/node20/node_modules/@shop/two/index.js", "exports.name = 'two';");
    second.write("nodejs/node20/node_modules/plain/index.js", "exports.name = 'for 20';");
    function.function.layers = {first.path(), second.path()};
    function.folder.write("app/index.mjs", R"(
import { name as plain } from 'plain';
import { name as one } from '@shop/one';
import { name as two } from '@shop/two';
export const handler = async () => [plain, one, two];
)");
    CHECK(function.answer() == R"(["for 20","one","two"])");
}

TEST_CASE(
    "node packages: the SDK comes from the nearest folder above the code, then from Orrery's") {
    const TemporaryFolder folder;
    const auto& root = folder.path();
    folder.write("resources/readme", "");
    folder.write("project/app/src/index.js", "");
    const auto found = [&](const std::string& runtime) {
        return find_node_sdk(runtime, root / "project/app/src", root / "resources");
    };
    CHECK(found("nodejs22.x").empty());
    folder.write("resources/node_modules/@aws-sdk/one", "");
    CHECK(found("nodejs22.x") == root / "resources/node_modules");
    folder.write("node_modules/@aws-sdk/one", "");
    CHECK(found("nodejs22.x") == root / "node_modules");
    folder.write("project/node_modules/unrelated", "");
    folder.write("project/app/node_modules/@aws-sdk/one", "");
    CHECK(found("nodejs22.x") == root / "project/app/node_modules");
    CHECK(found("nodejs16.x").empty());
}

TEST_CASE("node packages: who misses AWS's SDK is told where to put it") {
    const auto hint = node_sdk_hint(
        R"({"errorMessage":"Cannot find package '@aws-sdk/client-sqs' imported from …"})",
        "/there");
    CHECK(hint.find("npm install --prefix '/there' @aws-sdk/client-sqs") != std::string::npos);
    CHECK(node_sdk_hint(R"({"errorMessage":"Cannot find package 'left-pad'"})", "/there").empty());
    CHECK(node_sdk_hint("null", "/there").empty());
}
