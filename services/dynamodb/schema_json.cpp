#include "services/dynamodb/schema_json.h"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace orrery::dynamodb {

namespace {

constexpr std::array<std::pair<StreamView, std::string_view>, 4> views{{
    {StreamView::keys_only, "KEYS_ONLY"},
    {StreamView::new_image, "NEW_IMAGE"},
    {StreamView::old_image, "OLD_IMAGE"},
    {StreamView::new_and_old_images, "NEW_AND_OLD_IMAGES"},
}};

Json index_json(const IndexDefinition& index, BillingMode billing) {
    Json json{{"IndexName", index.name},
              {"KeySchema", key_schema_json(index.keys)},
              {"Projection", projection_json(index.projection)}};
    if (index.kind == IndexKind::global && billing == BillingMode::provisioned) {
        json["ProvisionedThroughput"] = throughput_json(index.throughput);
    }
    return json;
}

}  // namespace

Json key_schema_json(const KeySchema& keys) {
    Json json = Json::array();
    for (const KeyAttribute& key : keys.hash) {
        json.push_back({{"AttributeName", key.name}, {"KeyType", "HASH"}});
    }
    for (const KeyAttribute& key : keys.range) {
        json.push_back({{"AttributeName", key.name}, {"KeyType", "RANGE"}});
    }
    return json;
}

Json attributes_json(const std::vector<KeyAttribute>& attributes) {
    Json json = Json::array();
    for (const KeyAttribute& attribute : attributes) {
        json.push_back({{"AttributeName", attribute.name},
                        {"AttributeType", std::string(type_name(attribute.type))}});
    }
    return json;
}

Json projection_json(const Projection& projection) {
    switch (projection.kind) {
        case Projection::Kind::keys_only: return {{"ProjectionType", "KEYS_ONLY"}};
        case Projection::Kind::include:
            return {{"ProjectionType", "INCLUDE"}, {"NonKeyAttributes", projection.attributes}};
        case Projection::Kind::all: break;
    }
    return {{"ProjectionType", "ALL"}};
}

Json throughput_json(const Throughput& throughput) {
    return {{"ReadCapacityUnits", throughput.read}, {"WriteCapacityUnits", throughput.write}};
}

std::string_view billing_name(BillingMode mode) {
    return mode == BillingMode::provisioned ? "PROVISIONED" : "PAY_PER_REQUEST";
}

std::string_view view_name(StreamView view) {
    return views[static_cast<std::size_t>(view)].second;
}

std::optional<StreamView> parse_view(std::string_view name) {
    for (const auto& [view, text] : views) {
        if (text == name) {
            return view;
        }
    }
    return std::nullopt;
}

Json creation_json(const TableDefinition& definition, const std::vector<KeyAttribute>& attributes) {
    Json json{{"TableName", definition.name},
              {"AttributeDefinitions", attributes_json(attributes)},
              {"KeySchema", key_schema_json(definition.keys)},
              {"BillingMode", std::string(billing_name(definition.billing))}};
    if (definition.billing == BillingMode::provisioned) {
        json["ProvisionedThroughput"] = throughput_json(definition.throughput);
    }
    for (const IndexDefinition& index : definition.indexes) {
        const char* list =
            index.kind == IndexKind::global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";
        json[list].push_back(index_json(index, definition.billing));
    }
    return json;
}

}  // namespace orrery::dynamodb
