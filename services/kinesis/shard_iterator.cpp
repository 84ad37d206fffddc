#include "services/kinesis/shard_iterator.h"

#include "services/aws/encoding.h"

namespace orrery::kinesis {

namespace {

// AWS's iterators begin so as well: AAAAAAAAAAE=, eight bytes.
constexpr std::string_view first_bytes("\0\0\0\0\0\0\0\1", 8);
constexpr std::size_t stream_id_size = 24;
constexpr std::size_t fixed_size = first_bytes.size() + stream_id_size + 3 * sizeof(std::uint64_t);

void append_number(std::string& bytes, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(number >> shift & 0xFF);
    }
}

std::uint64_t number_at(std::string_view bytes, std::size_t place) {
    std::uint64_t number = 0;
    for (const char byte : bytes.substr(place, sizeof number)) {
        number = number << 8 | static_cast<unsigned char>(byte);
    }
    return number;
}

}  // namespace

std::string iterator_text(const ShardIterator& iterator) {
    std::string bytes(first_bytes);
    bytes += iterator.stream_id;
    append_number(bytes, iterator.shard);
    append_number(bytes, iterator.next);
    append_number(bytes,
                  static_cast<std::uint64_t>(iterator.created_at.time_since_epoch().count()));
    bytes += iterator.stream;
    return aws::base64(bytes);
}

std::optional<ShardIterator> parse_iterator(std::string_view text) {
    const std::optional<std::string> bytes = aws::decode_base64(text);
    if (!bytes || bytes->size() <= fixed_size || !bytes->starts_with(first_bytes)) {
        return std::nullopt;
    }
    ShardIterator iterator;
    std::size_t place = first_bytes.size();
    iterator.stream_id = bytes->substr(place, stream_id_size);
    place += stream_id_size;
    iterator.shard = static_cast<std::uint32_t>(number_at(*bytes, place));
    iterator.next = number_at(*bytes, place + sizeof(std::uint64_t));
    iterator.created_at = Instant(
        Duration(static_cast<std::int64_t>(number_at(*bytes, place + 2 * sizeof(std::uint64_t)))));
    iterator.stream = bytes->substr(fixed_size);
    return iterator;
}

}  // namespace orrery::kinesis
