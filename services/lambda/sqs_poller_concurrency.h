/// SqsPollerConcurrency: how many batches of a queue are invoked at once, and how many may be.
#pragma once

#include "engine/loop.h"
#include "services/lambda/mapping_settings.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace orrery::lambda {

class SqsPollerConcurrency {
public:
    /// `time_to_grow` is called when there could be one more; it calls grow() if one is wanted.
    SqsPollerConcurrency(Loop& loop, std::function<void()> time_to_grow);
    ~SqsPollerConcurrency();
    SqsPollerConcurrency(const SqsPollerConcurrency&) = delete;
    SqsPollerConcurrency& operator=(const SqsPollerConcurrency&) = delete;

    void start(const MappingSettings& settings, bool fifo);
    /// Batches that are being invoked go on, and count.
    void stop();

    void batch_begins() { ++active_; }
    void batch_ends() { --active_; }
    bool idle() const { return active_ == 0; }
    bool may_begin() const { return active_ < allowed_; }

    /// There is a backlog: `time_to_grow` is called when the next one is due, unless there are as
    /// many as there may ever be.
    void want_more();
    void grow();
    /// An invocation failed.
    void shrink();
    /// The queue is empty; whether a batch is being gathered, which needs its place.
    void backlog_is_gone(bool some_gathered);
    /// The queue is empty no more.
    void messages_came();

    /// Pollers in use, of a mapping that has provisioned ones.
    std::int64_t provisioned_pollers() const;

private:
    std::int64_t ceiling() const;
    std::int64_t floor() const;
    std::int64_t quiet_floor() const;
    Duration growth_interval() const;

    Loop& loop_;
    std::function<void()> time_to_grow_;
    std::optional<std::int64_t> maximum_concurrency_;
    std::optional<MappingSettings::ProvisionedPollers> provisioned_;
    bool fifo_ = false;

    std::int64_t active_ = 0;   // invoked, or waiting for that after being throttled
    std::int64_t allowed_ = 0;  // grows while there is a backlog
    EventId growth_;
    Instant last_growth_;
    Instant quiet_since_;
};

}  // namespace orrery::lambda
