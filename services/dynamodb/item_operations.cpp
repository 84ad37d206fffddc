#include "services/dynamodb/item_operations.h"

#include "services/aws/json_text.h"
#include "services/aws/plain_parameters.h"
#include "services/dynamodb/data_call.h"
#include "services/dynamodb/key_checks.h"
#include "services/dynamodb/read_request.h"
#include "services/dynamodb/request_execution.h"
#include "services/dynamodb/table_monitor.h"
#include "services/dynamodb/validation_error.h"
#include "services/dynamodb/write_request.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace orrery::dynamodb {

using aws::ApiError;
using aws::PlainValue;

namespace {

using Return = WriteRequest::Return;

/// What ReturnValues asks for, without Attributes where there is nothing.
void add_returned(Json& answer, const WriteRequest& request, const ItemWrite& write) {
    Json attributes;
    switch (request.returned) {
        case Return::none: return;
        case Return::all_old:
            attributes = write.before_item ? write_item(*write.before_item) : Json();
            break;
        case Return::all_new: attributes = write_item(*write.after); break;
        case Return::updated_old:
            attributes = write.before_item && request.update
                             ? write_item(request.update->updated_parts(*write.before_item))
                             : Json();
            break;
        case Return::updated_new:
            attributes =
                request.update ? write_item(request.update->updated_parts(*write.after)) : Json();
            break;
    }
    if (!attributes.empty()) {
        answer["Attributes"] = std::move(attributes);
    }
}

[[noreturn]] void condition_failed(Table& table,
                                   std::string_view action,
                                   const WriteRequest& request,
                                   const ItemWrite& write) {
    table.monitor().condition_failed();
    table.monitor().trace("dynamodb.condition.failed",
                          {{"action", action}, {"key", key_text(table, request.item)}});
    if (request.insert) {
        throw ApiError("DuplicateItemException", duplicate_item_message);
    }
    ApiError error("ConditionalCheckFailedException", "The conditional request failed");
    if (request.return_failed && write.before_item) {
        throw std::move(error).with("Item",
                                    std::make_shared<const Json>(write_item(*write.before_item)));
    }
    throw error;
}

}  // namespace

Json execute_write(DataCall& call, WriteRequest request) {
    Table& table = call.table(request.table);
    check_against(table, request);
    std::string key = table.key_of(request.item);
    if (!call.admits(table, Access::write, std::nullopt)) {
        throw call.throttled();
    }
    call.check_conflict(table, key, request.item);
    const WriteAttempt attempt = attempt_write(table, request, std::move(key));
    const ItemWrite& write = attempt.write;
    if (!attempt.condition_failed && !call.admits_indexes(table, write)) {
        throw call.throttled();
    }
    check_collection(table, key_of(request, write), write);
    const Consumption consumption = consumption_of(write);
    call.charge(table, Access::write, consumption);
    if (attempt.condition_failed) {
        condition_failed(table, call.action, request, write);
    }
    carry_out(table, request, write);
    Json answer = Json::object();
    add_returned(answer, request, write);
    if (call.return_capacity() != ReturnCapacity::none) {
        answer["ConsumedCapacity"] =
            consumed_capacity_json(table, consumption, call.return_capacity());
    }
    if (call.return_collections() && table.has_local_index()) {
        answer["ItemCollectionMetrics"] = collection_metrics_json(table, key_of(request, write));
    }
    return answer;
}

