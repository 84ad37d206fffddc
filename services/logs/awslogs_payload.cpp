#include "services/logs/awslogs_payload.h"

#include "services/aws/encoding.h"

#include <boost/crc.hpp>

#include <algorithm>
#include <cstdint>

namespace orrery::logs {

namespace {

constexpr std::size_t longest_block = 65'535;  // of deflate, uncompressed [RFC 1951]

void append_little_endian(std::string& out, std::uint64_t number, int bytes) {
    for (int byte = 0; byte < bytes; ++byte) {
        out += static_cast<char>(number >> (8 * byte) & 0xFF);
    }
}

}  // namespace

std::string gzip(std::string_view bytes) {
    // The header [RFC 1952]: deflate, no flags, no time, no hint, Unix.
    std::string out("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    std::string_view left = bytes;
    do {
        const std::string_view block = left.substr(0, longest_block);
        left.remove_prefix(block.size());
        out += left.empty() ? '\x01' : '\0';  // the last one has the lowest bit
        append_little_endian(out, block.size(), 2);
        append_little_endian(out, ~block.size(), 2);
        out += block;
    } while (!left.empty());
    boost::crc_32_type sum;
    sum.process_bytes(bytes.data(), bytes.size());
    append_little_endian(out, sum.checksum(), 4);
    append_little_endian(out, bytes.size(), 4);
    return out;
}

std::string awslogs_payload(std::string_view document) {
    std::string payload = R"({"awslogs":{"data":")";
    aws::append_base64(payload, gzip(document));
    return payload + R"("}})";
}

}  // namespace orrery::logs
