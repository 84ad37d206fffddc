#include "scenarios/language/template_source.h"

#include "scenarios/language/node_reader.h"

#include <algorithm>

namespace orrery {

namespace {

DocumentNode text_node(const std::string& text, const Location& where) {
    DocumentNode node;
    node.kind = DocumentNode::Kind::scalar;
    node.text = text;
    node.quoted = true;
    node.where = where;
    return node;
}

DocumentNode mapping_node(const Location& where) {
    DocumentNode node;
    node.kind = DocumentNode::Kind::mapping;
    node.where = where;
    return node;
}

DocumentNode* find(DocumentNode& mapping, std::string_view key) {
    for (auto& [name, value] : mapping.members) {
        if (name.text == key) {
            return &value;
        }
    }
    return nullptr;
}

void put(DocumentNode& mapping, const std::string& key, const std::string& text) {
    std::erase_if(mapping.members, [&](const auto& member) { return member.key.text == key; });
    mapping.members.push_back({text_node(key, mapping.where), text_node(text, mapping.where)});
}

/// Gives a function the stub's runtime instead of its code.
void take_over(DocumentNode& resource) {
    const DocumentNode* type = resource.find("Type");
    if (!resource.is_mapping() || type == nullptr) {
        return;
    }
    const bool serverless = type->text == "AWS::Serverless::Function";
    DocumentNode* properties = find(resource, "Properties");
    if (properties == nullptr) {
        resource.members.push_back(
            {text_node("Properties", resource.where), mapping_node(resource.where)});
        properties = &resource.members.back().value;
    }
    if (!properties->is_mapping()) {
        return;
    }
    std::erase_if(properties->members,
                  [](const auto& member) { return member.key.text == "InlineCode"; });
    put(*properties, serverless ? "CodeUri" : "Code", ".");
    put(*properties, "Runtime", stub_runtime_name);
    put(*properties, "Handler", "stub.handler");
    if (!serverless && properties->find("Role") == nullptr) {
        put(*properties, "Role", "arn:aws:iam::000000000000:role/stub");
    }
}

void take_over_stubs(DocumentNode& resources, const Simulation& simulation) {
    for (const FunctionBehaviour& behaviour : simulation.functions) {
        DocumentNode* resource = find(resources, behaviour.name.text);
        if (resource == nullptr) {
            // Said here, since a function that lacks its stub is refused next, for lack of code.
            std::vector<std::string_view> names;
            for (const auto& [name, declaration] : resources.members) {
                names.push_back(name.text);
            }
            throw UsageError(behaviour.name.where,
                             "the template has no function '" + behaviour.name.text + "'" +
                                 suggestion(behaviour.name.text, names));
        }
        if (behaviour.stub) {
            take_over(*resource);
        }
    }
}

}  // namespace

cloudformation::Template scenario_template(const ScenarioFile& file) {
    if (file.template_file) {
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(*file.template_file, ignored)) {
            throw UsageError(file.template_where,
                             "there is no template file " + file.template_file->string());
        }
        DocumentNode document = read_document(*file.template_file);
        if (DocumentNode* resources = find(document, "Resources")) {
            take_over_stubs(*resources, file.simulation);
        }
        return cloudformation::Template::from(document, file.template_file->parent_path());
    }
    DocumentNode resources = file.resources.value_or(mapping_node({file.path.string(), 1, 1}));
    take_over_stubs(resources, file.simulation);
    return cloudformation::Template::from_resources(resources, file.path.parent_path());
}

std::map<std::string, std::string> template_parameters(const ScenarioFile& file,
                                                       const cloudformation::Template& source) {
    std::vector<std::string_view> declared;
    for (const cloudformation::Parameter& parameter : source.parameters) {
        declared.push_back(parameter.name);
    }
    std::map<std::string, std::string> parameters;
    for (const auto& [name, value] : file.parameters.members) {
        if (std::find(declared.begin(), declared.end(), name.text) == declared.end()) {
            throw UsageError(name.where,
                             "the template has no parameter '" + name.text + "'" +
                                 suggestion(name.text, declared));
        }
        const std::string what = "parameter " + name.text;
        if (value.is_sequence()) {
            std::string list;
            for (const DocumentNode& item : value.items) {
                list += (list.empty() ? "" : ",") + read_text(item, what);
            }
            parameters[name.text] = list;
        } else {
            parameters[name.text] = read_text(value, what);
        }
    }
    return parameters;
}

}  // namespace orrery
