#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

using Sizes = std::vector<std::uint32_t>;

std::vector<std::string> message_ids(const std::string& payload) {
    std::vector<std::string> ids;
    const Json event = Json::parse(payload);
    for (const Json& record : event["Records"]) {
        ids.push_back(record["messageId"]);
    }
    return ids;
}

}  // namespace

TEST_CASE("sqs mapping: what is there makes batches of at most BatchSize, deleted on success") {
    Bench bench;
    bench.create_function(Json::object());
    bench.queue.send(25);
    bench.map_queue(Json::object());
    bench.run_until(1s);
    CHECK(bench.statistics().batch_sizes == Sizes{10, 10, 5});
    CHECK(message_ids(bench.runtime.payloads.at(2)) ==
          std::vector<std::string>{"m21", "m22", "m23", "m24", "m25"});
    // Whatever the function returns. [docs: with-sqs]
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: an idle one schedules nothing and wakes for a message") {
    Bench bench;
    bench.create_function(Json::object());
    bench.map_queue(Json::object());
    CHECK(bench.world.loop.run_until_idle(bench.world.loop.start() + 24h) == Halt::idle);
    CHECK(bench.now() == 0s);
    bench.run_until(1h);
    CHECK(bench.queue.receives == 0);
    bench.queue.send(1);
    bench.run_until(1h + 110ms);
    CHECK(bench.queue.left() == 0);
    CHECK(bench.trace("lambda.invocation.started") ==
          std::vector<std::string>{"lambda.invocation.started@1h100ms"});
}

TEST_CASE("sqs mapping: a failed batch reappears when its visibility timeout ends") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler = [&](const Invocation&) {
        return std::optional(bench.runtime.invoked.size() < 3 ? error("Boom", "no") : success());
    };
    bench.queue.send(2);
    bench.map_queue(Json::object());
    bench.run_until(30s - 1ns);
    CHECK(bench.statistics().batch_sizes == Sizes{2});
    CHECK(bench.queue.left() == 2);
    bench.run_until(61s);
    // [LS test_failing_lambda_retries_after_visibility_timeout]
    CHECK(bench.trace("lambda.invocation.started") ==
          std::vector<std::string>{"lambda.invocation.started@100ms",
                                   "lambda.invocation.started@30s",
                                   "lambda.invocation.started@1m"});
    CHECK(bench.queue.left() == 0);
    CHECK(bench.statistics().errors == 2);
}

TEST_CASE("sqs mapping: time-outs and crashes leave the messages as errors do") {
    Bench bench;
    bench.create_function({{"Timeout", 1}});
    bench.runtime.handler = [](const Invocation&) { return std::optional<Outcome>(); };
    bench.queue.send(1);
    bench.map_queue(Json::object());
    bench.run_until(10s);
    CHECK(bench.queue.left() == 1);
    CHECK(bench.queue.messages[0].receive_count == 1);
}

TEST_CASE("sqs mapping: a window gathers up to BatchSize messages") {
    Bench bench;
    bench.create_function(Json::object());
    bench.map_queue({{"BatchSize", 25}, {"MaximumBatchingWindowInSeconds", 5}});
    bench.run_until(1s);
    bench.queue.send(12);
    bench.run_until(3s);
    bench.queue.send(12);
    bench.run_until(6s - 1ns);
    CHECK(bench.statistics().batch_sizes.empty());
    bench.run_until(7s);  // the window began with the first message
    // [docs: invocation-eventsourcemapping]
    CHECK(bench.statistics().batch_sizes == Sizes{24});
    bench.queue.send(30);
    bench.run_until(7s + 10ms);
    CHECK(bench.statistics().batch_sizes == Sizes{24, 25});  // a full batch does not wait
    bench.run_until(13s);
    CHECK(bench.statistics().batch_sizes == Sizes{24, 25, 5});
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: a batch being gathered starts when its window ends, however many run") {
    Bench bench;
    bench.create_function({{"Timeout", 100}});
    bench.runtime.handler_takes = 60s;
    bench.queue.visibility = 600s;
    bench.queue.send(73);
    bench.map_queue({{"MaximumBatchingWindowInSeconds", 1}});
    // The eighth batch is begun at 600 ms, when there may be eight at once.
    bench.run_until(1600ms - 1ns);
    CHECK(bench.statistics().environments_started == 7);
    bench.run_until(2s);
    CHECK(bench.statistics().batch_sizes == Sizes{10, 10, 10, 10, 10, 10, 10, 3});
}

