// Query and Scan through dispatch: order, ranges, pages, indexes, segments.

#include "tests/services/dynamodb/item_client.h"

#include <catch2/catch.hpp>

#include <set>

namespace query_operations_test {

using namespace orrery;
using namespace orrery::dynamodb;
using namespace orrery::test;

namespace {

/// Customers' orders: by customer and number; a local index by price, a global one by state.
class Orders : public ItemClient {
public:
    Orders() {
        TableDefinition definition = table_of("Orders", {"customer:S", "nr:N"});
        definition.indexes.push_back(
            index_of(IndexKind::local, "by-price", {"customer:S", "price:N"}));
        definition.indexes.back().projection = {Projection::Kind::keys_only, {}};
        definition.indexes.push_back(
            index_of(IndexKind::global, "by-state", {"state:S", "price:N"}));
        definition.indexes.back().projection = {Projection::Kind::include, {"note"}};
        create(std::move(definition));
    }

    void add(const std::string& customer, int order, int price, const std::string& state = "") {
        Json item{{"customer", text(customer)},
                  {"nr", number(order)},
                  {"price", number(price)},
                  {"note", text("n" + std::to_string(order))},
                  {"more", text("m")}};
        if (!state.empty()) {
            item["state"] = text(state);
        }
        put("Orders", item);
    }

