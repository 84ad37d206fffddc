// What becomes of records that a function fails with.
#include "tests/services/lambda/stream_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* dead_letters = "arn:aws:sqs:us-east-1:000000000000:dlq";

}  // namespace

TEST_CASE("stream mapping: a failed batch is retried whole and blocks its shard") {
    // [docs: with-kinesis]
    StreamBench bench;
    bench.settings.batch_size = 2;
    int failures = 3;
    bench.handler = [&](const Json&) { return failures-- > 0 ? error("Boom", "no") : success(); };
    bench.stream.put("a b c");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b@0s", "a b@260ms", "a b@770ms", "a b@1.78s", "c@1.79s"});
    CHECK(bench.traced("lambda.batch.retrying", "after") == Texts{"250ms", "500ms", "1s"});
    CHECK(bench.traced("lambda.batch.retrying", "reason")[0] == "function error");
}

TEST_CASE("stream mapping: MaximumRetryAttempts, then the batch is dropped and reported") {
    // Invocations are 1 + MaximumRetryAttempts. [LS
    // test_kinesis_event_source_mapping_with_on_failure_destination_config]
    StreamBench bench;
    bench.settings.maximum_retry_attempts = 1;
    bench.settings.on_failure = dead_letters;
    bench.settings.batch_size = 2;
    bench.fail_with("a");
    bench.stream.put("a b c");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b@0s", "a b@260ms", "c@270ms"});
    CHECK(bench.checkpoint() == "1003");
    REQUIRE(bench.reports().size() == 1);
    Json report = bench.reports()[0];
    CHECK(report["requestContext"].erase("requestId") == 1);
    CHECK(
        report ==
        Json{
            {"requestContext",
             {{"functionArn", "arn:aws:lambda:us-east-1:000000000000:function:f"},
              {"condition", "RetryAttemptsExhausted"},
              {"approximateInvokeCount", 2}}},
            {"responseContext",
             {{"statusCode", 200}, {"executedVersion", "$LATEST"}, {"functionError", "Unhandled"}}},
            {"version", "1.0"},
            {"timestamp", "2026-01-01T00:00:00.270Z"},
            {"KinesisBatchInfo",
             {{"shardId", "s0"},
              {"startSequenceNumber", "1001"},
              {"endSequenceNumber", "1002"},
              {"approximateArrivalOfFirstRecord", "2026-01-01T00:00:00.000Z"},
              {"approximateArrivalOfLastRecord", "2026-01-01T00:00:00.000Z"},
              {"batchSize", 2},
              {"streamArn", "arn:aws:kinesis:us-east-1:000000000000:stream/s"}}}});
    CHECK(bench.traced("lambda.batch.dropped", "condition") == Texts{"RetryAttemptsExhausted"});
    CHECK(bench.traced("lambda.batch.sent_on", "to") == Texts{dead_letters});
}

TEST_CASE("stream mapping: a missing destination leaves a trace") {
    StreamBench bench;
    bench.settings.maximum_retry_attempts = 0;
    bench.settings.on_failure = "arn:aws:sqs:us-east-1:000000000000:nowhere";
    bench.fail_with("a");
    bench.stream.put("a");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.traced("lambda.batch.not_sent", "problem") == Texts{"there is no such queue"});
}

TEST_CASE("stream mapping: a function that fails at once is invoked 8 times in 60 seconds") {
    // [LS test_kinesis_maximum_record_age_exceeded[expire-while-retrying]]
    StreamBench bench;
    bench.settings.maximum_record_age = 60s;
    bench.settings.on_failure = dead_letters;
    bench.fail_with("a");
    bench.stream.put("a");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches().size() == 8);
    REQUIRE(bench.reports().size() == 1);
    const Json report = bench.reports()[0];
    CHECK(report["requestContext"]["condition"] == "RecordAgeExceeded");
    CHECK(report["requestContext"]["approximateInvokeCount"] == 8);
    CHECK_FALSE(report.contains("responseContext"));
}

