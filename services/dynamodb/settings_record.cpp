#include "services/dynamodb/settings_record.h"

#include "engine/error.h"
#include "services/aws/parameters.h"
#include "services/dynamodb/backup.h"
#include "services/dynamodb/index_request.h"
#include "services/dynamodb/schema_json.h"
#include "services/dynamodb/table_request.h"
#include "services/dynamodb/table_settings.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace orrery::dynamodb {

namespace {

Json record(Instant instant) {
    return instant.time_since_epoch().count();
}
Instant instant_in(const Json& json) {
    return Instant(Duration(json.get<std::int64_t>()));
}

Json record(const std::vector<Instant>& instants) {
    Json list = Json::array();
    for (const Instant instant : instants) {
        list.push_back(record(instant));
    }
    return list;
}
std::vector<Instant> instants_in(const Json& json) {
    std::vector<Instant> instants;
    for (const Json& each : json) {
        instants.push_back(instant_in(each));
    }
    return instants;
}

Json record(const std::optional<Instant>& instant) {
    return instant ? record(*instant) : Json();
}
std::optional<Instant> optional_instant_in(const Json& json) {
    return json.is_null() ? std::nullopt : std::optional(instant_in(json));
}

Json record(const std::optional<Throughput>& throughput) {
    return throughput ? Json{throughput->read, throughput->write} : Json();
}
std::optional<Throughput> throughput_in(const Json& json) {
    return json.is_null() ? std::nullopt : std::optional(Throughput{json.at(0), json.at(1)});
}

Json record(const ThroughputHistory& history) {
    return {{"increase", record(history.last_increase)},
            {"decrease", record(history.last_decrease)},
            {"decreases", record(history.decreases)}};
}
ThroughputHistory history_in(const Json& json) {
    return {optional_instant_in(json.at("increase")),
            optional_instant_in(json.at("decrease")),
            instants_in(json.at("decreases"))};
}

FeatureStatus status_in(const Json& json) {
    return json.get<bool>() ? FeatureStatus::enabled : FeatureStatus::disabled;
}

Json indexes_record(const TableSettings& settings) {
    Json indexes = Json::object();
    for (const auto& [name, index] : settings.indexes) {
        indexes[name] = {{"history", record(index.history)},
                         {"maximum", record(index.on_demand_maximum)},
                         {"warm", record(index.warm)}};
    }
    return indexes;
}

Json insights_record(const TableSettings& settings) {
    Json insights = Json::object();
    for (const auto& [index, each] : settings.insights) {
        insights[index] = {{"on", is_on(each.status)},
                           {"mode", each.mode},
                           {"changed", record(each.changed_at)},
                           {"rules", each.rule_suffix}};
    }
    return insights;
}

Json policies_record(const TableSettings& settings) {
    Json policies = Json::object();
    for (const auto& [arn, policy] : settings.policies) {
        policies[arn] = {policy.text, policy.revision};
    }
    return policies;
}

void read_parts(const Json& json, TableSettings& settings) {
    for (const auto& [name, index] : json.at("indexes").items()) {
        settings.indexes[name] = {history_in(index.at("history")),
                                  throughput_in(index.at("maximum")),
                                  throughput_in(index.at("warm")),
                                  false};
    }
    for (const auto& [index, each] : json.at("insights").items()) {
        settings.insights[index] = {status_in(each.at("on")),
                                    each.at("mode"),
                                    instant_in(each.at("changed")),
                                    each.at("rules")};
    }
    for (const auto& [arn, policy] : json.at("policies").items()) {
        settings.policies[arn] = {policy.at(0), policy.at(1)};
    }
    if (const Json& restored = json.at("restored"); !restored.is_null()) {
        settings.restored = Restored{
            restored.at("backup"), restored.at("table"), instant_in(restored.at("at")), false};
    }
}

}  // namespace

