#include "services/sqs/queue.h"

#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::sqs;

TEST_CASE("sqs queue: messages are received in the order of sending, ten at most as asked") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    for (const char* text : {"a", "b", "c"}) {
        queue.send(body(text));
    }
    CHECK(bodies(queue.receive(up_to(2))) == Bodies{"a", "b"});
    CHECK(bodies(queue.receive(up_to(2))) == Bodies{"c"});
    CHECK(queue.receive(up_to(2)).empty());
    CHECK(queue.depth() == QueueDepth{0, 3, 0});
}

TEST_CASE(
    "sqs queue: an undeleted message returns after its visibility timeout, in its old place") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    queue.send(body("b"));
    const auto first = queue.receive(up_to(1));
    REQUIRE(bodies(first) == Bodies{"a"});
    CHECK(first[0].message->receive_count == 1);

    bench.run_to(30s - 1ns);
    CHECK(queue.depth() == QueueDepth{1, 1, 0});
    bench.run_to(30s);
    CHECK(queue.depth() == QueueDepth{2, 0, 0});
    CHECK(bench.times("sqs.message.visible") == Times{30s});

    const auto again = queue.receive(up_to(10));
    REQUIRE(bodies(again) == Bodies{"a", "b"});
    CHECK(again[0].message->receive_count == 2);
    CHECK(again[0].message->first_received_at == bench.world.loop.start());
    CHECK(again[0].handle != first[0].handle);
}

TEST_CASE("sqs queue: a receive at the very instant a timeout ends finds the message") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    std::size_t found = 0;
    // Scheduled before the queue's own wake-up, so it runs first.
    bench.world.loop.after(30s, [&] { found = queue.receive(up_to(1)).size(); });
    queue.send(body("a"));
    queue.receive(up_to(1));
    bench.run_to(30s);
    CHECK(found == 1);
}

TEST_CASE(
    "sqs queue: a visibility timeout of a receive overrides the queue's; 0 keeps the message "
    "visible") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    CHECK(queue.receive(up_to(10, 0s)).size() == 1);
    CHECK(queue.receive(up_to(10, 5s)).size() == 1);
    CHECK(queue.receive(up_to(10)).empty());
    bench.run_to(5s);
    const auto third = queue.receive(up_to(10));
    REQUIRE(third.size() == 1);
    CHECK(third[0].message->receive_count == 3);
}

TEST_CASE("sqs queue: delays of the queue and of a message; the message's wins") {
    Bench bench;
    QueueSettings settings;
    settings.delay = 10s;
    Queue& queue = bench.queue("Orders", settings);
    queue.send(body("queue"));
    queue.send(delayed("message", 3s));
    queue.send(delayed("none", 0s));
    CHECK(queue.depth() == QueueDepth{1, 0, 2});
    bench.run_to(3s);
    CHECK(queue.depth() == QueueDepth{2, 0, 1});
    bench.run_to(10s);
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"queue", "message", "none"});
    CHECK(bench.times("sqs.message.visible").empty());
}

TEST_CASE("sqs queue: deleting with the latest receipt") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    const std::uint64_t first = queue.receive(up_to(1)).at(0).handle;
    bench.run_to(30s);

    SECTION("still works after the timeout [LS test_delete_after_visibility_timeout]") {
        CHECK(queue.remove({first}) == 1);
        CHECK(queue.depth() == QueueDepth{});
        CHECK(queue.receive(up_to(1)).empty());
    }
    SECTION("an older receipt deletes nothing [docs: DeleteMessage]") {
        const std::uint64_t second = queue.receive(up_to(1)).at(0).handle;
        CHECK(queue.remove({first}) == 0);
        CHECK(queue.remove({second}) == 1);
        CHECK(queue.remove({second}) == 0);
    }
    SECTION("a slot's next message is safe from the old one's receipts") {
        queue.remove({first});
        queue.send(body("b"));
        queue.receive(up_to(1));
        CHECK(queue.remove({first}) == 0);
        CHECK(queue.find(first) == nullptr);
        CHECK(queue.depth() == QueueDepth{0, 1, 0});
    }
    SECTION("a made-up receipt is harmless") {
        CHECK(queue.remove({0, 7, ~std::uint64_t{0}}) == 0);
        CHECK(queue.depth() == QueueDepth{1, 0, 0});
    }
}

TEST_CASE(
    "sqs queue: a changed visibility counts from the call, 12 hours from the receive at most") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
    bench.run_to(20s);
    CHECK(queue.change_visibility(handle, 60s) == VisibilityChange::changed);
    bench.run_to(80s - 1ns);
    CHECK(queue.depth().in_flight == 1);
    CHECK(queue.change_visibility(handle, 12h - 80s) == VisibilityChange::changed);
    CHECK(queue.change_visibility(handle, 12h - 79s) == VisibilityChange::beyond_limit);
    CHECK(queue.change_visibility(handle, 0s) == VisibilityChange::changed);
    CHECK(queue.depth().visible == 1);
    CHECK(queue.change_visibility(handle, 60s) == VisibilityChange::not_in_flight);
}

