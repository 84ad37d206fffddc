// Random, trace and faults: what a world is made of besides its loop.
#include "engine/world.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>

using namespace orrery;
using namespace std::chrono_literals;

TEST_CASE("random: the same seed and name give the same numbers, another name or seed others") {
    CHECK(Random(1).stream("sqs").next() == Random(1).stream("sqs").next());
    CHECK(Random(1).stream("sqs").next() != Random(1).stream("lambda").next());
    CHECK(Random(1).stream("sqs").next() != Random(2).stream("sqs").next());
}

TEST_CASE("random: the generator's numbers never change, since recorded runs depend on them") {
    RandomStream stream = Random(1).stream("golden");
    const std::array<std::uint64_t, 3> first{stream.next(), stream.next(), stream.next()};
    RandomStream again = Random(1).stream("golden");
    CHECK(again.uuid().size() == 36);
    INFO(first[0] << " " << first[1] << " " << first[2]);
    CHECK(first == std::array<std::uint64_t, 3>{
                       17422620851245314074ULL, 6416787979149862197ULL, 2423533719926403214ULL});
}

TEST_CASE("random: below() stays in bounds and reaches every value") {
    RandomStream stream(3);
    std::array<int, 6> seen{};
    for (int draw = 0; draw < 6000; ++draw) {
        ++seen[stream.below(6)];
    }
    for (const int count : seen) {
        CHECK(count > 800);
    }
}

TEST_CASE("random: UUIDs are version 4") {
    RandomStream stream(4);
    for (int draw = 0; draw < 100; ++draw) {
        const std::string uuid = stream.uuid();
        CHECK(uuid[14] == '4');
        CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
        CHECK((uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-'));
    }
}

TEST_CASE("trace: a line is canonical JSON, whatever the order of the fields") {
    World world;
    world.loop.run_until(world.loop.start() + 1s);
    world.trace.record(
        "sqs/Orders", "sqs.message.sent", {{"b", 2}, {"a", "x\"\n"}, {"c", true}, {"d", 90s}});
    CHECK(world.trace[0].line() ==
          R"({"at":1767225601000000000,"data":{"a":"x\"\n","b":2,"c":true,"d":"1m30s"},)"
          R"("kind":"sqs.message.sent","seq":0,"source":"sqs/Orders"})");
    CHECK(Json::parse(world.trace[0].line()).dump() == world.trace[0].line());
}

TEST_CASE("trace: bytes that are no UTF-8 become replacement characters, and the line stays JSON") {
    World world;
    world.trace.record("s", "k", {{"text", std::string("\xff\xc3\xa9\xed\xa0\x80\x01", 7)}});
    CHECK(world.trace[0].json()["text"] == "\uFFFD\u00e9\uFFFD\uFFFD\uFFFD\u0001");
}

TEST_CASE("trace: a JSON string says the same wherever its letters stand, and however long it is") {
    const auto written = [](const std::string& text) {
        std::string json;
        append_json_string(json, text);
        return json;
    };
    for (int letter = 0; letter < 128; ++letter) {
        for (std::size_t place = 0; place < 17; ++place) {
            std::string text(17, 'x');
            text[16 - place] = '"';
            text[place] = static_cast<char>(letter);
            CHECK(Json::parse(written(text)) == text);
        }
    }
    for (std::size_t blanks = 0; blanks < 4; ++blanks) {
        std::string text(blanks, ' ');
        for (int i = 0; i < 1000; ++i) {
            text += "\u65e5\u672c\xF0\x9F\x98\x80\"";
        }
        CHECK(written(text) == Json(text).dump());
    }
}

TEST_CASE("trace: the fingerprint depends on every event and its order, and on nothing else") {
    const auto run = [](const std::vector<int>& values, bool keep) {
        World world;
        world.trace.keep_events(keep);
        for (const int value : values) {
            world.trace.record("s", "k", {{"v", value}});
        }
        return world.trace.fingerprint();
    };
    CHECK(run({1, 2}, true) == run({1, 2}, false));
    CHECK(run({1, 2}, true) != run({2, 1}, true));
    CHECK(run({1, 2}, true) != run({1}, true));
}

TEST_CASE("trace: observers see each event once, as it happens") {
    World world;
    std::vector<std::string> seen;
    world.trace.observe([&](const TraceEvent& event) { seen.push_back(std::string(event.kind)); });
    world.trace.record("s", "one", {});
    world.trace.record("s", "two", Json::object());
    CHECK(seen == std::vector<std::string>{"one", "two"});
}

TEST_CASE("faults: a rule fires for what it selects, at the occurrences it names, and is traced") {
    World world;
    world.faults.add({"lambda.crash", {{"function", "F"}}, 1'000'000, {2}});
    CHECK_FALSE(world.faults.fires("lambda.crash", {{"function", "G"}}));
    CHECK_FALSE(world.faults.fires("lambda.crash", {{"function", "F"}}));
    CHECK(world.faults.fires("lambda.crash", {{"function", "F"}}));
    CHECK_FALSE(world.faults.fires("lambda.crash", {{"function", "F"}}));
    REQUIRE(world.trace.size() == 1);
    CHECK(world.trace[0].line().find(R"("point":"lambda.crash","where":["function=F"])") !=
          std::string::npos);
}

TEST_CASE("faults: chance is drawn from the seed") {
    const auto hits = [](std::uint64_t seed) {
        World world(seed);
        world.faults.add({"sqs.deliver.duplicate", {}, 200'000, {}});
        std::vector<int> fired;
        for (int index = 0; index < 1000; ++index) {
            if (world.faults.fires("sqs.deliver.duplicate", {{"queue", "Q"}})) {
                fired.push_back(index);
            }
        }
        return fired;
    };
    CHECK(hits(1) == hits(1));
    CHECK(hits(1) != hits(2));
    CHECK(hits(1).size() > 150);
    CHECK(hits(1).size() < 250);
}
