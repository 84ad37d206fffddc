#include "services/cloudformation/sam.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace orrery::cloudformation {

namespace {

/// Properties that AWS::Lambda::Function has under the same name.
const std::vector<std::string_view> same_names = {
    "Architectures",
    "CodeSigningConfigArn",
    "Description",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "FunctionName",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Role",
    "Runtime",
    "RuntimeManagementConfig",
    "SnapStart",
    "Timeout",
    "VpcConfig",
};
/// Properties without effect here: permissions are not enforced, X-Ray does not exist, what is
/// generated has no tags.
const std::vector<std::string_view> accepted = {
    "AssumeRolePolicyDocument",
    "PermissionsBoundary",
    "Policies",
    "RolePath",
    "PropagateTags",
    "Tracing",
};
/// The role that SAM makes for a function without one. [docs: sam-resource-function]
constexpr const char* lambda_trust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":)"
    R"("lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
constexpr const char* lambda_policy =
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
const std::vector<std::string_view> unsupported = {
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "CapacityProviderConfig",
    "DeadLetterQueue",
    "DeploymentPreference",
    "DurableConfig",
    "EventInvokeConfig",
    "FunctionScalingConfig",
    "FunctionUrlConfig",
    "ImageUri",
    "InlineCode",
    "ProvisionedConcurrencyConfig",
    "PublishToLatestPublished",
    "SourceKMSKeyArn",
    "TenancyConfig",
    "VersionDeletionPolicy",
    "VersionDescription",
};
/// Properties of an event of type SQS that AWS::Lambda::EventSourceMapping has under the same name.
const std::vector<std::string_view> sqs_same_names = {
    "BatchSize",
    "Enabled",
    "FilterCriteria",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "ScalingConfig",
};

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

DocumentNode text_node(const std::string& text,
                       const Location& where,
                       const std::string& tag = "") {
    DocumentNode node;
    node.kind = DocumentNode::Kind::scalar;
    node.quoted = true;
    node.text = text;
    node.tag = tag;
    node.where = where;
    return node;
}

void set(DocumentNode& mapping,
         const DocumentNode& key,
         std::string_view name,
         const DocumentNode& value) {
    mapping.members.push_back({text_node(std::string(name), key.where), value});
}

bool is_call(const DocumentNode& node) {
    return !node.tag.empty() ||
           (node.members.size() == 1 &&
            (node.members[0].key.text == "Ref" || node.members[0].key.text.starts_with("Fn::")));
}

/// SAM has tags as a mapping, CloudFormation as a list of {Key, Value}.
DocumentNode tag_list(const DocumentNode& tags) {
    if (!tags.is_mapping() || is_call(tags)) {
        throw UsageError(tags.where,
                         "AWS::Serverless::Function: Tags must be a mapping of names to values");
    }
    DocumentNode list;
    list.kind = DocumentNode::Kind::sequence;
    list.where = tags.where;
    for (const auto& [key, value] : tags.members) {
        DocumentNode& tag = list.items.emplace_back();
        tag.kind = DocumentNode::Kind::mapping;
        tag.where = key.where;
        set(tag, key, "Key", text_node(key.text, key.where));
        set(tag, key, "Value", value);
    }
    return list;
}

/// Lists add up, mappings merge, anything else is the function's own. [docs:
/// sam-specification-template-anatomy-globals]
DocumentNode merged(const DocumentNode& global, const DocumentNode& own) {
    if (is_call(global) || is_call(own) || global.kind != own.kind) {
        return own;
    }
    DocumentNode result = own;
    if (own.is_sequence()) {
        result.items = global.items;
        result.items.insert(result.items.end(), own.items.begin(), own.items.end());
    } else if (own.is_mapping()) {
        for (auto& [key, value] : result.members) {
            if (const DocumentNode* other = global.find(key.text)) {
                value = merged(*other, value);
            }
        }
        for (const auto& member : global.members) {
            if (!own.find(member.key.text)) {
                result.members.push_back(member);
            }
        }
    }
    return result;
}

void check_properties(const DocumentNode& properties) {
    std::vector<std::string_view> known = {"CodeUri", "Events", "Tags"};
    for (const auto* names : {&same_names, &accepted}) {
        known.insert(known.end(), names->begin(), names->end());
    }
    for (const auto& [key, value] : properties.members) {
        if (contains(unsupported, key.text)) {
            throw UsageError(
                key.where,
                "AWS::Serverless::Function: the property " + key.text + " is not supported" +
                    (key.text == "InlineCode" ? ": put the code in a folder and name it in CodeUri"
                                              : ""));
        }
        if (!contains(known, key.text)) {
            throw UsageError(key.where,
                             "unknown property '" + key.text + "' of AWS::Serverless::Function" +
                                 suggestion(key.text, known));
        }
    }
}

/// A resource made for `function`, under the same condition.
Resource generated(const Resource& function,
                   const std::string& suffix,
                   const std::string& type,
                   const Location& where) {
    Resource resource;
    resource.logical_id = function.logical_id + suffix;
    resource.where = where;
    resource.type = type;
    resource.type_where = where;
    resource.properties.kind = DocumentNode::Kind::mapping;
    resource.properties.where = where;
    resource.condition = function.condition;
    return resource;
}

Resource event_source_mapping(const Resource& function,
                              const DocumentNode& name,
                              const DocumentNode& event) {
    expect_keys(event, {"Type", "Properties"}, "event " + name.text);
    const DocumentNode* type = event.find("Type");
    if (!type || !type->is_scalar()) {
        throw UsageError(name.where, "event " + name.text + " has no Type");
    }
    if (type->text != "SQS") {
        throw UsageError(type->where,
                         "AWS::Serverless::Function: events of type " + type->text +
                             " are not supported; supported: SQS");
    }
    const DocumentNode* properties = event.find("Properties");
    if (!properties) {
        throw UsageError(name.where, "event " + name.text + " has no Properties");
    }
    std::vector<std::string_view> allowed = {"Queue"};
    allowed.insert(allowed.end(), sqs_same_names.begin(), sqs_same_names.end());
    expect_keys(*properties, allowed, "an event of type SQS");
    if (!properties->find("Queue")) {
        throw UsageError(properties->where, "event " + name.text + " names no Queue");
    }

    Resource mapping =
        generated(function, name.text, "AWS::Lambda::EventSourceMapping", name.where);
    set(mapping.properties,
        name,
        "FunctionName",
        text_node(function.logical_id, name.where, "!Ref"));
    for (const auto& [key, value] : properties->members) {
        set(mapping.properties, key, key.text == "Queue" ? "EventSourceArn" : key.text, value);
    }
    return mapping;
}

}  // namespace

