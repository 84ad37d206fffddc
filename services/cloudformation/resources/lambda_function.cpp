// AWS::Lambda::Function. [docs: aws-resource-lambda-function]
#include "services/cloudformation/inline_code.h"
#include "services/cloudformation/resources/lambda_types.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_function_name = 64;

/// `Code`: source text, or a folder's path as templates have it before `aws cloudformation
/// package`.
Json function_code(const Creation& creation) {
    const Properties& properties = creation.properties;
    const Json& code = *properties.find("Code");
    if (!code.is_object()) {
        return {{"Directory", code_folder(creation, "Code", properties.text("Code").value())}};
    }
    const auto source = code.find("ZipFile");
    if (source == code.end() || code.size() != 1 || !source->is_string()) {
        properties.fail("Code",
                        "must be a local folder's path or have ZipFile alone; S3 and container "
                        "images are not supported");
    }
    const std::string archive =
        inline_archive(properties.text("Runtime").value_or(""), source->get<std::string>());
    if (archive.empty()) {
        properties.fail("Code", "may have ZipFile for Node.js and Python only");
    }
    return {{"ZipFile", archive}};
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

/// Structures whose members are texts, and lists of texts.
void copy_structures(const Properties& properties, Json& parameters) {
    const auto copy = [&](const char* name, std::initializer_list<const char*> members) {
        const std::vector<std::string_view> known(members.begin(), members.end());
        if (properties.has(name)) {
            parameters[name] = Json::object();
            copy_texts(properties.members(name, known), members, parameters[name]);
        }
    };
    copy("DeadLetterConfig", {"TargetArn"});
    copy("LoggingConfig", {"ApplicationLogLevel", "LogFormat", "LogGroup", "SystemLogLevel"});
    copy("SnapStart", {"ApplyOn"});
    copy("TracingConfig", {"Mode"});
    if (properties.has("VpcConfig")) {
        const Properties network = properties.members(
            "VpcConfig", {"Ipv6AllowedForDualStack", "SecurityGroupIds", "SubnetIds"});
        parameters["VpcConfig"] = Json::object();
        copy_lists(network, {"SecurityGroupIds", "SubnetIds"}, parameters["VpcConfig"]);
        copy_booleans(network, {"Ipv6AllowedForDualStack"}, parameters["VpcConfig"]);
    }
    const Properties storage = properties.members("EphemeralStorage", {"Size"});
    if (const auto megabytes = storage.integer("Size")) {
        parameters["EphemeralStorage"] = {{"Size", *megabytes}};
    }
}

/// One that was kept becomes as the template has it.
void update_function(const Creation& creation, Json parameters) {
    Json code = parameters["Code"];
    code["FunctionName"] = parameters["FunctionName"];
    if (parameters.contains("Architectures")) {
        code["Architectures"] = parameters["Architectures"];
    }
    for (const char* only_created : {"Architectures", "Code", "Tags"}) {
        parameters.erase(only_created);
    }
    creation.api.call_now("lambda", "UpdateFunctionConfiguration", parameters);
    creation.api.call_now("lambda", "UpdateFunctionCode", code);
}

/// What operations of their own set.
void set_more(const Creation& creation, const std::string& name) {
    const Properties& properties = creation.properties;
    if (const auto reserved = properties.integer("ReservedConcurrentExecutions")) {
        creation.api.call_now(
            "lambda",
            "PutFunctionConcurrency",
            {{"FunctionName", name}, {"ReservedConcurrentExecutions", *reserved}});
    }
    if (const auto loop = properties.text("RecursiveLoop")) {
        creation.api.call_now("lambda",
                              "PutFunctionRecursionConfig",
                              {{"FunctionName", name}, {"RecursiveLoop", *loop}});
    }
    if (properties.has("RuntimeManagementConfig")) {
        Json parameters{{"FunctionName", name}};
        copy_texts(
            properties.members("RuntimeManagementConfig", {"RuntimeVersionArn", "UpdateRuntimeOn"}),
            {"RuntimeVersionArn", "UpdateRuntimeOn"},
            parameters);
        creation.api.call_now("lambda", "PutRuntimeManagementConfig", parameters);
    }
}

Created create_function(Creation& creation) {
    const Properties& properties = creation.properties;
    const std::string name = creation.name_or_generated("FunctionName", longest_function_name);
    if (properties.text("PackageType").value_or("Zip") != "Zip") {
        properties.fail("PackageType", "must be Zip; container images are not supported");
    }
    Json parameters = {{"FunctionName", name}, {"Code", function_code(creation)}};
    copy_texts(properties, {"Description", "Handler", "Role", "Runtime"}, parameters);
    if (const auto key = properties.text("KmsKeyArn")) {
        parameters["KMSKeyArn"] = *key;
    }
    copy_integers(properties, {"MemorySize", "Timeout"}, parameters);
    copy_lists(properties, {"Architectures", "Layers"}, parameters);
    copy_structures(properties, parameters);
    if (properties.has("Environment")) {
        parameters["Environment"] = {{"Variables", environment(properties)}};
    }
    if (const auto tags = properties.tags(); !tags.empty()) {
        parameters["Tags"] = tags;
    }
    if (!create_unless_kept(creation, "CreateFunction", parameters)) {
        update_function(creation, parameters);
    }
    set_more(creation, name);
    return {name, {{"Arn", creation.identity.arn("lambda", "function:" + name)}}};
}

}  // namespace

ResourceType lambda_function_type() {
    return {
        .name = "AWS::Lambda::Function",
        .required = {"Code", "Role"},
        .used = {"Architectures", "Code",          "DeadLetterConfig",
                 "Description",   "Environment",   "EphemeralStorage",
                 "FunctionName",  "Handler",       "KmsKeyArn",
                 "Layers",        "LoggingConfig", "MemorySize",
                 "PackageType",   "RecursiveLoop", "ReservedConcurrentExecutions",
                 "Role",          "Runtime",       "RuntimeManagementConfig",
                 "SnapStart",     "Tags",          "Timeout",
                 "TracingConfig", "VpcConfig"},
        .accepted = {"CodeSigningConfigArn"},
        .unsupported = {"CapacityProviderConfig",
                        "DurableConfig",
                        "FileSystemConfigs",
                        "FunctionScalingConfig",
                        "ImageConfig",
                        "TenancyConfig"},
        .attributes = {"Arn"},
        .create = create_function,
    };
}

}  // namespace orrery::cloudformation
