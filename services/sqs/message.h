/// A message: what its sender said and what a queue knows of it.
#pragma once

#include "engine/time.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
class RandomStream;
}

namespace orrery::sqs {

/// A version 4 UUID. Kept as text: it is rendered once, when the message is sent, and read many
/// times.
class MessageId {
public:
    MessageId() = default;
    static MessageId draw(RandomStream& random);
    /// Nothing if it has not the length of one.
    static std::optional<MessageId> parse(std::string_view text);

    std::string_view text() const { return {text_.data(), text_.size()}; }
    friend bool operator==(const MessageId&, const MessageId&) = default;

private:
    std::array<char, 36> text_{};
};

struct MessageAttribute {
    std::string name;
    std::string
        data_type;      // "String", "Number" or "Binary", perhaps with a custom label: "Number.int"
    std::string value;  // the text, or the bytes of a binary value

    bool binary() const { return data_type.starts_with("Binary"); }
};

/// What few messages have; kept apart so that the others stay small.
struct MessageExtras {
    std::vector<MessageAttribute> attributes;  // sorted by name
    std::string trace_header;                  // AWSTraceHeader
    std::string group_id;
    std::string deduplication_id;    // FIFO
    std::int64_t fifo_place = 0;     // FIFO: counts the queue's messages, from 1
    std::string dead_letter_source;  // the ARN of the queue it was moved from

    /// "" if the queue is no FIFO queue.
    std::string sequence_number() const;
};

/// 20 digits, increasing with `fifo_place`.
std::string fifo_sequence_number(std::int64_t fifo_place);

struct Message {
    MessageId id;
    std::uint32_t receive_count = 0;
    std::string body;
    std::unique_ptr<MessageExtras> extras;  // null if there are none
    Instant sent_at;
    Instant first_received_at;  // meaningful once receive_count > 0, as is the next
    Instant received_at;

    const std::vector<MessageAttribute>& attributes() const;
};

/// The attributes' text and bytes count for a message's size just as its body does. [botocore
/// SendMessage]
std::size_t size_bytes(std::string_view body, const std::vector<MessageAttribute>& attributes);

}  // namespace orrery::sqs
