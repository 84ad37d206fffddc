/// SqsPoller: receives messages for an event source mapping, batches them, invokes, and deletes
/// what was processed.
#pragma once

#include "engine/timeline.h"
#include "services/lambda/batch.h"
#include "services/lambda/operations.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::lambda {

class Functions;

/// What a mapping's owner can set, as far as its poller acts on it.
struct PollerSettings {
    FunctionReference function;
    std::size_t batch_size = 10;
    Duration window{};  // how long to gather a batch, from its first message on
    bool report_item_failures = false;
    std::optional<std::int64_t> maximum_concurrency;
};

class SqsPoller : public std::enable_shared_from_this<SqsPoller> {
public:
    /// The rest must outlive the poller.
    SqsPoller(World& world, Functions& functions, std::unique_ptr<QueueSource> queue);
    ~SqsPoller();
    SqsPoller(const SqsPoller&) = delete;
    SqsPoller& operator=(const SqsPoller&) = delete;

    /// Polls from now on, as `settings` say.
    void start(PollerSettings settings);
    /// Receives no more. What is being invoked is finished; messages that wait for their invocation
    /// reappear when their visibility timeouts end.
    void stop();

    const QueueSource& queue() const { return *queue_; }

private:
    struct Leftover {
        Received message;
        std::string record;
    };

    std::int64_t ceiling() const;
    std::int64_t floor() const;
    Duration visibility_timeout() const;

    void pump();
    bool gather();
    void put_back();
    void forget_visible();
    void take_leftovers();
    bool receive();
    void wait_for_messages();
    void arm_window();
    void arm_growth();
    void grow();

    std::shared_ptr<Batch> spare_batch();
    void dispatch();
    void attempt(const std::shared_ptr<Batch>& batch);
    void throttled(const std::shared_ptr<Batch>& batch);
    void finished(const std::shared_ptr<Batch>& batch, const Outcome& outcome);
    void settle(const Batch& batch, const Outcome& outcome);
    void release(const std::shared_ptr<Batch>& batch);

    World& world_;
    Functions& functions_;
    std::unique_ptr<QueueSource> queue_;
    PollerSettings settings_;
    bool running_ = false;

    std::int64_t active_ = 0;   // batches being invoked, or waiting for that after being throttled
    std::int64_t allowed_ = 0;  // how many there may be; grows while there is a backlog
    EventId growth_;
    Instant last_growth_;

    std::shared_ptr<Batch> gathering_;  // null while nothing is gathered
    bool due_ = false;                  // its window is over; never without a batch
    EventId window_;
    std::deque<Leftover> leftovers_;  // received, but too large for the batch before

    std::unique_ptr<QueueWatch> watch_;
    std::unique_ptr<QueueWatch> spent_watch_;
    bool watching_ = false;

    std::vector<std::shared_ptr<Batch>> throttled_;
    std::vector<std::shared_ptr<Batch>> spare_;
};

}  // namespace orrery::lambda
