#include "services/rds/operations.h"

#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/rds/instance.h"
#include "services/rds/sql/text.h"
#include "services/rds/variables.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::rds {

namespace {

using aws::ApiError;
using aws::Parameters;

[[noreturn]] void invalid(const std::string& message) {
    throw ApiError("InvalidParameterValue", message);
}

bool is_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool is_letter_or_digit(char letter) {
    return is_letter(letter) || (letter >= '0' && letter <= '9');
}

std::string checked_identifier(const std::string& identifier) {
    const bool characters = std::all_of(identifier.begin(), identifier.end(), [](char letter) {
        return is_letter_or_digit(letter) || letter == '-';
    });
    if (identifier.empty() || identifier.size() > 63 || !is_letter(identifier.front()) ||
        identifier.back() == '-' || !characters || identifier.find("--") != std::string::npos) {
        invalid(
            "The parameter DBInstanceIdentifier is not a valid identifier. Identifiers must begin "
            "with a letter; must "
            "contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or "
            "contain two "
            "consecutive hyphens.");
    }
    return to_lower(identifier);
}

void check_engine(const std::string& engine) {
    if (engine != "mysql") {
        invalid("Engine " + engine + " is not emulated: the one engine that is emulated is mysql.");
    }
}

void check_database(const std::string& name) {
    const bool characters = std::all_of(name.begin(), name.end(), [](char letter) {
        return is_letter_or_digit(letter) || letter == '_';
    });
    if (!name.empty() && (!is_letter(name.front()) || !characters || name.size() > 64)) {
        invalid("DBName must begin with a letter and contain only alphanumeric characters.");
    }
}

void check_password(const std::string& password) {
    if (password.size() < 8) {
        invalid(
            "The parameter MasterUserPassword is not a valid password because it is shorter than 8 "
            "characters.");
    }
    if (password.size() > 41) {
        invalid(
            "The parameter MasterUserPassword is not a valid password because it is longer than 41 "
            "characters.");
    }
    if (password.find_first_of("/@\" ") != std::string::npos) {
        invalid(
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII "
            "characters besides '/', "
            "'@', '\"', ' ' may be used.");
    }
}

void check_user(const std::string& user) {
    const bool characters = std::all_of(user.begin(), user.end(), [](char letter) {
        return is_letter_or_digit(letter) || letter == '_';
    });
    if (user.empty() || user.size() > 16 || !is_letter(user.front()) || !characters) {
        invalid(
            "The parameter MasterUsername is not a valid name: 1 to 16 letters and digits, a "
            "letter first.");
    }
    if (equal_ignoring_case(user, "rdsadmin")) {
        invalid(
            "MasterUsername rdsadmin cannot be used as it is a reserved word used by the engine");
    }
}

std::uint16_t checked_port(std::int64_t port) {
    if (port < 1150 || port > 65535) {
        invalid("The parameter Port must be between 1150 and 65535.");
    }
    return static_cast<std::uint16_t>(port);
}

std::vector<std::pair<std::string, std::string>> read_tags(const Json* tags) {
    std::vector<std::pair<std::string, std::string>> list;
    if (tags == nullptr) {
        return list;
    }
    if (!tags->is_array()) {
        invalid("Tags must be a list.");
    }
    for (const Json& tag : *tags) {
        Parameters members(tag, "CreateDBInstance");
        std::string key = members.string("Key");
        list.emplace_back(std::move(key), members.optional_string("Value").value_or(""));
        members.finish();
    }
    return list;
}

Json describe(const InstanceTable& table, const InstanceRecord& record) {
    const InstanceSettings& settings = record.instance->settings();
    Json tags = Json::array();
    for (const auto& [key, value] : record.tags) {
        tags.push_back({{"Key", key}, {"Value", value}});
    }
    Json groups = Json::array();
    for (const std::string& group : record.security_groups) {
        groups.push_back({{"VpcSecurityGroupId", group}, {"Status", "active"}});
    }
    Json description{
        {"DBInstanceIdentifier", settings.identifier},
        {"DBInstanceClass", record.instance_class},
        {"Engine", "mysql"},
        {"EngineVersion", record.engine_version},
        {"DBInstanceStatus", "available"},
        {"MasterUsername", settings.user},
        {"Endpoint",
         {{"Address", settings.host}, {"Port", settings.port}, {"HostedZoneId", "Z2R2ITUGPM61AM"}}},
        {"AllocatedStorage", record.allocated_storage},
        {"InstanceCreateTime", iso8601(record.created)},
        {"BackupRetentionPeriod", record.backup_retention_period},
        {"MultiAZ", record.multi_az},
        {"PubliclyAccessible", record.publicly_accessible},
        {"StorageType", record.storage_type},
        {"StorageEncrypted", record.storage_encrypted},
        {"DeletionProtection", record.deletion_protection},
        {"DbInstancePort", 0},
        {"DbiResourceId", record.resource_id},
        {"LicenseModel", "general-public-license"},
        {"AvailabilityZone", record.availability_zone},
        {"DBInstanceArn", table.identity.arn("rds", "db:" + settings.identifier)},
        {"VpcSecurityGroups", groups},
        {"PendingModifiedValues", Json::object()},
        {"TagList", tags}};
    if (!settings.database.empty()) {
        description["DBName"] = settings.database;
    }
    return description;
}

/// Members that say nothing to a simulated database; they are accepted so that real templates
/// deploy.
constexpr std::array ignored_members = std::to_array<std::string_view>({
    "AutoMinorVersionUpgrade",
    "CACertificateIdentifier",
    "CharacterSetName",
    "CopyTagsToSnapshot",
    "DBParameterGroupName",
    "DBSubnetGroupName",
    "EnableCloudwatchLogsExports",
    "EnablePerformanceInsights",
    "Iops",
    "KmsKeyId",
    "LicenseModel",
    "MaxAllocatedStorage",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "NetworkType",
    "OptionGroupName",
    "PerformanceInsightsKMSKeyId",
    "PerformanceInsightsRetentionPeriod",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "StorageThroughput",
});

Json create_db_instance(InstanceTable& table, const Json& json) {
    Parameters parameters(json, "CreateDBInstance");
    const std::string identifier = checked_identifier(parameters.string("DBInstanceIdentifier"));
    check_engine(parameters.string("Engine"));
    const std::string database = parameters.optional_string("DBName").value_or("");
    check_database(database);
    const std::string user = parameters.string("MasterUsername");
    check_user(user);
    const std::string password = parameters.string("MasterUserPassword");
    check_password(password);
    const std::uint16_t port = checked_port(parameters.optional_integer("Port").value_or(3306));
    InstanceRecord record;
    record.instance_class = parameters.string("DBInstanceClass");
    record.engine_version =
        parameters.optional_string("EngineVersion").value_or(std::string(server_version));
    if (!record.engine_version.starts_with("8.")) {
        invalid("EngineVersion " + record.engine_version + " is not emulated: MySQL 8 is.");
    }
    record.allocated_storage = parameters.optional_integer("AllocatedStorage").value_or(20);
    record.publicly_accessible = parameters.optional_boolean("PubliclyAccessible").value_or(false);
    record.multi_az = parameters.optional_boolean("MultiAZ").value_or(false);
    record.storage_encrypted = parameters.optional_boolean("StorageEncrypted").value_or(false);
    record.deletion_protection = parameters.optional_boolean("DeletionProtection").value_or(false);
    record.backup_retention_period =
        parameters.optional_integer("BackupRetentionPeriod").value_or(1);
    record.storage_type = parameters.optional_string("StorageType").value_or("gp2");
    record.availability_zone =
        parameters.optional_string("AvailabilityZone").value_or(table.identity.region + "a");
    record.tags = read_tags(parameters.optional("Tags"));
    record.security_groups = parameters.strings("VpcSecurityGroupIds");
    for (const auto member : ignored_members) {
        parameters.accept(member);
    }
    parameters.finish();
    if (table.records.contains(identifier)) {
        throw ApiError("DBInstanceAlreadyExists", "DB instance already exists");
    }
    record.resource_id = table.new_resource_id();
    record.created = table.now();
    record.instance = table.start(identifier, database, user, password, port);
    const auto& stored = table.records.emplace(identifier, std::move(record)).first->second;
    table.created(identifier);
    return {{"DBInstance", describe(table, stored)}};
}

Json describe_db_instances(InstanceTable& table, const Json& json) {
    Parameters parameters(json, "DescribeDBInstances");
    const auto identifier = parameters.optional_string("DBInstanceIdentifier");
    const auto most = parameters.optional_integer("MaxRecords").value_or(100);
    const auto marker = parameters.optional_string("Marker");
    parameters.finish();
    if (most < 20 || most > 100) {
        invalid("Invalid value " + std::to_string(most) +
                " for MaxRecords. Must be between 20 and 100");
    }
    Json list = Json::array();
    if (identifier) {
        list.push_back(describe(table, find_instance(table, *identifier)));
        return {{"DBInstances", list}};
    }
    Json answer;
    for (auto record = marker ? table.records.upper_bound(*marker) : table.records.begin();
         record != table.records.end();
         ++record) {
        if (list.size() == static_cast<std::size_t>(most)) {
            answer["Marker"] = list.back()["DBInstanceIdentifier"];
            break;
        }
        list.push_back(describe(table, record->second));
    }
    answer["DBInstances"] = std::move(list);
    return answer;
}

Json delete_db_instance(InstanceTable& table, const Json& json) {
    Parameters parameters(json, "DeleteDBInstance");
    const std::string identifier = parameters.string("DBInstanceIdentifier");
    const bool skips_snapshot = parameters.optional_boolean("SkipFinalSnapshot").value_or(false);
    const auto snapshot = parameters.optional_string("FinalDBSnapshotIdentifier");
    parameters.accept("DeleteAutomatedBackups");
    parameters.finish();
    InstanceRecord& record = find_instance(table, identifier);
    if (record.deletion_protection) {
        throw ApiError("InvalidParameterCombination",
                       "Cannot delete protected DB Instance, please disable deletion protection "
                       "and try again.");
    }
    if (!skips_snapshot && !snapshot) {
        throw ApiError(
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
    }
    if (!skips_snapshot) {
        throw ApiError("InvalidParameterCombination",
                       "Final snapshots are not emulated: set SkipFinalSnapshot.");
    }
    Json description = describe(table, record);
    description["DBInstanceStatus"] = "deleting";
    record.instance->close_connections();
    table.records.erase(record.instance->settings().identifier);
    return {{"DBInstance", description}};
}

}  // namespace

InstanceRecord& find_instance(InstanceTable& table, std::string_view identifier) {
    const auto found = table.records.find(to_lower(identifier));
    if (found == table.records.end()) {
        throw ApiError(
            "DBInstanceNotFound", "DBInstance " + std::string(identifier) + " not found.", 404);
    }
    return found->second;
}

void add_operations(aws::ApiService& service, InstanceTable& table) {
    service.add("CreateDBInstance",
                [&table](const Json& parameters) { return create_db_instance(table, parameters); });
    service.add("DescribeDBInstances", [&table](const Json& parameters) {
        return describe_db_instances(table, parameters);
    });
    service.add("DeleteDBInstance",
                [&table](const Json& parameters) { return delete_db_instance(table, parameters); });
}

}  // namespace orrery::rds
