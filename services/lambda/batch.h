/// Batch: messages on their way to a function in one invocation, and which of them its answer calls
/// failed.
#pragma once

#include "engine/timeline.h"
#include "services/lambda/call.h"
#include "services/lambda/event_source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// A message that was received for a batch.
struct Received {
    std::uint64_t handle = 0;
    std::string message_id;  // empty unless the mapping takes partial answers, which alone need it
    Instant hidden_until;    // when its visibility timeout ends
    std::string trace_header;  // what it was sent with; usually empty
};

class Batch {
public:
    Batch() : call_(std::make_shared<Call>()) {}

    /// Empties it for the next messages; the payload's memory stays.
    void clear();
    bool empty() const { return handles_.empty(); }
    std::size_t size() const { return handles_.size(); }

    /// Adds a message, unless that would make the payload larger than an invocation may be; then it
    /// returns false. The first message always fits: there is no smaller batch.
    bool add(Received message, std::string_view record);
    /// Makes the call complete: nothing can be added any more.
    void close();

    const std::shared_ptr<Call>& call() const { return call_; }
    const std::vector<std::uint64_t>& handles() const { return handles_; }
    const std::vector<std::string>& message_ids() const { return message_ids_; }
    /// The earliest end of a visibility timeout.
    Instant hidden_until() const { return hidden_until_; }

    Duration back_off{};  // before the next attempt, once throttled
    EventId retry;

private:
    std::shared_ptr<Call> call_;  // its payload is the Lambda event
    std::vector<std::uint64_t> handles_;
    std::vector<std::string> message_ids_;
    Instant hidden_until_;
};

/// Which messages stay in the queue after `response`, as indices into `message_ids`. Nothing if the
/// response means that the whole batch failed. [docs: services-sqs-errorhandling; LS
/// test_report_batch_item_failures]
std::optional<std::vector<std::size_t>> failed_items(std::string_view response,
                                                     const std::vector<std::string>& message_ids);

}  // namespace orrery::lambda
