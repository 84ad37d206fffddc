#include "services/aws/encoding.h"
#include "services/lambda/function_url_front.h"
#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

struct Site {
    explicit Site(const Json& more = Json::object()) {
        bench.create_function(Json::object());
        Json parameters{{"FunctionName", "f"}, {"AuthType", "NONE"}};
        parameters.update(more);
        bench.call("CreateFunctionUrlConfig", parameters);
        id = bench.service.urls().at(0).id;
    }

    void answer(const std::string& payload) {
        bench.runtime.handler = [payload](const Invocation&) {
            return std::optional(success(payload));
        };
    }

    HttpResponse ask(const std::string& method,
                     const std::string& target,
                     const std::vector<HttpHeader>& headers = {},
                     const std::string& body = "") {
        HttpRequest request{method, target, headers, body};
        request.headers.push_back({"Host", id + ".lambda-url.us-east-1.on.aws"});
        return ask(request);
    }

    HttpResponse ask(const HttpRequest& request) {
        HttpResponse answer{0, {}, "no answer"};
        const auto address = find_url_address(request);
        REQUIRE(address);
        const bool found = bench.service.serve_url(
            *address, [&answer](HttpResponse response) { answer = std::move(response); });
        CHECK(found);
        bench.world.loop.run_until_idle(bench.world.loop.now() + 1min);
        return whole(std::move(answer));
    }

    Json event() const { return Json::parse(bench.runtime.payloads.back()); }

    Bench bench;
    std::string id;
};

std::string header(const HttpResponse& response, const std::string& name) {
    const std::string* value = find_header(response.headers, name);
    return value == nullptr ? "(none)" : *value;
}

}  // namespace

TEST_CASE("lambda function URL: the event has payload format 2.0") {
    Site site;
    site.bench.run_until(1s);
    site.ask("POST",
             "/orders/a%20b?x=1&y=2&x=3",
             {{"Content-Type", "application/json"},
              {"X-Two", "a"},
              {"x-two", "b"},
              {"Cookie", "one=1; two=2"},
              {"User-Agent", "test"}},
             R"({"n":1})");
    const Json event = site.event();
    CHECK(event["version"] == "2.0");
    CHECK(event["routeKey"] == "$default");
    CHECK(event["rawPath"] == "/orders/a b");
    CHECK(event["rawQueryString"] == "x=1&y=2&x=3");
    CHECK(event["queryStringParameters"] == Json{{"x", "1,3"}, {"y", "2"}});
    CHECK(event["cookies"] == Json{"one=1", "two=2"});
    CHECK(event["headers"]["x-two"] == "a,b");
    CHECK(event["headers"]["host"] == site.id + ".lambda-url.us-east-1.on.aws");
    CHECK_FALSE(event["headers"].contains("cookie"));
    CHECK(event["body"] == R"({"n":1})");
    CHECK(event["isBase64Encoded"] == false);
    Json context = event["requestContext"];
    CHECK(context["requestId"].get<std::string>().size() == 36);
    context.erase("requestId");
    CHECK(context == Json{{"accountId", "anonymous"},
                          {"apiId", site.id},
                          {"domainName", site.id + ".lambda-url.us-east-1.on.aws"},
                          {"domainPrefix", site.id},
                          {"http",
                           {{"method", "POST"},
                            {"path", "/orders/a b"},
                            {"protocol", "HTTP/1.1"},
                            {"sourceIp", "127.0.0.1"},
                            {"userAgent", "test"}}},
                          {"routeKey", "$default"},
                          {"stage", "$default"},
                          {"time", "01/Jan/2026:00:00:01 +0000"},
                          {"timeEpoch", 1767225601000}});
}

TEST_CASE("lambda function URL: what is no text comes in base64") {
    Site site;
    site.ask("POST", "/", {{"Content-Type", "multipart/form-data; boundary=x"}}, "--x");
    CHECK(site.event()["body"] == aws::base64("--x"));
    CHECK(site.event()["isBase64Encoded"] == true);
    site.ask("GET", "/");
    CHECK_FALSE(site.event().contains("body"));
    CHECK(site.event()["isBase64Encoded"] == false);
}

TEST_CASE("lambda function URL: a result without a status code is the body") {
    Site site;
    const auto body = [&](const std::string& payload) {
        site.answer(payload);
        const HttpResponse response = site.ask("GET", "/");
        CHECK(response.status == 200);
        CHECK(header(response, "Content-Type") == "application/json");
        return response.body;
    };
    // [LS test_lambda_url_invocation]
    CHECK(body(R"("hello")") == "hello");
    CHECK(body(R"({"a": 1})") == R"({"a": 1})");
    CHECK(body("[1]") == "[1]");
    CHECK(body("null") == "null");
}

