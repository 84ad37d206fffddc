/// An event source mapping as its owner described it, and what polls for it.
#pragma once

#include "engine/time.h"
#include "services/lambda/event_filter.h"
#include "services/lambda/operations.h"
#include "services/lambda/stream_source.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

enum class MappingState : std::uint8_t { enabled, disabled };

struct MappingSettings {
    std::string uuid;
    std::string event_source_arn;
    FunctionReference function;
    std::string
        function_arn;  // with the qualifier it was given with. [LS test_function_name_variations]
    MappingState state = MappingState::enabled;

    std::size_t batch_size = 10;
    Duration batching_window{};  // how long to gather a batch, from its first record on
    bool report_item_failures = false;
    EventFilter filter;                // of which records reach the function; admits all by default
    std::vector<std::string> metrics;  // MetricsConfig
    std::string kms_key_arn;

    // Queues.
    std::optional<std::int64_t> maximum_concurrency;
    struct ProvisionedPollers {
        std::int64_t minimum = 2;
        std::int64_t maximum = 200;
    };
    std::optional<ProvisionedPollers> provisioned_pollers;

    // Streams.
    StartingPosition starting_position = StartingPosition::trim_horizon;
    Instant starting_timestamp;
    std::size_t parallelization_factor = 1;
    bool bisect = false;                         // BisectBatchOnFunctionError
    std::optional<Duration> maximum_record_age;  // nothing: -1, as long as the stream keeps it
    std::optional<std::int64_t> maximum_retry_attempts;  // nothing: -1, without end
    Duration tumbling_window{};                          // zero: none
    std::string on_failure;                              // ARN of the destination; empty: none
};

/// What kind of source `arn` is of; nothing for what mappings do not poll.
std::optional<FilteredSource> source_kind(std::string_view arn);

/// Where reading goes on: sequence numbers of the last records that are done with, by shard.
using Checkpoints = std::map<std::string, std::string>;

/// Polls a source for one mapping.
class Poller {
public:
    virtual ~Poller() = default;

    /// Polls from now on as `settings` say; again while it polls, when they have changed.
    virtual void start(const MappingSettings& settings) = 0;
    /// Polls no more. What is being invoked is finished; it goes on from there when started again.
    virtual void stop() = 0;

    /// LastProcessingResult; empty where there is none, as of queues.
    virtual std::string last_processing_result() const { return {}; }
    virtual Checkpoints checkpoints() const { return {}; }
    /// Calls `progressed` from now on whenever the two above may answer otherwise than before.
    virtual void on_progress(std::function<void()> /*progressed*/) {}
    /// Before the first start.
    virtual void restore(const Checkpoints& /*checkpoints*/, std::string_view /*last_result*/) {}
};

}  // namespace orrery::lambda
