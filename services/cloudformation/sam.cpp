#include "services/cloudformation/sam.h"

#include "services/cloudformation/contains.h"
#include "services/cloudformation/sam_events.h"
#include "services/cloudformation/sam_function_parts.h"
#include "services/cloudformation/sam_nodes.h"

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
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "CapacityProviderConfig",
    "DeploymentPreference",
    "DurableConfig",
    "FunctionScalingConfig",
    "ImageUri",
    "PublishToLatestPublished",
    "SourceKMSKeyArn",
    "TenancyConfig",
    "VersionDeletionPolicy",
};
void check_properties(const DocumentNode& properties) {
    std::vector<std::string_view> known = {"AutoPublishAlias",
                                           "CodeUri",
                                           "DeadLetterQueue",
                                           "EventInvokeConfig",
                                           "Events",
                                           "FunctionUrlConfig",
                                           "InlineCode",
                                           "ProvisionedConcurrencyConfig",
                                           "Tags",
                                           "VersionDescription"};
    for (const auto* names : {&same_names, &accepted}) {
        known.insert(known.end(), names->begin(), names->end());
    }
    for (const auto& [key, value] : properties.members) {
        if (contains(unsupported, key.text)) {
            throw UsageError(
                key.where,
                "AWS::Serverless::Function: the property " + key.text + " is not supported");
        }
        if (!contains(known, key.text)) {
            throw UsageError(key.where,
                             "unknown property '" + key.text + "' of AWS::Serverless::Function" +
                                 suggestion(key.text, known));
        }
    }
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
    const DocumentNode* alias = properties.find("AutoPublishAlias");
    std::vector<Resource> events = function_parts(function, properties);
    for (const auto& [key, value] : properties.members) {
        if (key.text == "DeadLetterQueue") {
            set(plain.properties, key, "DeadLetterConfig", dead_letter_config(value));
        } else if (key.text == "InlineCode") {
            DocumentNode code = text_node("", value.where);
            code.kind = DocumentNode::Kind::mapping;
            set(code, key, "ZipFile", value);
            set(plain.properties, key, "Code", code);
        } else if (key.text == "CodeUri") {
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
            events.push_back(event_source_mapping(function, alias, name, event));
        }
    }
    if (!properties.find("CodeUri") && !properties.find("InlineCode")) {
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

Resource expand_serverless_layer(const Resource& layer) {
    const DocumentNode& properties = layer.properties;
    const std::vector<std::string_view> same = {
        "CompatibleArchitectures", "CompatibleRuntimes", "Description", "LayerName", "LicenseInfo"};
    std::vector<std::string_view> known = same;
    known.insert(known.end(), {"ContentUri", "RetentionPolicy"});
    expect_keys(properties, known, layer.type);
    Resource plain = layer;
    plain.type = "AWS::Lambda::LayerVersion";
    plain.properties.members.clear();
    for (const auto& [key, value] : properties.members) {
        if (key.text == "ContentUri") {
            set(plain.properties, key, "Content", value);
        } else if (contains(same, key.text)) {
            set(plain.properties, key, key.text, value);
        }
    }
    if (!properties.find("ContentUri")) {
        throw UsageError(layer.where,
                         "layer " + layer.logical_id + " has no ContentUri: name its folder");
    }
    const auto named = [](const auto& member) { return member.key.text == "LayerName"; };
    if (std::none_of(plain.properties.members.begin(), plain.properties.members.end(), named)) {
        // Its logical id. [docs: sam-resource-layerversion]
        set(plain.properties,
            text_node("", layer.where),
            "LayerName",
            text_node(layer.logical_id, layer.where));
    }
    return plain;
}

}  // namespace orrery::cloudformation
