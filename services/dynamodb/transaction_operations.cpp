#include "engine/world.h"
#include "services/dynamodb/cancellation.h"
#include "services/dynamodb/data_call.h"
#include "services/dynamodb/item_operations.h"
#include "services/dynamodb/key_checks.h"
#include "services/dynamodb/read_request.h"
#include "services/dynamodb/request_execution.h"
#include "services/dynamodb/table_monitor.h"
#include "services/dynamodb/tables.h"
#include "services/dynamodb/transactions.h"
#include "services/dynamodb/validation_error.h"
#include "services/dynamodb/write_request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace orrery::dynamodb {

using aws::ApiError;

namespace {

constexpr std::size_t most_transaction_bytes = 4 * 1024 * 1024;  // [docs: transaction-apis]
constexpr const char* conflict_message = "Transaction is ongoing for the item";

std::string throttling_reason(const ApiError& error) {
    return error.code() == "ThrottlingException" ? "ThrottlingError"
                                                 : "ProvisionedThroughputExceeded";
}

void answer_capacity(Json& answer, const DataCall& call, Access access) {
    if (call.return_capacity() == ReturnCapacity::none) {
        return;
    }
    for (const auto& [table, consumption] : call.charged()) {
        answer["ConsumedCapacity"].push_back(
            consumed_capacity_json(*table, consumption, call.return_capacity(), access));
    }
}

/// Throws where two actions are on one item.
void check_distinct(const std::vector<std::string>& keys) {
    std::set<std::string_view> seen;
    for (const std::string& key : keys) {
        if (!key.empty() && !seen.insert(key).second) {
            throw validation_error(
                "Transaction request cannot include multiple operations on one item");
        }
    }
}

struct Action {
    WriteRequest request;
    Table* table = nullptr;
    std::string key;  // empty: the request has none that fits
    std::optional<WriteAttempt> attempt;
};

WriteRequest read_action(const Json& json) {
    static const std::map<std::string_view, WriteRequest (*)(aws::Parameters&)> kinds{
        {"ConditionCheck", read_condition_check},
        {"Delete", read_delete},
        {"Put", read_put},
        {"Update", read_update}};
    aws::Parameters parameters(json, "TransactWriteItems");
    const Json* found = nullptr;
    WriteRequest (*read)(aws::Parameters&) = nullptr;
    for (const auto& [name, function] : kinds) {
        if (const Json* member = parameters.optional(name)) {
            if (found != nullptr) {
                found = nullptr;
                break;
            }
            found = member;
            read = function;
        }
    }
    if (found == nullptr) {
        throw validation_error(
            "TransactItems can only contain one of Check, Put, Update or Delete");
    }
    parameters.finish();
    aws::Parameters members(*found, "TransactWriteItems");
    WriteRequest request = read(members);
    members.finish();
    return request;
}

std::vector<Action> find_items(DataCall& call, std::vector<WriteRequest> requests) {
    std::vector<Action> actions;
    std::size_t bytes = 0;
    for (WriteRequest& request : requests) {
        Action& action = actions.emplace_back();
        action.request = std::move(request);
        bytes += size_of(action.request.item);
    }
    if (bytes > most_transaction_bytes) {
        throw validation_error("The total size of the items of a transaction is limited to 4 MB");
    }
    std::vector<std::string> keys;
    for (Action& action : actions) {
        action.table = &call.table(action.request.table);
        action.key = action.table->key_in(std::nullopt, action.request.item).value_or("");
        keys.push_back(action.key);
    }
    check_distinct(keys);
    return actions;
}

/// Works out one action, or says why it cannot be.
void prepare(DataCall& call, Action& action, std::size_t index, Cancellation& cancellation) {
    Table& table = *action.table;
    try {
        check_against(table, action.request);
        if (call.conflicts(table, action.key, action.request.item)) {
            cancellation.add(index, table, "TransactionConflict", conflict_message);
            return;
        }
        if (!call.admits(table, Access::write, std::nullopt)) {
            const ApiError error = call.throttled();
            cancellation.add(index, table, throttling_reason(error), error.message());
            return;
        }
        action.attempt = attempt_write(table, action.request, action.key);
        const ItemWrite& write = action.attempt->write;
        if (action.attempt->condition_failed) {
            table.monitor().condition_failed();
            const bool returned = action.request.return_failed && write.before_item;
            cancellation.add(
                index,
                table,
                action.request.insert ? "DuplicateItem" : "ConditionalCheckFailed",
                action.request.insert ? duplicate_item_message : "The conditional request failed",
                returned ? &*write.before_item : nullptr);
        } else if (!call.admits_indexes(table, write)) {
            const ApiError error = call.throttled();
            cancellation.add(index, table, throttling_reason(error), error.message());
        } else {
            check_collection(table, key_of(action.request, write), write);
        }
    } catch (const EmptyKeyError&) {
        throw;
    } catch (const ApiError& error) {
        cancellation.add(index,
                         table,
                         error.code() == "ValidationException" ? "ValidationError"
                                                               : "ItemCollectionSizeLimitExceeded",
                         error.message());
    }
}

void commit(DataCall& call, const std::vector<Action>& actions, Json& answer) {
    for (const Action& action : actions) {
        carry_out(*action.table, action.request, action.attempt->write);
        if (call.delay() > Duration(0)) {
            // Whoever comes before it has answered finds it under way. [choice]
            action.table->hold(action.key, call.now() + call.delay());
        }
        if (call.return_collections() && action.table->has_local_index()) {
            answer["ItemCollectionMetrics"][action.table->definition().name].push_back(
                collection_metrics_json(*action.table,
                                        key_of(action.request, action.attempt->write)));
        }
    }
}

/// The size that the action was charged for.
std::size_t charged_size(const Action& action) {
    const ItemWrite& write = action.attempt->write;
    return std::max(write.before ? write.before->size : 0, write.after_size);
}

/// The same transaction again has no effect, and costs what reading its items as they were then
/// does. [botocore; recorded in nubo-db/dynoxide's changes]
Json replayed(DataCall& call,
              const std::vector<Action>& actions,
              const std::vector<std::uint64_t>& sizes) {
    for (std::size_t index = 0; index < actions.size(); ++index) {
        Consumption consumption;
        consumption.table = read_units(sizes.at(index), Consistency::strong);
        consumption.twice();
        call.charge(*actions[index].table, Access::read, consumption);
    }
    Json answer = Json::object();
    answer_capacity(answer, call, Access::read);
    return answer;
}

}  // namespace

