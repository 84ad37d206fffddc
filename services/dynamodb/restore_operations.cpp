// RestoreTableFromBackup and RestoreTableToPointInTime: a new table with the old one's definition
// and items. Streams, TTL, tags and the like are not restored. [docs: backuprestore_HowItWorks]
#include "engine/world.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/index_request.h"
#include "services/dynamodb/schema_json.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_request.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>
#include <set>

namespace orrery::dynamodb {

namespace {

using aws::ApiError;

/// The indexes named in the override, as they were; without an override all of them.
void apply_index_override(const Json* wanted, const char* list, Json& table) {
    if (wanted == nullptr) {
        return;
    }
    Json kept = Json::array();
    for (const Json& index : *wanted) {
        bool found = false;
        for (const Json& present : table.value(list, Json::array())) {
            if (present.at("IndexName") == index.at("IndexName")) {
                found = true;
                kept.push_back(index);
            }
        }
        if (!found) {
            // [docs: API_RestoreTableFromBackup: indexes may be left out, not added]
            throw invalid_values("Index " + index.at("IndexName").get<std::string>() +
                                 " is not an index of the table that is restored");
        }
    }
    table.erase(list);
    if (!kept.empty()) {
        table[list] = std::move(kept);
    }
}

/// Parts of a request that override what the source table had.
struct Overrides {
    explicit Overrides(aws::Parameters& parameters)
        : billing(parameters.optional_text("BillingModeOverride")),
          throughput(parameters.optional("ProvisionedThroughputOverride")),
          global_indexes(parameters.optional("GlobalSecondaryIndexOverride")),
          local_indexes(parameters.optional("LocalSecondaryIndexOverride")),
          on_demand(parameters.optional("OnDemandThroughputOverride")),
          encryption(parameters.optional("SSESpecificationOverride")) {}

    /// CreateTable's parameters of the new table.
    void apply(Json& table) const {
        if (billing != nullptr) {
            table["BillingMode"] = *billing;
        }
        if (table["BillingMode"] == "PAY_PER_REQUEST") {
            table.erase("ProvisionedThroughput");
        }
        if (throughput != nullptr) {
            table["ProvisionedThroughput"] = *throughput;
        }
        if (on_demand != nullptr) {
            table["OnDemandThroughput"] = *on_demand;
        }
        apply_index_override(global_indexes, "GlobalSecondaryIndexes", table);
        apply_index_override(local_indexes, "LocalSecondaryIndexes", table);
        if (table["BillingMode"] == "PAY_PER_REQUEST" && global_indexes == nullptr &&
            table.contains("GlobalSecondaryIndexes")) {
            for (Json& index : table["GlobalSecondaryIndexes"]) {
                index.erase("ProvisionedThroughput");
            }
        }
        drop_unused_attributes(table);
    }

