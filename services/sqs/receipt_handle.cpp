#include "services/sqs/receipt_handle.h"

#include "services/aws/encoding.h"

#include <array>
#include <cstring>

namespace orrery::sqs {

namespace {

constexpr std::string_view prefix = "AQEB";  // how AWS's handles begin

std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
    value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
    return value ^ (value >> 33);
}

}  // namespace

std::uint64_t receipt_tag(std::string_view queue_arn, std::uint32_t incarnation) {
    std::uint64_t hash = 0xcbf29ce484222325 + incarnation;  // FNV-1a
    for (const char letter : queue_arn) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
    }
    return hash;
}

void append_receipt_handle(std::string& out, std::uint64_t tag, std::uint64_t handle) {
    // Two words: a check that only this queue and handle give, and the handle hidden behind it.
    const std::uint64_t check = mix(tag ^ mix(handle));
    const std::array<std::uint64_t, 2> words{check, handle ^ mix(check)};
    std::array<char, sizeof words> bytes{};
    std::memcpy(bytes.data(), words.data(), sizeof words);
    out += prefix;
    aws::append_base64(out, {bytes.data(), bytes.size()});
}

std::optional<std::uint64_t> parse_receipt_handle(std::string_view text, std::uint64_t tag) {
    std::array<std::uint64_t, 2> words{};
    if (!text.starts_with(prefix)) {
        return std::nullopt;
    }
    const std::optional<std::string> bytes = aws::decode_base64(text.substr(prefix.size()));
    if (!bytes || bytes->size() != sizeof words) {
        return std::nullopt;
    }
    std::memcpy(words.data(), bytes->data(), sizeof words);
    const std::uint64_t handle = words[1] ^ mix(words[0]);
    return words[0] == mix(tag ^ mix(handle)) ? std::optional(handle) : std::nullopt;
}

}  // namespace orrery::sqs
