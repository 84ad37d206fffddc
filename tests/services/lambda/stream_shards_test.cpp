// Which shards of a stream are read, where reading begins and goes on.
#include "tests/services/lambda/stream_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

TEST_CASE("stream mapping: a child is read once its parent's records are all processed") {
    // [docs: with-kinesis]
    StreamBench bench;
    bench.settings.batch_size = 1;
    int failures = 1;
    bench.handler = [&](const Json& event) {
        return ids_of(event) == "b" && failures-- > 0 ? error("Boom", "no") : success();
    };
    bench.stream.put("a b");
    bench.start();
    bench.stream.open("s1", {"s0"});
    bench.stream.open("s2", {"s0"});
    bench.stream.put("c", "", "s1");
    bench.stream.put("d", "", "s2");
    bench.stream.close("s0");
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "b@10ms", "b@270ms", "c@280ms", "d@280ms"});
    CHECK(bench.traced("lambda.shard.started", "shard") == Texts{"s0", "s1", "s2"});
    CHECK(bench.traced("lambda.shard.finished", "shard") == Texts{"s0"});
}

TEST_CASE("stream mapping: a merge's child waits for both parents") {
    StreamBench bench;
    bench.stream.open("s1");
    bench.stream.open("s2", {"s0", "s1"});
    bench.stream.put("c", "", "s2");
    bench.stream.close("s0");
    bench.start();
    bench.run_until(5s);
    CHECK(bench.batches().empty());
    bench.stream.close("s1");
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"c@5s"});
}

TEST_CASE("stream mapping: a parent that is gone is no obstacle") {
    StreamBench bench;
    bench.stream.open("s1", {"long-gone"});
    bench.stream.put("a", "", "s1");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s"});
}

TEST_CASE("stream mapping: what a closed shard still holds is one last batch") {
    StreamBench bench;
    bench.settings.batching_window = 300s;
    bench.start();
    bench.stream.put("a");
    bench.run_until(2s);
    bench.stream.close("s0");
    bench.run_until(5s);
    CHECK(bench.batches() == Texts{"a@2s"});
    CHECK(bench.traced("lambda.batch.closed", "reason") == Texts{"end of the shard"});
}

TEST_CASE("stream mapping: LATEST is for shards that are there at the start") {
    // [docs: with-kinesis]
    StreamBench bench;
    bench.settings.starting_position = StartingPosition::latest;
    bench.stream.put("a b");
    bench.start();
    bench.stream.put("c");
    bench.stream.open("s1", {"s0"});
    bench.stream.put("d", "", "s1");
    bench.stream.close("s0");
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"c@1s", "d@1.01s"});
}

TEST_CASE("stream mapping: AT_TIMESTAMP begins with the first record of that instant or later") {
    StreamBench bench;
    bench.stream.put("a");
    bench.run_until(10s);
    bench.stream.put("b");
    bench.run_until(20s);
    bench.settings.starting_position = StartingPosition::at_timestamp;
    bench.settings.starting_timestamp = bench.world.loop.start() + 10s;
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"b@20s"});
}

TEST_CASE("stream mapping: a stopped one reads nothing, and goes on where it was") {
    // [docs: with-kinesis]
    StreamBench bench;
    bench.settings.batch_size = 1;
    bench.stream.put("a b c");
    bench.start();
    bench.run_until(5ms);
    bench.poller->stop();
    bench.run_until(1h);
    CHECK(bench.batches() == Texts{"a@0s"});
    CHECK(bench.checkpoint() == "1001");
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "b@1h", "c@1h10ms"});
}

TEST_CASE("stream mapping: what is being invoked when it stops is finished before it goes on") {
    StreamBench bench;
    bench.settings.batch_size = 1;
    bench.stream.put("a b");
    bench.start();
    bench.run_until(5ms);
    bench.poller->stop();
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "b@10ms"});
}

TEST_CASE("stream mapping: new settings count from the next batch on") {
    StreamBench bench;
    bench.settings.batch_size = 1;
    bench.stream.put("a b c d e");
    bench.start();
    bench.run_until(15ms);
    bench.settings.batch_size = 10;
    bench.start();
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@0s", "b@10ms", "c d e@20ms"});
}

TEST_CASE("stream mapping: new settings give up a batch's retries and read it again") {
    StreamBench bench;
    bench.fail_with("a");
    bench.stream.put("a b");
    bench.start();
    bench.run_until(2s);
    CHECK(bench.batches().size() == 4);
    bench.settings.maximum_retry_attempts = 0;
    bench.start();
    bench.run_until(3s);
    CHECK(bench.batches().size() == 5);
    CHECK(bench.checkpoint() == "1002");
}

TEST_CASE("stream mapping: checkpoints lead another process to where this one was") {
    StreamBench first;
    first.settings.batch_size = 1;
    first.stream.put("a b");
    first.stream.open("s1");
    first.settings.starting_position = StartingPosition::latest;
    first.start();
    first.stream.put("c");
    first.run_until(1500ms);
    const Checkpoints checkpoints = first.poller->checkpoints();
    CHECK(checkpoints.at("s0") == "1003");
    CHECK(checkpoints.at("s1") == "@1767225600000000000");

    StreamBench second;
    second.settings.starting_position = StartingPosition::latest;
    second.stream.open("s1");
    second.stream.put("a b c d");
    second.stream.put("e", "", "s1");
    second.stream.open("s2");
    second.stream.put("f", "", "s2");
    second.poller->restore(checkpoints, "PROBLEM: Function call failed");
    CHECK(second.poller->last_processing_result() == "PROBLEM: Function call failed");
    second.start();
    second.run_until_idle();
    CHECK(second.batches() == Texts{"d@0s", "e@0s", "f@0s"});
}

TEST_CASE("stream mapping: progress is told whenever a checkpoint or the result may be another") {
    StreamBench bench;
    int told = 0;
    bench.poller->on_progress([&] { ++told; });
    bench.settings.batch_size = 1;
    bench.stream.put("a b c");
    bench.start();
    bench.run_until_idle();
    CHECK(told == 4);  // the first one changes both
}

TEST_CASE("stream mapping: a stream that is made again is read from its beginning") {
    StreamBench bench;
    bench.settings.starting_position = StartingPosition::latest;
    bench.start();
    bench.stream.put("a");
    bench.run_until(2s);
    bench.stream.remove();
    bench.run_until(3s);
    CHECK(bench.poller->checkpoints().empty());
    bench.stream.gone = false;
    bench.stream.open("s0");
    bench.stream.put("b");
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@1s", "b@3s"});
}

TEST_CASE("stream mapping: it may be removed while its function runs or it waits for a retry") {
    StreamBench bench;
    bench.fail_with("a");
    bench.stream.put("a");
    bench.start();
    bench.run_until(5ms);
    SECTION("runs") {
        bench.poller.reset();
    }
    SECTION("waits") {
        bench.run_until(100ms);
        bench.poller.reset();
    }
    bench.run_until_idle();
    CHECK(bench.batches().size() == 1);
}

TEST_CASE("stream mapping: without its function it waits, and goes on when there is one") {
    // [LS test_event_source_mapping_lifecycle_delete_function]
    StreamBench bench;
    bench.functions.remove(*bench.functions.find("f"));
    bench.stream.put("a");
    bench.start();
    bench.run_until(50ms);
    CHECK(bench.traced("lambda.batch.retrying", "reason") == Texts{"the function is gone"});
    FunctionConfiguration function;
    function.name = "f";
    function.runtime = "python3.12";
    bench.functions.add(function);
    bench.run_until_idle();
    CHECK(bench.batches() == Texts{"a@100ms"});
}
