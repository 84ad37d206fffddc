#include "services/sqs/queue.h"
#include "tests/services/sqs/client.h"
#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::sqs;

TEST_CASE(
    "sqs long poll: wakes at the very instant at which a message is sent, its delay or its timeout "
    "ends") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    Answer answer;
    SECTION("sent") {
        queue.poll(up_to(10), 20s, into(answer, bench));
        bench.world.loop.after(7s, [&] { queue.send(body("a")); });
        bench.run_to(60s);
        CHECK(answer.at == 7s);
    }
    SECTION("delayed") {
        queue.send(delayed("a", 4500ms));
        queue.poll(up_to(10), 20s, into(answer, bench));
        bench.run_to(60s);
        CHECK(answer.at == 4500ms);
    }
    SECTION("returned") {
        queue.send(body("a"));
        queue.receive(up_to(1, 13s));
        queue.poll(up_to(10), 20s, into(answer, bench));
        bench.run_to(60s);
        CHECK(answer.at == 13s);
    }
    SECTION("given back") {
        queue.send(body("a"));
        const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
        queue.poll(up_to(10), 20s, into(answer, bench));
        bench.world.loop.after(2s, [&] { queue.change_visibility(handle, 0s); });
        bench.run_to(60s);
        CHECK(answer.at == 2s);
    }
    SECTION("at the very end of the wait") {
        queue.poll(up_to(10), 20s, into(answer, bench));
        queue.send(delayed("a", 20s));
        bench.run_to(60s);
        CHECK(answer.at == 20s);
    }
    CHECK(answer.count == 1);
    CHECK(answer.got == Bodies{"a"});
}

TEST_CASE("sqs long poll: takes at once what is there, and ends empty when its time is over") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    Answer first;
    Answer second;
    queue.poll(up_to(10), 20s, into(first, bench));
    queue.poll(up_to(10), 20s, into(second, bench));
    CHECK(first.count == 1);
    CHECK(second.count == 0);
    bench.run_to(20s - 1ns);
    CHECK(second.count == 0);
    bench.run_to(20s);
    CHECK(second.count == 1);
    CHECK(second.got.empty());
    bench.run_to(100s);
    CHECK(second.count == 1);
}

TEST_CASE("sqs long poll: who waits longest is served first") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    Answer first;
    Answer second;
    Answer third;
    queue.poll(up_to(1), 20s, into(first, bench));
    queue.poll(up_to(10), 20s, into(second, bench));
    queue.send(body("a"));
    queue.send(body("b"));
    queue.send(body("c"));
    // Comes last, though before the two were called.
    queue.poll(up_to(10), 20s, into(third, bench));
    bench.run_to(1s);
    CHECK(first.got == Bodies{"a"});
    CHECK(second.got == Bodies{"b", "c"});
    CHECK(third.count == 0);
}

TEST_CASE(
    "sqs long poll: keeps waiting when all it could have taken goes to the dead-letter queue") {
    Bench bench;
    Queue& dead = bench.queue("Dead");
    QueueSettings settings;
    settings.redrive = RedrivePolicy{dead.arn(), 1};
    Queue& queue = bench.queue("Orders", settings);
    queue.send(body("poison"));
    queue.receive(up_to(1, 5s));
    Answer answer;
    queue.poll(up_to(10), 20s, into(answer, bench));
    bench.world.loop.after(8s, [&] { queue.send(body("good")); });
    bench.run_to(60s);
    CHECK(bench.times("sqs.message.moved_to_dlq") == Times{5s});
    CHECK(answer.at == 8s);
    CHECK(answer.got == Bodies{"good"});
}

TEST_CASE("sqs long poll: one whose client has gone takes nothing") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    const auto gone = std::make_shared<bool>(false);
    ReceiveRequest request = up_to(1);
    request.gone = gone;
    Answer first;
    Answer second;
    queue.poll(request, 20s, into(first, bench));
    SECTION("the next in line is served instead") {
        queue.poll(up_to(1), 20s, into(second, bench));
        bench.world.loop.after(5s, [&] { *gone = true; });
        bench.world.loop.after(6s, [&] { queue.send(body("a")); });
        bench.run_to(6s);
        CHECK(first.count == 1);
        CHECK(first.got.empty());
        CHECK(second.at == 6s);
        CHECK(second.got == Bodies{"a"});
    }
    SECTION("one that comes later is not held up by it") {
        *gone = true;
        queue.send(body("a"));
        queue.poll(up_to(1), 20s, into(second, bench));
        CHECK(second.got == Bodies{"a"});
        bench.run_to(60s);
        CHECK(first.count == 1);
    }
    SECTION("also at its end") {
        bench.world.loop.after(20s - 1ns, [&] { *gone = true; });
        queue.send(delayed("a", 20s));
        bench.run_to(60s);
        CHECK(first.count == 1);
        CHECK(first.got.empty());
        CHECK(queue.depth().visible == 1);
    }
}

