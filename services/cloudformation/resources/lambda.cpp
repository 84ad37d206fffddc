// AWS::Lambda::*: the list, and what its types share.
#include "services/cloudformation/resources/lambda_types.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

std::string code_folder(const Creation& creation,
                        std::string_view property,
                        const std::string& path) {
    if (path.starts_with("s3://")) {
        creation.properties.fail(property, "must be a local folder's path; S3 is not supported");
    }
    const auto directory = std::filesystem::absolute(creation.directory / path).lexically_normal();
    std::error_code error;
    if (!std::filesystem::exists(directory, error)) {
        creation.properties.fail(property,
                                 "names a folder that does not exist: " + directory.string());
    }
    if (!std::filesystem::is_directory(directory, error)) {
        creation.properties.fail(property, "must name a folder, not a file: " + directory.string());
    }
    return directory.string();
}

void copy_texts(const Properties& from, std::initializer_list<const char*> names, Json& to) {
    for (const char* name : names) {
        if (const auto value = from.text(name)) {
            to[name] = *value;
        }
    }
}

void copy_integers(const Properties& from, std::initializer_list<const char*> names, Json& to) {
    for (const char* name : names) {
        if (const auto value = from.integer(name)) {
            to[name] = *value;
        }
    }
}

void copy_booleans(const Properties& from, std::initializer_list<const char*> names, Json& to) {
    for (const char* name : names) {
        if (const auto value = from.boolean(name)) {
            to[name] = *value;
        }
    }
}

void copy_lists(const Properties& from, std::initializer_list<const char*> names, Json& to) {
    for (const char* name : names) {
        if (from.has(name)) {
            to[name] = from.texts(name);
        }
    }
}

bool create_unless_kept(const Creation& creation, const char* operation, const Json& parameters) {
    try {
        creation.api.call_now("lambda", operation, parameters);
        return true;
    } catch (const aws::ApiError& error) {
        if (creation.existing != Existing::kept || error.code() != "ResourceConflictException") {
            throw;
        }
        return false;
    }
}

std::string function_name(const std::string& text) {
    constexpr std::string_view marker = ":function:";
    const std::size_t found = text.find(marker);
    const std::string rest = found == std::string::npos ? text : text.substr(found + marker.size());
    return rest.substr(0, rest.find(':'));
}

std::vector<ResourceType> lambda_types() {
    std::vector<ResourceType> types;
    for (auto* const type : {lambda_alias_type,
                             lambda_event_invoke_config_type,
                             lambda_event_source_mapping_type,
                             lambda_function_type,
                             lambda_layer_version_type,
                             lambda_permission_type,
                             lambda_url_type,
                             lambda_version_type}) {
        types.push_back(type());
    }
    return types;
}

}  // namespace orrery::cloudformation
