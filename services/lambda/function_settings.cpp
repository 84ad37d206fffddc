#include "services/lambda/function_settings.h"

#include "engine/json.h"
#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/lambda/limits.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

// Functions of this runtime are scripted, so they need no code and no handler.
constexpr std::string_view codeless_runtime = "stub";

// What Lambda itself sets. [docs configuration-envvars]
constexpr std::array<std::string_view, 16> reserved_variables{"AWS_ACCESS_KEY",
                                                              "AWS_ACCESS_KEY_ID",
                                                              "AWS_DEFAULT_REGION",
                                                              "AWS_EXECUTION_ENV",
                                                              "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                              "AWS_LAMBDA_FUNCTION_NAME",
                                                              "AWS_LAMBDA_FUNCTION_VERSION",
                                                              "AWS_LAMBDA_INITIALIZATION_TYPE",
                                                              "AWS_LAMBDA_LOG_GROUP_NAME",
                                                              "AWS_LAMBDA_LOG_STREAM_NAME",
                                                              "AWS_LAMBDA_RUNTIME_API",
                                                              "AWS_REGION",
                                                              "AWS_SECRET_ACCESS_KEY",
                                                              "AWS_SESSION_TOKEN",
                                                              "LAMBDA_RUNTIME_DIR",
                                                              "LAMBDA_TASK_ROOT"};

[[noreturn]] void invalid(const std::string& message) {
    throw ApiError("InvalidParameterValueException", message);
}

std::map<std::string, std::string> read_variables(const Json& environment) {
    Parameters members(environment, "Environment");
    const Json* list = members.optional("Variables");
    members.finish();
    std::map<std::string, std::string> variables;
    if (list == nullptr) {
        return variables;
    }
    if (!list->is_object()) {
        throw ApiError("SerializationException", "Environment.Variables must be an object");
    }
    if (list->dump().size() > limits::variables_bytes) {
        // [LS test_lambda_api]
        invalid(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided exceeded the 4KB limit. String measured: " +
            list->dump());
    }
    std::string taken;
    for (const auto& [name, value] : list->items()) {
        if (!value.is_string()) {
            throw ApiError("SerializationException",
                           "Environment.Variables." + name + " must be a string");
        }
        const auto& reserved = reserved_variables;
        if (std::find(reserved.begin(), reserved.end(), name) != reserved.end()) {
            taken.append(taken.empty() ? "" : ", ").append(name);
        }
        variables.emplace(name, value.get<std::string>());
    }
    if (!taken.empty()) {
        invalid(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            "for modification. Reserved keys used in this request: " +
            taken);
    }
    return variables;
}

void read_architecture(Parameters& parameters, FunctionDescription& description) {
    const std::vector<std::string> architectures = parameters.strings("Architectures");
    if (architectures.empty()) {
        return;
    }
    if (architectures.size() != 1 ||
        (architectures[0] != "x86_64" && architectures[0] != "arm64")) {
        throw ApiError("ValidationException", "Architectures must hold one of x86_64 and arm64");
    }
    description.architecture = architectures[0];
}

}  // namespace

void read_settings(Parameters& parameters,
                   FunctionSettings& settings,
                   const RuntimeProvider& runtimes) {
    FunctionConfiguration& configuration = settings.configuration;
    FunctionDescription& description = settings.description;
    configuration.runtime = parameters.optional_string("Runtime").value_or(configuration.runtime);
    configuration.handler = parameters.optional_string("Handler").value_or(configuration.handler);
    if (const auto seconds = parameters.optional_integer("Timeout")) {
        configuration.timeout = std::chrono::seconds(limits::timeout_seconds.check(*seconds));
    }
    if (const auto megabytes = parameters.optional_integer("MemorySize")) {
        configuration.memory_megabytes = limits::memory_megabytes.check(*megabytes);
    }
    if (const Json* environment = parameters.optional("Environment")) {
        configuration.variables = read_variables(*environment);
    }
    if (const Json* storage = parameters.optional("EphemeralStorage")) {
        Parameters members(*storage, "EphemeralStorage");
        const auto size = members.optional_integer("Size");
        members.finish();
        description.ephemeral_megabytes =
            limits::ephemeral_megabytes.check(size.value_or(description.ephemeral_megabytes));
    }
    description.role = parameters.optional_string("Role").value_or(description.role);
    description.description =
        parameters.optional_string("Description").value_or(description.description);
    // A function reaches everything here, with a virtual private cloud or without; nothing is
    // sampled for tracing.
    parameters.accept("VpcConfig");
    parameters.accept("TracingConfig");
    read_architecture(parameters, description);
    if (!runtimes.supports(configuration.runtime)) {
        invalid("the runtime \"" + configuration.runtime +
                "\" is not supported here; supported: " + runtimes.supported());
    }
    if (configuration.handler.empty() && configuration.runtime != codeless_runtime) {
        invalid(
            "Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages.");
    }
}

std::filesystem::path read_code_directory(Parameters& parameters, const std::string& runtime) {
    const Json* code = parameters.optional("Code");
    std::string directory;
    if (code != nullptr) {
        Parameters members(*code, "CreateFunction.Code");
        directory = members.optional_string("Directory").value_or("");
        members.finish();
    }
    if (directory.empty()) {
        if (runtime == codeless_runtime) {
            return {};
        }
        invalid("Code must be {\"Directory\": \"/path\"}: nothing else is supported here yet");
    }
    if (!std::filesystem::is_directory(directory)) {
        invalid("Code.Directory: there is no folder " + directory);
    }
    return directory;
}

Json describe(const Function& function, ShownChange change) {
    const FunctionConfiguration& configuration = function.configuration();
    const FunctionDescription& description = function.description;
    std::string modified = iso8601(description.last_modified);
    modified.replace(modified.size() - 1, 1, "+0000");
    Json answer{{"FunctionName", configuration.name},
                {"FunctionArn", configuration.arn()},
                {"Runtime", configuration.runtime},
                {"Role", description.role},
                {"Handler", configuration.handler},
                {"Description", description.description},
                {"Timeout",
                 std::chrono::duration_cast<std::chrono::seconds>(configuration.timeout).count()},
                {"MemorySize", configuration.memory_megabytes},
                {"LastModified", modified},
                {"Version", configuration.version},
                {"RevisionId", description.revision_id},
                {"PackageType", "Zip"},
                {"Architectures", Json::array({description.architecture})},
                {"EphemeralStorage", {{"Size", description.ephemeral_megabytes}}},
                {"SnapStart", {{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}}},
                {"TracingConfig", {{"Mode", "PassThrough"}}},
                {"LoggingConfig", {{"LogFormat", "Text"}, {"LogGroup", configuration.log_group()}}},
                {"State", "Active"},
                {"LastUpdateStatus", "Successful"}};
    if (!configuration.variables.empty()) {
        answer["Environment"] = {{"Variables", configuration.variables}};
    }
    if (change == ShownChange::created) {
        // [LS test_function_state]
        answer["State"] = "Pending";
        answer["StateReason"] = "The function is being created.";
        answer["StateReasonCode"] = "Creating";
        answer.erase("LastUpdateStatus");
    } else if (change == ShownChange::updated) {
        answer["LastUpdateStatus"] = "InProgress";
        answer["LastUpdateStatusReason"] = "The function is being created.";
        answer["LastUpdateStatusReasonCode"] = "Creating";
    }
    return answer;
}

}  // namespace orrery::lambda
