// AWS::Logs::LogGroup. [docs: aws-resource-logs-loggroup]
#include "services/cloudformation/resource_type.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_group_name = 512;

Created create_log_group(Creation& creation) {
    const std::string name = creation.name_or_generated("LogGroupName", longest_group_name);
    creation.api.call_now("logs", "CreateLogGroup", {{"logGroupName", name}});
    if (const auto days = creation.properties.integer("RetentionInDays")) {
        creation.api.call_now(
            "logs", "PutRetentionPolicy", {{"logGroupName", name}, {"retentionInDays", *days}});
    }
    // Unlike the ARN in most answers of CloudWatch Logs, this attribute ends in ":*".
    return {name, {{"Arn", creation.identity.arn("logs", "log-group:" + name + ":*")}}};
}

}  // namespace

std::vector<ResourceType> logs_types() {
    return {
        {.name = "AWS::Logs::LogGroup",
         .required = {},
         .used = {"LogGroupName", "RetentionInDays"},
         .accepted = {"DeletionProtectionEnabled", "KmsKeyId", "LogGroupClass", "Tags"},
         .unsupported = {"DataProtectionPolicy", "FieldIndexPolicies", "ResourcePolicyDocument"},
         .attributes = {"Arn"},
         .create = create_log_group},
    };
}

}  // namespace orrery::cloudformation
