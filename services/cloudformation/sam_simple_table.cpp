// AWS::Serverless::SimpleTable. [docs: sam-resource-simpletable]
#include "services/cloudformation/sam.h"
#include "services/cloudformation/sam_nodes.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::cloudformation {

namespace {

DocumentNode mapping_at(const Location& where) {
    DocumentNode node = text_node("", where);
    node.kind = DocumentNode::Kind::mapping;
    return node;
}

DocumentNode list_of(DocumentNode item) {
    DocumentNode list = text_node("", item.where);
    list.kind = DocumentNode::Kind::sequence;
    list.items.push_back(std::move(item));
    return list;
}

/// "S" of String, as SAM calls the types.
std::string attribute_type(const DocumentNode* type) {
    const std::string name = type == nullptr ? "String" : type->text;
    if (name != "String" && name != "Number" && name != "Binary") {
        throw UsageError(type->where, "the Type of a PrimaryKey must be String, Number or Binary");
    }
    return name.substr(0, 1);
}

/// The key, which is the text "id" unless it is said.
void add_key(const DocumentNode* key, DocumentNode& properties) {
    const Location& where = key == nullptr ? properties.where : key->where;
    const DocumentNode* name = nullptr;
    const DocumentNode* type = nullptr;
    if (key != nullptr) {
        expect_keys(*key, {"Name", "Type"}, "PrimaryKey");
        name = key->find("Name");
        type = key->find("Type");
    }
    const DocumentNode named = name == nullptr ? text_node("id", where) : *name;
    const DocumentNode here = text_node("", where);
    DocumentNode attribute = mapping_at(where);
    set(attribute, here, "AttributeName", named);
    set(attribute, here, "AttributeType", text_node(attribute_type(type), where));
    set(properties, here, "AttributeDefinitions", list_of(std::move(attribute)));
    DocumentNode element = mapping_at(where);
    set(element, here, "AttributeName", named);
    set(element, here, "KeyType", text_node("HASH", where));
    set(properties, here, "KeySchema", list_of(std::move(element)));
}

}  // namespace

Resource expand_serverless_simple_table(const Resource& table, const DocumentNode* globals) {
    const DocumentNode properties = globals ? merged(*globals, table.properties) : table.properties;
    const std::vector<std::string_view> same = {"PointInTimeRecoverySpecification",
                                                "ProvisionedThroughput",
                                                "SSESpecification",
                                                "TableName"};
    std::vector<std::string_view> known = same;
    known.insert(known.end(), {"PrimaryKey", "Tags"});
    expect_keys(properties, known, table.type);
    Resource plain = table;
    plain.type = "AWS::DynamoDB::Table";
    plain.properties.members.clear();
    for (const auto& [key, value] : properties.members) {
        if (std::find(same.begin(), same.end(), key.text) != same.end()) {
            set(plain.properties, key, key.text, value);
        } else if (key.text == "Tags") {
            set(plain.properties, key, "Tags", tag_list(value));
        }
    }
    add_key(properties.find("PrimaryKey"), plain.properties);
    if (properties.find("ProvisionedThroughput") == nullptr) {
        set(plain.properties,
            text_node("", table.where),
            "BillingMode",
            text_node("PAY_PER_REQUEST", table.where));
    }
    return plain;
}

}  // namespace orrery::cloudformation
