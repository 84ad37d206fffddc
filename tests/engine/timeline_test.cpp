#include "engine/timeline.h"

#include "engine/random.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

using namespace orrery;

namespace {
Instant at(std::int64_t nanoseconds) {
    return Instant(Duration(nanoseconds));
}
}  // namespace

TEST_CASE("timeline: events come in the order of their instants, ties in the order of scheduling") {
    Timeline timeline;
    std::vector<int> order;
    timeline.schedule(at(20), [&] { order.push_back(3); });
    timeline.schedule(at(10), [&] { order.push_back(1); });
    timeline.schedule(at(10), [&] { order.push_back(2); });
    while (!timeline.empty()) {
        timeline.pop().second();
    }
    CHECK(order == std::vector<int>{1, 2, 3});
}

TEST_CASE("timeline: a cancelled event never comes, and cancelling it again is harmless") {
    Timeline timeline;
    const EventId first = timeline.schedule(at(1), [] {});
    const EventId second = timeline.schedule(at(2), [] {});
    CHECK(timeline.cancel(first));
    CHECK_FALSE(timeline.cancel(first));
    CHECK(timeline.next() == at(2));
    timeline.pop();
    CHECK_FALSE(timeline.cancel(second));
    CHECK_FALSE(timeline.cancel(EventId{}));
    CHECK(timeline.empty());
}

TEST_CASE("timeline: the name of an old event does not cancel a new one in its place") {
    Timeline timeline;
    const EventId old = timeline.schedule(at(1), [] {});
    timeline.pop();
    timeline.schedule(at(2), [] {});
    CHECK_FALSE(timeline.cancel(old));
    CHECK(timeline.size() == 1);
}

TEST_CASE("timeline: what an event owned may cancel it, and schedule, while it is cancelled") {
    Timeline timeline;
    EventId own;
    const auto guard = [&] {
        return std::shared_ptr<int>(new int, [&](const int* owned) {
            delete owned;
            timeline.cancel(own);
            for (int more = 0; more < 100; ++more) {
                timeline.schedule(at(5), [] {});
            }
        });
    };
    own = timeline.schedule(at(1), [kept = guard()] {});
    CHECK(timeline.cancel(own));
    CHECK(timeline.size() == 100);
}

TEST_CASE("timeline: background events do not count as foreground") {
    Timeline timeline;
    const EventId foreground = timeline.schedule(at(1), [] {});
    timeline.schedule(
        at(2), [] {}, Weight::background);
    CHECK(timeline.foreground() == 1);
    timeline.cancel(foreground);
    CHECK(timeline.foreground() == 0);
    CHECK(timeline.size() == 1);
}

TEST_CASE("timeline: order survives a great many cancellations") {
    Timeline timeline;
    std::vector<std::int64_t> order;
    for (std::int64_t round = 0; round < 10'000; ++round) {
        timeline.cancel(timeline.schedule(at(1'000'000 - round), [] {}));
        if (round % 100 == 0) {
            timeline.schedule(at(500'000 - round), [] {});
        }
    }
    CHECK(timeline.size() == 100);
    while (!timeline.empty()) {
        order.push_back(timeline.pop().first.time_since_epoch().count());
    }
    CHECK(order.size() == 100);
    CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("timeline: thousands of random schedules and cancellations agree with a sorted map") {
    RandomStream random(7);
    Timeline timeline;
    std::map<std::pair<std::int64_t, int>, EventId> expected;
    int sequence = 0;
    int fired = -1;
    for (int round = 0; round < 20'000; ++round) {
        const auto choice = random.below(10);
        if (choice < 5 || expected.empty()) {
            const auto when = static_cast<std::int64_t>(random.below(1000));
            const int number = sequence++;
            expected[{when, number}] =
                timeline.schedule(at(when), [&fired, number] { fired = number; });
        } else if (choice < 7) {
            auto victim = expected.begin();
            std::advance(victim, static_cast<std::ptrdiff_t>(random.below(expected.size())));
            REQUIRE(timeline.cancel(victim->second));
            expected.erase(victim);
        } else {
            auto [when, callback] = timeline.pop();
            callback();
            REQUIRE(when == at(expected.begin()->first.first));
            REQUIRE(fired == expected.begin()->first.second);
            expected.erase(expected.begin());
        }
        REQUIRE(timeline.size() == expected.size());
    }
}
