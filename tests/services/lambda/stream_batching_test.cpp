// How records of a stream become batches.
#include "tests/services/lambda/stream_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

TEST_CASE("stream mapping: what is there makes batches of at most BatchSize, one after the other") {
    StreamBench bench;
    bench.settings.batch_size = 2;
    bench.stream.put("a b c d e");
    bench.start();
    bench.run_until(1s);
    CHECK(bench.batches() == Texts{"a b@0s", "c d@10ms", "e@20ms"});
    CHECK(bench.traced("lambda.batch.closed", "reason") ==
          Texts{"batch size", "batch size", "nothing more"});
    CHECK(bench.checkpoint() == "1005");
}

TEST_CASE("stream mapping: the event has the records and the function's role") {
    StreamBench bench;
    bench.stream.put("a b");
    bench.start();
    bench.run_until(1s);
    const Json event = bench.events().at(0);
    CHECK(event.size() == 1);
    CHECK(event["Records"].size() == 2);
    CHECK(event["Records"][0]["invokeIdentityArn"] == "arn:aws:iam::000000000000:role/r");
}

TEST_CASE(
    "stream mapping: an idle one schedules nothing and polls at the next instant of its grid") {
    // [docs: with-kinesis: once a second]
    StreamBench bench;
    bench.start();
    CHECK(bench.run_until_idle() == 0s);
    bench.run_until(1h + 300ms);
    CHECK(bench.stream.reads.size() == 1);
    bench.stream.put("a");
    CHECK(bench.run_until_idle() == 1h + 1s + 10ms);
    CHECK(bench.batches() == Texts{"a@1h1s"});
    // The read that followed the invocation found nothing: the grid begins there.
    bench.run_until(1h + 5s);
    bench.stream.put("b");
    CHECK(bench.run_until_idle() == 1h + 5s + 20ms);
}

TEST_CASE("stream mapping: DynamoDB streams are polled four times a second, consumers not at all") {
    // [docs: with-ddb; with-kinesis]
    StreamBench table;
    table.stream.interval = 250ms;
    table.start();
    table.run_until(1100ms);
    table.stream.put("a");
    table.run_until_idle();
    CHECK(table.batches() == Texts{"a@1.25s"});

    StreamBench consumer;
    consumer.stream.interval = 0s;
    consumer.start();
    consumer.run_until(1100ms);
    consumer.stream.put("a");
    consumer.run_until_idle();
    CHECK(consumer.batches() == Texts{"a@1.1s"});
}

TEST_CASE("stream mapping: a batching window gathers from a batch's first record on") {
    StreamBench bench;
    bench.settings.batching_window = 5s;
    bench.settings.batch_size = 3;
    bench.start();
    bench.run_until(500ms);
    bench.stream.put("a");
    bench.run_until(2500ms);
    bench.stream.put("b");
    bench.run_until(7s);
    bench.stream.put("c d e f");
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b@6s", "c d e@7.01s", "f@12.02s"});
    CHECK(bench.traced("lambda.batch.closed", "reason") ==
          Texts{"batching window", "batch size", "batching window"});
}

TEST_CASE("stream mapping: an event is never larger than 6 MB, and one record always fits") {
    // [docs: invocation-eventsourcemapping]
    StreamBench bench;
    bench.stream.bytes = 2'500'000;
    bench.stream.put("a b c");
    bench.start();
    bench.run_until(1s);
    CHECK(bench.batches() == Texts{"a b@0s", "c@10ms"});
    CHECK(bench.traced("lambda.batch.closed", "reason") == Texts{"payload size", "nothing more"});

    StreamBench large;
    large.stream.bytes = 7'000'000;
    large.stream.put("a b");
    large.start();
    large.run_until(1s);
    CHECK(large.batches() == Texts{"a@0s", "b@10ms"});
}

TEST_CASE("stream mapping: reading goes on at once while there is something") {
    StreamBench bench;
    bench.settings.batch_size = 1;
    bench.start();
    bench.run_until(100ms);
    bench.stream.put("a");
    bench.run_until(1005ms);  // while "a" is with the function
    bench.stream.put("b");
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@1s", "b@1.01s"});
}

TEST_CASE("stream mapping: a throttled read waits until the shard can be read") {
    StreamBench bench;
    bench.stream.put("a");
    bench.stream.throttled_until = bench.world.loop.now() + 700ms;
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@700ms"});
    CHECK(bench.stream.reads.size() >= 2);
    CHECK(bench.stream.reads[1] == 700ms);
}

