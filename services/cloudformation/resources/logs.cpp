// AWS::Logs::… [docs: AWS_Logs]
#include "services/cloudformation/resource_type.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_log_group_name = 512;

/// Sets a member of the parameters from the property of that name, if it is there.
void copy_text(const Properties& properties,
               std::string_view property,
               const char* member,
               Json& parameters) {
    if (const auto value = properties.text(property)) {
        parameters[member] = *value;
    }
}

Created create_log_group(Creation& creation) {
    const Properties& properties = creation.properties;
    const std::string name = creation.name_or_generated("LogGroupName", longest_log_group_name);
    Json parameters{{"logGroupName", name}};
    copy_text(properties, "KmsKeyId", "kmsKeyId", parameters);
    copy_text(properties, "LogGroupClass", "logGroupClass", parameters);
    if (const auto is_protected = properties.boolean("DeletionProtectionEnabled")) {
        parameters["deletionProtectionEnabled"] = *is_protected;
    }
    if (const auto tags = properties.tags(); !tags.empty()) {
        parameters["tags"] = tags;
    }
    creation.api.call_now("logs", "CreateLogGroup", parameters);
    if (const auto days = properties.integer("RetentionInDays")) {
        creation.api.call_now(
            "logs", "PutRetentionPolicy", {{"logGroupName", name}, {"retentionInDays", *days}});
    }
    // Unlike the ARN in most answers of CloudWatch Logs, this attribute ends in ":*".
    return {name, {{"Arn", creation.identity.arn("logs", "log-group:" + name + ":*")}}};
}

Created create_log_stream(Creation& creation) {
    const std::string name = creation.name_or_generated("LogStreamName", longest_log_group_name);
    Json parameters{{"logStreamName", name}};
    copy_text(creation.properties, "LogGroupName", "logGroupName", parameters);
    creation.api.call_now("logs", "CreateLogStream", parameters);
    return {name, {}};
}

/// The only transformation that a metric filter may have.
Json transformation_of(const Properties& properties) {
    const Json* list = properties.find("MetricTransformations");
    if (!list->is_array() || list->size() != 1 || !list->at(0).is_object()) {
        properties.fail("MetricTransformations", "must be a list with one element");
    }
    Json transformation = Json::object();
    for (const auto& [name, value] : list->at(0).items()) {
        const auto text = scalar_text(value);
        if (name == "Dimensions" && value.is_array()) {
            for (const Json& dimension : value) {
                transformation["dimensions"][dimension.value("Key", "")] =
                    dimension.value("Value", "");
            }
        } else if (name == "DefaultValue" && value.is_number()) {
            transformation["defaultValue"] = value;
        } else if (text && (name == "MetricName" || name == "MetricNamespace" ||
                            name == "MetricValue" || name == "Unit")) {
            std::string member = name;
            member[0] = static_cast<char>(member[0] - 'A' + 'a');
            transformation[member] = *text;
        } else {
            properties.fail("MetricTransformations", "has a wrong or unknown member " + name);
        }
    }
    return transformation;
}

Created create_metric_filter(Creation& creation) {
    const std::string name = creation.name_or_generated("FilterName", longest_log_group_name);
    Json parameters{{"filterName", name},
                    {"metricTransformations", {transformation_of(creation.properties)}}};
    copy_text(creation.properties, "LogGroupName", "logGroupName", parameters);
    copy_text(creation.properties, "FilterPattern", "filterPattern", parameters);
    creation.api.call_now("logs", "PutMetricFilter", parameters);
    return {name, {}};
}

Created create_subscription_filter(Creation& creation) {
    const std::string name = creation.name_or_generated("FilterName", longest_log_group_name);
    Json parameters{{"filterName", name}};
    copy_text(creation.properties, "LogGroupName", "logGroupName", parameters);
    copy_text(creation.properties, "FilterPattern", "filterPattern", parameters);
    copy_text(creation.properties, "DestinationArn", "destinationArn", parameters);
    copy_text(creation.properties, "RoleArn", "roleArn", parameters);
    copy_text(creation.properties, "Distribution", "distribution", parameters);
    creation.api.call_now("logs", "PutSubscriptionFilter", parameters);
    return {name, {}};
}

}  // namespace

std::vector<ResourceType> logs_types() {
    return {
        {.name = "AWS::Logs::LogGroup",
         .required = {},
         .used = {"DeletionProtectionEnabled",
                  "KmsKeyId",
                  "LogGroupClass",
                  "LogGroupName",
                  "RetentionInDays",
                  "Tags"},
         .accepted = {},
         .unsupported = {"DataProtectionPolicy", "FieldIndexPolicies", "ResourcePolicyDocument"},
         .attributes = {"Arn"},
         .create = create_log_group},
        {.name = "AWS::Logs::LogStream",
         .required = {"LogGroupName"},
         .used = {"LogGroupName", "LogStreamName"},
         .accepted = {},
         .unsupported = {},
         .attributes = {},
         .create = create_log_stream},
        {.name = "AWS::Logs::MetricFilter",
         .required = {"FilterPattern", "LogGroupName", "MetricTransformations"},
         .used = {"FilterName", "FilterPattern", "LogGroupName", "MetricTransformations"},
         .accepted = {},
         .unsupported = {"ApplyOnTransformedLogs",
                         "EmitSystemFieldDimensions",
                         "FieldSelectionCriteria"},
         .attributes = {},
         .create = create_metric_filter},
        {.name = "AWS::Logs::SubscriptionFilter",
         .required = {"DestinationArn", "FilterPattern", "LogGroupName"},
         .used = {"DestinationArn",
                  "Distribution",
                  "FilterName",
                  "FilterPattern",
                  "LogGroupName",
                  "RoleArn"},
         .accepted = {},
         .unsupported = {"ApplyOnTransformedLogs", "EmitSystemFields", "FieldSelectionCriteria"},
         .attributes = {},
         .create = create_subscription_filter},
    };
}

}  // namespace orrery::cloudformation
