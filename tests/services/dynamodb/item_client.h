/// The operations on items as a client sees them, over tables that are made without the control
/// plane, and the clock.
#pragma once

#include "engine/world.h"
#include "services/aws/api.h"
#include "services/dynamodb/item_operations.h"
#include "services/dynamodb/tables.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::test {

using namespace std::chrono_literals;

/// "id:S" as a key attribute.
inline dynamodb::KeyAttribute key_attribute(std::string_view text) {
    const auto colon = text.find(':');
    return {std::string(text.substr(0, colon)),
            text.substr(colon + 1) == "S"   ? dynamodb::AttributeType::string
            : text.substr(colon + 1) == "N" ? dynamodb::AttributeType::number
                                            : dynamodb::AttributeType::binary};
}

/// {"id:S"} or {"id:S", "at:N"}.
inline dynamodb::KeySchema key_schema(const std::vector<std::string>& attributes) {
    dynamodb::KeySchema keys;
    keys.hash.push_back(key_attribute(attributes.at(0)));
    if (attributes.size() > 1) {
        keys.range.push_back(key_attribute(attributes[1]));
    }
    return keys;
}

inline dynamodb::IndexDefinition index_of(dynamodb::IndexKind kind,
                                          std::string name,
                                          const std::vector<std::string>& keys) {
    dynamodb::IndexDefinition index;
    index.name = std::move(name);
    index.kind = kind;
    index.keys = key_schema(keys);
    return index;
}

/// On demand, with the keys given.
inline dynamodb::TableDefinition table_of(std::string name, const std::vector<std::string>& keys) {
    dynamodb::TableDefinition definition;
    definition.name = std::move(name);
    definition.keys = key_schema(keys);
    definition.billing = dynamodb::BillingMode::pay_per_request;
    return definition;
}

class ItemClient {
public:
    World world;
    dynamodb::Tables tables;

    explicit ItemClient(std::uint64_t seed = 1, aws::MetricWriter* metrics = nullptr)
        : world(seed), tables(world, aws::Identity{}, metrics) {
        dynamodb::add_item_operations(service_, tables);
        dynamodb::add_query_operations(service_, tables);
        dynamodb::add_batch_operations(service_, tables);
        dynamodb::add_transaction_operations(service_, tables);
        api_.add(service_);
    }

    /// Active at once, with its indexes.
    dynamodb::Table& create(dynamodb::TableDefinition definition) {
        dynamodb::Table& table = tables.create(std::move(definition));
        table.set_status(dynamodb::Status::active);
        for (const auto& index : table.definition().indexes) {
            table.set_index_status(index.name, dynamodb::Status::active);
        }
        return table;
    }

    Json call(const char* operation, const Json& parameters) {
        return api_.call_now("dynamodb", operation, parameters);
    }
    void call_later(const char* operation, const Json& parameters, aws::Reply reply) {
        api_.call("dynamodb", operation, parameters, std::move(reply));
    }
    /// The error that it is answered with; none is a failure of the test.
    aws::ApiError failure(const char* operation, const Json& parameters) {
        try {
            call(operation, parameters);
        } catch (const aws::ApiError& error) {
            return error;
        }
        return {"no error", ""};
    }
    /// "Code: message" of the error, or "" if there was none.
    std::string error(const char* operation, const Json& parameters) {
        const aws::ApiError error = failure(operation, parameters);
        return error.code() == "no error" ? "" : error.code() + ": " + error.message();
    }

    void put(const char* table, const Json& item) {
        call("PutItem", {{"TableName", table}, {"Item", item}});
    }
    /// Null if there is none.
    Json get(const char* table, const Json& key) {
        const Json answer =
            call("GetItem", {{"TableName", table}, {"Key", key}, {"ConsistentRead", true}});
        return answer.contains("Item") ? answer["Item"] : Json();
    }
    void run_for(Duration duration) { world.loop.run_until(world.loop.now() + duration); }

    std::size_t traced(std::string_view kind) const {
        std::size_t count = 0;
        for (std::uint64_t index = 0; index < world.trace.size(); ++index) {
            count += world.trace[index].kind == kind ? 1U : 0U;
        }
        return count;
    }
    void add_fault(std::string point, std::vector<std::uint64_t> occurrences = {}) {
        FaultRule rule;
        rule.point = std::move(point);
        rule.occurrences = std::move(occurrences);
        world.faults.add(rule);
    }

private:
    aws::ApiService service_{"dynamodb"};
    aws::Api api_;
};

inline Json text(const std::string& value) {
    return {{"S", value}};
}
inline Json number(const std::string& value) {
    return {{"N", value}};
}
inline Json number(int value) {
    return number(std::to_string(value));
}

}  // namespace orrery::test
