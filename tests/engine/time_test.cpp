#include "engine/time.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace std::chrono_literals;

TEST_CASE("time: instants have ISO 8601 text with milliseconds, and read it back") {
    const Instant start{Duration(1'767'225'600'123'456'789)};
    CHECK(iso8601(start) == "2026-01-01T00:00:00.123Z");
    CHECK(parse_instant("2026-01-01T00:00:00.123456789Z") == start);
    CHECK(parse_instant("2026-01-01T00:00:00Z") == start - Duration(123'456'789));
    CHECK(iso8601(Instant(Duration(-1))) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("time: what is no instant is refused") {
    for (const char* text : {"",
                             "2026-01-01",
                             "2026-13-01T00:00:00Z",
                             "2026-02-30T00:00:00Z",
                             "2026-01-01T24:00:00Z",
                             "2026-01-01T00:00:00",
                             "2026-01-01T00:00:00.Z",
                             "2026-01-01T00:00:00+02:00",
                             "1969-01-01T00:00:00Z",
                             "9999-01-01T00:00:00Z"}) {
        INFO(text);
        CHECK_FALSE(parse_instant(text));
    }
}

TEST_CASE("time: durations read with units and print in their shortest exact form") {
    CHECK(parse_duration("10s") == 10s);
    CHECK(parse_duration("1m30s") == 90s);
    CHECK(parse_duration("1.5s") == 1500ms);
    CHECK(parse_duration("350ms") == 350ms);
    CHECK(parse_duration("2h") == 2h);
    CHECK(parse_duration("4d") == 96h);
    CHECK(parse_duration("20us5ns") == 20'005ns);
    CHECK(format_duration(0s) == "0s");
    CHECK(format_duration(90s) == "1m30s");
    CHECK(format_duration(1500us) == "1.5ms");
    CHECK(format_duration(31250ms) == "31.25s");
    CHECK(format_duration(49h + 1ns) == "2d1h1ns");
    CHECK(format_duration(-5s) == "-5s");
}

TEST_CASE("time: what is no duration is refused") {
    for (const char* text :
         {"", "5", "s", "-5s", "1.s", "1.5", "1x", "1 s", "0.1ns", "99999999999d", "1s5"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("time: every printed duration reads back as itself") {
    for (std::int64_t value = 1; value < 4'000'000'000'000'000'000 / 7; value = value * 7 + 3) {
        const Duration duration(value);
        INFO(value);
        if (duration < 100 * 365 * 24h) {
            CHECK(parse_duration(format_duration(duration)) == duration);
        }
    }
}

TEST_CASE("time: epoch milliseconds and seconds round down, before 1970 too") {
    CHECK(epoch_millis(Instant(1999us)) == 1);
    CHECK(epoch_millis(Instant(-1us)) == -1);
    CHECK(epoch_seconds(Instant(-1ms)) == -1);
}
