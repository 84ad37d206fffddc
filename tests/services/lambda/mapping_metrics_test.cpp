// IteratorAge, and what MetricsConfig asks for. [docs: monitoring-metrics-types]
#include "services/lambda/mapping_metrics.h"

#include "tests/services/lambda/stream_support.h"
#include "tests/services/lambda/support.h"
#include "tests/services/metric_sums.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;

namespace {

/// A stream's mapping whose events are counted.
struct CountedStream : StreamBench {
    explicit CountedStream(bool wanted = true) {
        functions.metrics().set_writer(recorder);
        if (wanted) {
            settings.metrics = {"EventCount"};
        }
    }
    double sum(const std::string& name) const {
        return recorder.of(name + " EventSourceMappingUUID=m");
    }
    orrery::test::SumsByDimensions recorder;
};

/// A queue's mapping whose events are counted.
struct CountedQueue : Bench {
    CountedQueue() {
        service.set_metrics(recorder);
        create_function(Json::object());
    }
    void map(const Json& more) {
        uuid = map_queue(with({{"MetricsConfig", {{"Metrics", {"EventCount"}}}}}, more))["UUID"];
    }
    double sum(const std::string& name) const {
        return recorder.of(name + " EventSourceMappingUUID=" + uuid);
    }
    std::string uuid;
    orrery::test::SumsByDimensions recorder;
};

}  // namespace

TEST_CASE("stream mapping: IteratorAge is the age of a batch's last record as it is sent") {
    CountedStream bench(false);
    bench.stream.put("a");
    bench.run_until(3s);
    bench.stream.put("b");
    bench.run_until(5s);
    bench.settings.maximum_retry_attempts = 1;
    bench.fail_with("a");
    bench.start();
    bench.run_until_idle();
    REQUIRE(bench.batches() == Texts{"a b@5s", "a b@5.26s"});
    for (const std::string dimensions : {"", " FunctionName=f", " FunctionName=f Resource=f"}) {
        CHECK(bench.recorder.of("IteratorAge" + dimensions) == 2000 + 2260);
    }
}

TEST_CASE("stream mapping: the end of a window has no IteratorAge") {
    CountedStream bench(false);
    bench.settings.tumbling_window = 10s;
    bench.handler = [](const Json&) { return success(R"({"state":{}})"); };
    bench.stream.put("a");
    bench.start();
    bench.run_until(20s);
    REQUIRE(bench.batches().size() == 2);
    CHECK(bench.recorder.of("IteratorAge") == 0);
}

TEST_CASE("stream mapping: events are not counted unless MetricsConfig asks for it") {
    CountedStream bench(false);
    bench.stream.put("a");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.sum("PolledEventCount") == -1);
    CHECK(bench.sum("InvokedEventCount") == -1);
    bench.settings.metrics = {"EventCount"};
    bench.start();
    bench.stream.put("b c");
    bench.run_until_idle();
    CHECK(bench.sum("PolledEventCount") == 2);
    CHECK(bench.sum("InvokedEventCount") == 2);
    CHECK(bench.sum("FilteredOutEventCount") == -1);  // it has no filter
    CHECK(bench.sum("FailedInvokeEventCount") == -1);
    CHECK(bench.sum("DeletedEventCount") == -1);
}

TEST_CASE("stream mapping: what filters leave out is counted") {
    CountedStream bench;
    bench.settings.filter = EventFilter({R"({"partitionKey":["b"]})"}, FilteredSource::kinesis);
    bench.stream.put("a b c");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.sum("PolledEventCount") == 3);
    CHECK(bench.sum("FilteredOutEventCount") == 2);
    CHECK(bench.sum("InvokedEventCount") == 1);
}

TEST_CASE("stream mapping: retried events count again, given up ones as dropped") {
    CountedStream bench;
    bench.settings.maximum_retry_attempts = 2;
    bench.fail_with("a");
    bench.stream.put("a b");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.sum("PolledEventCount") == 2);
    CHECK(bench.sum("InvokedEventCount") == 6);
    CHECK(bench.sum("FailedInvokeEventCount") == 6);
    CHECK(bench.sum("DroppedEventCount") == 2);
    CHECK(bench.sum("OnFailureDestinationDeliveredEventCount") == -1);
}

