// GetLogEvents and FilterLogEvents.
#include "services/logs/event_id.h"
#include "services/logs/limits.h"
#include "services/logs/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace orrery::logs {

namespace {

constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();

/// How far an answer has been filled. [API reference: GetLogEvents, FilterLogEvents]
class Room {
public:
    explicit Room(std::size_t events) : events_(events) {}

    /// Whether the event still fits; one always does.
    bool take(const LogEvent& event) {
        const std::size_t size = event.message.size() + limits::event_overhead_bytes;
        if (events_ == 0 || (taken_ && size > bytes_)) {
            return false;
        }
        --events_;
        bytes_ -= std::min(size, bytes_);
        taken_ = true;
        return true;
    }

private:
    std::size_t events_;
    std::size_t bytes_ = limits::bytes_per_answer;
    bool taken_ = false;
};

/// Where a page ended, and which way to go on from there: "f/3746…".
struct PageToken {
    bool forward = true;
    EventKey last;
};

PageToken parse_token(std::string_view text) {
    const bool forward = text.starts_with("f/");
    std::optional<EventKey> key;
    if (forward || text.starts_with("b/")) {
        text.remove_prefix(2);
        if (text.ends_with("/s")) {
            text.remove_suffix(2);
        }
        key = parse_event_id(text);
    }
    if (!key) {
        invalid("The specified nextToken is invalid.");
    }
    return {forward, *key};
}

std::string token_text(char direction, const EventKey& key) {
    return std::string(1, direction) + "/" + event_id(key) + "/s";
}

EventKey after(EventKey key) {
    ++key.sequence;
    return key;
}

/// Leaves of `range` what comes after the token.
void go_on(EventRange& range, const PageToken& token) {
    if (token.forward) {
        range.from = std::max(range.from, after(token.last));
    } else {
        range.to = std::min(range.to, token.last);
    }
    range.newest_first = !token.forward;
}

/// The times asked for, without what has expired. `end` is not included.
EventRange range_of(const Request& request,
                    const LogGroup& group,
                    std::optional<std::int64_t> start,
                    std::optional<std::int64_t> end) {
    EventRange range;
    range.from.timestamp = std::max(start.value_or(0), request.groups.kept_from(group).value_or(0));
    range.to.timestamp = end.value_or(forever);
    return range;
}

Json get_log_events(Request& request) {
    aws::Parameters& parameters = request.parameters;
    LogGroup& group = request.group_by_identifier();
    const LogStream& stream = request.stream(group);
    const auto start = parameters.optional_integer("startTime");
    EventRange range = range_of(request, group, start, parameters.optional_integer("endTime"));
    range.streams = {&stream};
    range.newest_first = !parameters.optional_boolean("startFromHead").value_or(false);
    const auto token = parameters.optional_string("nextToken");
    Room room(request.limit(limits::events_per_answer));
    parameters.accept("unmask");  // nothing is masked
    parameters.finish();

    // Where both directions go on if there is nothing: "if you have reached the end of the stream,
    // it returns the same token you passed in" [API reference: GetLogEvents].
    EventKey first{start.value_or(0), 0};
    EventKey last = first;
    if (token) {
        const PageToken given = parse_token(*token);
        go_on(range, given);
        first = last = given.last;
    }
    std::vector<const LogEvent*> events;
    group.read(range, [&](const LogEvent& event) {
        if (!room.take(event)) {
            return false;
        }
        events.push_back(&event);
        return true;
    });
    if (range.newest_first) {
        std::reverse(events.begin(), events.end());
    }
    Json answer{{"events", Json::array()}};
    for (const LogEvent* event : events) {
        answer["events"].push_back({{"timestamp", event->key.timestamp},
                                    {"ingestionTime", event->ingestion_time},
                                    {"message", event->message}});
    }
    if (!events.empty()) {
        first = events.front()->key;
        last = events.back()->key;
    }
    answer["nextForwardToken"] = token_text('f', last);
    answer["nextBackwardToken"] = token_text('b', first);
    return answer;
}

/// The streams that FilterLogEvents names; nothing if it names none, which means all.
std::optional<std::vector<const LogStream*>> named_streams(Request& request, LogGroup& group) {
    const std::vector<std::string> names = request.parameters.strings("logStreamNames");
    const auto prefix = request.parameters.optional_string("logStreamNamePrefix");
    if (!names.empty() && prefix) {
        invalid("logStreamNames and logStreamNamePrefix cannot be given together");
    }
    if (names.empty() && !prefix) {
        return std::nullopt;
    }
    std::vector<const LogStream*> streams;
    for (const std::string& name : names) {
        const LogStream* stream = group.find_stream(name);
        if (stream == nullptr) {
            no_such("log stream");
        }
        if (std::find(streams.begin(), streams.end(), stream) == streams.end()) {
            streams.push_back(stream);
        }
    }
    if (prefix) {
        const auto& all = group.streams();
        for (auto place = all.lower_bound(*prefix);
             place != all.end() && place->first.starts_with(*prefix);
             ++place) {
            streams.push_back(&place->second);
        }
    }
    return streams;
}

Json filter_log_events(Request& request) {
    aws::Parameters& parameters = request.parameters;
    LogGroup& group = request.group_by_identifier();
    auto end = parameters.optional_integer("endTime");
    if (end && *end < forever) {
        ++*end;  // "later than this time are not returned" [API reference: FilterLogEvents]
    }
    const auto start = parameters.optional_integer("startTime");
    EventRange range = range_of(request, group, start, end);
    range.streams = named_streams(request, group);
    range.newest_first = !parameters.optional_boolean("startFromHead").value_or(true);
    const auto pattern =
        parse_filter_pattern(parameters.optional_string("filterPattern").value_or(""));
    const auto token = parameters.optional_string("nextToken");
    Room room(request.limit(limits::events_per_answer));
    parameters.accept("interleaved");  // always so since 2019. [API reference: FilterLogEvents]
    parameters.accept("unmask");
    parameters.finish();
    constexpr std::int64_t start_of_2024 = 1704067200000;  // [API reference: startFromHead]
    if (range.newest_first && !token && start.value_or(0) < start_of_2024) {
        invalid("startFromHead false needs a startTime on or after Jan 1, 2024 00:00:00 UTC");
    }
    if (token) {
        go_on(range, parse_token(*token));
    }

    // "As of May 15, 2020 [searchedLogStreams] returns an empty list" [API reference].
    Json answer{{"events", Json::array()}, {"searchedLogStreams", Json::array()}};
    EventKey last;
    group.read(range, [&](const LogEvent& event) {
        if (!pattern->matches(event.message)) {
            return true;
        }
        if (!room.take(event)) {
            answer["nextToken"] = token_text(range.newest_first ? 'b' : 'f', last);
            return false;
        }
        last = event.key;
        answer["events"].push_back({{"logStreamName", event.stream->name},
                                    {"timestamp", event.key.timestamp},
                                    {"ingestionTime", event.ingestion_time},
                                    {"message", event.message},
                                    {"eventId", event_id(event.key)}});
        return true;
    });
    return answer;
}

}  // namespace

void add_read_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("FilterLogEvents", filter_log_events);
    rows.add("GetLogEvents", get_log_events);
}

}  // namespace orrery::logs
