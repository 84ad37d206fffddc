/// FunctionMetrics: what functions tell CloudWatch: each by its name, by version and alias, and all
/// together.
#pragma once

#include "engine/time.h"
#include "services/aws/metrics.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// Which of a function's metrics an invocation counts in.
struct InvokedAs {
    std::string_view function;   // the name
    std::string_view qualifier;  // the alias or version it was called by; empty: none
    std::string_view version;    // that runs it: "$LATEST", "3"

    /// `arn` is what the handler is told: with the qualifier.
    static InvokedAs by(std::string_view arn, std::string_view version);
};

/// [docs: monitoring-metrics-types] Does nothing if nobody takes metrics.
class FunctionMetrics {
public:
    /// `writer` must outlive this.
    void set_writer(aws::MetricWriter& writer) { writer_ = &writer; }
    /// Null if nobody takes metrics.
    aws::MetricWriter* writer() const { return writer_; }

    /// An invocation begins: so many run now, with it, of its function and of all, and of functions
    /// without a reservation.
    struct Running {
        std::int64_t of_function = 0;
        std::int64_t of_all = 0;
        std::int64_t unreserved = 0;
    };
    void began(Instant now, const InvokedAs& as, const Running& running);
    /// `duration` is that of the handler.
    void ended(Instant now, const InvokedAs& as, Duration duration, bool failed, bool provisioned);
    void throttled(Instant now, const InvokedAs& as);
    /// All environments that are initialised ahead were busy.
    void provisioned_spillover(Instant now, const InvokedAs& as);

    /// A batch of a stream is handed to the function; `age` is that of its last record.
    void stream_batch_sent(Instant now, const InvokedAs& as, Duration age);

    // Asynchronous invocations.

    void event_received(Instant now, const InvokedAs& as);
    /// An event is tried; `age` is since it was received.
    void event_tried(Instant now, const InvokedAs& as, Duration age);
    void event_dropped(Instant now, const InvokedAs& as);
    void dead_letter_error(Instant now, const InvokedAs& as);
    /// Also of what mappings of streams give up.
    void destination_delivery_failure(Instant now, const InvokedAs& as);

private:
    static constexpr std::size_t kinds = 15;
    /// A function's metrics as it is called by one name; each is looked up when it first has a
    /// value.
    struct Group {
        std::string function;
        std::string qualifier;
        std::string version;
        std::array<std::vector<aws::Metric*>, kinds> metrics;
    };

    Group& group_of(const InvokedAs& as);
    void record(Instant now, const InvokedAs& as, std::size_t kind, double value);
    void record(Instant now, Group& group, std::size_t kind, double value);
    void resolve(Group& group, std::size_t kind);

    aws::MetricWriter* writer_ = nullptr;
    std::map<std::array<std::string, 3>, Group> groups_;
    Group* last_ = nullptr;  // of groups_
};

}  // namespace orrery::lambda
