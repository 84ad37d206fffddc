#include "services/dynamodb/consumption.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace orrery::dynamodb {

namespace {

double units_of(HalfUnits units) {
    return static_cast<double>(units) / 2;
}

Json units_json(HalfUnits units, std::optional<Access> transaction) {
    Json json{{"CapacityUnits", units_of(units)}};
    if (transaction) {
        json[*transaction == Access::read ? "ReadCapacityUnits" : "WriteCapacityUnits"] =
            units_of(units);
    }
    return json;
}

}  // namespace

void Consumption::add_index(std::size_t index, HalfUnits units) {
    const auto found = std::find_if(
        indexes.begin(), indexes.end(), [index](const auto& each) { return each.first == index; });
    if (found == indexes.end()) {
        indexes.emplace_back(index, units);
    } else {
        found->second += units;
    }
}

void Consumption::add(const Consumption& other) {
    table += other.table;
    for (const auto& [index, units] : other.indexes) {
        add_index(index, units);
    }
}

void Consumption::twice() {
    table *= 2;
}

HalfUnits Consumption::total() const {
    HalfUnits all = table;
    for (const auto& [index, units] : indexes) {
        all += units;
    }
    return all;
}

Consumption consumption_of(const ItemWrite& write) {
    Consumption consumption;
    consumption.table = write.units;
    for (const IndexWrite& entry : write.indexes) {
        consumption.add_index(entry.index, entry.units);
    }
    return consumption;
}

Json consumed_capacity_json(const Table& table,
                            const Consumption& consumption,
                            ReturnCapacity detail,
                            std::optional<Access> transaction) {
    Json json = units_json(consumption.total(), transaction);
    json["TableName"] = table.definition().name;
    if (detail != ReturnCapacity::indexes) {
        return json;
    }
    json["Table"] = units_json(consumption.table, transaction);
    for (const auto& [place, units] : consumption.indexes) {
        const IndexDefinition& index = table.definition().indexes[place];
        json[index.kind == IndexKind::global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes"]
            [index.name] = units_json(units, transaction);
    }
    return json;
}

Json collection_metrics_json(const Table& table, const Item& key) {
    const std::string& hash = table.definition().keys.hash.front().name;
    constexpr double gigabyte = 1024.0 * 1024 * 1024;
    const double lower = std::floor(static_cast<double>(table.collection_size(key)) / gigabyte);
    return {{"ItemCollectionKey", {{hash, write_value(key.find(hash)->second)}}},
            {"SizeEstimateRangeGB", {lower, lower + 1}}};
}

}  // namespace orrery::dynamodb
