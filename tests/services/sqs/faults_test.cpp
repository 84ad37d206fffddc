// The faults of queues: each strikes by rule, is traced, and can be told from what is right.

#include "services/sqs/queue.h"
#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::sqs;

TEST_CASE("sqs faults: sqs.deliver.out_of_order takes the message after the first one") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    for (const char* text : {"a", "b", "c"}) {
        queue.send(body(text));
    }
    SECTION("within one receive") {
        bench.world.faults.add(fault("sqs.deliver.out_of_order", {1}));
        CHECK(bodies(queue.receive(up_to(10))) == Bodies{"b", "a", "c"});
        CHECK(bench.times("fault.fired").size() == 1);
    }
    SECTION("over several") {
        bench.world.faults.add(fault("sqs.deliver.out_of_order"));
        Bodies got;
        for (int count = 0; count < 3; ++count) {
            got.push_back(queue.receive(up_to(1)).at(0).message->body);
        }
        // It has no meaning for the last one.
        CHECK(got == Bodies{"b", "c", "a"});
        CHECK(bench.times("fault.fired").size() == 2);
        CHECK(queue.depth() == QueueDepth{0, 3, 0});
    }
    SECTION("but never of a FIFO queue") {
        bench.world.faults.add(fault("sqs.deliver.out_of_order"));
        Queue& fifo = bench.queue("Orders", fifo_settings());
        fifo.send(of_group("g", "a"));
        fifo.send(of_group("g", "b"));
        CHECK(bodies(fifo.receive(up_to(10))) == Bodies{"a", "b"});
    }
}

TEST_CASE("sqs faults: sqs.deliver.out_of_order together with a dead-letter queue") {
    Bench bench;
    Queue& dead = bench.queue("Dead");
    QueueSettings settings;
    settings.redrive = RedrivePolicy{dead.arn(), 1};
    Queue& queue = bench.queue("Orders", settings);
    queue.send(body("a"));
    queue.send(body("b"));
    queue.receive(up_to(10, 0s));
    bench.world.faults.add(fault("sqs.deliver.out_of_order"));
    CHECK(queue.receive(up_to(10)).empty());
    CHECK(dead.depth().visible == 2);
    CHECK(queue.depth() == QueueDepth{});
}

TEST_CASE("sqs faults: sqs.deliver.delay makes a message visible one second late") {
    Bench bench;
    bench.world.faults.add(fault("sqs.deliver.delay", {1, 2}));
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    queue.send(delayed("b", 2s));
    queue.send(body("c"));
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"c"});
    bench.run_to(1s);
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"a"});
    bench.run_to(3s - 1ns);
    CHECK(queue.receive(up_to(10)).empty());
    bench.run_to(3s);
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"b"});
    CHECK(bench.times("fault.fired").size() == 2);
}

TEST_CASE("sqs faults: sqs.receive.empty lets a short poll miss what is there") {
    Bench bench;
    bench.world.faults.add(fault("sqs.receive.empty", {1}));
    Queue& queue = bench.queue("Orders");
    Answer answer;
    queue.poll(up_to(10), 0s, into(answer, bench));
    CHECK(answer.count == 1);
    // An empty queue is no occurrence, nor is a long poll. [docs: sqs-short-and-long-polling]
    CHECK(bench.times("fault.fired").empty());
    queue.send(body("a"));
    queue.send(body("b"));
    queue.poll(up_to(1), 1s, into(answer, bench));
    CHECK(answer.got == Bodies{"a"});
    CHECK(bench.times("fault.fired").empty());

    queue.poll(up_to(10), 0s, into(answer, bench));
    CHECK(answer.count == 3);
    CHECK(answer.got.empty());
    CHECK(bench.times("fault.fired").size() == 1);
    queue.poll(up_to(10), 0s, into(answer, bench));
    CHECK(answer.got == Bodies{"b"});
}

TEST_CASE("sqs faults: sqs.throttle refuses calls, of one action if the rule says so") {
    Bench bench;
    FaultRule rule = fault("sqs.throttle");
    rule.where["action"] = "SendMessage";
    bench.world.faults.add(rule);
    Queue& queue = bench.queue("Orders");
    CHECK_FALSE(queue.admits("SendMessage"));
    CHECK(queue.admits("ReceiveMessage"));
    CHECK(bench.times("fault.fired").size() == 1);
    CHECK(bench.times("sqs.request.throttled").size() == 1);
    CHECK(bench.queue("Other").admits("SendMessage"));
}

namespace {

int admitted_of(Queue& queue, int calls, const char* action, const std::string& group = "") {
    int admitted = 0;
    for (int count = 0; count < calls; ++count) {
        admitted += queue.admits(action, group) ? 1 : 0;
    }
    return admitted;
}

}  // namespace

TEST_CASE("sqs throughput: 300 calls of an action in a second of a FIFO queue") {
    // [docs: quotas-fifo; troubleshooting-fifo-throttling-issues]
    Bench bench;
    bench.world.trace.keep_events(false);
    QueueSettings settings = fifo_settings();
    Queue& queue = bench.queue("Orders", settings);
    SECTION("of each action apart; a batch is one call of it") {
        CHECK(admitted_of(queue, 200, "SendMessage", "a") == 200);
        CHECK(admitted_of(queue, 200, "SendMessageBatch", "b") == 100);
        CHECK(admitted_of(queue, 400, "ReceiveMessage") == 300);
        bench.run_to(500ms);
        CHECK(admitted_of(queue, 400, "SendMessage") == 150);
        bench.run_to(10s);
        CHECK(admitted_of(queue, 400, "SendMessage") == 300);
    }
    SECTION("with high throughput of each group [docs: high-throughput-fifo]") {
        settings.limit_throughput_by_group = true;
        queue.change_settings(settings);
        CHECK(admitted_of(queue, 400, "SendMessage", "a") == 300);
        CHECK(admitted_of(queue, 400, "SendMessage", "b") == 300);
        CHECK(admitted_of(queue, 1000, "ReceiveMessage") == 1000);
        for (int group = 0; group < 5'000; ++group) {
            CHECK(queue.admits("SendMessage", "group" + std::to_string(group)));
        }
        CHECK_FALSE(queue.admits("SendMessage", "a"));
        bench.run_to(1s);
        CHECK(queue.admits("SendMessage", "a"));
    }
    SECTION("and no limit for a standard queue") {
        CHECK(admitted_of(bench.queue("Standard"), 5000, "SendMessage") == 5000);
    }
}