Json settings_record(const TableSettings& settings) {
    Json json{{"attributes", attributes_json(settings.attributes)},
              {"history", record(settings.history)},
              {"billing_summary", settings.billing_summary},
              {"on_demand", record(settings.switches_to_on_demand)},
              {"maximum", record(settings.on_demand_maximum)},
              {"warm", record(settings.warm)},
              {"class", settings.table_class},
              {"class_changed", record(settings.class_changed_at)},
              {"protection", settings.deletion_protection},
              {"key", settings.encryption ? Json(settings.encryption->key_arn) : Json()},
              {"tags", settings.tags},
              {"policies", policies_record(settings)},
              {"ttl",
               {{"on", is_on(settings.time_to_live.status)},
                {"attribute", settings.time_to_live.attribute},
                {"changed", record(settings.time_to_live.changed_at)}}},
              {"recovery",
               {{"on", settings.recovery.enabled},
                {"days", settings.recovery.days},
                {"since", record(settings.recovery.since)}}},
              {"insights", insights_record(settings)},
              {"restored", nullptr},
              {"stream", settings.stream_arn},
              {"indexes", indexes_record(settings)}};
    if (settings.restored) {
        json["restored"] = {{"backup", settings.restored->backup_arn},
                            {"table", settings.restored->table_arn},
                            {"at", record(settings.restored->at)}};
    }
    return json;
}

TableSettings settings_in(const Json& json) {
    TableSettings settings;
    try {
        settings.attributes = read_attributes(json.at("attributes"));
        settings.history = history_in(json.at("history"));
        settings.billing_summary = json.at("billing_summary");
        settings.switches_to_on_demand = instants_in(json.at("on_demand"));
        settings.on_demand_maximum = throughput_in(json.at("maximum"));
        settings.warm = throughput_in(json.at("warm"));
        settings.table_class = json.at("class");
        settings.class_changed_at = optional_instant_in(json.at("class_changed"));
        settings.deletion_protection = json.at("protection");
        if (!json.at("key").is_null()) {
            settings.encryption = Encryption{json.at("key")};
        }
        settings.tags = json.at("tags").get<std::map<std::string, std::string>>();
        const Json& ttl = json.at("ttl");
        settings.time_to_live = {
            status_in(ttl.at("on")), ttl.at("attribute"), optional_instant_in(ttl.at("changed"))};
        const Json& recovery = json.at("recovery");
        settings.recovery = {
            recovery.at("on"), recovery.at("days"), instant_in(recovery.at("since"))};
        settings.stream_arn = json.at("stream");
        read_parts(json, settings);
    } catch (const Json::exception& error) {
        throw UsageError(std::string("the state of DynamoDB cannot be read: ") + error.what());
    }
    return settings;
}

Json backup_record(const Backup& backup) {
    return {{"number", backup.number},
            {"arn", backup.arn},
            {"name", backup.name},
            {"created", record(backup.created_at)},
            {"table", creation_json(backup.definition, backup.settings.attributes)},
            {"table_id", backup.definition.id},
            {"table_arn", backup.definition.arn},
            {"table_created", record(backup.definition.created_at)},
            {"settings", settings_record(backup.settings)},
            {"view", backup.stream_view},
            {"size", backup.size_bytes}};
}

Backup backup_in(const Json& json) {
    Backup backup;
    try {
        aws::Parameters table(json.at("table"), "CreateTable");
        backup.definition = read_table(table).definition;
        backup.definition.id = json.at("table_id");
        backup.definition.arn = json.at("table_arn");
        backup.definition.created_at = instant_in(json.at("table_created"));
        backup.settings = settings_in(json.at("settings"));
        backup.number = json.at("number");
        backup.arn = json.at("arn");
        backup.name = json.at("name");
        backup.created_at = instant_in(json.at("created"));
        backup.stream_view = json.at("view");
        backup.size_bytes = json.at("size");
        backup.available = true;
    } catch (const Json::exception& error) {
        throw UsageError(std::string("the state of DynamoDB cannot be read: ") + error.what());
    }
    return backup;
}

}  // namespace orrery::dynamodb
