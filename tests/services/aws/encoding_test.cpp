#include "services/aws/encoding.h"

#include <catch2/catch.hpp>

#include <utility>
#include <vector>

using namespace orrery::aws;

TEST_CASE("aws base64: the vectors of RFC 4648, both ways; other text is refused") {
    const std::vector<std::pair<std::string, std::string>> vectors{
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        std::string encoded;
        append_base64(encoded, bytes);
        CHECK(encoded == text);
        CHECK(decode_base64(text) == bytes);
    }
    for (const char* text : {"Z", "Zg=", "Z===", "====", "Zm 9v", "Zg==Zg==", "Zm9\n"}) {
        CAPTURE(text);
        CHECK_FALSE(decode_base64(text).has_value());
    }
}

TEST_CASE("aws md5: one object makes one sum after another, from any pieces") {
    Md5 sum;
    sum.add("abc");
    CHECK(sum.hex() == "900150983cd24fb0d6963f7d28e17f72");  // RFC 1321
    sum.add("a");
    sum.add("bc");
    CHECK(sum.hex() == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(sum.hex() == "d41d8cd98f00b204e9800998ecf8427e");
}
