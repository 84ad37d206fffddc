/// Log groups, their streams and events. The domain: it knows no JSON.
#pragma once

#include "engine/time.h"
#include "engine/timeline.h"
#include "services/logs/filters.h"

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::logs {

/// Where an event stands in its group: by timestamp, then by arrival.
struct EventKey {
    std::int64_t timestamp = 0;  // ms since the epoch, as are all times of log events
    std::uint64_t sequence = 0;  // counts a group's events from 1, in order of arrival

    friend auto operator<=>(const EventKey&, const EventKey&) = default;
};

struct LogStream;

struct LogEvent {
    EventKey key;
    const LogStream* stream = nullptr;
    std::int64_t ingestion_time = 0;
    std::string message;
};

using LogEvents = std::map<EventKey, const LogEvent>;

struct LogStream {
    std::string name;
    std::uint32_t number = 0;  // of its group, never used again
    Instant created;
    std::optional<std::int64_t> first_timestamp = {};  // the least and the greatest so far
    std::optional<std::int64_t> last_timestamp = {};
    std::int64_t last_ingestion = 0;
    std::map<EventKey, const LogEvent*> events = {};  // of its group's
};

/// Which events of a group to read, and from which end.
struct EventRange {
    EventKey from;                                              // included
    EventKey to{std::numeric_limits<std::int64_t>::max(), 0};   // not included
    std::optional<std::vector<const LogStream*>> streams = {};  // nothing: all
    bool newest_first = false;
};

class LogGroup {
public:
    /// `id` is never used for another group.
    LogGroup(std::string name, std::uint64_t id, Instant created)
        : name_(std::move(name)), id_(id), created_(created) {}
    LogGroup(const LogGroup&) = delete;
    LogGroup& operator=(const LogGroup&) = delete;

    const std::string& name() const { return name_; }
    std::uint64_t id() const { return id_; }
    Instant created() const { return created_; }
    std::uint64_t bytes() const { return bytes_; }

    /// Null if there is no such stream.
    LogStream* find_stream(std::string_view name);
    LogStream& add_stream(std::string_view name, Instant now);
    /// With a number it had before.
    LogStream& restore_stream(std::string_view name, std::uint32_t number, Instant created);
    /// With its events.
    void remove_stream(LogStream& stream);
    /// By name.
    const std::map<std::string, LogStream, std::less<>>& streams() const { return streams_; }

    const LogEvent& append(LogStream& stream,
                           std::int64_t timestamp,
                           Instant now,
                           std::string_view message);
    void restore_event(LogEvent event);

    /// Visits events in order until `visit` returns false. Costs no more than what it visits, and
    /// a look at each stream that the range names.
    void read(const EventRange& range,
              const std::function<bool(const LogEvent& event)>& visit) const;

    const LogEvents& events() const { return events_; }
    /// Drops the first event in order; there must be one.
    void drop_first();

    std::optional<std::int64_t> retention_days;
    std::optional<std::string> kms_key;
    std::string log_class = "STANDARD";
    bool deletion_protection = false;
    std::map<std::string, std::string> tags;
    std::map<std::string, MetricFilter, std::less<>> metric_filters;
    std::map<std::string, SubscriptionFilter, std::less<>> subscription_filters;
    EventId expiry;  // the next time that events are dropped

private:
    const LogEvent& insert(LogStream& stream, LogEvent event);

    std::string name_;
    std::uint64_t id_;
    Instant created_;
    std::uint64_t bytes_ = 0;
    std::uint64_t last_sequence_ = 0;
    std::uint32_t last_stream_number_ = 0;
    std::map<std::string, LogStream, std::less<>> streams_;
    LogEvents events_;
};

}  // namespace orrery::logs
