#include "engine/world.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <vector>

using namespace orrery;
using namespace std::chrono_literals;

TEST_CASE("loop: the clock jumps from event to event and stops at the limit") {
    Loop loop(default_start);
    std::vector<Duration> times;
    loop.after(5h, [&] { times.push_back(loop.now() - loop.start()); });
    loop.after(1s, [&] {
        times.push_back(loop.now() - loop.start());
        loop.after(2s, [&] { times.push_back(loop.now() - loop.start()); });
    });
    CHECK(loop.run_until(loop.start() + 1h) == Halt::limit);
    CHECK(times == std::vector<Duration>{1s, 3s});
    CHECK(loop.now() == loop.start() + 1h);
    CHECK(loop.run_until_idle(loop.start() + 24h) == Halt::idle);
    CHECK(loop.now() == loop.start() + 5h);
}

TEST_CASE("loop: an event in the past happens now, after what is due now") {
    Loop loop(default_start);
    std::vector<int> order;
    loop.after(10s, [&] {
        loop.post([&] { order.push_back(1); });
        loop.at(loop.start(), [&] { order.push_back(2); });
    });
    loop.run_until(loop.start() + 10s);
    CHECK(order == std::vector<int>{1, 2});
}

TEST_CASE(
    "loop: background events happen while something else keeps the run going, and do not keep it "
    "going") {
    Loop loop(default_start);
    int background = 0;
    loop.after(
        1s, [&] { ++background; }, Weight::background);
    loop.after(2s, [] {});
    loop.after(
        3s, [&] { ++background; }, Weight::background);
    CHECK(loop.run_until_idle(loop.start() + 1h) == Halt::idle);
    CHECK(background == 1);
    CHECK(loop.now() == loop.start() + 2s);
}

TEST_CASE("loop: stop() ends a run before its next event") {
    Loop loop(default_start);
    int happened = 0;
    loop.after(1s, [&] {
        ++happened;
        loop.stop();
    });
    loop.after(1s, [&] { ++happened; });
    CHECK(loop.run_until_idle(loop.start() + 1h) == Halt::stopped);
    CHECK(happened == 1);
    loop.clear_stop();
    CHECK(loop.run_until_idle(loop.start() + 1h) == Halt::idle);
    CHECK(happened == 2);
}

TEST_CASE("loop: in live mode events happen when the wall clock, times the factor, reaches them") {
    Loop loop(default_start);
    // A wall clock driven by hand: every look at it is a millisecond later.
    std::int64_t wall = 0;
    std::int64_t seen_at = 0;
    loop.set_factor(1000);
    loop.after(10s, [&] {
        seen_at = wall;
        loop.stop();
    });
    loop.run_live([&wall] { return wall += 1'000'000; });
    CHECK(seen_at >= 10'000'000);
    CHECK(seen_at < 30'000'000);
    CHECK(loop.now() == loop.start() + 10s);
}

TEST_CASE("loop: a paused live loop still runs what arrives, and its clock stands still") {
    Loop loop(default_start);
    std::int64_t wall = 0;
    bool later = false;
    loop.pause();
    loop.after(1s, [&] { later = true; });
    boost::asio::post(loop.io(), [&] {
        wall += 5'000'000'000;
        loop.post([&] { loop.stop(); });
    });
    loop.run_live([&wall] { return wall; });
    CHECK_FALSE(later);
    CHECK(loop.now() == loop.start());
}

