// Texts of errors: DynamoDB local's.
#include "services/dynamodb/partiql/requests.h"

#include "services/dynamodb/key_checks.h"
#include "services/dynamodb/partiql/plan.h"
#include "services/dynamodb/validation_error.h"

namespace orrery::dynamodb::partiql {

namespace {

using Kind = ConditionNode::Kind;

ConditionNode about_existence(Kind kind, const Table& table) {
    ConditionNode node;
    node.kind = kind;
    node.operands.push_back({Path{table.definition().keys.hash.front().name, {}}});
    return node;
}

/// `first`, and `rest` if there is one, as `kind` has it.
Condition combined(Kind kind, ConditionNode first, std::optional<ConditionNode> rest) {
    ConditionNode node;
    node.kind = kind;
    node.conditions.push_back(std::move(first));
    if (rest) {
        node.conditions.push_back(*std::move(rest));
    }
    return Condition(std::move(node));
}

WriteRequest::Return returned_by(Statement::Return returned) {
    switch (returned) {
        case Statement::Return::none: return WriteRequest::Return::none;
        case Statement::Return::all_old: return WriteRequest::Return::all_old;
        case Statement::Return::all_new: return WriteRequest::Return::all_new;
        case Statement::Return::modified_old: return WriteRequest::Return::updated_old;
        case Statement::Return::modified_new: return WriteRequest::Return::updated_new;
    }
    return WriteRequest::Return::none;
}

void insert(WriteRequest& request, const Table& table, const Statement& statement) {
    request.kind = WriteRequest::Kind::put;
    request.insert = true;
    request.item = statement.item;
    if (size_of(request.item) > most_item_bytes) {
        throw validation_error("Item size has exceeded the maximum allowed size");
    }
    request.condition =
        combined(Kind::all_of, about_existence(Kind::attribute_not_exists, table), std::nullopt);
}

void check_exists(const Statement& statement, const OneItem& item) {
    if (statement.index) {
        throw validation_error("Operations on indices are not supported in transactions");
    }
    if (!item.rest) {
        throw validation_error(
            "EXISTS() must contain a single item read with additional condition");
    }
}

}  // namespace

WriteRequest write_request(const Table& table, const Statement& statement, bool return_failed) {
    WriteRequest request;
    request.table = statement.table;
    request.return_failed = return_failed;
    request.returned = returned_by(statement.returned);
    if (statement.kind == Statement::Kind::insert) {
        insert(request, table, statement);
        return request;
    }
    OneItem item = find_item(statement, table.definition().keys);
    request.item = std::move(item.key);
    switch (statement.kind) {
        case Statement::Kind::update:
            // It never makes an item. [docs: ql-reference.update]
            request.kind = WriteRequest::Kind::update;
            request.update = Update(statement.update);
            request.condition = combined(
                Kind::all_of, about_existence(Kind::attribute_exists, table), std::move(item.rest));
            break;
        case Statement::Kind::remove:
            // An item that is not there is deleted already. [docs: ql-reference.delete]
            request.kind = WriteRequest::Kind::remove;
            if (item.rest) {
                request.condition = combined(Kind::any_of,
                                             about_existence(Kind::attribute_not_exists, table),
                                             std::move(item.rest));
            }
            break;
        default:
            check_exists(statement, item);
            request.kind = WriteRequest::Kind::check;
            request.condition = Condition(*std::move(item.rest));
    }
    return request;
}

TransactionGet transaction_get(const Table& table, const Statement& statement) {
    if (statement.index) {
        throw validation_error("Reads on indices are not supported within transactions.");
    }
    const auto item = find_whole_key(statement, table.definition().keys);
    if (!item || item->rest) {
        throw validation_error(
            "Select statements within ExecuteTransaction must specify the primary key in the where "
            "clause.");
    }
    TransactionGet get;
    get.table = statement.table;
    get.request.keys.push_back(item->key);
    return get;
}

}  // namespace orrery::dynamodb::partiql
