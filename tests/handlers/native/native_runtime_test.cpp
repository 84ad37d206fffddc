// Shared objects as functions, through the sample in handlers/samples/order-total.
#include "handlers/native/native_runtime.h"

#include "engine/world.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

using namespace orrery;
using namespace std::chrono_literals;

using Kind = lambda::Outcome::Kind;

namespace {

struct Native {
    explicit Native(const std::string& handler = "liborder_total.so:total") {
        function.name = "Total";
        function.runtime = "native";
        function.handler = handler;
        function.directory =
            std::filesystem::path(ORRERY_BUILD_DIR) / "lib" / "orrery" / "samples" / "order-total";
    }

    lambda::Outcome start(std::unique_ptr<lambda::Environment>& started) {
        std::optional<lambda::Outcome> outcome;
        started = runtime.start(
            function,
            1,
            "stream",
            [this](std::string line) { log.push_back(std::move(line)); },
            [&](lambda::Outcome ready) { outcome = std::move(ready); });
        world.loop.run_until_idle(world.loop.now() + 1h);
        return outcome.value();
    }

    lambda::Outcome invoke(lambda::Environment& of, const Json& orders) {
        Json event{{"Records", Json::array()}};
        for (const Json& order : orders) {
            event["Records"].push_back({{"body", order.dump()}});
        }
        lambda::Invocation invocation;
        invocation.request_id = "id";
        invocation.payload = event.dump();
        std::optional<lambda::Outcome> outcome;
        of.invoke(invocation, [&](lambda::Outcome done) { outcome = std::move(done); });
        world.loop.run_until_idle(world.loop.now() + 1h);
        return outcome.value();
    }

    World world;
    lambda::FunctionConfiguration function;
    NativeRuntime runtime{world};
    std::vector<std::string> log;
    std::unique_ptr<lambda::Environment> environment;
};

Json order(int number, double amount) {
    return {{"order", number}, {"amount", amount}};
}

}  // namespace

TEST_CASE("native: a function of a shared object answers, logs, and spends virtual time") {
    Native native;
    REQUIRE(native.start(native.environment).kind == Kind::success);
    const auto outcome =
        native.invoke(*native.environment, Json::array({order(1, 2.5), order(2, 4)}));
    CHECK(outcome.kind == Kind::success);
    CHECK(outcome.payload == R"({"total":6.5})");
    CHECK(native.log == std::vector<std::string>{"orders so far: 2\n"});
    CHECK(native.world.loop.now() - native.world.loop.start() == 4ms);
}

TEST_CASE("native: an exception is the invocation's error") {
    Native native;
    native.start(native.environment);
    const auto outcome = native.invoke(*native.environment, Json::array({order(7, -1)}));
    CHECK(outcome.kind == Kind::error);
    CHECK(outcome.error_type == "std::invalid_argument");
    CHECK(Json::parse(outcome.payload) ==
          Json{{"errorType", "std::invalid_argument"},
               {"errorMessage", "order 7 costs less than nothing"}});
}

TEST_CASE("native: static variables belong to one environment") {
    Native native;
    std::unique_ptr<lambda::Environment> other;
    native.start(native.environment);
    native.start(other);
    const Json orders = Json::array({order(1, 1)});
    native.invoke(*native.environment, orders);
    native.invoke(*native.environment, orders);
    native.invoke(*other, orders);
    native.start(other);  // anew
    native.invoke(*other, orders);
    CHECK(native.log == std::vector<std::string>{"orders so far: 1\n",
                                                 "orders so far: 2\n",
                                                 "orders so far: 1\n",
                                                 "orders so far: 1\n"});
}

TEST_CASE("native: a missing file and a missing function are told apart") {
    Native no_file("libnothing.so:total");
    CHECK(no_file.start(no_file.environment).error_type == "Runtime.ImportModuleError");
    Native no_function("liborder_total.so:nothing");
    const auto outcome = no_function.start(no_function.environment);
    CHECK(outcome.error_type == "Runtime.HandlerNotFound");
    CHECK(Json::parse(outcome.payload)["errorMessage"] ==
          "there is no function nothing in liborder_total.so");
}