Json execute_transaction(DataCall& call,
                         std::vector<WriteRequest> requests,
                         const std::optional<std::string>& token,
                         const std::string& text) {
    std::vector<Action> actions = find_items(call, std::move(requests));
    // Each operation has tokens of its own. [recorded in nubo-db/dynoxide, pull request 125]
    const std::string name = std::string(call.action) + "/" + token.value_or("");
    if (token) {
        const Transactions::Known* known = call.tables.transactions().find(name);
        if (known != nullptr && !known->is_of(text)) {
            throw ApiError("IdempotentParameterMismatchException",
                           "The provided idempotency token has already been used with "
                           "different request parameters.");  // unverified
        }
        if (known != nullptr) {
            return replayed(call, actions, known->sizes);
        }
    }
    Cancellation cancellation(actions.size());
    std::vector<std::uint64_t> sizes;
    for (std::size_t index = 0; index < actions.size(); ++index) {
        prepare(call, actions[index], index, cancellation);
    }
    for (const Action& action : actions) {
        if (action.attempt) {
            Consumption consumption = consumption_of(action.attempt->write);
            consumption.twice();
            call.charge(*action.table, Access::write, consumption);
            sizes.push_back(charged_size(action));
        }
    }
    if (cancellation.any()) {
        throw cancellation.error();
    }
    Json answer = Json::object();
    commit(call, actions, answer);
    if (token) {
        call.tables.transactions().remember(name, text, std::move(sizes));
    }
    answer_capacity(answer, call, Access::write);
    return answer;
}

