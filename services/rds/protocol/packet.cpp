#include "services/rds/protocol/packet.h"

namespace orrery::rds {

std::uint64_t PacketReader::integer(std::size_t size) {
    const std::string_view field = bytes(size);
    std::uint64_t value = 0;
    for (std::size_t index = size; index > 0; --index) {
        value = value << 8U | static_cast<unsigned char>(field[index - 1]);
    }
    return value;
}

std::string_view PacketReader::bytes(std::size_t count) {
    if (count > rest_.size()) {
        throw MalformedPacket("packet ends within a field");
    }
    const auto field = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return field;
}

std::uint64_t PacketReader::lenenc_integer() {
    switch (const std::uint8_t first = u8()) {
        case 0xFC: return integer(2);
        case 0xFD: return integer(3);
        case 0xFE: return integer(8);
        case 0xFB:
        case 0xFF: throw MalformedPacket("no length-encoded integer");
        default: return first;
    }
}

std::string_view PacketReader::lenenc_bytes() {
    const std::uint64_t size = lenenc_integer();
    if (size > rest_.size()) {
        throw MalformedPacket("packet ends within a string");
    }
    return bytes(static_cast<std::size_t>(size));
}

std::string_view PacketReader::zero_terminated() {
    const auto zero = rest_.find('\0');
    if (zero == std::string_view::npos) {
        return rest();
    }
    const auto text = bytes(zero);
    rest_.remove_prefix(1);
    return text;
}

PacketWriter& PacketWriter::integer(std::uint64_t value, int size) {
    for (int index = 0; index < size; ++index) {
        payload_ += static_cast<char>(value & 0xFFU);
        value >>= 8U;
    }
    return *this;
}

PacketWriter& PacketWriter::lenenc_integer(std::uint64_t value) {
    if (value < 0xFB) {
        return u8(value);
    }
    if (value <= 0xFFFF) {
        return u8(0xFC).u16(value);
    }
    if (value <= 0xFFFFFF) {
        return u8(0xFD).u24(value);
    }
    return u8(0xFE).integer(value, 8);
}

PacketWriter& PacketWriter::bytes(std::string_view text) {
    payload_.append(text);
    return *this;
}

PacketWriter& PacketWriter::lenenc_bytes(std::string_view text) {
    return lenenc_integer(text.size()).bytes(text);
}

PacketWriter& PacketWriter::zero_terminated(std::string_view text) {
    return bytes(text).u8(0);
}

void append_packets(std::string& out, std::string_view payload, std::uint8_t& sequence) {
    for (;;) {
        const auto part = payload.substr(0, longest_packet);
        PacketWriter header;
        header.u24(part.size()).u8(sequence++);
        out.append(header.payload()).append(part);
        payload.remove_prefix(part.size());
        if (part.size() < longest_packet) {
            return;  // a payload of exactly that length is followed by an empty packet
        }
    }
}

std::optional<PacketAssembler::Payload> PacketAssembler::next(std::size_t limit) {
    std::size_t at = taken_;
    std::size_t size = 0;
    for (;;) {
        if (buffer_.size() - at < 4) {
            return std::nullopt;
        }
        PacketReader header(std::string_view(buffer_).substr(at, 4));
        const std::size_t low = header.u16();
        const std::size_t length = low | static_cast<std::size_t>(header.u8()) << 16U;
        size += length;
        if (size > limit) {
            throw MalformedPacket("packet is too long");
        }
        if (buffer_.size() - at - 4 < length) {
            return std::nullopt;
        }
        at += 4 + length;
        if (length < longest_packet) {
            break;
        }
    }
    Payload payload;
    payload.bytes.reserve(size);
    while (taken_ < at) {
        PacketReader header(std::string_view(buffer_).substr(taken_, 4));
        const std::size_t low = header.u16();
        const std::size_t length = low | static_cast<std::size_t>(header.u8()) << 16U;
        payload.sequence = header.u8();
        payload.bytes.append(buffer_, taken_ + 4, length);
        taken_ += 4 + length;
    }
    if (taken_ == buffer_.size()) {
        buffer_.clear();
        taken_ = 0;
    } else if (taken_ > (1U << 20U)) {
        buffer_.erase(0, taken_);
        taken_ = 0;
    }
    return payload;
}

}  // namespace orrery::rds
