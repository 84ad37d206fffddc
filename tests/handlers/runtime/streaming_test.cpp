// Streamed responses: what Node's awslambda.streamifyResponse makes of the Runtime API's chunks.
#include "tests/handlers/runtime/node_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;
using namespace std::chrono_literals;

using Kind = lambda::Outcome::Kind;

TEST_CASE(
    "node: a streamed response comes piece by piece, each at its instant, and whole at the end") {
    World world;
    NodeFunction function(R"(
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.setContentType('text/plain');
  stream.write('one ');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  stream.write('two');
  stream.end();
});
)",
                          world);
    REQUIRE(function.start().kind == Kind::success);
    for (int time = 0; time < 2; ++time) {
        std::vector<std::pair<Duration, std::string>> pieces;
        const Instant start = world.loop.now();
        std::vector<std::string> types;
        function.invocation.on_stream = [&](const std::string& content_type) {
            CHECK(pieces.empty());
            types.push_back(content_type);
        };
        function.invocation.on_piece = [&](std::string_view piece) {
            pieces.emplace_back(world.loop.now() - start, piece);
        };
        const auto outcome = function.invoke("{}");
        REQUIRE(outcome);
        CHECK(outcome->kind == Kind::success);
        CHECK(outcome->streamed);
        CHECK(types == std::vector<std::string>{"text/plain"});
        CHECK(outcome->payload == "one two");
        CHECK(outcome->content_type == "text/plain");
        CHECK(pieces == std::vector<std::pair<Duration, std::string>>{{0s, "one "}, {2s, "two"}});
    }
}

TEST_CASE("node: HttpResponseStream sends its metadata before the body") {
    World world;
    NodeFunction function(R"(
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  const response = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
  response.end('made');
});
)",
                          world);
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->payload == "{\"statusCode\":201}" + std::string(8, '\0') + "made");
    CHECK(outcome->content_type == "application/vnd.awslambda.http-integration-response");
}

TEST_CASE("node: an error in the middle of a streamed response is the invocation's error") {
    World world;
    NodeFunction function(R"(
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.write('some');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  throw new RangeError('no more');
});
)",
                          world);
    REQUIRE(function.start().kind == Kind::success);
    std::string told;
    function.invocation.on_piece = [&](std::string_view piece) { told += piece; };
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::error);
    CHECK(outcome->streamed);
    CHECK(outcome->error_type == "RangeError");
    CHECK(Json::parse(outcome->payload).at("errorMessage") == "no more");
    CHECK(told == "some");
}
