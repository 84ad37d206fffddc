#include "services/aws/crc32.h"

#include <array>
#include <cstddef>

namespace orrery::aws {

namespace {

// Eight bytes at a time: a table for each of them says what it does to the sum from there
// [Kounavis and Berry, A systematic approach to building high performance software-based CRC
// generators].
constexpr std::size_t slices = 8;
using Tables = std::array<std::array<std::uint32_t, 256>, slices>;

constexpr Tables make_tables() {
    constexpr std::uint32_t polynomial = 0xEDB88320;
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t sum = byte;
        for (int bit = 0; bit < 8; ++bit) {
            sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? polynomial : 0U);
        }
        tables[0][byte] = sum;
    }
    for (std::size_t slice = 1; slice < slices; ++slice) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t sum = tables[slice - 1][byte];
            tables[slice][byte] = (sum >> 8U) ^ tables[0][sum & 0xFFU];
        }
    }
    return tables;
}

constexpr Tables tables = make_tables();

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t sum = 0xFFFFFFFF;
    const auto byte = [&bytes](std::size_t index) -> std::uint32_t {
        return static_cast<unsigned char>(bytes[index]);
    };
    for (; bytes.size() >= slices; bytes.remove_prefix(slices)) {
        sum ^= byte(0) | byte(1) << 8U | byte(2) << 16U | byte(3) << 24U;
        sum = tables[7][sum & 0xFFU] ^ tables[6][sum >> 8U & 0xFFU] ^
              tables[5][sum >> 16U & 0xFFU] ^ tables[4][sum >> 24U] ^ tables[3][byte(4)] ^
              tables[2][byte(5)] ^ tables[1][byte(6)] ^ tables[0][byte(7)];
    }
    for (; !bytes.empty(); bytes.remove_prefix(1)) {
        sum = (sum >> 8U) ^ tables[0][(sum ^ byte(0)) & 0xFFU];
    }
    return ~sum;
}

}  // namespace orrery::aws
