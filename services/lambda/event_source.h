/// What an SQS event source mapping needs of a queue; wired to services/sqs in one place, so
/// neither knows the other.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// A received message, as far as batching needs to know it.
struct QueueMessage {
    std::uint64_t handle = 0;     // names this receipt of the message
    std::string_view message_id;  // valid until the message is deleted, moved or received again
    std::size_t body_bytes = 0;
    std::string_view trace_header = {};  // AWSTraceHeader; valid as long as the id
};

/// A queue that a mapping polls.
class QueueSource {
public:
    virtual ~QueueSource() = default;

    virtual std::string arn() const = 0;
    virtual bool fifo() const = 0;
    virtual Duration visibility_timeout() const = 0;

    /// Takes up to `max` (1..10) visible messages now, possibly none, hiding them for `visibility`.
    virtual std::vector<QueueMessage> receive(int max, std::optional<Duration> visibility) = 0;
    /// Calls `visible` once, as an event, as soon as a message can be received (at once if one
    /// can). Only one watcher may wait per token; the returned token ends the wait when it is
    /// destroyed.
    virtual std::unique_ptr<struct QueueWatch> watch(std::function<void()> visible) = 0;
    virtual void remove(const std::vector<std::uint64_t>& handles) = 0;
    /// They can be received again at once.
    virtual void give_back(const std::vector<std::uint64_t>& handles) = 0;

    /// Appends the message as one element of a Lambda event's Records array.
    virtual void append_record(std::uint64_t handle, std::string& json) const = 0;
};

/// Destroying it ends the wait.
struct QueueWatch {
    virtual ~QueueWatch() = default;
};

}  // namespace orrery::lambda
