// AWS::Lambda::Version, Alias and LayerVersion. [docs: aws-resource-lambda-version,
// aws-resource-lambda-alias, aws-resource-lambda-layerversion]
#include "services/cloudformation/resources/lambda_types.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_layer_name = 140;

void provision(const Creation& creation,
               const std::string& function,
               const std::string& qualifier) {
    const Properties config = creation.properties.members("ProvisionedConcurrencyConfig",
                                                          {"ProvisionedConcurrentExecutions"});
    if (const auto count = config.integer("ProvisionedConcurrentExecutions")) {
        creation.api.call_now("lambda",
                              "PutProvisionedConcurrencyConfig",
                              {{"FunctionName", function},
                               {"Qualifier", qualifier},
                               {"ProvisionedConcurrentExecutions", *count}});
    }
}

Created create_version(Creation& creation) {
    const Properties& properties = creation.properties;
    const std::string function = properties.text("FunctionName").value();
    Json parameters{{"FunctionName", function}};
    copy_texts(properties, {"CodeSha256", "Description"}, parameters);
    const Json made = creation.api.call_now("lambda", "PublishVersion", parameters);
    const std::string version = made.at("Version");
    const std::string arn = made.at("FunctionArn");
    provision(creation, function, version);
    return {arn, {{"FunctionArn", arn}, {"Version", version}}};
}

/// The weights of a template's list as the operation has them.
Json routing(const Properties& properties) {
    Json weights = Json::object();
    const Properties config = properties.members("RoutingConfig", {"AdditionalVersionWeights"});
    const Json* list = config.find("AdditionalVersionWeights");
    for (const Json& weight : list == nullptr ? Json::array() : *list) {
        const auto version = weight.is_object() && weight.contains("FunctionVersion")
                                 ? scalar_text(weight.at("FunctionVersion"))
                                 : std::nullopt;
        if (!version || !weight.contains("FunctionWeight") ||
            !weight.at("FunctionWeight").is_number()) {
            config.fail("AdditionalVersionWeights",
                        "must be a list of FunctionVersion and FunctionWeight, a number");
        }
        weights[*version] = weight.at("FunctionWeight");
    }
    return {{"AdditionalVersionWeights", std::move(weights)}};
}

Created create_alias(Creation& creation) {
    const Properties& properties = creation.properties;
    Json parameters = Json::object();
    copy_texts(properties, {"Description", "FunctionName", "FunctionVersion", "Name"}, parameters);
    if (properties.has("RoutingConfig")) {
        parameters["RoutingConfig"] = routing(properties);
    }
    if (!create_unless_kept(creation, "CreateAlias", parameters)) {
        creation.api.call_now("lambda", "UpdateAlias", parameters);
    }
    const std::string name = parameters.at("Name");
    const std::string function = parameters.at("FunctionName");
    provision(creation, function, name);
    const std::string arn =
        creation.identity.arn("lambda", "function:" + function_name(function) + ":" + name);
    return {arn, {{"AliasArn", arn}}};
}

/// Each deployment publishes anew.
Created create_layer_version(Creation& creation) {
    const Properties& properties = creation.properties;
    const std::string name = creation.name_or_generated("LayerName", longest_layer_name);
    const Json& content = *properties.find("Content");
    if (content.is_object()) {
        properties.fail("Content", "must be a local folder's path; S3 is not supported");
    }
    const std::string folder = code_folder(creation, "Content", properties.text("Content").value());
    Json parameters{{"LayerName", name}, {"Content", {{"Directory", folder}}}};
    copy_texts(properties, {"Description", "LicenseInfo"}, parameters);
    copy_lists(properties, {"CompatibleArchitectures", "CompatibleRuntimes"}, parameters);
    const std::string arn =
        creation.api.call_now("lambda", "PublishLayerVersion", parameters).at("LayerVersionArn");
    return {arn, {{"LayerVersionArn", arn}}};
}

}  // namespace

ResourceType lambda_version_type() {
    return {.name = "AWS::Lambda::Version",
            .required = {"FunctionName"},
            .used = {"CodeSha256", "Description", "FunctionName", "ProvisionedConcurrencyConfig"},
            .accepted = {"RuntimePolicy"},
            .unsupported = {"FunctionScalingConfig"},
            .attributes = {"FunctionArn", "Version"},
            .create = create_version};
}

ResourceType lambda_alias_type() {
    return {.name = "AWS::Lambda::Alias",
            .required = {"FunctionName", "FunctionVersion", "Name"},
            .used = {"Description",
                     "FunctionName",
                     "FunctionVersion",
                     "Name",
                     "ProvisionedConcurrencyConfig",
                     "RoutingConfig"},
            .accepted = {},
            .unsupported = {},
            .attributes = {"AliasArn"},
            .create = create_alias};
}

ResourceType lambda_layer_version_type() {
    return {.name = "AWS::Lambda::LayerVersion",
            .required = {"Content"},
            .used = {"CompatibleArchitectures",
                     "CompatibleRuntimes",
                     "Content",
                     "Description",
                     "LayerName",
                     "LicenseInfo"},
            .accepted = {},
            .unsupported = {},
            .attributes = {"LayerVersionArn"},
            .create = create_layer_version};
}

}  // namespace orrery::cloudformation
