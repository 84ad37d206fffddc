#include "services/dynamodb/data_call.h"

#include "engine/world.h"
#include "services/aws/encoding.h"
#include "services/dynamodb/table_monitor.h"
#include "services/dynamodb/table_request.h"
#include "services/dynamodb/tables.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace orrery::dynamodb {

using aws::ApiError;

namespace {

constexpr Duration fault_latency = 1s;

const Json& no_parameters() {
    static const Json none = Json::object();
    return none;
}

}  // namespace

DataCall::DataCall(Tables& its_tables, std::string_view its_action, const Json& its_parameters)
    : tables(its_tables),
      action(its_action),
      parameters(its_parameters, its_action),
      delay_(its_tables.latency()) {}

DataCall::DataCall(Tables& its_tables, std::string_view its_action)
    : DataCall(its_tables, its_action, no_parameters()) {}

bool DataCall::answers_at_once(Tables& tables) {
    return tables.latency() == Duration(0) && tables.world().faults.empty();
}

Instant DataCall::now() const {
    return tables.world().loop.now();
}

void DataCall::read_return_capacity() {
    if (const std::string* wanted = parameters.optional_text("ReturnConsumedCapacity")) {
        return_capacity_ = *wanted == "TOTAL"     ? ReturnCapacity::total
                           : *wanted == "INDEXES" ? ReturnCapacity::indexes
                                                  : ReturnCapacity::none;
    }
}

void DataCall::read_return_collections() {
    const std::string* wanted = parameters.optional_text("ReturnItemCollectionMetrics");
    return_collections_ = wanted != nullptr && *wanted == "SIZE";
}

Table& DataCall::table(std::string_view name_or_arn) {
    Table& table = tables.usable(name_or_arn);
    if (std::find(struck_.begin(), struck_.end(), &table) == struck_.end()) {
        struck_.push_back(&table);
        strike(table);
    }
    return table;
}

void DataCall::succeeded() const {
    for (Table* table : struck_) {
        table->monitor().succeeded(action, delay_);
    }
}

void DataCall::failed(const ApiError& error) {
    tables.answered_with(error);
}

void DataCall::strike(Table& table) {
    Faults& faults = tables.world().faults;
    const Faults::Attributes where{{"action", action}, {"table", table.definition().name}};
    if (faults.fires("dynamodb.latency", where)) {
        delay_ += fault_latency;
    }
    if (faults.fires("dynamodb.internal_error", where)) {
        table.monitor().system_failed(action);
        throw ApiError("InternalServerError", "Internal server error", 500);
    }
    if (faults.fires("dynamodb.throttle", where)) {
        throttled_by_fault_.push_back(&table);
    }
}

bool DataCall::admits(Table& table, Access access, Table::Source source) {
    const IndexDefinition* index = source ? &table.definition().indexes[*source] : nullptr;
    const std::string name =
        index != nullptr && index->kind == IndexKind::global ? index->name : "";
    const bool fault = std::find(throttled_by_fault_.begin(), throttled_by_fault_.end(), &table) !=
                       throttled_by_fault_.end();
    if (!fault && table.capacity().admits(access, name, now())) {
        return true;
    }
    refusal_ = {&table, access, name, fault};
    table.monitor().throttled(action, access, name);
    return false;
}

bool DataCall::admits_indexes(Table& table, const ItemWrite& write) {
    return std::all_of(write.indexes.begin(), write.indexes.end(), [&](const IndexWrite& entry) {
        return table.definition().indexes[entry.index].kind == IndexKind::local ||
               admits(table, Access::write, entry.index);
    });
}

ApiError DataCall::throttled() const {
    const TableDefinition& definition = refusal_.table->definition();
    const bool of_index = !refusal_.index.empty();
    const bool provisioned = definition.billing == BillingMode::provisioned || refusal_.fault;
    // [botocore: ThrottlingReason]
    std::string reason = of_index ? "Index" : "Table";
    reason += refusal_.access == Access::read ? "Read" : "Write";
    reason += provisioned ? "ProvisionedThroughputExceeded" : "MaxOnDemandThroughputExceeded";
    const std::string resource =
        of_index ? definition.arn + "/index/" + refusal_.index : definition.arn;
    auto reasons =
        std::make_shared<const Json>(Json::array({{{"reason", reason}, {"resource", resource}}}));
    if (!provisioned) {
        // The code [docs: on-demand-capacity-mode-max-throughput], the text unverified.
        return ApiError("ThrottlingException",
                        "Throughput exceeds the maximum OnDemandThroughput configured on the " +
                            std::string(of_index ? "index" : "table") + ".")
            .with("throttlingReasons", std::move(reasons));
    }
    // [botocore; for indexes: recorded by exercism/website, issue 949]
    return ApiError("ProvisionedThroughputExceededException",
                    of_index ? "The level of configured provisioned throughput for one or more "
                               "global secondary indexes of the table was exceeded. Consider "
                               "increasing your provisioning level for the under-provisioned "
                               "global secondary indexes with the UpdateTable API"
                             : "The level of configured provisioned throughput for the table was "
                               "exceeded. Consider increasing your provisioning level with the "
                               "UpdateTable API.")
        .with("ThrottlingReasons", std::move(reasons));
}

