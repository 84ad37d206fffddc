#include "services/logs/log_store.h"

#include "engine/ensure.h"
#include "services/logs/limits.h"

#include <algorithm>

namespace orrery::logs {

std::uint64_t LogGroup::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& [name, stream] : streams_) {
        sum += stream.bytes;
    }
    return sum;
}

LogStream* LogGroup::find_stream(std::string_view name) {
    const auto found = streams_.find(name);
    return found == streams_.end() ? nullptr : &found->second;
}

LogStream& LogGroup::add_stream(std::string_view name, Instant now) {
    LogStream stream;
    stream.name = std::string(name);
    stream.created = now;
    const auto [place, added] = streams_.emplace(stream.name, std::move(stream));
    ENSURE(added);
    return place->second;
}

void LogGroup::append(LogStream& stream,
                      std::int64_t timestamp,
                      Instant now,
                      std::string_view message) {
    in_order_ = in_order_ && (events_.empty() || events_.back().timestamp <= timestamp);
    const std::int64_t ingestion_time = epoch_millis(now);
    events_.push_back({events_.size(), &stream, timestamp, ingestion_time, std::string(message)});
    ++stream.events;
    stream.bytes += message.size() + limits::event_overhead_bytes;
    stream.first_timestamp = std::min(stream.first_timestamp.value_or(timestamp), timestamp);
    stream.last_timestamp = std::max(stream.last_timestamp.value_or(timestamp), timestamp);
    stream.last_ingestion = ingestion_time;
}

std::vector<const LogEvent*> LogGroup::events(const EventFilter& filter, Instant now) const {
    std::optional<std::int64_t> oldest = filter.from;
    if (retention_days) {
        const std::int64_t kept_from = epoch_millis(now - *retention_days * 24h);
        oldest = std::max(oldest.value_or(kept_from), kept_from);
    }
    std::vector<const LogEvent*> found;
    for (const LogEvent& event : events_) {
        if ((filter.stream == nullptr || event.stream == filter.stream) &&
            (!oldest || event.timestamp >= *oldest) &&
            (!filter.to || event.timestamp <= *filter.to)) {
            found.push_back(&event);
        }
    }
    if (!in_order_) {
        std::stable_sort(
            found.begin(), found.end(), [](const LogEvent* left, const LogEvent* right) {
                return left->timestamp < right->timestamp;
            });
    }
    return found;
}

}  // namespace orrery::logs
