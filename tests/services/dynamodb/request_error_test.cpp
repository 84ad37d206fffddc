// The texts and the order of what is wrong with requests, as AWS has them now.

#include "tests/services/dynamodb/service_client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

const std::string introduction = "ValidationException: 1 validation error detected: ";

Json key(const std::string& id) {
    return {{"id", {{"S", id}}}};
}

Json with(Json base, const Json& more) {
    base.update(more);
    return base;
}

/// A table Tab with the global index by-g, of the attribute g.
struct Client : ServiceClient {
    Client() {
        create("Tab",
               {{"AttributeDefinitions",
                 {{{"AttributeName", "id"}, {"AttributeType", "S"}},
                  {{"AttributeName", "g"}, {"AttributeType", "S"}}}},
                {"GlobalSecondaryIndexes",
                 {{{"IndexName", "by-g"},
                   {"KeySchema", {{{"AttributeName", "g"}, {"KeyType", "HASH"}}}},
                   {"Projection", {{"ProjectionType", "ALL"}}}}}}});
    }
    std::string put_error(const Json& more) {
        return error("PutItem", with({{"TableName", "Tab"}, {"Item", key("a")}}, more));
    }
    std::string update_error(const Json& more) {
        return error("UpdateItem", with({{"TableName", "Tab"}, {"Key", key("a")}}, more));
    }
    std::string value_error(const Json& value) {
        return put_error({{"Item", with(key("a"), {{"v", value}})}});
    }
    std::string query_error(const Json& more) {
        return error("Query",
                     with({{"TableName", "Tab"},
                           {"KeyConditionExpression", "id = :v"},
                           {"ExpressionAttributeValues", {{":v", {{"S", "a"}}}}}},
                          more));
    }
    std::string transact_error(const char* action, const Json& more) {
        return error("TransactWriteItems",
                     {{"TransactItems", {{{action, with({{"TableName", "Tab"}}, more)}}}}});
    }
};

}  // namespace

TEST_CASE("dynamodb PutItem: mistakes in a request's own values are introduced, others are not") {
    Client client;
    CHECK(client.value_error({{"SS", Json::array()}}) ==
          introduction +
              "One or more parameter values were invalid: An string set  may not be empty");
    CHECK(client.value_error({{"NS", {"1", "1.0"}}}) ==
          introduction + "Input collection contains duplicates");
    CHECK(client.value_error({{"NULL", false}}) ==
          introduction +
              "One or more parameter values were invalid: Null attribute value types "
              "must have the value of true");
    CHECK(client.value_error(Json::object()) ==
          invalid("Supplied AttributeValue is empty, must contain exactly one of the supported "
                  "datatypes"));
    CHECK(client.value_error({{"N", "dog"}}) ==
          invalid("The parameter cannot be converted to a numeric value: dog"));
    CHECK(client.put_error({{"ReturnValues", "ALL_NEW"}}) ==
          introduction + "ReturnValues can only be ALL_OLD or NONE");
    CHECK(client.put_error({{"ConditionExpression", "id ="}})
              .starts_with(introduction + "Invalid ConditionExpression: Syntax error"));
    CHECK(client.put_error({{"ConditionExpression", ""}}) ==
          invalid("Invalid ConditionExpression: The expression can not be empty;"));
    CHECK(client.put_error({{"ExpressionAttributeValues", {{":v", {{"S", "a"}}}}}}) ==
          introduction +
              "ExpressionAttributeValues can only be specified when using expressions: "
              "ConditionExpression is null");
    CHECK(client.put_error({{"ExpressionAttributeNames", {{"#n", "n"}}}}) ==
          invalid("ExpressionAttributeNames can only be specified when using expressions"));
    CHECK(client.put_error({{"Item", {{"id", {{"N", "1"}}}}}}) ==
          invalid_values("Type mismatch for key id expected: S actual: N"));
}

