// FIFO queues: groups, deduplication, attempts.

#include "services/sqs/queue.h"
#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::sqs;

TEST_CASE(
    "sqs FIFO: a receive takes as many of one group as it can, in order, then of the next group") {
    // [docs: FIFO-queues-understanding-logic]
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    for (const char* text : {"a1", "b1", "a2", "b2", "a3", "c1"}) {
        queue.send(of_group(std::string(1, text[0]), text));
    }
    CHECK(bodies(queue.receive(up_to(5))) == Bodies{"a1", "a2", "a3", "b1", "b2"});
    CHECK(bodies(queue.receive(up_to(5))) == Bodies{"c1"});
    CHECK(queue.depth() == QueueDepth{0, 6, 0});
}

TEST_CASE("sqs FIFO: nothing more of a group is received while one of it is in flight") {
    // [docs: FIFO-queues-understanding-logic]
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    queue.send(of_group("a", "a1"));
    queue.send(of_group("a", "a2"));
    queue.send(of_group("b", "b1"));
    const auto first = queue.receive(up_to(1));
    REQUIRE(bodies(first) == Bodies{"a1"});
    CHECK(bodies(queue.receive(up_to(10, 5s))) == Bodies{"b1"});
    CHECK(queue.receive(up_to(10)).empty());

    SECTION("until it is deleted") {
        CHECK(queue.remove({first[0].handle}) == 1);
        CHECK(bodies(queue.receive(up_to(10))) == Bodies{"a2"});
    }
    SECTION("until its timeout ends: then it comes first again") {
        bench.run_to(30s);
        CHECK(bodies(queue.receive(up_to(10))) == Bodies{"a1", "a2", "b1"});
    }
    SECTION("until it is given back, to its old place") {
        queue.change_visibility(first[0].handle, 0s);
        CHECK(bodies(queue.receive(up_to(10))) == Bodies{"a1", "a2"});
    }
    SECTION("until it is moved away or expires with its group") {
        queue.purge();
        queue.send(of_group("a", "a3"));
        CHECK(bodies(queue.receive(up_to(10))) == Bodies{"a3"});
    }
}

TEST_CASE("sqs FIFO: of a group whose timeouts end apart, the leading visible ones are received") {
    // [LS test_fifo_group_visibility_extends_with_change_message_visibility]
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    for (const char* text : {"foo", "bar", "baz"}) {
        queue.send(of_group("g", text));
    }
    const auto all = queue.receive(up_to(10, 10s));
    REQUIRE(all.size() == 3);
    const auto extend = [&](std::size_t place) {
        queue.change_visibility(all[place].handle, 100s);
        bench.run_to(10s);
        return bodies(queue.receive(up_to(10)));
    };
    SECTION("the first held longer: none") {
        CHECK(extend(0).empty());
    }
    SECTION("the second held longer: the first") {
        CHECK(extend(1) == Bodies{"foo"});
    }
    SECTION("the third held longer: the first two") {
        CHECK(extend(2) == Bodies{"foo", "bar"});
    }
}

TEST_CASE("sqs FIFO: a group of which all was received goes to the end of the line") {
    // [LS test_fifo_group_visibility_extends_with_change_message_visibility]
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    queue.send(of_group("a", "a1"));
    queue.send(of_group("b", "b1"));
    queue.send(of_group("b", "b2"));
    CHECK(bodies(queue.receive(up_to(1, 0s))) == Bodies{"a1"});
    CHECK(bodies(queue.receive(up_to(1, 0s))) == Bodies{"b1"});
    // Of b something was left, so it keeps its place.
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"b1", "b2", "a1"});
}

TEST_CASE("sqs FIFO: a delayed message holds back its group") {
    Bench bench;
    QueueSettings settings = fifo_settings();
    settings.delay = 10s;
    Queue& queue = bench.queue("Orders", settings);
    queue.send(of_group("a", "a1"));
    settings.delay = 0s;
    queue.change_settings(settings);
    queue.send(of_group("a", "a2"));
    queue.send(of_group("b", "b1"));
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"b1"});
    bench.run_to(10s);
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"a1", "a2"});
}