TEST_CASE("stream mapping: what went to the destination was not dropped, unless that failed") {
    CountedStream bench;
    bench.settings.maximum_retry_attempts = 0;
    bench.settings.on_failure = "arn:aws:sqs:us-east-1:000000000000:dlq";
    bench.fail_with("a b");
    bench.stream.put("a b");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.sum("OnFailureDestinationDeliveredEventCount") == 2);
    CHECK(bench.sum("DroppedEventCount") == -1);
    CHECK(bench.recorder.of("DestinationDeliveryFailures FunctionName=f") == -1);

    bench.settings.on_failure = "arn:aws:sqs:us-east-1:000000000000:missing";
    bench.start();
    bench.stream.put("a");
    bench.run_until_idle();
    CHECK(bench.sum("OnFailureDestinationDeliveredEventCount") == 2);
    CHECK(bench.sum("DroppedEventCount") == 1);
    CHECK(bench.recorder.of("DestinationDeliveryFailures FunctionName=f") == 1);
}

TEST_CASE("stream mapping: what the stream trimmed is no dropped event") {
    CountedStream bench;
    bench.fail_with("a");
    bench.stream.put("a b");
    bench.start();
    bench.run_until(100ms);
    bench.stream.trim(1);
    bench.run_until_idle();
    CHECK(bench.traced("lambda.batch.dropped", "condition") == Texts{"RecordAgeExceeded"});
    CHECK(bench.sum("DroppedEventCount") == -1);
}

TEST_CASE("stream mapping: events after the first one reported as failed failed, too") {
    CountedStream bench;
    bench.settings.report_item_failures = true;
    bench.handler = [](const Json& event) {
        return ids_of(event) == "a b c" ? reported(event, "b") : success();
    };
    bench.stream.put("a b c");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.sum("InvokedEventCount") == 5);
    CHECK(bench.sum("FailedInvokeEventCount") == 2);
}

TEST_CASE("sqs mapping: MetricsConfig counts events from the poll to their deletion") {
    CountedQueue bench;
    bench.queue.send(3);
    bench.map({{"FilterCriteria", {{"Filters", {{{"Pattern", R"({"body":["hello"]})"}}}}}}});
    bench.run_until(1s);
    bench.queue.send(2, "other");
    bench.run_until(2s);
    CHECK(bench.sum("PolledEventCount") == 5);
    CHECK(bench.sum("FilteredOutEventCount") == 2);
    CHECK(bench.sum("InvokedEventCount") == 3);
    CHECK(bench.sum("DeletedEventCount") == 3);
    CHECK(bench.sum("FailedInvokeEventCount") == -1);
}

TEST_CASE("sqs mapping: MetricsConfig counts what failed or was reported, each time") {
    CountedQueue bench;
    bench.runtime.handler = [&](const Invocation&) {
        return std::optional(bench.runtime.invoked.size() == 1
                                 ? error("Boom", "no")
                                 : success(R"({"batchItemFailures":[{"itemIdentifier":"m2"}]})"));
    };
    bench.queue.send(3);
    bench.map({{"FunctionResponseTypes", {"ReportBatchItemFailures"}}});
    bench.run_until(40s);
    CHECK(bench.sum("InvokedEventCount") == 6);
    CHECK(bench.sum("FailedInvokeEventCount") == 3 + 1);
    CHECK(bench.sum("DeletedEventCount") == 2);
    CHECK(bench.sum("FilteredOutEventCount") == -1);
}

TEST_CASE("sqs mapping: what a throttled function refused was invoked with in vain") {
    CountedQueue bench;
    bench.call("PutFunctionConcurrency",
               {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
    bench.queue.send(1);
    bench.map(Json::object());
    bench.run_until(250ms);  // and again after 100 ms
    CHECK(bench.sum("InvokedEventCount") == 2);
    CHECK(bench.sum("FailedInvokeEventCount") == 2);
    CHECK(bench.sum("DeletedEventCount") == -1);
}
