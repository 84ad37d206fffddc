// AWS::Lambda::*. [docs: aws-resource-lambda-function, aws-resource-lambda-eventsourcemapping,
// aws-resource-lambda-permission]
#include "services/cloudformation/resource_type.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_function_name = 64;

/// The folder named by `Code`: text, as templates have it before `aws cloudformation package`.
std::string code_directory(const Creation& creation) {
    const Json& code = *creation.properties.find("Code");
    if (code.is_object()) {
        const bool inline_code = code.contains("ZipFile");
        creation.properties.fail(
            "Code",
            inline_code
                ? "with ZipFile (code in the template) is not supported: put the code in a folder "
                  "and name it"
                : "must be a local folder's path; S3 and container images are not supported");
    }
    const std::string path = creation.properties.text("Code").value();
    if (path.starts_with("s3://")) {
        creation.properties.fail("Code", "must be a local folder's path; S3 is not supported");
    }
    const auto directory = std::filesystem::absolute(creation.directory / path).lexically_normal();
    std::error_code error;
    if (!std::filesystem::exists(directory, error)) {
        creation.properties.fail("Code",
                                 "names a folder that does not exist: " + directory.string());
    }
    if (!std::filesystem::is_directory(directory, error)) {
        creation.properties.fail("Code", "must name a folder, not a file: " + directory.string());
    }
    return directory.string();
}

Json environment(const Properties& properties) {
    const Json* given = properties.find("Environment");
    Json variables = Json::object();
    if (!given) {
        return variables;
    }
    if (!given->is_object() ||
        (!given->empty() && (given->size() != 1 || !given->contains("Variables")))) {
        properties.fail("Environment", "must have the key Variables alone");
    }
    const Json values = given->value("Variables", Json::object());
    if (!values.is_object()) {
        properties.fail("Environment", "must have an object as Variables");
    }
    for (const auto& [name, value] : values.items()) {
        const auto text = scalar_text(value);
        if (!text) {
            properties.fail("Environment", "must give the variable " + name + " as text");
        }
        variables[name] = *text;
    }
    return variables;
}

/// Function logs are kept in one place and one form; only a configuration that says so is taken.
void check_logging(const Properties& properties, const std::string& function_name) {
    const Properties logging = properties.members(
        "LoggingConfig", {"ApplicationLogLevel", "LogFormat", "LogGroup", "SystemLogLevel"});
    for (const auto* level : {"ApplicationLogLevel", "SystemLogLevel"}) {
        if (logging.has(level)) {
            logging.fail(level, "is not supported yet");
        }
    }
    if (const std::string format = logging.text("LogFormat").value_or("Text"); format != "Text") {
        logging.fail("LogFormat", format + " is not supported yet: only Text is");
    }
    const std::string group = "/aws/lambda/" + function_name;
    if (const std::string given = logging.text("LogGroup").value_or(group); given != group) {
        logging.fail("LogGroup", given + " is not supported yet: only " + group + " is");
    }
}

/// What describes the function and changes nothing here.
void describe_function(const Properties& properties, Json& parameters) {
    if (properties.has("Architectures")) {
        parameters["Architectures"] = properties.texts("Architectures");
    }
    const Properties storage = properties.members("EphemeralStorage", {"Size"});
    if (const auto megabytes = storage.integer("Size")) {
        parameters["EphemeralStorage"] = {{"Size", *megabytes}};
    }
    if (const auto tags = properties.tags(); !tags.empty()) {
        parameters["Tags"] = tags;
    }
}

Created create_function(Creation& creation) {
    const Properties& properties = creation.properties;
    const std::string name = creation.name_or_generated("FunctionName", longest_function_name);
    if (properties.text("PackageType").value_or("Zip") != "Zip") {
        properties.fail("PackageType", "must be Zip; container images are not supported");
    }
    check_logging(properties, name);
    Json parameters = {{"FunctionName", name}, {"Code", {{"Directory", code_directory(creation)}}}};
    for (const auto* text : {"Description", "Handler", "Role", "Runtime"}) {
        if (const auto value = properties.text(text)) {
            parameters[text] = *value;
        }
    }
    for (const auto* number : {"MemorySize", "Timeout"}) {
        if (const auto value = properties.integer(number)) {
            parameters[number] = *value;
        }
    }
    if (properties.has("Environment")) {
        parameters["Environment"] = {{"Variables", environment(properties)}};
    }
    describe_function(properties, parameters);
    creation.api.call_now("lambda", "CreateFunction", parameters);
    if (const auto reserved = properties.integer("ReservedConcurrentExecutions")) {
        creation.api.call_now(
            "lambda",
            "PutFunctionConcurrency",
            {{"FunctionName", name}, {"ReservedConcurrentExecutions", *reserved}});
    }
    return {name, {{"Arn", creation.identity.arn("lambda", "function:" + name)}}};
}

