// AWS::Lambda::EventSourceMapping. [docs: aws-resource-lambda-eventsourcemapping]
#include "services/cloudformation/resources/lambda_types.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

namespace {

/// The operation takes these under the same name and as the template types them.
void copy_mapping_structures(const Properties& properties, Json& parameters) {
    for (const auto* name :
         {"DestinationConfig", "FilterCriteria", "FunctionResponseTypes", "MetricsConfig"}) {
        if (const Json* value = properties.find(name)) {
            parameters[name] = *value;
        }
    }
    if (properties.has("ScalingConfig")) {
        parameters["ScalingConfig"] = Json::object();
        copy_integers(properties.members("ScalingConfig", {"MaximumConcurrency"}),
                      {"MaximumConcurrency"},
                      parameters["ScalingConfig"]);
    }
    if (properties.has("ProvisionedPollerConfig")) {
        parameters["ProvisionedPollerConfig"] = Json::object();
        copy_integers(
            properties.members("ProvisionedPollerConfig", {"MaximumPollers", "MinimumPollers"}),
            {"MaximumPollers", "MinimumPollers"},
            parameters["ProvisionedPollerConfig"]);
    }
    if (const auto key = properties.text("KmsKeyArn")) {
        parameters["KMSKeyArn"] = *key;
    }
    if (const auto tags = properties.tags(); !tags.empty()) {
        parameters["Tags"] = tags;
    }
}

/// Of the same source and function: one, at most.
Json kept_mappings(const Creation& creation, const Json& parameters) {
    return creation.api
        .call_now("lambda",
                  "ListEventSourceMappings",
                  {{"EventSourceArn", parameters.value("EventSourceArn", "")},
                   {"FunctionName", parameters.value("FunctionName", "")}})
        .at("EventSourceMappings");
}

/// The UUID. One that was kept becomes as the template has it.
std::string created_or_kept(const Creation& creation, const Json& parameters) {
    const Json same =
        creation.existing == Existing::kept ? kept_mappings(creation, parameters) : Json::array();
    if (same.empty()) {
        return creation.api.call_now("lambda", "CreateEventSourceMapping", parameters).at("UUID");
    }
    Json changed = parameters;
    for (const char* fixed :
         {"EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "Tags"}) {
        changed.erase(fixed);
    }
    changed["UUID"] = same[0].at("UUID");
    creation.api.call_now("lambda", "UpdateEventSourceMapping", changed);
    if (parameters.contains("Tags")) {
        creation.api.call_now(
            "lambda",
            "TagResource",
            {{"Resource", same[0].at("EventSourceMappingArn")}, {"Tags", parameters.at("Tags")}});
    }
    return changed["UUID"];
}

Created create_event_source_mapping(Creation& creation) {
    const Properties& properties = creation.properties;
    Json parameters = Json::object();
    copy_texts(properties, {"EventSourceArn", "FunctionName", "StartingPosition"}, parameters);
    copy_integers(properties,
                  {"BatchSize",
                   "MaximumBatchingWindowInSeconds",
                   "MaximumRecordAgeInSeconds",
                   "MaximumRetryAttempts",
                   "ParallelizationFactor",
                   "StartingPositionTimestamp",
                   "TumblingWindowInSeconds"},
                  parameters);
    copy_booleans(properties, {"BisectBatchOnFunctionError", "Enabled"}, parameters);
    copy_mapping_structures(properties, parameters);
    const std::string uuid = created_or_kept(creation, parameters);
    return {uuid,
            {{"Id", uuid},
             {"EventSourceMappingArn",
              creation.identity.arn("lambda", "event-source-mapping:" + uuid)}}};
}

}  // namespace

ResourceType lambda_event_source_mapping_type() {
    return {
        .name = "AWS::Lambda::EventSourceMapping",
        .required = {"FunctionName"},
        .used = {"BatchSize",
                 "BisectBatchOnFunctionError",
                 "DestinationConfig",
                 "Enabled",
                 "EventSourceArn",
                 "FilterCriteria",
                 "FunctionName",
                 "FunctionResponseTypes",
                 "KmsKeyArn",
                 "MaximumBatchingWindowInSeconds",
                 "MaximumRecordAgeInSeconds",
                 "MaximumRetryAttempts",
                 "MetricsConfig",
                 "ParallelizationFactor",
                 "ProvisionedPollerConfig",
                 "ScalingConfig",
                 "StartingPosition",
                 "StartingPositionTimestamp",
                 "Tags",
                 "TumblingWindowInSeconds"},
        .accepted = {},
        .unsupported = {"AmazonManagedKafkaEventSourceConfig",
                        "DocumentDBEventSourceConfig",
                        "LoggingConfig",
                        "Queues",
                        "SelfManagedEventSource",
                        "SelfManagedKafkaEventSourceConfig",
                        "SourceAccessConfigurations",
                        "Topics"},
        .attributes = {"EventSourceMappingArn", "Id"},
        .create = create_event_source_mapping,
    };
}

}  // namespace orrery::cloudformation
