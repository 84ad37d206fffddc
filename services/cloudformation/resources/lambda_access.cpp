// AWS::Lambda::Permission, Url and EventInvokeConfig. [docs: aws-resource-lambda-permission,
// aws-resource-lambda-url, aws-resource-lambda-eventinvokeconfig]
#include "services/cloudformation/resources/lambda_types.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_statement_id = 100;

Created create_permission(Creation& creation) {
    const Properties& properties = creation.properties;
    const std::string id = creation.generated_name(longest_statement_id);
    Json parameters{{"StatementId", id}};
    copy_texts(properties,
               {"Action",
                "EventSourceToken",
                "FunctionName",
                "FunctionUrlAuthType",
                "Principal",
                "PrincipalOrgID",
                "SourceAccount",
                "SourceArn"},
               parameters);
    copy_booleans(properties, {"InvokedViaFunctionUrl"}, parameters);
    create_unless_kept(creation, "AddPermission", parameters);
    return {id, {{"Id", id}}};
}

Json cors(const Properties& properties) {
    const Properties given = properties.members("Cors",
                                                {"AllowCredentials",
                                                 "AllowHeaders",
                                                 "AllowMethods",
                                                 "AllowOrigins",
                                                 "ExposeHeaders",
                                                 "MaxAge"});
    Json result = Json::object();
    copy_booleans(given, {"AllowCredentials"}, result);
    copy_lists(given, {"AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders"}, result);
    copy_integers(given, {"MaxAge"}, result);
    return result;
}

Created create_url(Creation& creation) {
    const Properties& properties = creation.properties;
    Json parameters{{"FunctionName", properties.text("TargetFunctionArn").value()}};
    copy_texts(properties, {"AuthType", "InvokeMode", "Qualifier"}, parameters);
    if (properties.has("Cors")) {
        parameters["Cors"] = cors(properties);
    }
    if (!create_unless_kept(creation, "CreateFunctionUrlConfig", parameters)) {
        creation.api.call_now("lambda", "UpdateFunctionUrlConfig", parameters);
    }
    Json which{{"FunctionName", parameters.at("FunctionName")}};
    copy_texts(properties, {"Qualifier"}, which);
    const Json made = creation.api.call_now("lambda", "GetFunctionUrlConfig", which);
    const std::string arn = made.at("FunctionArn");
    return {arn, {{"FunctionArn", arn}, {"FunctionUrl", made.at("FunctionUrl")}}};
}

Created create_event_invoke_config(Creation& creation) {
    const Properties& properties = creation.properties;
    Json parameters = Json::object();
    copy_texts(properties, {"FunctionName", "Qualifier"}, parameters);
    copy_integers(properties, {"MaximumEventAgeInSeconds", "MaximumRetryAttempts"}, parameters);
    const Properties destinations =
        properties.members("DestinationConfig", {"OnFailure", "OnSuccess"});
    for (const char* name : {"OnFailure", "OnSuccess"}) {
        const auto arn = destinations.members(name, {"Destination"}).text("Destination");
        if (arn) {
            parameters["DestinationConfig"][name] = {{"Destination", *arn}};
        }
    }
    creation.api.call_now("lambda", "PutFunctionEventInvokeConfig", parameters);
    return {creation.generated_name(longest_statement_id), {}};
}

}  // namespace

ResourceType lambda_permission_type() {
    return {.name = "AWS::Lambda::Permission",
            .required = {"Action", "FunctionName", "Principal"},
            .used = {"Action",
                     "EventSourceToken",
                     "FunctionName",
                     "FunctionUrlAuthType",
                     "InvokedViaFunctionUrl",
                     "Principal",
                     "PrincipalOrgID",
                     "SourceAccount",
                     "SourceArn"},
            .accepted = {},
            .unsupported = {},
            .attributes = {"Id"},
            .create = create_permission};
}

ResourceType lambda_url_type() {
    return {.name = "AWS::Lambda::Url",
            .required = {"AuthType", "TargetFunctionArn"},
            .used = {"AuthType", "Cors", "InvokeMode", "Qualifier", "TargetFunctionArn"},
            .accepted = {},
            .unsupported = {},
            .attributes = {"FunctionArn", "FunctionUrl"},
            .create = create_url};
}

ResourceType lambda_event_invoke_config_type() {
    return {.name = "AWS::Lambda::EventInvokeConfig",
            .required = {"FunctionName", "Qualifier"},
            .used = {"DestinationConfig",
                     "FunctionName",
                     "MaximumEventAgeInSeconds",
                     "MaximumRetryAttempts",
                     "Qualifier"},
            .accepted = {},
            .unsupported = {},
            .attributes = {},
            .create = create_event_invoke_config};
}

}  // namespace orrery::cloudformation
