/// What all parts of one stream mapping's poller share: the mapping, its stream and its function.
#pragma once

#include "services/lambda/event_targets.h"
#include "services/lambda/mapping_metrics.h"
#include "services/lambda/mapping_settings.h"
#include "services/lambda/stream_source.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery {
struct World;
}

namespace orrery::lambda {

class Functions;

/// Sends a record of what was given up to a destination. Nothing on success, else why it was not
/// sent, in words.
using SendOnFailure =
    std::function<std::optional<std::string>(std::string_view arn, EventMessage message)>;

struct StreamMapping {
    static constexpr const char* no_records = "No records processed";

    World& world;
    Functions& functions;
    SendOnFailure send_on_failure;
    std::unique_ptr<StreamSource> source;
    MappingSettings settings;
    std::string last_result = no_records;      // LastProcessingResult
    std::function<void()> progressed = [] {};  // called when a checkpoint or the result changes
    MappingMetrics metrics{world, functions};

    /// Windows keep one state for a shard, so that its records stay in one order. [choice]
    std::size_t lanes() const {
        return settings.tumbling_window > Duration{} ? 1 : settings.parallelization_factor;
    }
    void set_result(std::string_view result);
    /// Whom its trace events are of: the function.
    std::string trace_source() const;
    /// The function's, as records name it; empty if there is no such function any more.
    std::string role() const;
};

}  // namespace orrery::lambda