TEST_CASE("sqs mapping: disabled with a batch that is due, it begins anew when enabled") {
    Bench bench;
    bench.create_function({{"Timeout", 100}});
    bench.runtime.handler_takes = 60s;
    bench.queue.visibility = 600s;
    bench.queue.send(5);
    const std::string uuid =
        bench.map_queue({{"BatchSize", 2}, {"MaximumBatchingWindowInSeconds", 10}})["UUID"];
    bench.run_until(1s);
    bench.call("UpdateEventSourceMapping",
               {{"UUID", uuid}, {"ScalingConfig", {{"MaximumConcurrency", 2}}}});
    bench.run_until(20s);  // the window is over, and two batches run already
    CHECK(bench.statistics().batch_sizes == Sizes{2, 2});
    bench.call("UpdateEventSourceMapping", {{"UUID", uuid}, {"Enabled", false}});
    bench.run_until(70s);
    bench.call("UpdateEventSourceMapping", {{"UUID", uuid}, {"Enabled", true}});
    bench.queue.send(1);
    bench.run_until(81s);
    CHECK(bench.statistics().batch_sizes == Sizes{2, 2, 1});
    CHECK(message_ids(bench.runtime.payloads.at(2)) == std::vector<std::string>{"m6"});
    bench.run_until(700s);
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: a batch that waited until its messages are visible again is not invoked") {
    Bench bench;
    bench.create_function({{"Timeout", 10}});
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
    bench.queue.send(5);
    const std::string uuid =
        bench.map_queue({{"BatchSize", 2}, {"MaximumBatchingWindowInSeconds", 10}})["UUID"];
    bench.run_until(1s);
    bench.call("UpdateEventSourceMapping",
               {{"UUID", uuid}, {"ScalingConfig", {{"MaximumConcurrency", 2}}}});
    bench.run_until(25s);  // after the last attempt: two throttled batches, a third waits for them
    bench.call("DeleteFunctionConcurrency", {{"FunctionName", "f"}});
    bench.run_until(1min);
    CHECK(bench.queue.left() == 0);
    CHECK(bench.queue.messages[4].receive_count == 2);
}

TEST_CASE("sqs mapping: a batch gathered for a deleted function is not invoked by its successor") {
    Bench bench;
    bench.create_function(Json::object());
    bench.map_queue({{"MaximumBatchingWindowInSeconds", 5}});
    bench.queue.send(1);
    bench.run_until(1s);
    bench.call("DeleteFunction", {{"FunctionName", "f"}});
    bench.run_until(20s);
    bench.create_function(Json::object());
    bench.run_until(30s);
    CHECK(bench.statistics().batch_sizes.empty());
    bench.run_until(36s);  // visible again at 30 s, then gathered anew
    CHECK(bench.statistics().batch_sizes == Sizes{1});
    CHECK(bench.queue.messages[0].receive_count == 2);
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: messages are hidden longer where window and timeout need it") {
    Bench bench;
    bench.create_function({{"Timeout", 20}});
    const std::string uuid =
        bench.map_queue({{"BatchSize", 1}, {"MaximumBatchingWindowInSeconds", 11}})["UUID"];
    bench.queue.send(1);
    bench.run_until(1s);
    bench.call("UpdateEventSourceMapping",
               {{"UUID", uuid}, {"MaximumBatchingWindowInSeconds", 10}});
    bench.queue.send(1);
    bench.run_until(2s);
    // 11 + 20 > 30 gives 11 + 20 + 30; 10 + 20 does not exceed it. [docs: with-sqs]
    CHECK(bench.queue.visibilities == std::vector<Duration>{61s, 30s});
}

