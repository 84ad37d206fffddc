#include "services/logs/log_store.h"

#include "engine/ensure.h"
#include "services/logs/limits.h"

#include <algorithm>
#include <queue>

namespace orrery::logs {

namespace {

const LogEvent& event_at(const LogEvents::value_type& entry) {
    return entry.second;
}
const LogEvent& event_at(const decltype(LogStream::events)::value_type& entry) {
    return *entry.second;
}

/// The events of a group or a stream within a range, from whichever end is asked for.
template <typename Index>
class Run {
public:
    Run(const Index& index, const EventRange& range)
        : first_(index.lower_bound(range.from)),
          last_(range.from < range.to ? index.lower_bound(range.to) : first_),
          newest_first_(range.newest_first) {}

    bool at_end() const { return first_ == last_; }
    const LogEvent& event() const { return event_at(*(newest_first_ ? std::prev(last_) : first_)); }
    void next() {
        if (newest_first_) {
            --last_;
        } else {
            ++first_;
        }
    }

private:
    typename Index::const_iterator first_;
    typename Index::const_iterator last_;
    bool newest_first_;
};

}  // namespace

LogStream* LogGroup::find_stream(std::string_view name) {
    const auto found = streams_.find(name);
    return found == streams_.end() ? nullptr : &found->second;
}

LogStream& LogGroup::add_stream(std::string_view name, Instant now) {
    return restore_stream(name, last_stream_number_ + 1, now);
}

LogStream& LogGroup::restore_stream(std::string_view name, std::uint32_t number, Instant created) {
    last_stream_number_ = std::max(last_stream_number_, number);
    const auto [place, added] = streams_.try_emplace(std::string(name));
    ENSURE(added);
    LogStream& stream = place->second;
    stream.name = name;
    stream.number = number;
    stream.created = created;
    return stream;
}

void LogGroup::remove_stream(LogStream& stream) {
    for (const auto& [key, event] : stream.events) {
        bytes_ -= event->message.size() + limits::event_overhead_bytes;
        events_.erase(key);
    }
    streams_.erase(streams_.find(stream.name));
}

const LogEvent& LogGroup::insert(LogStream& stream, LogEvent event) {
    bytes_ += event.message.size() + limits::event_overhead_bytes;
    last_sequence_ = std::max(last_sequence_, event.key.sequence);
    const EventKey key = event.key;
    const LogEvent& kept = events_.emplace_hint(events_.end(), key, std::move(event))->second;
    stream.events.emplace_hint(stream.events.end(), key, &kept);
    return kept;
}

const LogEvent& LogGroup::append(LogStream& stream,
                                 std::int64_t timestamp,
                                 Instant now,
                                 std::string_view message) {
    stream.first_timestamp = std::min(stream.first_timestamp.value_or(timestamp), timestamp);
    stream.last_timestamp = std::max(stream.last_timestamp.value_or(timestamp), timestamp);
    stream.last_ingestion = epoch_millis(now);
    return insert(
        stream,
        {{timestamp, last_sequence_ + 1}, &stream, stream.last_ingestion, std::string(message)});
}

void LogGroup::restore_event(LogEvent event) {
    ENSURE(event.stream != nullptr);
    LogStream* stream = find_stream(event.stream->name);
    ENSURE(stream != nullptr);
    insert(*stream, std::move(event));
}

void LogGroup::read(const EventRange& range,
                    const std::function<bool(const LogEvent& event)>& visit) const {
    if (!range.streams) {
        for (Run run(events_, range); !run.at_end() && visit(run.event()); run.next()) {
        }
        return;
    }
    // One run a stream, and always the event that comes next of all.
    using StreamRun = Run<decltype(LogStream::events)>;
    const auto later = [&](const StreamRun& left, const StreamRun& right) {
        return range.newest_first ? left.event().key < right.event().key
                                  : right.event().key < left.event().key;
    };
    std::priority_queue<StreamRun, std::vector<StreamRun>, decltype(later)> runs(later);
    for (const LogStream* stream : *range.streams) {
        if (const StreamRun run(stream->events, range); !run.at_end()) {
            runs.push(run);
        }
    }
    while (!runs.empty()) {
        StreamRun run = runs.top();
        if (!visit(run.event())) {
            return;
        }
        runs.pop();
        run.next();
        if (!run.at_end()) {
            runs.push(run);
        }
    }
}

void LogGroup::drop_first() {
    ENSURE(!events_.empty());
    const LogEvent& event = events_.begin()->second;
    bytes_ -= event.message.size() + limits::event_overhead_bytes;
    find_stream(event.stream->name)->events.erase(event.key);
    events_.erase(events_.begin());
}

}  // namespace orrery::logs
