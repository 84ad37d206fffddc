/// StreamLane: records of a shard that stay in order: gathers them into batches, says why a batch
/// is complete, and delivers one at a time. With tumbling windows it also closes these.
#pragma once

#include "engine/timeline.h"
#include "services/lambda/batch_delivery.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::lambda {

/// What a lane can expect after the records that it has.
enum class Supply : std::uint8_t {
    unknown,    // the shard is to be read first
    throttled,  // likewise, but its limits are exceeded
    exhausted,  // nothing more is there now
    ended,      // nothing more will ever come
};

/// What a lane that can do more than it did wants.
enum class Wish : std::uint8_t {
    advance,  // with what it has
    read,     // after the shard was read again
};

class StreamLane {
public:
    using Stir = std::function<void(Wish)>;

    /// `stir` is called when the lane can do more. `mapping` and `shard` must outlive the lane.
    StreamLane(StreamMapping& mapping, const std::string& shard, Stir stir);
    ~StreamLane();
    StreamLane(const StreamLane&) = delete;
    StreamLane& operator=(const StreamLane&) = delete;

    void push(const PendingRecord& record) { queue_.push_back(record); }
    std::size_t queued() const { return queue_.size(); }
    /// Delivers what can be delivered now.
    void advance(Supply supply);
    /// Whether more records would be of use now: it is not waiting for the function.
    bool idle() const { return !delivery_->busy(); }
    bool invoking() const { return delivery_->invoking(); }
    /// Nothing is left to do, for now.
    bool empty() const;
    /// Delivers no more. What is being invoked is finished, and `stir` is called then.
    void stop();

    /// The one where reading would go on if all of the lane was forgotten. Null if it has nothing.
    const PendingRecord* first_unfinished() const;

private:
    bool step(Supply supply);
    std::optional<std::string_view> fill();
    bool enter_window(const PendingRecord& record);
    std::optional<std::string_view> complete(Supply supply) const;
    bool window_over(Supply supply) const;
    bool end_window(std::string_view reason);
    void deliver(std::string_view reason);
    void arm_batching_window();

    StreamMapping& mapping_;
    const std::string& shard_;
    Stir stir_;
    std::deque<PendingRecord> queue_;
    std::shared_ptr<BatchDelivery> delivery_;
    bool gathering_ = false;  // the delivery's batch has records that are not being delivered
    bool due_ = false;        // its batching window is over
    EventId batching_;
    std::optional<TumblingWindow> window_;
    bool closing_window_ = false;  // what is being delivered is its end
    EventId window_end_;
};

}  // namespace orrery::lambda