TEST_CASE("sqs mapping: a record that would make the payload too large starts the next batch") {
    Bench bench;
    bench.create_function(Json::object());
    bench.queue.send(10, std::string(1 << 20, 'x'));
    bench.map_queue(Json::object());
    bench.run_until(1s);
    // Five of 1 MiB and their keys fit into 6 MB, six do not. [docs: invocation-eventsourcemapping]
    CHECK(bench.statistics().batch_sizes == Sizes{5, 5});
    CHECK(message_ids(bench.runtime.payloads.at(1)).front() == "m6");
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: of a FIFO queue, what a payload has no room for is given back") {
    // A group is never in two batches at a time. [docs: with-sqs]
    Bench bench;
    bench.create_function(Json::object());
    bench.queue.fifo = true;
    bench.queue.send(10, std::string(1 << 20, 'x'));
    bench.map_queue(Json::object());
    bench.run_until(1s);
    CHECK(bench.statistics().batch_sizes == Sizes{5, 5});
    CHECK(bench.queue.messages.at(4).receive_count == 1);
    CHECK(bench.queue.messages.at(5).receive_count == 2);
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: begins with five batches at once and adds one each 200 ms") {
    Bench bench;
    bench.create_function({{"Timeout", 10}});
    bench.runtime.handler_takes = 5s;
    bench.queue.send(100);
    bench.map_queue({{"BatchSize", 1}});
    bench.run_until(150ms);
    // [docs: services-sqs-scaling]
    CHECK(bench.statistics().batch_sizes.size() == 5);
    bench.run_until(1150ms);
    CHECK(bench.statistics().batch_sizes.size() == 10);
    bench.run_until(1min);
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: MaximumConcurrency caps it, and the other messages stay in the queue") {
    Bench bench;
    bench.create_function({{"Timeout", 10}});
    bench.runtime.handler_takes = 5s;
    bench.queue.send(10);
    bench.map_queue({{"BatchSize", 1}, {"ScalingConfig", {{"MaximumConcurrency", 2}}}});
    bench.run_until(4s);
    CHECK(bench.statistics().batch_sizes.size() == 2);
    // No throttles, no receive-count bump. [docs: services-sqs-scaling]
    CHECK(bench.statistics().throttles == 0);
    CHECK(bench.queue.messages[2].receive_count == 0);
    bench.run_until(1min);
    CHECK(bench.queue.left() == 0);
    CHECK(bench.statistics().environments_started == 2);
}

TEST_CASE("sqs mapping: a throttled batch is tried again with back-off") {
    Bench bench;
    bench.create_function({{"Timeout", 10}});
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 1}});
    bench.runtime.handler_takes = 1s;
    bench.queue.send(2);
    bench.map_queue({{"BatchSize", 1}});
    bench.run_until(10s);
    CHECK(bench.queue.left() == 0);
    CHECK(bench.queue.messages[1].receive_count == 1);
    // Tried at 0, 100 ms, 300 ms, 700 ms and 1.5 s, when the first is done.
    CHECK(bench.statistics().throttles == 4);
    CHECK(bench.trace("lambda.invocation.started").back() == "lambda.invocation.started@1.5s");
}

