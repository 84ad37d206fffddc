#include "services/lambda/saved_mapping.h"

#include "services/lambda/event_source_mapping.h"
#include "services/lambda/saved_function.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

template <typename Value>
Json optional_record(const std::optional<Value>& value) {
    return value ? Json(*value) : Json();
}

std::optional<std::int64_t> optional_in(const Json& record) {
    return record.is_null() ? std::nullopt : std::optional(record.get<std::int64_t>());
}

Json settings_record(const MappingSettings& settings) {
    Json record{{"uuid", settings.uuid},
                {"source", settings.event_source_arn},
                {"function", settings.function_arn},
                {"name", settings.function.name},
                {"qualifier", settings.function.qualifier},
                {"enabled", settings.state == MappingState::enabled},
                {"batch", settings.batch_size},
                {"window", settings.batching_window.count()},
                {"items", settings.report_item_failures},
                {"filters", settings.filter.patterns()},
                {"metrics", settings.metrics},
                {"key", settings.kms_key_arn},
                {"concurrency", optional_record(settings.maximum_concurrency)},
                {"pollers", Json()},
                {"position", static_cast<int>(settings.starting_position)},
                {"timestamp", instant_record(settings.starting_timestamp)},
                {"factor", settings.parallelization_factor},
                {"bisect", settings.bisect},
                {"age", Json()},
                {"attempts", optional_record(settings.maximum_retry_attempts)},
                {"tumbling", settings.tumbling_window.count()},
                {"on_failure", settings.on_failure}};
    if (settings.provisioned_pollers) {
        record["pollers"] = {settings.provisioned_pollers->minimum,
                             settings.provisioned_pollers->maximum};
    }
    if (settings.maximum_record_age) {
        record["age"] = settings.maximum_record_age->count();
    }
    return record;
}

MappingSettings settings_in(const Json& record) {
    MappingSettings settings;
    settings.uuid = record.at("uuid");
    settings.event_source_arn = record.at("source");
    settings.function_arn = record.at("function");
    settings.function = {record.at("name"), record.at("qualifier")};
    settings.state =
        record.at("enabled").get<bool>() ? MappingState::enabled : MappingState::disabled;
    settings.batch_size = record.at("batch");
    settings.batching_window = Duration(record.at("window").get<std::int64_t>());
    settings.report_item_failures = record.at("items");
    auto patterns = record.at("filters").get<std::vector<std::string>>();
    if (!patterns.empty()) {
        settings.filter = {std::move(patterns),
                           source_kind(settings.event_source_arn).value_or(FilteredSource::sqs)};
    }
    settings.metrics = record.at("metrics").get<std::vector<std::string>>();
    settings.kms_key_arn = record.at("key");
    settings.maximum_concurrency = optional_in(record.at("concurrency"));
    if (const Json& pollers = record.at("pollers"); !pollers.is_null()) {
        settings.provisioned_pollers = {pollers.at(0), pollers.at(1)};
    }
    settings.starting_position = static_cast<StartingPosition>(record.at("position").get<int>());
    settings.starting_timestamp = instant_in(record.at("timestamp"));
    settings.parallelization_factor = record.at("factor");
    settings.bisect = record.at("bisect");
    if (const auto age = optional_in(record.at("age"))) {
        settings.maximum_record_age = Duration(*age);
    }
    settings.maximum_retry_attempts = optional_in(record.at("attempts"));
    settings.tumbling_window = Duration(record.at("tumbling").get<std::int64_t>());
    settings.on_failure = record.at("on_failure");
    return settings;
}

template <typename Mapping>
Json whole_record(const Mapping& mapping) {
    Json record = settings_record(mapping.settings);
    record["tags"] = mapping.tags;
    record["modified"] = instant_record(mapping.last_modified);
    record["change"] = static_cast<int>(mapping.change);
    record["settled_at"] = instant_record(mapping.settled_at);
    return record;
}

}  // namespace

Json mapping_record(const EventSourceMapping& mapping) {
    return whole_record(mapping);
}

Json mapping_record(const SavedMapping& mapping) {
    return whole_record(mapping);
}

SavedMapping mapping_in(const Json& record) {
    SavedMapping saved;
    saved.settings = settings_in(record);
    saved.tags = record.at("tags").get<std::map<std::string, std::string>>();
    saved.last_modified = instant_in(record.at("modified"));
    saved.change = static_cast<MappingChange>(record.at("change").get<int>());
    saved.settled_at = instant_in(record.at("settled_at"));
    return saved;
}

}  // namespace orrery::lambda
