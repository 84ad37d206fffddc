#include "services/aws/encoding.h"
#include "services/lambda/trace_header.h"
#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace recursion_test {

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:f";

/// Invokes "f" with the trace header of the call before, until it is refused. How often it ran.
int length_of_loop(Bench& bench, std::string& refusal) {
    std::string trace_header;
    bench.runtime.handler = [&](const Invocation& invocation) {
        trace_header = invocation.trace_header;
        return std::optional(success());
    };
    for (int round = 0; round < 40; ++round) {
        const Json answer = bench.call_as("Invoke", {{"FunctionName", "f"}}, "", trace_header);
        if (answer.is_string()) {
            refusal = answer.get<std::string>();
            return round;
        }
        bench.world.loop.run_until_idle(bench.world.loop.now() + 1min);
    }
    return 40;
}

}  // namespace

TEST_CASE("lambda recursion: the lineage counts a function's invocations") {
    const std::string id = trace_header::lineage_id(arn);
    CHECK(id.size() == 8);
    CHECK(id != trace_header::lineage_id(arn + "2"));

    const std::string first = trace_header::with_invocation("Root=1-a-b;Parent=c;Sampled=0", id);
    CHECK(first == "Root=1-a-b;Parent=c;Sampled=0;Lineage=" + id + ":0");
    CHECK(trace_header::invocations(first, id) == 1);
    const std::string second = trace_header::with_invocation(first, "0badcafe");
    CHECK(second == first + "|0badcafe:0");
    const std::string third = trace_header::with_invocation(second, id);
    CHECK(trace_header::invocations(third, id) == 2);
    CHECK(trace_header::invocations(third, "0badcafe") == 1);
    CHECK(trace_header::longest_loop(third) == 2);
    CHECK(trace_header::invocations("Root=1-a-b", id) == 0);
    CHECK(trace_header::with_invocation("Lineage=" + id + ":7;Self=x", id) ==
          "Lineage=" + id + ":8;Self=x");
}

TEST_CASE("lambda recursion: a chain is stopped after sixteen invocations of a function") {
    Bench bench;
    bench.create_function(Json::object());
    std::string refusal;
    CHECK(length_of_loop(bench, refusal) == 16);  // [docs: invocation-recursion]
    CHECK(refusal.starts_with("RecursiveInvocationException: "));
    CHECK(bench.trace_data("lambda.invocation.recursive") ==
          std::vector<Json>{{{"invocations", 16}}});
}

TEST_CASE("lambda recursion: a function that may run in a loop is not stopped") {
    Bench bench;
    bench.create_function(Json::object());
    bench.call("PutFunctionRecursionConfig", {{"FunctionName", "f"}, {"RecursiveLoop", "Allow"}});
    std::string refusal;
    CHECK(length_of_loop(bench, refusal) == 40);
}

TEST_CASE("lambda recursion: an event of a loop goes to the dead-letter queue") {
    Bench bench;
    bench.create_function(
        {{"DeadLetterConfig", {{"TargetArn", "arn:aws:sqs:us-east-1:000000000000:dlq"}}}});
    const std::string header = "Root=1-a-b;Lineage=" + trace_header::lineage_id(arn) + ":15";
    bench.call_as(
        "Invoke",
        {{"FunctionName", "f"}, {"InvocationType", "Event"}, {"Payload", aws::base64("{}")}},
        "r1",
        header);
    bench.world.loop.run_until_idle(bench.world.loop.now() + 1h);
    CHECK(bench.runtime.payloads.empty());
    REQUIRE(bench.targets.sent["dlq"].size() == 1);
    CHECK(bench.targets.sent["dlq"][0].attributes[0].value == "400");
}

}  // namespace recursion_test