/// The operation takes these under the same name and as the template types them.
void copy_structures(const Properties& properties, Json& parameters) {
    for (const auto* name :
         {"DestinationConfig", "FilterCriteria", "FunctionResponseTypes", "ScalingConfig"}) {
        if (const Json* value = properties.find(name)) {
            parameters[name] = *value;
        }
    }
}

Created create_event_source_mapping(Creation& creation) {
    const Properties& properties = creation.properties;
    Json parameters = Json::object();
    for (const auto* text : {"EventSourceArn", "FunctionName", "StartingPosition"}) {
        if (const auto value = properties.text(text)) {
            parameters[text] = *value;
        }
    }
    for (const auto* number : {"BatchSize",
                               "MaximumBatchingWindowInSeconds",
                               "MaximumRecordAgeInSeconds",
                               "MaximumRetryAttempts",
                               "ParallelizationFactor",
                               "StartingPositionTimestamp",
                               "TumblingWindowInSeconds"}) {
        if (const auto value = properties.integer(number)) {
            parameters[number] = *value;
        }
    }
    for (const auto* flag : {"BisectBatchOnFunctionError", "Enabled"}) {
        if (const auto value = properties.boolean(flag)) {
            parameters[flag] = *value;
        }
    }
    copy_structures(properties, parameters);
    const std::string uuid =
        creation.api.call_now("lambda", "CreateEventSourceMapping", parameters).at("UUID");
    return {uuid,
            {{"Id", uuid},
             {"EventSourceMappingArn",
              creation.identity.arn("lambda", "event-source-mapping:" + uuid)}}};
}

Created accept_permission(Creation& creation) {
    const std::string id = creation.generated_name(longest_function_name);
    return {id, {{"Id", id}}};
}

ResourceType function_type() {
    return {
        .name = "AWS::Lambda::Function",
        .required = {"Code", "Role"},
        .used = {"Architectures",
                 "Code",
                 "Description",
                 "Environment",
                 "EphemeralStorage",
                 "FunctionName",
                 "Handler",
                 "LoggingConfig",
                 "MemorySize",
                 "PackageType",
                 "ReservedConcurrentExecutions",
                 "Role",
                 "Runtime",
                 "Tags",
                 "Timeout"},
        .accepted = {"CodeSigningConfigArn",
                     "KmsKeyArn",
                     "RecursiveLoop",
                     "RuntimeManagementConfig",
                     "TracingConfig",
                     "VpcConfig"},
        .unsupported =
            {"DeadLetterConfig", "FileSystemConfigs", "ImageConfig", "Layers", "SnapStart"},
        .attributes = {"Arn"},
        .create = create_function,
    };
}

ResourceType mapping_type() {
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
                 "MaximumBatchingWindowInSeconds",
                 "MaximumRecordAgeInSeconds",
                 "MaximumRetryAttempts",
                 "ParallelizationFactor",
                 "ScalingConfig",
                 "StartingPosition",
                 "StartingPositionTimestamp",
                 "TumblingWindowInSeconds"},
        .accepted = {"KmsKeyArn", "MetricsConfig", "Tags"},
        .unsupported = {"AmazonManagedKafkaEventSourceConfig",
                        "DocumentDBEventSourceConfig",
                        "LoggingConfig",
                        "ProvisionedPollerConfig",
                        "Queues",
                        "SelfManagedEventSource",
                        "SelfManagedKafkaEventSourceConfig",
                        "SourceAccessConfigurations",
                        "Topics"},
        .attributes = {"EventSourceMappingArn", "Id"},
        .create = create_event_source_mapping,
    };
}

}  // namespace

std::vector<ResourceType> lambda_types() {
    return {
        function_type(),
        mapping_type(),
        {.name = "AWS::Lambda::Permission",
         .required = {"Action", "FunctionName", "Principal"},
         .used = {},
         .accepted = {"Action",
                      "EventSourceToken",
                      "FunctionName",
                      "FunctionUrlAuthType",
                      "InvokedViaFunctionUrl",
                      "Principal",
                      "PrincipalOrgID",
                      "SourceAccount",
                      "SourceArn"},
         .unsupported = {},
         .attributes = {"Id"},
         .create = accept_permission},
    };
}

}  // namespace orrery::cloudformation
