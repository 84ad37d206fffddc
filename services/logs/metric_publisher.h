/// Holds log events against metric filters and hands on the values they make.
#pragma once

#include "engine/timeline.h"
#include "services/logs/log_store.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace orrery {
struct World;
}

namespace orrery::logs {

class MetricPublisher {
public:
    explicit MetricPublisher(World& world) : world_(world) {}
    ~MetricPublisher();
    MetricPublisher(const MetricPublisher&) = delete;
    MetricPublisher& operator=(const MetricPublisher&) = delete;

    /// Without one, values go nowhere.
    void set_sink(MetricSink* sink) { sink_ = sink; }
    /// An event has come in.
    void observe(const LogGroup& group, const LogEvent& event);

private:
    void publish(const MetricFilter& filter, const LogEvent& event);
    void end_minute();

    World& world_;
    MetricSink* sink_ = nullptr;
    // Filters with a default value whose groups took events in this minute, by group and name.
    struct Minute {
        MetricDatum unmatched;  // what is published if none matched
        bool matched = false;
    };
    std::map<std::pair<std::uint64_t, std::string>, Minute> minutes_;
    EventId minute_end_;
};

}  // namespace orrery::logs
