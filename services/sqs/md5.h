/// MD5 (RFC 1321), with which SQS lets a client check what it sent and received. Not for anything
/// secret.
#pragma once

#include "services/sqs/message.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::sqs {

class Md5 {
public:
    void add(std::string_view bytes);
    /// 32 lower-case hexadecimal digits; call it once, last.
    std::string hex();

private:
    void add_block(const char* block);

    std::array<std::uint32_t, 4> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    std::array<char, 64> pending_{};
    std::uint64_t size_ = 0;
};

std::string md5_of_body(std::string_view body);
/// `attributes` sorted by name, as a Message keeps them.
std::string md5_of_attributes(const std::vector<MessageAttribute>& attributes);

}  // namespace orrery::sqs
