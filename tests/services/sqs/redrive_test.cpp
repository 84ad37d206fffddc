#include "services/sqs/queue.h"
#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::sqs;

namespace {

QueueSettings redrive_to(const Queue& dead, std::uint32_t max_receive_count) {
    QueueSettings settings;
    settings.redrive = RedrivePolicy{dead.arn(), max_receive_count};
    return settings;
}

}  // namespace

TEST_CASE(
    "sqs dead letters: a message is delivered maxReceiveCount times; the next receive moves it") {
    // [LS test_redrive_policy_with_failing_lambda: maxReceiveCount 2, two deliveries]
    Bench bench;
    Queue& dead = bench.queue("Dead");
    Queue& queue = bench.queue("Orders", redrive_to(dead, 2));
    NewMessage message = body("poison");
    message.attributes = {{"Kind", "String", "test"}};
    const std::string id(queue.send(std::move(message)).id.text());
    bench.run_to(1s);
    CHECK(queue.receive(up_to(10)).size() == 1);
    bench.run_to(31s);
    CHECK(queue.receive(up_to(10)).size() == 1);

    // The end of the timeout alone does not move it.
    bench.run_to(100s);
    CHECK(queue.depth().visible == 1);
    CHECK(dead.depth().visible == 0);

    CHECK(queue.receive(up_to(10)).empty());
    CHECK(queue.depth() == QueueDepth{});
    CHECK(bench.times("sqs.message.moved_to_dlq") == Times{100s});

    // [LS test_dead_letter_queue_message_attributes]
    const auto moved = dead.snapshot();
    REQUIRE(moved.size() == 1);
    CHECK(moved[0].message_id == id);
    CHECK(moved[0].body == "poison");
    CHECK(moved[0].receive_count == 2);
    CHECK(moved[0].dead_letter_source == queue.arn());
    CHECK(moved[0].sent_at == bench.world.loop.start());
    CHECK(moved[0].attributes.size() == 1);
    const auto received = dead.receive(up_to(10));
    REQUIRE(received.size() == 1);
    CHECK(received[0].message->receive_count == 3);
    CHECK(received[0].message->first_received_at == bench.world.loop.start() + 1s);
}

TEST_CASE(
    "sqs dead letters: the time of sending counts for the DLQ's retention [docs: "
    "sqs-dead-letter-queues]") {
    Bench bench;
    QueueSettings short_lived;
    short_lived.retention = 120s;
    Queue& dead = bench.queue("Dead", short_lived);
    Queue& queue = bench.queue("Orders", redrive_to(dead, 1));
    queue.send(body("a"));
    queue.receive(up_to(1));
    bench.run_to(100s);
    // A newer one in the DLQ has its alarm set already.
    dead.send(body("direct"));
    queue.receive(up_to(1));
    CHECK(dead.depth().visible == 2);
    bench.run_to(120s);
    CHECK(dead.depth().visible == 1);
    bench.run_to(220s);
    CHECK(bench.times("sqs.message.expired") == Times{120s, 220s});
}

TEST_CASE(
    "sqs dead letters: the DLQ's delay does not apply, and who waits there is woken at once") {
    Bench bench;
    QueueSettings delaying;
    delaying.delay = 60s;
    Queue& dead = bench.queue("Dead", delaying);
    Queue& queue = bench.queue("Orders", redrive_to(dead, 1));
    queue.send(body("a"));
    queue.receive(up_to(1));
    Times told;
    const Watch watch = dead.watch([&] { told.push_back(bench.elapsed()); });
    bench.world.loop.after(40s, [&] { queue.receive(up_to(1)); });
    bench.run_to(100s);
    CHECK(told == Times{40s});
}

TEST_CASE("sqs dead letters: a receive fills up with what stays behind the moved ones") {
    Bench bench;
    Queue& dead = bench.queue("Dead");
    Queue& queue = bench.queue("Orders", redrive_to(dead, 1));
    queue.send(body("old 1"));
    queue.send(body("old 2"));
    queue.receive(up_to(10));
    bench.run_to(30s);
    queue.send(body("new"));
    CHECK(bodies(queue.receive(up_to(1))) == Bodies{"new"});
    CHECK(bodies(dead.receive(up_to(10))) == Bodies{"old 1", "old 2"});
}

TEST_CASE("sqs dead letters: a policy whose queue is gone has no effect") {
    Bench bench;
    QueueSettings settings;
    settings.redrive = RedrivePolicy{"arn:aws:sqs:us-east-1:000000000000:Gone", 1};
    Queue& queue = bench.queue("Orders", settings);
    queue.send(body("a"));
    for (int count = 1; count <= 3; ++count) {
        CHECK(queue.receive(up_to(1, 0s)).size() == 1);
    }
}

TEST_CASE("sqs dead letters: a receipt of the source queue is worth nothing after the move") {
    Bench bench;
    Queue& dead = bench.queue("Dead");
    Queue& queue = bench.queue("Orders", redrive_to(dead, 1));
    queue.send(body("a"));
    const std::uint64_t handle = queue.receive(up_to(1, 0s)).at(0).handle;
    queue.receive(up_to(1));
    CHECK(queue.remove({handle}) == 0);
    CHECK(queue.find(handle) == nullptr);
    CHECK(dead.depth().visible == 1);
}
