#include "services/kinesis/sequence_number.h"

#include <array>

namespace orrery::kinesis {

namespace {

__extension__ using Wide = unsigned __int128;

/// A number of 192 bits, lowest part first. From the top, in hexadecimal digits: 2; the second of
/// the shard's creation (9); the lowest digit of the shard's index; the record's index (16); 00;
/// the record's second (9); the shard's index (8); 2.
using Limbs = std::array<std::uint64_t, 3>;

constexpr std::uint64_t mark = 2;
constexpr std::uint64_t seconds_mask = (std::uint64_t{1} << 36) - 1;
constexpr std::size_t digits = 56;
constexpr std::size_t chunk_digits = 19;
constexpr std::uint64_t chunk = 10'000'000'000'000'000'000U;  // 10^19

Limbs limbs_of(const SequenceNumber& number) {
    const std::uint64_t at = static_cast<std::uint64_t>(number.at) & seconds_mask;
    const std::uint64_t created = static_cast<std::uint64_t>(number.shard_created) & seconds_mask;
    return {
        mark | std::uint64_t{number.shard} << 4 | at << 36,
        at >> 28 | number.index << 16,
        number.index >> 48 | std::uint64_t{number.shard & 15U} << 16 | created << 20 | mark << 56};
}

/// Divides in place and returns the remainder.
std::uint64_t divide(Limbs& limbs) {
    std::uint64_t remainder = 0;
    for (std::size_t place = limbs.size(); place-- > 0;) {
        const Wide part = Wide{remainder} << 64 | limbs[place];
        limbs[place] = static_cast<std::uint64_t>(part / chunk);
        remainder = static_cast<std::uint64_t>(part % chunk);
    }
    return remainder;
}

}  // namespace

void append_sequence_number(std::string& out, const SequenceNumber& number) {
    Limbs limbs = limbs_of(number);
    std::array<char, 3 * chunk_digits> text{};
    for (std::size_t end = text.size(); end > 0; end -= chunk_digits) {
        std::uint64_t part = divide(limbs);
        for (std::size_t place = end; place > end - chunk_digits;) {
            text[--place] = static_cast<char>('0' + part % 10);
            part /= 10;
        }
    }
    out.append(text.data() + text.size() - digits, digits);
}

std::string sequence_number_text(const SequenceNumber& number) {
    std::string text;
    append_sequence_number(text, number);
    return text;
}

std::optional<SequenceNumber> parse_sequence_number(std::string_view text) {
    if (text.size() != digits) {
        return std::nullopt;
    }
    Limbs limbs{};
    for (const char letter : text) {
        if (letter < '0' || letter > '9') {
            return std::nullopt;
        }
        auto carry = static_cast<std::uint64_t>(letter - '0');
        for (std::uint64_t& limb : limbs) {
            const Wide part = Wide{limb} * 10 + carry;
            limb = static_cast<std::uint64_t>(part);
            carry = static_cast<std::uint64_t>(part >> 64);
        }
    }
    SequenceNumber number;
    number.shard_created = static_cast<std::int64_t>(limbs[2] >> 20 & seconds_mask);
    number.shard = static_cast<std::uint32_t>(limbs[0] >> 4);
    number.index = limbs[1] >> 16 | limbs[2] << 48;
    number.at = static_cast<std::int64_t>((limbs[0] >> 36 | limbs[1] << 28) & seconds_mask);
    return limbs_of(number) == limbs ? std::optional(number) : std::nullopt;
}

}  // namespace orrery::kinesis
