// What requests consume, and what happens when there is no capacity left.

#include "tests/services/dynamodb/item_client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::dynamodb;
using namespace orrery::test;

namespace {

Json item(int id, std::size_t bytes) {
    // "id" with a number of one digit counts 2 + 2, "x" counts 1.
    return {{"id", number(id)}, {"x", text(std::string(bytes - 5, 'x'))}};
}

double units(const Json& answer) {
    return answer["ConsumedCapacity"]["CapacityUnits"];
}

TableDefinition provisioned(std::int64_t read, std::int64_t write) {
    TableDefinition definition = table_of("T", {"id:N"});
    definition.billing = BillingMode::provisioned;
    definition.throughput = {read, write};
    return definition;
}

const std::string throttled =
    "ProvisionedThroughputExceededException: The level of configured provisioned throughput for "
    "the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.";

int admitted(ItemClient& client, int puts) {
    int count = 0;
    for (int id = 0; id < puts; ++id) {
        count +=
            client.error("PutItem", {{"TableName", "T"}, {"Item", {{"id", number(id)}}}}).empty()
                ? 1
                : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("dynamodb capacity: what single writes and reads consume") {
    // [docs: CapacityUnitCalculations]
    ItemClient client;
    client.create(table_of("T", {"id:N"}));
    const auto put = [&](std::size_t bytes) {
        return units(client.call(
            "PutItem",
            {{"TableName", "T"}, {"Item", item(1, bytes)}, {"ReturnConsumedCapacity", "TOTAL"}}));
    };
    const auto get = [&](bool consistent) {
        return units(client.call("GetItem",
                                 {{"TableName", "T"},
                                  {"Key", {{"id", number(1)}}},
                                  {"ConsistentRead", consistent},
                                  {"ReturnConsumedCapacity", "TOTAL"}}));
    };
    CHECK(get(false) == 0.5);
    CHECK(put(1024) == 1);
    CHECK(put(1025) == 2);
    CHECK(put(100) == 2);  // the larger one of old and new
    CHECK(put(100) == 1);
    CHECK(put(4096) == 4);
    CHECK(get(true) == 1);
    CHECK(put(4097) == 5);
    CHECK(get(true) == 2);
    CHECK(get(false) == 1);
    const Json remove{
        {"TableName", "T"}, {"Key", {{"id", number(1)}}}, {"ReturnConsumedCapacity", "TOTAL"}};
    CHECK(units(client.call("DeleteItem", remove)) == 5);
    CHECK(units(client.call("DeleteItem", remove)) == 1);
    CHECK_FALSE(client.call("GetItem", {{"TableName", "T"}, {"Key", {{"id", number(1)}}}})
                    .contains("ConsumedCapacity"));
}

TEST_CASE("dynamodb capacity: each index that a write changes has its share") {
    ItemClient client;
    TableDefinition definition = table_of("T", {"id:N"});
    definition.indexes.push_back(index_of(IndexKind::global, "by-g", {"g:S"}));
    definition.indexes.back().projection = {Projection::Kind::keys_only, {}};
    client.create(std::move(definition));
    const auto consumed = [&](const Json& more) {
        Json whole{{"id", number(1)}};
        whole.merge_patch(more);
        return client.call("PutItem",
                           {{"TableName", "T"},
                            {"Item", whole},
                            {"ReturnConsumedCapacity", "INDEXES"}})["ConsumedCapacity"];
    };
    const auto with_index = [](double index) {
        return Json{{"TableName", "T"},
                    {"CapacityUnits", 1 + index},
                    {"Table", {{"CapacityUnits", 1.0}}},
                    {"GlobalSecondaryIndexes", {{"by-g", {{"CapacityUnits", index}}}}}};
    };
    const Json table_alone{
        {"TableName", "T"}, {"CapacityUnits", 1.0}, {"Table", {{"CapacityUnits", 1.0}}}};
    CHECK(consumed({{"x", number(1)}}) == table_alone);
    CHECK(consumed({{"g", text("a")}}) == with_index(1));
    CHECK(consumed({{"g", text("a")}, {"x", number(2)}}) == table_alone);
    CHECK(consumed({{"g", text("b")}}) == with_index(2));
    CHECK(consumed({{"x", number(3)}}) == with_index(1));
}

TEST_CASE("dynamodb capacity: a provisioned table has 300 seconds' worth, then its rate") {
    ItemClient client;
    client.create(provisioned(1, 2));
    CHECK(admitted(client, 700) == 600);
    CHECK(client.error("PutItem", {{"TableName", "T"}, {"Item", {{"id", number(1)}}}}) ==
          throttled);
    CHECK(client.traced("dynamodb.request.throttled") == 101);
    const aws::ApiError error =
        client.failure("PutItem", {{"TableName", "T"}, {"Item", {{"id", number(1)}}}});
    CHECK(*error.structures().at(0).second ==
          Json::array({{{"reason", "TableWriteProvisionedThroughputExceeded"},
                        {"resource", client.tables.find("T")->definition().arn}}}));
    // Reads have a bucket of their own.
    CHECK(client.error("GetItem", {{"TableName", "T"}, {"Key", {{"id", number(1)}}}}).empty());
    client.run_for(5s);
    CHECK(admitted(client, 700) == 10);
    client.run_for(1000s);
    CHECK(admitted(client, 700) == 600);
}

TEST_CASE("dynamodb capacity: a debt is paid before anything more is admitted") {
    ItemClient client;
    client.create(provisioned(1, 1));
    CHECK(admitted(client, 299) == 299);
    // One unit is left: enough to begin a write of ten.
    CHECK(client.error("PutItem", {{"TableName", "T"}, {"Item", item(1, 10 * 1024)}}).empty());
    client.run_for(9s);
    CHECK(admitted(client, 1) == 0);
    client.run_for(1s);
    CHECK(admitted(client, 2) == 1);
}

TEST_CASE("dynamodb capacity: throughput and billing mode can change") {
    ItemClient client;
    Table& table = client.create(provisioned(1, 1));
    CHECK(admitted(client, 400) == 300);
    table.set_billing(BillingMode::provisioned, {1, 10});
    CHECK(admitted(client, 1) == 0);
    client.run_for(3s);
    CHECK(admitted(client, 100) == 30);
    table.set_billing(BillingMode::pay_per_request, {});
    CHECK(admitted(client, 5000) == 5000);
    table.set_billing(BillingMode::pay_per_request, {0, 7});  // a maximum
    CHECK(admitted(client, 20) == 7);
    CHECK(client.error("PutItem", {{"TableName", "T"}, {"Item", {{"id", number(1)}}}})
              .find("ThrottlingException: ") == 0);
}

TEST_CASE("dynamodb capacity: an index without capacity holds up writes to its table") {
    ItemClient client;
    TableDefinition definition = provisioned(10, 10);
    definition.indexes.push_back(index_of(IndexKind::global, "by-g", {"g:S"}));
    definition.indexes.back().throughput = {1, 1};
    client.create(std::move(definition));
    const auto put = [&](int id, bool in_index) {
        Json whole{{"id", number(id)}};
        if (in_index) {
            whole["g"] = text("g");
        }
        return client.error("PutItem", {{"TableName", "T"}, {"Item", whole}});
    };
    for (int id = 0; id < 300; ++id) {
        REQUIRE(put(id, true).empty());
    }
    CHECK(put(300, true) ==
          "ProvisionedThroughputExceededException: The level of configured provisioned throughput "
          "for one or more global secondary indexes of the table was exceeded. Consider increasing "
          "your provisioning level for the under-provisioned global secondary indexes with the "
          "UpdateTable API");
    CHECK(put(301, false).empty());
    CHECK(client.tables.find("T")->item_count() == 301);
    // Reading the index takes its own units.
    const Json query{{"TableName", "T"},
                     {"IndexName", "by-g"},
                     {"KeyConditionExpression", "g = :g"},
                     {"ExpressionAttributeValues", {{":g", text("none")}}}};
    int reads = 0;
    while (client.error("Query", query).empty()) {
        ++reads;
    }
    CHECK(reads == 600);
}

TEST_CASE("dynamodb capacity: a failed condition has consumed what the write would have") {
    ItemClient client;
    client.create(provisioned(1, 1));
    client.put("T", item(1, 3000));
    const Json request{{"TableName", "T"},
                       {"Item", {{"id", number(1)}}},
                       {"ConditionExpression", "attribute_not_exists(id)"}};
    for (int count = 0; count < 99; ++count) {
        CHECK(client.error("PutItem", request).find("ConditionalCheckFailedException") == 0);
    }
    CHECK(client.error("PutItem", request) == throttled);
}

TEST_CASE("dynamodb item collections: their size is kept, and answered if asked for") {
    ItemClient client;
    TableDefinition definition = table_of("T", {"c:S", "id:N"});
    definition.indexes.push_back(index_of(IndexKind::local, "by-price", {"c:S", "x:S"}));
    client.create(std::move(definition));
    const Json answer = client.call("PutItem",
                                    {{"TableName", "T"},
                                     {"Item", {{"c", text("a")}, {"id", number(1)}}},
                                     {"ReturnItemCollectionMetrics", "SIZE"}});
    CHECK(answer ==
          Json{{"ItemCollectionMetrics",
                {{"ItemCollectionKey", {{"c", text("a")}}}, {"SizeEstimateRangeGB", {0.0, 1.0}}}}});
    const Table& table = *client.tables.find("T");
    const auto size = [&](const char* collection) {
        return table.collection_size(
            {{"c", AttributeValue(AttributeValue::Value(std::string(collection)))}});
    };
    CHECK(size("a") == 6);
    client.put("T", {{"c", text("a")}, {"id", number(2)}, {"x", text("xx")}});
    CHECK(size("a") == 6 + 9 + 9);  // the second is in the index, too
    client.put("T", {{"c", text("b")}, {"id", number(2)}});
    CHECK(size("b") == 6);
    client.call("DeleteItem", {{"TableName", "T"}, {"Key", {{"c", text("a")}, {"id", number(2)}}}});
    CHECK(size("a") == 6);
}

TEST_CASE("dynamodb item collections: one that is full takes no more") {
    ItemClient client;
    TableDefinition definition = table_of("T", {"c:S", "id:N"});
    definition.indexes.push_back(index_of(IndexKind::local, "by-price", {"c:S", "x:S"}));
    Table& table = client.create(std::move(definition));
    CHECK(table.most_collection_bytes() == 10'737'418'240);
    table.set_most_collection_bytes(20);
    const auto put = [](int id, const Json& more = Json::object()) {
        Json item{{"c", text("a")}, {"id", number(id)}};
        item.update(more);
        return Json{{"TableName", "T"}, {"Item", item}};
    };
    const std::string full =
        "ItemCollectionSizeLimitExceededException: Item collection size limit of 10 gigabytes "
        "exceeded";
    client.call("PutItem", put(1));
    client.call("PutItem", put(2));
    client.call("PutItem", put(3));  // 18 bytes
    CHECK(client.error("PutItem", put(4)) == full);
    CHECK(client.error("PutItem", put(1, {{"x", text("x")}})) == full);  // an index's entry counts
    CHECK(client.error("UpdateItem",
                       {{"TableName", "T"},
                        {"Key", {{"c", text("a")}, {"id", number(1)}}},
                        {"UpdateExpression", "SET y = :y"},
                        {"ExpressionAttributeValues", {{":y", text("more")}}}}) == full);
    CHECK(client.error(
              "BatchWriteItem",
              {{"RequestItems", {{"T", {{{"PutRequest", {{"Item", put(4)["Item"]}}}}}}}}}) == full);
    const aws::ApiError cancelled =
        client.failure("TransactWriteItems", {{"TransactItems", {{{"Put", put(4)}}}}});
    CHECK(std::string(cancelled.message()).find("[ItemCollectionSizeLimitExceeded]") !=
          std::string::npos);
    // What makes it no larger is written, and other collections have their own limit.
    client.call("PutItem", put(1));
    Json other = put(1);
    other["Item"]["c"] = text("b");
    client.call("PutItem", other);
    client.call("DeleteItem", {{"TableName", "T"}, {"Key", put(1)["Item"]}});
    client.call("PutItem", put(4));
}
