#include "services/sqs/md5.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace orrery::sqs {

namespace {

// floor(2^32 * |sin(i + 1)|), RFC 1321 section 3.4.
constexpr std::array<std::uint32_t, 64> sines{
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

constexpr std::array<std::array<int, 4>, 4> rotations{
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

std::array<char, 4> big_endian(std::size_t length) {
    return {static_cast<char>(length >> 24 & 255),
            static_cast<char>(length >> 16 & 255),
            static_cast<char>(length >> 8 & 255),
            static_cast<char>(length & 255)};
}

}  // namespace

void Md5::add_block(const char* block) {
    static_assert(std::endian::native == std::endian::little);
    std::array<std::uint32_t, 16> words{};
    std::memcpy(words.data(), block, sizeof words);
    auto [a, b, c, d] = state_;
    const auto step = [&](std::size_t index, std::uint32_t mixed, std::size_t word) {
        // What does not depend on the step before is added first, while that one still runs.
        const std::uint32_t sum = (a + sines[index] + words[word % 16]) + mixed;
        a = d;
        d = c;
        c = b;
        b += std::rotl(sum, rotations[index / 16][index % 4]);
    };
    for (std::size_t index = 0; index < 16; ++index) {
        step(index, d ^ (b & (c ^ d)), index);
    }
    for (std::size_t index = 16; index < 32; ++index) {
        step(index, c ^ (d & (b ^ c)), 5 * index + 1);
    }
    for (std::size_t index = 32; index < 48; ++index) {
        step(index, b ^ c ^ d, 3 * index + 5);
    }
    for (std::size_t index = 48; index < 64; ++index) {
        step(index, c ^ (b | ~d), 7 * index);
    }
    state_[0] += a;
    state_[1] += b;
    state_[2] += c;
    state_[3] += d;
}

void Md5::add(std::string_view bytes) {
    std::size_t filled = size_ % pending_.size();
    size_ += bytes.size();
    if (filled > 0) {
        const std::size_t taken = std::min(bytes.size(), pending_.size() - filled);
        std::memcpy(pending_.data() + filled, bytes.data(), taken);
        bytes.remove_prefix(taken);
        filled += taken;
        if (filled < pending_.size()) {
            return;
        }
        add_block(pending_.data());
    }
    for (; bytes.size() >= pending_.size(); bytes.remove_prefix(pending_.size())) {
        add_block(bytes.data());
    }
    std::copy(bytes.begin(), bytes.end(), pending_.begin());
}

std::string Md5::hex() {
    const std::uint64_t bits = size_ * 8;
    static constexpr std::array<char, 64> padding{static_cast<char>(0x80)};
    const std::size_t filled = size_ % pending_.size();
    add({padding.data(), (filled < 56 ? 56 : 120) - filled});
    std::array<char, 8> length{};
    std::memcpy(length.data(), &bits, sizeof bits);
    add({length.data(), length.size()});

    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(32, '0');
    std::size_t place = 0;
    for (const std::uint32_t word : state_) {
        for (int shift = 0; shift < 32; shift += 8) {
            text[place++] = digits[word >> (shift + 4) & 15];
            text[place++] = digits[word >> shift & 15];
        }
    }
    return text;
}

std::string md5_of_body(std::string_view body) {
    Md5 sum;
    sum.add(body);
    return sum.hex();
}

/// [docs: sqs-message-metadata, "Calculating the MD5 message digest for message attributes"]
std::string md5_of_attributes(const std::vector<MessageAttribute>& attributes) {
    Md5 sum;
    const auto add_with_length = [&sum](std::string_view text) {
        const std::array<char, 4> length = big_endian(text.size());
        sum.add({length.data(), length.size()});
        sum.add(text);
    };
    for (const MessageAttribute& attribute : attributes) {
        add_with_length(attribute.name);
        add_with_length(attribute.data_type);
        sum.add(attribute.binary() ? "\2" : "\1");
        add_with_length(attribute.value);
    }
    return sum.hex();
}

}  // namespace orrery::sqs