    /// A Query with its condition; `more` are further parameters.
    Json query(const std::string& condition, Json values, Json more = Json::object()) {
        more["TableName"] = "Orders";
        more["KeyConditionExpression"] = condition;
        more["ExpressionAttributeValues"] = std::move(values);
        return call("Query", more);
    }
};

/// The numbers of the orders, as they come.
std::string numbers(const Json& answer) {
    std::string all;
    for (const Json& item : answer["Items"]) {
        all += (all.empty() ? "" : " ") + item["nr"]["N"].get<std::string>();
    }
    return all;
}

const char* const invalid = "ValidationException: ";

}  // namespace

TEST_CASE("dynamodb Query: a partition's items in the order of the sort key") {
    Orders client;
    for (const int order : {10, -3, 2, 0, 33}) {
        client.add("ann", order, 100 - order);
        client.add("bob", order, 1);
    }
    const Json ann{{":c", text("ann")}};
    CHECK(numbers(client.query("customer = :c", ann)) == "-3 0 2 10 33");
    CHECK(numbers(client.query("customer = :c", ann, {{"ScanIndexForward", false}})) ==
          "33 10 2 0 -3");
    const auto range = [&](const std::string& condition) {
        Json values{{":c", text("ann")}, {":v", number(2)}};
        if (condition.find(":w") != std::string::npos) {
            values[":w"] = number(10);
        }
        return numbers(client.query("customer = :c AND " + condition, values));
    };
    CHECK(range("nr = :v") == "2");
    CHECK(range("nr < :v") == "-3 0");
    CHECK(range("nr <= :v") == "-3 0 2");
    CHECK(range("nr > :v") == "10 33");
    CHECK(range("nr >= :v") == "2 10 33");
    CHECK(range("nr BETWEEN :v AND :w") == "2 10");
    CHECK(numbers(client.query("customer = :c", {{":c", text("cat")}})).empty());
    CHECK(client.query("customer = :c", {{":c", text("cat")}}) ==
          Json{{"Count", 0}, {"ScannedCount", 0}, {"Items", Json::array()}});
}

TEST_CASE("dynamodb Query: begins_with on a string sort key") {
    ItemClient client;
    client.create(table_of("T", {"p:S", "s:S"}));
    for (const char* sort : {"a", "ab", "abc", "b"}) {
        client.put("T", {{"p", text("x")}, {"s", text(sort)}});
    }
    const Json answer =
        client.call("Query",
                    {{"TableName", "T"},
                     {"KeyConditionExpression", "p = :p AND begins_with(s, :s)"},
                     {"ExpressionAttributeValues", {{":p", text("x")}, {":s", text("ab")}}}});
    REQUIRE(answer["Count"] == 2);
    CHECK(answer["Items"][0]["s"] == text("ab"));
    CHECK(answer["Items"][1]["s"] == text("abc"));
}

TEST_CASE("dynamodb Query: pages by Limit, in both directions, filters or not") {
    Orders client;
    for (int order = 0; order < 7; ++order) {
        client.add("ann", order, order % 2);
    }
    for (const bool forward : {true, false}) {
        std::string all;
        Json start;
        int pages = 0;
        do {
            Json more{{"Limit", 3}, {"ScanIndexForward", forward}};
            if (!start.is_null()) {
                more["ExclusiveStartKey"] = start;
            }
            const Json answer = client.query("customer = :c", {{":c", text("ann")}}, more);
            all += (all.empty() ? "" : " ") + numbers(answer);
            start = answer.contains("LastEvaluatedKey") ? answer["LastEvaluatedKey"] : Json();
            ++pages;
        } while (!start.is_null());
        CHECK(all == (forward ? "0 1 2 3 4 5 6" : "6 5 4 3 2 1 0"));
        CHECK(pages == 3);
    }
    // The limit counts what is evaluated, before the filter.
    const Json filtered = client.query("customer = :c",
                                       {{":c", text("ann")}, {":p", number(1)}},
                                       {{"Limit", 3}, {"FilterExpression", "price = :p"}});
    CHECK(numbers(filtered) == "1");
    CHECK(filtered["Count"] == 1);
    CHECK(filtered["ScannedCount"] == 3);
    CHECK(filtered["LastEvaluatedKey"] == Json{{"customer", text("ann")}, {"nr", number(2)}});
    // Where the limit is just reached nobody knows whether there is more.
    const Json exact =
        client.query("customer = :c", {{":c", text("ann")}}, {{"Limit", 7}, {"Select", "COUNT"}});
    CHECK(exact["Count"] == 7);
    CHECK_FALSE(exact.contains("Items"));
    CHECK(client.query("customer = :c",
                       {{":c", text("ann")}},
                       {{"ExclusiveStartKey", exact["LastEvaluatedKey"]}})["Count"] == 0);
    CHECK_FALSE(client.query("customer = :c", {{":c", text("ann")}}, {{"Limit", 8}})
                    .contains("LastEvaluatedKey"));
}

TEST_CASE("dynamodb Query: a page ends at 1 MB") {
    ItemClient client;
    client.create(table_of("T", {"p:S", "s:N"}));
    for (int sort = 0; sort < 5; ++sort) {
        client.put(
            "T", {{"p", text("x")}, {"s", number(sort)}, {"big", text(std::string(300'000, 'x'))}});
    }
    Json parameters{{"TableName", "T"},
                    {"KeyConditionExpression", "p = :p"},
                    {"ExpressionAttributeValues", {{":p", text("x")}}},
                    {"ReturnConsumedCapacity", "TOTAL"}};
    const Json first = client.call("Query", parameters);
    CHECK(first["Count"] == 3);
    CHECK(first["LastEvaluatedKey"] == Json{{"p", text("x")}, {"s", number(2)}});
    // The sum of the sizes is rounded once: 900,039 bytes are 220 blocks of 4 KB.
    CHECK(first["ConsumedCapacity"]["CapacityUnits"] == 110.0);
    parameters["ExclusiveStartKey"] = first["LastEvaluatedKey"];
    const Json second = client.call("Query", parameters);
    CHECK(second["Count"] == 2);
    CHECK_FALSE(second.contains("LastEvaluatedKey"));
}

TEST_CASE("dynamodb Query: a local index has its own order, and fetches what it has not") {
    Orders client;
    client.add("ann", 1, 30);
    client.add("ann", 2, 10);
    client.add("ann", 3, 20);
    client.put("Orders", {{"customer", text("ann")}, {"nr", number(4)}});  // not in it
    const Json ann{{":c", text("ann")}};
    const Json keys_only = client.query("customer = :c", ann, {{"IndexName", "by-price"}});
    CHECK(numbers(keys_only) == "2 3 1");
    CHECK(keys_only["Items"][0] ==
          Json{{"customer", text("ann")}, {"nr", number(2)}, {"price", number(10)}});
    const Json whole = client.query("customer = :c",
                                    ann,
                                    {{"IndexName", "by-price"},
                                     {"Select", "ALL_ATTRIBUTES"},
                                     {"ConsistentRead", true},
                                     {"ReturnConsumedCapacity", "INDEXES"}});
    CHECK(whole["Items"][0]["more"] == text("m"));
    // One for the entries, one for each item that is fetched. [docs: LSI.ThroughputConsiderations]
    CHECK(whole["ConsumedCapacity"] ==
          Json{{"TableName", "Orders"},
               {"CapacityUnits", 4.0},
               {"Table", {{"CapacityUnits", 3.0}}},
               {"LocalSecondaryIndexes", {{"by-price", {{"CapacityUnits", 1.0}}}}}});
    const Json one = client.query(
        "customer = :c", ann, {{"IndexName", "by-price"}, {"ProjectionExpression", "note"}});
    CHECK(one["Items"][0] == Json{{"note", text("n2")}});
    const Json page = client.query("customer = :c", ann, {{"IndexName", "by-price"}, {"Limit", 1}});
    CHECK(page["LastEvaluatedKey"] ==
          Json{{"customer", text("ann")}, {"nr", number(2)}, {"price", number(10)}});
    CHECK(numbers(client.query("customer = :c",
                               ann,
                               {{"IndexName", "by-price"},
                                {"ExclusiveStartKey", page["LastEvaluatedKey"]}})) == "3 1");
}

TEST_CASE("dynamodb Query: a global index follows the items") {
    Orders client;
    client.add("ann", 1, 30, "new");
    client.add("bob", 2, 10, "new");
    client.add("ann", 3, 20);
    const auto in_state = [&](const std::string& state) {
        return numbers(client.query(
            "#s = :s",
            {{":s", text(state)}},
            {{"IndexName", "by-state"}, {"ExpressionAttributeNames", {{"#s", "state"}}}}));
    };
    CHECK(in_state("new") == "2 1");
    client.add("bob", 2, 40, "new");
    CHECK(in_state("new") == "1 2");
    client.add("ann", 1, 30, "paid");
    CHECK(in_state("new") == "2");
    CHECK(in_state("paid") == "1");
    client.add("ann", 1, 30);
    CHECK(in_state("paid").empty());
    client.call("DeleteItem",
                {{"TableName", "Orders"}, {"Key", {{"customer", text("bob")}, {"nr", number(2)}}}});
    CHECK(in_state("new").empty());
    const Table& table = *client.tables.find("Orders");
    CHECK(table.index_item_count("by-state") == 0);
    CHECK(table.index_size_bytes("by-state") == 0);
    CHECK(table.index_item_count("by-price") == 2);
}

TEST_CASE("dynamodb Query: an index that comes later has the items that were there") {
    Orders client;
    client.add("ann", 1, 30, "new");
    client.add("bob", 2, 10);
    Table& table = *client.tables.find("Orders");
    table.add_index(index_of(IndexKind::global, "by-note", {"note:S"}));
    const Json request{{"TableName", "Orders"},
                       {"IndexName", "by-note"},
                       {"KeyConditionExpression", "note = :n"},
                       {"ExpressionAttributeValues", {{":n", text("n1")}}}};
    CHECK(client.error("Query", request) ==
          std::string(invalid) + "Cannot read from backfilling global secondary index: by-note");
    table.set_index_status("by-note", Status::active);
    CHECK(numbers(client.call("Query", request)) == "1");
    CHECK(table.index_item_count("by-note") == 2);
    CHECK(table.index_size_bytes("by-note") == table.size_bytes());
    table.remove_index("by-note");
    CHECK(client.error("Query", request) ==
          std::string(invalid) + "The table does not have the specified index: by-note");
}

TEST_CASE("dynamodb Query: what it refuses") {
    // [dyl]
    Orders client;
    const Json ann{{":c", text("ann")}};
    const auto error = [&](const std::string& condition, const Json& values, Json more) {
        more["TableName"] = "Orders";
        more["KeyConditionExpression"] = condition;
        more["ExpressionAttributeValues"] = values;
        return client.error("Query", more);
    };
    const std::string values = std::string(invalid) + "One or more parameter values were invalid: ";
    CHECK(client.error("Query", {{"TableName", "Orders"}}) ==
          std::string(invalid) +
              "Either the KeyConditions or KeyConditionExpression parameter must be specified in "
              "the request.");
    CHECK(error("customer = :c", ann, {{"IndexName", "no-such"}}) ==
          std::string(invalid) + "The table does not have the specified index: no-such");
    CHECK(error("nr = :c", ann, Json::object()) ==
          std::string(invalid) + "Query condition missed key schema element: customer");
    CHECK(error("customer = :c", {{":c", number(1)}}, Json::object()) ==
          values + "Condition parameter type does not match schema type");
    CHECK(error("#s = :c",
                ann,
                {{"IndexName", "by-state"},
                 {"ExpressionAttributeNames", {{"#s", "state"}}},
                 {"ConsistentRead", true}}) ==
          std::string(invalid) + "Consistent reads are not supported on global secondary indexes");
    CHECK(error("#s = :c",
                ann,
                {{"IndexName", "by-state"},
                 {"ExpressionAttributeNames", {{"#s", "state"}}},
                 {"Select", "ALL_ATTRIBUTES"}}) ==
          values +
              "Select type ALL_ATTRIBUTES is not supported for global secondary index "
              "by-state because its projection type is not ALL");
    CHECK(error("#s = :c",
                ann,
                {{"IndexName", "by-state"},
                 {"ExpressionAttributeNames", {{"#s", "state"}}},
                 {"ProjectionExpression", "more"}}) ==
          values + "Global secondary index by-state does not project [more]");
    CHECK(error("customer = :c",
                {{":c", text("ann")}, {":n", number(1)}},
                {{"FilterExpression", "nr = :n"}}) ==
          std::string(invalid) +
              "Filter Expression can only contain non-primary key attributes: Primary key "
              "attribute: nr");
    const auto starting = [&](const Json& key, const std::string& condition) {
        Json some = ann;
        if (condition.find(":n") != std::string::npos) {
            some[":n"] = number(5);
        }
        return error(condition, some, {{"ExclusiveStartKey", key}});
    };
    CHECK(starting({{"customer", text("ann")}}, "customer = :c") ==
          std::string(invalid) +
              "The provided starting key is invalid: The provided key element does not match the "
              "schema");
    CHECK(starting({{"customer", text("bob")}, {"nr", number(1)}}, "customer = :c") ==
          std::string(invalid) +
              "The provided starting key is outside query boundaries based on provided conditions");
    CHECK(starting({{"customer", text("ann")}, {"nr", number(1)}}, "customer = :c AND nr > :n") ==
          std::string(invalid) +
              "The provided starting key does not match the range key predicate");
}

TEST_CASE("dynamodb Scan: every item once, in pages and in segments") {
    ItemClient client;
    client.create(table_of("T", {"id:S"}));
    std::set<std::string> put;
    for (int count = 0; count < 200; ++count) {
        const std::string id = "item" + std::to_string(count);
        client.put("T", {{"id", text(id)}, {"n", number(count)}});
        put.insert(id);
    }
    for (const int segments : {1, 3, 7}) {
        std::multiset<std::string> seen;
        for (int segment = 0; segment < segments; ++segment) {
            Json parameters{{"TableName", "T"},
                            {"Limit", 9},
                            {"Segment", segment},
                            {"TotalSegments", segments}};
            std::size_t of_segment = 0;
            do {
                const Json answer = client.call("Scan", parameters);
                for (const Json& item : answer["Items"]) {
                    seen.insert(item["id"]["S"].get<std::string>());
                    ++of_segment;
                }
                parameters["ExclusiveStartKey"] =
                    answer.contains("LastEvaluatedKey") ? answer["LastEvaluatedKey"] : Json();
            } while (!parameters["ExclusiveStartKey"].is_null());
            CHECK(of_segment > 0);
        }
        CHECK(seen.size() == put.size());
        CHECK(std::set<std::string>(seen.begin(), seen.end()) == put);
    }
    const Json filtered = client.call("Scan",
                                      {{"TableName", "T"},
                                       {"FilterExpression", "n < :n"},
                                       {"ExpressionAttributeValues", {{":n", number(10)}}}});
    CHECK(filtered["Count"] == 10);
    CHECK(filtered["ScannedCount"] == 200);
}

TEST_CASE("dynamodb Scan: an index has only the items with its key") {
    Orders client;
    client.add("ann", 1, 30, "new");
    client.add("bob", 2, 10);
    const Json answer = client.call("Scan", {{"TableName", "Orders"}, {"IndexName", "by-state"}});
    REQUIRE(answer["Count"] == 1);
    CHECK(answer["Items"][0] == Json{{"customer", text("ann")},
                                     {"nr", number(1)},
                                     {"price", number(30)},
                                     {"state", text("new")},
                                     {"note", text("n1")}});
    CHECK(client.traced("dynamodb.items.scanned") == 1);
}

TEST_CASE("dynamodb Scan: what it refuses of segments") {
    // [dyl]
    ItemClient client;
    client.create(table_of("T", {"id:S"}));
    CHECK(client.error("Scan", {{"TableName", "T"}, {"Segment", 0}}) ==
          std::string(invalid) +
              "The TotalSegments parameter is required but was not present in the request when "
              "Segment parameter is present");
    CHECK(client.error("Scan", {{"TableName", "T"}, {"TotalSegments", 2}}) ==
          std::string(invalid) +
              "The Segment parameter is required but was not present in the request when parameter "
              "TotalSegments is present");
    CHECK(client.error("Scan", {{"TableName", "T"}, {"Segment", 1}, {"TotalSegments", 1}}) ==
          std::string(invalid) +
              "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
              "Segment: 1 is not less than TotalSegments: 1");
    // A key belongs to one of two segments.
    int refused = 0;
    for (const int segment : {0, 1}) {
        const std::string error = client.error("Scan",
                                               {{"TableName", "T"},
                                                {"Segment", segment},
                                                {"TotalSegments", 2},
                                                {"ExclusiveStartKey", {{"id", text("a")}}}});
        refused +=
            error.find("Please use ExclusiveStartKey with correct Segment") != std::string::npos
                ? 1
                : 0;
    }
    CHECK(refused == 1);
}

}  // namespace query_operations_test