TEST_CASE("sqs mapping: a throttled batch is dropped when its messages are visible again") {
    Bench bench;
    bench.create_function(Json::object());
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
    bench.queue.send(1);
    bench.map_queue(Json::object());
    bench.run_until(30s - 1ns);
    CHECK(bench.queue.messages[0].receive_count == 1);
    bench.run_until(31s);
    // So throttling can lead to the DLQ. [docs: services-sqs-errorhandling]
    CHECK(bench.queue.messages[0].receive_count == 2);
    bench.call("DeleteFunctionConcurrency", {{"FunctionName", "f"}});
    bench.run_until(1min);
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: with ReportBatchItemFailures only what is reported stays") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler = [&](const Invocation&) {
        return std::optional(success(bench.runtime.invoked.size() == 1
                                         ? R"({"batchItemFailures":[{"itemIdentifier":"m2"}]})"
                                         : "null"));
    };
    bench.queue.send(3);
    bench.map_queue({{"FunctionResponseTypes", {"ReportBatchItemFailures"}}});
    bench.run_until(1s);
    CHECK(bench.queue.left() == 1);
    CHECK_FALSE(bench.queue.messages[1].deleted);
    bench.run_until(31s);
    // The second invocation gets only the listed one. [LS test_report_batch_item_failures]
    CHECK(bench.statistics().batch_sizes == Sizes{3, 1});
    CHECK(message_ids(bench.runtime.payloads.at(1)) == std::vector<std::string>{"m2"});
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: a partial answer without ReportBatchItemFailures is no failure") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler = [](const Invocation&) {
        return std::optional(success(R"({"batchItemFailures":[{"itemIdentifier":"m1"}]})"));
    };
    bench.queue.send(2);
    bench.map_queue(Json::object());
    bench.run_until(1s);
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: an answer that names an unknown message fails the whole batch") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler = [](const Invocation&) {
        return std::optional(
            success(R"({"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"x"}]})"));
    };
    bench.queue.send(2);
    bench.map_queue({{"FunctionResponseTypes", {"ReportBatchItemFailures"}}});
    bench.run_until(1s);
    // [docs: services-sqs-errorhandling]
    CHECK(bench.queue.left() == 2);
}

TEST_CASE("sqs mapping: disabled it receives nothing, enabled again it goes on") {
    Bench bench;
    bench.create_function(Json::object());
    const std::string uuid = bench.map_queue({{"Enabled", false}})["UUID"];
    bench.queue.send(1);
    bench.run_until(1min);
    CHECK(bench.queue.messages[0].receive_count == 0);
    bench.call("UpdateEventSourceMapping", {{"UUID", uuid}, {"Enabled", true}});
    bench.run_until(2min);
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: deleted in the middle of an invocation it still deletes the messages") {
    Bench bench;
    bench.create_function(Json::object());
    bench.runtime.handler_takes = 1s;
    const std::string uuid = bench.map_queue(Json::object())["UUID"];
    bench.queue.send(1);
    bench.run_until(500ms);
    bench.call("DeleteEventSourceMapping", {{"UUID", uuid}});
    bench.run_until(5s);
    CHECK(bench.queue.left() == 0);
    bench.queue.send(1);
    bench.run_until(1min);
    CHECK(bench.queue.left() == 1);
}

TEST_CASE("sqs mapping: outlives its function and goes on when there is one of its name again") {
    Bench bench;
    bench.create_function(Json::object());
    const std::string uuid = bench.map_queue(Json::object())["UUID"];
    bench.call("DeleteFunction", {{"FunctionName", "f"}});
    bench.queue.send(1);
    bench.run_until(1min);
    // [LS test_event_source_mapping_lifecycle_delete_function]
    CHECK(bench.call("GetEventSourceMapping", {{"UUID", uuid}})["UUID"] == uuid);
    CHECK(bench.queue.messages[0].receive_count == 0);
    bench.create_function(Json::object());
    bench.run_until(2min);
    CHECK(bench.queue.left() == 0);
}

TEST_CASE("sqs mapping: a world may end in the middle of everything") {
    Bench bench;
    bench.create_function({{"Timeout", 10}});
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 2}});
    bench.runtime.handler_takes = 5s;
    bench.queue.send(50);
    bench.map_queue({{"BatchSize", 3}, {"MaximumBatchingWindowInSeconds", 2}});
    bench.run_until(4s);
    CHECK(bench.statistics().throttles > 0);
}

