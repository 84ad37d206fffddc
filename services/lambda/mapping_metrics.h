/// MappingMetrics: what an event source mapping tells CloudWatch of its events, if its
/// MetricsConfig has EventCount.
#pragma once

#include "services/aws/metrics.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace orrery {
struct World;
}

namespace orrery::lambda {

class Functions;
struct MappingSettings;

/// [docs: monitoring-metrics-types, event source mapping metrics]
enum class EventCount : std::uint8_t {
    polled,
    filtered_out,
    invoked,        // whatever comes of it, so more than once for what is retried
    failed_invoke,  // the function could not run, failed, or reported them as failed
    dropped,        // without having been sent to a destination
    sent_on,        // to the destination on failure
    deleted,        // after they were processed; of queues
};

class MappingMetrics {
public:
    /// Both must outlive it.
    MappingMetrics(World& world, Functions& functions) : world_(world), functions_(functions) {}

    /// Counts from now on what `settings` say.
    void start(const MappingSettings& settings);
    void count(EventCount what, std::size_t events) {
        if (on_) {
            record(what, events);
        }
    }

private:
    void record(EventCount what, std::size_t events);

    World& world_;
    Functions& functions_;
    bool on_ = false;
    std::string uuid_;
    std::array<aws::Metric*, 7> metrics_{};  // each is looked up when it first has a value
};

}  // namespace orrery::lambda
