// What mappings are called while they change, for who comes over HTTP.
#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

/// A client's calls, whose requests have ids.
struct Client {
    Json call(const std::string& operation, const Json& parameters) {
        return bench.call_as(operation, parameters, "id");
    }
    Json create(const Json& more = Json::object()) {
        const Json answer =
            call("CreateEventSourceMapping",
                 with({{"FunctionName", "f"}, {"EventSourceArn", bench.queue.arn}}, more));
        uuid = answer.is_string() ? uuid : answer["UUID"].get<std::string>();
        return answer;
    }
    Json update(const Json& more) {
        return call("UpdateEventSourceMapping", with({{"UUID", uuid}}, more));
    }
    std::string state() {
        const Json answer = call("GetEventSourceMapping", {{"UUID", uuid}});
        return answer.is_string() ? "none" : answer["State"].get<std::string>();
    }

    Bench& bench;
    std::string uuid;
};

}  // namespace

TEST_CASE("lambda event source mapping: it is Creating for a while, and polls when it is Enabled") {
    Bench bench;
    bench.create_function(Json::object());
    bench.queue.send(1);
    Client client{bench, ""};
    CHECK(client.create()["State"] == "Creating");
    bench.run_until(3s - 1ns);
    CHECK(client.state() == "Creating");
    CHECK(bench.queue.receives == 0);
    bench.run_until(4s);
    CHECK(client.state() == "Enabled");
    CHECK(bench.queue.left() == 0);
    CHECK(bench.trace_data("lambda.mapping.settled") ==
          std::vector<Json>{{{"after", "Creating"}, {"uuid", client.uuid}}});
}

TEST_CASE("lambda event source mapping: created disabled it is that at once") {
    Bench bench;
    bench.create_function(Json::object());
    Client client{bench, ""};
    // [LS test_fifo_message_group_parallelism]
    CHECK(client.create({{"Enabled", false}})["State"] == "Disabled");
    CHECK(client.state() == "Disabled");
    CHECK(client.update({{"Enabled", true}})["State"] == "Enabling");
    CHECK(client.state() == "Enabling");
    bench.run_until(1s);
    CHECK(client.state() == "Enabled");
}

TEST_CASE("lambda event source mapping: a change takes effect when it ends") {
    Bench bench;
    bench.create_function(Json::object());
    Client client{bench, ""};
    client.create();
    bench.run_until(10s);
    CHECK(client.update({{"BatchSize", 2}})["State"] == "Updating");
    bench.queue.send(3);
    bench.run_until(10500ms);
    CHECK(bench.statistics().batch_sizes == std::vector<std::uint32_t>{3});
    bench.run_until(12s);
    CHECK(client.state() == "Enabled");
    bench.queue.send(3);
    bench.run_until(13s);
    CHECK(bench.statistics().batch_sizes == std::vector<std::uint32_t>{3, 2, 1});
    CHECK(client.update({{"Enabled", false}})["State"] == "Disabling");
    bench.run_until(20s);
    CHECK(client.state() == "Disabled");
    bench.queue.send(1);
    bench.run_until(30s);
    CHECK(bench.queue.left() == 1);
}

TEST_CASE("lambda event source mapping: while it changes it cannot be changed again") {
    Bench bench;
    bench.create_function(Json::object());
    Client client{bench, ""};
    client.create();
    // [botocore: ResourceInUseException; public error logs]
    CHECK(client.update({{"BatchSize", 2}}) ==
          "ResourceInUseException: Cannot update the event source mapping because it is in use.");
    CHECK(client.call("DeleteEventSourceMapping", {{"UUID", client.uuid}}) ==
          "ResourceInUseException: Cannot delete the event source mapping because it is in use.");
    bench.run_until(10s);
    CHECK(client.update({{"BatchSize", 2}})["BatchSize"] == 2);
    // A template's deployment waits for nothing.
    bench.call("UpdateEventSourceMapping", {{"UUID", client.uuid}, {"BatchSize", 3}});
    CHECK(client.state() == "Enabled");
    bench.run_until(20s);
    CHECK(client.state() == "Enabled");
}

TEST_CASE("lambda event source mapping: deleted, it stays listed for a while") {
    Bench bench;
    bench.create_function(Json::object());
    Client client{bench, ""};
    client.create();
    bench.run_until(10s);
    CHECK(client.call("DeleteEventSourceMapping", {{"UUID", client.uuid}})["State"] == "Deleting");
    CHECK(client.call("ListEventSourceMappings",
                      Json::object())["EventSourceMappings"][0]["State"] == "Deleting");
    CHECK(client.create().get<std::string>().starts_with("ResourceConflictException"));
    bench.run_until(20s);
    CHECK(client.call("ListEventSourceMappings", Json::object())["EventSourceMappings"].empty());
    bench.queue.send(1);
    bench.run_until(30s);
    CHECK(bench.queue.left() == 1);
}

TEST_CASE("lambda event source mapping: a world may end while it changes") {
    Bench bench;
    bench.create_function(Json::object());
    Client client{bench, ""};
    CHECK(client.create()["State"] == "Creating");
}
