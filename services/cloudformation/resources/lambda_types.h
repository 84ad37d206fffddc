/// The resource types of Lambda, one function for each of them, and what they share.
#pragma once

#include "services/cloudformation/resource_type.h"

#include <initializer_list>
#include <string>
#include <string_view>

namespace orrery::cloudformation {

ResourceType lambda_alias_type();
ResourceType lambda_event_invoke_config_type();
ResourceType lambda_event_source_mapping_type();
ResourceType lambda_function_type();
ResourceType lambda_layer_version_type();
ResourceType lambda_permission_type();
ResourceType lambda_url_type();
ResourceType lambda_version_type();

/// The folder that a property names, from the template's folder on.
std::string code_folder(const Creation& creation,
                        std::string_view property,
                        const std::string& path);

// Copy properties that operations take under the same name.
void copy_texts(const Properties& from, std::initializer_list<const char*> names, Json& to);
void copy_integers(const Properties& from, std::initializer_list<const char*> names, Json& to);
void copy_booleans(const Properties& from, std::initializer_list<const char*> names, Json& to);
void copy_lists(const Properties& from, std::initializer_list<const char*> names, Json& to);

/// Calls an operation that makes something. False if it is there already, kept from an earlier
/// process, and may be.
bool create_unless_kept(const Creation& creation, const char* operation, const Json& parameters);

/// The function's name in a name or an ARN.
std::string function_name(const std::string& text);

}  // namespace orrery::cloudformation