TEST_CASE("stream mapping: where records were trimmed it goes on with the oldest") {
    StreamBench bench;
    bench.stream.put("a b c");
    bench.stream.trim(2);
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"c@0s"});
    CHECK(bench.traced("lambda.shard.trimmed", "shard") == Texts{"s0"});
}

TEST_CASE("stream mapping: LastProcessingResult tells of the last of them") {
    // [LS test_create_kinesis_event_source_mapping, test_kinesis_empty_provided; docs:
    // with-kinesis]
    StreamBench bench;
    CHECK(bench.poller->last_processing_result() == "No records processed");
    bench.start();
    CHECK(bench.poller->last_processing_result() == "OK");
    bench.settings.maximum_retry_attempts = 0;
    bench.start();
    bench.fail_with("a");
    bench.stream.put("a");
    bench.run_until_idle();
    CHECK(bench.poller->last_processing_result() == "PROBLEM: Function call failed");
    bench.stream.put("b");
    bench.run_until_idle();
    CHECK(bench.poller->last_processing_result() == "OK");
}

TEST_CASE("stream mapping: records of one key stay in order with several lanes") {
    // [docs: with-kinesis, ParallelizationFactor]
    StreamBench bench;
    bench.settings.batch_size = 1;
    bench.settings.parallelization_factor = 10;
    bench.stream.put("h1 h2 h3 h4", "hot");
    bench.stream.put("a b c d e f g");
    bench.start();
    bench.run_until_idle();
    const Texts batches = bench.batches();
    REQUIRE(batches.size() == 11);
    Texts hot;
    std::size_t at_once = 0;
    for (const std::string& batch : batches) {
        if (batch.starts_with("h")) {
            hot.push_back(batch);
        }
        at_once += batch.ends_with("@0s") ? 1U : 0U;
    }
    CHECK(hot == Texts{"h1@0s", "h2@10ms", "h3@20ms", "h4@30ms"});
    CHECK(at_once > 3);          // of eight keys
    CHECK(at_once <= 8);         // of ten lanes
    CHECK(bench.now() == 50ms);  // another key shares its lane
    CHECK(bench.checkpoint() == "1011");
}

TEST_CASE("stream mapping: a lane that fails blocks no other, only the checkpoint") {
    StreamBench bench;
    bench.settings.batch_size = 1;
    bench.settings.parallelization_factor = 10;
    bench.fail_with("h1");
    bench.stream.put("x", "cold");
    bench.stream.put("h1 h2", "hot");
    bench.stream.put("a b c d e f g");
    bench.start();
    bench.run_until(200ms);
    // The lowest record that is not done with decides. (unverified)
    CHECK(bench.checkpoint() == "1001");
    std::size_t done = 0;
    for (const std::string& batch : bench.batches()) {
        done += batch.starts_with("h") ? 0U : 1U;
    }
    CHECK(done >= 6);
}

TEST_CASE("stream mapping: one lane when the factor is 1") {
    StreamBench bench;
    bench.stream.put("a b c d");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a b c d@0s"});
}

TEST_CASE("stream mapping: lambda.mapping.duplicate_batch delivers a processed batch once more") {
    StreamBench bench;
    bench.world.faults.add({"lambda.mapping.duplicate_batch", {{"function", "f"}}, 1'000'000, {2}});
    bench.settings.batch_size = 1;
    bench.stream.put("a b c");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "b@10ms", "b@20ms", "c@30ms"});
}

TEST_CASE("stream mapping: filters come before batches") {
    // [docs: invocation-eventfiltering]
    StreamBench bench;
    bench.settings.filter = EventFilter({R"({"partitionKey":["yes"]})"}, FilteredSource::kinesis);
    bench.settings.batch_size = 2;
    bench.stream.put("a", "yes");
    bench.stream.put("b c", "no");
    bench.stream.put("d e", "yes");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a d@0s", "e@10ms"});
    CHECK(bench.traced("lambda.records.filtered", "filtered") == Texts{"2"});
    // What matches nothing moves the checkpoint on.
    bench.stream.put("f g", "no");
    bench.run_until_idle();
    CHECK(bench.batches().size() == 2);
    CHECK(bench.checkpoint() == "1007");
}
