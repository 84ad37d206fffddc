// TransactWriteItems and TransactGetItems through dispatch.

#include "tests/services/dynamodb/item_client.h"

#include <catch2/catch.hpp>

namespace transaction_operations_test {

using namespace orrery;
using namespace orrery::dynamodb;
using namespace orrery::test;

namespace {

const char* const invalid = "ValidationException: ";

Json key(const std::string& id) {
    return {{"id", text(id)}};
}

Json put_action(const std::string& id, int value) {
    return {{"Put", {{"TableName", "T"}, {"Item", {{"id", text(id)}, {"v", number(value)}}}}}};
}

/// That the item's v is `value`.
Json check_action(const std::string& id, int value) {
    return {{"ConditionCheck",
             {{"TableName", "T"},
              {"Key", key(id)},
              {"ConditionExpression", "v = :v"},
              {"ExpressionAttributeValues", {{":v", number(value)}}},
              {"ReturnValuesOnConditionCheckFailure", "ALL_OLD"}}}};
}

Json add_action(const std::string& id, int value) {
    return {{"Update",
             {{"TableName", "T"},
              {"Key", key(id)},
              {"UpdateExpression", "ADD v :v"},
              {"ExpressionAttributeValues", {{":v", number(value)}}}}}};
}

Json delete_action(const std::string& id) {
    return {{"Delete", {{"TableName", "T"}, {"Key", key(id)}}}};
}

class TransactionTables : public ItemClient {
public:
    TransactionTables() {
        create(table_of("T", {"id:S"}));
        put("T", {{"id", text("a")}, {"v", number(1)}});
    }

