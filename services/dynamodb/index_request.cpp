#include "services/dynamodb/index_request.h"

#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace orrery::dynamodb {

namespace {

const std::string& text_of(const Json& object, const char* member) {
    return object.at(member).get_ref<const std::string&>();
}

bool is_hash(const Json& element) {
    return text_of(element, "KeyType") == "HASH";
}

const KeyAttribute* find(const std::vector<KeyAttribute>& attributes, const std::string& name) {
    const auto found = std::find_if(
        attributes.begin(), attributes.end(), [&](const auto& each) { return each.name == name; });
    return found == attributes.end() ? nullptr : &*found;
}

/// That the attributes are there, and no two are the same. [dyl]
void check_names(const Json& schema, const std::vector<KeyAttribute>& attributes, KeyWidth width) {
    if (width == KeyWidth::two && schema.size() > 2) {
        // (wording unverified)
        throw validation_error(
            "1 validation error detected: Value at 'keySchema' failed to satisfy constraint: "
            "Member must have length less than or equal to 2");
    }
    std::string names;
    bool defined = true;
    for (const Json& element : schema) {
        const std::string& name = text_of(element, "AttributeName");
        names += (names.empty() ? "" : ", ") + name;
        defined = defined && find(attributes, name) != nullptr;
    }
    if (schema.size() > attributes.size()) {
        throw validation_error("Invalid KeySchema: Some index key attribute have no definition");
    }
    if (!defined) {
        throw undefined_key_attributes(names, attributes);
    }
    for (std::size_t i = 0; i < schema.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (schema[i].at("AttributeName") == schema[j].at("AttributeName")) {
                throw validation_error(
                    "Both the Hash Key and the Range Key element in the KeySchema have the same "
                    "name");
            }
        }
    }
}

