// BatchGetItem and BatchWriteItem through dispatch.

#include "tests/services/dynamodb/item_client.h"

#include <catch2/catch.hpp>

namespace batch_operations_test {

using namespace orrery;
using namespace orrery::dynamodb;
using namespace orrery::test;

namespace {

const char* const invalid = "ValidationException: ";

Json key(int id) {
    return {{"id", number(id)}};
}

Json put_request(int id) {
    return {{"PutRequest", {{"Item", {{"id", number(id)}, {"x", text("x")}}}}}};
}

class Batches : public ItemClient {
public:
    Batches() {
        create(table_of("A", {"id:N"}));
        create(table_of("B", {"id:N"}));
    }
};

}  // namespace

TEST_CASE("dynamodb BatchWriteItem: puts and deletes in several tables") {
    Batches client;
    client.put("B", key(7));
    const Json answer =
        client.call("BatchWriteItem",
                    {{"RequestItems",
                      {{"A", {put_request(1), put_request(2)}},
                       {"B", {put_request(3), {{"DeleteRequest", {{"Key", key(7)}}}}}}}},
                     {"ReturnConsumedCapacity", "TOTAL"}});
    CHECK(answer == Json{{"UnprocessedItems", Json::object()},
                         {"ConsumedCapacity",
                          {{{"TableName", "A"}, {"CapacityUnits", 2.0}},
                           {{"TableName", "B"}, {"CapacityUnits", 2.0}}}}});
    CHECK(client.get("A", key(2))["x"] == text("x"));
    CHECK(client.get("B", key(7)).is_null());
    CHECK(client.traced("dynamodb.item.put") == 4);
}

TEST_CASE("dynamodb BatchWriteItem: what it refuses, and then nothing is written") {
    Batches client;
    const auto error = [&](const Json& requests) {
        return client.error("BatchWriteItem", {{"RequestItems", requests}});
    };
    Json many = Json::array();
    for (int id = 0; id < 13; ++id) {
        many.push_back(put_request(id));
    }
    CHECK(error({{"A", many}, {"B", many}}) ==
          std::string(invalid) + "Too many items requested for the BatchWriteItem call");
    CHECK(error({{"A", {put_request(1), {{"DeleteRequest", {{"Key", key(1)}}}}}}}) ==
          std::string(invalid) + "Provided list of item keys contains duplicates");
    CHECK(error({{"A", {put_request(1), {{"DeleteRequest", {{"Key", {{"no", number(1)}}}}}}}}}) ==
          std::string(invalid) + "The provided key element does not match the schema");
    CHECK(error({{"A", {put_request(1), Json::object()}}}) ==
          std::string(invalid) +
              "Supplied AttributeValue is empty, must contain exactly one of the supported "
              "datatypes");
    CHECK(error({{"A", {put_request(1)}}, {"None", {put_request(1)}}}) ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(client.tables.find("A")->item_count() == 0);
}

TEST_CASE("dynamodb BatchGetItem: items of several tables, each with its projection") {
    Batches client;
    client.put("A", {{"id", number(1)}, {"x", text("x")}, {"y", text("y")}});
    client.put("B", {{"id", number(2)}, {"x", text("x")}});
    const Json answer = client.call("BatchGetItem",
                                    {{"RequestItems",
                                      {{"A",
                                        {{"Keys", {key(1), key(9)}},
                                         {"ProjectionExpression", "#x"},
                                         {"ExpressionAttributeNames", {{"#x", "x"}}}}},
                                       {"B", {{"Keys", {key(2)}}, {"ConsistentRead", true}}}}},
                                     {"ReturnConsumedCapacity", "TOTAL"}});
    CHECK(answer["Responses"] ==
          Json{{"A", {{{"x", text("x")}}}}, {"B", {{{"id", number(2)}, {"x", text("x")}}}}});
    CHECK(answer["UnprocessedKeys"] == Json::object());
    // A missing item costs what a small one does.
    CHECK(answer["ConsumedCapacity"] ==
          Json::array({{{"TableName", "A"}, {"CapacityUnits", 1.0}},
                       {{"TableName", "B"}, {"CapacityUnits", 1.0}}}));
    CHECK(client.error("BatchGetItem", {{"RequestItems", {{"A", {{"Keys", {key(1), key(1)}}}}}}}) ==
          std::string(invalid) + "Provided list of item keys contains duplicates");
    CHECK(client.error("BatchGetItem",
                       {{"RequestItems", {{"A", {{"Keys", {{{"other", number(1)}}}}}}}}}) ==
          std::string(invalid) + "The provided key element does not match the schema");
}

TEST_CASE("dynamodb BatchGetItem: an answer ends at 16 MB, and says which keys are left") {
    Batches client;
    Json keys = Json::array();
    for (int id = 0; id < 50; ++id) {
        client.put("A", {{"id", number(id)}, {"x", text(std::string(400'000, 'x'))}});
        keys.push_back(key(id));
    }
    const Json answer = client.call("BatchGetItem", {{"RequestItems", {{"A", {{"Keys", keys}}}}}});
    CHECK(answer["Responses"]["A"].size() == 42);
    REQUIRE(answer["UnprocessedKeys"]["A"]["Keys"].size() == 8);
    CHECK(answer["UnprocessedKeys"]["A"]["Keys"][0] == key(42));
}

TEST_CASE("dynamodb batches: what capacity does not suffice for is unprocessed") {
    ItemClient client;
    TableDefinition definition = table_of("P", {"id:N"});
    definition.billing = BillingMode::provisioned;
    definition.throughput = {1, 1};
    client.create(std::move(definition));
    Json writes = Json::array();
    Json keys = Json::array();
    for (int id = 0; id < 25; ++id) {
        writes.push_back(put_request(id));
        keys.push_back(key(id));
    }
    const Json request{{"RequestItems", {{"P", writes}}}};
    for (int count = 0; count < 11; ++count) {
        CHECK(client.call("BatchWriteItem", request)["UnprocessedItems"].empty());
    }
    // 275 of 300 units are used.
    client.run_for(10s);
    CHECK(client.call("BatchWriteItem", request)["UnprocessedItems"].empty());
    const Json part = client.call("BatchWriteItem", request);
    REQUIRE(part["UnprocessedItems"]["P"].size() == 15);
    CHECK(part["UnprocessedItems"]["P"][0] == put_request(10));
    CHECK(client.error("BatchWriteItem", request).find("ProvisionedThroughputExceededException") ==
          0);
    const Json get{{"RequestItems", {{"P", {{"Keys", keys}, {"ConsistentRead", true}}}}}};
    for (int count = 0; count < 12; ++count) {
        CHECK(client.call("BatchGetItem", get)["UnprocessedKeys"].empty());
    }
    CHECK(client.error("BatchGetItem", get).find("ProvisionedThroughputExceededException") == 0);
    client.run_for(3s);
    const Json left = client.call("BatchGetItem", get)["UnprocessedKeys"]["P"];
    CHECK(left["Keys"].size() == 22);
    CHECK(left["ConsistentRead"] == true);
}

}  // namespace batch_operations_test
