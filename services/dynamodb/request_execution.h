/// Requests that have been read, carried out with all that belongs to it (faults, capacity, trace):
/// what the operations on items and PartiQL's statements have in common.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/data_call.h"
#include "services/dynamodb/read_request.h"
#include "services/dynamodb/write_request.h"

#include <optional>
#include <string>
#include <vector>

namespace orrery::dynamodb {

/// Answers as PutItem, UpdateItem and DeleteItem do.
Json execute_write(DataCall& call, WriteRequest request);

/// All or none of them. `token` is the ClientRequestToken and `text` what must be the same where it
/// comes again. Answers as TransactWriteItems does.
Json execute_transaction(DataCall& call,
                         std::vector<WriteRequest> requests,
                         const std::optional<std::string>& token,
                         const std::string& text);

/// A read within a transaction, of one key.
struct TransactionGet {
    std::string table;
    ReadRequest request;
};
/// Answers as TransactGetItems does.
Json execute_transaction(DataCall& call, const std::vector<TransactionGet>& requests);

}  // namespace orrery::dynamodb