TEST_CASE("stream mapping: what is too old is dropped record by record, the younger ones run") {
    // [LS test_kinesis_maximum_record_age_exceeded_discard_records, expire-before-ingestion]
    StreamBench bench;
    bench.settings.maximum_record_age = 60s;
    bench.settings.on_failure = dead_letters;
    bench.stream.put("a b");
    bench.run_until(50s);
    bench.stream.put("c");
    bench.run_until(61s);
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"c@1m1s"});
    REQUIRE(bench.reports().size() == 1);
    const Json report = bench.reports()[0];
    CHECK(report["requestContext"]["approximateInvokeCount"] == 1);
    CHECK(report["KinesisBatchInfo"]["batchSize"] == 2);
    CHECK(report["KinesisBatchInfo"]["endSequenceNumber"] == "1002");
}

TEST_CASE("stream mapping: a long backlog that is too old is dropped without an invocation") {
    StreamBench bench;
    bench.settings.maximum_record_age = 60s;
    bench.settings.batch_size = 1;
    std::string ids;
    for (int i = 0; i < 30'000; ++i) {
        ids += " x";
    }
    bench.stream.put(ids);
    bench.run_until(61s);
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches().empty());
    CHECK(bench.checkpoint() == "31000");
}

TEST_CASE("stream mapping: what expires in the stream is retried no more") {
    // [docs: with-kinesis]
    StreamBench bench;
    bench.settings.on_failure = dead_letters;
    bench.fail_with("a b");
    bench.stream.put("a b");
    bench.start();
    bench.run_until(100ms);
    bench.stream.trim(1);
    bench.run_until(300ms);
    CHECK(bench.batches() == Texts{"a b@0s", "b@260ms"});
    CHECK(bench.reports().at(0)["KinesisBatchInfo"]["endSequenceNumber"] == "1001");
    bench.stream.trim(2);
    bench.run_until_idle();
    CHECK(bench.batches().size() == 2);
    CHECK(bench.reports().size() == 2);
}

TEST_CASE("stream mapping: a throttled function uses up no attempt") {
    // [docs: kinesis-on-failure-destination]
    StreamBench bench;
    bench.settings.maximum_retry_attempts = 0;
    bench.functions.find("f")->reserved_concurrency = 0;
    bench.stream.put("a");
    bench.start();
    bench.run_until(1s);
    CHECK(bench.batches().empty());
    CHECK(bench.traced("lambda.batch.retrying", "after") ==
          Texts{"100ms", "200ms", "400ms", "800ms"});
    CHECK(bench.traced("lambda.batch.retrying", "reason")[0] == "throttled");
    bench.functions.find("f")->reserved_concurrency.reset();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@1.5s"});
    CHECK(bench.checkpoint() == "1001");
}

TEST_CASE(
    "stream mapping: bisect halves a failing batch, the first half first, without using up "
    "attempts") {
    // [docs: with-kinesis]
    StreamBench bench;
    bench.settings.bisect = true;
    bench.settings.maximum_retry_attempts = 1;
    bench.settings.on_failure = dead_letters;
    bench.fail_with("d");
    bench.stream.put("a b c d e");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b c d e@0s",
                                   "a b@260ms",
                                   "c d e@270ms",
                                   "c@530ms",
                                   "d e@540ms",
                                   "d@800ms",
                                   "d@1.06s",
                                   "e@1.07s"});
    REQUIRE(bench.reports().size() == 1);
    CHECK(bench.reports()[0]["KinesisBatchInfo"]["batchSize"] == 1);
    CHECK(bench.reports()[0]["KinesisBatchInfo"]["startSequenceNumber"] == "1004");
    CHECK(bench.reports()[0]["requestContext"]["approximateInvokeCount"] == 2);
    CHECK(bench.traced("lambda.batch.bisected", "first") == Texts{"2", "1", "1"});
}

