// Backups that are asked for, and continuous ones (point-in-time recovery). [docs:
// backuprestore_HowItWorks, PointInTimeRecovery_Howitworks]
#include "engine/world.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/schema_json.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_request.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb {

namespace {

using aws::ApiError;

/// These operations have an error of their own for a table that is not there. [botocore]
ManagedTable& backed_up_table(Request& request) {
    const std::string name = required_table_name(request.parameters);
    ManagedTable* table = request.control.find(name);
    if (table == nullptr) {
        throw ApiError("TableNotFoundException", "Table not found: " + name);
    }
    return *table;
}

Backup& existing_backup(Request& request) {
    const std::string arn = request.parameters.string("BackupArn");
    const auto found = request.control.backups().find(arn);
    if (found == request.control.backups().end()) {
        throw ApiError("BackupNotFoundException", "Backup not found: " + arn);
    }
    return *found->second;
}

std::string status_of(const Backup& backup) {
    return backup.available ? "AVAILABLE" : "CREATING";
}

Json details(const Backup& backup) {
    return {{"BackupArn", backup.arn},
            {"BackupName", backup.name},
            {"BackupSizeBytes", backup.size_bytes},
            {"BackupStatus", status_of(backup)},
            {"BackupType", "USER"},
            {"BackupCreationDateTime", time_json(backup.created_at)}};
}

/// What is told of the table's indexes, stream, TTL and encryption.
Json features(const Backup& backup) {
    Json json = Json::object();
    const Json table = creation_json(backup.definition, backup.settings.attributes);
    for (const char* indexes : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
        if (table.contains(indexes)) {
            json[indexes] = table[indexes];
        }
    }
    if (!backup.stream_view.empty()) {
        json["StreamDescription"] = {{"StreamEnabled", true},
                                     {"StreamViewType", backup.stream_view}};
    }
    if (backup.settings.time_to_live.status == FeatureStatus::enabled) {
        json["TimeToLiveDescription"] = {{"TimeToLiveStatus", "ENABLED"},
                                         {"AttributeName", backup.settings.time_to_live.attribute}};
    }
    if (backup.settings.encryption) {
        json["SSEDescription"] = {{"Status", "ENABLED"},
                                  {"SSEType", "KMS"},
                                  {"KMSMasterKeyArn", backup.settings.encryption->key_arn}};
    }
    return json;
}

Json description(const Backup& backup) {
    const TableDefinition& table = backup.definition;
    return {{"BackupDetails", details(backup)},
            {"SourceTableDetails",
             {{"TableName", table.name},
              {"TableId", table.id},
              {"TableArn", table.arn},
              {"TableSizeBytes", backup.size_bytes},
              {"ItemCount", backup.items.size()},
              {"KeySchema", key_schema_json(table.keys)},
              {"TableCreationDateTime", time_json(table.created_at)},
              {"ProvisionedThroughput", throughput_json(table.throughput)},
              {"BillingMode", std::string(billing_name(table.billing))}}},
            {"SourceTableFeatureDetails", features(backup)}};
}

Json create_backup(Request& request) {
    ControlPlane& control = request.control;
    ManagedTable& table = backed_up_table(request);
    const std::string name = request.parameters.string("BackupName");
    request.parameters.finish();
    if (!table.table().usable()) {
        throw ApiError(
            "TableInUseException",
            "Table is being created or deleted: " + table.definition().name);  // (unverified)
    }
    auto made = std::make_unique<Backup>();
    made->number = control.next_backup_number();
    made->name = name;
    made->created_at = control.loop().now();
    const std::string millis = std::to_string(epoch_millis(made->created_at));
    made->arn = table.definition().arn + "/backup/" + std::string(14 - millis.size(), '0') +
                millis + "-" + control.random().hex(8);
    made->definition = table.definition();
    made->settings = table.settings;
    made->stream_view = table.stream() == nullptr ? "" : view_name(table.stream()->identity().view);
    made->size_bytes = table.table().size_bytes();
    table.table().each_item([&](const Item& item) { made->items.push_back(encode_item(item)); });
    const std::string arn = made->arn;
    Backup& backup = *(control.backups()[arn] = std::move(made));
    control.world().trace.record(
        table.source(), "dynamodb.backup.created", {{"backup", backup.name}});
    control.changed(backup);
    // It is complete even if the table is deleted meanwhile.
    control.changes().begin(0, limits::feature_change, [&control, arn] {
        if (const auto found = control.backups().find(arn); found != control.backups().end()) {
            found->second->available = true;
        }
    });
    return {{"BackupDetails", details(backup)}};
}

Json describe_backup(Request& request) {
    const Backup& backup = existing_backup(request);
    request.parameters.finish();
    return {{"BackupDescription", description(backup)}};
}

Json delete_backup(Request& request) {
    const Backup& backup = existing_backup(request);
    request.parameters.finish();
    if (!backup.available) {
        throw ApiError("BackupInUseException", "Backup is being created: " + backup.arn);
    }
    Json answer{{"BackupDescription", description(backup)}};
    answer["BackupDescription"]["BackupDetails"]["BackupStatus"] = "DELETED";
    request.control.erase_backup(backup.arn);
    return answer;
}

Json summary(const Backup& backup) {
    Json json = details(backup);
    json["TableName"] = backup.definition.name;
    json["TableId"] = backup.definition.id;
    json["TableArn"] = backup.definition.arn;
    return json;
}

/// A time in seconds, or `otherwise`.
double seconds_of(const Json* time, double otherwise) {
    return time == nullptr ? otherwise : time->get<double>();
}

Json list_backups(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const std::string table = parameters.optional_string("TableName").value_or("");
    const std::string type = parameters.optional_string("BackupType").value_or("USER");
    const std::string after = parameters.optional_string("ExclusiveStartBackupArn").value_or("");
    const auto limit = static_cast<std::size_t>(parameters.optional_integer("Limit").value_or(100));
    const double from = seconds_of(parameters.optional("TimeRangeLowerBound"), 0);
    const double to = seconds_of(parameters.optional("TimeRangeUpperBound"), 1e12);
    parameters.finish();
    Json answer{{"BackupSummaries", Json::array()}};
    Json& summaries = answer["BackupSummaries"];
    const auto& backups = request.control.backups();
    for (auto each = backups.upper_bound(after); each != backups.end(); ++each) {
        const Backup& backup = *each->second;
        const double created = time_json(backup.created_at);
        const bool named =
            table.empty() || table == backup.definition.name || table == backup.definition.arn;
        const bool listed = type == "USER" || type == "ALL";  // there are no others
        if (!named || !listed || created < from || created >= to) {
            continue;
        }
        if (summaries.size() == limit) {
            answer["LastEvaluatedBackupArn"] = summaries.back()["BackupArn"];
            break;
        }
        summaries.push_back(summary(backup));
    }
    return answer;
}

Json continuous_description(ControlPlane& control, const ManagedTable& table) {
    const PointInTimeRecovery& recovery = table.settings.recovery;
    Json description{{"PointInTimeRecoveryStatus", recovery.enabled ? "ENABLED" : "DISABLED"}};
    if (recovery.enabled) {
        const Instant now = control.loop().now();
        const Instant earliest = std::max(recovery.since, now - recovery.days * 24h);
        description["RecoveryPeriodInDays"] = recovery.days;
        description["EarliestRestorableDateTime"] = time_json(earliest);
        description["LatestRestorableDateTime"] =
            time_json(std::max(earliest, now - limits::latest_restorable_lag));
    }
    return {{"ContinuousBackupsDescription",
             {{"ContinuousBackupsStatus", "ENABLED"},
              {"PointInTimeRecoveryDescription", std::move(description)}}}};
}

Json describe_continuous_backups(Request& request) {
    const ManagedTable& table = backed_up_table(request);
    request.parameters.finish();
    return continuous_description(request.control, table);
}

Json update_continuous_backups(Request& request) {
    ControlPlane& control = request.control;
    ManagedTable& table = backed_up_table(request);
    const Json& wanted = *request.parameters.optional("PointInTimeRecoverySpecification");
    request.parameters.finish();
    if (!table.table().usable()) {
        throw ApiError("ContinuousBackupsUnavailableException",
                       "Backups are being enabled for the table: " + table.definition().name +
                           ". Please retry later");
    }
    PointInTimeRecovery& recovery = table.settings.recovery;
    if (wanted.at("PointInTimeRecoveryEnabled")) {
        if (!recovery.enabled) {
            recovery.since = control.loop().now();
        }
        recovery.enabled = true;
        recovery.days = wanted.value("RecoveryPeriodInDays", limits::recovery_days);
        table.keep_undo_log(recovery.days);
    } else {
        recovery.enabled = false;
        control.drop_undo_log(table);
    }
    control.changed(table);
    return continuous_description(control, table);
}

}  // namespace

void add_backup_operations(const Rows& rows) {
    rows.add("CreateBackup", create_backup);
    rows.add("DeleteBackup", delete_backup);
    rows.add("DescribeBackup", describe_backup);
    rows.add("DescribeContinuousBackups", describe_continuous_backups);
    rows.add("ListBackups", list_backups);
    rows.add("UpdateContinuousBackups", update_continuous_backups);
}

}  // namespace orrery::dynamodb
