// Fair queues: standard queues whose messages name groups. [docs: sqs-fair-queues-detailed]

#include "services/sqs/queue.h"
#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace orrery;
using namespace orrery::sqs;

namespace {

NewMessage from(const std::string& tenant, std::string text) {
    NewMessage message = body(std::move(text));
    message.group_id = tenant;
    return message;
}

void send_many(Queue& queue, const std::string& tenant, int count) {
    for (int number = 1; number <= count; ++number) {
        queue.send(from(tenant, tenant + std::to_string(number)));
    }
}

void receive_many(Queue& queue, int receives, Duration visibility = 1h) {
    for (int count = 0; count < receives; ++count) {
        queue.receive(up_to(10, visibility));
    }
}

}  // namespace

TEST_CASE("sqs fair queue: without a noisy tenant the order is that of sending, and no lock") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(from("a", "1"));
    queue.send(body("2"));
    queue.send(from("b", "3"));
    queue.send(from("a", "4"));
    CHECK(bodies(queue.receive(up_to(1))) == Bodies{"1"});
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"2", "3", "4"});
    CHECK(queue.depth() == QueueDepth{0, 4, 0});
}

TEST_CASE("sqs fair queue: a tenant with much in flight comes after all others") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    send_many(queue, "noisy", 100);
    queue.send(from("quiet", "q1"));
    queue.send(body("nobody's"));
    SECTION("from 30 messages on") {
        receive_many(queue, 2);
        CHECK(bodies(queue.receive(up_to(9))).front() == "noisy21");
        CHECK(bodies(queue.receive(up_to(1))) == Bodies{"noisy30"});
        CHECK(bodies(queue.receive(up_to(3))) == Bodies{"q1", "nobody's", "noisy31"});
    }
    SECTION("and more than a tenth of all") {
        receive_many(queue, 10);
        for (int number = 0; number < 900; ++number) {
            queue.send(body("many"));
        }
        receive_many(queue, 91);
        // 100 of 1000: no more than a tenth.
        send_many(queue, "noisy", 1);
        queue.send(body("later"));
        REQUIRE(queue.depth().in_flight == 1002);
        CHECK(bodies(queue.receive(up_to(1))) == Bodies{"noisy1"});
    }
}

TEST_CASE(
    "sqs fair queue: of several noisy tenants the one with the fewest in flight comes first") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    send_many(queue, "a", 40);
    send_many(queue, "b", 30);
    receive_many(queue, 7);
    send_many(queue, "a", 1);
    send_many(queue, "b", 1);
    queue.send(from("c", "c1"));
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"c1", "b1", "a1"});
}

TEST_CASE("sqs fair queue: a tenant that takes much of the consumers' time is noisy too") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(from("slow", "s1"));
    queue.send(from("quick", "q1"));
    queue.send(from("slow", "s2"));
    queue.send(from("quick", "q2"));
    const auto first = queue.receive(up_to(2));
    bench.run_to(100ms);
    queue.remove({first[1].handle});
    bench.run_to(20s);
    queue.remove({first[0].handle});
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"q2", "s2"});
}

TEST_CASE("sqs fair queue: a noisy tenant is quiet again when its backlog is gone") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    send_many(queue, "a", 35);
    std::vector<std::uint64_t> handles;
    for (int count = 0; count < 3; ++count) {
        for (const Receipt& receipt : queue.receive(up_to(10))) {
            handles.push_back(receipt.handle);
        }
    }
    queue.send(from("b", "b1"));
    const auto last = queue.receive(up_to(6));
    REQUIRE(bodies(last).front() == "b1");
    for (const Receipt& receipt : last) {
        handles.push_back(receipt.handle);
    }
    queue.remove(handles);
    queue.send(from("a", "a36"));
    queue.send(from("b", "b2"));
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"a36", "b2"});
}

TEST_CASE("sqs fair queue: a noisy tenant is quiet again five minutes after its last message") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    send_many(queue, "a", 50);
    receive_many(queue, 3);
    bench.run_to(299s);
    queue.send(from("b", "b1"));
    CHECK(bodies(queue.receive(up_to(1))) == Bodies{"b1"});
    queue.send(from("b", "b2"));
    bench.run_to(300s);
    CHECK(bodies(queue.receive(up_to(1))) == Bodies{"a31"});
}

TEST_CASE("sqs fair queue: nothing is lost or repeated among many tenants") {
    Bench bench;
    bench.world.trace.keep_events(false);
    Queue& queue = bench.queue("Orders");
    RandomStream random(7);
    constexpr int messages = 20'000;
    for (int number = 0; number < messages; ++number) {
        const std::uint64_t tenant = random.below(random.below(2'000) + 1);
        queue.send(from("t" + std::to_string(tenant), std::to_string(number)));
    }
    std::vector<int> seen(messages, 0);
    std::vector<std::uint64_t> held;
    while (true) {
        const auto receipts = queue.receive(up_to(10, 12h));
        if (receipts.empty()) {
            break;
        }
        for (const Receipt& receipt : receipts) {
            ++seen[static_cast<std::size_t>(std::stoi(receipt.message->body))];
            held.push_back(receipt.handle);
        }
        bench.world.loop.run_until(bench.world.loop.now() + 10ms);
        if (random.below(3) == 0) {
            queue.remove(held);
            held.clear();
        }
    }
    CHECK(std::count(seen.begin(), seen.end(), 1) == messages);
}
