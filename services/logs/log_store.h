/// Log groups, their streams and events. The domain: it knows no JSON.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::logs {

struct LogStream {
    std::string name;
    Instant created;
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
    std::optional<std::int64_t>
        first_timestamp;  // the least and the greatest, in ms since the epoch
    std::optional<std::int64_t> last_timestamp;
    std::int64_t last_ingestion = 0;
};

struct LogEvent {
    std::uint64_t sequence = 0;  // counts a group's events from 0, in order of arrival
    const LogStream* stream = nullptr;
    std::int64_t timestamp = 0;  // ms since the epoch, as are all times of log events
    std::int64_t ingestion_time = 0;
    std::string message;
};

/// Which events of a group to read. Both ends of the time range are included.
struct EventFilter {
    const LogStream* stream = nullptr;  // null: all
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
};

class LogGroup {
public:
    LogGroup(std::string name, Instant created) : name_(std::move(name)), created_(created) {}
    LogGroup(const LogGroup&) = delete;
    LogGroup& operator=(const LogGroup&) = delete;

    const std::string& name() const { return name_; }
    Instant created() const { return created_; }
    std::uint64_t bytes() const;

    /// Null if there is no such stream.
    LogStream* find_stream(std::string_view name);
    LogStream& add_stream(std::string_view name, Instant now);
    /// By name.
    const std::map<std::string, LogStream, std::less<>>& streams() const { return streams_; }

    void append(LogStream& stream, std::int64_t timestamp, Instant now, std::string_view message);

    /// Ordered by timestamp, then by arrival; without what is older than the retention allows at
    /// `now`.
    std::vector<const LogEvent*> events(const EventFilter& filter, Instant now) const;

    std::optional<std::int64_t> retention_days;

private:
    std::string name_;
    Instant created_;
    std::map<std::string, LogStream, std::less<>> streams_;
    std::deque<LogEvent> events_;
    bool in_order_ = true;  // no event has come with a timestamp before its predecessor's
};

}  // namespace orrery::logs
