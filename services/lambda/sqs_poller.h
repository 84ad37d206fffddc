/// SqsPoller: receives messages for an event source mapping, filters and batches them, invokes, and
/// deletes what was processed.
#pragma once

#include "engine/timeline.h"
#include "services/lambda/batch.h"
#include "services/lambda/event_source.h"
#include "services/lambda/mapping_metrics.h"
#include "services/lambda/mapping_settings.h"
#include "services/lambda/sqs_poller_concurrency.h"
#include "services/lambda/sqs_poller_rate.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::lambda {

class Functions;

class SqsPoller final : public Poller, public std::enable_shared_from_this<SqsPoller> {
public:
    /// The rest must outlive the poller.
    SqsPoller(World& world, Functions& functions, std::unique_ptr<QueueSource> queue);
    ~SqsPoller() override;
    SqsPoller(const SqsPoller&) = delete;
    SqsPoller& operator=(const SqsPoller&) = delete;

    void start(const MappingSettings& settings) override;
    /// Messages that wait for their invocation reappear when their visibility timeouts end.
    void stop() override;

private:
    struct Leftover {
        Received message;
        std::string record;
    };

    Duration visibility_timeout() const;

    void pump();
    std::optional<std::string_view> gather();
    void put_back(std::string_view reason);
    void forget_visible();
    void take_leftovers();
    bool must_slow_down();
    bool receive();
    void take(const std::vector<QueueMessage>& messages, Duration visibility);
    void wait_for_messages();
    void arm_window();
    void grow();

    std::shared_ptr<Batch> spare_batch();
    void dispatch(std::string_view reason);
    void attempt(const std::shared_ptr<Batch>& batch);
    void throttled(const std::shared_ptr<Batch>& batch);
    void finished(const std::shared_ptr<Batch>& batch, const Outcome& outcome);
    void settle(const Batch& batch, const Outcome& outcome);
    void remove(const std::vector<std::uint64_t>& processed);
    void release(const std::shared_ptr<Batch>& batch);
    void trace_returned(std::size_t records, std::string_view reason, Instant visible_at) const;

    World& world_;
    Functions& functions_;
    std::unique_ptr<QueueSource> queue_;
    MappingSettings settings_;
    MappingMetrics metrics_;
    std::string trace_source_;  // whom its trace events are of: the function
    bool running_ = false;

    SqsPollerConcurrency concurrency_;
    SqsPollerRate rate_;  // of provisioned pollers
    EventId slowed_;      // until they may call again

    std::shared_ptr<Batch> gathering_;  // null while nothing is gathered
    bool due_ = false;                  // its window is over; never without a batch
    EventId window_;
    std::optional<Instant>
        idle_since_;                  // when the last invocation was finished; nothing: others run
    bool payload_full_ = false;       // a FIFO queue's message was given back, for which there
                                      // was no room
    bool some_filtered_ = false;      // of what was received for the batch
    std::deque<Leftover> leftovers_;  // received, but too large for the batch before
    std::string scratch_;             // a message as a record

    std::unique_ptr<QueueWatch> watch_;
    std::unique_ptr<QueueWatch> spent_watch_;
    bool watching_ = false;

    std::vector<std::shared_ptr<Batch>> throttled_;
    std::vector<std::shared_ptr<Batch>> spare_;
};

}  // namespace orrery::lambda
