// ExecuteStatement, BatchExecuteStatement and ExecuteTransaction: statements become the requests
// that the operations on items carry out. [docs: ql-reference, ql-multistatements]
#include "services/aws/encoding.h"
#include "services/dynamodb/item_operations.h"
#include "services/dynamodb/key_checks.h"
#include "services/dynamodb/partiql/plan.h"
#include "services/dynamodb/partiql/requests.h"
#include "services/dynamodb/partiql/select.h"
#include "services/dynamodb/partiql/statement.h"
#include "services/dynamodb/request_execution.h"
#include "services/dynamodb/tables.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

namespace orrery::dynamodb {

namespace partiql {

namespace {

using aws::ApiError;

struct StatementRequest {
    Statement statement;
    Consistency consistency = Consistency::eventual;
    bool return_failed = false;
};

StatementRequest read_statement(aws::Parameters& parameters) {
    StatementRequest request;
    const Json* values = parameters.optional("Parameters");
    if (values != nullptr && values->empty()) {
        throw validation_error(
            "1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1");
    }
    if (parameters.optional_boolean("ConsistentRead").value_or(false)) {
        request.consistency = Consistency::strong;
    }
    const std::string* failed = parameters.optional_text("ReturnValuesOnConditionCheckFailure");
    request.return_failed = failed != nullptr && *failed == "ALL_OLD";
    request.statement = parse_statement(parameters.string("Statement"), values);
    return request;
}

bool is_read(const Statement& statement) {
    return statement.kind == Statement::Kind::select;
}

/// The items that a write's RETURNING asks for.
Json write_and_return(DataCall& call, const StatementRequest& request) {
    Json answer{{"Items", Json::array()}};
    try {
        Json written = execute_write(
            call,
            write_request(
                call.table(request.statement.table), request.statement, request.return_failed));
        if (written.contains("Attributes")) {
            answer["Items"].push_back(std::move(written["Attributes"]));
        }
        if (written.contains("ConsumedCapacity")) {
            answer["ConsumedCapacity"] = std::move(written["ConsumedCapacity"]);
        }
    } catch (const ApiError& error) {
        if (!request.statement.keep_existing || error.code() != "DuplicateItemException") {
            throw;
        }
    }
    return answer;
}

void refuse_exists(const Statement& statement) {
    if (statement.kind == Statement::Kind::exists) {
        throw validation_error("EXISTS can only be used in ExecuteTransaction write requests.");
    }
}

Json execute_statement(DataCall& call) {
    call.read_return_capacity();
    const StatementRequest request = read_statement(call.parameters);
    SelectPage page;
    page.consistency = request.consistency;
    if (const auto limit = call.parameters.optional_integer("Limit")) {
        page.limit = static_cast<std::size_t>(*limit);
    }
    page.next_token = call.parameters.optional_string("NextToken");
    const Json* values = call.parameters.optional("Parameters");
    page.request_text = call.parameters.string("Statement") + (values ? values->dump() : "");
    call.parameters.finish();
    refuse_exists(request.statement);
    return is_read(request.statement) ? select_page(call, request.statement, page)
                                      : write_and_return(call, request);
}

/// BatchStatementErrorCodeEnum. [botocore]
std::string batch_error_code(const std::string& code) {
    static const std::map<std::string_view, const char*> others = {
        {"ValidationException", "ValidationError"},
        {"ResourceNotFoundException", "ResourceNotFound"},
        {"InternalServerError", "InternalServerError"},
        {"ThrottlingException", "ThrottlingError"}};
    if (const auto found = others.find(code); found != others.end()) {
        return found->second;
    }
    constexpr std::string_view suffix = "Exception";
    return code.ends_with(suffix) ? code.substr(0, code.size() - suffix.size()) : code;
}

Json batch_error(const ApiError& error) {
    Json told{{"Code", batch_error_code(error.code())}, {"Message", error.message()}};
    return told;
}

Json execute_in_batch(DataCall& call, const StatementRequest& request) {
    Json response{{"TableName", request.statement.table}};
    Json answer = is_read(request.statement)
                      ? select_item(call, request.statement, request.consistency)
                      : write_and_return(call, request);
    if (!answer["Items"].empty()) {
        response["Item"] = std::move(answer["Items"].front());
    }
    return response;
}

/// One for each table of which a statement was carried out, with what the others of it have cost.
/// [recorded in nubo-db/dynoxide's changes]
void answer_capacity(Json& answer, DataCall& call, const std::set<const Table*>& served) {
    if (call.return_capacity() == ReturnCapacity::none) {
        return;
    }
    for (const auto& [table, consumption] : call.charged()) {
        if (served.contains(table)) {
            answer["ConsumedCapacity"].push_back(
                consumed_capacity_json(*table, consumption, call.return_capacity()));
        }
    }
}

/// A statement of a batch, or the error that keeps it from being one.
using BatchMember = std::variant<StatementRequest, ApiError>;

BatchMember read_member(DataCall& call, const Json& json) {
    try {
        aws::Parameters parameters(json, call.action);
        StatementRequest request = read_statement(parameters);
        parameters.finish();
        refuse_exists(request.statement);
        return request;
    } catch (const ApiError& error) {
        return error;
    }
}

/// Throws where two statements are about one item, as far as they say which. A table that is not
/// there is told later.
class DistinctItems {
public:
    DistinctItems(Tables& tables, const char* message) : tables_(tables), message_(message) {}

