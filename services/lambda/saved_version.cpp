#include "services/lambda/saved_version.h"

#include "services/lambda/code_store.h"
#include "services/lambda/function_version.h"
#include "services/lambda/saved_function.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

Json configuration_record(const FunctionConfiguration& configuration) {
    const LoggingConfiguration& logging = configuration.logging;
    Json layers = Json::array();
    for (const auto& folder : configuration.layers) {
        layers.push_back(folder.string());
    }
    return {{"runtime", configuration.runtime},
            {"handler", configuration.handler},
            {"directory", configuration.directory.string()},
            {"layers", std::move(layers)},
            {"variables", configuration.variables},
            {"timeout", configuration.timeout.count()},
            {"memory", configuration.memory_megabytes},
            {"dead_letters", configuration.dead_letter_arn},
            {"json_log", logging.format == LoggingConfiguration::Format::json},
            {"application_level", logging.application_level},
            {"system_level", logging.system_level},
            {"log_group", logging.group}};
}

void read(const Json& record, FunctionConfiguration& configuration) {
    using Format = LoggingConfiguration::Format;
    configuration.runtime = record.at("runtime");
    configuration.handler = record.at("handler");
    configuration.directory = record.at("directory").get<std::string>();
    for (const Json& folder : record.at("layers")) {
        configuration.layers.emplace_back(folder.get<std::string>());
    }
    configuration.variables = record.at("variables").get<std::map<std::string, std::string>>();
    configuration.timeout = Duration(record.at("timeout").get<std::int64_t>());
    configuration.memory_megabytes = record.at("memory");
    configuration.dead_letter_arn = record.at("dead_letters");
    configuration.logging.format = record.at("json_log").get<bool>() ? Format::json : Format::text;
    configuration.logging.application_level = record.at("application_level");
    configuration.logging.system_level = record.at("system_level");
    configuration.logging.group = record.at("log_group");
}

Json description_record(const FunctionDescription& description) {
    Json layers = Json::array();
    for (const LayerReference& layer : description.layers) {
        layers.push_back({layer.arn, layer.code_size});
    }
    return {{"role", description.role},
            {"description", description.description},
            {"architecture", description.architecture},
            {"storage", description.ephemeral_megabytes},
            {"code_sha256", description.code_sha256},
            {"code_size", description.code_size},
            {"unpacked_size", description.unpacked_size},
            {"layers", std::move(layers)},
            {"kms_key", description.kms_key_arn},
            {"tracing", description.tracing_mode},
            {"snap_start", description.snap_start},
            {"subnets", description.subnet_ids},
            {"security_groups", description.security_group_ids},
            {"ipv6", description.ipv6_for_dual_stack},
            {"modified", instant_record(description.last_modified)},
            {"revision", description.revision_id},
            {"first_revision", description.first_revision_id},
            {"created_at", instant_record(description.created_at)},
            {"updated_at", instant_record(description.updated_at)}};
}

void read(const Json& record, FunctionDescription& description) {
    description.role = record.at("role");
    description.description = record.at("description");
    description.architecture = record.at("architecture");
    description.ephemeral_megabytes = record.at("storage");
    description.code_sha256 = record.at("code_sha256");
    description.code_size = record.at("code_size");
    description.unpacked_size = record.at("unpacked_size");
    for (const Json& layer : record.at("layers")) {
        description.layers.push_back({layer.at(0), layer.at(1)});
    }
    description.kms_key_arn = record.at("kms_key");
    description.tracing_mode = record.at("tracing");
    description.snap_start = record.at("snap_start");
    description.subnet_ids = record.at("subnets").get<std::vector<std::string>>();
    description.security_group_ids = record.at("security_groups").get<std::vector<std::string>>();
    description.ipv6_for_dual_stack = record.at("ipv6");
    description.last_modified = instant_in(record.at("modified"));
    description.revision_id = record.at("revision");
    description.first_revision_id = record.at("first_revision");
    description.created_at = instant_in(record.at("created_at"));
    description.updated_at = instant_in(record.at("updated_at"));
}

}  // namespace

Json version_record(const FunctionVersion& version) {
    return {{"configuration", configuration_record(version.configuration())},
            {"description", description_record(version.description)}};
}

FunctionSettings version_in(const Json& record, CodeStore& code) {
    FunctionSettings settings;
    read(record.at("configuration"), settings.configuration);
    read(record.at("description"), settings.description);
    FunctionConfiguration& configuration = settings.configuration;
    configuration.directory = code.present(configuration.directory);
    for (std::filesystem::path& layer : configuration.layers) {
        layer = code.present(layer);
    }
    return settings;
}

}  // namespace orrery::lambda
