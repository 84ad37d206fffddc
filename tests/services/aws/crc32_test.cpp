#include "services/aws/crc32.h"

#include <boost/crc.hpp>
#include <catch2/catch.hpp>

#include <string>

using orrery::aws::crc32;

TEST_CASE("crc32: the check value of the sum's catalogue") {
    CHECK(crc32("123456789") == 0xCBF43926);
    CHECK(crc32("") == 0);
}

TEST_CASE("crc32: texts of every length have the sum that Boost finds") {
    std::string text;
    for (int length = 0; length < 70; ++length) {
        boost::crc_32_type sum;
        sum.process_bytes(text.data(), text.size());
        CHECK(crc32(text) == sum.checksum());
        text += static_cast<char>(length * 37 + 200);
    }
}