TEST_CASE(
    "stream mapping: ReportBatchItemFailures retries from the lowest number on, attempts counted "
    "anew") {
    // [LS test_kinesis_report_batch_item_failures]
    StreamBench bench;
    bench.settings.batch_size = 3;
    bench.settings.maximum_retry_attempts = 3;
    bench.settings.report_item_failures = true;
    bench.settings.on_failure = dead_letters;
    bench.handler = [](const Json& event) { return reported(event, "5"); };
    bench.stream.put("3 4 5");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"3 4 5@0s", "5@260ms", "5@520ms", "5@1.03s", "5@2.04s"});
    REQUIRE(bench.reports().size() == 1);
    const Json report = bench.reports()[0];
    CHECK(report["requestContext"]["approximateInvokeCount"] == 4);
    CHECK(report["KinesisBatchInfo"]["batchSize"] == 1);
    CHECK(report["responseContext"]["functionError"].is_null());
    CHECK(bench.traced("lambda.batch.partly_done", "done") == Texts{"2"});
    CHECK(bench.traced("lambda.batch.retrying", "reason") == Texts(4, "reported as failed"));
}

TEST_CASE("stream mapping: the lowest of several reported records counts") {
    // [docs: services-kinesis-batchfailurereporting]
    StreamBench bench;
    bench.settings.report_item_failures = true;
    bool first = true;
    bench.handler = [&](const Json& event) {
        return std::exchange(first, false) ? reported(event, "d b") : success("");
    };
    bench.stream.put("a b c d");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b c d@0s", "b c d@260ms"});
}

TEST_CASE("stream mapping: answers that mean success, and that mean failure, of the whole batch") {
    // [LS test_kinesis_report_batch_item_failure_scenarios, ..._success_scenarios]
    const auto invocations = [](const char* answer) {
        StreamBench bench;
        bench.settings.report_item_failures = true;
        bench.settings.maximum_retry_attempts = 1;
        bench.settings.on_failure = dead_letters;
        bench.handler = [&](const Json&) { return success(answer); };
        bench.stream.put("a b");
        bench.start();
        bench.run_until_idle();
        for (const Json& report : bench.reports()) {
            CHECK(report["responseContext"]["functionError"].is_null());
        }
        return bench.batches().size() - bench.reports().size();  // 1 either way where it is right
    };
    for (const char* answer : {"\"\"",
                               "[]",
                               "null",
                               "{}",
                               "",
                               R"({"batchItemFailures":[]})",
                               R"({"batchItemFailures":null})"}) {
        StreamBench bench;
        bench.settings.report_item_failures = true;
        bench.handler = [&](const Json&) { return success(answer); };
        bench.stream.put("a b");
        bench.start();
        INFO(answer);
        bench.run_until(10min);
        CHECK(bench.batches().size() == 1);
    }
    for (const char* answer : {R"({"batchItemFailures":[{"itemIdentifier":123}]})",
                               R"({"batchItemFailures":[{"itemIdentifier":"123"}]})",
                               R"({"batchItemFailures":[{"itemIdentifier":""}]})",
                               R"({"batchItemFailures":[{"itemIdentifier":null}]})",
                               R"({"batchItemFailures":[{"foo":"1001"}]})"}) {
        INFO(answer);
        CHECK(invocations(answer) == 1);
    }
}

TEST_CASE("stream mapping: bisect splits a partial answer's batch at the reported number") {
    // [docs: services-kinesis-batchfailurereporting]
    StreamBench bench;
    bench.settings.bisect = true;
    bench.settings.report_item_failures = true;
    bench.settings.maximum_retry_attempts = 0;
    bench.handler = [](const Json& event) { return reported(event, "c"); };
    bench.stream.put("a b c d");
    bench.start();
    bench.run_until_idle();
    // Reported first, there is nothing to split off: it is halved. [choice]
    CHECK(bench.batches() == Texts{"a b c d@0s", "c d@260ms", "c@520ms", "d@530ms"});
}

TEST_CASE("stream mapping: without ReportBatchItemFailures an answer is not looked at") {
    StreamBench bench;
    bench.handler = [](const Json& event) { return reported(event, "a"); };
    bench.stream.put("a b");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b@0s"});
}