TEST_CASE("lambda function URL: a result with a status code says the answer") {
    Site site;
    site.answer(R"({"statusCode":201,"headers":{"Content-Type":"text/plain","X-A":"b"},)"
                R"("cookies":["k=v","l=w"],"body":"aGk=","isBase64Encoded":true})");
    const HttpResponse response = site.ask("GET", "/");
    CHECK(response.status == 201);
    CHECK(response.body == "hi");
    CHECK(header(response, "Content-Type") == "text/plain");
    CHECK(header(response, "X-A") == "b");
    std::vector<std::string> cookies;
    for (const HttpHeader& each : response.headers) {
        if (each.name == "Set-Cookie") {
            cookies.push_back(each.value);
        }
    }
    CHECK(cookies == std::vector<std::string>{"k=v", "l=w"});
    // [LS test_request_id_invoke_url]
    CHECK(header(response, "x-amzn-RequestId") == site.event()["requestContext"]["requestId"]);
}

TEST_CASE("lambda function URL: a function's failure is 502, a throttled one 429") {
    Site site;
    site.bench.runtime.handler = [](const Invocation&) { return std::optional(error("E", "x")); };
    const HttpResponse failed = site.ask("GET", "/");
    CHECK(failed.status == 502);
    CHECK(failed.body == "Internal Server Error");
    site.answer(R"({"statusCode":101})");
    CHECK(site.ask("GET", "/").status == 502);
    site.answer(R"({"statusCode":"soon"})");
    CHECK(site.ask("GET", "/").status == 502);
    site.bench.call("PutFunctionConcurrency",
                    {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
    CHECK(site.ask("GET", "/").status == 429);
}

TEST_CASE("lambda function URL: AWS_IAM wants a signature") {
    Site site(Json{{"AuthType", "AWS_IAM"}});
    const HttpResponse refused = site.ask("GET", "/");
    CHECK(refused.status == 403);
    CHECK(refused.body == R"({"Message":"Forbidden"})");
    CHECK(site.bench.runtime.payloads.empty());
    const HttpResponse taken =
        site.ask("GET",
                 "/",
                 {{"Authorization",
                   "AWS4-HMAC-SHA256 Credential=AKIA1/20260101/us-east-1/lambda/aws4_request, "
                   "SignedHeaders=host, Signature=00"}});
    CHECK(taken.status == 200);
    CHECK(site.event()["requestContext"]["authorizer"]["iam"]["accessKey"] == "AKIA1");
    CHECK(site.event()["requestContext"]["accountId"] == "000000000000");
}

TEST_CASE("lambda function URL: browsers are told what they may do") {
    Site site(Json{{"Cors",
                    {{"AllowOrigins", {"https://shop.example"}},
                     {"AllowMethods", {"GET", "POST"}},
                     {"AllowHeaders", {"x-key"}},
                     {"MaxAge", 60}}}});
    const HttpResponse preflight =
        site.ask("OPTIONS",
                 "/",
                 {{"Origin", "https://shop.example"}, {"Access-Control-Request-Method", "POST"}});
    CHECK(preflight.status == 200);
    CHECK(header(preflight, "Access-Control-Allow-Origin") == "https://shop.example");
    CHECK(header(preflight, "Access-Control-Allow-Methods") == "GET,POST");
    CHECK(header(preflight, "Access-Control-Allow-Headers") == "x-key");
    CHECK(header(preflight, "Access-Control-Max-Age") == "60");
    CHECK(site.bench.runtime.payloads.empty());
    CHECK(header(site.ask("GET", "/", {{"Origin", "https://shop.example"}}),
                 "Access-Control-Allow-Origin") == "https://shop.example");
    CHECK(header(site.ask("GET", "/", {{"Origin", "https://other.example"}}),
                 "Access-Control-Allow-Origin") == "(none)");
}

TEST_CASE("lambda function URL: a path leads to it as well as its host") {
    Site site;
    site.ask({"GET", "/_aws/lambda-url/" + site.id + "/a?b=c", {}, ""});
    CHECK(site.event()["rawPath"] == "/a");
    CHECK(site.event()["rawQueryString"] == "b=c");
    site.ask({"GET", "/_aws/lambda-url/" + site.id, {}, ""});
    CHECK(site.event()["rawPath"] == "/");
    CHECK_FALSE(find_url_address({"GET", "/", {{"Host", "localhost"}}, ""}));
    CHECK_FALSE(site.bench.service.serve_url({"nobody", {}}, [](const HttpResponse&) {}));
}

TEST_CASE("lambda function URL: a streamed answer may begin with its status and headers") {
    Site site(Json{{"InvokeMode", "RESPONSE_STREAM"}});
    site.bench.runtime.handler = [](const Invocation&) {
        Outcome outcome = success(R"({"statusCode":202,"headers":{"X-A":"b"}})" +
                                  std::string(8, '\0') + "the rest");
        outcome.streamed = true;
        outcome.content_type = "application/vnd.awslambda.http-integration-response";
        return std::optional(outcome);
    };
    const HttpResponse response = site.ask("GET", "/");
    CHECK(response.status == 202);
    CHECK(header(response, "X-A") == "b");
    CHECK(response.body == "the rest");
    site.bench.runtime.handler = [](const Invocation&) {
        Outcome outcome = success("plain");
        outcome.streamed = true;
        outcome.content_type = "text/plain";
        return std::optional(outcome);
    };
    const HttpResponse plain = site.ask("GET", "/");
    CHECK(plain.status == 200);
    CHECK(plain.body == "plain");
    CHECK(header(plain, "Content-Type") == "text/plain");
}

namespace {

constexpr const char* with_head = "application/vnd.awslambda.http-integration-response";

/// What the caller of the URL of a function that streams is told, and when; a cold start takes 0.1
/// s.
std::vector<std::string> told_by_stream(Site& site, const Outcome& outcome) {
    Bench& bench = site.bench;
    bench.runtime.handler_takes = 2500ms;
    bench.runtime.handler = [&bench, outcome](const Invocation& invocation) {
        if (invocation.on_stream == nullptr) {
            return std::optional(outcome);
        }
        invocation.on_stream(outcome.content_type);
        int halves = 0;
        const std::string rest_of_head = "202}" + std::string(8, '\0');
        for (const std::string& bytes : {std::string(R"({"statusCode":)"),
                                         rest_of_head + "zero",
                                         std::string("one"),
                                         std::string("two")}) {
            bench.world.loop.after(++halves * 500ms,
                                   [piece = invocation.on_piece, bytes] { piece(bytes); });
        }
        return std::optional(outcome);
    };
    std::vector<std::string> told;
    const auto tell = [&bench, &told](const std::string& what) {
        told.push_back(what + " at " + format_duration(bench.now()));
    };
    bench.service.serve_url({site.id, {"GET", "/", {}, ""}}, [tell](const HttpResponse& response) {
        tell(std::to_string(response.status) + " " + response.body);
        if (response.stream != nullptr) {
            response.stream->read(tell, [tell](PipeEnd how) {
                tell(how == PipeEnd::whole ? "the end" : "broken off");
            });
        }
    });
    bench.run_until(10s);
    return told;
}

Outcome streamed(Outcome outcome) {
    outcome.streamed = true;
    outcome.content_type = with_head;
    return outcome;
}

}  // namespace

TEST_CASE("lambda function URL: a streamed answer goes out piece by piece, as it is written") {
    Site site(Json{{"InvokeMode", "RESPONSE_STREAM"}});
    CHECK(told_by_stream(site, streamed(success("whatever came"))) ==
          std::vector<std::string>{
              "202 zero at 1.1s", "one at 1.6s", "two at 2.1s", "the end at 2.61s"});
}

TEST_CASE("lambda function URL: a stream whose function fails breaks off") {
    Site site(Json{{"InvokeMode", "RESPONSE_STREAM"}});
    CHECK(told_by_stream(site, streamed(exited("exit status 3"))).back() == "broken off at 2.61s");
}

TEST_CASE("lambda function URL: a buffered answer waits for the end of a stream") {
    Site site;
    const std::string head = R"({"statusCode":202})" + std::string(8, '\0');
    const auto told = told_by_stream(site, streamed(success(head + "all of it")));
    CHECK(told == std::vector<std::string>{"202 all of it at 2.61s"});
}

TEST_CASE("lambda function URL: a stream that begins with no head is a bad gateway, once") {
    Site site(Json{{"InvokeMode", "RESPONSE_STREAM"}});
    site.bench.runtime.handler = [](const Invocation& invocation) {
        invocation.on_stream(with_head);
        invocation.on_piece("no JSON" + std::string(8, '\0'));
        invocation.on_piece("more");
        return std::optional(streamed(success("whatever came")));
    };
    const HttpResponse response = site.ask("GET", "/");
    CHECK(response.status == 502);
    CHECK(response.body == "Internal Server Error");
}

TEST_CASE("lambda function URL: a result may be nested deeply, but not where it must be read") {
    Site site;
    const std::string deep = std::string(400'000, '[') + std::string(400'000, ']');
    site.answer(deep);
    CHECK(site.ask("GET", "/").body == deep);
    site.answer(R"({"statusCode":200,"body":)" + deep + "}");
    const HttpResponse refused = site.ask("GET", "/");
    CHECK(refused.status == 502);
    CHECK(refused.body ==
          R"({"Message":"The function's result is nested deeper than 1000 levels."})");
    site.answer(R"({"statusCode":200,"body":{"a":[[1]]}})");
    CHECK(site.ask("GET", "/").body == R"({"a":[[1]]})");
}
