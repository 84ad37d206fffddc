#include "services/logs/metric_publisher.h"

#include "engine/world.h"
#include "services/logs/pattern_condition.h"

#include <chrono>

namespace orrery::logs {

namespace {

MetricDatum datum_of(const MetricFilter& filter, double value, std::int64_t timestamp) {
    return {filter.metric_namespace,
            filter.metric_name,
            {},
            value,
            filter.unit.value_or("None"),
            timestamp};
}

}  // namespace

MetricPublisher::~MetricPublisher() {
    world_.loop.cancel(minute_end_);
}

void MetricPublisher::observe(const LogGroup& group, const LogEvent& event) {
    if (sink_ == nullptr) {
        return;
    }
    for (const auto& [name, filter] : group.metric_filters) {
        const bool matches = filter.pattern->matches(event.message);
        if (matches) {
            publish(filter, event);
        }
        if (!filter.default_value) {
            continue;
        }
        // "If logs are ingested during a one-minute time period but no matches are found, the
        // value specified for Default Value (if any) is reported" [docs: FilterAndPatternSyntax].
        const Instant now = world_.loop.now();
        const Instant minute = std::chrono::floor<std::chrono::minutes>(now);
        Minute& state = minutes_[{group.id(), name}];
        state.unmatched = datum_of(filter, *filter.default_value, epoch_millis(minute));
        state.matched = state.matched || matches;
        if (!minute_end_) {
            minute_end_ = world_.loop.at(
                minute + 1min, [this] { end_minute(); }, Weight::background);
        }
    }
}

void MetricPublisher::publish(const MetricFilter& filter, const LogEvent& event) {
    std::optional<double> value = parse_number(filter.metric_value);
    if (!value) {
        const auto text = filter.pattern->field(event.message, filter.metric_value);
        value = text ? parse_number(*text) : std::nullopt;
    }
    if (!value) {
        return;  // the field is missing or no number: nothing to publish
    }
    MetricDatum datum = datum_of(filter, *value, event.key.timestamp);
    for (const auto& [name, selector] : filter.dimensions) {
        auto field = filter.pattern->field(event.message, selector);
        if (!field || field->empty()) {
            return;  // a metric has all of its dimensions or is not published [choice]
        }
        datum.dimensions.emplace_back(name, *std::move(field));
    }
    sink_->put(datum);
}

void MetricPublisher::end_minute() {
    minute_end_ = {};
    for (const auto& [filter, minute] : std::exchange(minutes_, {})) {
        if (!minute.matched && sink_ != nullptr) {
            sink_->put(minute.unmatched);
        }
    }
}

}  // namespace orrery::logs
