#include "services/logs/event_id.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace orrery::logs {

namespace {

constexpr std::size_t least_digits = 56;
constexpr std::size_t most_digits = 63;  // for times that 64 bits can say

/// 256 bits in eight parts, the lowest first. The timestamp takes bits 144 to 207, the sequence 0
/// to 63.
using Wide = std::array<std::uint32_t, 8>;

}  // namespace

std::string event_id(const EventKey& key) {
    const auto time = static_cast<std::uint64_t>(key.timestamp);
    Wide number{static_cast<std::uint32_t>(key.sequence),
                static_cast<std::uint32_t>(key.sequence >> 32),
                0,
                0,
                static_cast<std::uint32_t>(time << 16),
                static_cast<std::uint32_t>(time >> 16),
                static_cast<std::uint32_t>(time >> 48),
                0};
    std::string text(most_digits, '0');
    for (std::size_t place = most_digits; place-- > 0;) {
        std::uint64_t rest = 0;
        for (std::size_t part = number.size(); part-- > 0;) {
            rest = rest << 32 | number[part];
            number[part] = static_cast<std::uint32_t>(rest / 10);
            rest %= 10;
        }
        text[place] = static_cast<char>('0' + rest);
    }
    // 56 until the year 2112.
    return text.substr(std::min(text.find_first_not_of('0'), most_digits - least_digits));
}

std::optional<EventKey> parse_event_id(std::string_view text) {
    const bool all_digits =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (text.size() < least_digits || text.size() > most_digits || !all_digits) {
        return std::nullopt;
    }
    Wide number{};
    for (const char digit : text) {
        std::uint64_t carry = static_cast<std::uint64_t>(digit - '0');
        for (std::uint32_t& part : number) {
            carry += std::uint64_t{part} * 10;
            part = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
    }
    const std::uint64_t time =
        std::uint64_t{number[6]} << 48 | std::uint64_t{number[5]} << 16 | number[4] >> 16;
    return EventKey{static_cast<std::int64_t>(time), std::uint64_t{number[1]} << 32 | number[0]};
}

}  // namespace orrery::logs
