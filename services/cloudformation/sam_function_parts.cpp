#include "services/cloudformation/sam_function_parts.h"

#include "services/cloudformation/sam_nodes.h"

#include <utility>

namespace orrery::cloudformation {

namespace {

constexpr const char* function_resource = "AWS::Serverless::Function";

DocumentNode mapping_node(const Location& where) {
    DocumentNode node = text_node("", where);
    node.kind = DocumentNode::Kind::mapping;
    return node;
}

/// The version that is published, and the alias that leads to it.
void add_alias(const Resource& function,
               const DocumentNode& properties,
               const DocumentNode& alias,
               std::vector<Resource>& parts) {
    const DocumentNode here = text_node("", alias.where);
    const DocumentNode name = text_node(function.logical_id, alias.where, "!Ref");
    Resource version = generated(function, "Version", "AWS::Lambda::Version", alias.where);
    set(version.properties, here, "FunctionName", name);
    if (const DocumentNode* description = properties.find("VersionDescription")) {
        set(version.properties, here, "Description", *description);
    }
    Resource named = generated(function, "Alias" + alias.text, "AWS::Lambda::Alias", alias.where);
    set(named.properties, here, "FunctionName", name);
    set(named.properties, here, "Name", alias);
    set(named.properties,
        here,
        "FunctionVersion",
        text_node(version.logical_id + ".Version", alias.where, "!GetAtt"));
    if (const DocumentNode* provisioned = properties.find("ProvisionedConcurrencyConfig")) {
        set(named.properties, here, "ProvisionedConcurrencyConfig", *provisioned);
    }
    parts.push_back(std::move(version));
    parts.push_back(std::move(named));
}

/// What a resource besides the function names it by, and its alias where it has one.
void set_function(Resource& resource,
                  const char* property,
                  const Resource& function,
                  const DocumentNode* alias) {
    const DocumentNode here = text_node("", resource.where);
    set(resource.properties,
        here,
        property,
        text_node(function.logical_id, resource.where, "!Ref"));
    if (alias != nullptr) {
        set(resource.properties, here, "Qualifier", *alias);
        resource.depends_on.push_back({alias_id(function, *alias), resource.where});
    }
}

/// [docs: sam-property-function-functionurlconfig]
void add_url(const Resource& function,
             const DocumentNode& config,
             const DocumentNode* alias,
             std::vector<Resource>& parts) {
    expect_keys(config, {"AuthType", "Cors", "InvokeMode"}, "FunctionUrlConfig");
    Resource url = generated(function, "Url", "AWS::Lambda::Url", config.where);
    set_function(url, "TargetFunctionArn", function, alias);
    for (const auto& [key, value] : config.members) {
        set(url.properties, key, key.text, value);
    }
    const DocumentNode* type = config.find("AuthType");
    parts.push_back(std::move(url));
    if (type == nullptr || type->text != "NONE") {
        return;
    }
    const DocumentNode here = text_node("", config.where);
    Resource permission =
        generated(function, "UrlPublicPermissions", "AWS::Lambda::Permission", config.where);
    set(permission.properties,
        here,
        "FunctionName",
        text_node(alias == nullptr ? function.logical_id : alias_id(function, *alias),
                  config.where,
                  "!Ref"));
    set(permission.properties, here, "Action", text_node("lambda:InvokeFunctionUrl", config.where));
    set(permission.properties, here, "Principal", text_node("*", config.where));
    set(permission.properties, here, "FunctionUrlAuthType", *type);
    parts.push_back(std::move(permission));
}

/// SAM names a destination's type besides its ARN, and makes one where there is none, which is not
/// supported here.
DocumentNode destinations(const DocumentNode& config) {
    expect_keys(config, {"OnFailure", "OnSuccess"}, "DestinationConfig");
    DocumentNode result = mapping_node(config.where);
    for (const auto& [key, value] : config.members) {
        expect_keys(value, {"Destination", "Type"}, key.text);
        const DocumentNode* arn = value.find("Destination");
        if (arn == nullptr) {
            throw UsageError(value.where,
                             std::string(function_resource) + ": " + key.text +
                                 " without a Destination is not supported");
        }
        DocumentNode destination = mapping_node(value.where);
        set(destination, key, "Destination", *arn);
        set(result, key, key.text, destination);
    }
    return result;
}

/// [docs: sam-property-function-eventinvokeconfiguration]
void add_event_invoke_config(const Resource& function,
                             const DocumentNode& config,
                             const DocumentNode* alias,
                             std::vector<Resource>& parts) {
    expect_keys(config,
                {"DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"},
                "EventInvokeConfig");
    Resource resource =
        generated(function, "EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", config.where);
    set_function(resource, "FunctionName", function, alias);
    if (alias == nullptr) {
        set(resource.properties,
            text_node("", config.where),
            "Qualifier",
            text_node("$LATEST", config.where));
    }
    for (const auto& [key, value] : config.members) {
        set(resource.properties,
            key,
            key.text,
            key.text == "DestinationConfig" ? destinations(value) : value);
    }
    parts.push_back(std::move(resource));
}

}  // namespace

std::string alias_id(const Resource& function, const DocumentNode& alias) {
    return function.logical_id + "Alias" + alias.text;
}

DocumentNode dead_letter_config(const DocumentNode& queue) {
    expect_keys(queue, {"TargetArn", "Type"}, "DeadLetterQueue");
    DocumentNode config = mapping_node(queue.where);
    for (const auto& [key, value] : queue.members) {
        if (key.text == "TargetArn") {
            set(config, key, key.text, value);
        }
    }
    return config;
}

std::vector<Resource> function_parts(const Resource& function, const DocumentNode& properties) {
    std::vector<Resource> parts;
    const DocumentNode* alias = properties.find("AutoPublishAlias");
    if (alias != nullptr) {
        if (!alias->is_scalar() || !alias->tag.empty()) {
            throw UsageError(
                alias->where,
                std::string(function_resource) + ": AutoPublishAlias must be a name as text here");
        }
        add_alias(function, properties, *alias, parts);
    } else if (const DocumentNode* other = properties.find("ProvisionedConcurrencyConfig")) {
        throw UsageError(other->where,
                         std::string(function_resource) +
                             ": ProvisionedConcurrencyConfig needs AutoPublishAlias");
    }
    if (const DocumentNode* url = properties.find("FunctionUrlConfig")) {
        add_url(function, *url, alias, parts);
    }
    if (const DocumentNode* config = properties.find("EventInvokeConfig")) {
        add_event_invoke_config(function, *config, alias, parts);
    }
    return parts;
}

}  // namespace orrery::cloudformation