namespace {

Json write_item_by(DataCall& call, WriteRequest (*read)(aws::Parameters& parameters)) {
    call.read_return_capacity();
    call.read_return_collections();
    WriteRequest request = read(call.parameters);
    call.parameters.finish();
    return execute_write(call, std::move(request));
}

/// With mistakes in the request as PutItem and UpdateItem tell them.
template <typename Operation>
Json introduce_mistakes(Operation operation) {
    try {
        return operation();
    } catch (const RequestError& error) {
        throw validation_error("1 validation error detected: " + error.introduced());
    }
}

Json put_item(DataCall& call) {
    return introduce_mistakes([&] { return write_item_by(call, read_put); });
}

Json update_item(DataCall& call) {
    return introduce_mistakes([&] { return write_item_by(call, read_update); });
}

Json delete_item(DataCall& call) {
    return write_item_by(call, read_delete);
}

/// Calls `visit` with the item if there is one; what that consumed.
Consumption execute_read(DataCall& call,
                         Table& table,
                         const Item& key,
                         Consistency consistency,
                         const Table::ReadVisit& visit) {
    check_key(table, key);
    if (!call.admits(table, Access::read, std::nullopt)) {
        throw call.throttled();
    }
    std::size_t size = 0;
    read_traced(table, key, [&](std::size_t of_item, std::string_view bytes) {
        size = of_item;
        visit(of_item, bytes);
    });
    Consumption consumption;
    consumption.table = read_units(size, consistency);
    call.charge(table, Access::read, consumption);
    return consumption;
}

Json get_item(DataCall& call) {
    call.read_return_capacity();
    const std::string name = call.parameters.string("TableName");
    const ReadRequest request = read_read_request(call.parameters, read_one_key);
    call.parameters.finish();
    Table& table = call.table(name);
    Json answer = Json::object();
    const Consumption consumption = execute_read(call,
                                                 table,
                                                 request.keys.front(),
                                                 request.consistency,
                                                 [&](std::size_t, std::string_view bytes) {
                                                     answer["Item"] =
                                                         json_of_stored(request, bytes);
                                                 });
    if (call.return_capacity() != ReturnCapacity::none) {
        answer["ConsumedCapacity"] =
            consumed_capacity_json(table, consumption, call.return_capacity());
    }
    return answer;
}

// The quick way: requests that have a table, an item or key, and nothing that would be answered or
// asked beside.

std::optional<WriteRequest> read_plain_put(const PlainValue& parameters) {
    const PlainValue* table = parameters.find("TableName");
    const PlainValue* plain = parameters.find("Item");
    if (parameters.size() != 2 || table == nullptr || plain == nullptr) {
        return std::nullopt;
    }
    std::optional<Item> item = read_plain_item(*plain);
    if (!item || size_of(*item) > most_item_bytes) {
        return std::nullopt;
    }
    WriteRequest request;
    request.table = table->text();
    request.item = *std::move(item);
    return request;
}

std::string put_plain_item(DataCall& call, WriteRequest request) {
    return aws::write_json(
        introduce_mistakes([&] { return execute_write(call, std::move(request)); }));
}

struct PlainRead {
    std::string_view table;
    Item key;
    Consistency consistency = Consistency::eventual;
};

std::optional<PlainRead> read_plain_get(const PlainValue& parameters) {
    const PlainValue* table = parameters.find("TableName");
    const PlainValue* plain = parameters.find("Key");
    const PlainValue* consistent = parameters.find("ConsistentRead");
    const std::size_t known = consistent == nullptr ? 2 : 3;
    if (parameters.size() != known || table == nullptr || plain == nullptr) {
        return std::nullopt;
    }
    std::optional<Item> key = read_plain_item(*plain);
    if (!key) {
        return std::nullopt;
    }
    return PlainRead{
        table->text(),
        *std::move(key),
        consistent != nullptr && consistent->truth() ? Consistency::strong : Consistency::eventual};
}

std::string get_plain_item(DataCall& call, PlainRead request) {
    std::string answer = "{";
    execute_read(call,
                 call.table(request.table),
                 request.key,
                 request.consistency,
                 [&](std::size_t size, std::string_view bytes) {
                     answer.reserve(2 * size);
                     answer += "\"Item\":";
                     append_encoded_item(answer, bytes);
                 });
    return answer += '}';
}

}  // namespace

void add_item_operations(aws::ApiService& api, Tables& tables) {
    add_data_operation(api, tables, "PutItem", put_item);
    add_data_operation(api, tables, "GetItem", get_item);
    add_data_operation(api, tables, "UpdateItem", update_item);
    add_data_operation(api, tables, "DeleteItem", delete_item);
    add_quick_data_operation(api, tables, "PutItem", read_plain_put, put_plain_item);
    add_quick_data_operation(api, tables, "GetItem", read_plain_get, get_plain_item);
}

}  // namespace orrery::dynamodb