namespace {

Json transact_write_items(DataCall& call) {
    call.read_return_capacity();
    call.read_return_collections();
    const auto token = call.parameters.optional_string("ClientRequestToken");
    const Json& items = required_member(call.parameters, "TransactItems");
    std::vector<WriteRequest> requests;
    for (const Json& item : items) {
        requests.push_back(read_action(item));
    }
    call.parameters.finish();
    return execute_transaction(call, std::move(requests), token, token ? items.dump() : "");
}

struct Get {
    const ReadRequest* request = nullptr;
    Table* table = nullptr;
};

std::vector<Get> find_tables(DataCall& call, const std::vector<TransactionGet>& requests) {
    std::vector<Get> gets;
    std::vector<std::string> keys;
    for (const TransactionGet& get : requests) {
        Table& table = call.table(get.table);
        gets.push_back({&get.request, &table});
        keys.push_back(table.key_in(std::nullopt, get.request.keys.front()).value_or(""));
    }
    check_distinct(keys);
    return gets;
}

/// Says why a read cannot be done, if it cannot.
void check_get(DataCall& call, const Get& get, std::size_t index, Cancellation& cancellation) {
    const Item& key = get.request->keys.front();
    Table& table = *get.table;
    try {
        check_key(table, key);
    } catch (const ApiError& error) {
        cancellation.add(index, table, "ValidationError", error.message());
        return;
    }
    if (call.conflicts(table, table.key_of(key), key)) {
        cancellation.add(index, table, "TransactionConflict", conflict_message);
    } else if (!call.admits(table, Access::read, std::nullopt)) {
        const ApiError error = call.throttled();
        cancellation.add(index, table, throttling_reason(error), error.message());
    }
}

}  // namespace

Json execute_transaction(DataCall& call, const std::vector<TransactionGet>& requests) {
    const std::vector<Get> gets = find_tables(call, requests);
    Cancellation cancellation(gets.size());
    for (std::size_t index = 0; index < gets.size(); ++index) {
        check_get(call, gets[index], index, cancellation);
    }
    if (cancellation.any()) {
        throw cancellation.error();
    }
    Json answer{{"Responses", Json::array()}};
    for (const Get& get : gets) {
        ReadItem read = read_stored(*get.table, *get.request, get.request->keys.front());
        Consumption consumption;
        consumption.table = read_units(read.size, Consistency::strong);
        consumption.twice();
        call.charge(*get.table, Access::read, consumption);
        Json response = Json::object();
        // One of which the projection has nothing counts as none.
        // [recorded in nubo-db/dynoxide's changes, 0.10.0]
        if (!read.item.empty()) {
            response["Item"] = std::move(read.item);
        }
        answer["Responses"].push_back(std::move(response));
    }
    answer_capacity(answer, call, Access::read);
    return answer;
}

namespace {

Json transact_get_items(DataCall& call) {
    call.read_return_capacity();
    std::vector<TransactionGet> gets;
    for (const Json& item : required_member(call.parameters, "TransactItems")) {
        aws::Parameters outer(item, call.action);
        aws::Parameters parameters(required_member(outer, "Get"), call.action);
        outer.finish();
        TransactionGet& get = gets.emplace_back();
        get.table = parameters.string("TableName");
        get.request = read_read_request(parameters, read_one_key);
        get.request.consistency = Consistency::strong;
        parameters.finish();
    }
    call.parameters.finish();
    return execute_transaction(call, gets);
}

}  // namespace

void add_transaction_operations(aws::ApiService& api, Tables& tables) {
    add_data_operation(api, tables, "TransactGetItems", transact_get_items);
    add_data_operation(api, tables, "TransactWriteItems", transact_write_items);
}

}  // namespace orrery::dynamodb
