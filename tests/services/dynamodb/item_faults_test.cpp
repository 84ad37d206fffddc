// Faults, the trace and CloudWatch's metrics of the operations on items.

#include "tests/services/dynamodb/item_client.h"
#include "tests/services/metric_sums.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::dynamodb;
using namespace orrery::test;

namespace {

const Json put_a{{"TableName", "T"}, {"Item", {{"id", {{"S", "a"}}}}}};

}  // namespace

TEST_CASE("dynamodb faults: dynamodb.throttle refuses, and leaves batches unprocessed") {
    ItemClient client;
    client.create(table_of("T", {"id:S"}));
    client.create(table_of("Other", {"id:S"}));
    FaultRule rule;
    rule.point = "dynamodb.throttle";
    rule.where = {{"table", "T"}};
    client.world.faults.add(rule);
    CHECK(client.error("PutItem", put_a).find("ProvisionedThroughputExceededException: ") == 0);
    CHECK(client.error("Scan", {{"TableName", "T"}})
              .find("ProvisionedThroughputExceededException: ") == 0);
    client.put("Other", {{"id", text("a")}});
    const Json request{{"PutRequest", {{"Item", {{"id", text("b")}}}}}};
    const Json answer =
        client.call("BatchWriteItem", {{"RequestItems", {{"T", {request}}, {"Other", {request}}}}});
    CHECK(answer["UnprocessedItems"] == Json{{"T", {request}}});
    const aws::ApiError cancelled =
        client.failure("TransactWriteItems", {{"TransactItems", {{{"Put", put_a}}}}});
    CHECK((*cancelled.structures().at(0).second)[0]["Code"] == "ProvisionedThroughputExceeded");
    CHECK(client.tables.find("T")->item_count() == 0);
    CHECK(client.tables.find("Other")->item_count() == 2);
}

TEST_CASE("dynamodb faults: dynamodb.conflict makes writes meet a transaction") {
    ItemClient client;
    client.create(table_of("T", {"id:S"}));
    client.add_fault("dynamodb.conflict", {1, 2});
    CHECK(client.error("PutItem", put_a) ==
          "TransactionConflictException: Transaction is ongoing for the item");
    const aws::ApiError cancelled =
        client.failure("TransactWriteItems", {{"TransactItems", {{{"Put", put_a}}}}});
    CHECK(*cancelled.structures().at(0).second ==
          Json::array({{{"Code", "TransactionConflict"},
                        {"Message", "Transaction is ongoing for the item"}}}));
    CHECK(client.error("PutItem", put_a).empty());
    CHECK(client.traced("dynamodb.transaction.conflict") == 2);
}

TEST_CASE("dynamodb faults: dynamodb.internal_error answers with 500 and does nothing") {
    ItemClient client;
    client.create(table_of("T", {"id:S"}));
    client.add_fault("dynamodb.internal_error", {1});
    const aws::ApiError error = client.failure("PutItem", put_a);
    CHECK(error.code() == "InternalServerError");
    CHECK(error.http_status() == 500);
    CHECK(client.tables.find("T")->item_count() == 0);
    CHECK(client.error("PutItem", put_a).empty());
}

TEST_CASE("dynamodb faults: dynamodb.latency lets an answer, or an error, come a second later") {
    ItemClient client;
    client.create(table_of("T", {"id:S"}));
    client.add_fault("dynamodb.latency");
    std::vector<Duration> answered;
    const Instant began = client.world.loop.now();
    const auto note = [&](const aws::ApiResult&) {
        answered.push_back(client.world.loop.now() - began);
    };
    client.call_later("PutItem", put_a, note);
    CHECK(client.tables.find("T")->item_count() == 1);  // what it does, it does at once
    Json failing = put_a;
    failing["ConditionExpression"] = "attribute_not_exists(id)";
    client.call_later("PutItem", failing, note);
    CHECK(answered.empty());
    client.run_for(2s);
    CHECK(answered == std::vector<Duration>{1s, 1s});
}

TEST_CASE("dynamodb metrics: what a table reports of requests") {
    SumsBeside sums("AWS/DynamoDB", "TableName");
    ItemClient client(1, &sums);
    TableDefinition definition = table_of("T", {"id:S"});
    definition.indexes.push_back(index_of(IndexKind::global, "by-g", {"g:S"}));
    client.create(std::move(definition));
    client.call("PutItem", {{"TableName", "T"}, {"Item", {{"id", text("a")}, {"g", text("g")}}}});
    client.call("GetItem", {{"TableName", "T"}, {"Key", {{"id", text("a")}}}});
    client.call("Scan", {{"TableName", "T"}, {"ConsistentRead", true}});
    Json failing = put_a;
    failing["ConditionExpression"] = "attribute_not_exists(id)";
    client.failure("PutItem", failing);
    client.add_fault("dynamodb.throttle");
    client.failure("PutItem", put_a);
    CHECK(sums.of("ConsumedWriteCapacityUnits") == 2);
    CHECK(sums.of("ConsumedWriteCapacityUnits by-g") == 1);
    CHECK(sums.of("ConsumedReadCapacityUnits") == 1.5);
    CHECK(sums.of("ConditionalCheckFailedRequests") == 1);
    CHECK(sums.of("ReturnedItemCount Scan") == 1);
    CHECK(sums.of("ThrottledRequests PutItem") == 1);
    CHECK(sums.of("WriteThrottleEvents") == 1);
    CHECK(sums.of("SuccessfulRequestLatency PutItem") == 0);
    CHECK(sums.of("UserErrors") == 0);  // those above have metrics of their own
    client.failure("GetItem", {{"TableName", "T"}, {"Key", {{"id", number(1)}}}});
    client.failure("GetItem", {{"TableName", "None"}, {"Key", {{"id", text("a")}}}});
    CHECK(sums.of("UserErrors") == 2);
}

TEST_CASE("dynamodb metrics: provisioned throughput is measured every five minutes") {
    SumsBeside sums("AWS/DynamoDB", "TableName");
    ItemClient client(1, &sums);
    TableDefinition definition = table_of("T", {"id:S"});
    definition.billing = BillingMode::provisioned;
    definition.throughput = {5, 2};
    IndexDefinition index = index_of(IndexKind::global, "by-g", {"g:S"});
    index.throughput = {1, 1};
    definition.indexes.push_back(std::move(index));
    Table& table = client.create(std::move(definition));
    client.run_for(4min);
    table.sample_metrics();
    CHECK(sums.of("ProvisionedReadCapacityUnits") == -1);
    client.run_for(1min);
    client.tables.sample_metrics();
    client.tables.sample_metrics();
    CHECK(sums.of("ProvisionedReadCapacityUnits") == 5);
    CHECK(sums.of("ProvisionedWriteCapacityUnits") == 2);
    CHECK(sums.of("ProvisionedReadCapacityUnits by-g") == 1);
    // What changes in between is seen from then on, though nobody has looked.
    client.run_for(12min);
    table.set_billing(BillingMode::provisioned, {100, 2});
    client.run_for(3min);
    client.tables.sample_metrics();
    CHECK(sums.of("ProvisionedReadCapacityUnits") == 5 + 2 * 5 + 100);
    table.set_billing(BillingMode::pay_per_request, {});
    client.run_for(1h);
    client.tables.sample_metrics();
    CHECK(sums.of("ProvisionedReadCapacityUnits") == 5 + 2 * 5 + 100);
}
