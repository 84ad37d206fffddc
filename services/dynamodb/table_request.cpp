#include "services/dynamodb/table_request.h"

#include "services/aws/parameters.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/index_request.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb {

namespace {

void read_billing(aws::Parameters& parameters, TableRequest& request) {
    const std::string mode = parameters.optional_string("BillingMode").value_or("PROVISIONED");
    const Json* throughput = parameters.optional("ProvisionedThroughput");
    TableDefinition& definition = request.definition;
    if (mode == "PAY_PER_REQUEST") {
        if (throughput != nullptr) {
            // [LS]
            throw invalid_values(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                "BillingMode is PAY_PER_REQUEST");
        }
        definition.billing = BillingMode::pay_per_request;
        request.settings.billing_summary = true;
        return;
    }
    if (throughput == nullptr) {
        // [LS]
        throw invalid_values(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
            "PROVISIONED");
    }
    definition.billing = BillingMode::provisioned;
    definition.throughput = read_throughput(*throughput);
}

void read_indexes(aws::Parameters& parameters, TableRequest& request) {
    const auto& attributes = request.settings.attributes;
    TableDefinition& definition = request.definition;
    if (const Json* list = parameters.optional("LocalSecondaryIndexes")) {
        if (list->empty()) {
            throw invalid_values("List of LocalSecondaryIndexes is empty");
        }
        if (definition.keys.range.empty()) {
            throw invalid_values(
                "Table KeySchema does not have a range key, which is required when specifying a "
                "LocalSecondaryIndex");
        }
        for (const Json& index : *list) {
            definition.indexes.push_back(read_local_index(index, attributes, definition.keys));
        }
        if (list->size() > limits::local_indexes) {
            throw invalid_values("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
        }
    }
    if (const Json* list = parameters.optional("GlobalSecondaryIndexes")) {
        if (list->empty()) {
            throw invalid_values("List of GlobalSecondaryIndexes is empty");
        }
        for (const Json& index : *list) {
            const std::string& name = index.at("IndexName").get_ref<const std::string&>();
            definition.indexes.push_back(read_global_index(
                index, attributes, definition.billing, request.settings.indexes[name]));
        }
        if (list->size() > limits::global_indexes) {
            throw invalid_values("GlobalSecondaryIndex count exceeds the per-table limit of 20");
        }
    }
    for (auto index = definition.indexes.begin(); index != definition.indexes.end(); ++index) {
        const auto same = [&](const IndexDefinition& other) { return other.name == index->name; };
        if (std::any_of(definition.indexes.begin(), index, same)) {
            throw invalid_values("Duplicate index name: " + index->name);
        }
    }
}

}  // namespace

void check_table_characters(std::string_view name) {
    const bool allowed = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-';
    });
    if (!allowed) {
        throw validation_error("1 validation error detected: Value '" + std::string(name) +
                               "' at 'tableName' failed to satisfy constraint: Member must satisfy "
                               "regular expression pattern: [a-zA-Z0-9_.-]+");
    }
}

void check_table_name(std::string_view name) {
    if (name.size() < limits::table_name_min || name.size() > limits::table_name_max) {
        throw validation_error(
            "TableName must be at least 3 characters long and at most 255 characters long");
    }
    check_table_characters(name);
}

std::string required_table_name(aws::Parameters& parameters) {
    const std::string* name = parameters.optional_text("TableName");
    if (name == nullptr) {
        throw validation_error(
            "The parameter 'TableName' is required but was not present in the request");
    }
    if (!name->starts_with("arn:")) {
        check_table_name(*name);
    }
    return *name;
}

TableRequest read_table(aws::Parameters& parameters) {
    TableRequest request;
    TableDefinition& definition = request.definition;
    definition.name = required_table_name(parameters);
    check_table_name(definition.name);
    read_billing(parameters, request);
    request.settings.attributes = read_attributes(*parameters.optional("AttributeDefinitions"));
    definition.keys =
        read_keys(*parameters.optional("KeySchema"), request.settings.attributes, KeyWidth::two);
    read_indexes(parameters, request);
    definition.attributes = request.settings.attributes;
    check_attributes_used(definition.attributes, definition);
    check_projections(definition);
    const Json* maximum = parameters.optional("OnDemandThroughput");
    if (maximum != nullptr && !maximum->empty()) {
        check_on_demand_maximum(
            *maximum,
            definition.billing,
            " for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED.",
            1);
        request.settings.on_demand_maximum =
            read_units(maximum, "MaxReadRequestUnits", "MaxWriteRequestUnits");
        definition.throughput = on_demand_rates(request.settings.on_demand_maximum);
    }
    request.settings.warm = read_units(
        parameters.optional("WarmThroughput"), "ReadUnitsPerSecond", "WriteUnitsPerSecond");
    return request;
}

void check_attributes_used(const std::vector<KeyAttribute>& attributes,
                           const TableDefinition& definition) {
    std::vector<std::string> used;
    const auto use = [&used](const std::vector<KeyAttribute>& keys) {
        for (const KeyAttribute& key : keys) {
            if (std::find(used.begin(), used.end(), key.name) == used.end()) {
                used.push_back(key.name);
            }
        }
    };
    use(definition.keys.hash);
    use(definition.keys.range);
    for (const IndexDefinition& index : definition.indexes) {
        use(index.keys.hash);
        use(index.keys.range);
    }
    if (attributes.size() <= used.size()) {
        return;
    }
    if (definition.indexes.empty()) {
        throw invalid_values(
            "Number of attributes in KeySchema does not exactly match number of attributes defined "
            "in AttributeDefinitions");
    }
    std::string names;
    for (const std::string& name : used) {
        names += (names.empty() ? "" : ", ") + name;
    }
    // (wording unverified)
    throw invalid_values("Some AttributeDefinitions are not used. AttributeDefinitions: [" +
                         names_of(attributes) + "], keys used: [" + names + "]");
}

void check_projections(const TableDefinition& definition) {
    std::size_t projected = 0;
    for (const IndexDefinition& index : definition.indexes) {
        projected += index.projection.attributes.size();
    }
    if (projected > limits::projected_attributes) {
        // (wording unverified)
        throw invalid_values(
            "Number of NonKeyAttributes of all indexes exceeds the per-table limit of " +
            std::to_string(limits::projected_attributes));
    }
}

}  // namespace orrery::dynamodb
