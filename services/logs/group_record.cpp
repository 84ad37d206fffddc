#include "services/logs/group_record.h"

#include "engine/error.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::logs {

namespace {

using Json = nlohmann::json;

[[noreturn]] void damaged() {
    throw UsageError("the state on disk is damaged: a record of CloudWatch Logs");
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json();
}

template <typename Value>
std::optional<Value> value_or_none(const Json& record) {
    return record.is_null() ? std::nullopt : std::optional(record.get<Value>());
}

Json instant(Instant value) {
    return value.time_since_epoch().count();
}

Instant instant_in(const Json& record) {
    return Instant(Duration(record.get<std::int64_t>()));
}

Json record_of(const MetricFilter& filter) {
    return {{"name", filter.name},
            {"pattern", filter.pattern_text},
            {"created", filter.created},
            {"metric", filter.metric_name},
            {"namespace", filter.metric_namespace},
            {"value", filter.metric_value},
            {"default", or_null(filter.default_value)},
            {"dimensions", filter.dimensions},
            {"unit", or_null(filter.unit)}};
}

MetricFilter metric_filter_in(const Json& record) {
    MetricFilter filter;
    filter.name = record.at("name");
    filter.pattern_text = record.at("pattern");
    filter.pattern = parse_filter_pattern(filter.pattern_text);
    filter.created = record.at("created");
    filter.metric_name = record.at("metric");
    filter.metric_namespace = record.at("namespace");
    filter.metric_value = record.at("value");
    filter.default_value = value_or_none<double>(record.at("default"));
    filter.dimensions = record.at("dimensions").get<std::map<std::string, std::string>>();
    filter.unit = value_or_none<std::string>(record.at("unit"));
    return filter;
}

Json record_of(const SubscriptionFilter& filter) {
    return {{"name", filter.name},
            {"pattern", filter.pattern_text},
            {"created", filter.created},
            {"destination", filter.destination_arn},
            {"role", or_null(filter.role_arn)},
            {"distribution", filter.distribution}};
}

SubscriptionFilter subscription_filter_in(const Json& record) {
    SubscriptionFilter filter;
    filter.name = record.at("name");
    filter.pattern_text = record.at("pattern");
    filter.pattern = parse_filter_pattern(filter.pattern_text);
    filter.created = record.at("created");
    filter.destination_arn = record.at("destination");
    filter.role_arn = value_or_none<std::string>(record.at("role"));
    filter.distribution = record.at("distribution");
    return filter;
}

/// Runs `read`; whatever is wrong with the record is damage.
template <typename Read>
auto reading(Read read) {
    try {
        return read();
    } catch (const UsageError&) {
        throw;
    } catch (const std::exception&) {  // of JSON, or a filter pattern
        damaged();
    }
}

}  // namespace

std::string number_key(std::uint64_t number) {
    std::string bytes(8, '\0');
    for (std::size_t place = bytes.size(); place-- > 0; number >>= 8) {
        bytes[place] = static_cast<char>(number & 0xFF);
    }
    return bytes;
}

std::uint64_t take_number(std::string_view& key) {
    constexpr std::size_t size = 8;
    if (key.size() < size) {
        damaged();
    }
    std::uint64_t number = 0;
    for (const char byte : key.substr(0, size)) {
        number = number << 8 | static_cast<unsigned char>(byte);
    }
    key.remove_prefix(size);
    return number;
}

std::string group_record(const LogGroup& group) {
    Json record{{"name", group.name()},
                {"created", instant(group.created())},
                {"retention_days", or_null(group.retention_days)},
                {"kms_key", or_null(group.kms_key)},
                {"class", group.log_class},
                {"protected", group.deletion_protection},
                {"tags", group.tags},
                {"metric_filters", Json::array()},
                {"subscription_filters", Json::array()}};
    for (const auto& [name, filter] : group.metric_filters) {
        record["metric_filters"].push_back(record_of(filter));
    }
    for (const auto& [name, filter] : group.subscription_filters) {
        record["subscription_filters"].push_back(record_of(filter));
    }
    return record.dump();
}

std::unique_ptr<LogGroup> read_group(std::uint64_t id, std::string_view text) {
    return reading([&] {
        const Json record = Json::parse(text);
        auto group =
            std::make_unique<LogGroup>(record.at("name"), id, instant_in(record.at("created")));
        group->retention_days = value_or_none<std::int64_t>(record.at("retention_days"));
        group->kms_key = value_or_none<std::string>(record.at("kms_key"));
        group->log_class = record.at("class");
        group->deletion_protection = record.at("protected");
        group->tags = record.at("tags").get<std::map<std::string, std::string>>();
        for (const Json& filter : record.at("metric_filters")) {
            MetricFilter read = metric_filter_in(filter);
            group->metric_filters.emplace(read.name, std::move(read));
        }
        for (const Json& filter : record.at("subscription_filters")) {
            SubscriptionFilter read = subscription_filter_in(filter);
            group->subscription_filters.emplace(read.name, std::move(read));
        }
        return group;
    });
}

std::string stream_record(const LogStream& stream) {
    return Json{{"name", stream.name},
                {"created", instant(stream.created)},
                {"first", or_null(stream.first_timestamp)},
                {"last", or_null(stream.last_timestamp)},
                {"ingestion", stream.last_ingestion}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

void read_stream(LogGroup& group, std::uint64_t number, std::string_view text) {
    reading([&] {
        const Json record = Json::parse(text);
        const std::string name = record.at("name");
        if (group.find_stream(name) != nullptr) {
            damaged();
        }
        LogStream& stream = group.restore_stream(
            name, static_cast<std::uint32_t>(number), instant_in(record.at("created")));
        stream.first_timestamp = value_or_none<std::int64_t>(record.at("first"));
        stream.last_timestamp = value_or_none<std::int64_t>(record.at("last"));
        stream.last_ingestion = record.at("ingestion");
        return 0;
    });
}

std::string event_record(const LogEvent& event) {
    return number_key(event.stream->number) +
           number_key(static_cast<std::uint64_t>(event.key.timestamp)) +
           number_key(static_cast<std::uint64_t>(event.ingestion_time)) + event.message;
}

ReadEvent read_event(std::uint64_t sequence, std::string_view record) {
    ReadEvent read;
    read.stream_number = take_number(record);
    read.event.key = {static_cast<std::int64_t>(take_number(record)), sequence};
    read.event.ingestion_time = static_cast<std::int64_t>(take_number(record));
    read.event.message = record;
    return read;
}

}  // namespace orrery::logs
