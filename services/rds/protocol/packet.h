/// MySQL's packets: a stream of bytes as payloads, payloads as typed fields. Never reads past what
/// has arrived.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace orrery::rds {

inline constexpr std::size_t max_allowed_packet = 64U * 1024 * 1024;
inline constexpr std::size_t longest_packet =
    0xFFFFFF;  // a longer payload goes on in the next packet

/// A payload that ends too early or holds what it must not.
class MalformedPacket : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class PacketReader {
public:
    explicit PacketReader(std::string_view payload) : rest_(payload) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
    std::uint64_t lenenc_integer();
    std::string_view bytes(std::size_t count);
    std::string_view lenenc_bytes();
    /// Up to a zero byte, which is taken too; or, if there is none, to the end.
    std::string_view zero_terminated();
    std::string_view rest() { return bytes(rest_.size()); }
    bool at_end() const { return rest_.empty(); }

private:
    std::uint64_t integer(std::size_t size);

    std::string_view rest_;
};

class PacketWriter {
public:
    PacketWriter& u8(std::uint64_t value) { return integer(value, 1); }
    PacketWriter& u16(std::uint64_t value) { return integer(value, 2); }
    PacketWriter& u24(std::uint64_t value) { return integer(value, 3); }
    PacketWriter& u32(std::uint64_t value) { return integer(value, 4); }
    PacketWriter& lenenc_integer(std::uint64_t value);
    PacketWriter& bytes(std::string_view text);
    PacketWriter& lenenc_bytes(std::string_view text);
    PacketWriter& zero_terminated(std::string_view text);

    const std::string& payload() const { return payload_; }

private:
    PacketWriter& integer(std::uint64_t value, int size);

    std::string payload_;
};

/// Appends `payload` to `out` as one or more packets; `sequence` counts on.
void append_packets(std::string& out, std::string_view payload, std::uint8_t& sequence);

/// Cuts a stream into payloads.
class PacketAssembler {
public:
    struct Payload {
        std::string bytes;
        std::uint8_t sequence = 0;  // of its last packet
    };

    void feed(std::string_view bytes) { buffer_.append(bytes); }
    /// The next whole payload; nothing if more bytes are needed. Throws MalformedPacket beyond
    /// `limit` bytes.
    std::optional<Payload> next(std::size_t limit);

private:
    std::string buffer_;
    std::size_t taken_ = 0;
};

}  // namespace orrery::rds
