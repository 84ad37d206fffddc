/// Statements as the requests that the operations on items carry out.
#pragma once

#include "services/dynamodb/partiql/statement.h"
#include "services/dynamodb/request_execution.h"
#include "services/dynamodb/table.h"

namespace orrery::dynamodb::partiql {

/// Of INSERT, UPDATE, DELETE and EXISTS. Throws ApiError unless the statement is about one item.
WriteRequest write_request(const Table& table, const Statement& statement, bool return_failed);

/// Of a SELECT within a transaction.
TransactionGet transaction_get(const Table& table, const Statement& statement);

}  // namespace orrery::dynamodb::partiql