Projection read_projection(const Json& given) {
    const auto type = given.find("ProjectionType");
    if (type == given.end()) {
        throw invalid_values("Unknown ProjectionType: null");
    }
    const auto& name = type->get_ref<const std::string&>();
    Projection projection;
    const auto attributes = given.find("NonKeyAttributes");
    if (name == "INCLUDE") {
        if (attributes == given.end()) {
            // (wording unverified)
            throw invalid_values(
                "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
        }
        projection.kind = Projection::Kind::include;
        projection.attributes = attributes->get<std::vector<std::string>>();
    } else if (attributes != given.end()) {
        throw invalid_values("ProjectionType is " + name + ", but NonKeyAttributes is specified");
    } else if (name == "KEYS_ONLY") {
        projection.kind = Projection::Kind::keys_only;
    }
    return projection;
}

void read_index_throughput(const Json& given, BillingMode billing, IndexDefinition& index) {
    const auto throughput = given.find("ProvisionedThroughput");
    if (billing == BillingMode::pay_per_request) {
        if (throughput != given.end()) {
            throw invalid_values("ProvisionedThroughput should not be specified for index: " +
                                 index.name + " when BillingMode is PAY_PER_REQUEST");
        }
        return;
    }
    if (throughput == given.end()) {
        // [awsdocs/amazon-dynamodb-developer-guide issue 246]
        throw invalid_values("ProvisionedThroughput is not specified for index: " + index.name);
    }
    index.throughput = read_throughput(*throughput);
}

const Json* setting(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

void check_units(const char* name, std::int64_t units) {
    if (units > limits::largest_throughput) {
        // [dyl]
        throw validation_error("Given value " + std::to_string(units) + " for " + name +
                               " is out of bounds");
    }
}

}  // namespace

Throughput read_throughput(const Json& throughput) {
    const Throughput units{throughput.at("ReadCapacityUnits"), throughput.at("WriteCapacityUnits")};
    check_units("ReadCapacityUnits", units.read);
    check_units("WriteCapacityUnits", units.write);
    return units;
}

std::optional<Throughput> read_units(const Json* units, const char* read, const char* write) {
    if (units == nullptr) {
        return std::nullopt;
    }
    return Throughput{units->value(read, std::int64_t{-1}), units->value(write, std::int64_t{-1})};
}

void check_on_demand_maximum(const Json& maximum,
                             BillingMode billing,
                             const char* provisioned,
                             std::int64_t smallest) {
    constexpr std::array<const char*, 2> members{"MaxReadRequestUnits", "MaxWriteRequestUnits"};
    for (const char* member : members) {
        if (billing == BillingMode::provisioned && maximum.contains(member)) {
            throw invalid_values(std::string(member) + provisioned);
        }
    }
    for (const char* member : members) {
        const auto value = maximum.value(member, smallest);
        if (value < smallest || value == 0) {
            throw invalid_values("Requested " + std::string(member) +
                                 " for OnDemandThroughput for table is outside of valid range");
        }
    }
}

Throughput on_demand_rates(const std::optional<Throughput>& maximum) {
    const Throughput most = maximum.value_or(Throughput{});
    return {std::max<std::int64_t>(most.read, 0), std::max<std::int64_t>(most.write, 0)};
}

std::string names_of(const std::vector<KeyAttribute>& attributes) {
    std::string names;
    for (const KeyAttribute& attribute : attributes) {
        names += (names.empty() ? "" : ", ") + attribute.name;
    }
    return names;
}

aws::ApiError undefined_key_attributes(const std::string& names,
                                       const std::vector<KeyAttribute>& attributes) {
    return invalid_values(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: [" + names +
        "], AttributeDefinitions: [" + names_of(attributes) + "]");
}

std::vector<KeyAttribute> read_attributes(const Json& definitions) {
    std::vector<KeyAttribute> attributes;
    for (const Json& definition : definitions) {
        const std::string& name = text_of(definition, "AttributeName");
        const std::string& type = text_of(definition, "AttributeType");
        if (find(attributes, name) != nullptr) {
            // (wording unverified)
            throw invalid_values("Duplicate AttributeName in AttributeDefinitions: " + name);
        }
        attributes.push_back({name,
                              type == "N"   ? AttributeType::number
                              : type == "B" ? AttributeType::binary
                                            : AttributeType::string});
    }
    return attributes;
}

KeySchema read_keys(const Json& schema,
                    const std::vector<KeyAttribute>& attributes,
                    KeyWidth width) {
    check_names(schema, attributes, width);
    if (!is_hash(schema.front())) {
        throw validation_error(
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    KeySchema keys;
    for (const Json& element : schema) {
        const bool hash = is_hash(element);
        if (hash && (width == KeyWidth::two ? !keys.hash.empty() : !keys.range.empty())) {
            throw validation_error(
                width == KeyWidth::two
                    ? "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
                    : "Invalid KeySchema: HASH KeySchemaElements must come before RANGE ones");
        }
        (hash ? keys.hash : keys.range)
            .push_back(*find(attributes, text_of(element, "AttributeName")));
    }
    if (keys.hash.size() > limits::global_index_attributes ||
        keys.range.size() > limits::global_index_attributes) {
        // (wording unverified)
        throw validation_error(
            "Invalid KeySchema: an index has at most 4 HASH and 4 RANGE KeySchemaElements");
    }
    return keys;
}

IndexDefinition read_local_index(const Json& given,
                                 const std::vector<KeyAttribute>& attributes,
                                 const KeySchema& table_keys) {
    IndexDefinition index;
    index.kind = IndexKind::local;
    index.name = text_of(given, "IndexName");
    index.keys = read_keys(given.at("KeySchema"), attributes, KeyWidth::two);
    if (index.keys.range.empty()) {
        throw invalid_values("Index KeySchema does not have a range key for index: " + index.name);
    }
    const std::string& hash = index.keys.hash.front().name;
    const std::string& table_hash = table_keys.hash.front().name;
    if (hash != table_hash) {
        throw invalid_values(
            "Index KeySchema does not have the same leading hash key as table KeySchema for "
            "index: " +
            index.name + ". index hash key: " + hash + ", table hash key: " + table_hash);
    }
    index.projection = read_projection(given.at("Projection"));
    return index;
}

IndexDefinition read_global_index(const Json& given,
                                  const std::vector<KeyAttribute>& attributes,
                                  BillingMode billing,
                                  IndexSettings& indexed) {
    IndexDefinition index;
    index.kind = IndexKind::global;
    index.name = text_of(given, "IndexName");
    index.keys = read_keys(given.at("KeySchema"), attributes, KeyWidth::eight);
    index.projection = read_projection(given.at("Projection"));
    read_index_throughput(given, billing, index);
    indexed.on_demand_maximum = read_units(
        setting(given, "OnDemandThroughput"), "MaxReadRequestUnits", "MaxWriteRequestUnits");
    if (billing == BillingMode::pay_per_request) {
        index.throughput = on_demand_rates(indexed.on_demand_maximum);
    }
    indexed.warm =
        read_units(setting(given, "WarmThroughput"), "ReadUnitsPerSecond", "WriteUnitsPerSecond");
    return index;
}

}  // namespace orrery::dynamodb
