#include "services/cloudformation/sam_events.h"

#include "services/cloudformation/sam_function_parts.h"
#include "services/cloudformation/sam_nodes.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace orrery::cloudformation {

namespace {

/// A type of events, and what AWS::Lambda::EventSourceMapping has under the same names. [docs:
/// sam-property-function-sqs, -kinesis, -dynamodb]
struct EventType {
    std::string_view name;
    std::string_view source;  // the property that names it
    std::vector<std::string_view> same_names;
};

const std::vector<std::string_view> of_streams = {
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "FilterCriteria",
    "FunctionResponseTypes",
    "KmsKeyArn",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "MetricsConfig",
    "ParallelizationFactor",
    "StartingPosition",
    "StartingPositionTimestamp",
    "TumblingWindowInSeconds",
};

const std::vector<EventType> event_types = {
    {"SQS",
     "Queue",
     {"BatchSize",
      "Enabled",
      "FilterCriteria",
      "FunctionResponseTypes",
      "KmsKeyArn",
      "MaximumBatchingWindowInSeconds",
      "MetricsConfig",
      "ProvisionedPollerConfig",
      "ScalingConfig"}},
    {"Kinesis", "Stream", of_streams},
    {"DynamoDB", "Stream", of_streams},
};

const EventType* find_type(std::string_view name) {
    const auto found = std::find_if(event_types.begin(),
                                    event_types.end(),
                                    [&](const EventType& each) { return each.name == name; });
    return found == event_types.end() ? nullptr : &*found;
}

const EventType& type_of(const DocumentNode& name, const DocumentNode& event) {
    const DocumentNode* type = event.find("Type");
    if (type == nullptr || !type->is_scalar()) {
        throw UsageError(name.where, "event " + name.text + " has no Type");
    }
    const EventType* found = find_type(type->text);
    if (found == nullptr) {
        throw UsageError(type->where,
                         "AWS::Serverless::Function: events of type " + type->text +
                             " are not supported; supported: SQS, Kinesis, DynamoDB");
    }
    return *found;
}

/// SAM's destinations have a Type besides, which is for the permissions that it generates. [docs:
/// sam-property-function-onfailure]
DocumentNode without_type(const DocumentNode& config) {
    DocumentNode plain = config;
    for (auto& [key, destination] : plain.members) {
        std::erase_if(destination.members,
                      [](const auto& member) { return member.key.text == "Type"; });
    }
    return plain;
}

}  // namespace

bool is_supported_event(std::string_view type) {
    return find_type(type) != nullptr;
}

Resource event_source_mapping(const Resource& function,
                              const DocumentNode* alias,
                              const DocumentNode& name,
                              const DocumentNode& event) {
    expect_keys(event, {"Type", "Properties"}, "event " + name.text);
    const EventType& type = type_of(name, event);
    const DocumentNode* properties = event.find("Properties");
    if (properties == nullptr) {
        throw UsageError(name.where, "event " + name.text + " has no Properties");
    }
    std::vector<std::string_view> allowed = type.same_names;
    allowed.push_back(type.source);
    expect_keys(*properties, allowed, "an event of type " + std::string(type.name));
    if (properties->find(type.source) == nullptr) {
        throw UsageError(properties->where,
                         "event " + name.text + " names no " + std::string(type.source));
    }

    Resource mapping =
        generated(function, name.text, "AWS::Lambda::EventSourceMapping", name.where);
    set(mapping.properties,
        name,
        "FunctionName",
        alias == nullptr ? text_node(function.logical_id, name.where, "!Ref")
                         : text_node(alias_id(function, *alias), name.where, "!Ref"));
    for (const auto& [key, value] : properties->members) {
        if (key.text == type.source) {
            set(mapping.properties, key, "EventSourceArn", value);
        } else {
            set(mapping.properties,
                key,
                key.text,
                key.text == "DestinationConfig" ? without_type(value) : value);
        }
    }
    return mapping;
}

}  // namespace orrery::cloudformation
