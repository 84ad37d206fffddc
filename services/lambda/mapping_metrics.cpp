#include "services/lambda/mapping_metrics.h"

#include "engine/world.h"
#include "services/lambda/functions.h"
#include "services/lambda/mapping_settings.h"

#include <algorithm>

namespace orrery::lambda {

namespace {

constexpr std::array<const char*, 7> event_count_names{
    "PolledEventCount",
    "FilteredOutEventCount",
    "InvokedEventCount",
    "FailedInvokeEventCount",
    "DroppedEventCount",
    "OnFailureDestinationDeliveredEventCount",
    "DeletedEventCount",
};

}  // namespace

void MappingMetrics::start(const MappingSettings& settings) {
    on_ = std::find(settings.metrics.begin(), settings.metrics.end(), "EventCount") !=
          settings.metrics.end();
    uuid_ = settings.uuid;
}

void MappingMetrics::record(EventCount what, std::size_t events) {
    aws::MetricWriter* writer = functions_.metrics().writer();
    if (writer == nullptr) {
        return;
    }
    const auto index = static_cast<std::size_t>(what);
    aws::Metric*& metric = metrics_.at(index);
    if (metric == nullptr) {
        metric = &writer->metric({"AWS/Lambda",
                                  event_count_names.at(index),
                                  {{"EventSourceMappingUUID", uuid_}},
                                  "Count"});
    }
    metric->record(world_.loop.now(), static_cast<double>(events));
}

}  // namespace orrery::lambda