TEST_CASE("sqs mapping: what its filters do not admit is deleted, and no function is called") {
    Bench bench;
    bench.create_function(Json::object());
    bench.queue.send(3, "no");
    bench.queue.send(2, "yes");
    bench.queue.send(2, "no");
    bench.map_queue({{"BatchSize", 2},
                     {"FilterCriteria", {{"Filters", {{{"Pattern", R"({"body":["yes"]})"}}}}}}});
    bench.run_until(1s);
    // [LS test_sqs_event_filter]; a batch counts what is admitted. [docs:
    // invocation-eventfiltering]
    CHECK(bench.statistics().batch_sizes == Sizes{2});
    CHECK(message_ids(bench.runtime.payloads.at(0)) == std::vector<std::string>{"m4", "m5"});
    CHECK(bench.queue.left() == 0);
    std::int64_t filtered = 0;
    for (const Json& data : bench.trace_data("lambda.records.filtered")) {
        filtered += data["filtered"].get<std::int64_t>();
    }
    CHECK(filtered == 5);
}

TEST_CASE("sqs mapping: the trace says why a batch was closed") {
    const auto reasons = [](const Json& settings, int messages, std::size_t bytes) {
        Bench bench;
        bench.create_function(Json::object());
        bench.queue.send(messages, std::string(bytes, 'x'));
        bench.map_queue(settings);
        bench.run_until(10s);
        std::vector<std::string> found;
        for (const Json& data : bench.trace_data("lambda.batch.closed")) {
            found.push_back(data["records"].dump() + " " + data["reason"].get<std::string>());
        }
        return found;
    };
    using Texts = std::vector<std::string>;
    CHECK(reasons({{"BatchSize", 2}}, 3, 1) == Texts{"2 batch size", "1 nothing more"});
    CHECK(reasons({{"MaximumBatchingWindowInSeconds", 1}}, 3, 1) == Texts{"3 batching window"});
    CHECK(reasons({{"BatchSize", 10}}, 7, 1 << 20) == Texts{"5 payload size", "2 nothing more"});
}

TEST_CASE("sqs mapping: the trace says why messages stay in the queue") {
    Bench bench;
    bench.create_function(Json::object());
    std::vector<Outcome> outcomes{error("Boom", "no"),
                                  success(R"({"batchItemFailures":[{"itemIdentifier":"m1"}]})"),
                                  success(R"({"batchItemFailures":[{"itemIdentifier":""}]})"),
                                  success()};
    bench.runtime.handler = [&](const Invocation&) {
        return std::optional(outcomes.at(bench.runtime.invoked.size() - 1));
    };
    bench.queue.send(2);
    bench.map_queue({{"FunctionResponseTypes", {"ReportBatchItemFailures"}}});
    bench.run_until(5min);
    CHECK(bench.queue.left() == 0);
    std::vector<std::string> found;
    for (const Json& data : bench.trace_data("lambda.batch.returned")) {
        found.push_back(data["records"].dump() + " " + data["reason"].get<std::string>());
    }
    CHECK(found == std::vector<std::string>{"2 the function failed",
                                            "1 reported as failed",
                                            "1 the answer is no list of the batch's messages"});
    CHECK(bench.trace_data("lambda.batch.returned")[0]["visible_at"] == "2026-01-01T00:00:30.000Z");
}

TEST_CASE("sqs mapping: after an invocation the next window begins at once") {
    Bench bench;
    bench.create_function(Json::object());
    bench.map_queue({{"MaximumBatchingWindowInSeconds", 5}});
    bench.run_until(1s);
    bench.queue.send(1);
    bench.run_until(8s);  // invoked at 6 s, finished at 6.11 s
    bench.queue.send(1);
    bench.run_until(20s);
    bench.queue.send(1);  // that window would have ended long ago: a new one begins
    bench.run_until(1min);
    // [docs: invocation-eventsourcemapping]
    CHECK(bench.trace("lambda.batch.closed") ==
          std::vector<std::string>{
              "lambda.batch.closed@6s", "lambda.batch.closed@11.11s", "lambda.batch.closed@25s"});
}

TEST_CASE("sqs mapping: of a FIFO queue only the message groups limit how many batches there are") {
    Bench bench;
    bench.queue.fifo = true;
    bench.create_function({{"Timeout", 10}});
    bench.runtime.handler_takes = 5s;
    bench.queue.send(20);
    bench.map_queue({{"BatchSize", 1}});
    bench.run_until(150ms);
    // [docs: services-sqs-scaling]
    CHECK(bench.statistics().batch_sizes.size() == 20);
}

