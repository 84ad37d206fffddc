/// A write of one item as PutItem, UpdateItem, DeleteItem and the actions of a transaction ask for
/// it: read from a request, then held against the table and the item that is there.
#pragma once

#include "services/aws/parameters.h"
#include "services/dynamodb/expressions/expressions.h"
#include "services/dynamodb/table.h"

#include <cstdint>
#include <optional>
#include <string>

namespace orrery::dynamodb {

struct WriteRequest {
    enum class Kind : std::uint8_t { put, update, remove, check };
    enum class Return : std::uint8_t { none, all_old, all_new, updated_old, updated_new };

    Kind kind = Kind::put;
    std::string table;  // its name or ARN
    Item item;          // of a put; else the key
    std::optional<Condition> condition;
    std::optional<Update> update;
    Return returned = Return::none;
    bool return_failed = false;  // ReturnValuesOnConditionCheckFailure
    bool insert = false;         // PartiQL's: its condition fails for an item that is there already
};

inline constexpr const char* duplicate_item_message = "Duplicate primary key exists in table";

// Everything that can be checked without a table; throw ApiError in the order of DynamoDB's checks.
// The members of a transaction's actions are called as the parameters of the operations are.

WriteRequest read_put(aws::Parameters& parameters);
WriteRequest read_update(aws::Parameters& parameters);
WriteRequest read_delete(aws::Parameters& parameters);
WriteRequest read_condition_check(aws::Parameters& parameters);

/// Throws ApiError where the request does not fit the table's keys.
void check_against(const Table& table, const WriteRequest& request);

struct WriteAttempt {
    ItemWrite write;
    bool condition_failed = false;  // then `write` changes nothing
};
/// What the request means for the item that is there now; `key` is its place. Throws ApiError where
/// an update cannot be applied to it. The item of a put is in the write afterwards.
WriteAttempt attempt_write(const Table& table, WriteRequest& request, std::string key);
/// The key, with or without the rest of the item.
const Item& key_of(const WriteRequest& request, const ItemWrite& write);

/// Does it, and traces it.
void carry_out(Table& table, const WriteRequest& request, const ItemWrite& write);

}  // namespace orrery::dynamodb
