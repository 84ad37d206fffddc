#include "services/dynamodb/data_call.h"
#include "services/dynamodb/item_operations.h"
#include "services/dynamodb/key_checks.h"
#include "services/dynamodb/read_request.h"
#include "services/dynamodb/validation_error.h"
#include "services/dynamodb/write_request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace orrery::dynamodb {

using aws::ApiError;

namespace {

constexpr std::size_t most_gets = 100;
constexpr std::size_t most_writes = 25;
constexpr std::size_t most_answered_bytes = 16 * 1024 * 1024;

void check_count(std::size_t count, std::size_t most, std::string_view action) {
    if (count > most) {
        throw validation_error("Too many items requested for the " + std::string(action) + " call");
    }
}

/// Throws where one key is there twice.
class Distinct {
public:
    void add(std::string key) {
        if (!keys_.insert(std::move(key)).second) {
            throw validation_error("Provided list of item keys contains duplicates");
        }
    }

private:
    std::set<std::string> keys_;
};

std::vector<Item> read_keys(aws::Parameters& parameters) {
    std::vector<Item> keys;
    for (const Json& key : required_member(parameters, "Keys")) {
        keys.push_back(read_item(key));
    }
    return keys;
}

/// One table's part of a BatchGetItem.
struct TableGets {
    std::string name;  // as the request has it
    const Json* json = nullptr;
    ReadRequest request;
    Table* table = nullptr;
};

/// Expressions for one table and the older parameters for another are refused too.
/// [recorded in nubo-db/dynoxide's changes, 0.11.2; the text is unverified]
void check_one_style(const std::vector<TableGets>& all) {
    const auto any = [&all](const char* parameter) {
        return std::any_of(all.begin(), all.end(), [&](const TableGets& gets) {
            return gets.json->contains(parameter);
        });
    };
    if (any("AttributesToGet") && any("ProjectionExpression")) {
        throw validation_error(
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {AttributesToGet} Expression parameters: "
            "{ProjectionExpression}");
    }
}

std::vector<TableGets> read_gets(DataCall& call) {
    std::vector<TableGets> all;
    std::size_t count = 0;
    for (const auto& [name, json] : required_member(call.parameters, "RequestItems").items()) {
        aws::Parameters parameters(json, call.action);
        TableGets& gets = all.emplace_back();
        gets.name = name;
        gets.json = &json;
        gets.request = read_read_request(parameters, read_keys);
        parameters.finish();
        count += gets.request.keys.size();
    }
    check_count(count, most_gets, call.action);
    call.parameters.finish();
    check_one_style(all);
    Distinct distinct;
    for (TableGets& gets : all) {
        gets.table = &call.table(gets.name);
        for (const Item& key : gets.request.keys) {
            check_key(*gets.table, key);
            distinct.add(gets.table->key_of(key));
        }
    }
    return all;
}

/// A request for those keys that were not served, from `first` on.
Json unprocessed_keys(const TableGets& gets, std::size_t first) {
    Json rest = *gets.json;
    Json& keys = rest["Keys"];
    keys.erase(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(first));
    return rest;
}

void add_capacity(Json& answer,
                  DataCall& call,
                  const Table& table,
                  const Consumption& consumption) {
    if (call.return_capacity() != ReturnCapacity::none && consumption.total() > 0) {
        answer["ConsumedCapacity"].push_back(
            consumed_capacity_json(table, consumption, call.return_capacity()));
    }
}

Json batch_get_item(DataCall& call) {
    call.read_return_capacity();
    const std::vector<TableGets> all = read_gets(call);
    Json answer{{"Responses", Json::object()}, {"UnprocessedKeys", Json::object()}};
    std::size_t bytes = 0;
    bool served = false;
    for (const TableGets& gets : all) {
        Json items = Json::array();
        Consumption consumption;
        std::size_t index = 0;
        for (; index < gets.request.keys.size(); ++index) {
            if (bytes >= most_answered_bytes ||
                !call.admits(*gets.table, Access::read, std::nullopt)) {
                break;
            }
            ReadItem read = read_stored(*gets.table, gets.request, gets.request.keys[index]);
            bytes += read.size;
            Consumption one;
            one.table = read_units(read.size, gets.request.consistency);
            call.charge(*gets.table, Access::read, one);
            consumption.add(one);
            if (!read.item.is_null()) {
                items.push_back(std::move(read.item));
            }
        }
        if (index < gets.request.keys.size()) {
            answer["UnprocessedKeys"][gets.name] = unprocessed_keys(gets, index);
        }
        served = served || index > 0;
        answer["Responses"][gets.name] = std::move(items);
        add_capacity(answer, call, *gets.table, consumption);
    }
    if (!served) {
        throw call.throttled();
    }
    return answer;
}

/// One write of a BatchWriteItem.
struct BatchWrite {
    std::string name;  // the table's, as the request has it
    const Json* json = nullptr;
    WriteRequest request;
    Table* table = nullptr;
    std::string key;
};

BatchWrite read_write(const std::string& name, const Json& json, std::string_view action) {
    aws::Parameters parameters(json, action);
    const Json* put = parameters.optional("PutRequest");
    const Json* remove = parameters.optional("DeleteRequest");
    parameters.finish();
    // [dyl]
    if (put == nullptr && remove == nullptr) {
        throw validation_error(
            "Supplied AttributeValue is empty, must contain exactly one of the "
            "supported datatypes");
    }
    if (put != nullptr && remove != nullptr) {
        throw validation_error(
            "Supplied AttributeValue has more than one datatypes set, must "
            "contain exactly one of the supported datatypes");
    }
    BatchWrite write;
    write.name = name;
    write.json = &json;
    write.request.kind = put != nullptr ? WriteRequest::Kind::put : WriteRequest::Kind::remove;
    aws::Parameters member(put != nullptr ? *put : *remove, action);
    write.request.item = read_item(required_member(member, put != nullptr ? "Item" : "Key"));
    member.finish();
    if (size_of(write.request.item) > most_item_bytes) {
        throw validation_error("Item size has exceeded the maximum allowed size");
    }
    return write;
}

std::vector<BatchWrite> read_writes(DataCall& call) {
    std::vector<BatchWrite> all;
    for (const auto& [name, list] : required_member(call.parameters, "RequestItems").items()) {
        for (const Json& json : list) {
            all.push_back(read_write(name, json, call.action));
        }
    }
    check_count(all.size(), most_writes, call.action);
    call.parameters.finish();
    Distinct distinct;
    for (BatchWrite& write : all) {
        write.table = &call.table(write.name);
        if (write.request.kind == WriteRequest::Kind::put) {
            check_batch_item(*write.table, write.request.item);
        } else {
            check_key(*write.table, write.request.item);
        }
        write.key = write.table->key_of(write.request.item);
        distinct.add(write.key);
    }
    return all;
}

/// Carries it out if there is capacity.
std::optional<Consumption> try_write(DataCall& call, BatchWrite& write, Json& answer) {
    Table& table = *write.table;
    if (!call.admits(table, Access::write, std::nullopt)) {
        return std::nullopt;
    }
    call.check_conflict(table, write.key, write.request.item);
    const WriteAttempt attempt = attempt_write(table, write.request, write.key);
    if (!call.admits_indexes(table, attempt.write)) {
        return std::nullopt;
    }
    check_collection(table, key_of(write.request, attempt.write), attempt.write);
    Consumption consumption = consumption_of(attempt.write);
    call.charge(table, Access::write, consumption);
    carry_out(table, write.request, attempt.write);
    if (call.return_collections() && table.has_local_index()) {
        answer["ItemCollectionMetrics"][write.name].push_back(
            collection_metrics_json(table, key_of(write.request, attempt.write)));
    }
    return consumption;
}

Json batch_write_item(DataCall& call) {
    call.read_return_capacity();
    call.read_return_collections();
    std::vector<BatchWrite> all = read_writes(call);
    Json answer{{"UnprocessedItems", Json::object()}};
    std::map<std::string, std::pair<Table*, Consumption>> consumed;
    bool served = false;
    for (BatchWrite& write : all) {
        const std::optional<Consumption> consumption = try_write(call, write, answer);
        if (!consumption) {
            answer["UnprocessedItems"][write.name].push_back(*write.json);
            continue;
        }
        served = true;
        auto& [table, sum] = consumed[write.name];
        table = write.table;
        sum.add(*consumption);
    }
    if (!served) {
        throw call.throttled();
    }
    for (const auto& [name, table_and_sum] : consumed) {
        add_capacity(answer, call, *table_and_sum.first, table_and_sum.second);
    }
    return answer;
}

}  // namespace

void add_batch_operations(aws::ApiService& api, Tables& tables) {
    add_data_operation(api, tables, "BatchGetItem", batch_get_item);
    add_data_operation(api, tables, "BatchWriteItem", batch_write_item);
}

}  // namespace orrery::dynamodb
