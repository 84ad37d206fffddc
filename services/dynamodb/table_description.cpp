#include "services/dynamodb/table_description.h"

#include "engine/loop.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/control_plane.h"
#include "services/dynamodb/schema_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb {

namespace {

std::string_view status_name(Status status) {
    switch (status) {
        case Status::creating: return "CREATING";
        case Status::active: return "ACTIVE";
        case Status::updating: return "UPDATING";
        case Status::deleting: break;
    }
    return "DELETING";
}

/// Of today (UTC).
std::int64_t decreases_today(const ThroughputHistory& history, Instant now) {
    const Instant midnight = std::chrono::floor<std::chrono::days>(now);
    return std::count_if(history.decreases.begin(), history.decreases.end(), [&](Instant decrease) {
        return decrease >= midnight;
    });
}

Json throughput_description(const Throughput& throughput,
                            const ThroughputHistory& history,
                            Instant now) {
    Json json = throughput_json(throughput);
    json["NumberOfDecreasesToday"] = decreases_today(history, now);
    if (history.last_increase) {
        json["LastIncreaseDateTime"] = time_json(*history.last_increase);
    }
    if (history.last_decrease) {
        json["LastDecreaseDateTime"] = time_json(*history.last_decrease);
    }
    return json;
}

Json on_demand_json(const Throughput& maximum) {
    return {{"MaxReadRequestUnits", maximum.read}, {"MaxWriteRequestUnits", maximum.write}};
}

/// What is warm was said, or comes with the billing mode. [docs: warm-throughput]
Json warm_json(const std::optional<Throughput>& said,
               BillingMode billing,
               const Throughput& provisioned,
               Status status) {
    Throughput warm = billing == BillingMode::provisioned
                          ? provisioned
                          : Throughput{limits::warm_reads, limits::warm_writes};
    if (said) {
        warm = {std::max(warm.read, said->read), std::max(warm.write, said->write)};
    }
    return {{"ReadUnitsPerSecond", warm.read},
            {"WriteUnitsPerSecond", warm.write},
            {"Status", std::string(status_name(status))}};
}

/// On demand a throughput is a maximum, and nothing is provisioned.
Throughput provisioned(const ManagedTable& table, const Throughput& throughput) {
    return table.definition().billing == BillingMode::provisioned ? throughput : Throughput{};
}

Json global_index_json(const ManagedTable& table,
                       const IndexDefinition& index,
                       Json json,
                       Detail detail,
                       Instant now) {
    const auto found = table.settings.indexes.find(index.name);
    const IndexSettings settings =
        found == table.settings.indexes.end() ? IndexSettings() : found->second;
    const Status status = table.table().index_status(index.name);
    json["IndexStatus"] = std::string(status_name(status));
    // Only while it is being created. [docs: GSI.OnlineOps.Creating]
    if (status == Status::creating && table.table().status() != Status::creating) {
        json["Backfilling"] = settings.backfilling;
    }
    json["ProvisionedThroughput"] =
        throughput_description(provisioned(table, index.throughput), settings.history, now);
    if (settings.on_demand_maximum) {
        json["OnDemandThroughput"] = on_demand_json(*settings.on_demand_maximum);
    }
    if (detail == Detail::full) {
        json["WarmThroughput"] =
            warm_json(settings.warm, table.definition().billing, index.throughput, status);
    }
    return json;
}

void add_indexes(const ManagedTable& table, Json& json, Detail detail, Instant now) {
    for (const IndexDefinition& index : table.definition().indexes) {
        Json description{{"IndexName", index.name},
                         {"IndexArn", table.definition().arn + "/index/" + index.name},
                         {"KeySchema", key_schema_json(index.keys)},
                         {"Projection", projection_json(index.projection)},
                         {"IndexSizeBytes", table.table().index_size_bytes(index.name)},
                         {"ItemCount", table.table().index_item_count(index.name)}};
        if (index.kind == IndexKind::local) {
            json["LocalSecondaryIndexes"].push_back(std::move(description));
        } else {
            json["GlobalSecondaryIndexes"].push_back(
                global_index_json(table, index, std::move(description), detail, now));
        }
    }
}

void add_stream(ControlPlane& control, const ManagedTable& table, Json& json) {
    if (const Stream* stream = table.stream()) {
        json["StreamSpecification"] = {
            {"StreamEnabled", true},
            {"StreamViewType", std::string(view_name(stream->identity().view))}};
    }
    // Of a stream that was disabled, too, as long as it can be read. [choice]
    if (const Stream* stream = control.find_stream(table.settings.stream_arn)) {
        json["LatestStreamArn"] = stream->identity().arn;
        json["LatestStreamLabel"] = stream->identity().label;
    }
}

void add_settings(const ManagedTable& table, Json& json) {
    const TableSettings& settings = table.settings;
    if (settings.billing_summary) {
        Json summary{{"BillingMode", std::string(billing_name(table.definition().billing))}};
        if (!settings.switches_to_on_demand.empty()) {
            summary["LastUpdateToPayPerRequestDateTime"] =
                time_json(settings.switches_to_on_demand.back());
        }
        json["BillingModeSummary"] = std::move(summary);
    }
    if (!settings.table_class.empty()) {
        json["TableClassSummary"] = {{"TableClass", settings.table_class}};
        if (settings.class_changed_at) {
            json["TableClassSummary"]["LastUpdateDateTime"] = time_json(*settings.class_changed_at);
        }
    }
    if (settings.encryption) {
        json["SSEDescription"] = {{"Status", "ENABLED"},
                                  {"SSEType", "KMS"},
                                  {"KMSMasterKeyArn", settings.encryption->key_arn}};
    }
    if (settings.on_demand_maximum) {
        json["OnDemandThroughput"] = on_demand_json(*settings.on_demand_maximum);
    }
    if (settings.restored) {
        json["RestoreSummary"] = {{"RestoreDateTime", time_json(settings.restored->at)},
                                  {"RestoreInProgress", settings.restored->in_progress},
                                  {"SourceTableArn", settings.restored->table_arn}};
        if (!settings.restored->backup_arn.empty()) {
            json["RestoreSummary"]["SourceBackupArn"] = settings.restored->backup_arn;
        }
    }
}

}  // namespace