TEST_CASE("sqs mapping: provisioned pollers invoke ten times at once each, and grow faster") {
    Bench bench;
    bench.create_function({{"Timeout", 20}});
    bench.runtime.handler_takes = 15s;
    bench.queue.send(100);
    bench.map_queue({{"BatchSize", 1},
                     {"ProvisionedPollerConfig", {{"MinimumPollers", 3}, {"MaximumPollers", 4}}}});
    bench.run_until(50ms);
    // [docs: services-sqs-scaling]
    CHECK(bench.statistics().environments_started == 30);
    bench.run_until(350ms);
    CHECK(bench.statistics().environments_started == 35);
    bench.run_until(10s);
    CHECK(bench.statistics().environments_started == 40);
}

TEST_CASE("sqs mapping: provisioned pollers call ten times a second each") {
    Bench bench;
    bench.create_function({{"Timeout", 20}});
    bench.runtime.handler_takes = 1ms;
    bench.queue.send(1000);
    bench.map_queue({{"BatchSize", 1},
                     {"ProvisionedPollerConfig", {{"MinimumPollers", 2}, {"MaximumPollers", 2}}}});
    bench.run_until(1ms);
    // A second's worth at first, and then one when another has become due. [docs:
    // services-sqs-scaling]
    CHECK(bench.queue.receives == 20);
    bench.run_until(1s + 1ms);
    CHECK(bench.queue.receives == 40);
    bench.run_until(10s + 1ms);
    CHECK(bench.queue.receives == 220);
}

TEST_CASE("sqs mapping: there are more provisioned pollers where their rate is too low") {
    Bench bench;
    bench.create_function({{"Timeout", 20}});
    bench.runtime.handler_takes = 1ms;
    bench.queue.send(1000);
    bench.map_queue({{"BatchSize", 1},
                     {"ProvisionedPollerConfig", {{"MinimumPollers", 2}, {"MaximumPollers", 4}}}});
    bench.run_until(5s);
    const auto before = bench.queue.receives;
    bench.run_until(6s);
    CHECK(bench.queue.receives - before == 40);
}

TEST_CASE("sqs mapping: provisioned pollers take a megabyte a second each") {
    Bench bench;
    bench.create_function({{"Timeout", 20}});
    bench.runtime.handler_takes = 1ms;
    bench.queue.send(20);
    for (auto& message : bench.queue.messages) {
        message.body = std::string(1024 * 1024, 'x');
    }
    bench.map_queue({{"BatchSize", 1},
                     {"ProvisionedPollerConfig", {{"MinimumPollers", 2}, {"MaximumPollers", 2}}}});
    bench.run_until(1ms);
    // A second's worth, and the one that is then owed.
    CHECK(bench.queue.receives == 3);
    bench.run_until(5s + 1ms);
    CHECK(bench.queue.receives == 13);
}

TEST_CASE("sqs mapping: after a quiet time two batches are processed at once to begin with") {
    Bench bench;
    bench.create_function({{"Timeout", 20}});
    bench.runtime.handler_takes = 10s;
    const auto started_after = [&bench](Duration quiet, const Json& settings) {
        bench.map_queue(settings);
        bench.run_until(quiet);
        bench.queue.send(10);
        bench.run_until(quiet + 150ms);
        return bench.statistics().environments_started;
    };
    SECTION("not before it is over") {
        CHECK(started_after(15min - 1ns, {{"BatchSize", 1}}) == 5);
    }
    SECTION("then growing as usual") {
        CHECK(started_after(15min, {{"BatchSize", 1}}) == 2);  // [docs: services-sqs-scaling]
        bench.run_until(15min + 250ms);
        CHECK(bench.statistics().environments_started == 3);
    }
    SECTION("but not with a maximum concurrency") {
        CHECK(started_after(
                  15min, {{"BatchSize", 1}, {"ScalingConfig", {{"MaximumConcurrency", 4}}}}) == 4);
    }
}
