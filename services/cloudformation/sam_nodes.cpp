#include "services/cloudformation/sam_nodes.h"

namespace orrery::cloudformation {

DocumentNode text_node(const std::string& text, const Location& where, const std::string& tag) {
    DocumentNode node;
    node.kind = DocumentNode::Kind::scalar;
    node.quoted = true;
    node.text = text;
    node.tag = tag;
    node.where = where;
    return node;
}

void set(DocumentNode& mapping,
         const DocumentNode& key,
         std::string_view name,
         const DocumentNode& value) {
    mapping.members.push_back({text_node(std::string(name), key.where), value});
}

bool is_call(const DocumentNode& node) {
    return !node.tag.empty() ||
           (node.members.size() == 1 &&
            (node.members[0].key.text == "Ref" || node.members[0].key.text.starts_with("Fn::")));
}

DocumentNode tag_list(const DocumentNode& tags) {
    if (!tags.is_mapping() || is_call(tags)) {
        throw UsageError(tags.where,
                         "AWS::Serverless::Function: Tags must be a mapping of names to values");
    }
    DocumentNode list;
    list.kind = DocumentNode::Kind::sequence;
    list.where = tags.where;
    for (const auto& [key, value] : tags.members) {
        DocumentNode& tag = list.items.emplace_back();
        tag.kind = DocumentNode::Kind::mapping;
        tag.where = key.where;
        set(tag, key, "Key", text_node(key.text, key.where));
        set(tag, key, "Value", value);
    }
    return list;
}

DocumentNode merged(const DocumentNode& global, const DocumentNode& own) {
    if (is_call(global) || is_call(own) || global.kind != own.kind) {
        return own;
    }
    DocumentNode result = own;
    if (own.is_sequence()) {
        result.items = global.items;
        result.items.insert(result.items.end(), own.items.begin(), own.items.end());
    } else if (own.is_mapping()) {
        for (auto& [key, value] : result.members) {
            if (const DocumentNode* other = global.find(key.text)) {
                value = merged(*other, value);
            }
        }
        for (const auto& member : global.members) {
            if (!own.find(member.key.text)) {
                result.members.push_back(member);
            }
        }
    }
    return result;
}

Resource generated(const Resource& function,
                   const std::string& suffix,
                   const std::string& type,
                   const Location& where) {
    Resource resource;
    resource.logical_id = function.logical_id + suffix;
    resource.where = where;
    resource.type = type;
    resource.type_where = where;
    resource.properties.kind = DocumentNode::Kind::mapping;
    resource.properties.where = where;
    resource.condition = function.condition;
    return resource;
}

}  // namespace orrery::cloudformation
