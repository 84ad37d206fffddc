#include "services/sqs/md5.h"

#include "services/aws/encoding.h"

#include <array>

namespace orrery::sqs {

namespace {

std::array<char, 4> big_endian(std::size_t length) {
    return {static_cast<char>(length >> 24 & 255),
            static_cast<char>(length >> 16 & 255),
            static_cast<char>(length >> 8 & 255),
            static_cast<char>(length & 255)};
}

/// Made once: looking the algorithm up costs more than a short message's sum. Between sums it holds
/// nothing.
aws::Md5& shared_sum() {
    static aws::Md5 sum;
    return sum;
}

}  // namespace

std::string md5_of_body(std::string_view body) {
    aws::Md5& sum = shared_sum();
    sum.add(body);
    return sum.hex();
}

/// [docs: sqs-message-metadata, "Calculating the MD5 message digest for message attributes"]
std::string md5_of_attributes(const std::vector<MessageAttribute>& attributes) {
    aws::Md5& sum = shared_sum();
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