TEST_CASE("sqs FIFO: sequence numbers have 20 digits and increase") {
    // [docs: FIFO queue and message identifiers]
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    std::string last;
    for (int count = 0; count < 300; ++count) {
        const Sent sent = queue.send(of_group("a", std::to_string(count)));
        CHECK(sent.sequence_number.size() == 20);
        CHECK(sent.sequence_number > last);
        last = sent.sequence_number;
    }
    const auto received = queue.receive(up_to(2));
    CHECK(received[0].message->extras->sequence_number() <
          received[1].message->extras->sequence_number());
    CHECK(received[0].message->extras->deduplication_id == "0");
    Queue& standard = bench.queue("Standard");
    CHECK(standard.send(body("a")).sequence_number.empty());
}

TEST_CASE("sqs FIFO: a deduplication id sent again within five minutes adds nothing") {
    // [docs: using-messagededuplicationid-property; LS test_fifo_deduplication_*]
    Bench bench;
    QueueSettings settings = fifo_settings();
    Queue& queue = bench.queue("Orders", settings);
    const Sent first = queue.send(of_group("a", "text", "id"));
    CHECK_FALSE(first.duplicate);
    bench.run_to(100s);
    SECTION("the answer is the first one's") {
        const Sent again = queue.send(of_group("a", "other text", "id"));
        CHECK(again.duplicate);
        CHECK(again.id == first.id);
        CHECK(again.sequence_number == first.sequence_number);
        CHECK(queue.depth().visible == 1);
        CHECK(bench.times("sqs.message.deduplicated") == Times{100s});
    }
    SECTION("also after the message was received and deleted") {
        queue.remove({queue.receive(up_to(1)).at(0).handle});
        CHECK(queue.send(of_group("a", "text", "id")).duplicate);
        CHECK(queue.depth() == QueueDepth{});
    }
    SECTION("counted from the first, not from the last repetition") {
        CHECK(queue.send(of_group("a", "text", "id")).duplicate);
        bench.run_to(300s - 1ns);
        CHECK(queue.send(of_group("a", "text", "id")).duplicate);
        bench.run_to(300s);
        CHECK_FALSE(queue.send(of_group("a", "text", "id")).duplicate);
        CHECK(queue.depth().visible == 2);
    }
    SECTION("in another group too [LS test_sqs_fifo_same_dedup_id_different_message_groups]") {
        CHECK(queue.send(of_group("b", "text", "id")).duplicate);
    }
    SECTION("unless the scope is the group") {
        settings.deduplicate_by_group = true;
        queue.change_settings(settings);
        CHECK_FALSE(queue.send(of_group("b", "text", "id")).duplicate);
        CHECK(queue.send(of_group("a", "text", "id")).duplicate);
        CHECK(queue.send(of_group("b", "text", "id")).duplicate);
    }
}