TEST_CASE(
    "dynamodb UpdateItem: mistakes in a request's own values are introduced, others are not") {
    Client client;
    const auto setting = [&](const Json& value) {
        return client.update_error(
            {{"UpdateExpression", "SET v = :v"}, {"ExpressionAttributeValues", {{":v", value}}}});
    };
    CHECK(setting({{"SS", Json::array()}}) ==
          introduction +
              "One or more parameter values were invalid: An string set  may not be empty");
    CHECK(setting({{"L", {{{"NULL", false}}}}}) ==
          introduction +
              "One or more parameter values were invalid: Null attribute value types "
              "must have the value of true");
    CHECK(setting({{"N", "x"}}) ==
          invalid("ExpressionAttributeValues contains invalid value: The parameter cannot be "
                  "converted to a numeric value: x for key :v"));
    CHECK(client.update_error({{"UpdateExpression", "SET v = :v"}}) ==
          introduction +
              "Invalid UpdateExpression: An expression attribute value used in "
              "expression is not defined; attribute value: :v");
    CHECK(client.update_error({{"UpdateExpression", "REMOVE q.w"}}).empty());
    CHECK(client.update_error({{"UpdateExpression", "SET v = w"}}) ==
          invalid("The provided expression refers to an attribute that does not exist in the "
                  "item"));
}

TEST_CASE("dynamodb DeleteItem, Query: the same mistakes are told without an introduction") {
    Client client;
    CHECK(client.error("DeleteItem",
                       {{"TableName", "Tab"}, {"Key", key("a")}, {"ReturnValues", "ALL_NEW"}}) ==
          invalid("ReturnValues can only be ALL_OLD or NONE"));
    CHECK(client.error("DeleteItem",
                       {{"TableName", "Tab"},
                        {"Key", key("a")},
                        {"ConditionExpression", "v = :v"},
                        {"ExpressionAttributeValues", {{":v", {{"SS", Json::array()}}}}}}) ==
          invalid("ExpressionAttributeValues contains invalid value: One or more parameter values "
                  "were invalid: An string set  may not be empty for key :v"));
    CHECK(client.query_error({{"FilterExpression", "v ="}})
              .starts_with("ValidationException: Invalid FilterExpression: Syntax error"));
    CHECK(client.transact_error("Put",
                                {{"Item", with(key("a"), {{"v", {{"BS", Json::array()}}}})}}) ==
          invalid_values("Binary sets should not be empty"));
}

