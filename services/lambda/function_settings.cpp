#include "services/lambda/function_settings.h"

#include "engine/json.h"
#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/lambda/limits.h"
#include "services/lambda/refusal.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

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

/// [botocore EnvironmentVariableName; public error logs: serverless]
void check_variable_name(const std::string& name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char letter) {
        return letter < 0x80 && (std::isalnum(letter) != 0 || letter == '_');
    });
    if (!plain || name.size() < 2 || std::isalpha(static_cast<unsigned char>(name[0])) == 0) {
        throw ApiError("ValidationException",
                       "1 validation error detected: Value at 'environment.variables' failed to "
                       "satisfy constraint: Map keys must satisfy constraint: [Member must "
                       "satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+] (not: " +
                           name + ")");
    }
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
        invalid_parameter(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided exceeded the 4KB limit. String measured: " +
            list->dump());
    }
    std::string taken;
    for (const auto& [name, value] : list->items()) {
        check_variable_name(name);
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
        invalid_parameter(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            "for modification. Reserved keys used in this request: " +
            taken);
    }
    return variables;
}

void read_network(const Json& given, FunctionDescription& description) {
    Parameters members(given, "VpcConfig");
    if (members.optional("SubnetIds") != nullptr) {
        description.subnet_ids = members.strings("SubnetIds");
    }
    if (members.optional("SecurityGroupIds") != nullptr) {
        description.security_group_ids = members.strings("SecurityGroupIds");
    }
    description.ipv6_for_dual_stack = members.optional_boolean("Ipv6AllowedForDualStack")
                                          .value_or(description.ipv6_for_dual_stack);
    members.finish();
    if (description.subnet_ids.empty() != description.security_group_ids.empty()) {
        // [public error logs: aws-sdk-js 1293]
        invalid_parameter("SubnetIds and SecurityIds must coexist or be both empty list.");
    }
}

void read_dead_letters(const Json& given, FunctionConfiguration& configuration) {
    Parameters members(given, "DeadLetterConfig");
    const std::string arn = members.optional_string("TargetArn").value_or("");
    members.finish();
    if (!arn.empty() && !arn.starts_with("arn:aws:sqs:") && !arn.starts_with("arn:aws:sns:")) {
        // (text unverified)
        invalid_parameter("The provided target ARN " + arn +
                          " is invalid: it must be of SQS or SNS");
    }
    if (arn.ends_with(".fifo")) {
        invalid_parameter(
            "The provided target ARN " + arn +
            " is invalid: it must be a standard queue or topic");  // [docs: invocation-async]
    }
    configuration.dead_letter_arn = arn;
}

void read_logging(const Json& given, LoggingConfiguration& logging) {
    using Format = LoggingConfiguration::Format;
    Parameters members(given, "LoggingConfig");
    if (const auto format = members.optional_string("LogFormat")) {
        logging.format = *format == "JSON" ? Format::json : Format::text;
    }
    const auto application = members.optional_string("ApplicationLogLevel");
    const auto system = members.optional_string("SystemLogLevel");
    logging.group = members.optional_string("LogGroup").value_or(logging.group);
    members.finish();
    if ((application || system) && logging.format == Format::text) {
        // [docs: monitoring-cloudwatchlogs-log-level] (text unverified)
        invalid_parameter(
            "To use ApplicationLogLevel or SystemLogLevel, you must set LogFormat to JSON.");
    }
    logging.application_level = application.value_or(logging.application_level);
    logging.system_level = system.value_or(logging.system_level);
}

/// A structure with one text: {"Mode": "Active"}.
std::string one_text(const Json& given, const char* structure, const char* member) {
    Parameters members(given, structure);
    const std::string text = members.string(member);
    members.finish();
    return text;
}

/// What functions have on AWS and cannot have here.
void refuse_unsupported_settings(Parameters& parameters) {
    for (const char* name : {"FileSystemConfigs",
                             "ImageConfig",
                             "CapacityProviderConfig",
                             "DurableConfig",
                             "TenancyConfig",
                             "CodeSigningConfigArn"}) {
        const Json* given = parameters.optional(name);
        if (given != nullptr && !given->empty()) {
            invalid_parameter(std::string(name) + " is not supported here");
        }
    }
}

/// What describes a function, and changes nothing here: it reaches everything, inside a virtual
/// private cloud or not; nothing is encrypted, traced, or started from a snapshot.
void read_description(Parameters& parameters, FunctionDescription& description) {
    description.role = parameters.optional_string("Role").value_or(description.role);
    description.description =
        parameters.optional_string("Description").value_or(description.description);
    description.kms_key_arn =
        parameters.optional_string("KMSKeyArn").value_or(description.kms_key_arn);
    if (const Json* network = parameters.optional("VpcConfig")) {
        read_network(*network, description);
    }
    if (const Json* tracing = parameters.optional("TracingConfig")) {
        description.tracing_mode = one_text(*tracing, "TracingConfig", "Mode");
    }
    if (const Json* snap_start = parameters.optional("SnapStart")) {
        description.snap_start = one_text(*snap_start, "SnapStart", "ApplyOn");
    }
}

}  // namespace

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
    if (const Json* target = parameters.optional("DeadLetterConfig")) {
        read_dead_letters(*target, configuration);
    }
    if (const Json* logging = parameters.optional("LoggingConfig")) {
        read_logging(*logging, configuration.logging);
    }
    read_description(parameters, description);
    refuse_unsupported_settings(parameters);
    if (!runtimes.supports(configuration.runtime)) {
        invalid_parameter("the runtime \"" + configuration.runtime +
                          "\" is not supported here; supported: " + runtimes.supported());
    }
    if (configuration.handler.empty() && configuration.runtime != codeless_runtime) {
        invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages.");
    }
}

}  // namespace orrery::lambda
