#include "services/lambda/function_metrics.h"

#include <utility>

namespace orrery::lambda {

namespace {

/// In which dimensions AWS has a metric.
enum class Breadth {
    all,       // none
    function,  // FunctionName
    every,     // both, with Resource as well, and ExecutedVersion where an alias led to it
};

struct Kind {
    const char* name;
    const char* unit;
    Breadth breadth = Breadth::every;
};

enum Index : std::size_t {
    invocations,
    errors,
    duration_of,
    throttles,
    concurrent_executions,
    all_concurrent_executions,
    unreserved_concurrent_executions,
    provisioned_invocations,
    provisioned_spillovers,
    async_events_received,
    async_event_age,
    async_events_dropped,
    dead_letter_errors,
    destination_delivery_failures,
    iterator_age,
};

constexpr std::array<Kind, 15> metric_rows{{
    {"Invocations", "Count"},
    {"Errors", "Count"},
    {"Duration", "Milliseconds"},
    {"Throttles", "Count"},
    {"ConcurrentExecutions", "Count", Breadth::function},
    {"ConcurrentExecutions", "Count", Breadth::all},
    {"UnreservedConcurrentExecutions", "Count", Breadth::all},
    {"ProvisionedConcurrencyInvocations", "Count"},
    {"ProvisionedConcurrencySpilloverInvocations", "Count"},
    {"AsyncEventsReceived", "Count"},
    {"AsyncEventAge", "Milliseconds"},
    {"AsyncEventsDropped", "Count"},
    {"DeadLetterErrors", "Count"},
    {"DestinationDeliveryFailures", "Count"},
    {"IteratorAge", "Milliseconds"},
}};

double milliseconds(Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

InvokedAs InvokedAs::by(std::string_view arn, std::string_view version) {
    constexpr std::string_view kind = ":function:";
    const std::size_t found = arn.find(kind);
    std::string_view name = found == std::string_view::npos ? arn : arn.substr(found + kind.size());
    const std::size_t colon = name.find(':');
    return {name.substr(0, colon),
            colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1),
            version};
}

FunctionMetrics::Group& FunctionMetrics::group_of(const InvokedAs& as) {
    if (last_ == nullptr || last_->function != as.function || last_->qualifier != as.qualifier ||
        last_->version != as.version) {
        std::array<std::string, 3> key{
            std::string(as.function), std::string(as.qualifier), std::string(as.version)};
        const auto [place, added] = groups_.try_emplace(key);
        if (added) {
            place->second = {std::move(key[0]), std::move(key[1]), std::move(key[2]), {}};
        }
        last_ = &place->second;
    }
    return *last_;
}

void FunctionMetrics::resolve(Group& group, std::size_t kind) {
    const Kind& of = metric_rows.at(kind);
    const auto add = [&](std::vector<aws::MetricDimension> dimensions) {
        group.metrics.at(kind).push_back(
            &writer_->metric({"AWS/Lambda", of.name, std::move(dimensions), of.unit}));
    };
    const aws::MetricDimension name{"FunctionName", group.function};
    if (of.breadth != Breadth::function) {
        add({});
    }
    if (of.breadth != Breadth::all) {
        add({name});
    }
    if (of.breadth == Breadth::every) {
        const aws::MetricDimension resource{
            "Resource",
            group.qualifier.empty() ? group.function : group.function + ":" + group.qualifier};
        add({name, resource});
        // No version: what was never invoked.
        if (!group.qualifier.empty() && !group.version.empty() &&
            group.qualifier != group.version) {
            add({name, resource, {"ExecutedVersion", group.version}});
        }
    }
}

void FunctionMetrics::record(Instant now, const InvokedAs& as, std::size_t kind, double value) {
    if (writer_ != nullptr) {
        record(now, group_of(as), kind, value);
    }
}

void FunctionMetrics::record(Instant now, Group& group, std::size_t kind, double value) {
    if (group.metrics.at(kind).empty()) {
        resolve(group, kind);
    }
    for (aws::Metric* metric : group.metrics.at(kind)) {
        metric->record(now, value);
    }
}

void FunctionMetrics::began(Instant now, const InvokedAs& as, const Running& running) {
    if (writer_ == nullptr) {
        return;
    }
    Group& group = group_of(as);
    record(now, group, concurrent_executions, static_cast<double>(running.of_function));
    record(now, group, all_concurrent_executions, static_cast<double>(running.of_all));
    record(now, group, unreserved_concurrent_executions, static_cast<double>(running.unreserved));
}

void FunctionMetrics::ended(
    Instant now, const InvokedAs& as, Duration duration, bool failed, bool provisioned) {
    if (writer_ == nullptr) {
        return;
    }
    Group& group = group_of(as);
    record(now, group, invocations, 1);
    record(now, group, errors, failed ? 1 : 0);  // so that its average is the rate of errors
    record(now, group, duration_of, milliseconds(duration));
    record(now, group, throttles, 0);
    if (provisioned) {
        record(now, group, provisioned_invocations, 1);
    }
}

void FunctionMetrics::throttled(Instant now, const InvokedAs& as) {
    record(now, as, throttles, 1);
}

void FunctionMetrics::provisioned_spillover(Instant now, const InvokedAs& as) {
    record(now, as, provisioned_spillovers, 1);
}

void FunctionMetrics::stream_batch_sent(Instant now, const InvokedAs& as, Duration age) {
    record(now, as, iterator_age, milliseconds(age));
}

void FunctionMetrics::event_received(Instant now, const InvokedAs& as) {
    record(now, as, async_events_received, 1);
}

void FunctionMetrics::event_tried(Instant now, const InvokedAs& as, Duration age) {
    record(now, as, async_event_age, milliseconds(age));
}

void FunctionMetrics::event_dropped(Instant now, const InvokedAs& as) {
    record(now, as, async_events_dropped, 1);
}

void FunctionMetrics::dead_letter_error(Instant now, const InvokedAs& as) {
    record(now, as, dead_letter_errors, 1);
}

void FunctionMetrics::destination_delivery_failure(Instant now, const InvokedAs& as) {
    record(now, as, destination_delivery_failures, 1);
}

}  // namespace orrery::lambda
