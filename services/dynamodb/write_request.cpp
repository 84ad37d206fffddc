#include "services/dynamodb/write_request.h"

#include "services/dynamodb/data_call.h"
#include "services/dynamodb/expression_parameters.h"
#include "services/dynamodb/key_checks.h"
#include "services/dynamodb/table_monitor.h"
#include "services/dynamodb/validation_error.h"

#include <utility>

namespace orrery::dynamodb {

namespace {

using Return = WriteRequest::Return;

Return read_return_values(aws::Parameters& parameters) {
    const std::string* text = parameters.optional_text("ReturnValues");
    return text == nullptr || *text == "NONE" ? Return::none
           : *text == "ALL_OLD"               ? Return::all_old
           : *text == "ALL_NEW"               ? Return::all_new
           : *text == "UPDATED_OLD"           ? Return::updated_old
                                              : Return::updated_new;
}

/// PutItem and DeleteItem have nothing to say of new values. [dyl]
Return read_return_old(aws::Parameters& parameters) {
    const Return returned = read_return_values(parameters);
    if (returned != Return::none && returned != Return::all_old) {
        throw RequestError("ReturnValues can only be ALL_OLD or NONE");
    }
    return returned;
}

bool read_return_failed(aws::Parameters& parameters) {
    const std::string* text = parameters.optional_text("ReturnValuesOnConditionCheckFailure");
    return text != nullptr && *text == "ALL_OLD";
}

WriteRequest begin(aws::Parameters& parameters, WriteRequest::Kind kind) {
    WriteRequest request;
    request.kind = kind;
    request.table = parameters.string("TableName");
    request.return_failed = read_return_failed(parameters);
    return request;
}

}  // namespace

WriteRequest read_put(aws::Parameters& parameters) {
    WriteRequest request = begin(parameters, WriteRequest::Kind::put);
    ExpressionInput input = read_expression_input(
        parameters, {"Expected", "ConditionalOperator"}, {"ConditionExpression"});
    request.item = read_item(required_member(parameters, "Item"));
    request.returned = read_return_old(parameters);
    if (size_of(request.item) > most_item_bytes) {
        throw validation_error("Item size has exceeded the maximum allowed size");
    }
    request.condition = read_condition(parameters, input);
    input.finish();
    return request;
}

WriteRequest read_update(aws::Parameters& parameters) {
    WriteRequest request = begin(parameters, WriteRequest::Kind::update);
    ExpressionInput input =
        read_expression_input(parameters,
                              {"AttributeUpdates", "Expected", "ConditionalOperator"},
                              {"UpdateExpression", "ConditionExpression"});
    request.item = read_item(required_member(parameters, "Key"));
    request.returned = read_return_values(parameters);
    const Json* updates = parameters.optional("AttributeUpdates");
    if (updates != nullptr) {
        request.update = Update::from_attribute_updates(*updates);
    }
    if (const std::string* text = parameters.optional_text("UpdateExpression")) {
        request.update = Update::parse(*text, input);
    }
    request.condition = read_condition(parameters, input);
    input.finish();
    return request;
}

WriteRequest read_delete(aws::Parameters& parameters) {
    WriteRequest request = begin(parameters, WriteRequest::Kind::remove);
    ExpressionInput input = read_expression_input(
        parameters, {"Expected", "ConditionalOperator"}, {"ConditionExpression"});
    request.item = read_item(required_member(parameters, "Key"));
    request.returned = read_return_old(parameters);
    request.condition = read_condition(parameters, input);
    input.finish();
    return request;
}

WriteRequest read_condition_check(aws::Parameters& parameters) {
    WriteRequest request = begin(parameters, WriteRequest::Kind::check);
    ExpressionInput input = read_expression_input(parameters, {}, {"ConditionExpression"});
    request.item = read_item(required_member(parameters, "Key"));
    request.condition = read_condition(parameters, input);
    input.finish();
    return request;
}

void check_against(const Table& table, const WriteRequest& request) {
    if (request.kind == WriteRequest::Kind::put) {
        check_item(table, request.item);
        return;
    }
    check_key(table, request.item);
    if (!request.update) {
        return;
    }
    for (const std::string& attribute : request.update->attributes()) {
        if (table.definition().keys.contains(attribute)) {
            throw validation_error(
                "One or more parameter values were invalid: Cannot update "
                "attribute " +
                attribute + ". This attribute is part of the key");
        }
    }
}

namespace {

Item updated(const Table& table, const WriteRequest& request, const Item* before) {
    Item item = before == nullptr ? request.item : *before;
    if (request.update) {
        if (before == nullptr) {
            request.update->apply_to_missing(item);
        } else {
            request.update->apply(item);
        }
    }
    if (size_of(item) > most_item_bytes) {
        throw validation_error("Item size to update has exceeded the maximum allowed size");
    }
    check_updated_item(table, before == nullptr ? request.item : *before, item);
    return item;
}

/// A write that leaves everything as it is, and costs what one would.
ItemWrite unchanged(std::string key,
                    std::optional<StoredItem> before,
                    std::optional<Item> before_item) {
    ItemWrite write;
    write.key = std::move(key);
    write.units = write_units(before ? before->size : 0);
    write.before = std::move(before);
    write.before_item = std::move(before_item);
    return write;
}

}  // namespace

WriteAttempt attempt_write(const Table& table, WriteRequest& request, std::string key) {
    static const Item nothing;
    const bool reads = request.condition || request.kind == WriteRequest::Kind::update ||
                       request.returned != Return::none || request.return_failed;
    std::optional<StoredItem> before =
        reads || table.compares_writes() ? table.find(key) : table.find_to_replace(key);
    std::optional<Item> before_item;
    if (before && reads) {
        before_item = before->decode();
    }
    if (request.condition && !request.condition->holds(before_item ? *before_item : nothing)) {
        return {unchanged(std::move(key), std::move(before), std::move(before_item)), true};
    }
    std::optional<Item> after;
    switch (request.kind) {
        case WriteRequest::Kind::check:
            return {unchanged(std::move(key), std::move(before), std::move(before_item)), false};
        case WriteRequest::Kind::put: after = std::move(request.item); break;
        case WriteRequest::Kind::update:
            after = updated(table, request, before_item ? &*before_item : nullptr);
            break;
        case WriteRequest::Kind::remove: break;
    }
    return {table.plan(std::move(key), std::move(before), std::move(before_item), std::move(after)),
            false};
}

const Item& key_of(const WriteRequest& request, const ItemWrite& write) {
    return request.kind == WriteRequest::Kind::put && write.after ? *write.after : request.item;
}

void carry_out(Table& table, const WriteRequest& request, const ItemWrite& write) {
    if (request.kind == WriteRequest::Kind::check) {
        return;
    }
    table.apply(write);
    const std::string key = key_text(table, key_of(request, write));
    switch (request.kind) {
        case WriteRequest::Kind::put:
            table.monitor().trace("dynamodb.item.put", {{"bytes", write.after_size}, {"key", key}});
            break;
        case WriteRequest::Kind::update:
            table.monitor().trace("dynamodb.item.updated",
                                  {{"bytes", write.after_size}, {"key", key}});
            break;
        default: table.monitor().trace("dynamodb.item.deleted", {{"key", key}});
    }
}

}  // namespace orrery::dynamodb
