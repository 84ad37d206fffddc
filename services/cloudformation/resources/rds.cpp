// AWS::RDS::*. [docs: aws-resource-rds-dbinstance, aws-resource-rds-dbsubnetgroup,
// aws-resource-rds-dbparametergroup]
#include "services/cloudformation/resource_type.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_identifier = 63;
constexpr std::size_t longest_group_name = 255;

Created create_instance(Creation& creation) {
    const Properties& properties = creation.properties;
    // RDS keeps identifiers in lower case; generated ones are so from the start.
    const std::string identifier =
        creation.name_or_generated("DBInstanceIdentifier", longest_identifier, NameCase::lower);
    Json parameters = {{"DBInstanceIdentifier", identifier}};
    for (const auto* text : {"AvailabilityZone",
                             "DBInstanceClass",
                             "DBName",
                             "Engine",
                             "EngineVersion",
                             "MasterUserPassword",
                             "MasterUsername",
                             "StorageType"}) {
        if (const auto value = properties.text(text)) {
            parameters[text] = *value;
        }
    }
    for (const auto* number : {"AllocatedStorage", "BackupRetentionPeriod", "Port"}) {
        if (const auto value = properties.integer(number)) {
            parameters[number] = *value;
        }
    }
    for (const auto* flag :
         {"DeletionProtection", "MultiAZ", "PubliclyAccessible", "StorageEncrypted"}) {
        if (const auto value = properties.boolean(flag)) {
            parameters[flag] = *value;
        }
    }
    if (properties.has("VPCSecurityGroups")) {
        parameters["VpcSecurityGroupIds"] = properties.texts("VPCSecurityGroups");
    }
    for (const auto& [key, value] : properties.tags()) {
        parameters["Tags"].push_back({{"Key", key}, {"Value", value}});
    }
    creation.api.call_now("rds", "CreateDBInstance", parameters);
    const Json answer =
        creation.api.call_now("rds", "DescribeDBInstances", {{"DBInstanceIdentifier", identifier}});
    const Json& instance = answer.at("DBInstances").at(0);
    const Json& endpoint = instance.at("Endpoint");
    Created created{instance.value("DBInstanceIdentifier", identifier), {}};
    created.attributes["DBInstanceArn"] =
        instance.value("DBInstanceArn", creation.identity.arn("rds", "db:" + created.physical_id));
    created.attributes["Endpoint.Address"] = endpoint.at("Address").get<std::string>();
    created.attributes["Endpoint.Port"] = scalar_text(endpoint.at("Port")).value_or("");
    return created;
}

Created accept_subnet_group(Creation& creation) {
    return {creation.name_or_generated("DBSubnetGroupName", longest_group_name, NameCase::lower),
            {}};
}

/// Only a group that leaves the engine as it is: it would be silently wrong to ignore a parameter.
Created accept_parameter_group(Creation& creation) {
    const Json* parameters = creation.properties.find("Parameters");
    if (parameters != nullptr && !parameters->empty()) {
        creation.properties.fail(
            "Parameters",
            "must be empty: " +
                (parameters->is_object()
                     ? "the parameter " + parameters->begin().key() + " is not supported yet"
                     : "parameters are not supported yet"));
    }
    const std::string name =
        creation.name_or_generated("DBParameterGroupName", longest_group_name, NameCase::lower);
    return {name, {{"DBParameterGroupName", name}}};
}

ResourceType instance_type() {
    return {
        .name = "AWS::RDS::DBInstance",
        .required = {},
        .used = {"AllocatedStorage",
                 "AvailabilityZone",
                 "BackupRetentionPeriod",
                 "DBInstanceClass",
                 "DBInstanceIdentifier",
                 "DBName",
                 "DeletionProtection",
                 "Engine",
                 "EngineVersion",
                 "MasterUserPassword",
                 "MasterUsername",
                 "MultiAZ",
                 "Port",
                 "PubliclyAccessible",
                 "StorageEncrypted",
                 "StorageType",
                 "Tags",
                 "VPCSecurityGroups"},
        .accepted = {"AllowMajorVersionUpgrade",
                     "AutoMinorVersionUpgrade",
                     "CACertificateIdentifier",
                     "CopyTagsToSnapshot",
                     "DBParameterGroupName",
                     "DBSecurityGroups",
                     "DBSubnetGroupName",
                     "DeleteAutomatedBackups",
                     "EnableCloudwatchLogsExports",
                     "EnablePerformanceInsights",
                     "Iops",
                     "KmsKeyId",
                     "LicenseModel",
                     "MaxAllocatedStorage",
                     "MonitoringInterval",
                     "MonitoringRoleArn",
                     "NetworkType",
                     "PerformanceInsightsKMSKeyId",
                     "PerformanceInsightsRetentionPeriod",
                     "PreferredBackupWindow",
                     "PreferredMaintenanceWindow",
                     "StorageThroughput"},
        .unsupported = {"CharacterSetName",
                        "CustomIAMInstanceProfile",
                        "DBClusterIdentifier",
                        "DBSnapshotIdentifier",
                        "Domain",
                        "EnableIAMDatabaseAuthentication",
                        "ManageMasterUserPassword",
                        "MasterUserSecret",
                        "OptionGroupName",
                        "RestoreTime",
                        "SourceDBInstanceIdentifier",
                        "SourceRegion",
                        "Timezone",
                        "UseLatestRestorableTime"},
        .attributes = {"DBInstanceArn", "Endpoint.Address", "Endpoint.Port"},
        .create = create_instance,
    };
}

}  // namespace

std::vector<ResourceType> rds_types() {
    return {
        instance_type(),
        {.name = "AWS::RDS::DBSubnetGroup",
         .required = {"DBSubnetGroupDescription", "SubnetIds"},
         .used = {"DBSubnetGroupName"},
         .accepted = {"DBSubnetGroupDescription", "SubnetIds", "Tags"},
         .unsupported = {},
         .attributes = {},
         .create = accept_subnet_group},
        {.name = "AWS::RDS::DBParameterGroup",
         .required = {"Description", "Family"},
         .used = {"DBParameterGroupName", "Parameters"},
         .accepted = {"Description", "Family", "Tags"},
         .unsupported = {},
         .attributes = {"DBParameterGroupName"},
         .create = accept_parameter_group},
    };
}

}  // namespace orrery::cloudformation
