// What a queue keeps on disk: after a restart everything is as it was.

#include "engine/error.h"
#include "engine/store.h"
#include "services/sqs/queue.h"
#include "tests/services/sqs/support.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

#include <array>

namespace saving_test {

using namespace orrery;
using namespace orrery::sqs;

namespace {

constexpr std::array<std::string_view, 3> tables{state_table, message_table, history_table};

/// One process after another with the same state file.
class Lives {
public:
    explicit Lives(QueueSettings settings) : settings_(std::move(settings)) { begin(1); }
    ~Lives() { end(); }
    Lives(const Lives&) = delete;
    Lives& operator=(const Lives&) = delete;

    Queue& queue() { return *queue_; }
    World& world() { return *world_; }

    /// What is not committed is lost.
    void restart() {
        commit();
        const Instant now = world_->loop.now();
        end();
        begin(1);
        world_->loop.run_until(now);
        const std::string prefix = saved_prefix(queue_->arn(), 1);
        for (const std::string_view table : tables) {
            store_->each(table, [&](std::string_view key, std::string_view value) {
                REQUIRE(key.starts_with(prefix));
                queue_->restore({table, key.substr(prefix.size()), value});
            });
        }
        queue_->restored();
    }

    void commit() { world_->loop.run_until(world_->loop.now()); }
    void run_to(Duration since_start) {
        world_->loop.run_until(world_->loop.start() + since_start);
    }

    std::size_t records(std::string_view table) {
        commit();
        std::size_t count = 0;
        store_->each(table, [&](std::string_view, std::string_view) { ++count; });
        return count;
    }

private:
    void begin(std::uint64_t seed) {
        world_ = std::make_unique<World>(seed);
        store_ = std::make_unique<Store>(world_->loop, folder_.path() / "state");
        world_->store = store_.get();
        const std::string name = settings_.fifo ? "Orders.fifo" : "Orders";
        queue_ = std::make_unique<Queue>(*world_,
                                         QueueIdentity{name, "arn:" + name, "", "", 1, ""},
                                         settings_,
                                         [](std::string_view) { return nullptr; });
        store_->add_saver([this] { queue_->save(*store_); });
    }

    void end() {
        queue_.reset();
        store_.reset();
        world_.reset();
    }

