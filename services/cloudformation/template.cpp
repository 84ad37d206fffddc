#include "services/cloudformation/template.h"

#include "services/cloudformation/sam.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace orrery::cloudformation {

namespace {

// [docs: quotas] of CloudFormation.
constexpr std::size_t most_parameters = 200;
constexpr std::size_t most_resources = 500;

const std::vector<std::string_view> sections = {
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Metadata",
    "Parameters",
    "Globals",
    "Mappings",
    "Conditions",
    "Resources",
    "Outputs",
};

bool is_serverless(const std::string& type) {
    return type.starts_with("AWS::Serverless::");
}

const DocumentNode& expect_mapping(const DocumentNode& node, const std::string& what) {
    if (!node.is_mapping() || !node.tag.empty()) {
        throw UsageError(node.where, what + " must be a mapping (key: value)");
    }
    return node;
}

/// A scalar written out, whatever its type.
const std::string& expect_text(const DocumentNode& node, const std::string& what) {
    if (!node.is_scalar() || !node.tag.empty()) {
        throw UsageError(node.where, what + " must be text");
    }
    return node.text;
}

/// A logical id has letters and digits only. [docs: resources-section-structure]
void expect_logical_id(const DocumentNode& key) {
    const auto alphanumeric = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    if (key.text.empty() || !std::all_of(key.text.begin(), key.text.end(), alphanumeric)) {
        throw UsageError(key.where, "'" + key.text + "' is no logical id: only letters and digits");
    }
}

Mention mention(const DocumentNode* node, const std::string& what) {
    return node ? Mention{expect_text(*node, what), node->where} : Mention{};
}

template <typename Number>
std::optional<Number> number(const DocumentNode& parameter, std::string_view key) {
    const DocumentNode* node = parameter.find(key);
    if (!node) {
        return std::nullopt;
    }
    DocumentNode plain = *node;
    plain.quoted = false;
    const Json value = plain.to_json();
    if (!value.is_number()) {
        throw UsageError(node->where, std::string(key) + " must be a number");
    }
    return value.get<Number>();
}

void check_parameter_type(const Parameter& parameter, const Location& where) {
    const std::string& type = parameter.type;
    if (type.starts_with("AWS::SSM::Parameter::Value<")) {
        throw UsageError(
            where, "parameters of type " + type + " are not supported: give the value itself");
    }
    static const std::vector<std::string_view> plain = {
        "String", "Number", "List<Number>", "CommaDelimitedList"};
    const bool known = std::find(plain.begin(), plain.end(), type) != plain.end();
    if (!known && !type.starts_with("AWS::") && !type.starts_with("List<AWS::")) {
        throw UsageError(where, "unknown parameter type '" + type + "'" + suggestion(type, plain));
    }
}

Parameter read_parameter(const DocumentNode& key, const DocumentNode& node) {
    expect_logical_id(key);
    expect_keys(node,
                {"Type",
                 "Default",
                 "Description",
                 "AllowedValues",
                 "AllowedPattern",
                 "ConstraintDescription",
                 "MinLength",
                 "MaxLength",
                 "MinValue",
                 "MaxValue",
                 "NoEcho"},
                "parameter " + key.text);
    const DocumentNode* type = node.find("Type");
    if (!type) {
        throw UsageError(key.where, "parameter " + key.text + " has no Type");
    }
    Parameter parameter;
    parameter.name = key.text;
    parameter.where = key.where;
    parameter.type = expect_text(*type, "Type");
    check_parameter_type(parameter, type->where);
    if (const DocumentNode* value = node.find("Default")) {
        parameter.default_value = expect_text(*value, "Default");
    }
    if (const DocumentNode* allowed = node.find("AllowedValues")) {
        if (!allowed->is_sequence()) {
            throw UsageError(allowed->where, "AllowedValues must be a list");
        }
        for (const DocumentNode& value : allowed->items) {
            parameter.allowed_values.push_back(expect_text(value, "an allowed value"));
        }
    }
    if (const DocumentNode* pattern = node.find("AllowedPattern")) {
        parameter.allowed_pattern = expect_text(*pattern, "AllowedPattern");
    }
    parameter.min_length = number<std::int64_t>(node, "MinLength");
    parameter.max_length = number<std::int64_t>(node, "MaxLength");
    parameter.min_value = number<double>(node, "MinValue");
    parameter.max_value = number<double>(node, "MaxValue");
    if (const DocumentNode* no_echo = node.find("NoEcho")) {
        const std::string& text = expect_text(*no_echo, "NoEcho");
        if (text != "true" && text != "True" && text != "false" && text != "False") {
            throw UsageError(no_echo->where, "NoEcho must be true or false");
        }
        parameter.no_echo = text == "true" || text == "True";
    }
    return parameter;
}

std::vector<Mention> read_depends_on(const DocumentNode* node) {
    std::vector<Mention> mentions;
    if (node && node->is_sequence()) {
        for (const DocumentNode& item : node->items) {
            mentions.push_back(mention(&item, "an item of DependsOn"));
        }
    } else if (node) {
        mentions.push_back(mention(node, "DependsOn"));
    }
    return mentions;
}

Resource read_resource(const DocumentNode& key, const DocumentNode& node) {
    expect_logical_id(key);
    expect_keys(node,
                {"Type",
                 "Properties",
                 "DependsOn",
                 "Condition",
                 "DeletionPolicy",
                 "UpdateReplacePolicy",
                 "UpdatePolicy",
                 "Metadata"},
                "resource " + key.text);
    const DocumentNode* type = node.find("Type");
    if (!type) {
        throw UsageError(key.where, "resource " + key.text + " has no Type");
    }
    Resource resource;
    resource.logical_id = key.text;
    resource.where = key.where;
    resource.type = expect_text(*type, "Type");
    resource.type_where = type->where;
    resource.properties.kind = DocumentNode::Kind::mapping;
    resource.properties.where = key.where;
    const DocumentNode* properties = node.find("Properties");
    if (properties && properties->kind != DocumentNode::Kind::null) {
        resource.properties = expect_mapping(*properties, "Properties");
    }
    resource.depends_on = read_depends_on(node.find("DependsOn"));
    resource.condition = mention(node.find("Condition"), "Condition");
    return resource;
}

Output read_output(const DocumentNode& key, const DocumentNode& node) {
    expect_keys(node, {"Description", "Value", "Export", "Condition"}, "output " + key.text);
    const DocumentNode* value = node.find("Value");
    if (!value) {
        throw UsageError(key.where, "output " + key.text + " has no Value");
    }
    return {key.text, *value, mention(node.find("Condition"), "Condition")};
}

void check_transform(const DocumentNode& node) {
    const DocumentNode& name = node.is_sequence() && node.items.size() == 1 ? node.items[0] : node;
    if (!name.is_scalar() || name.text != "AWS::Serverless-2016-10-31") {
        throw UsageError(node.where, "the only transform supported is AWS::Serverless-2016-10-31");
    }
}

const DocumentNode* check_globals(const DocumentNode* globals) {
    if (globals) {
        expect_keys(*globals,
                    {"Function",
                     "Api",
                     "HttpApi",
                     "SimpleTable",
                     "StateMachine",
                     "LayerVersion",
                     "CapacityProvider"},
                    "Globals");
    }
    return globals;
}

/// Globals.TYPE; what is said there of types that are refused has no effect here.
const DocumentNode* globals_of(const DocumentNode* globals, const std::string& type) {
    const DocumentNode* of_type = globals ? globals->find(type) : nullptr;
    return of_type ? &expect_mapping(*of_type, "Globals." + type) : nullptr;
}

std::vector<Resource> read_resources(const DocumentNode& node,
                                     bool serverless,
                                     const DocumentNode* globals) {
    expect_mapping(node, "Resources");
    std::vector<Resource> resources;
    for (const auto& [key, value] : node.members) {
        Resource resource = read_resource(key, value);
        if (is_serverless(resource.type) && !serverless) {
            throw UsageError(
                resource.type_where,
                resource.type + " needs Transform: AWS::Serverless-2016-10-31 in the template");
        }
        if (resource.type == "AWS::Serverless::LayerVersion") {
            resources.push_back(expand_serverless_layer(resource));
            continue;
        }
        if (resource.type == "AWS::Serverless::SimpleTable") {
            resources.push_back(
                expand_serverless_simple_table(resource, globals_of(globals, "SimpleTable")));
            continue;
        }
        if (resource.type != "AWS::Serverless::Function") {
            resources.push_back(std::move(resource));
            continue;
        }
        for (Resource& expanded :
             expand_serverless_function(resource, globals_of(globals, "Function"))) {
            resources.push_back(std::move(expanded));
        }
    }
    std::map<std::string, Location> seen;
    for (const Resource& resource : resources) {
        const auto [first, added] = seen.emplace(resource.logical_id, resource.where);
        if (!added) {
            throw UsageError(resource.where,
                             "the transform makes resource " + resource.logical_id +
                                 ", which the template has too, at " + first->second.text());
        }
    }
    if (resources.size() > most_resources) {
        throw UsageError(node.where, "more than " + std::to_string(most_resources) + " resources");
    }
    return resources;
}

void read_parameters(const DocumentNode& node, Template& result) {
    for (const auto& [key, value] : expect_mapping(node, "Parameters").members) {
        result.parameters.push_back(read_parameter(key, value));
    }
    if (result.parameters.size() > most_parameters) {
        throw UsageError(node.where,
                         "more than " + std::to_string(most_parameters) + " parameters");
    }
}

void check_mappings(const DocumentNode& mappings) {
    for (const auto& [name, mapping] : expect_mapping(mappings, "Mappings").members) {
        for (const auto& [key, entry] : expect_mapping(mapping, "mapping " + name.text).members) {
            expect_mapping(entry, "entry " + key.text + " of mapping " + name.text);
        }
    }
}

}  // namespace