TEST_CASE("sqs FIFO: a receive attempt that is repeated gives the same messages and receipts") {
    // [botocore ReceiveMessage]
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    for (const char* text : {"a1", "a2", "a3"}) {
        queue.send(of_group("a", text));
    }
    ReceiveRequest request = up_to(2);
    request.attempt_id = "attempt";
    const auto first = queue.receive(request);
    REQUIRE(bodies(first) == Bodies{"a1", "a2"});
    const auto handles = [](const std::vector<Receipt>& receipts) {
        std::vector<std::uint64_t> all;
        for (const Receipt& receipt : receipts) {
            all.push_back(receipt.handle);
        }
        return all;
    };
    bench.run_to(20s);
    SECTION("and their timeout begins anew; that is no further receive") {
        const auto again = queue.receive(request);
        CHECK(bodies(again) == Bodies{"a1", "a2"});
        CHECK(handles(again) == handles(first));
        CHECK(again[0].message->receive_count == 1);
        bench.run_to(50s - 1ns);
        CHECK(queue.depth().in_flight == 2);
        CHECK(handles(queue.receive(request)) == handles(first));
        CHECK(queue.remove(handles(first)) == 2);
    }
    SECTION("a long poll is answered at once") {
        Answer answer;
        queue.poll(request, 20s, into(answer, bench));
        CHECK(answer.at == 20s);
        CHECK(answer.got == Bodies{"a1", "a2"});
    }
    SECTION("under another id there is nothing: the group is in flight") {
        request.attempt_id = "another";
        CHECK(queue.receive(request).empty());
    }
    SECTION("not once a message was deleted") {
        queue.remove({first[0].handle});
        CHECK(queue.receive(request).empty());
    }
    SECTION("not once a visibility was changed") {
        queue.change_visibility(first[1].handle, 100s);
        CHECK(queue.receive(request).empty());
    }
    SECTION("not once the timeout has ended: that is a receive like any other") {
        bench.run_to(30s);
        const auto again = queue.receive(request);
        CHECK(bodies(again) == Bodies{"a1", "a2"});
        CHECK(handles(again) != handles(first));
        CHECK(again[0].message->receive_count == 2);
    }
    SECTION("not after five minutes") {
        queue.change_visibility(first[0].handle, 1h);
        request.attempt_id = "long";
        queue.send(of_group("b", "b1"));
        request.visibility = 1h;
        CHECK(bodies(queue.receive(request)) == Bodies{"b1"});
        bench.run_to(320s - 1ns);
        CHECK(bodies(queue.receive(request)) == Bodies{"b1"});
        bench.run_to(320s);
        CHECK(queue.receive(request).empty());
    }
}

TEST_CASE("sqs FIFO: a receipt deletes only until its timeout ends") {
    // [LS test_fifo_delete_after_visibility_timeout*]
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    queue.send(of_group("a", "a1"));
    const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
    bench.run_to(20s);
    CHECK_FALSE(queue.has_expired(handle));
    SECTION("expired") {
        bench.run_to(30s);
        CHECK(queue.has_expired(handle));
        CHECK(queue.remove({handle}) == 0);
        CHECK(queue.depth().visible == 1);
    }
    SECTION("expired and received by another") {
        bench.run_to(30s);
        queue.receive(up_to(1));
        CHECK(queue.has_expired(handle));
        CHECK(queue.remove({handle}) == 0);
    }
    SECTION("extended in time") {
        queue.change_visibility(handle, 30s);
        bench.run_to(40s);
        CHECK_FALSE(queue.has_expired(handle));
        CHECK(queue.remove({handle}) == 1);
        CHECK_FALSE(queue.has_expired(handle));
    }
}

TEST_CASE("sqs FIFO: a standard queue's receipts do not expire") {
    // [LS test_delete_after_visibility_timeout]
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
    bench.run_to(30s);
    CHECK_FALSE(queue.has_expired(handle));
}

TEST_CASE("sqs FIFO: who waits is woken at the instant at which a group becomes free") {
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    queue.send(of_group("a", "a1"));
    queue.send(of_group("a", "a2"));
    const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
    Answer answer;
    SECTION("by a deletion") {
        queue.poll(up_to(10), 20s, into(answer, bench));
        bench.world.loop.after(7s, [&] { queue.remove({handle}); });
        bench.run_to(60s);
        CHECK(answer.at == 7s);
        CHECK(answer.got == Bodies{"a2"});
    }
    SECTION("by the end of a timeout") {
        bench.run_to(20s);
        queue.poll(up_to(10), 20s, into(answer, bench));
        bench.run_to(60s);
        CHECK(answer.at == 30s);
        CHECK(answer.got == Bodies{"a1", "a2"});
    }
    SECTION("by an expiry") {
        QueueSettings settings = fifo_settings();
        settings.retention = 60s;
        queue.change_settings(settings);
        queue.change_visibility(handle, 1h);
        bench.run_to(10s);
        queue.send(of_group("a", "a3"));
        bench.run_to(50s);
        queue.poll(up_to(10), 20s, into(answer, bench));
        bench.run_to(100s);
        CHECK(answer.at == 60s);
        CHECK(answer.got == Bodies{"a3"});
    }
    SECTION("a watch too, but not by a message behind one in flight") {
        Times told;
        const Watch watch = queue.watch([&] { told.push_back(bench.elapsed()); });
        bench.world.loop.after(2s, [&] { queue.send(of_group("a", "a3")); });
        bench.world.loop.after(5s, [&] { queue.send(of_group("b", "b1")); });
        bench.run_to(60s);
        CHECK(told == Times{5s});
    }
}

