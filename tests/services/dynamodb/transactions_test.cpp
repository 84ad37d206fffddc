#include "services/dynamodb/transactions.h"

#include "tests/services/dynamodb/service_client.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

Json adding(int value) {
    return {{"TransactItems",
             {{{"Update",
                {{"TableName", "Sums"},
                 {"Key", {{"id", {{"S", "a"}}}}},
                 {"UpdateExpression", "ADD v :v"},
                 {"ExpressionAttributeValues", {{":v", {{"N", std::to_string(value)}}}}}}}}}},
            {"ClientRequestToken", "token"},
            {"ReturnConsumedCapacity", "TOTAL"}};
}

}  // namespace

TEST_CASE("dynamodb transactions: a token is known to the next process, for what is left of it") {
    TemporaryFolder folder;
    ServiceClient client(folder.path() / "state");
    client.create("Sums");
    const Json request = adding(1);
    const Json other = adding(5);
    const Json statements{
        {"TransactStatements", {{{"Statement", "INSERT INTO Sums VALUE {'id': 'inserted'}"}}}},
        {"ClientRequestToken", "token"}};  // which is another operation's here
    const auto value = [&] {
        return client.call(
            "GetItem", {{"TableName", "Sums"}, {"Key", {{"id", {{"S", "a"}}}}}})["Item"]["v"]["N"];
    };
    client.call("TransactWriteItems", request);
    client.call("ExecuteTransaction", statements);
    client.run_for(4min);
    client.restart();
    CHECK(client.call("TransactWriteItems", request)["ConsumedCapacity"][0]["ReadCapacityUnits"] ==
          2.0);
    CHECK(value() == "1");
    CHECK(client.error("TransactWriteItems", other).find("IdempotentParameterMismatchException") ==
          0);
    CHECK(client.error("ExecuteTransaction", statements).empty());
    client.run_for(5min);
    client.restart();
    CHECK(client.error("TransactWriteItems", other).find("IdempotentParameterMismatchException") ==
          0);
    client.run_for(1min);
    client.call("TransactWriteItems", other);
    CHECK(value() == "6");
    client.restart();
    CHECK(client.call("TransactWriteItems", other)["ConsumedCapacity"][0].contains(
        "ReadCapacityUnits"));
}