    void add(const Statement& statement) {
        const Table* table = tables_.find(statement.table);
        const auto key = table == nullptr ? std::nullopt : key_of(*table, statement);
        if (key && !seen_.emplace(table, *key).second) {
            throw validation_error(message_);
        }
    }

private:
    static std::optional<std::string> key_of(const Table& table, const Statement& statement) {
        if (statement.kind == Statement::Kind::insert) {
            return table.key_in(std::nullopt, statement.item);
        }
        try {
            const auto item = find_whole_key(statement, table.definition().keys);
            return item ? table.key_in(std::nullopt, item->key) : std::nullopt;
        } catch (const ApiError&) {
            return std::nullopt;  // told when the statement's turn comes
        }
    }

    Tables& tables_;
    const char* message_;
    std::set<std::pair<const Table*, std::string>> seen_;
};

// Batches and transactions are refused as a whole, before any statement runs, where they mix reads
// and writes or name an item twice. [recorded in nubo-db/dynoxide's changes, with the texts]

void check_one_kind(const std::vector<BatchMember>& members) {
    std::optional<bool> reads;
    for (const BatchMember& member : members) {
        if (const auto* request = std::get_if<StatementRequest>(&member)) {
            const bool read = is_read(request->statement);
            if (reads.value_or(read) != read) {
                throw validation_error(
                    "Read and write requests together in the same batch is not supported.");
            }
            reads = read;
        }
    }
}

void check_distinct(const std::vector<BatchMember>& members, Tables& tables) {
    DistinctItems items(tables, "Provided list of item keys contains duplicates");
    for (const BatchMember& member : members) {
        if (const auto* request = std::get_if<StatementRequest>(&member)) {
            items.add(request->statement);
        }
    }
}

/// Whether it names the table of a statement that was carried out and failed so.
/// [recorded in nubo-db/dynoxide's changes]
bool names_table(const ApiError& error) {
    return error.code() != "ValidationException" && error.code() != "ResourceNotFoundException";
}

Json batch_execute_statement(DataCall& call) {
    call.read_return_capacity();
    const Json& statements = required_member(call.parameters, "Statements");
    call.parameters.finish();
    std::vector<BatchMember> members;
    for (const Json& json : statements) {
        members.push_back(read_member(call, json));
    }
    check_one_kind(members);
    check_distinct(members, call.tables);
    Json answer{{"Responses", Json::array()}};
    std::set<const Table*> served;
    for (const BatchMember& member : members) {
        Json response = Json::object();
        const auto* request = std::get_if<StatementRequest>(&member);
        try {
            if (request == nullptr) {
                throw std::get<ApiError>(member);
            }
            response = execute_in_batch(call, *request);
            served.insert(&call.table(request->statement.table));
        } catch (const ApiError& error) {
            if (request != nullptr && names_table(error)) {
                response["TableName"] = request->statement.table;
            }
            response["Error"] = batch_error(error);
        }
        answer["Responses"].push_back(std::move(response));
    }
    answer_capacity(answer, call, served);
    return answer;
}

Json read_in_transaction(DataCall& call, const std::vector<StatementRequest>& requests) {
    std::vector<TransactionGet> gets;
    for (const StatementRequest& request : requests) {
        gets.push_back(transaction_get(call.table(request.statement.table), request.statement));
    }
    Json answer = execute_transaction(call, gets);
    for (std::size_t index = 0; index < requests.size(); ++index) {
        Json& response = answer["Responses"][index];
        if (response.contains("Item")) {
            response["Item"] =
                project(std::move(response["Item"]), requests[index].statement.projection);
        }
    }
    return answer;
}

Json write_in_transaction(DataCall& call,
                          const std::vector<StatementRequest>& requests,
                          const std::optional<std::string>& token,
                          const std::string& text) {
    std::vector<WriteRequest> writes;
    for (const StatementRequest& request : requests) {
        writes.push_back(write_request(
            call.table(request.statement.table), request.statement, request.return_failed));
    }
    Json answer = execute_transaction(call, std::move(writes), token, text);
    answer["Responses"] = Json::array_t(requests.size(), Json::object());  // unverified
    return answer;
}

Json execute_transaction_statements(DataCall& call) {
    call.read_return_capacity();
    const auto token = call.parameters.optional_string("ClientRequestToken");
    const Json& statements = required_member(call.parameters, "TransactStatements");
    call.parameters.finish();
    std::vector<StatementRequest> requests;
    for (const Json& json : statements) {
        aws::Parameters parameters(json, call.action);
        requests.push_back(read_statement(parameters));
        parameters.finish();
        if (requests.back().statement.returned != Statement::Return::none) {
            throw validation_error("Validation failed in TransactStatements[" +
                                   std::to_string(requests.size() - 1) +
                                   "]: RETURNING clause is not supported in ExecuteTransaction.");
        }
    }
    const auto reads =
        std::count_if(requests.begin(), requests.end(), [](const StatementRequest& request) {
            return is_read(request.statement);
        });
    if (reads != 0 && reads != static_cast<std::ptrdiff_t>(requests.size())) {
        throw validation_error(
            "ExecuteTransaction API does not support both read and write operations in the same "
            "request.");
    }
    DistinctItems items(call.tables,
                        "Transaction request cannot include multiple operations on one item");
    for (const StatementRequest& request : requests) {
        items.add(request.statement);
    }
    return reads == 0 ? write_in_transaction(call, requests, token, statements.dump())
                      : read_in_transaction(call, requests);
}

}  // namespace

}  // namespace partiql

void add_partiql_operations(aws::ApiService& api, Tables& tables) {
    add_data_operation(api, tables, "ExecuteStatement", partiql::execute_statement);
    add_data_operation(api, tables, "BatchExecuteStatement", partiql::batch_execute_statement);
    add_data_operation(api, tables, "ExecuteTransaction", partiql::execute_transaction_statements);
}

}  // namespace orrery::dynamodb