std::vector<Resource> expand_serverless_function(const Resource& function,
                                                 const DocumentNode* globals) {
    const DocumentNode properties =
        globals ? merged(*globals, function.properties) : function.properties;
    check_properties(properties);

    Resource plain = function;
    plain.type = "AWS::Lambda::Function";
    plain.properties.members.clear();
    std::vector<Resource> events;
    for (const auto& [key, value] : properties.members) {
        if (key.text == "CodeUri") {
            set(plain.properties, key, "Code", value);
        } else if (key.text == "Tags") {
            set(plain.properties, key, "Tags", tag_list(value));
        } else if (contains(same_names, key.text)) {
            set(plain.properties, key, key.text, value);
        }
        if (key.text != "Events") {
            continue;
        }
        if (!value.is_mapping()) {
            throw UsageError(value.where, "Events must be a mapping of names to events");
        }
        for (const auto& [name, event] : value.members) {
            events.push_back(event_source_mapping(function, name, event));
        }
    }
    if (!properties.find("CodeUri")) {
        throw UsageError(
            function.where,
            "function " + function.logical_id + " has no CodeUri: name the code's folder");
    }

    std::vector<Resource> resources;
    if (!properties.find("Role")) {
        const DocumentNode here = text_node("", function.where);
        set(plain.properties,
            here,
            "Role",
            text_node(function.logical_id + "Role.Arn", function.where, "!GetAtt"));
        resources.push_back(generated(function, "Role", "AWS::IAM::Role", function.where));
        set(resources.back().properties,
            here,
            "AssumeRolePolicyDocument",
            text_node(lambda_trust, function.where));
        DocumentNode policies = here;
        policies.kind = DocumentNode::Kind::sequence;
        policies.items.push_back(text_node(lambda_policy, function.where));
        set(resources.back().properties, here, "ManagedPolicyArns", policies);
    }
    resources.insert(resources.begin(), std::move(plain));
    std::move(events.begin(), events.end(), std::back_inserter(resources));
    return resources;
}

}  // namespace orrery::cloudformation
