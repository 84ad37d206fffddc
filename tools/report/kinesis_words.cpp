#include "tools/report/kinesis_words.h"

#include "tools/report/event_field.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace orrery::report {

namespace {

std::string records(const Json& data, const char* name) {
    const std::string count = field(data, name);
    return count + (count == "1" ? " record" : " records");
}

std::string names(const Json& data, const char* name) {
    std::string all;
    for (const Json& each : data.value(name, Json::array())) {
        all += (all.empty() ? "" : ", ") + each.get<std::string>();
    }
    return all;
}

std::string consumer(const Json& data) {
    return "consumer " + field(data, "consumer");
}

std::string consumer_deregistered(const Json& data) {
    return consumer(data) + " deregistered";
}

std::string consumer_registered(const Json& data) {
    return consumer(data) + " registered";
}

std::string iterator_expired(const Json& data) {
    return "iterator of " + field(data, "shard") + " expired, " + field(data, "age") + " old";
}

std::string record_put(const Json& data) {
    return "record put into " + field(data, "shard") + where_given(", key ", data, "key") +
           where_given(", ", data, "bytes", " bytes");
}

std::string records_put(const Json& data) {
    return records(data, "records") + " put" +
           (field(data, "failed") == "0" ? "" : ", " + field(data, "failed") + " refused");
}

std::string records_read(const Json& data) {
    return records(data, "records") + " read from " + field(data, "shard") +
           where_given(" by ", data, "by") +
           (field(data, "behind") == "0s" ? "" : where_given(", ", data, "behind", " behind"));
}

std::string request_throttled(const Json& data) {
    return field(data, "action") + " throttled at " + field(data, "shard") +
           (data.contains("records") ? ": " + records(data, "records") + " refused" : "");
}

std::string shard_split(const Json& data) {
    return field(data, "shard") + " split into " + names(data, "children");
}

std::string shards_merged(const Json& data) {
    return names(data, "shards") + " merged into " + field(data, "child");
}

std::string stream_active(const Json&) {
    return "active";
}

std::string stream_created(const Json& data) {
    const std::string shards = field(data, "shards");
    return "created with " + shards + (shards == "1" ? " shard" : " shards");
}

std::string stream_deleted(const Json&) {
    return "deleted";
}

std::string subscription_ended(const Json& data) {
    return consumer(data) + " no longer subscribed to " + field(data, "shard") +
           where_given(": ", data, "error");
}

std::string subscription_started(const Json& data) {
    return consumer(data) + " subscribed to " + field(data, "shard");
}

struct Row {
    std::string_view kind;
    std::string (*describe)(const Json& data);
    Tone tone = Tone::normal;
};

constexpr std::array<Row, 14> rows{{
    {"kinesis.consumer.deregistered", consumer_deregistered, Tone::dim},
    {"kinesis.consumer.registered", consumer_registered, Tone::dim},
    {"kinesis.iterator.expired", iterator_expired, Tone::bad},
    {"kinesis.record.put", record_put},
    {"kinesis.records.put", records_put},
    {"kinesis.records.read", records_read},
    {"kinesis.request.throttled", request_throttled, Tone::bad},
    {"kinesis.shard.split", shard_split},
    {"kinesis.shards.merged", shards_merged},
    {"kinesis.stream.active", stream_active, Tone::dim},
    {"kinesis.stream.created", stream_created, Tone::dim},
    {"kinesis.stream.deleted", stream_deleted},
    {"kinesis.subscription.ended", subscription_ended},
    {"kinesis.subscription.started", subscription_started},
}};

}  // namespace

Words kinesis_words(std::string_view kind, const Json& data) {
    const auto* row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.kind == kind; });
    return row == rows.end() ? Words() : Words{row->describe(data), row->tone};
}

}  // namespace orrery::report