bool DataCall::conflicts(Table& table, std::string_view key, const Item& item) {
    const bool fault = tables.world().faults.fires(
        "dynamodb.conflict", {{"action", action}, {"table", table.definition().name}});
    if (!fault && !table.is_held(key)) {
        return false;
    }
    table.monitor().trace("dynamodb.transaction.conflict",
                          {{"action", action}, {"key", key_text(table, item)}});
    table.monitor().transaction_conflicted();
    return true;
}

void DataCall::check_conflict(Table& table, std::string_view key, const Item& item) {
    if (conflicts(table, key, item)) {
        throw ApiError("TransactionConflictException", "Transaction is ongoing for the item");
    }
}

void DataCall::charge(Table& table, Access access, const Consumption& consumption) {
    const auto known = std::find_if(
        charged_.begin(), charged_.end(), [&](const auto& each) { return each.first == &table; });
    if (known == charged_.end()) {
        charged_.emplace_back(&table, consumption);
    } else {
        known->second.add(consumption);
    }
    const auto take = [&](std::string_view index, HalfUnits units) {
        table.capacity().take(access, index, units, now());
        table.monitor().consumed(access, index, units);
    };
    HalfUnits of_table = consumption.table;
    for (const auto& [place, units] : consumption.indexes) {
        const IndexDefinition& index = table.definition().indexes[place];
        if (index.kind == IndexKind::global) {
            take(index.name, units);
        } else {
            of_table += units;
        }
    }
    if (of_table > 0) {
        take({}, of_table);
    }
}

const Json& required_member(aws::Parameters& parameters, std::string_view name) {
    const Json* value = parameters.optional(name);
    if (value == nullptr) {  // a model has refused it already where there is one
        throw ApiError("ValidationException",
                       "The parameter '" + std::string(name) +
                           "' is required but was not present in the request");
    }
    return *value;
}

std::string key_text(const Table& table, const Item& item) {
    std::string text;
    const KeySchema& keys = table.definition().keys;
    for (const auto* part : {&keys.hash, &keys.range}) {
        for (const KeyAttribute& attribute : *part) {
            const auto found = item.find(attribute.name);
            if (found == item.end()) {
                continue;
            }
            text += text.empty() ? "" : "/";
            if (const auto* string = found->second.as<std::string>()) {
                text += *string;
            } else if (const auto* number = found->second.as<Number>()) {
                text += number->text();
            } else if (const auto* binary = found->second.as<Binary>()) {
                text += aws::base64(binary->bytes);
            }
        }
    }
    return text;
}

void check_name_or_arn(std::string_view table) {
    if (!table.starts_with("arn:")) {
        check_table_characters(table);
    }
}

namespace {

aws::ApiResult result_of(DataCall& call, Json (*operation)(DataCall& call)) {
    try {
        return aws::ApiResult(call.carried_out([&] {
            if (const std::string* name = call.parameters.optional_text("TableName")) {
                check_name_or_arn(*name);
            }
            return operation(call);
        }));
    } catch (const ApiError& error) {
        return aws::ApiResult(error);
    }
}

}  // namespace

void add_data_operation(aws::ApiService& api,
                        Tables& tables,
                        const char* action,
                        Json (*operation)(DataCall& call)) {
    api.add_waiting(action, [&tables, action, operation](const aws::Call& call, aws::Reply reply) {
        DataCall data(tables, action, call.parameters);
        aws::ApiResult result = result_of(data, operation);
        if (data.delay() == Duration(0)) {
            reply(std::move(result));
            return;
        }
        tables.world().loop.after(data.delay(),
                                  [reply = std::move(reply),
                                   later = std::make_shared<aws::ApiResult>(std::move(result))] {
                                      reply(std::move(*later));
                                  });
    });
}

}  // namespace orrery::dynamodb
