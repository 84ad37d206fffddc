#include "services/aws/gzip.h"

#include "services/aws/error.h"

#include <catch2/catch.hpp>

namespace orrery::aws {

namespace {

/// What Python's gzip makes of "hello hello hello".
std::string compressed() {
    const unsigned char bytes[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                   0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x90, 0x00,
                                   0x80, 0x88, 0xf9, 0xe5, 0x11, 0x00, 0x00, 0x00};
    return std::string(reinterpret_cast<const char*>(bytes), sizeof(bytes));
}

std::string failure(const std::string& bytes, std::size_t limit = 1000) {
    try {
        decode_gzip(bytes, limit);
    } catch (const ApiError& error) {
        return error.message();
    }
    return "no error";
}

}  // namespace

TEST_CASE("aws gzip: a compressed body is read, a damaged or too large one refused") {
    const std::string good = compressed();
    CHECK(decode_gzip(good, 1000) == "hello hello hello");
    CHECK(failure(good, 5).find("too large") != std::string::npos);
    CHECK(failure("plain text that is no gzip").find("no gzip") != std::string::npos);
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK(failure(good.substr(0, size)) != "no error");
    }
    for (std::size_t place = 10; place < good.size(); ++place) {
        std::string damaged = good;
        damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
        CHECK(failure(damaged) != "no error");
    }
}

TEST_CASE("aws gzip: a header with a name and extra fields is passed over") {
    const std::string good = compressed();
    std::string longer = good.substr(0, 3) + static_cast<char>(4 | 8) + good.substr(4, 6);
    longer += std::string("\x02\x00xy", 4) + std::string("name\0", 5) + good.substr(10);
    CHECK(decode_gzip(longer, 1000) == "hello hello hello");
}

}  // namespace orrery::aws