Template Template::load(const std::filesystem::path& path) {
    return from(read_document(path), path.parent_path());
}

Template Template::from(const DocumentNode& document, const std::filesystem::path& directory) {
    expect_keys(document, sections, "a template");
    const DocumentNode* version = document.find("AWSTemplateFormatVersion");
    if (version && version->text != "2010-09-09") {
        throw UsageError(version->where, "AWSTemplateFormatVersion must be 2010-09-09");
    }
    const DocumentNode* transform = document.find("Transform");
    if (transform) {
        check_transform(*transform);
    }
    const DocumentNode* resources = document.find("Resources");
    if (!resources) {
        throw UsageError(document.where, "the template has no Resources");
    }

    Template result;
    result.directory = directory;
    if (const DocumentNode* parameters = document.find("Parameters")) {
        read_parameters(*parameters, result);
    }
    if (const DocumentNode* mappings = document.find("Mappings")) {
        check_mappings(*mappings);
        result.mappings = *mappings;
    }
    if (const DocumentNode* conditions = document.find("Conditions")) {
        result.conditions = expect_mapping(*conditions, "Conditions");
    }
    result.resources =
        read_resources(*resources, transform != nullptr, check_globals(document.find("Globals")));
    if (const DocumentNode* outputs = document.find("Outputs")) {
        for (const auto& [key, value] : expect_mapping(*outputs, "Outputs").members) {
            result.outputs.push_back(read_output(key, value));
        }
    }
    return result;
}

Template Template::from_resources(const DocumentNode& resources,
                                  const std::filesystem::path& directory) {
    Template result;
    result.directory = directory;
    result.resources = read_resources(resources, true, nullptr);
    return result;
}

}  // namespace orrery::cloudformation
