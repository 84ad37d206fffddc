// PutItem, GetItem, UpdateItem and DeleteItem through dispatch.

#include "tests/services/dynamodb/item_client.h"

#include <catch2/catch.hpp>

namespace item_operations_test {

using namespace orrery;
using namespace orrery::test;

namespace {

class Items : public ItemClient {
public:
    Items() { create(table_of("T", {"id:S"})); }

    Json item(const std::string& id) { return get("T", {{"id", text(id)}}); }
};

Json key(const std::string& id) {
    return {{"id", text(id)}};
}

const char* const invalid = "ValidationException: ";

}  // namespace

TEST_CASE("dynamodb PutItem: what is put is got, whatever its type") {
    Items client;
    const Json item{{"id", text("a")},
                    {"n", number("12345678901234567890123456789012345678")},
                    {"b", {{"B", "AAEC"}}},
                    {"t", {{"BOOL", true}}},
                    {"z", {{"NULL", true}}},
                    {"ss", {{"SS", {"x", "y"}}}},
                    {"ns", {{"NS", {"1", "2"}}}},
                    {"bs", {{"BS", {"AA==", "AQ=="}}}},
                    {"l", {{"L", {text("q"), number(1)}}}},
                    {"m", {{"M", {{"in", {{"M", {{"deep", text("")}}}}}}}}}};
    client.put("T", item);
    CHECK(client.item("a") == item);
    CHECK(client.tables.find("T")->item_count() == 1);
    CHECK(client.item("b").is_null());
    CHECK(client.traced("dynamodb.item.put") == 1);
    CHECK(client.traced("dynamodb.item.read") == 2);
}

TEST_CASE("dynamodb PutItem: replaces the whole item, and returns the old one if asked") {
    Items client;
    client.put("T", {{"id", text("a")}, {"x", number(1)}});
    const Json answer = client.call("PutItem",
                                    {{"TableName", "T"},
                                     {"Item", {{"id", text("a")}, {"y", number(2)}}},
                                     {"ReturnValues", "ALL_OLD"}});
    CHECK(answer == Json{{"Attributes", {{"id", text("a")}, {"x", number(1)}}}});
    CHECK(client.item("a") == Json{{"id", text("a")}, {"y", number(2)}});
    const Json first = client.call(
        "PutItem", {{"TableName", "T"}, {"Item", key("b")}, {"ReturnValues", "ALL_OLD"}});
    CHECK(first == Json::object());
    CHECK(client.tables.find("T")->item_count() == 2);
}

TEST_CASE("dynamodb PutItem: a condition that does not hold leaves the item as it is") {
    Items client;
    client.put("T", {{"id", text("a")}, {"v", number(1)}});
    const Json parameters{{"TableName", "T"},
                          {"Item", {{"id", text("a")}, {"v", number(2)}}},
                          {"ConditionExpression", "v = :old"},
                          {"ExpressionAttributeValues", {{":old", number(7)}}}};
    CHECK(client.error("PutItem", parameters) ==
          "ConditionalCheckFailedException: The conditional request failed");
    CHECK(client.item("a")["v"] == number(1));
    CHECK(client.traced("dynamodb.condition.failed") == 1);

    SECTION("the item is in the error if asked for") {
        Json returning = parameters;
        returning["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
        const aws::ApiError error = client.failure("PutItem", returning);
        REQUIRE(error.structures().size() == 1);
        CHECK(error.structures()[0].first == "Item");
        CHECK(*error.structures()[0].second == Json{{"id", text("a")}, {"v", number(1)}});

        returning["Item"]["id"] = text("missing");
        CHECK(client.failure("PutItem", returning).structures().empty());
    }
    SECTION("one that holds lets it through") {
        Json holding = parameters;
        holding["ExpressionAttributeValues"][":old"] = number(1);
        client.call("PutItem", holding);
        CHECK(client.item("a")["v"] == number(2));
    }
    SECTION("a missing item is an empty one") {
        CHECK(client.error("PutItem",
                           {{"TableName", "T"},
                            {"Item", key("new")},
                            {"ConditionExpression", "attribute_not_exists(id)"}}) == "");
        CHECK(client.error("PutItem",
                           {{"TableName", "T"},
                            {"Item", key("new")},
                            {"ConditionExpression", "attribute_not_exists(id)"}}) ==
              "ConditionalCheckFailedException: The conditional request failed");
    }
    SECTION("the legacy form says the same") {
        CHECK(client.error("PutItem",
                           {{"TableName", "T"},
                            {"Item", key("a")},
                            {"Expected", {{"v", {{"Value", number(9)}}}}}}) ==
              "ConditionalCheckFailedException: The conditional request failed");
        CHECK(client.error("PutItem",
                           {{"TableName", "T"},
                            {"Item", key("a")},
                            {"Expected", {{"v", {{"Value", number(1)}}}}}}) == "");
    }
}

TEST_CASE("dynamodb PutItem: an item must fit the table's key") {
    // [dyl]
    Items client;
    const auto error = [&](const Json& item) {
        return client.error("PutItem", {{"TableName", "T"}, {"Item", item}});
    };
    const std::string values = std::string(invalid) + "One or more parameter values were invalid: ";
    CHECK(error({{"x", number(1)}}) == values + "Missing the key id in the item");
    CHECK(error({{"id", number(1)}}) == values + "Type mismatch for key id expected: S actual: N");
    CHECK(error(key("")) ==
          std::string(invalid) +
              "One or more parameter values are not valid. The AttributeValue for a key attribute "
              "cannot contain an empty string value. Key: id");
    CHECK(error(key(std::string(2049, 'x'))) ==
          values + "Size of hashkey has exceeded the maximum size limit of2048 bytes");
    CHECK(error(key(std::string(2048, 'x'))) == "");
    CHECK(error({{"id", text("a")}, {"big", text(std::string(409'600 - 5, 'x'))}}) ==
          std::string(invalid) + "Item size has exceeded the maximum allowed size");
    CHECK(error({{"id", text("a")}, {"big", text(std::string(409'600 - 6, 'x'))}}) == "");
    CHECK(client.error("PutItem", {{"TableName", "None"}, {"Item", key("a")}}) ==
          "ResourceNotFoundException: Requested resource not found");
}

TEST_CASE("dynamodb PutItem: checks come in DynamoDB's order") {
    Items client;
    // Each request has the mistake of the one before it mended.
    Json request{{"TableName", "None"},
                 {"Item", {{"id", {{"NULL", false}}}}},
                 {"ReturnValues", "ALL_NEW"},
                 {"Expected", Json::object()},
                 {"ConditionExpression", "#x ="},
                 {"ExpressionAttributeNames", Json::object()}};
    CHECK(client.error("PutItem", request) ==
          std::string(invalid) +
              "1 validation error detected: Can not use both expression and non-expression "
              "parameters in the same request: "
              "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}");
    request.erase("Expected");
    CHECK(client.error("PutItem", request) ==
          std::string(invalid) + "ExpressionAttributeNames must not be empty");
    request["ExpressionAttributeNames"]["#x"] = "id";
    CHECK(client.error("PutItem", request) == std::string(invalid) +
                                                  "1 validation error detected: One or more "
                                                  "parameter values were invalid: Null attribute "
                                                  "value types must have the value of true");
    request["Item"]["id"] = number(1);
    CHECK(client.error("PutItem", request) ==
          std::string(invalid) +
              "1 validation error detected: ReturnValues can only be ALL_OLD or NONE");
    request["ReturnValues"] = "NONE";
    CHECK(client.error("PutItem", request).find("Invalid ConditionExpression: Syntax error") !=
          std::string::npos);
    request["ConditionExpression"] = "#x = :v";
    CHECK(client.error("PutItem", request) ==
          std::string(invalid) +
              "1 validation error detected: Invalid ConditionExpression: An expression attribute "
              "value used in expression is "
              "not defined; attribute value: :v");
    request["ConditionExpression"] = "attribute_exists(id)";
    CHECK(client.error("PutItem", request) ==
          std::string(invalid) +
              "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}");
    request["ConditionExpression"] = "attribute_exists(#x)";
    CHECK(client.error("PutItem", request) ==
          "ResourceNotFoundException: Requested resource not found");
    request["TableName"] = "T";
    CHECK(client.error("PutItem", request) ==
          std::string(invalid) +
              "One or more parameter values were invalid: Type mismatch for key id expected: S "
              "actual: N");
    request["Item"]["id"] = text("a");
    CHECK(client.error("PutItem", request) ==
          "ConditionalCheckFailedException: The conditional request failed");
    CHECK(client.error("PutItem", {{"TableName", "T"}}) ==
          std::string(invalid) +
              "1 validation error detected: Value null at 'item' failed to satisfy constraint: "
              "Member must not be null");
    CHECK(client.error("PutItem",
                       {{"TableName", "T"},
                        {"Item", key("a")},
                        {"ExpressionAttributeValues", {{":v", number(1)}}}}) ==
          std::string(invalid) +
              "1 validation error detected: ExpressionAttributeValues can only be specified when "
              "using expressions: ConditionExpression is null");
}

TEST_CASE("dynamodb GetItem: projections, keys and tables by ARN") {
    Items client;
    client.put("T", {{"id", text("a")}, {"x", number(1)}, {"m", {{"M", {{"y", number(2)}}}}}});
    const Json projected = client.call("GetItem",
                                       {{"TableName", client.tables.find("T")->definition().arn},
                                        {"Key", key("a")},
                                        {"ProjectionExpression", "#m.y, nothing"},
                                        {"ExpressionAttributeNames", {{"#m", "m"}}}});
    CHECK(projected == Json{{"Item", {{"m", {{"M", {{"y", number(2)}}}}}}}});
    CHECK(client.call("GetItem",
                      {{"TableName", "T"}, {"Key", key("a")}, {"AttributesToGet", {"x"}}}) ==
          Json{{"Item", {{"x", number(1)}}}});
    CHECK(client.call("GetItem", {{"TableName", "T"}, {"Key", key("b")}}) == Json::object());
    for (const Json& wrong : {Json{{"id", number(1)}},
                              Json{{"other", text("a")}},
                              Json{{"id", text("a")}, {"x", number(1)}}}) {
        CHECK(client.error("GetItem", {{"TableName", "T"}, {"Key", wrong}}) ==
              std::string(invalid) + "The provided key element does not match the schema");
    }
}

TEST_CASE("dynamodb UpdateItem: changes, makes and returns items") {
    Items client;
    const auto update = [&](const char* expression, Json values, const char* returned) {
        Json parameters{{"TableName", "T"},
                        {"Key", key("a")},
                        {"UpdateExpression", expression},
                        {"ReturnValues", returned}};
        if (!values.empty()) {
            parameters["ExpressionAttributeValues"] = std::move(values);
        }
        return client.call("UpdateItem", parameters);
    };
    CHECK(update("SET x = :one", {{":one", number(1)}}, "ALL_OLD") == Json::object());
    CHECK(client.item("a") == Json{{"id", text("a")}, {"x", number(1)}});
    CHECK(update("ADD x :one SET y = x", {{":one", number(1)}}, "UPDATED_OLD") ==
          Json{{"Attributes", {{"x", number(1)}}}});
    CHECK(update("ADD x :one", {{":one", number(1)}}, "UPDATED_NEW") ==
          Json{{"Attributes", {{"x", number(3)}}}});
    CHECK(update("REMOVE y", Json::object(), "ALL_NEW") ==
          Json{{"Attributes", {{"id", text("a")}, {"x", number(3)}}}});
    CHECK(client.traced("dynamodb.item.updated") == 4);

    CHECK(client.error("UpdateItem",
                       {{"TableName", "T"},
                        {"Key", key("a")},
                        {"UpdateExpression", "SET id = :v"},
                        {"ExpressionAttributeValues", {{":v", text("b")}}}}) ==
          std::string(invalid) +
              "One or more parameter values were invalid: Cannot update attribute id. This "
              "attribute is part of the key");
    CHECK(
        client.error("UpdateItem",
                     {{"TableName", "T"},
                      {"Key", key("a")},
                      {"UpdateExpression", "SET big = :v"},
                      {"ExpressionAttributeValues", {{":v", text(std::string(409'600, 'x'))}}}}) ==
        std::string(invalid) + "Item size to update has exceeded the maximum allowed size");
    CHECK(client.error("UpdateItem",
                       {{"TableName", "T"},
                        {"Key", key("b")},
                        {"UpdateExpression", "SET x = x + :v"},
                        {"ExpressionAttributeValues", {{":v", number(1)}}}}) ==
          std::string(invalid) +
              "The provided expression refers to an attribute that does not exist in the item");
    CHECK(client.item("b").is_null());

    client.call("UpdateItem", {{"TableName", "T"}, {"Key", key("bare")}});
    CHECK(client.item("bare") == key("bare"));
    client.call("UpdateItem",
                {{"TableName", "T"},
                 {"Key", key("a")},
                 {"AttributeUpdates", {{"x", {{"Action", "ADD"}, {"Value", number(4)}}}}}});
    CHECK(client.item("a")["x"] == number(7));
}

TEST_CASE("dynamodb DeleteItem: an item goes, and a missing one is no error") {
    Items client;
    client.put("T", {{"id", text("a")}, {"x", number(1)}});
    const Json old{{"TableName", "T"}, {"Key", key("a")}, {"ReturnValues", "ALL_OLD"}};
    CHECK(client.error("DeleteItem",
                       {{"TableName", "T"},
                        {"Key", key("a")},
                        {"ConditionExpression", "attribute_not_exists(x)"}}) ==
          "ConditionalCheckFailedException: The conditional request failed");
    CHECK(client.call("DeleteItem", old) ==
          Json{{"Attributes", {{"id", text("a")}, {"x", number(1)}}}});
    CHECK(client.call("DeleteItem", old) == Json::object());
    CHECK(client.item("a").is_null());
    CHECK(client.tables.find("T")->item_count() == 0);
    CHECK(client.tables.find("T")->size_bytes() == 0);
}

}  // namespace item_operations_test
