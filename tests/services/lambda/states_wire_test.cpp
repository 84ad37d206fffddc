// The states that functions go through, as clients see them over HTTP: changes take virtual time.

#include "engine/json.h"
#include "services/aws/api.h"
#include "services/aws/gateway.h"
#include "tests/services/lambda/support.h"
#include "tests/services/lambda/zip_file.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;

namespace {

struct Wire {
    Wire() : gateway(bench.world, [this](const aws::Identity&) -> aws::Api& { return api; }) {
        api.add(bench.service.api());
    }

    /// The answer at this instant.
    HttpResponse ask(const std::string& method, const std::string& target, const Json& body = {}) {
        // Shared: an invocation's may come later.
        const auto answer = std::make_shared<std::optional<HttpResponse>>();
        gateway.handle({method,
                        "/2015-03-31/functions" + target,
                        {{"Authorization",
                          "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/"
                          "aws4_request, SignedHeaders=host, Signature=00"}},
                        body.is_null() ? "" : body.dump()},
                       nullptr,
                       [answer](HttpResponse response) { *answer = std::move(response); });
        bench.run_until(bench.now());
        return answer->value_or(HttpResponse{0, {}, "{\"message\":\"no answer\"}"});
    }

    /// "Active Successful"
    std::string state() {
        const Json now = Json::parse(ask("GET", "/g/configuration").body);
        return now.value("State", "") + " " + now.value("LastUpdateStatus", "(none)");
    }

    /// "409 the message"
    std::string failure(const HttpResponse& response) {
        return std::to_string(response.status) + " " +
               Json::parse(response.body).value("message", "(none)");
    }

    Bench bench;
    aws::Api api;
    aws::Gateway gateway;
};

const Json function{{"FunctionName", "g"},
                    {"Runtime", "python3.12"},
                    {"Handler", "index.handler"},
                    {"Role", "arn:aws:iam::000000000000:role/r"},
                    {"Code", {{"Directory", ORRERY_SOURCE_DIR}}}};

const std::string pending =
    "409 The operation cannot be performed at this time. The function is currently in the "
    "following state: Pending";

}  // namespace

TEST_CASE("lambda over HTTP: a new function is Pending, then Active") {
    Wire wire;
    const HttpResponse created = wire.ask("POST", "", function);
    REQUIRE(created.status == 201);
    const std::string revision = Json::parse(created.body)["RevisionId"];
    CHECK(wire.state() == "Pending (none)");
    CHECK(wire.failure(wire.ask("POST", "/g/invocations", Json::object())) == pending);
    CHECK(wire.failure(wire.ask("PUT", "/g/configuration", {{"Timeout", 9}})) == pending);
    CHECK(wire.failure(wire.ask("POST", "/g/versions", Json::object())) == pending);
    wire.bench.run_until(1s);
    CHECK(wire.state() == "Active Successful");
    CHECK(Json::parse(wire.ask("GET", "/g/configuration").body)["RevisionId"] != revision);
    CHECK(wire.ask("PUT", "/g/configuration", {{"Timeout", 9}}).status == 200);
}

TEST_CASE("lambda over HTTP: one update at a time, and invocations go on") {
    Wire wire;
    wire.ask("POST", "", function);
    wire.bench.run_until(1s);
    CHECK(wire.ask("PUT", "/g/configuration", {{"Timeout", 9}}).status == 200);
    CHECK(wire.state() == "Active InProgress");
    CHECK(wire.failure(wire.ask("PUT", "/g/configuration", {{"Timeout", 8}})) ==
          "409 The operation cannot be performed at this time. An update is in progress for "
          "resource: arn:aws:lambda:us-east-1:000000000000:function:g");
    CHECK(wire.failure(
              wire.ask("PUT", "/g/code", {{"ZipFile", zip_parameter({{"index.py", "1"}})}})) ==
          "409 The operation cannot be performed at this time. An update is in progress for "
          "resource: arn:aws:lambda:us-east-1:000000000000:function:g");
    // No refusal: it is under way.
    CHECK(wire.ask("POST", "/g/invocations", Json::object()).status == 0);
    wire.bench.run_until(1500ms);
    CHECK(wire.state() == "Active Successful");
    CHECK(wire.ask("PUT", "/g/configuration", {{"Timeout", 8}}).status == 200);
}

TEST_CASE("lambda over HTTP: a published version has a state of its own") {
    Wire wire;
    wire.ask("POST", "", function);
    wire.bench.run_until(1s);
    const HttpResponse published = wire.ask("POST", "/g/versions", Json::object());
    CHECK(published.status == 201);
    CHECK(Json::parse(published.body)["State"] == "Pending");
    CHECK(wire.failure(wire.ask("POST", "/g/invocations?Qualifier=1", Json::object())) == pending);
    CHECK(wire.state() == "Active Successful");
    wire.bench.run_until(2s);
    CHECK(Json::parse(wire.ask("GET", "/g/configuration?Qualifier=1").body)["State"] == "Active");
}