TEST_CASE("sqs watch: tells once that a message can be received, and takes nothing") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    Times told;
    Watch watch = queue.watch([&] { told.push_back(bench.elapsed()); });
    bench.world.loop.after(3s, [&] { queue.send(body("a")); });
    bench.run_to(10s);
    CHECK(told == Times{3s});
    CHECK(queue.depth().visible == 1);

    SECTION("at once, but from an event, if one is there already") {
        watch = queue.watch([&] { told.push_back(bench.elapsed()); });
        CHECK(told.size() == 1);
        bench.run_to(10s);
        CHECK(told == Times{3s, 10s});
    }
    SECTION("not if the watch was given up") {
        watch = queue.watch([&] { told.push_back(bench.elapsed()); });
        watch = Watch();
        bench.run_to(20s);
        CHECK(told == Times{3s});
    }
    SECTION("a poll behind a watcher that takes nothing is served too") {
        watch = queue.watch([&] { told.push_back(bench.elapsed()); });
        Answer answer;
        queue.poll(up_to(1), 20s, into(answer, bench));
        bench.run_to(20s);
        CHECK(answer.at == 10s);
    }
}

TEST_CASE("sqs watch: may outlive its queue") {
    World world;
    auto queue = std::make_unique<Queue>(
        world, QueueIdentity{"Q", "q", "", "", 1}, QueueSettings{}, Queue::Finder{});
    bool told = false;
    const Watch watch = queue->watch([&] { told = true; });
    queue->send(body("a"));
    queue.reset();
    world.loop.run_until(world.loop.start() + 1000h);
    CHECK_FALSE(told);
}

TEST_CASE("sqs watch: waits through its queue's end for the queue made again under its name") {
    test::Client client;
    const std::string url = client.create("Orders");
    int told = 0;
    Queue& deleted = *client.service.find_by_url(url);
    Watch watch = deleted.watch([&] { ++told; });
    client.call("DeleteQueue", {{"QueueUrl", url}});
    client.run_for(61s);
    SECTION("as it stood in line") {}
    SECTION("having joined the line of the deleted one") {
        watch = deleted.watch([&] { ++told; });
    }
    client.create("Orders");
    client.run_for(1s);
    CHECK(told == 0);
    client.send(url, "a");
    client.run_for(1s);
    CHECK(told == 1);
}

TEST_CASE("sqs queue: receipts of a deleted queue name no message of its successor") {
    test::Client client;
    const std::string url = client.create("Orders");
    Queue& deleted = *client.service.find_queue("Orders");
    client.send(url, "old");
    const std::uint64_t old = deleted.receive(up_to(1)).at(0).handle;
    client.call("DeleteQueue", {{"QueueUrl", url}});
    client.run_for(61s);
    client.create("Orders");
    client.send(url, "new");
    Queue& queue = *client.service.find_queue("Orders");
    const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
    CHECK(queue.remove({old}) == 0);
    CHECK(deleted.find(old) == nullptr);
    CHECK(queue.remove({handle}) == 1);
}

TEST_CASE("sqs queue: closing answers who waits with nothing") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    Answer answer;
    queue.poll(up_to(10), 20s, into(answer, bench));
    queue.close();
    CHECK(answer.count == 0);
    bench.run_to(100s);
    CHECK(answer.count == 1);
    CHECK(answer.at == 0s);
}

TEST_CASE(
    "sqs idle: a run goes on for messages that will come back, not for what nobody waits for") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    SECTION("an empty poll and retention are no reason to go on") {
        Answer answer;
        queue.poll(up_to(10), 20s, into(answer, bench));
        CHECK(bench.idle_at() == 0s);
        CHECK(answer.count == 0);
        bench.queue("Unread").send(body("a"));
        CHECK(bench.idle_at() == 0s);
    }
    SECTION("a message in flight is, until it is back") {
        queue.send(body("a"));
        queue.receive(up_to(1));
        CHECK(bench.idle_at() == 30s);
        CHECK(queue.depth().visible == 1);
    }
    SECTION("or deleted") {
        queue.send(body("a"));
        const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
        bench.world.loop.after(2s, [&] { queue.remove({handle}); });
        CHECK(bench.idle_at() == 2s);
    }
    SECTION("the last of several counts") {
        for (const char* text : {"a", "b", "c"}) {
            queue.send(body(text));
        }
        queue.receive(up_to(1, 10s));
        const std::uint64_t longest = queue.receive(up_to(1, 50s)).at(0).handle;
        queue.receive(up_to(1, 20s));
        bench.world.loop.after(12s, [&] { queue.remove({longest}); });
        CHECK(bench.idle_at() == 20s);
    }
    SECTION("a timeout made longer or shorter moves the end") {
        queue.send(body("a"));
        const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
        queue.change_visibility(handle, 100s);
        bench.world.loop.after(40s, [&] { queue.change_visibility(handle, 5s); });
        CHECK(bench.idle_at() == 45s);
    }
    SECTION("a message that expires in flight ends the wait for it") {
        QueueSettings settings;
        settings.retention = 60s;
        queue.change_settings(settings);
        queue.send(body("a"));
        queue.receive(up_to(1, 1h));
        CHECK(bench.idle_at() == 60s);
    }
}
