// Random sequences of operations, held against a model that is a sorted map.

#include "tests/services/dynamodb/item_client.h"

#include <catch2/catch.hpp>

#include <map>
#include <set>

using namespace orrery;
using namespace orrery::dynamodb;
using namespace orrery::test;

namespace {

using Key = std::pair<std::string, int>;

/// A table by customer (c) and number (n), with a local index by price and a global one by state;
/// and a map with the same items.
class Pair {
public:
    explicit Pair(std::uint64_t seed) : random_(seed), client_(seed) {
        TableDefinition definition = table_of("T", {"c:S", "n:N"});
        definition.indexes.push_back(index_of(IndexKind::local, "by-price", {"c:S", "price:N"}));
        definition.indexes.push_back(index_of(IndexKind::global, "by-g", {"state:S", "price:N"}));
        client_.create(std::move(definition));
        client_.world.trace.keep_events(false);
    }

    void step() {
        switch (random_.below(10)) {
            case 0:
            case 1: put(); break;
            case 2:
            case 3: update(); break;
            case 4: remove(); break;
            case 5: query_table(); break;
            case 6: query_index(random_.chance(500'000)); break;
            case 7: scan(); break;
            case 8: batch(); break;
            default: transact();
        }
        const Table& table = *client_.tables.find("T");
        REQUIRE(table.item_count() == items_.size());
    }

    /// Sums and indexes, at the end.
    void check_all() {
        const Table& table = *client_.tables.find("T");
        std::size_t bytes = 0;
        std::size_t priced = 0;
        std::size_t stated = 0;
        for (const auto& [key, item] : items_) {
            bytes += size_of(read_item(item));
            priced += item.contains("price") ? 1U : 0U;
            stated += item.contains("price") && item.contains("state") ? 1U : 0U;
        }
        CHECK(table.size_bytes() == bytes);
        CHECK(table.index_item_count("by-price") == priced);
        CHECK(table.index_item_count("by-g") == stated);
    }

private:
    Key random_key() {
        return {std::string(1, static_cast<char>('a' + random_.below(4))),
                static_cast<int>(random_.below(12)) - 4};
    }
    static Json key_json(const Key& key) {
        return {{"c", text(key.first)}, {"n", number(key.second)}};
    }
    Json random_item(const Key& key) {
        Json item = key_json(key);
        if (random_.chance(700'000)) {
            item["price"] = number(static_cast<int>(random_.below(5)));
        }
        if (random_.chance(600'000)) {
            item["state"] = text(random_.chance(500'000) ? "new" : "old");
        }
        if (random_.chance(300'000)) {
            item["v"] = number(static_cast<int>(random_.below(3)));
        }
        return item;
    }
    const Json* find(const Key& key) const {
        const auto found = items_.find(key);
        return found == items_.end() ? nullptr : &found->second;
    }

    /// A condition on what is there, and whether it holds.
    bool add_condition(Json& request, const Key& key) {
        const Json* item = find(key);
        switch (random_.below(4)) {
            case 0:
                request["ConditionExpression"] = "attribute_not_exists(c)";
                return item == nullptr;
            case 1:
                request["ConditionExpression"] = "v = :cond OR attribute_exists(price)";
                request["ExpressionAttributeValues"][":cond"] = number(1);
                return item != nullptr && (item->contains("price") ||
                                           (item->contains("v") && (*item)["v"] == number(1)));
            default: return true;
        }
    }

    void put() {
        const Key key = random_key();
        const Json item = random_item(key);
        Json request{{"TableName", "T"}, {"Item", item}, {"ReturnValues", "ALL_OLD"}};
        const bool holds = add_condition(request, key);
        check_write("PutItem", request, key, holds);
        if (holds) {
            items_[key] = item;
        }
    }

    void remove() {
        const Key key = random_key();
        Json request{{"TableName", "T"}, {"Key", key_json(key)}, {"ReturnValues", "ALL_OLD"}};
        const bool holds = add_condition(request, key);
        check_write("DeleteItem", request, key, holds);
        if (holds) {
            items_.erase(key);
        }
    }

    void check_write(const char* operation, const Json& request, const Key& key, bool holds) {
        if (!holds) {
            REQUIRE(client_.error(operation, request) ==
                    "ConditionalCheckFailedException: The conditional request failed");
            return;
        }
        const Json* old = find(key);
        const Json answer = client_.call(operation, request);
        REQUIRE((old == nullptr ? !answer.contains("Attributes") : answer["Attributes"] == *old));
    }

    /// Changes the model's item as the expression says that it returns.
    std::string random_update(Json& item, Json& values) {
        switch (random_.below(3)) {
            case 0:
                values[":p"] = number(static_cast<int>(random_.below(5)));
                item["price"] = values[":p"];
                item.erase("state");
                return "SET price = :p REMOVE #state";
            case 1: {
                values[":one"] = number(1);
                const int old =
                    item.contains("v") ? std::stoi(item["v"]["N"].get<std::string>()) : 0;
                item["v"] = number(old + 1);
                return "ADD v :one";
            }
            default:
                values[":s"] = text("new");
                item["state"] = text("new");
                return "SET #state = :s";
        }
    }

    Json update_request(const Key& key, Json& after) {
        after = find(key) == nullptr ? key_json(key) : *find(key);
        Json values = Json::object();
        const std::string expression = random_update(after, values);
        Json request{{"TableName", "T"},
                     {"Key", key_json(key)},
                     {"UpdateExpression", expression},
                     {"ExpressionAttributeValues", values}};
        if (expression.find('#') != std::string::npos) {
            request["ExpressionAttributeNames"] = {{"#state", "state"}};
        }
        return request;
    }

    void update() {
        const Key key = random_key();
        Json after;
        Json request = update_request(key, after);
        const bool holds = add_condition(request, key);
        request["ReturnValues"] = "ALL_NEW";
        if (!holds) {
            REQUIRE(client_.error("UpdateItem", request).find("ConditionalCheckFailed") == 0);
            return;
        }
        REQUIRE(client_.call("UpdateItem", request)["Attributes"] == after);
        items_[key] = after;
    }

    /// All pages of a request, whose size is chosen anew for each.
    std::vector<Json> read_all(const char* operation, Json request) {
        std::vector<Json> all;
        for (int pages = 0; pages < 1000; ++pages) {
            request["Limit"] = 1 + random_.below(9);
            const Json answer = client_.call(operation, request);
            all.insert(all.end(), answer["Items"].begin(), answer["Items"].end());
            if (!answer.contains("LastEvaluatedKey")) {
                return all;
            }
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"];
        }
        FAIL("a read does not end");
        return all;
    }

    void query_table() {
        const std::string customer = random_key().first;
        const int low = random_key().second;
        const int high = low + static_cast<int>(random_.below(6));
        const bool forward = random_.chance(500'000);
        std::vector<Json> expected;
        for (const auto& [key, item] : items_) {
            if (key.first == customer && key.second >= low && key.second <= high) {
                expected.push_back(item);
            }
        }
        if (!forward) {
            std::reverse(expected.begin(), expected.end());
        }
        REQUIRE(
            read_all("Query",
                     {{"TableName", "T"},
                      {"KeyConditionExpression", "c = :c AND n BETWEEN :low AND :high"},
                      {"ExpressionAttributeValues",
                       {{":c", text(customer)}, {":low", number(low)}, {":high", number(high)}}},
                      {"ScanIndexForward", forward}}) == expected);
    }

    void query_index(bool local) {
        const std::string partition = local ? random_key().first : "new";
        const int least = static_cast<int>(random_.below(5));
        std::vector<std::pair<int, std::string>> expected;
        for (const auto& [key, item] : items_) {
            const bool there = item.contains("price") &&
                               (local ? key.first == partition
                                      : item.contains("state") && item["state"] == text(partition));
            const int price = there ? std::stoi(item["price"]["N"].get<std::string>()) : -1;
            if (price >= least) {
                expected.emplace_back(price, item.dump());
            }
        }
        std::vector<std::pair<int, std::string>> got;
        Json request{
            {"TableName", "T"},
            {"IndexName", local ? "by-price" : "by-g"},
            {"KeyConditionExpression", "#p = :p AND price >= :least"},
            {"ExpressionAttributeNames", {{"#p", local ? "c" : "state"}}},
            {"ExpressionAttributeValues", {{":p", text(partition)}, {":least", number(least)}}}};
        for (const Json& item : read_all("Query", request)) {
            got.emplace_back(std::stoi(item["price"]["N"].get<std::string>()), item.dump());
        }
        // In the order of prices; nothing is said of equal ones.
        REQUIRE(std::is_sorted(got.begin(), got.end(), [](const auto& left, const auto& right) {
            return left.first < right.first;
        }));
        std::sort(got.begin(), got.end());
        std::sort(expected.begin(), expected.end());
        REQUIRE(got == expected);
    }

    void scan() {
        const auto segments = 1 + random_.below(3);
        std::multiset<std::string> got;
        for (std::uint64_t segment = 0; segment < segments; ++segment) {
            for (const Json& item :
                 read_all("Scan",
                          {{"TableName", "T"},
                           {"Segment", segment},
                           {"TotalSegments", segments},
                           {"FilterExpression", "n >= :zero"},
                           {"ExpressionAttributeValues", {{":zero", number(0)}}}})) {
                got.insert(item.dump());
            }
        }
        std::multiset<std::string> expected;
        for (const auto& [key, item] : items_) {
            if (key.second >= 0) {
                expected.insert(item.dump());
            }
        }
        REQUIRE(got == expected);
    }

    void batch() {
        Json writes = Json::array();
        std::map<Key, Json> changed;  // null: deleted
        for (std::uint64_t left = 1 + random_.below(6); left > 0; --left) {
            const Key key = random_key();
            if (changed.contains(key)) {
                continue;
            }
            if (random_.chance(300'000)) {
                changed[key] = nullptr;
                writes.push_back({{"DeleteRequest", {{"Key", key_json(key)}}}});
            } else {
                changed[key] = random_item(key);
                writes.push_back({{"PutRequest", {{"Item", changed[key]}}}});
            }
        }
        client_.call("BatchWriteItem", {{"RequestItems", {{"T", writes}}}});
        apply(changed);
        Json keys = Json::array();
        std::multiset<std::string> expected;
        for (const auto& [key, item] : changed) {
            keys.push_back(key_json(key));
            if (!item.is_null()) {
                expected.insert(item.dump());
            }
        }
        std::multiset<std::string> got;
        const Json answer =
            client_.call("BatchGetItem", {{"RequestItems", {{"T", {{"Keys", keys}}}}}});
        for (const Json& item : answer["Responses"]["T"]) {
            got.insert(item.dump());
        }
        REQUIRE(got == expected);
    }

    void transact() {
        Json actions = Json::array();
        std::map<Key, Json> changed;
        std::set<Key> used;
        bool holds = true;
        for (std::uint64_t left = 1 + random_.below(4); left > 0; --left) {
            const Key key = random_key();
            if (!used.insert(key).second) {
                continue;
            }
            Json request{{"TableName", "T"}};
            const char* kind = "Put";
            Json after;
            switch (random_.below(4)) {
                case 0:
                    after = random_item(key);
                    request["Item"] = after;
                    changed[key] = after;
                    break;
                case 1:
                    kind = "Update";
                    request = update_request(key, after);
                    changed[key] = after;
                    break;
                case 2:
                    kind = "Delete";
                    request["Key"] = key_json(key);
                    changed[key] = nullptr;
                    break;
                default:
                    kind = "ConditionCheck";
                    request["Key"] = key_json(key);
                    request["ConditionExpression"] = "attribute_exists(c)";
                    holds = find(key) != nullptr && holds;
            }
            if (std::string(kind) != "ConditionCheck") {
                holds = add_condition(request, key) && holds;
            }
            actions.push_back({{kind, request}});
        }
        const std::string error = client_.error("TransactWriteItems", {{"TransactItems", actions}});
        REQUIRE((holds ? error.empty() : error.find("TransactionCanceledException") == 0));
        if (holds) {
            apply(changed);
        }
    }

    void apply(const std::map<Key, Json>& changed) {
        for (const auto& [key, item] : changed) {
            if (item.is_null()) {
                items_.erase(key);
            } else {
                items_[key] = item;
            }
        }
    }

    RandomStream random_;
    ItemClient client_;
    std::map<Key, Json> items_;
};

}  // namespace

TEST_CASE("dynamodb items: random operations do what a sorted map does") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        INFO("seed " << seed);
        Pair pair(seed);
        for (int step = 0; step < 300; ++step) {
            INFO("step " << step);
            pair.step();
        }
        pair.check_all();
    }
}
