// AWS's own runtime interface clients against our Runtime API. They are not in the repository, and
// building them needs autoconf, automake, libtool, cmake and a compiler.
#include "tests/handlers/runtime/provided_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

TEST_CASE("interface client: AWS's own for Node runs a handler, in virtual time") {
    const std::filesystem::path installed = std::filesystem::path(ORRERY_BUILD_DIR) / "sdk" / "ric";
    const std::filesystem::path client = "node_modules/aws-lambda-ric/bin/index.mjs";
    if (!std::filesystem::exists(installed / client)) {
        WARN("SKIPPED: no aws-lambda-ric; npm install --prefix " << installed.string()
                                                                 << " aws-lambda-ric");
        return;
    }
    World world;
    RunningFunction function("", world);
    function.folder.write("index.js", R"(
exports.handler = async (event, context) => {
  if (event.fail) {
    throw new TypeError('as asked');
  }
  const before = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 60e3));
  return [event.n, context.awsRequestId.slice(-4), Date.now() - before, context.getRemainingTimeInMillis()];
};
)");
    // V8 without helper threads, as our own bootstrap starts it.
    write_program(function.folder,
                  "bootstrap",
                  "#!/bin/sh\nexec /usr/bin/node --single-threaded --v8-pool-size=0 /opt/" +
                      client.string() + " \"$_HANDLER\"\n");
    function.function.layers = {installed};
    function.function.runtime = "provided.al2023";
    function.function.memory_megabytes = 512;
    const auto started = function.start();
    INFO(started.payload);
    REQUIRE(started.kind == Kind::success);
    CHECK(function.invoke("{\"n\":1}")->payload == R"([1,"0001",60000,840000])");
    CHECK(function.invoke("{\"n\":2}")->payload == R"([2,"0002",60000,840000])");
    const auto failed = function.invoke("{\"fail\":true}");
    REQUIRE(failed);
    CHECK(failed->kind == Kind::error);
    CHECK(Json::parse(failed->payload)["errorType"] == "TypeError");
    CHECK(Json::parse(failed->payload)["errorMessage"] == "as asked");
}
