#include "services/lambda/function_description.h"

#include "services/lambda/control_plane.h"
#include "services/lambda/function_version.h"
#include "services/lambda/platform_log.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

Json logging(const FunctionConfiguration& configuration) {
    const LoggingConfiguration& settings = configuration.logging;
    if (settings.format == LoggingConfiguration::Format::text) {
        return {{"LogFormat", "Text"}, {"LogGroup", configuration.log_group()}};
    }
    return {{"ApplicationLogLevel", settings.application_level},
            {"LogFormat", "JSON"},
            {"LogGroup", configuration.log_group()},
            {"SystemLogLevel", settings.system_level}};
}

Json layers(const FunctionDescription& description) {
    Json list = Json::array();
    for (const LayerReference& layer : description.layers) {
        list.push_back({{"Arn", layer.arn}, {"CodeSize", layer.code_size}});
    }
    return list;
}

/// What is only answered where there is something.
void add_optional(Json& answer, const FunctionVersion& version) {
    const FunctionConfiguration& configuration = version.configuration();
    const FunctionDescription& description = version.description;
    if (!configuration.variables.empty()) {
        answer["Environment"] = {{"Variables", configuration.variables}};
    }
    if (!description.code_sha256.empty()) {
        answer["CodeSha256"] = description.code_sha256;
        answer["CodeSize"] = description.code_size;
    }
    if (!description.layers.empty()) {
        answer["Layers"] = layers(description);
    }
    if (!configuration.dead_letter_arn.empty()) {
        answer["DeadLetterConfig"] = {{"TargetArn", configuration.dead_letter_arn}};
    }
    if (!description.kms_key_arn.empty()) {
        answer["KMSKeyArn"] = description.kms_key_arn;
    }
    if (!description.subnet_ids.empty()) {
        answer["VpcConfig"] = {{"SubnetIds", description.subnet_ids},
                               {"SecurityGroupIds", description.security_group_ids},
                               {"Ipv6AllowedForDualStack", description.ipv6_for_dual_stack}};
    }
}

/// [LS test_function_state, test_mixed_architecture]
void add_state(Json& answer,
               const FunctionDescription& description,
               Instant now,
               ShownChange change) {
    answer["State"] = "Active";
    answer["LastUpdateStatus"] = "Successful";
    if (change == ShownChange::created || description.pending(now)) {
        answer["State"] = "Pending";
        answer["StateReason"] = "The function is being created.";
        answer["StateReasonCode"] = "Creating";
        answer.erase("LastUpdateStatus");
    } else if (change == ShownChange::updated || description.updating(now)) {
        answer["LastUpdateStatus"] = "InProgress";
        answer["LastUpdateStatusReason"] = "The function is being created.";
        answer["LastUpdateStatusReasonCode"] = "Creating";
    }
}

}  // namespace

Json describe(const FunctionVersion& version,
              Instant now,
              const std::string& qualifier,
              ShownChange change) {
    const FunctionConfiguration& configuration = version.configuration();
    const FunctionDescription& description = version.description;
    // Snapshots are taken of published versions only. [docs: snapstart]
    const bool optimized = description.snap_start != "None" && configuration.version != "$LATEST";
    Json answer{
        {"FunctionName", configuration.name},
        {"FunctionArn",
         FunctionReference{configuration.name, qualifier}.arn(configuration.identity)},
        {"Runtime", configuration.runtime},
        {"Role", description.role},
        {"Handler", configuration.handler},
        {"Description", description.description},
        {"Timeout",
         std::chrono::duration_cast<std::chrono::seconds>(configuration.timeout).count()},
        {"MemorySize", configuration.memory_megabytes},
        {"LastModified", timestamp(description.last_modified)},
        {"Version", configuration.version},
        {"RevisionId", description.revision(now)},
        {"PackageType", "Zip"},
        {"Architectures", Json::array({description.architecture})},
        {"EphemeralStorage", {{"Size", description.ephemeral_megabytes}}},
        {"SnapStart",
         {{"ApplyOn", description.snap_start}, {"OptimizationStatus", optimized ? "On" : "Off"}}},
        {"RuntimeVersionConfig",
         {{"RuntimeVersionArn",
           platform_log::runtime_version_arn(configuration.runtime,
                                             configuration.identity.region)}}},
        {"TracingConfig", {{"Mode", description.tracing_mode}}},
        {"LoggingConfig", logging(configuration)}};
    add_optional(answer, version);
    add_state(answer, description, now, change);
    return answer;
}

}  // namespace orrery::lambda
