/// DynamoDB's operations on items by AWS's names, in groups. Private to this folder.
#pragma once

namespace orrery::aws {
class ApiService;
}

namespace orrery::dynamodb {

class Tables;

// `tables` must outlive `api`.

/// PutItem, GetItem, UpdateItem, DeleteItem.
void add_item_operations(aws::ApiService& api, Tables& tables);
/// Query and Scan.
void add_query_operations(aws::ApiService& api, Tables& tables);
/// BatchGetItem and BatchWriteItem.
void add_batch_operations(aws::ApiService& api, Tables& tables);
/// TransactGetItems and TransactWriteItems.
void add_transaction_operations(aws::ApiService& api, Tables& tables);
/// ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.
void add_partiql_operations(aws::ApiService& api, Tables& tables);

}  // namespace orrery::dynamodb
