// Items whose time is over.
#include "tests/services/dynamodb/service_client.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::test;

namespace {

Json wanted(bool enabled, const char* attribute = "expires") {
    return {{"TableName", "Orders"},
            {"TimeToLiveSpecification", {{"Enabled", enabled}, {"AttributeName", attribute}}}};
}

/// With an expiry so many seconds after the world's beginning.
Json expiring_item(const std::string& id, std::int64_t expires) {
    return {{"id", {{"S", id}}}, {"expires", {{"N", std::to_string(1767225600 + expires)}}}};
}

/// A client with the table Orders, whose items expire. Six seconds are over, and five more.
void create_expiring(ServiceClient& client, const Json& more = Json::object()) {
    client.create("Orders", more);
    client.call("UpdateTimeToLive", wanted(true));
    client.run_for(5s);
}

}  // namespace

TEST_CASE("dynamodb UpdateTimeToLive: is ENABLING, then ENABLED, and once an hour") {
    ServiceClient client;
    client.create("Orders");
    const auto description = [&] {
        return client.call("DescribeTimeToLive",
                           {{"TableName", "Orders"}})["TimeToLiveDescription"];
    };
    CHECK(description() == Json{{"TimeToLiveStatus", "DISABLED"}});
    CHECK(client.error("UpdateTimeToLive", wanted(false)) ==
          invalid("TimeToLive is already disabled"));
    CHECK(client.call("UpdateTimeToLive", wanted(true))["TimeToLiveSpecification"] ==
          Json{{"Enabled", true}, {"AttributeName", "expires"}});
    CHECK(description() == Json{{"TimeToLiveStatus", "ENABLING"}, {"AttributeName", "expires"}});
    client.run_for(5s);
    CHECK(description() == Json{{"TimeToLiveStatus", "ENABLED"}, {"AttributeName", "expires"}});
    CHECK(client.error("UpdateTimeToLive", wanted(true)) ==
          invalid("TimeToLive is already enabled"));
    CHECK(client.error("UpdateTimeToLive", wanted(true, "other"))
              .starts_with("ValidationException: TimeToLive is active on a different "
                           "AttributeName"));
    CHECK(client.error("UpdateTimeToLive", wanted(false)) ==
          invalid("Time to live has been modified multiple times within a fixed interval"));
    client.run_for(1h);
    client.call("UpdateTimeToLive", wanted(false));
    CHECK(description()["TimeToLiveStatus"] == "DISABLING");
    client.run_for(5s);
    CHECK(description() == Json{{"TimeToLiveStatus", "DISABLED"}});
    CHECK(client.error("DescribeTimeToLive", {{"TableName", "None"}}) ==
          "ResourceNotFoundException: Requested resource not found: Table: None not found");
}

TEST_CASE("dynamodb UpdateTimeToLive: expired items are deleted minutes later") {
    ServiceClient client;
    create_expiring(client);
    client.put("Orders", expiring_item("soon", 600));
    client.put("Orders", expiring_item("later", 6000));
    client.put("Orders", {{"id", {{"S", "never"}}}});
    client.put("Orders", {{"id", {{"S", "text"}}}, {"expires", {{"S", "600"}}}});
    client.put("Orders", expiring_item("long ago", -6 * 365 * 86400LL));
    client.run_for(600s - 11s + 5min - 1ns);
    CHECK(client.ids("Orders") == "later long ago never soon text");
    client.run_for(1ns);
    CHECK(client.ids("Orders") == "later long ago never text");
    client.run_for(2h);
    CHECK(client.ids("Orders") == "long ago never text");
}

TEST_CASE("dynamodb UpdateTimeToLive: items that were there before expire too") {
    ServiceClient client;
    client.create("Orders");
    client.put("Orders", expiring_item("old", -60));
    client.run_for(1h);
    CHECK(client.ids("Orders") == "old");
    client.call("UpdateTimeToLive", wanted(true));
    client.run_for(7min);
    CHECK(client.ids("Orders").empty());
}

TEST_CASE("dynamodb UpdateTimeToLive: who prolongs an item keeps it") {
    ServiceClient client;
    create_expiring(client);
    client.put("Orders", expiring_item("kept", 600));
    client.run_for(9min);
    client.put("Orders", expiring_item("kept", 7200));
    client.run_for(10min);
    CHECK(client.ids("Orders") == "kept");
}

TEST_CASE("dynamodb UpdateTimeToLive: once it is off nothing expires") {
    ServiceClient client;
    create_expiring(client);
    client.put("Orders", expiring_item("kept", 7200));
    client.run_for(1h);
    client.call("UpdateTimeToLive", wanted(false));
    client.run_for(10h);
    CHECK(client.ids("Orders") == "kept");
}

TEST_CASE("dynamodb UpdateTimeToLive: nobody waits for items to expire") {
    ServiceClient client;
    create_expiring(client);
    client.put("Orders", expiring_item("soon", 600));
    CHECK(client.world().loop.run_until_idle(client.world().loop.now() + 24h) == Halt::idle);
    CHECK(client.world().loop.now() < default_start + 600s);
}

TEST_CASE("dynamodb GetRecords: an expired item was deleted by the service") {
    ServiceClient client;
    create_expiring(
        client,
        {{"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", "OLD_IMAGE"}}}});
    client.put("Orders", expiring_item("soon", 600));
    client.run_for(20min);
    const std::string arn = client.describe("Orders")["LatestStreamArn"];
    const Json shard = client.stream_call(
        "DescribeStream", {{"StreamArn", arn}})["StreamDescription"]["Shards"][0]["ShardId"];
    const Json iterator = client.stream_call(
        "GetShardIterator",
        {{"StreamArn", arn}, {"ShardId", shard}, {"ShardIteratorType", "TRIM_HORIZON"}});
    const Json records = client.stream_call("GetRecords", iterator)["Records"];
    REQUIRE(records.size() == 2);
    CHECK(!records[0].contains("userIdentity"));
    CHECK(records[1]["eventName"] == "REMOVE");
    CHECK(records[1]["dynamodb"]["OldImage"] == expiring_item("soon", 600));
    CHECK(records[1]["userIdentity"] ==
          Json{{"PrincipalId", "dynamodb.amazonaws.com"}, {"Type", "Service"}});
}

TEST_CASE("dynamodb UpdateTimeToLive: items expire after a restart") {
    TemporaryFolder folder;
    ServiceClient client(folder.path() / "state");
    create_expiring(client);
    client.put("Orders", expiring_item("soon", 600));
    client.restart();
    CHECK(client.ids("Orders") == "soon");
    client.run_for(20min);
    CHECK(client.ids("Orders").empty());
}
