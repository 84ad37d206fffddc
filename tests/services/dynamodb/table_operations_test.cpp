// Tables from their creation to their deletion, as clients see them.
#include "tests/services/dynamodb/service_client.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

Json attribute(const char* name, const char* type = "S") {
    return {{"AttributeName", name}, {"AttributeType", type}};
}
Json key(const char* name, const char* type) {
    return {{"AttributeName", name}, {"KeyType", type}};
}
Json units(int read, int write) {
    return {{"ReadCapacityUnits", read}, {"WriteCapacityUnits", write}};
}

/// With the keys a and b and provisioned throughput.
Json provisioned(const char* name) {
    return {{"TableName", name},
            {"AttributeDefinitions", {attribute("a"), attribute("b", "N")}},
            {"KeySchema", {key("a", "HASH"), key("b", "RANGE")}},
            {"ProvisionedThroughput", units(5, 7)}};
}

Json with(Json parameters, const char* member, Json value) {
    parameters[member] = std::move(value);
    return parameters;
}

Json secondary(const char* name, Json keys, Json more = Json::object()) {
    Json json{{"IndexName", name},
              {"KeySchema", std::move(keys)},
              {"Projection", {{"ProjectionType", "ALL"}}}};
    json.merge_patch(more);
    return json;
}

}  // namespace