TEST_CASE("sqs FIFO: a dead letter keeps its group and becomes a new member of the other queue") {
    Bench bench;
    QueueSettings short_lived = fifo_settings();
    short_lived.retention = 100s;
    Queue& dead = bench.queue("Dead.fifo", short_lived);
    QueueSettings settings = fifo_settings();
    settings.redrive = RedrivePolicy{dead.arn(), 1};
    Queue& queue = bench.queue("Orders.fifo", settings);
    dead.send(of_group("z", "z1", "one"));
    const Sent sent = queue.send(of_group("a", "poison", "one"));
    queue.send(of_group("a", "good", "two"));
    queue.receive(up_to(1));
    bench.run_to(50s);
    // It held back its group; now the rest is received in the same call.
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"good"});
    const auto received = dead.receive(up_to(10));
    REQUIRE(bodies(received) == Bodies{"z1", "poison"});
    const Message& moved = *received[1].message;
    CHECK(moved.id == sent.id);
    CHECK(moved.extras->group_id == "a");
    CHECK(moved.extras->dead_letter_source == queue.arn());
    // [docs: sqs-configure-dead-letter-queue-redrive]
    CHECK(moved.extras->deduplication_id == sent.id.text());
    CHECK(moved.extras->sequence_number() > received[0].message->extras->sequence_number());
    // [docs: setting-up-dead-letter-queue-retention]
    bench.run_to(150s - 1ns);
    CHECK(dead.snapshot().size() == 1);
    bench.run_to(150s);
    CHECK(dead.snapshot().empty());
}

TEST_CASE("sqs FIFO: a policy that names a queue of the other type has no effect") {
    Bench bench;
    Queue& dead = bench.queue("Dead");
    QueueSettings settings = fifo_settings();
    settings.redrive = RedrivePolicy{dead.arn(), 1};
    Queue& queue = bench.queue("Orders.fifo", settings);
    queue.send(of_group("a", "a1"));
    for (int count = 1; count <= 3; ++count) {
        CHECK(queue.receive(up_to(1, 0s)).size() == 1);
    }
}

TEST_CASE("sqs redrive: a message goes back as a new one") {
    // [docs: sqs-configure-dead-letter-queue-redrive]
    Bench bench;
    const bool fifo = GENERATE(false, true);
    QueueSettings settings;
    settings.fifo = fifo;
    Queue& dead = bench.queue("Dead", settings);
    settings.redrive = RedrivePolicy{dead.arn(), 1};
    Queue& queue = bench.queue("Orders", settings);
    CHECK(dead.first_visible() == nullptr);
    const Sent sent = queue.send(of_group("a", "text"));
    queue.receive(up_to(1, 0s));
    CHECK(queue.receive(up_to(1)).empty());
    bench.run_to(60s);
    REQUIRE(dead.first_visible() != nullptr);
    CHECK(dead.first_visible()->body == "text");
    dead.redrive_first(queue);
    CHECK(dead.first_visible() == nullptr);
    CHECK(dead.depth() == QueueDepth{});
    const auto received = queue.receive(up_to(1));
    REQUIRE(bodies(received) == Bodies{"text"});
    const Message& again = *received[0].message;
    CHECK_FALSE(again.id == sent.id);
    CHECK(again.receive_count == 1);
    CHECK(again.sent_at == bench.world.loop.now());
    CHECK(again.extras->dead_letter_source.empty());
    CHECK(again.extras->group_id == "a");
    CHECK(bench.times("sqs.message.redriven") == Times{60s});
}

