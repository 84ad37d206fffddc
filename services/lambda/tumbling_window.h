/// TumblingWindow: a stretch of time of one shard whose records share a state. It invokes nothing.
#pragma once

#include "services/lambda/pending_record.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::lambda {

/// Why a function is invoked in a window.
enum class WindowCall : std::uint8_t {
    records,  // to aggregate them
    final,    // the window is over
    early,    // its state became too large
};

class TumblingWindow {
public:
    /// A state of more bytes ends its window early. [docs: services-kinesis-windows]
    static constexpr std::size_t state_bytes = 1'048'576;

    /// The window of `size`, whole seconds, that contains `instant`: windows begin at multiples of
    /// their size since the Unix epoch. (unverified; it fits the example of [docs:
    /// services-kinesis-windows])
    TumblingWindow(Instant instant, Duration size);

    Instant start() const { return start_; }
    Instant end() const { return end_; }
    bool contains(Instant instant) const { return start_ <= instant && instant < end_; }

    /// JSON text of an object.
    const std::string& state() const { return state_; }
    void set_state(std::string_view state) { state_ = state; }
    bool overflowing() const { return state_.size() > state_bytes; }

    /// A record of it is on its way to the function.
    void add(const PendingRecord& record);
    /// Since it began with a fresh state: its records, and whether the function has seen any.
    std::size_t records() const { return records_; }
    const PendingRecord& first() const { return first_; }
    const PendingRecord& last() const { return last_; }
    bool invoked() const { return invoked_; }
    void set_invoked() { invoked_ = true; }
    /// It begins anew, with a fresh state.
    void reset();

    /// Appends what an event has after its Records, from the comma on.
    void append_members(std::string& event,
                        std::string_view shard,
                        std::string_view stream_arn,
                        WindowCall call) const;

private:
    Instant start_;
    Instant end_;
    std::string members_;  // what every event has of it, up to its state: rendered once
    std::string state_ = "{}";
    std::size_t records_ = 0;
    PendingRecord first_;
    PendingRecord last_;
    bool invoked_ = false;
};

/// The "state" in what a function answered, as it wrote it. Nothing if there is none, or it is no
/// object: the invocation counts as failed then. [docs: services-kinesis-windows]
std::optional<std::string_view> returned_state(std::string_view response);

}  // namespace orrery::lambda