TEST_CASE("dynamodb CreateTable: a table is CREATING, some seconds later ACTIVE") {
    ServiceClient client;
    const Json made = client.call("CreateTable", provisioned("Orders"))["TableDescription"];
    CHECK(made["TableStatus"] == "CREATING");
    CHECK(made["TableArn"] == "arn:aws:dynamodb:us-east-1:000000000000:table/Orders");
    CHECK(made["TableId"].get<std::string>().size() == 36);
    CHECK(made["CreationDateTime"] == 1767225600.0);
    CHECK(made["ItemCount"] == 0);
    CHECK(made["TableSizeBytes"] == 0);
    CHECK(made["DeletionProtectionEnabled"] == false);
    CHECK(made["ProvisionedThroughput"] ==
          Json{{"NumberOfDecreasesToday", 0}, {"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 7}});
    CHECK(made["KeySchema"] == Json{key("a", "HASH"), key("b", "RANGE")});
    CHECK(made["AttributeDefinitions"] == Json{attribute("a"), attribute("b", "N")});
    for (const char* absent : {"BillingModeSummary",
                               "WarmThroughput",
                               "GlobalSecondaryIndexes",
                               "LatestStreamArn",
                               "SSEDescription",
                               "TableClassSummary"}) {
        CHECK(!made.contains(absent));
    }
    const Json item{{"a", {{"S", "x"}}}, {"b", {{"N", "1"}}}};
    CHECK(client.error("PutItem", {{"TableName", "Orders"}, {"Item", item}}) ==
          "ResourceNotFoundException: Requested resource not found");
    client.run_for(4999ms);
    CHECK(client.describe("Orders")["TableStatus"] == "CREATING");
    client.run_for(1ms);
    CHECK(client.describe("Orders")["TableStatus"] == "ACTIVE");
    client.put("Orders", item);
    CHECK(client.describe("Orders")["ItemCount"] == 1);
    CHECK(client.describe("Orders")["WarmThroughput"] ==
          Json{{"ReadUnitsPerSecond", 5}, {"WriteUnitsPerSecond", 7}, {"Status", "ACTIVE"}});
}

TEST_CASE("dynamodb CreateTable: a table on demand says so") {
    ServiceClient client;
    const Json table = client.create("Orders",
                                     {{"TableClass", "STANDARD_INFREQUENT_ACCESS"},
                                      {"DeletionProtectionEnabled", true},
                                      {"OnDemandThroughput", {{"MaxReadRequestUnits", 9}}},
                                      {"SSESpecification", {{"Enabled", true}}},
                                      {"Tags", {{{"Key", "team"}, {"Value", "a"}}}}});
    CHECK(table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST");
    CHECK(table["ProvisionedThroughput"] ==
          Json{{"NumberOfDecreasesToday", 0}, {"ReadCapacityUnits", 0}, {"WriteCapacityUnits", 0}});
    CHECK(table["WarmThroughput"]["ReadUnitsPerSecond"] == 12000);
    CHECK(table["WarmThroughput"]["WriteUnitsPerSecond"] == 4000);
    CHECK(table["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS");
    CHECK(table["DeletionProtectionEnabled"] == true);
    CHECK(table["OnDemandThroughput"] ==
          Json{{"MaxReadRequestUnits", 9}, {"MaxWriteRequestUnits", -1}});
    CHECK(table["SSEDescription"]["Status"] == "ENABLED");
    CHECK(table["SSEDescription"]["KMSMasterKeyArn"].get<std::string>().starts_with(
        "arn:aws:kms:us-east-1:000000000000:key/"));
}

TEST_CASE("dynamodb CreateTable: indexes are described") {
    ServiceClient client;
    Json parameters = provisioned("Orders");
    parameters["AttributeDefinitions"] = {
        attribute("a"), attribute("b", "N"), attribute("c"), attribute("d"), attribute("e", "N")};
    parameters["LocalSecondaryIndexes"] = {
        secondary("by-c",
                  {key("a", "HASH"), key("c", "RANGE")},
                  {{"Projection", {{"ProjectionType", "KEYS_ONLY"}}}})};
    parameters["GlobalSecondaryIndexes"] = {secondary(
        "by-d",
        {key("c", "HASH"), key("d", "HASH"), key("e", "RANGE"), key("b", "RANGE")},
        {{"ProvisionedThroughput", units(1, 2)},
         {"Projection", {{"ProjectionType", "INCLUDE"}, {"NonKeyAttributes", {"x", "y"}}}}})};
    client.call("CreateTable", parameters);
    client.run_for(6s);
    const Json table = client.describe("Orders");
    const Json local = table["LocalSecondaryIndexes"][0];
    CHECK(local["IndexArn"] == "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/index/by-c");
    CHECK(local["Projection"] == Json{{"ProjectionType", "KEYS_ONLY"}});
    CHECK(!local.contains("IndexStatus"));
    const Json global = table["GlobalSecondaryIndexes"][0];
    CHECK(global["IndexStatus"] == "ACTIVE");
    CHECK(!global.contains("Backfilling"));
    CHECK(global["KeySchema"] ==
          Json{key("c", "HASH"), key("d", "HASH"), key("e", "RANGE"), key("b", "RANGE")});
    CHECK(global["Projection"] ==
          Json{{"ProjectionType", "INCLUDE"}, {"NonKeyAttributes", {"x", "y"}}});
    CHECK(global["ProvisionedThroughput"]["WriteCapacityUnits"] == 2);
    CHECK(global["ItemCount"] == 0);
}

TEST_CASE("dynamodb CreateTable: mistakes of names and keys are told in AWS's words") {
    ServiceClient client;
    const auto refused = [&](const Json& parameters) {
        return client.error("CreateTable", parameters);
    };
    const Json good = provisioned("Orders");
    CHECK(refused(with(good, "TableName", "ab")) ==
          invalid("TableName must be at least 3 characters long and at most 255 characters long"));
    CHECK(refused(with(good, "TableName", std::string(256, 'x'))) ==
          invalid("TableName must be at least 3 characters long and at most 255 characters long"));
    CHECK(refused(with(good, "TableName", "a;b")) ==
          invalid("1 validation error detected: Value 'a;b' at 'tableName' failed to satisfy "
                  "constraint: Member must satisfy regular expression pattern: "
                  "[a-zA-Z0-9_.-]+"));
    Json nameless = good;
    nameless.erase("TableName");
    CHECK(refused(nameless) ==
          invalid("The parameter 'TableName' is required but was not present in the request"));
    Json keyless = good;
    keyless.erase("KeySchema");
    CHECK(refused(keyless) == invalid("1 validation error detected: Value null at 'keySchema' "
                                      "failed to satisfy constraint: Member must not be null"));
    CHECK(refused(with(good, "TableName", 5)) ==
          "SerializationException: NUMBER_VALUE cannot be converted to String");
    CHECK(refused(with(good, "KeySchema", {key("b", "RANGE"), key("a", "HASH")})) ==
          invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
    CHECK(refused(with(good, "KeySchema", {key("a", "HASH"), key("b", "HASH")})) ==
          invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
    CHECK(refused(with(good, "KeySchema", {key("a", "HASH"), key("a", "RANGE")})) ==
          invalid("Both the Hash Key and the Range Key element in the KeySchema have the same "
                  "name"));
    CHECK(refused(with(good, "KeySchema", {key("a", "HASH")})) ==
          invalid_values("Number of attributes in KeySchema does not exactly match number of "
                         "attributes defined in AttributeDefinitions"));
    CHECK(refused(with(good, "KeySchema", {key("c", "HASH")})) ==
          invalid_values("Some index key attributes are not defined in AttributeDefinitions. Keys: "
                         "[c], AttributeDefinitions: [a, b]"));
    CHECK(refused(with(good, "AttributeDefinitions", {attribute("a")})) ==
          invalid("Invalid KeySchema: Some index key attribute have no definition"));
    CHECK(refused(with(good, "AttributeDefinitions", {attribute("a"), attribute("b", "BOOL")})) ==
          invalid("1 validation error detected: Value 'BOOL' at "
                  "'attributeDefinitions.2.member.attributeType' failed to satisfy constraint: "
                  "Member must satisfy enum value set: [B, N, S]"));
}

TEST_CASE("dynamodb CreateTable: mistakes of billing are told in AWS's words") {
    ServiceClient client;
    const auto refused = [&](const Json& parameters) {
        return client.error("CreateTable", parameters);
    };
    const Json good = provisioned("Orders");
    CHECK(refused(with(good, "BillingMode", "PAY_PER_REQUEST")) ==
          invalid_values("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                         "BillingMode is PAY_PER_REQUEST"));
    Json without = good;
    without.erase("ProvisionedThroughput");
    CHECK(refused(without) == invalid_values("ReadCapacityUnits and WriteCapacityUnits must both "
                                             "be specified when BillingMode is PROVISIONED"));
    CHECK(refused(with(good, "ProvisionedThroughput", units(0, 1))) ==
          invalid("1 validation error detected: Value '0' at "
                  "'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member "
                  "must have value greater than or equal to 1"));
    CHECK(refused(with(good,
                       "ProvisionedThroughput",
                       {{"ReadCapacityUnits", 1'000'000'000'001}, {"WriteCapacityUnits", 1}})) ==
          invalid("Given value 1000000000001 for ReadCapacityUnits is out of bounds"));
}

TEST_CASE("dynamodb CreateTable: mistakes of indexes are told in AWS's words") {
    ServiceClient client;
    const auto refused = [&](const char* list, Json indexes) {
        return client.error("CreateTable", with(provisioned("Orders"), list, std::move(indexes)));
    };
    const char* local = "LocalSecondaryIndexes";
    const char* global = "GlobalSecondaryIndexes";
    const Json keys{key("a", "HASH"), key("b", "RANGE")};
    const Json read{{"ProvisionedThroughput", units(1, 1)}};
    CHECK(refused(local, Json::array()) ==
          invalid_values("List of LocalSecondaryIndexes is empty"));
    CHECK(refused(global, Json::array()) ==
          invalid_values("List of GlobalSecondaryIndexes is empty"));
    CHECK(refused(local, {secondary("abc", {key("a", "HASH")})}) ==
          invalid_values("Index KeySchema does not have a range key for index: abc"));
    CHECK(refused(local, {secondary("abc", {key("b", "HASH"), key("a", "RANGE")})}) ==
          invalid_values("Index KeySchema does not have the same leading hash key as table "
                         "KeySchema for index: abc. index hash key: b, table hash key: a"));
    CHECK(refused(local, {secondary("abc", keys), secondary("abc", keys)}) ==
          invalid_values("Duplicate index name: abc"));
    CHECK(refused(global, {secondary("abc", keys)}) ==
          invalid_values("ProvisionedThroughput is not specified for index: abc"));
    CHECK(refused(global, {secondary("abc", {key("c", "HASH")}, read)}) ==
          invalid_values("Some index key attributes are not defined in AttributeDefinitions. Keys: "
                         "[c], AttributeDefinitions: [a, b]"));
    Json untyped = secondary("abc", keys, read);
    untyped["Projection"] = Json::object();
    CHECK(refused(global, {untyped}) == invalid_values("Unknown ProjectionType: null"));
    untyped["Projection"] = {{"ProjectionType", "ALL"}, {"NonKeyAttributes", {"x"}}};
    CHECK(refused(global, {untyped}) ==
          invalid_values("ProjectionType is ALL, but NonKeyAttributes is specified"));
    Json six = Json::array();
    for (int n = 0; n < 6; ++n) {
        six.push_back(secondary(("abc" + std::to_string(n)).c_str(), keys));
    }
    CHECK(refused(local, six) ==
          invalid_values("Number of LocalSecondaryIndexes exceeds per-table limit of 5"));
    Json many = Json::array();
    for (int n = 0; n < 21; ++n) {
        many.push_back(secondary(("abc" + std::to_string(n)).c_str(), keys, read));
    }
    CHECK(refused(global, many) ==
          invalid_values("GlobalSecondaryIndex count exceeds the per-table limit of 20"));
    Json hash_only = ServiceClient::simple_table("Orders");
    hash_only[local] = {secondary("abc", keys)};
    CHECK(client.error("CreateTable", hash_only) ==
          invalid_values("Table KeySchema does not have a range key, which is required when "
                         "specifying a LocalSecondaryIndex"));
}

TEST_CASE("dynamodb CreateTable: a name is taken as long as its table is there") {
    ServiceClient client;
    client.create("Orders");
    CHECK(client.error("CreateTable", ServiceClient::simple_table("Orders")) ==
          "ResourceInUseException: Table already exists: Orders");
    client.call("DeleteTable", {{"TableName", "Orders"}});
    CHECK(client.error("CreateTable", ServiceClient::simple_table("Orders")) ==
          "ResourceInUseException: Table already exists: Orders");
    client.run_for(4s);
    CHECK(client.error("CreateTable", ServiceClient::simple_table("Orders")).empty());
}

TEST_CASE("dynamodb DeleteTable: a table is DELETING, then gone with its items") {
    ServiceClient client;
    client.call("CreateTable", ServiceClient::simple_table("Orders"));
    CHECK(client.error("DeleteTable", {{"TableName", "Orders"}}) ==
          "ResourceInUseException: Attempt to change a resource which is still in use: Table is "
          "being created: Orders");
    client.run_for(6s);
    client.put("Orders", {{"id", {{"S", "1"}}}});
    const Json answer = client.call("DeleteTable", {{"TableName", "Orders"}})["TableDescription"];
    CHECK(answer["TableStatus"] == "DELETING");
    CHECK(!answer.contains("KeySchema"));
    CHECK(!answer.contains("AttributeDefinitions"));
    CHECK(client.error("GetItem", {{"TableName", "Orders"}, {"Key", {{"id", {{"S", "1"}}}}}}) ==
          "ResourceNotFoundException: Requested resource not found");
    CHECK(client.describe("Orders")["TableStatus"] == "DELETING");
    client.run_for(3s);
    CHECK(client.error("DescribeTable", {{"TableName", "Orders"}}) ==
          "ResourceNotFoundException: Requested resource not found: Table: Orders not found");
    CHECK(client.error("DeleteTable", {{"TableName", "Orders"}}) ==
          "ResourceNotFoundException: Requested resource not found: Table: Orders not found");
    CHECK(client.create("Orders")["ItemCount"] == 0);
}

TEST_CASE("dynamodb DeleteTable: deletion protection keeps a table") {
    ServiceClient client;
    client.create("Orders", {{"DeletionProtectionEnabled", true}});
    CHECK(client.error("DeleteTable", {{"TableName", "Orders"}}) ==
          invalid("Resource cannot be deleted as it is currently protected against deletion. "
                  "Disable deletion protection first."));
    client.call("UpdateTable", {{"TableName", "Orders"}, {"DeletionProtectionEnabled", false}});
    client.run_for(4s);
    CHECK(client.error("DeleteTable", {{"TableName", "Orders"}}).empty());
}

TEST_CASE("dynamodb DescribeTable: takes ARNs as well as names") {
    ServiceClient client;
    client.create("Orders");
    const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders";
    CHECK(client.describe(arn)["TableName"] == "Orders");
}

TEST_CASE("dynamodb ListTables: comes by pages in the order of names") {
    ServiceClient client;
    CHECK(client.call("ListTables", Json::object()) == Json{{"TableNames", Json::array()}});
    for (const char* name : {"ccc", "aaa", "bbb"}) {
        client.call("CreateTable", ServiceClient::simple_table(name));
    }
    CHECK(client.call("ListTables", {{"Limit", 2}}) ==
          Json{{"TableNames", {"aaa", "bbb"}}, {"LastEvaluatedTableName", "bbb"}});
    CHECK(client.call("ListTables", {{"Limit", 2}, {"ExclusiveStartTableName", "bbb"}}) ==
          Json{{"TableNames", {"ccc"}}});
    CHECK(client.error("ListTables", {{"Limit", 101}}) ==
          invalid("1 validation error detected: Value '101' at 'limit' failed to satisfy "
                  "constraint: Member must have value less than or equal to 100"));
}

TEST_CASE("dynamodb FinishChanges: what is under way is complete at once") {
    ServiceClient client;
    client.call("CreateTable", ServiceClient::simple_table("Orders"));
    client.call("FinishChanges", Json::object());
    CHECK(client.describe("Orders")["TableStatus"] == "ACTIVE");
    CHECK(client.world().loop.now() == default_start);
}
