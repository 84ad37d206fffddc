// PutLogEvents.
#include "services/logs/limits.h"
#include "services/logs/request.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace orrery::logs {

namespace {

struct IncomingEvent {
    std::int64_t timestamp;
    std::string message;
};

/// Reads logEvents with the checks that refuse a whole PutLogEvents. [API reference: PutLogEvents]
std::vector<IncomingEvent> read_events(const Json& list) {
    std::vector<IncomingEvent> events;
    events.reserve(list.size());
    std::size_t bytes = 0;
    for (const Json& item : list) {
        events.push_back({item.at("timestamp"), item.at("message")});
        bytes += events.back().message.size() + limits::event_overhead_bytes;
        if (events.size() > 1 && events[events.size() - 2].timestamp > events.back().timestamp) {
            invalid("Log events in a single PutLogEvents request must be in chronological order.");
        }
    }
    if (bytes > limits::bytes_per_put) {
        invalid("Upload too large: " + std::to_string(bytes) + " bytes exceeds limit of " +
                std::to_string(limits::bytes_per_put));
    }
    const Duration span =
        std::chrono::milliseconds(events.back().timestamp - events.front().timestamp);
    if (span > limits::span_of_put) {
        invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than "
            "24 hours.");
    }
    return events;
}

Json put_log_events(Request& request) {
    aws::Parameters& parameters = request.parameters;
    LogGroup& group = request.group();
    LogStream& stream = request.stream(group);
    const std::vector<IncomingEvent> events = read_events(*parameters.optional("logEvents"));
    // Ignored since January 2023; any token does. [API reference: PutLogEvents]
    parameters.accept("sequenceToken");
    parameters.accept("entity");  // for CloudWatch's Explore related, which is not there
    parameters.finish();

    const std::int64_t newest = epoch_millis(request.now + limits::newest_event);
    const std::int64_t oldest = epoch_millis(request.now - limits::oldest_event);
    const std::int64_t unexpired = request.groups.kept_from(group).value_or(0);
    Json rejected = Json::object();
    for (std::size_t index = 0; index < events.size(); ++index) {
        const IncomingEvent& event = events[index];
        if (event.timestamp > newest) {
            rejected["tooNewLogEventStartIndex"] = index;
            break;  // they come in chronological order
        }
        if (event.timestamp < oldest) {
            rejected["tooOldLogEventEndIndex"] = index + 1;
        } else if (event.timestamp < unexpired) {
            rejected["expiredLogEventEndIndex"] = index + 1;
        } else {
            request.groups.append(group, stream, event.timestamp, event.message);
        }
    }
    Json answer = Json::object();
    if (!rejected.empty()) {
        answer["rejectedLogEventsInfo"] = std::move(rejected);
    }
    return answer;
}

}  // namespace

void add_put_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("PutLogEvents", put_log_events);
}

}  // namespace orrery::logs