TEST_CASE("loop: resume goes on from where the clock was paused") {
    Loop loop(default_start);
    std::int64_t wall = 0;
    std::vector<Duration> times;
    const auto note = [&] { times.push_back(loop.now() - loop.start()); };
    loop.set_factor(1000);
    loop.after(1s, [&] {
        note();
        loop.pause();
        wall += 3'600'000'000'000;
        boost::asio::post(loop.io(), [&] { loop.resume(); });
    });
    loop.after(2s, [&] {
        note();
        loop.stop();
    });
    loop.run_live([&wall] { return wall += 100'000; });
    REQUIRE(times.size() == 2);
    CHECK(times[0] == 1s);
    CHECK(times[1] == 2s);
}

TEST_CASE("loop: an advance makes what is due happen in order, each at its own instant") {
    const bool paused = GENERATE(true, false);
    Loop loop(default_start);
    std::int64_t wall = 0;
    std::vector<Duration> times;
    const auto note = [&] { times.push_back(loop.now() - loop.start()); };
    loop.after(20s, [&] {
        note();
        loop.after(5s, note);
    });
    loop.after(31s, note);
    loop.after(32s, note);
    if (paused) {
        loop.pause();
    }
    Duration settled{};
    loop.advance(31s, [&] {
        settled = loop.now() - loop.start();
        loop.stop();
    });
    loop.run_live([&wall] { return wall; });
    CHECK(times == std::vector<Duration>{20s, 25s, 31s});
    CHECK(settled == 31s);
    CHECK(loop.paused() == paused);
    CHECK(loop.pending() == 1);
    CHECK(loop.next_event() == loop.start() + 32s);
}

TEST_CASE("loop: several advances happen one after the other") {
    Loop loop(default_start);
    std::int64_t wall = 0;
    loop.pause();
    std::vector<Duration> times;
    const auto note = [&] { times.push_back(loop.now() - loop.start()); };
    loop.advance(10s, note);
    loop.advance(10s, note);
    loop.advance_to(loop.start() + 15s, note);  // has passed by then
    loop.advance_to(loop.start() + 60s, [&] {
        note();
        loop.stop();
    });
    loop.run_live([&wall] { return wall; });
    CHECK(times == std::vector<Duration>{10s, 20s, 20s, 60s});
}

TEST_CASE("loop: after an advance the live clock goes on from there, never backward") {
    Loop loop(default_start);
    std::int64_t wall = 0;
    std::vector<Duration> times;
    const auto note = [&] { times.push_back(loop.now() - loop.start()); };
    loop.set_factor(1000);
    loop.after(1s, [&] {
        note();
        loop.advance(1h, [&] {
            note();
            loop.after(1s, [&] {
                note();
                loop.set_factor(2000);
                loop.after(1s, [&] {
                    note();
                    loop.stop();
                });
            });
        });
    });
    loop.run_live([&wall] { return wall += 100'000; });
    REQUIRE(times.size() == 4);
    CHECK(times[0] == 1s);
    CHECK(times[1] >= 1h + 1s);
    CHECK(times[2] == times[1] + 1s);
    CHECK(times[3] >= times[2] + 1s);
    CHECK(wall < 100'000'000);
}

TEST_CASE("loop: restart drops every event and begins at another instant, earlier too") {
    Loop loop(default_start);
    std::int64_t wall = 0;
    bool dropped = false;
    bool happened = false;
    loop.pause();
    const EventId old = loop.after(2h, [&] { dropped = true; });
    loop.advance(1h, [&] {
        loop.restart(default_start - 24h);
        loop.after(1s, [&] { happened = true; });
        CHECK_FALSE(loop.cancel(old));
        loop.advance(4h, [&] { loop.stop(); });
    });
    loop.run_live([&wall] { return wall; });
    CHECK(happened);
    CHECK_FALSE(dropped);
    CHECK(loop.start() == default_start - 24h);
    CHECK(loop.now() == default_start - 20h);
}

namespace {

/// A party that answers by hand.
class FakeParty : public Party {
public:
    void begin_turn() override { ++turns; }
    void await_quiet(Callback quiet) override { finish = std::move(quiet); }
    void connected() override {}
    void arrived(std::size_t) override {}
    void disconnected() override {}
    void writing(bool) override {}
    void delivered(std::size_t) override {}

    int turns = 0;
    Callback finish;
};

}  // namespace

TEST_CASE("baton: one party computes at a time, in the order of the deliveries") {
    Loop loop(default_start);
    FakeParty first;
    FakeParty second;
    std::vector<int> order;
    loop.baton().deliver(first, [&] { order.push_back(1); });
    loop.baton().deliver(second, [&] { order.push_back(2); });
    loop.baton().deliver(first, [&] { order.push_back(3); });
    CHECK(order == std::vector<int>{1});
    first.finish();
    CHECK(order == std::vector<int>{1, 2});
    second.finish();
    CHECK(order == std::vector<int>{1, 2, 3});
    CHECK_FALSE(loop.baton().at_rest());
    first.finish();
    CHECK(loop.baton().at_rest());
    CHECK(first.turns == 2);
}

TEST_CASE(
    "baton: what a party asks in one turn is taken in the order of its content, once it is quiet") {
    Loop loop(default_start);
    FakeParty party;
    std::vector<std::string> taken;
    const auto ask = [&](const std::string& content) {
        loop.baton().request(
            party, [content] { return content; }, [&taken, content] { taken.push_back(content); });
    };
    loop.baton().deliver(party, [] {});
    ask("zebra");
    ask("ant");
    ask("mole");
    CHECK(taken.empty());
    party.finish();
    loop.run_until(loop.start());
    CHECK(taken == std::vector<std::string>{"ant", "mole", "zebra"});
}

TEST_CASE(
    "baton: a retired party gets no more deliveries, its turn ends, and its connections hear of "
    "it") {
    Loop loop(default_start);
    FakeParty party;
    FakeParty other;
    int told = 0;
    loop.baton().enrol("127.0.0.9", party);
    loop.baton().member_at("127.0.0.9")->on_retire.push_back([&] { ++told; });
    bool delivered = false;
    bool other_delivered = false;
    loop.baton().deliver(party, [] {});
    loop.baton().deliver(party, [&] { delivered = true; });
    loop.baton().deliver(other, [&] { other_delivered = true; });
    loop.baton().retire(party);
    CHECK(told == 1);
    CHECK_FALSE(delivered);
    CHECK(other_delivered);
    CHECK(loop.baton().member_at("127.0.0.9") == nullptr);
    party.finish();  // a late word of the old turn is ignored
    CHECK_FALSE(loop.baton().at_rest());
    other.finish();
    CHECK(loop.baton().at_rest());
}

TEST_CASE("loop: an advance waits for a party that computes, at each instant") {
    Loop loop(default_start);
    std::int64_t wall = 0;
    FakeParty party;
    std::vector<Duration> times;
    const auto note = [&] { times.push_back(loop.now() - loop.start()); };
    loop.pause();
    loop.after(1s, [&] {
        loop.baton().deliver(party, [] {});
        // What it asks at the end of its turn happens at the instant of its turn.
        boost::asio::post(loop.io(), [&] {
            loop.baton().request(
                party, [] { return std::string(); }, note);
            party.finish();
        });
    });
    loop.after(2s, note);
    loop.advance(10s, [&] {
        CHECK(loop.baton().at_rest());
        loop.stop();
    });
    loop.run_live([&wall] { return wall += 1'000'000; });
    CHECK(times == std::vector<Duration>{1s, 2s});
}

TEST_CASE("loop: in live mode time stands still while a party computes, then catches up") {
    Loop loop(default_start);
    std::int64_t wall = 0;
    FakeParty party;
    std::vector<Duration> times;
    const auto note = [&] { times.push_back(loop.now() - loop.start()); };
    loop.set_factor(1000);
    loop.after(1s, [&] {
        loop.baton().deliver(party, [] {});
        boost::asio::post(loop.io(), [&] {
            wall += 5'000'000;  // five virtual seconds
            loop.baton().request(
                party, [] { return std::string(); }, note);
            party.finish();
        });
    });
    loop.after(2s, [&] {
        note();
        CHECK(wall >= 6'000'000);
        loop.stop();
    });
    loop.run_live([&wall] { return wall += 10'000; });
    CHECK(times == std::vector<Duration>{1s, 2s});
}

TEST_CASE("loop: what arrived before a party's turn happens before what arrives during it") {
    Loop loop(default_start);
    std::int64_t wall = 0;
    FakeParty party;
    std::vector<int> order;
    loop.set_factor(1000);
    loop.after(1s, [&] { loop.baton().deliver(party, [] {}); });
    boost::asio::post(loop.io(), [&] {
        wall += 5'000'000;  // arrives five virtual seconds later: the turn is due before
        loop.post([&] {
            order.push_back(1);
            CHECK(party.turns == 1);
            boost::asio::post(loop.io(), [&] { loop.post([&] { order.push_back(3); }); });
        });
        loop.post([&] { order.push_back(2); });
        loop.after(2s, [&] {
            order.push_back(4);
            loop.stop();
        });
    });
    boost::asio::post(loop.io(), [&] {
        loop.post([&] { boost::asio::post(loop.io(), [&] { party.finish(); }); });
    });
    loop.run_live([&wall] { return wall += 10'000; });
    CHECK(order == std::vector<int>{1, 2, 3, 4});
}
