#include "services/sqs/message.h"

#include "engine/random.h"

#include <algorithm>

namespace orrery::sqs {

MessageId MessageId::draw(RandomStream& random) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::uint64_t version_4 = 0x4000;
    constexpr std::uint64_t variant = 0x8000000000000000;
    const std::array<std::uint64_t, 2> words{(random.next() & ~std::uint64_t{0xF000}) | version_4,
                                             (random.next() >> 2) | variant};
    MessageId id;
    std::size_t place = 0;
    for (const std::uint64_t word : words) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            if (place == 8 || place == 13 || place == 18 || place == 23) {
                id.text_[place++] = '-';
            }
            id.text_[place++] = digits[word >> shift & 15];
        }
    }
    return id;
}

std::optional<MessageId> MessageId::parse(std::string_view text) {
    MessageId id;
    if (text.size() != id.text_.size()) {
        return std::nullopt;
    }
    std::copy(text.begin(), text.end(), id.text_.begin());
    return id;
}

std::string MessageExtras::sequence_number() const {
    return fifo_place == 0 ? "" : fifo_sequence_number(fifo_place);
}

/// AWS's are 128-bit numbers that are not consecutive. [docs: FIFO queue and message identifiers]
/// Ours begin as recorded ones do and leave as large gaps.
std::string fifo_sequence_number(std::int64_t fifo_place) {
    constexpr std::string_view prefix = "18849";
    constexpr std::int64_t first = 496'460'467'696'128;
    constexpr std::int64_t gap = 256;
    return std::string(prefix) + std::to_string(first + gap * fifo_place);
}

const std::vector<MessageAttribute>& Message::attributes() const {
    static const std::vector<MessageAttribute> none;
    return extras == nullptr ? none : extras->attributes;
}

std::size_t size_bytes(std::string_view body, const std::vector<MessageAttribute>& attributes) {
    std::size_t bytes = body.size();
    for (const MessageAttribute& attribute : attributes) {
        bytes += attribute.name.size() + attribute.data_type.size() + attribute.value.size();
    }
    return bytes;
}

}  // namespace orrery::sqs
