#include "services/aws/event_stream.h"

#include <catch2/catch.hpp>

using namespace orrery;

TEST_CASE("event stream: an empty message has two lengths and two checksums") {
    // The smallest message there is; its checksums are in the encoding's public test vectors.
    const std::string message = aws::event_stream_message({}, "");
    CHECK(message ==
          std::string("\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2\x48\xeb\x7d\x98\xc8\xff", 16));
}

TEST_CASE("event stream: headers are text with a type before it") {
    const std::string message = aws::event_stream_message({{":event-type", "A"}}, "xy");
    REQUIRE(message.size() == 16 + 1 + 11 + 1 + 2 + 1 + 2);
    CHECK(message.substr(12, 16) == std::string("\x0b:event-type\x07\x00\x01"
                                                "A",
                                                16));
    CHECK(message.substr(28, 2) == "xy");
}