TEST_CASE("sqs FIFO: at the in-flight quota a receive finds nothing") {
    // [docs: quotas-fifo] 120,000
    Bench bench;
    bench.world.trace.keep_events(false);
    Queue& queue = bench.queue("Orders", fifo_settings());
    for (int count = 0; count < 120'001; ++count) {
        queue.send(of_group(std::to_string(count), std::to_string(count)));
    }
    std::uint64_t last = 0;
    for (int count = 0; count < 12'000; ++count) {
        last = queue.receive(up_to(10)).back().handle;
    }
    CHECK(queue.at_in_flight_quota());
    CHECK(queue.receive(up_to(10)).empty());
    queue.remove({last});
    CHECK(queue.receive(up_to(10)).size() == 1);
}

TEST_CASE("sqs FIFO: only groups with one of the first 120,000 messages are found") {
    // [docs: avoid-backlog-with-the-same-message-group-id]
    Bench bench;
    bench.world.trace.keep_events(false);
    Queue& queue = bench.queue("Orders", fifo_settings());
    for (int count = 0; count < 120'000; ++count) {
        queue.send(of_group("backlog", std::to_string(count)));
    }
    queue.send(of_group("other", "other"));
    const auto first = queue.receive(up_to(1));
    CHECK(bodies(first) == Bodies{"0"});
    CHECK(queue.receive(up_to(10)).empty());
    Answer answer;
    queue.poll(up_to(10), 20s, into(answer, bench));
    bench.world.loop.after(3s, [&] { queue.remove({first[0].handle}); });
    bench.run_to(3s);
    CHECK(answer.count == 1);
    CHECK(answer.got.front() == "1");
    CHECK(bodies(queue.receive(up_to(10))) == Bodies{"other"});
}

TEST_CASE("sqs FIFO: the trace names groups") {
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    const std::string id(queue.send(of_group("a", "hello")).id.text());
    queue.receive(up_to(1));
    REQUIRE(bench.world.trace.size() == 2);
    CHECK(bench.world.trace[0].data ==
          R"({"bytes":5,"delay":"0s","group":"a","message_id":")" + id + "\"}");
    CHECK(bench.world.trace[1].data == R"({"groups":["a"],"message_ids":[")" + id + "\"]}");
}

TEST_CASE("sqs FIFO: a hundred thousand groups and a long backlog are no trouble") {
    // Were anything of this quadratic, it would take hours.
    Bench bench;
    bench.world.trace.keep_events(false);
    QueueSettings settings = fifo_settings();
    settings.visibility_timeout = 60s;
    Queue& queue = bench.queue("Orders", settings);
    const bool many_groups = GENERATE(true, false);
    for (int count = 0; count < 200'000; ++count) {
        queue.send(of_group(many_groups ? "g" + std::to_string(count % 100'000) : "one",
                            std::to_string(count)));
    }
    const auto receive_all = [&](bool keep) {
        std::size_t received = 0;
        for (auto receipts = queue.receive(up_to(10)); !receipts.empty();
             receipts = queue.receive(up_to(10))) {
            received += receipts.size();
            std::vector<std::uint64_t> handles;
            for (const Receipt& receipt : receipts) {
                handles.push_back(receipt.handle);
            }
            if (!keep) {
                queue.remove(handles);
            }
        }
        return received;
    };
    CHECK(receive_all(true) == (many_groups ? 120'000 : 10));
    bench.run_to(60s);
    CHECK(queue.depth().visible == 200'000);
    CHECK(receive_all(false) == 200'000);
    CHECK(queue.depth() == QueueDepth{});
}