    test::TemporaryFolder folder_;
    QueueSettings settings_;
    std::unique_ptr<World> world_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Queue> queue_;
};

}  // namespace

TEST_CASE("sqs state on disk: messages come back in their state, under their receipts") {
    Lives lives({});
    NewMessage whole = body("in flight");
    whole.attributes = {{"Bytes", "Binary", std::string("\0\xff", 2)}, {"Kind", "String", "x"}};
    whole.trace_header = "Root=1";
    lives.queue().send(std::move(whole));
    lives.queue().send(body("visible"));
    lives.queue().send(delayed("delayed", 60s));
    lives.queue().send(body("deleted"));
    const auto received = lives.queue().receive(up_to(1, 100s));
    const std::string id(received[0].message->id.text());
    const std::uint64_t handle = received[0].handle;
    const auto others = lives.queue().receive(up_to(10, 20s));
    lives.queue().remove({others.at(1).handle});
    lives.run_to(30s);

    lives.restart();
    CHECK(lives.queue().depth() == QueueDepth{1, 1, 1});
    const Message* message = lives.queue().find(handle);
    REQUIRE(message != nullptr);
    CHECK(message->id.text() == id);
    CHECK(message->body == "in flight");
    CHECK(message->receive_count == 1);
    CHECK(message->sent_at == lives.world().loop.start());
    CHECK(message->attributes().size() == 2);
    CHECK(message->attributes()[0].value == std::string("\0\xff", 2));
    CHECK(message->extras->trace_header == "Root=1");
    CHECK(lives.queue().remove({others.at(1).handle}) == 0);

    SECTION("deadlines are kept") {
        lives.run_to(60s - 1ns);
        CHECK(lives.queue().depth() == QueueDepth{1, 1, 1});
        lives.run_to(60s);
        CHECK(lives.queue().depth() == QueueDepth{2, 1, 0});
        lives.run_to(100s);
        CHECK(lives.queue().depth() == QueueDepth{3, 0, 0});
        CHECK(bodies(lives.queue().receive(up_to(10))) ==
              Bodies{"in flight", "visible", "delayed"});
    }
    SECTION("retention too") {
        lives.run_to(96h - 1ns);
        CHECK(lives.queue().snapshot().size() == 3);
        lives.run_to(96h);
        CHECK(lives.queue().snapshot().empty());
    }
    SECTION("the old receipt deletes, and changes the visibility") {
        CHECK(lives.queue().change_visibility(handle, 20s) == VisibilityChange::changed);
        CHECK(lives.queue().remove({handle}) == 1);
        lives.restart();
        CHECK(lives.queue().depth() == QueueDepth{1, 0, 1});
    }
    SECTION("no message id comes twice, no old receipt names a new message") {
        lives.queue().remove({handle});
        lives.restart();
        for (int count = 0; count < 10; ++count) {
            CHECK_FALSE(std::string(lives.queue().send(body("new")).id.text()) == id);
        }
        lives.queue().receive(up_to(10));
        CHECK(lives.queue().find(handle) == nullptr);
        CHECK(lives.queue().remove({handle}) == 0);
    }
    SECTION("a second restart changes nothing") {
        lives.restart();
        CHECK(lives.queue().depth() == QueueDepth{1, 1, 1});
        CHECK(lives.queue().remove({handle}) == 1);
    }
    SECTION("what is purged or deleted leaves no record") {
        lives.queue().purge();
        CHECK(lives.records(message_table) == 0);
        lives.queue().close();
        CHECK(lives.records(state_table) == 0);
    }
}

TEST_CASE("sqs state on disk: a FIFO queue's groups, order and deduplication come back") {
    Lives lives(fifo_settings());
    Sent first;
    for (const char* text : {"a1", "b1", "a2", "b2", "c1"}) {
        const Sent sent = lives.queue().send(of_group(std::string(1, text[0]), text));
        first = text == std::string("a1") ? sent : first;
    }
    // Now b stands before c before a.
    const auto received = lives.queue().receive(up_to(2, 100s));
    REQUIRE(bodies(received) == Bodies{"a1", "a2"});
    lives.restart();
    CHECK(bodies(lives.queue().receive(up_to(10, 1s))) == Bodies{"b1", "b2", "c1"});
    const Sent again = lives.queue().send(of_group("a", "a1"));
    CHECK(again.duplicate);
    CHECK(again.id == first.id);
    CHECK(again.sequence_number == first.sequence_number);
    lives.queue().change_visibility(received[0].handle, 0s);
    lives.queue().change_visibility(received[1].handle, 0s);
    lives.run_to(1s);
    lives.restart();
    CHECK(lives.queue().send(of_group("d", "d1")).sequence_number > first.sequence_number);
    CHECK(bodies(lives.queue().receive(up_to(10))) == Bodies{"a1", "a2", "b1", "b2", "c1", "d1"});

    CHECK(lives.records(history_table) == 6);
    lives.run_to(300s);
    CHECK_FALSE(lives.queue().send(of_group("a", "a1")).duplicate);
    CHECK(lives.records(history_table) == 2);
    lives.queue().close();
    CHECK(lives.records(history_table) == 0);
}

TEST_CASE("sqs state on disk: a fair queue's tenants come back") {
    Lives lives({});
    for (int count = 0; count < 100; ++count) {
        NewMessage message = body("noisy");
        message.group_id = "noisy";
        lives.queue().send(std::move(message));
    }
    for (int count = 0; count < 5; ++count) {
        lives.queue().receive(up_to(10, 1h));
    }
    lives.restart();
    NewMessage message = body("quiet");
    message.group_id = "quiet";
    lives.queue().send(std::move(message));
    CHECK(bodies(lives.queue().receive(up_to(1))) == Bodies{"quiet"});
}

TEST_CASE("sqs state on disk: without a store nothing is noted") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    queue.send(body("a"));
    CHECK(queue.receive(up_to(1)).size() == 1);
}

TEST_CASE("sqs state on disk: a damaged record is an error, wherever it is cut off or changed") {
    Slot slot;
    slot.message.id = *MessageId::parse("01234567-89ab-4cde-8f01-23456789abcd");
    slot.message.body = "text";
    slot.message.extras = std::make_unique<MessageExtras>();
    slot.message.extras->attributes = {{"Kind", "String", "x"}};
    slot.born = 1;
    slot.stamp = 2;
    const std::string good = to_record(slot, 7);
    Slot read;
    CHECK(read_record(good, read) == 7);
    CHECK(read.message.extras->attributes.size() == 1);
    for (std::size_t size = 0; size < good.size(); ++size) {
        Slot cut;
        CHECK_THROWS_AS(read_record(good.substr(0, size), cut), UsageError);
    }
    CHECK_THROWS_AS(read_record(good + "x", read), UsageError);
    for (std::size_t place = 0; place < good.size(); ++place) {
        std::string changed = good;
        changed[place] = static_cast<char>(changed[place] ^ 0x81);
        Slot into_slot;
        try {
            read_record(changed, into_slot);
        } catch (const UsageError&) {
            continue;
        }
    }
    CHECK_THROWS_AS(state_from("short"), UsageError);
    CHECK_THROWS_AS(accepted_from(good), UsageError);
    CHECK_THROWS_AS(history_from("\xff\xff\xff\xff"), UsageError);
    CHECK_THROWS_AS(slot_from("\xff\xff\xff\xff"), UsageError);
    const std::string key = history_key({"id", "group"});
    CHECK(history_from(key) == DeduplicationHistory::Key{"id", "group"});
}

}  // namespace saving_test