TEST_CASE("dynamodb Query, Scan: Select and projections that do not go together") {
    Client client;
    const std::string specific =
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES";
    CHECK(client.query_error({{"Select", "SPECIFIC_ATTRIBUTES"}}) == introduction + specific);
    CHECK(client.error("Scan", {{"TableName", "Tab"}, {"Select", "SPECIFIC_ATTRIBUTES"}}) ==
          invalid(specific));
    CHECK(client.query_error({{"Select", "COUNT"}, {"ProjectionExpression", "id"}}) ==
          invalid("Cannot specify the ProjectionExpression when choosing to get only the Count"));
    CHECK(client.query_error({{"Select", "ALL_PROJECTED_ATTRIBUTES"}}) ==
          invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"));
    CHECK(client.query_error({{"Select", "SOME"}}) ==
          introduction +
              "Value 'SOME' at 'select' failed to satisfy constraint: Member must satisfy enum "
              "value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]");
    CHECK(client.query_error({{"KeyConditionExpression", "id.a = :v"}}) ==
          invalid("Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions "
                  "on nested attributes"));
}

TEST_CASE("dynamodb tables' names: characters that none can have are told before all else") {
    Client client;
    CHECK(client.error("PutItem", {{"TableName", "a b"}, {"Item", {{"v", Json::object()}}}}) ==
          introduction +
              "Value 'a b' at 'tableName' failed to satisfy constraint: Member must "
              "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
    CHECK(client.error("GetItem", {{"TableName", "ab"}, {"Key", key("a")}}) ==
          "ResourceNotFoundException: Requested resource not found");
}

TEST_CASE("dynamodb BatchWriteItem: an item without a fitting key does not match the schema") {
    Client client;
    const auto batch_error = [&](const Json& item) {
        return client.error("BatchWriteItem",
                            {{"RequestItems", {{"Tab", {{{"PutRequest", {{"Item", item}}}}}}}}});
    };
    const std::string mismatch = invalid("The provided key element does not match the schema");
    CHECK(batch_error({{"id", {{"N", "1"}}}}) == mismatch);
    CHECK(batch_error({{"other", {{"S", "a"}}}}) == mismatch);
    CHECK(batch_error(key("")) ==
          invalid("One or more parameter values are not valid. The AttributeValue for a key "
                  "attribute cannot contain an empty string value. Key: id"));
    CHECK(batch_error(with(key("a"), {{"g", {{"N", "1"}}}})) ==
          invalid_values("Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g"));
}

TEST_CASE(
    "dynamodb BatchGetItem: expressions for one table rule out older parameters for another") {
    Client client;
    client.create("Uuu");
    CHECK(client.error("BatchGetItem",
                       {{"RequestItems",
                         {{"Tab", {{"Keys", {key("a")}}, {"ProjectionExpression", "id"}}},
                          {"Uuu", {{"Keys", {key("a")}}, {"AttributesToGet", {"id"}}}}}}}) ==
          invalid("Can not use both expression and non-expression parameters in the same request: "
                  "Non-expression parameters: {AttributesToGet} Expression parameters: "
                  "{ProjectionExpression}"));
}

TEST_CASE(
    "dynamodb TransactWriteItems: an empty key refuses it, a key of another type cancels it") {
    Client client;
    const std::string empty = invalid(
        "One or more parameter values are not valid. The AttributeValue for a key "
        "attribute cannot contain an empty string value. Key: id");
    CHECK(client.transact_error("Put", {{"Item", key("")}}) == empty);
    CHECK(client.transact_error("Delete", {{"Key", key("")}}) == empty);
    CHECK(client.transact_error("Put", {{"Item", with(key("a"), {{"g", {{"S", ""}}}})}})
              .starts_with("ValidationException: One or more parameter values are not valid. A "
                           "value specified for a secondary index key is not supported."));
    CHECK(client.transact_error("Put", {{"Item", {{"id", {{"N", "1"}}}}}})
              .starts_with("TransactionCanceledException: "));
}

TEST_CASE("dynamodb TransactGetItems: an item of which the projection has nothing counts as none") {
    Client client;
    client.put("Tab", key("a"));
    CHECK(client.call("TransactGetItems",
                      {{"TransactItems",
                        {{{"Get",
                           {{"TableName", "Tab"},
                            {"Key", key("a")},
                            {"ProjectionExpression", "q"}}}}}}})["Responses"] ==
          Json::array({Json::object()}));
}

TEST_CASE("dynamodb UpdateItem: only the keys of indexes that it changes are looked at") {
    ServiceClient client;
    client.create("Tab");
    client.put("Tab", {{"id", {{"S", "a"}}}, {"g", {{"N", "1"}}}});
    client.call("UpdateTable",
                {{"TableName", "Tab"},
                 {"AttributeDefinitions", {{{"AttributeName", "g"}, {"AttributeType", "S"}}}},
                 {"GlobalSecondaryIndexUpdates",
                  {{{"Create",
                     {{"IndexName", "by-g"},
                      {"KeySchema", {{{"AttributeName", "g"}, {"KeyType", "HASH"}}}},
                      {"Projection", {{"ProjectionType", "ALL"}}}}}}}}});
    client.run_for(1min);
    const auto setting = [&](const char* attribute, const Json& value) {
        return client.error("UpdateItem",
                            {{"TableName", "Tab"},
                             {"Key", key("a")},
                             {"UpdateExpression", "SET #a = :v"},
                             {"ExpressionAttributeNames", {{"#a", attribute}}},
                             {"ExpressionAttributeValues", {{":v", value}}}});
    };
    CHECK(setting("other", {{"S", "x"}}).empty());
    CHECK(setting("g", {{"N", "2"}}) ==
          invalid("The update expression attempted to update the secondary index key to "
                  "unsupported type"));
    CHECK(setting("g", {{"S", ""}}) ==
          invalid("One or more parameter values are not valid. The update expression attempted to "
                  "update a secondary index key to a value that is not supported. The "
                  "AttributeValue for a key attribute cannot contain an empty string value."));
    CHECK(setting("g", {{"S", "x"}}).empty());
}