Json time_json(Instant instant) {
    return static_cast<double>(epoch_millis(instant)) / 1000;
}

std::string_view feature_status(FeatureStatus status) {
    switch (status) {
        case FeatureStatus::enabling: return "ENABLING";
        case FeatureStatus::enabled: return "ENABLED";
        case FeatureStatus::disabling: return "DISABLING";
        case FeatureStatus::disabled: break;
    }
    return "DISABLED";
}

Json deleted_description(ControlPlane& control, const ManagedTable& table) {
    Json json = table_description(control, table, Detail::of_changes);
    for (const char* left_out : {"AttributeDefinitions",
                                 "CreationDateTime",
                                 "GlobalSecondaryIndexes",
                                 "KeySchema",
                                 "LocalSecondaryIndexes"}) {
        json.erase(left_out);
    }
    return json;
}

Json table_description(ControlPlane& control, const ManagedTable& table, Detail detail) {
    const TableDefinition& definition = table.definition();
    const Instant now = control.loop().now();
    Json json{{"TableName", definition.name},
              {"TableArn", definition.arn},
              {"TableId", definition.id},
              {"TableStatus", std::string(status_name(table.table().status()))},
              {"CreationDateTime", time_json(definition.created_at)},
              {"AttributeDefinitions", attributes_json(table.settings.attributes)},
              {"KeySchema", key_schema_json(definition.keys)},
              {"ItemCount", table.table().item_count()},
              {"TableSizeBytes", table.table().size_bytes()},
              {"DeletionProtectionEnabled", table.settings.deletion_protection},
              {"ProvisionedThroughput",
               throughput_description(
                   provisioned(table, definition.throughput), table.settings.history, now)}};
    add_indexes(table, json, detail, now);
    add_stream(control, table, json);
    add_settings(table, json);
    if (detail == Detail::full) {
        json["WarmThroughput"] = warm_json(
            table.settings.warm, definition.billing, definition.throughput, table.table().status());
    }
    return json;
}

}  // namespace orrery::dynamodb