    const std::string* billing;
    const Json* throughput;
    const Json* global_indexes;
    const Json* local_indexes;
    const Json* on_demand;
    const Json* encryption;

private:
    static void drop_unused_attributes(Json& table) {
        std::set<std::string> used;
        const auto use = [&used](const Json& schema) {
            for (const Json& key : schema) {
                used.insert(key.at("AttributeName").get<std::string>());
            }
        };
        use(table.at("KeySchema"));
        for (const char* list : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
            for (const Json& index : table.value(list, Json::array())) {
                use(index.at("KeySchema"));
            }
        }
        Json kept = Json::array();
        for (const Json& attribute : table.at("AttributeDefinitions")) {
            if (used.contains(attribute.at("AttributeName").get<std::string>())) {
                kept.push_back(attribute);
            }
        }
        table["AttributeDefinitions"] = std::move(kept);
    }
};

/// TargetTableName: a name that is free.
std::string target_name(Request& request) {
    std::string name = request.parameters.string("TargetTableName");
    if (request.control.find(name) != nullptr) {
        throw ApiError("TableAlreadyExistsException", "Table already exists: " + name);
    }
    return name;
}

using EachItem = std::function<void(const std::function<void(const Item&)>& visit)>;

/// `source` is CreateTable's parameters of the table as it was.
Json restore(Request& request,
             Json source,
             const std::string& target,
             const Overrides& overrides,
             std::optional<Encryption> encryption,
             Restored restored,
             const EachItem& each_item) {
    ControlPlane& control = request.control;
    source["TableName"] = target;
    overrides.apply(source);
    aws::Parameters parameters(source, "CreateTable");
    TableRequest wanted = read_table(parameters);
    wanted.settings.encryption = overrides.encryption == nullptr
                                     ? std::move(encryption)
                                     : read_encryption(control, *overrides.encryption);
    wanted.settings.restored = std::move(restored);
    ManagedTable& table = control.create(std::move(wanted.definition), std::move(wanted.settings));
    for (const IndexDefinition& index : table.definition().indexes) {
        table.table().set_index_status(index.name, Status::creating);
    }
    each_item([&](const Item& item) { table.table().load(item); });
    control.world().trace.record(table.source(), "dynamodb.table.restored", {});
    control.changes().begin(table.definition().number, limits::restore, [&control, &table] {
        for (const IndexDefinition& index : table.definition().indexes) {
            table.table().set_index_status(index.name, Status::active);
        }
        table.settings.restored->in_progress = false;
        table.table().set_status(Status::active);
        control.changed(table);
        control.world().trace.record(table.source(), "dynamodb.table.active", {});
    });
    return {{"TableDescription", table_description(control, table, Detail::of_changes)}};
}

Json restore_table_from_backup(Request& request) {
    const std::string arn = request.parameters.string("BackupArn");
    const std::string target = target_name(request);
    const Overrides overrides(request.parameters);
    request.parameters.finish();
    const auto found = request.control.backups().find(arn);
    if (found == request.control.backups().end()) {
        throw ApiError("BackupNotFoundException", "Backup not found: " + arn);
    }
    const Backup& backup = *found->second;
    if (!backup.available) {
        throw ApiError("BackupInUseException", "Backup is being created: " + arn);
    }
    return restore(request,
                   creation_json(backup.definition, backup.settings.attributes),
                   target,
                   overrides,
                   backup.settings.encryption,
                   {arn, backup.definition.arn, backup.created_at, true},
                   [&](const auto& visit) {
                       for (const std::string& item : backup.items) {
                           visit(decode_item(item));
                       }
                   });
}

/// The time that is asked for, in the range that there is.
Instant restore_time(Request& request, const PointInTimeRecovery& recovery) {
    const Instant now = request.control.loop().now();
    const Instant earliest = std::max(recovery.since, now - recovery.days * 24h);
    const Instant latest = std::max(earliest, now - limits::latest_restorable_lag);
    const bool use_latest =
        request.parameters.optional_boolean("UseLatestRestorableTime").value_or(false);
    const Json* time = request.parameters.optional("RestoreDateTime");
    if (use_latest == (time != nullptr)) {
        // (wording unverified)
        throw validation_error(
            use_latest ? "RestoreDateTime and UseLatestRestorableTime cannot be specified at the "
                         "same time"
                       : "One of RestoreDateTime or UseLatestRestorableTime is required");
    }
    if (use_latest) {
        return latest;
    }
    // Answers tell milliseconds, and what they tell is restorable.
    const Instant wanted(std::chrono::milliseconds(std::llround(time->get<double>() * 1000)));
    if (wanted < std::chrono::floor<std::chrono::milliseconds>(earliest) || wanted > latest) {
        // [docs: InvalidRestoreTimeException; wording unverified]
        throw ApiError("InvalidRestoreTimeException",
                       "An invalid restore time was specified. RestoreDateTime must be between "
                       "EarliestRestorableDateTime and LatestRestorableDateTime.");
    }
    return wanted;
}

Json restore_table_to_point_in_time(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const std::string* arn = parameters.optional_text("SourceTableArn");
    const std::string source =
        arn == nullptr ? parameters.optional_string("SourceTableName").value_or("") : *arn;
    parameters.accept("SourceTableName");
    const std::string target = target_name(request);
    const Overrides overrides(parameters);
    ManagedTable* table = request.control.find(source);
    if (table == nullptr) {
        throw ApiError("TableNotFoundException", "Table not found: " + source);
    }
    if (!table->settings.recovery.enabled) {
        throw ApiError(
            "PointInTimeRecoveryUnavailableException",
            "Point in time recovery is not enabled for table '" + table->definition().name + "'");
    }
    const Instant time = restore_time(request, table->settings.recovery);
    parameters.finish();
    return restore(request,
                   creation_json(table->definition(), table->settings.attributes),
                   target,
                   overrides,
                   table->settings.encryption,
                   {"", table->definition().arn, time, true},
                   [&](const auto& visit) { table->undo_log()->each_item_at(time, visit); });
}

}  // namespace

void add_restore_operations(const Rows& rows) {
    rows.add("RestoreTableFromBackup", restore_table_from_backup);
    rows.add("RestoreTableToPointInTime", restore_table_to_point_in_time);
}

}  // namespace orrery::dynamodb
