#include "services/sqs/message.h"

#include "engine/random.h"

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