    Json value(const std::string& id) {
        const Json item = get("T", key(id));
        return item.is_null() ? Json() : item["v"]["N"];
    }
};

}  // namespace

TEST_CASE("dynamodb TransactWriteItems: all of it happens") {
    TransactionTables client;
    client.put("T", {{"id", text("gone")}, {"v", number(1)}});
    const Json answer = client.call(
        "TransactWriteItems",
        {{"TransactItems",
          {check_action("a", 1), put_action("b", 2), add_action("c", 3), delete_action("gone")}},
         {"ReturnConsumedCapacity", "TOTAL"}});
    CHECK(client.value("b") == "2");
    CHECK(client.value("c") == "3");
    CHECK(client.value("gone").is_null());
    // Twice what the writes cost one by one. [docs: transaction-apis]
    CHECK(answer ==
          Json{{"ConsumedCapacity",
                {{{"TableName", "T"}, {"CapacityUnits", 8.0}, {"WriteCapacityUnits", 8.0}}}}});
}

TEST_CASE("dynamodb TransactWriteItems: or nothing does, and each action has its reason") {
    // [LS test_transact_write_items]
    TransactionTables client;
    const aws::ApiError error = client.failure(
        "TransactWriteItems", {{"TransactItems", {put_action("b", 2), check_action("a", 7)}}});
    CHECK(error.code() == "TransactionCanceledException");
    CHECK(error.message() ==
          "Transaction cancelled, please refer cancellation reasons for specific reasons "
          "[None, ConditionalCheckFailed]");
    REQUIRE(error.structures().size() == 1);
    CHECK(error.structures()[0].first == "CancellationReasons");
    CHECK(*error.structures()[0].second ==
          Json::array({{{"Code", "None"}},
                       {{"Code", "ConditionalCheckFailed"},
                        {"Message", "The conditional request failed"},
                        {"Item", {{"id", text("a")}, {"v", number(1)}}}}}));
    CHECK(client.value("b").is_null());
    CHECK(client.traced("dynamodb.transaction.cancelled") == 1);

    const auto reasons = [&](const Json& actions) {
        const aws::ApiError failed =
            client.failure("TransactWriteItems", {{"TransactItems", actions}});
        REQUIRE(failed.code() == "TransactionCanceledException");
        return *failed.structures().at(0).second;
    };
    CHECK(reasons({put_action("b", 2),
                   {{"Delete", {{"TableName", "T"}, {"Key", {{"other", text("a")}}}}}}})[1] ==
          Json{{"Code", "ValidationError"},
               {"Message", "The provided key element does not match the schema"}});
    Json wrong = add_action("d", 1);
    wrong["Update"]["UpdateExpression"] = "SET v = absent + :v";
    CHECK(reasons(Json::array({wrong}))[0] ==
          Json{{"Code", "ValidationError"},
               {"Message",
                "The provided expression refers to an attribute that does not exist in the item"}});
}

TEST_CASE("dynamodb TransactWriteItems: what can be told without looking is refused as such") {
    TransactionTables client;
    const auto error = [&](const Json& actions) {
        return client.error("TransactWriteItems", {{"TransactItems", actions}});
    };
    CHECK(error({put_action("b", 1), delete_action("b")}) ==
          std::string(invalid) +
              "Transaction request cannot include multiple operations on one item");
    Json two = put_action("b", 1);
    two.merge_patch(delete_action("c"));
    CHECK(error(Json::array({two})) ==
          std::string(invalid) +
              "TransactItems can only contain one of Check, Put, Update or Delete");
    Json elsewhere = put_action("b", 1);
    elsewhere["Put"]["TableName"] = "None";
    CHECK(error({put_action("c", 1), elsewhere}) ==
          "ResourceNotFoundException: Requested resource not found");
    Json unused = check_action("a", 1);
    unused["ConditionCheck"]["ExpressionAttributeValues"][":w"] = number(1);
    CHECK(error(Json::array({unused})) ==
          std::string(invalid) +
              "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}");
    CHECK(client.tables.find("T")->item_count() == 1);
}

TEST_CASE("dynamodb TransactWriteItems: the same token is the same transaction for ten minutes") {
    TransactionTables client;
    const Json request{{"TransactItems", {add_action("a", 1)}},
                       {"ClientRequestToken", "token"},
                       {"ReturnConsumedCapacity", "TOTAL"}};
    CHECK(client.call("TransactWriteItems", request)["ConsumedCapacity"][0]["WriteCapacityUnits"] ==
          2.0);
    const Json again = client.call("TransactWriteItems", request);
    CHECK(again["ConsumedCapacity"][0]["ReadCapacityUnits"] == 2.0);
    CHECK(client.value("a") == "2");
    Json other = request;
    other["TransactItems"] = Json::array({add_action("a", 5)});
    CHECK(client.error("TransactWriteItems", other).find("IdempotentParameterMismatchException") ==
          0);
    client.run_for(10min);
    client.call("TransactWriteItems", request);
    CHECK(client.value("a") == "3");

    // It costs what reading the items as they were then does.
    client.put("T", {{"id", text("big")}, {"x", text(std::string(9000, 'x'))}});
    const Json removal{{"TransactItems", {delete_action("big")}},
                       {"ClientRequestToken", "removal"},
                       {"ReturnConsumedCapacity", "TOTAL"}};
    CHECK(client.call("TransactWriteItems", removal)["ConsumedCapacity"][0]["CapacityUnits"] ==
          18.0);
    CHECK(client.call("TransactWriteItems", removal)["ConsumedCapacity"][0]["CapacityUnits"] ==
          6.0);

    // One that was cancelled may succeed later.
    Json failing{{"TransactItems", {check_action("b", 1)}}, {"ClientRequestToken", "second"}};
    CHECK(client.error("TransactWriteItems", failing).find("TransactionCanceledException") == 0);
    client.put("T", {{"id", text("b")}, {"v", number(1)}});
    CHECK(client.error("TransactWriteItems", failing).empty());
}

TEST_CASE("dynamodb TransactGetItems: items in the order of the request, {} for what is missing") {
    TransactionTables client;
    const auto get = [](const std::string& id) {
        return Json{{"Get", {{"TableName", "T"}, {"Key", key(id)}}}};
    };
    Json projected = get("a");
    client.put("T", {{"id", text("b")}, {"v", number(2)}});
    projected["Get"]["ProjectionExpression"] = "v";
    const Json answer = client.call("TransactGetItems",
                                    {{"TransactItems", {get("b"), get("none"), projected}},
                                     {"ReturnConsumedCapacity", "TOTAL"}});
    CHECK(answer ==
          Json{{"Responses",
                {{{"Item", {{"id", text("b")}, {"v", number(2)}}}},
                 Json::object(),
                 {{"Item", {{"v", number(1)}}}}}},
               {"ConsumedCapacity",
                {{{"TableName", "T"}, {"CapacityUnits", 6.0}, {"ReadCapacityUnits", 6.0}}}}});
    CHECK(client.error("TransactGetItems", {{"TransactItems", {get("a"), get("a")}}}) ==
          std::string(invalid) +
              "Transaction request cannot include multiple operations on one item");
    const aws::ApiError wrong = client.failure(
        "TransactGetItems",
        {{"TransactItems", {{{"Get", {{"TableName", "T"}, {"Key", {{"id", number(1)}}}}}}}}});
    CHECK(wrong.code() == "TransactionCanceledException");
    CHECK((*wrong.structures().at(0).second)[0]["Code"] == "ValidationError");
}

TEST_CASE("dynamodb transactions: one that takes time holds its items until it has answered") {
    TransactionTables client;
    client.tables.set_latency(10ms);
    int answered = 0;
    const auto count = [&answered](const aws::ApiResult& result) { answered += result.ok(); };
    client.call_later(
        "TransactWriteItems", {{"TransactItems", {add_action("a", 1), put_action("b", 1)}}}, count);
    std::string refused;
    const auto keep_error = [&refused](const aws::ApiResult& result) {
        refused = result.ok() ? "" : result.error().code() + ": " + result.error().message();
    };
    const Json put{{"TableName", "T"}, {"Item", {{"id", text("a")}, {"v", number(9)}}}};
    client.run_for(5ms);
    client.call_later("PutItem", put, keep_error);
    std::string cancelled;
    client.call_later(
        "TransactWriteItems",
        {{"TransactItems", {put_action("c", 1), add_action("b", 1)}}},
        [&cancelled](const aws::ApiResult& result) { cancelled = result.error().message(); });
    // Others are free.
    client.call_later("PutItem", {{"TableName", "T"}, {"Item", key("free")}}, count);
    CHECK(answered == 0);
    client.run_for(10ms);
    CHECK(answered == 2);
    CHECK(refused == "TransactionConflictException: Transaction is ongoing for the item");
    CHECK(cancelled ==
          "Transaction cancelled, please refer cancellation reasons for specific reasons "
          "[None, TransactionConflict]");
    CHECK(client.traced("dynamodb.transaction.conflict") == 2);
    client.call_later("PutItem", put, keep_error);
    client.run_for(10ms);
    CHECK(refused.empty());
}

}  // namespace transaction_operations_test