TEST_CASE("sqs queue: a message expires when its retention is over, in whatever state") {
    Bench bench;
    QueueSettings settings;
    settings.retention = 60s;
    settings.visibility_timeout = 1h;
    Queue& queue = bench.queue("Orders", settings);
    queue.send(body("in flight"));
    queue.receive(up_to(1));
    queue.send(body("visible"));
    queue.send(delayed("delayed", 900s));
    bench.run_to(60s - 1ns);
    CHECK(queue.depth() == QueueDepth{1, 1, 1});
    bench.run_to(60s);
    CHECK(queue.depth() == QueueDepth{});
    CHECK(bench.times("sqs.message.expired") == Times{60s, 60s, 60s});
}

TEST_CASE(
    "sqs queue: a shorter retention acts on messages already there [botocore SetQueueAttributes]") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    bench.run_to(100s);
    queue.send(body("b"));
    QueueSettings settings;
    settings.retention = 80s;
    queue.change_settings(settings);
    CHECK(queue.depth().visible == 1);
    bench.run_to(180s);
    CHECK(queue.depth().visible == 0);
    CHECK(bench.times("sqs.message.expired") == Times{100s, 180s});
}

TEST_CASE("sqs queue: purging takes everything, and old receipts stay dead") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
    queue.send(body("b"));
    queue.send(delayed("c", 10s));
    queue.purge();
    CHECK(queue.depth() == QueueDepth{});
    queue.send(body("d"));
    CHECK(queue.remove({handle}) == 0);
    CHECK(queue.snapshot().size() == 1);
    CHECK(bench.idle_at() == 0s);
}

TEST_CASE("sqs queue: at the in-flight quota nothing more is received until something is deleted") {
    // [docs: SQS quotas] 120,000 for a standard queue
    Bench bench;
    bench.world.trace.keep_events(false);
    Queue& queue = bench.queue("Orders");
    for (int count = 0; count < 120'001; ++count) {
        queue.send(body("x"));
    }
    std::uint64_t last = 0;
    for (int count = 0; count < 12'000; ++count) {
        last = queue.receive(up_to(10)).back().handle;
    }
    CHECK(queue.at_in_flight_quota());
    CHECK(queue.receive(up_to(10)).empty());
    std::size_t woken = 0;
    const Watch watch = queue.watch([&] { ++woken; });
    bench.run_to(1s);
    CHECK(woken == 0);
    queue.remove({last});
    bench.run_to(1s);
    CHECK(woken == 1);
    CHECK(queue.receive(up_to(10)).size() == 1);
}

TEST_CASE(
    "sqs queue: message ids are version 4 UUIDs, repeatable by seed and different in each queue") {
    const auto first_id =
        [](std::uint64_t seed, const std::string& name, std::uint32_t incarnation) {
            World world(seed);
            Queue queue(world, {name, name, "", "", incarnation}, {}, {});
            return std::string(queue.send(body("a")).id.text());
        };
    const std::string id = first_id(1, "Orders", 1);
    CHECK_THAT(id,
               Catch::Matchers::Matches(
                   "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    CHECK(first_id(1, "Orders", 1) == id);
    CHECK(first_id(2, "Orders", 1) != id);
    CHECK(first_id(1, "Others", 1) != id);
    CHECK(first_id(1, "Orders", 2) != id);
}

TEST_CASE("sqs queue: the trace tells each message's life") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    const std::string id(queue.send(delayed("hello", 1500ms)).id.text());
    bench.run_to(2s);
    ReceiveRequest request = up_to(10);
    request.consumer = "lambda/F";
    queue.remove({queue.receive(request).at(0).handle});
    REQUIRE(bench.world.trace.size() == 3);
    CHECK(bench.world.trace[0].source == "sqs/Orders");
    CHECK(bench.world.trace[0].kind == "sqs.message.sent");
    CHECK(bench.world.trace[0].data == R"({"bytes":5,"delay":"1.5s","message_id":")" + id + "\"}");
    CHECK(bench.world.trace[1].kind == "sqs.messages.received");
    CHECK(bench.world.trace[1].data == R"({"consumer":"lambda/F","message_ids":[")" + id + "\"]}");
    CHECK(bench.world.trace[2].kind == "sqs.messages.deleted");
    CHECK(bench.world.trace[2].data == R"({"message_ids":[")" + id + "\"]}");
}

TEST_CASE("sqs queue: the fault sqs.deliver.duplicate leaves a received message visible") {
    Bench bench;
    FaultRule rule;
    rule.point = "sqs.deliver.duplicate";
    rule.where = {{"queue", "Orders"}};
    rule.occurrences = {1};
    bench.world.faults.add(rule);
    Queue& other = bench.queue("Other");
    other.send(body("x"));
    CHECK(other.receive(up_to(10)).size() == 1);
    CHECK(other.receive(up_to(10)).empty());

    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    queue.send(body("b"));
    const auto first = queue.receive(up_to(10));
    CHECK(bodies(first) == Bodies{"a", "b"});
    const auto second = queue.receive(up_to(10));
    REQUIRE(bodies(second) == Bodies{"a"});
    CHECK(second[0].message->receive_count == 2);
    CHECK(queue.receive(up_to(10)).empty());
    CHECK(bench.times("fault.fired").size() == 1);
}
