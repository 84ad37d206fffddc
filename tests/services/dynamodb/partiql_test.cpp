// PartiQL through dispatch. [docs: ql-reference, ql-multistatements] Texts of errors: DynamoDB
// local's.
#include "tests/services/dynamodb/item_client.h"

#include <catch2/catch.hpp>

#include <array>

namespace partiql_test {

using namespace orrery;
using namespace orrery::test;

namespace {

const std::string invalid = "ValidationException: ";

Json order(const std::string& id, int at, const std::string& state) {
    return {{"id", text(id)}, {"at", number(at)}, {"state", text(state)}};
}

class Statements : public ItemClient {
public:
    Statements() {
        dynamodb::add_partiql_operations(service_, tables);
        api_.add(service_);
        dynamodb::TableDefinition orders = table_of("Orders", {"id:S", "at:N"});
        orders.indexes.push_back(
            index_of(dynamodb::IndexKind::global, "ByState", {"state:S", "at:N"}));
        create(std::move(orders));
        create(table_of("Users", {"id:S"}));
        for (int at = 1; at <= 3; ++at) {
            put("Orders", order("a", at, at == 2 ? "done" : "open"));
        }
        put("Orders", order("b", 9, "open"));
    }

    Json run(const std::string& operation, const Json& parameters) {
        return api_.call_now("dynamodb", operation, parameters);
    }
    Json items(const std::string& statement, const Json& values = Json()) {
        return run("ExecuteStatement", request(statement, values))["Items"];
    }
    std::string error_of(const std::string& operation, const Json& parameters) {
        try {
            run(operation, parameters);
        } catch (const aws::ApiError& error) {
            return error.code() + ": " + error.message();
        }
        return "";
    }
    std::string statement_error(const std::string& statement, const Json& values = Json()) {
        return error_of("ExecuteStatement", request(statement, values));
    }
    static Json request(const std::string& statement, const Json& values = Json()) {
        Json parameters{{"Statement", statement}};
        if (!values.is_null()) {
            parameters["Parameters"] = values;
        }
        return parameters;
    }

private:
    aws::ApiService service_{"dynamodb"};
    aws::Api api_;
};

std::vector<int> times(const Json& items) {
    std::vector<int> all;
    for (const Json& item : items) {
        all.push_back(std::stoi(item["at"]["N"].get<std::string>()));
    }
    return all;
}

using Times = std::vector<int>;

}  // namespace

TEST_CASE("dynamodb ExecuteStatement: SELECT by key, by index and by anything else") {
    Statements client;
    CHECK(client.items("SELECT * FROM Orders WHERE id = 'a' AND at = 2") ==
          Json::array({order("a", 2, "done")}));
    CHECK(times(client.items(R"(select * from "Orders" where "id" = ? and at >= ?)",
                             {text("a"), number(2)})) == Times{2, 3});
    CHECK(times(client.items("SELECT * FROM Orders WHERE id = 'a' AND at BETWEEN 1 AND 2 AND "
                             "NOT state = 'done'")) == Times{1});
    CHECK(times(client.items("SELECT * FROM Orders WHERE id = 'a' ORDER BY at DESC")) ==
          Times{3, 2, 1});
    CHECK(times(client.items(R"(SELECT * FROM "Orders"."ByState" WHERE state = 'open')")) ==
          Times{1, 3, 9});
    CHECK(client.traced("dynamodb.items.queried") == 5);
    CHECK(client.items("SELECT * FROM Orders WHERE at > 2 OR state = 'done'").size() == 3);
    CHECK(client.items("SELECT * FROM Orders").size() == 4);
    CHECK(client.traced("dynamodb.items.scanned") == 2);
}

TEST_CASE("dynamodb ExecuteStatement: SELECT with IN or OR of partition keys reads these alone") {
    Statements client;
    const auto finds = [&](const std::string& where) {
        return times(client.items("SELECT * FROM Orders WHERE " + where));
    };
    CHECK(finds("id IN ['b', 'none', 'a', 'b']") == Times{1, 2, 3, 9});
    CHECK(finds("id = 'b' OR id = 'a'") == Times{1, 2, 3, 9});
    CHECK(finds("(id = 'b' OR id IN ('a', 'c')) AND at >= 2") == Times{2, 3, 9});
    CHECK(finds("id IN ['a', 'b'] AND state = 'open'") == Times{1, 3, 9});
    CHECK(finds("id IN ['a', 'b'] ORDER BY id DESC") == Times{9, 1, 2, 3});
    CHECK(finds("id IN ['a', 'b'] ORDER BY id DESC, at DESC") == Times{9, 3, 2, 1});
    CHECK(client.traced("dynamodb.items.scanned") == 0);
    // Each key costs what a query of it does.
    Json request = Statements::request("SELECT * FROM Orders WHERE id IN ['a', 'b', 'none']");
    request["ReturnConsumedCapacity"] = "TOTAL";
    CHECK(client.run("ExecuteStatement", request)["ConsumedCapacity"]["CapacityUnits"] == 1.5);
    // What is not of the partition key alone reads everything, and so do values of other types.
    CHECK(finds("id = 'b' OR at = 1").size() == 2);
    CHECK(finds("NOT id IN ['a']") == Times{9});
    CHECK(finds("id IN [1, 2]").empty());
    CHECK(client.traced("dynamodb.items.scanned") == 3);
}

TEST_CASE("dynamodb ExecuteStatement: pages of several partition keys go on within and after one") {
    Statements client;
    client.put("Users", {{"id", text("u")}});
    client.put("Users", {{"id", text("v")}});
    const auto pages = [&](const std::string& statement, int limit) {
        std::vector<std::size_t> sizes;
        Json request = Statements::request(statement);
        request["Limit"] = limit;
        for (;;) {
            const Json answer = client.run("ExecuteStatement", request);
            sizes.push_back(answer["Items"].size());
            if (!answer.contains("NextToken")) {
                return sizes;
            }
            request["NextToken"] = answer["NextToken"];
        }
    };
    using Sizes = std::vector<std::size_t>;
    CHECK(pages("SELECT * FROM Orders WHERE id IN ['a', 'b']", 2) == Sizes{2, 2, 0});
    CHECK(pages("SELECT * FROM Orders WHERE id IN ['a', 'b']", 3) == Sizes{3, 1});
    CHECK(pages("SELECT * FROM Users WHERE id IN ['u', 'v', 'w']", 1) == Sizes{1, 1, 0});
}

TEST_CASE("dynamodb ExecuteStatement: WHERE has IS, functions and all comparisons") {
    Statements client;
    client.put("Users",
               {{"id", text("u")},
                {"n", number(5)},
                {"z", {{"NULL", true}}},
                {"tags", {{"SS", {"x", "y"}}}},
                {"m", {{"M", {{"l", {{"L", {number(1), text("two")}}}}}}}}});
    const auto finds = [&](const std::string& condition) {
        return client.items("SELECT id FROM Users WHERE id = 'u' AND " + condition).size() == 1;
    };
    for (const char* condition : {"q IS MISSING",
                                  "n IS NOT MISSING",
                                  "z IS NULL",
                                  "n IS NUMERIC",
                                  "m IS STRUCT",
                                  "n IS NOT STRING",
                                  "n <> 4",
                                  "n != 4",
                                  "n NOT IN (4, 6)",
                                  "n NOT BETWEEN 6 AND 7",
                                  "size(tags) = 2",
                                  "contains(tags, 'x')",
                                  "begins_with(m.l[1], 'tw')",
                                  "attribute_type(n, 'N')",
                                  "tags = <<'y', 'x'>>",
                                  "m = {'l': [1, 'two']}",
                                  "m.\"l\"[0] <= 1",
                                  "(n = 5 OR n = 6)",
                                  "NOT (n = 4 AND n = 5)"}) {
        CAPTURE(condition);
        CHECK(finds(condition));
        CHECK_FALSE(finds(std::string("NOT ") + condition));
    }
}

TEST_CASE("dynamodb ExecuteStatement: SELECT's list names what it takes by its last name") {
    Statements client;
    client.put("Users",
               {{"id", text("u")},
                {"m", {{"M", {{"deep", {{"L", {number(1), number(2)}}}}, {"x", number(3)}}}}}});
    CHECK(client.items("SELECT id, q FROM Users WHERE id = 'u'") ==
          Json::array({{{"id", text("u")}}}));
    CHECK(client.items("SELECT m.x, m.deep[1] FROM Users WHERE id = 'u'") ==
          Json::array({{{"x", number(3)}, {"_2", number(2)}}}));
}

TEST_CASE("dynamodb ExecuteStatement: pages go on where NextToken says") {
    Statements client;
    Json request = Statements::request("SELECT * FROM Orders WHERE id = 'a'");
    request["Limit"] = 2;
    const Json first = client.run("ExecuteStatement", request);
    CHECK(times(first["Items"]) == Times{1, 2});
    CHECK(first["LastEvaluatedKey"] == Json{{"id", text("a")}, {"at", number(2)}});
    request["NextToken"] = first["NextToken"];
    const Json second = client.run("ExecuteStatement", request);
    CHECK(times(second["Items"]) == Times{3});
    CHECK_FALSE(second.contains("NextToken"));
    request["Statement"] = "SELECT * FROM Orders WHERE id = 'b'";
    CHECK(client.error_of("ExecuteStatement", request) ==
          invalid + "NextToken does not match request");
    request["NextToken"] = "nonsense";
    CHECK(client.error_of("ExecuteStatement", request) == invalid + "Invalid NextToken");
}

TEST_CASE("dynamodb ExecuteStatement: INSERT makes an item, once") {
    Statements client;
    const char* const insert =
        "INSERT INTO Users VALUE {'id': ?, 'n': -1.50, 'l': [TRUE, NULL], "
        "'s': <<1, 2>>, 'it''s': 'o''k'}";
    CHECK(client.items(insert, Json::array({text("u")})) == Json::array());
    CHECK(client.get("Users", {{"id", text("u")}}) ==
          Json{{"id", text("u")},
               {"n", number("-1.5")},
               {"l", {{"L", {{{"BOOL", true}}, {{"NULL", true}}}}}},
               {"s", {{"NS", {"1", "2"}}}},
               {"it's", text("o'k")}});
    CHECK(client.statement_error(insert, Json::array({text("u")})) ==
          "DuplicateItemException: Duplicate primary key exists in table");
    CHECK(client.items("INSERT INTO Users VALUE {'id': 'u', 'n': 2} ON CONFLICT DO NOTHING") ==
          Json::array());
    CHECK(client.get("Users", {{"id", text("u")}})["n"] == number("-1.5"));
}

TEST_CASE("dynamodb ExecuteStatement: UPDATE changes an item that is there") {
    Statements client;
    client.put("Users",
               {{"id", text("u")},
                {"n", number(5)},
                {"l", {{"L", {number(1)}}}},
                {"s", {{"SS", {"a", "b"}}}}});
    CHECK(client.items("UPDATE Users SET n = n + 1 SET l = list_append(l, ?), x = "
                       "if_not_exists(x, 'd') SET s = set_delete(s, <<'a'>>) REMOVE q WHERE id = "
                       "'u' RETURNING MODIFIED NEW *",
                       {{{"L", {number(2)}}}}) ==
          Json::array({{{"n", number(6)},
                        {"l", {{"L", {number(1), number(2)}}}},
                        {"x", text("d")},
                        {"s", {{"SS", {"b"}}}}}}));
    CHECK(client.items("UPDATE Users SET s = set_add(s, <<'c'>>) WHERE id = 'u' AND n = 6 "
                       "RETURNING ALL OLD *")[0]["s"] == Json{{"SS", {"b"}}});
    CHECK(client.get("Users", {{"id", text("u")}})["s"] == Json{{"SS", {"b", "c"}}});
    const std::string failed = "ConditionalCheckFailedException: The conditional request failed";
    CHECK(client.statement_error("UPDATE Users SET n = 1 WHERE id = 'u' AND n = 7") == failed);
    CHECK(client.statement_error("UPDATE Users SET n = 1 WHERE id = 'none'") == failed);
    CHECK(client.get("Users", {{"id", text("none")}}).is_null());
}

TEST_CASE("dynamodb ExecuteStatement: DELETE takes one item, or finds nothing to do") {
    Statements client;
    CHECK(client.statement_error("DELETE FROM Orders WHERE id = 'a' AND at = 1 AND state = 'x'") ==
          "ConditionalCheckFailedException: The conditional request failed");
    CHECK(client.items("DELETE FROM Orders WHERE id = 'a' AND at = 1 AND state = 'open' RETURNING "
                       "ALL OLD *") == Json::array({order("a", 1, "open")}));
    CHECK(client.items("DELETE FROM Orders WHERE id = 'a' AND at = 1 AND state = 'open'") ==
          Json::array());
    CHECK(client.tables.find("Orders")->item_count() == 3);
}

TEST_CASE("dynamodb ExecuteStatement: what is wrong or not supported is named") {
    Statements client;
    const std::array<std::array<const char*, 2>, 30> rows = {{
        {" ",
         "Statement wasn't well formed, can't be processed: Unexpected token: end of statement"},
        {"DROP TABLE Users",
         "Statement wasn't well formed, can't be processed: Unexpected token: DROP"},
        {"SELECT * FROM Users WHERE id = 'u",
         "Statement wasn't well formed, can't be processed: a quote is not closed"},
        {"SELECT * FROM Users WHERE id = 'u' garbage",
         "Statement wasn't well formed, can't be processed: Unexpected token: garbage"},
        {"SELECT id AS x FROM Users", "Aliasing is not supported"},
        {"SELECT COUNT(*) FROM Users", "Unsupported operation: COUNT"},
        {"SELECT * FROM Users, Orders", "Only select from a single table or index is supported."},
        {"SELECT * FROM Users LIMIT 1", "Unsupported clause: LIMIT"},
        {"SELECT * FROM Users WHERE n LIKE 'x'",
         "Unsupported operator in Condition Expression. Operator: LIKE"},
        {"SELECT * FROM Users WHERE n",
         "WHERE clause must contain an expression that resolves to a boolean"},
        {"SELECT * FROM Users WHERE lower(n) = 'x'", "Unrecognized function: lower"},
        {"SELECT * FROM Users WHERE n IS 5",
         "Unsupported data type for IS operator: 5. Supported data types are [MISSING, NULL, "
         "BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]"},
        {"SELECT * FROM Users WHERE n IN ()",
         "IN operator must have a left hand argument of type Variable Reference and right hand "
         "argument of type Seq with at least one member"},
        {"SELECT * FROM Users WHERE begins_with(n, 5)",
         "Incorrect operand type for operator or function; operator or function: begins_with, "
         "operand type: N"},
        {"SELECT * FROM Users WHERE id = ?",
         "Number of parameters in request and statement don't match."},
        {"SELECT * FROM Users ORDER BY id",
         "Must have WHERE clause in the statement when using ORDER BY clause."},
        {"SELECT * FROM Users WHERE n = 1 ORDER BY id",
         "Must have at least one non-optional hash key condition in WHERE clause when using ORDER "
         "BY clause."},
        {"SELECT * FROM Users WHERE id = 'u' ORDER BY n",
         "Variable reference n in ORDER BY clause must be part of the primary key"},
        {"SELECT * FROM \"Users\".\"Nowhere\"",
         "The table does not have the specified index: Nowhere"},
        {"SELECT * FROM Users WHERE id = 5",
         "One or more parameter values were invalid: Condition parameter type does not match "
         "schema type"},
        {"INSERT INTO Users VALUES ({'id': 'u'})",
         "Unsupported operation: Inserting multiple items in a single statement is not supported, "
         "use \"INSERT INTO tableName VALUE item\" instead"},
        {"INSERT INTO Users VALUE 'x'",
         "Unsupported format in item expression. Please use struct format {...} to express item "
         "values for insert statement."},
        {"INSERT INTO Users VALUE {'id': 'u', 's': <<>>}", "Empty bags are not supported"},
        {"INSERT INTO Users VALUE {'id': 'u', 'id': 'v'}", "Duplicate keys in tuple. Key: id"},
        {"UPDATE Users SET n = 1",
         "Where clause does not contain a mandatory equality on all key attributes"},
        {"UPDATE Users SET n = 1 WHERE id = 'u' AND id = 'v'",
         "Multiple conditions on same key id. Only single item Update/Insert/Delete are supported"},
        {"UPDATE Users SET id = 'v' WHERE id = 'u'",
         "One or more parameter values were invalid: Cannot update attribute id. This attribute is "
         "part of the key"},
        {"UPDATE Users SET s = set_add(t, <<1>>) WHERE id = 'u'",
         "The first argument to SET_ADD must equal the assignment value"},
        {"DELETE FROM \"Orders\".\"ByState\" WHERE id = 'u'",
         "This operation is not supported on an index"},
        {"EXISTS(SELECT * FROM Users WHERE id = 'u' AND n = 1)",
         "EXISTS can only be used in ExecuteTransaction write requests."},
    }};
    for (const auto& [statement, message] : rows) {
        CAPTURE(statement);
        CHECK(client.statement_error(statement) == invalid + message);
    }
    CHECK(client.statement_error("SELECT * FROM Users", Json::array()) ==
          invalid +
              "1 validation error detected: Value '[]' at 'parameters' failed to satisfy "
              "constraint: Member must have length greater than or equal to 1");
    CHECK(client.statement_error("SELECT * FROM Users", Json::array({text("x")})) ==
          invalid + "Number of parameters in request and statement don't match.");
    CHECK(client.statement_error("SELECT * FROM Nowhere") ==
          "ResourceNotFoundException: Requested resource not found");
}

TEST_CASE("dynamodb BatchExecuteStatement: each statement has its answer or its error") {
    Statements client;
    const Json reads =
        client.run("BatchExecuteStatement",
                   {{"Statements",
                     {Statements::request("SELECT state FROM Orders WHERE id = 'a' AND at = 2"),
                      Statements::request("SELECT * FROM Orders WHERE id = 'a'"),
                      Statements::request("SELECT * FROM Users WHERE id = 'none'")}}});
    CHECK(reads["Responses"] ==
          Json::array({{{"TableName", "Orders"}, {"Item", {{"state", text("done")}}}},
                       {{"Error",
                         {{"Code", "ValidationError"},
                          {"Message",
                           "Select statements within BatchExecuteStatement must specify the "
                           "primary key in the where clause."}}}},
                       {{"TableName", "Users"}}}));
    const Json writes = client.run("BatchExecuteStatement",
                                   {{"Statements",
                                     {Statements::request("INSERT INTO Users VALUE {'id': 'u'}"),
                                      Statements::request("INSERT INTO Orders VALUE {'id': 'a', "
                                                          "'at': 1}"),
                                      Statements::request("INSERT INTO None VALUE {'id': 'u'}"),
                                      Statements::request("no statement")}}});
    CHECK(writes["Responses"][0] == Json{{"TableName", "Users"}});
    CHECK(writes["Responses"][1]["Error"]["Code"] == "DuplicateItem");
    CHECK(writes["Responses"][1]["TableName"] == "Orders");
    CHECK(writes["Responses"][2]["Error"]["Code"] == "ResourceNotFound");
    CHECK_FALSE(writes["Responses"][2].contains("TableName"));
    CHECK(writes["Responses"][3]["Error"]["Code"] == "ValidationError");
    CHECK(client.error_of("BatchExecuteStatement",
                          {{"Statements",
                            {Statements::request("DELETE FROM Users WHERE id = 'u'"),
                             Statements::request("SELECT * FROM Users WHERE id = 'u'")}}}) ==
          invalid + "Read and write requests together in the same batch is not supported.");
    CHECK_FALSE(client.get("Users", {{"id", text("u")}}).is_null());
}

TEST_CASE("dynamodb BatchExecuteStatement, ExecuteTransaction: an item is named once") {
    Statements client;
    const auto error = [&](const char* operation,
                           const char* list,
                           const std::string& first,
                           const std::string& second) {
        return client.error_of(operation,
                               {{list, {Statements::request(first), Statements::request(second)}}});
    };
    const std::string read = "SELECT state FROM Orders WHERE id = 'a' AND at = 2";
    const std::string same_read = "SELECT * FROM \"Orders\" WHERE at = 2 AND id = 'a'";
    const std::string write = "UPDATE Users SET n = 1 WHERE id = 'u'";
    const std::string same_write = "INSERT INTO Users VALUE {'id': 'u'}";
    const std::string batch = invalid + "Provided list of item keys contains duplicates";
    const std::string transaction =
        invalid + "Transaction request cannot include multiple operations on one item";
    CHECK(error("BatchExecuteStatement", "Statements", read, same_read) == batch);
    CHECK(error("BatchExecuteStatement", "Statements", write, same_write) == batch);
    CHECK(error("ExecuteTransaction", "TransactStatements", read, same_read) == transaction);
    CHECK(error("ExecuteTransaction", "TransactStatements", write, same_write) == transaction);
    CHECK(client.get("Users", {{"id", text("u")}}).is_null());  // none of them ran
    CHECK(error("ExecuteTransaction",
                "TransactStatements",
                same_write,
                "DELETE FROM Users WHERE id = 'v' RETURNING ALL OLD *") ==
          invalid +
              "Validation failed in TransactStatements[1]: RETURNING clause is not supported "
              "in ExecuteTransaction.");
}

TEST_CASE("dynamodb BatchExecuteStatement: ConsumedCapacity is of tables where one succeeded") {
    Statements client;
    const auto consumed = [&](const std::vector<std::string>& statements) {
        Json request{{"ReturnConsumedCapacity", "TOTAL"}};
        for (const std::string& statement : statements) {
            request["Statements"].push_back(Statements::request(statement));
        }
        return client.run("BatchExecuteStatement", request).value("ConsumedCapacity", Json());
    };
    CHECK(consumed({"SELECT * FROM Orders WHERE id = 'a' AND at = 1",
                    "SELECT * FROM Users WHERE id = 'none'",
                    "SELECT * FROM Orders WHERE id = 'a' AND at = 2"}) ==
          Json::array({{{"TableName", "Orders"}, {"CapacityUnits", 1.0}},
                       {{"TableName", "Users"}, {"CapacityUnits", 0.5}}}));
    // A statement that fails has cost what it tried to write.
    const std::string insert = "INSERT INTO Users VALUE {'id': 'u'}";
    CHECK(consumed({insert}) == Json::array({{{"TableName", "Users"}, {"CapacityUnits", 1.0}}}));
    CHECK(consumed({insert, "INSERT INTO Users VALUE {'id': 'v'}"}) ==
          Json::array({{{"TableName", "Users"}, {"CapacityUnits", 2.0}}}));
    CHECK(consumed({insert, "DELETE FROM Orders WHERE id = 'none' AND at = 1"}) ==
          Json::array({{{"TableName", "Orders"}, {"CapacityUnits", 1.0}}}));
    CHECK(consumed({insert}).is_null());
}

TEST_CASE("dynamodb ExecuteTransaction: writes happen together or not at all") {
    Statements client;
    const auto run = [&](const std::string& condition) {
        return client.error_of(
            "ExecuteTransaction",
            {{"TransactStatements",
              {Statements::request("EXISTS(SELECT * FROM Orders WHERE id = 'a' AND at = 2 AND " +
                                   condition + ")"),
               Statements::request("INSERT INTO Users VALUE {'id': 'u'}"),
               Statements::request("UPDATE Orders SET state = 'paid' WHERE id = 'b' AND at = 9"),
               Statements::request("DELETE FROM Orders WHERE id = 'a' AND at = 1")}}});
    };
    CHECK(run("state = 'open'") ==
          "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons "
          "for specific reasons [ConditionalCheckFailed, None, None, None]");
    CHECK(client.get("Users", {{"id", text("u")}}).is_null());
    CHECK(run("state = 'done'").empty());
    CHECK(client.get("Orders", {{"id", text("b")}, {"at", number(9)}}) == order("b", 9, "paid"));
    CHECK(client.tables.find("Orders")->item_count() == 3);
    CHECK(run("state = 'done'") ==
          "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons "
          "for specific reasons [None, DuplicateItem, None, None]");
}

TEST_CASE("dynamodb ExecuteTransaction: ConsumedCapacity is by table, read or written") {
    Statements client;
    const auto consumed = [&](const std::string& first, const std::string& second) {
        return client.run(
            "ExecuteTransaction",
            {{"TransactStatements", {Statements::request(first), Statements::request(second)}},
             {"ClientRequestToken", "token"},
             {"ReturnConsumedCapacity", "INDEXES"}})["ConsumedCapacity"];
    };
    const auto write = [&] {
        return consumed("INSERT INTO Users VALUE {'id': 'u'}",
                        "UPDATE Orders SET state = 'paid' WHERE id = 'b' AND at = 9");
    };
    const auto units = [](const char* kind, double all) {
        return Json{{"CapacityUnits", all}, {kind, all}};
    };
    const Json written = write();
    REQUIRE(written.size() == 2);
    CHECK(written[0]["TableName"] == "Users");
    CHECK(written[0]["Table"] == units("WriteCapacityUnits", 2));
    CHECK(written[1]["Table"] == units("WriteCapacityUnits", 2));
    // Its entry moves: a delete and a put, each once.
    CHECK(written[1]["GlobalSecondaryIndexes"]["ByState"] == units("WriteCapacityUnits", 2));
    CHECK(written[1]["WriteCapacityUnits"] == 4.0);
    // The same again reads, and writes nothing.
    const Json again = write();
    CHECK(again[1]["Table"] == units("ReadCapacityUnits", 2));
    CHECK_FALSE(again[1].contains("GlobalSecondaryIndexes"));
    const Json reads = consumed("SELECT * FROM Users WHERE id = 'u'",
                                "SELECT * FROM Orders WHERE id = 'b' AND at = 9");
    CHECK(reads[0]["Table"] == units("ReadCapacityUnits", 2));
}

TEST_CASE("dynamodb ExecuteTransaction: reads of whole keys, and not together with writes") {
    Statements client;
    const Json answer =
        client.run("ExecuteTransaction",
                   {{"TransactStatements",
                     {Statements::request("SELECT state FROM Orders WHERE id = 'a' AND at = 2"),
                      Statements::request("SELECT * FROM Users WHERE id = 'none'")}}});
    CHECK(answer["Responses"] ==
          Json::array({{{"Item", {{"state", text("done")}}}}, Json::object()}));
    CHECK(client.error_of("ExecuteTransaction",
                          {{"TransactStatements",
                            {Statements::request("SELECT * FROM Orders WHERE id = 'a'")}}}) ==
          invalid +
              "Select statements within ExecuteTransaction must specify the primary key in "
              "the where clause.");
    CHECK(client.error_of("ExecuteTransaction",
                          {{"TransactStatements",
                            {Statements::request("SELECT * FROM Users WHERE id = 'u'"),
                             Statements::request("INSERT INTO Users VALUE {'id': 'u'}")}}}) ==
          invalid +
              "ExecuteTransaction API does not support both read and write operations in "
              "the same request.");
}

}  // namespace partiql_test
