// Log streams.
#include "services/aws/error.h"
#include "services/logs/limits.h"
#include "services/logs/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::logs {

namespace {

Json create_log_stream(Request& request) {
    LogGroup& group = request.group();
    const std::string name = request.parameters.string("logStreamName");
    request.parameters.finish();
    if (group.find_stream(name) != nullptr) {
        throw aws::ApiError("ResourceAlreadyExistsException",
                            "The specified log stream already exists");
    }
    request.groups.add_stream(group, name);
    return Json::object();
}

Json delete_log_stream(Request& request) {
    LogGroup& group = request.group();
    LogStream& stream = request.stream(group);
    request.parameters.finish();
    if (group.deletion_protection) {  // it "blocks all deletion operations" [API reference]
        throw aws::ApiError("ValidationException",
                            "The log stream cannot be deleted: the deletion protection of its log "
                            "group is enabled.");
    }
    request.groups.remove_stream(group, stream);
    return Json::object();
}

Json describe(const LogStream& stream, const LogGroup& group, const aws::Identity& identity) {
    Json description{{"logStreamName", stream.name},
                     {"creationTime", epoch_millis(stream.created)},
                     {"arn", group_arn(identity, group) + ":log-stream:" + stream.name},
                     // "always reported as zero" [API reference: LogStream]
                     {"storedBytes", 0}};
    if (stream.last_timestamp) {
        description["firstEventTimestamp"] = *stream.first_timestamp;
        description["lastEventTimestamp"] = *stream.last_timestamp;
        description["lastIngestionTime"] = stream.last_ingestion;
    }
    return description;
}

/// Sorts as the time of the last event does; streams without events come first.
std::string time_key(const LogStream& stream) {
    std::string time = std::to_string(stream.last_timestamp ? *stream.last_timestamp + 1 : 0);
    return std::string(20 - time.size(), '0') + time + "/" + stream.name;
}

Json describe_log_streams(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const LogGroup& group = request.group_by_identifier();
    const auto prefix = parameters.optional_string("logStreamNamePrefix");
    const bool by_time = parameters.optional_string("orderBy").value_or("") == "LastEventTime";
    const bool descending = parameters.optional_boolean("descending").value_or(false);
    if (by_time && prefix) {
        invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    std::vector<Item> items;
    for (const auto& [name, stream] : group.streams()) {
        if (name.starts_with(prefix.value_or(""))) {
            items.push_back(
                {by_time ? time_key(stream) : name, describe(stream, group, request.identity)});
        }
    }
    if (by_time) {
        std::sort(items.begin(), items.end(), [](const Item& left, const Item& right) {
            return left.key < right.key;
        });
    }
    if (descending) {
        std::reverse(items.begin(), items.end());
    }
    return page(
        request, std::move(items), "logStreams", limits::descriptions_per_answer, descending);
}

}  // namespace

void add_stream_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("CreateLogStream", create_log_stream);
    rows.add("DeleteLogStream", delete_log_stream);
    rows.add("DescribeLogStreams", describe_log_streams);
}

}  // namespace orrery::logs
