#include "services/sqs/base64.h"

#include <array>
#include <cstdint>

namespace orrery::sqs {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t not_a_digit = 255;

constexpr std::array<std::uint8_t, 256> digit_values() {
    std::array<std::uint8_t, 256> values{};
    values.fill(not_a_digit);
    for (std::size_t index = 0; index < alphabet.size(); ++index) {
        values[static_cast<unsigned char>(alphabet[index])] = static_cast<std::uint8_t>(index);
    }
    return values;
}

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
    return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0U;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
    std::size_t place = out.size();
    out.resize(place + (bytes.size() + 2) / 3 * 4);
    for (std::size_t index = 0; index < bytes.size(); index += 3) {
        const std::uint32_t group = byte_at(bytes, index) << 16 | byte_at(bytes, index + 1) << 8 |
                                    byte_at(bytes, index + 2);
        out[place++] = alphabet[group >> 18];
        out[place++] = alphabet[group >> 12 & 63];
        out[place++] = index + 1 < bytes.size() ? alphabet[group >> 6 & 63] : '=';
        out[place++] = index + 2 < bytes.size() ? alphabet[group & 63] : '=';
    }
}

std::optional<std::string> decode_base64(std::string_view text) {
    static constexpr std::array<std::uint8_t, 256> values = digit_values();
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t index = 0; index < text.size(); index += 4) {
        std::uint32_t group = 0;
        for (std::size_t place = index; place < index + 4; ++place) {
            const bool padded = place >= text.size() - padding;
            const std::uint8_t value =
                padded ? std::uint8_t{0} : values[static_cast<unsigned char>(text[place])];
            if (value == not_a_digit) {
                return std::nullopt;
            }
            group = group << 6 | value;
        }
        bytes += static_cast<char>(group >> 16 & 255);
        bytes += static_cast<char>(group >> 8 & 255);
        bytes += static_cast<char>(group & 255);
    }
    bytes.resize(bytes.size() - padding);
    return bytes;
}

}  // namespace orrery::sqs
