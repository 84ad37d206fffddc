#include "services/logs/operations.h"

#include "engine/world.h"
#include "services/aws/parameters.h"
#include "services/logs/limits.h"
#include "services/logs/log_store.h"
#include "services/logs/logs.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::logs {

namespace {

using aws::ApiError;
using aws::Parameters;

[[noreturn]] void invalid(const std::string& message) {
    throw ApiError("InvalidParameterException", message);
}

void check_name(std::string_view name, std::string_view member, std::size_t longest) {
    const bool fits = !name.empty() && name.size() <= longest;
    const bool legal = member == "logGroupName"
                           // [API reference: CreateLogGroup] letters, digits and _ - / . #
                           ? std::all_of(name.begin(),
                                         name.end(),
                                         [](char letter) {
                                             return (letter >= 'a' && letter <= 'z') ||
                                                    (letter >= 'A' && letter <= 'Z') ||
                                                    (letter >= '0' && letter <= '9') ||
                                                    std::string_view("_-/.#").find(letter) !=
                                                        std::string_view::npos;
                                         })
                           // [API reference: CreateLogStream] anything but ':' and '*'
                           : name.find_first_of(":*") == std::string_view::npos;
    if (!fits || !legal) {
        invalid("1 validation error detected: Value '" + std::string(name) + "' at '" +
                std::string(member) + "' failed to satisfy constraint");
    }
}

std::size_t answer_limit(Parameters& parameters, std::int64_t most) {
    const std::int64_t limit = parameters.optional_integer("limit").value_or(most);
    if (limit < 1 || limit > most) {
        invalid("limit must be between 1 and " + std::to_string(most));
    }
    return static_cast<std::size_t>(limit);
}

LogStream& existing_stream(LogGroup& group, std::string_view name) {
    LogStream* stream = group.find_stream(name);
    if (stream == nullptr) {
        throw ApiError("ResourceNotFoundException", "The specified log stream does not exist.");
    }
    return *stream;
}

// A page token says how many items come before the page: "f/12".
std::string page_token(char direction, std::size_t position) {
    return std::string(1, direction) + "/" + std::to_string(position);
}

std::size_t token_position(const std::string& token, std::size_t size) {
    const bool well_formed = token.size() > 2 && token.size() <= 20 &&
                             (token[0] == 'f' || token[0] == 'b') && token[1] == '/' &&
                             token.find_first_not_of("0123456789", 2) == std::string::npos;
    if (!well_formed) {
        invalid("The specified nextToken is invalid.");
    }
    return std::min<std::size_t>(std::stoull(token.substr(2)), size);
}

/// The page of `items` from the request's nextToken on; sets the answer's nextToken if there is
/// more.
template <typename Item>
std::vector<Item> take_page(const std::vector<Item>& items,
                            const std::optional<std::string>& token,
                            std::size_t limit,
                            Json& answer) {
    const std::size_t from = token ? token_position(*token, items.size()) : 0;
    const std::size_t to = std::min(items.size(), from + limit);
    if (to < items.size()) {
        answer["nextToken"] = page_token('f', to);
    }
    return {items.begin() + static_cast<std::ptrdiff_t>(from),
            items.begin() + static_cast<std::ptrdiff_t>(to)};
}

Json describe(const LogGroup& group, const aws::Identity& identity) {
    const std::string arn = identity.arn("logs", "log-group:" + group.name());
    Json description{{"logGroupName", group.name()},
                     {"creationTime", epoch_millis(group.created())},
                     {"metricFilterCount", 0},
                     {"arn", arn + ":*"},
                     {"logGroupArn", arn},
                     {"logGroupClass", "STANDARD"},
                     {"storedBytes", group.bytes()}};
    if (group.retention_days) {
        description["retentionInDays"] = *group.retention_days;
    }
    return description;
}

Json describe(const LogStream& stream, const LogGroup& group, const aws::Identity& identity) {
    Json description{
        {"logStreamName", stream.name},
        {"creationTime", epoch_millis(stream.created)},
        {"arn", identity.arn("logs", "log-group:" + group.name() + ":log-stream:" + stream.name)},
        // Real since 2019: the member stays, always 0. [API reference: LogStream]
        {"storedBytes", 0}};
    if (stream.last_timestamp) {
        description["firstEventTimestamp"] = *stream.first_timestamp;
        description["lastEventTimestamp"] = *stream.last_timestamp;
        description["lastIngestionTime"] = stream.last_ingestion;
    }
    return description;
}

struct IncomingEvent {
    std::int64_t timestamp;
    std::string message;
};

/// Reads logEvents with the checks that refuse a whole PutLogEvents. [API reference: PutLogEvents]
std::vector<IncomingEvent> read_events(const Json* list) {
    if (list == nullptr || !list->is_array() || list->empty() ||
        list->size() > limits::events_per_put) {
        invalid("logEvents must hold between 1 and 10000 events");
    }
    std::vector<IncomingEvent> events;
    std::size_t bytes = 0;
    for (const Json& item : *list) {
        Parameters members(item, "PutLogEvents.logEvents");
        const std::optional<std::int64_t> timestamp = members.optional_integer("timestamp");
        std::string message = members.string("message");
        members.finish();
        if (!timestamp || *timestamp < 0 || message.empty()) {
            invalid("each log event must have a timestamp and a message that is not empty");
        }
        bytes += message.size() + limits::event_overhead_bytes;
        if (!events.empty() && events.back().timestamp > *timestamp) {
            invalid("Log events in a single PutLogEvents request must be in chronological order.");
        }
        events.push_back({*timestamp, std::move(message)});
    }
    if (bytes > limits::bytes_per_put) {
        invalid("Upload too large: " + std::to_string(bytes) + " bytes exceeds limit of 1048576");
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

}  // namespace

LogGroup& Operations::existing_group(Parameters& parameters) const {
    LogGroup* group = service_.find(parameters.string("logGroupName"));
    if (group == nullptr) {
        throw ApiError("ResourceNotFoundException", "The specified log group does not exist.");
    }
    return *group;
}

Json Operations::create_log_group(const Json& input) const {
    Parameters parameters(input, "CreateLogGroup");
    const std::string name = parameters.string("logGroupName");
    parameters.accept("tags");
    parameters.finish();
    check_name(name, "logGroupName", limits::group_name_length);
    if (service_.find(name) != nullptr) {
        throw ApiError("ResourceAlreadyExistsException", "The specified log group already exists");
    }
    service_.add_group(name);
    return Json::object();
}

Json Operations::delete_log_group(const Json& input) const {
    Parameters parameters(input, "DeleteLogGroup");
    const LogGroup& group = existing_group(parameters);
    parameters.finish();
    service_.groups_.erase(service_.groups_.find(group.name()));
    return Json::object();
}

Json Operations::put_retention_policy(const Json& input) const {
    Parameters parameters(input, "PutRetentionPolicy");
    LogGroup& group = existing_group(parameters);
    const std::int64_t days = parameters.optional_integer("retentionInDays").value_or(0);
    parameters.finish();
    const auto& allowed = limits::retention_days;
    if (std::find(allowed.begin(), allowed.end(), days) == allowed.end()) {
        invalid("1 validation error detected: Value '" + std::to_string(days) +
                "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum "
                "value set of retention periods");
    }
    group.retention_days = days;
    return Json::object();
}

Json Operations::create_log_stream(const Json& input) const {
    Parameters parameters(input, "CreateLogStream");
    LogGroup& group = existing_group(parameters);
    const std::string name = parameters.string("logStreamName");
    parameters.finish();
    check_name(name, "logStreamName", limits::stream_name_length);
    if (group.find_stream(name) != nullptr) {
        throw ApiError("ResourceAlreadyExistsException", "The specified log stream already exists");
    }
    group.add_stream(name, service_.world_.loop.now());
    return Json::object();
}

Json Operations::describe_log_groups(const Json& input) const {
    Parameters parameters(input, "DescribeLogGroups");
    const std::string prefix = parameters.optional_string("logGroupNamePrefix").value_or("");
    const auto token = parameters.optional_string("nextToken");
    const std::size_t limit = answer_limit(parameters, limits::descriptions_per_answer);
    parameters.finish();
    std::vector<const LogGroup*> found;
    for (const auto& [name, group] : service_.groups_) {
        if (name.starts_with(prefix)) {
            found.push_back(group.get());
        }
    }
    Json answer{{"logGroups", Json::array()}};
    for (const LogGroup* group : take_page(found, token, limit, answer)) {
        answer["logGroups"].push_back(describe(*group, service_.identity_));
    }
    return answer;
}

Json Operations::describe_log_streams(const Json& input) const {
    Parameters parameters(input, "DescribeLogStreams");
    const LogGroup& group = existing_group(parameters);
    const std::string prefix = parameters.optional_string("logStreamNamePrefix").value_or("");
    const std::string order = parameters.optional_string("orderBy").value_or("LogStreamName");
    const bool descending = parameters.optional_boolean("descending").value_or(false);
    const auto token = parameters.optional_string("nextToken");
    const std::size_t limit = answer_limit(parameters, limits::descriptions_per_answer);
    parameters.finish();
    if (order != "LogStreamName" && order != "LastEventTime") {
        invalid("orderBy must be LogStreamName or LastEventTime");
    }
    if (order == "LastEventTime" && !prefix.empty()) {
        invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    std::vector<const LogStream*> found;
    for (const auto& [name, stream] : group.streams()) {
        if (name.starts_with(prefix)) {
            found.push_back(&stream);
        }
    }
    if (order == "LastEventTime") {
        std::stable_sort(
            found.begin(), found.end(), [](const LogStream* left, const LogStream* right) {
                return left->last_timestamp < right->last_timestamp;
            });
    }
    if (descending) {
        std::reverse(found.begin(), found.end());
    }
    Json answer{{"logStreams", Json::array()}};
    for (const LogStream* stream : take_page(found, token, limit, answer)) {
        answer["logStreams"].push_back(describe(*stream, group, service_.identity_));
    }
    return answer;
}

Json Operations::put_log_events(const Json& input) const {
    Parameters parameters(input, "PutLogEvents");
    LogGroup& group = existing_group(parameters);
    LogStream& stream = existing_stream(group, parameters.string("logStreamName"));
    const std::vector<IncomingEvent> events = read_events(parameters.optional("logEvents"));
    // Ignored since January 2023; any token does. [API reference: PutLogEvents]
    parameters.accept("sequenceToken");
    parameters.finish();

    const Instant now = service_.world_.loop.now();
    const std::int64_t newest = epoch_millis(now + limits::newest_event);
    const std::int64_t oldest = epoch_millis(now - limits::oldest_event);
    const std::int64_t unexpired =
        group.retention_days ? epoch_millis(now - *group.retention_days * 24h) : 0;
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
            group.append(stream, event.timestamp, now, event.message);
            service_.trace_event(group.name(), stream.name, event.message);
        }
    }
    Json answer = Json::object();
    if (!rejected.empty()) {
        answer["rejectedLogEventsInfo"] = rejected;
    }
    return answer;
}

Json Operations::get_log_events(const Json& input) const {
    Parameters parameters(input, "GetLogEvents");
    LogGroup& group = existing_group(parameters);
    EventFilter filter;
    filter.stream = &existing_stream(group, parameters.string("logStreamName"));
    filter.from = parameters.optional_integer("startTime");
    if (const auto end = parameters.optional_integer("endTime")) {
        filter.to = *end - 1;  // "equal to or later than this time are not included"
    }
    const auto token = parameters.optional_string("nextToken");
    const bool from_head = parameters.optional_boolean("startFromHead").value_or(false);
    const std::size_t limit = answer_limit(parameters, limits::events_per_answer);
    parameters.finish();

    const auto events = group.events(filter, service_.world_.loop.now());
    const bool forward = token ? (*token)[0] == 'f' : from_head;
    // Without a token: the head, or the tail.
    const std::size_t anchor =
        token ? token_position(*token, events.size()) : (from_head ? 0 : events.size());
    const std::size_t from = forward ? anchor : anchor - std::min(anchor, limit);
    const std::size_t to = forward ? std::min(events.size(), anchor + limit) : anchor;
    Json answer{{"events", Json::array()},
                {"nextForwardToken", page_token('f', to)},
                {"nextBackwardToken", page_token('b', from)}};
    for (std::size_t index = from; index < to; ++index) {
        answer["events"].push_back({{"timestamp", events[index]->timestamp},
                                    {"ingestionTime", events[index]->ingestion_time},
                                    {"message", events[index]->message}});
    }
    return answer;
}

Json Operations::filter_log_events(const Json& input) const {
    Parameters parameters(input, "FilterLogEvents");
    const LogGroup& group = existing_group(parameters);
    const std::vector<std::string> names = parameters.strings("logStreamNames");
    const std::string prefix = parameters.optional_string("logStreamNamePrefix").value_or("");
    const std::string pattern = parameters.optional_string("filterPattern").value_or("");
    EventFilter filter;
    filter.from = parameters.optional_integer("startTime");
    filter.to = parameters.optional_integer("endTime");
    const auto token = parameters.optional_string("nextToken");
    const std::size_t limit = answer_limit(parameters, limits::events_per_answer);
    parameters.accept("interleaved");  // always so since 2019. [API reference: FilterLogEvents]
    parameters.finish();
    if (!pattern.empty()) {
        invalid("FilterLogEvents: filterPattern is not supported here yet");
    }
    if (!names.empty() && !prefix.empty()) {
        invalid("logStreamNames and logStreamNamePrefix cannot be given together");
    }

    std::vector<const LogEvent*> events = group.events(filter, service_.world_.loop.now());
    std::erase_if(events, [&](const LogEvent* event) {
        const std::string& stream = event->stream->name;
        return !stream.starts_with(prefix) ||
               (!names.empty() && std::find(names.begin(), names.end(), stream) == names.end());
    });
    Json answer{{"events", Json::array()}, {"searchedLogStreams", Json::array()}};
    for (const LogEvent* event : take_page(events, token, limit, answer)) {
        const std::string number = std::to_string(event->sequence);
        // Real ids are numbers of 56 digits.
        answer["events"].push_back({{"logStreamName", event->stream->name},
                                    {"timestamp", event->timestamp},
                                    {"ingestionTime", event->ingestion_time},
                                    {"message", event->message},
                                    {"eventId", std::string(56 - number.size(), '0') + number}});
    }
    return answer;
}

void Operations::add_all(LogsService& service, aws::ApiService& api) {
    const auto add = [&](std::string name, Json (Operations::*operation)(const Json&) const) {
        api.add(std::move(name), [&service, operation](const Json& input) {
            return (Operations(service).*operation)(input);
        });
    };
    add("CreateLogGroup", &Operations::create_log_group);
    add("CreateLogStream", &Operations::create_log_stream);
    add("DeleteLogGroup", &Operations::delete_log_group);
    add("DescribeLogGroups", &Operations::describe_log_groups);
    add("DescribeLogStreams", &Operations::describe_log_streams);
    add("FilterLogEvents", &Operations::filter_log_events);
    add("GetLogEvents", &Operations::get_log_events);
    add("PutLogEvents", &Operations::put_log_events);
    add("PutRetentionPolicy", &Operations::put_retention_policy);
}

}  // namespace orrery::logs
