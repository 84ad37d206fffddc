#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

std::vector<Json> run(Bench& bench, const std::string& system_level) {
    bench.create_function(
        {{"LoggingConfig", {{"LogFormat", "JSON"}, {"SystemLogLevel", system_level}}}});
    bench.invoke({{"LogType", "Tail"}});
    bench.run_until(30s);
    std::vector<Json> events;
    for (const std::string& line : bench.log()) {
        events.push_back(Json::parse(line));
    }
    return events;
}

std::vector<std::string> types(const std::vector<Json>& events) {
    std::vector<std::string> found;
    for (const Json& event : events) {
        found.push_back(event.at("type"));
    }
    return found;
}

}  // namespace

TEST_CASE("lambda log: the JSON format has an event for each line of the text format") {
    Bench bench;
    const auto events = run(bench, "INFO");
    REQUIRE(types(events) ==
            std::vector<std::string>{"platform.initStart", "platform.start", "platform.report"});
    Json begin = events[0];
    CHECK(begin["record"]["runtimeVersionArn"].get<std::string>().starts_with(
        "arn:aws:lambda:us-east-1::runtime:"));
    begin["record"].erase("runtimeVersionArn");
    CHECK(begin == Json{{"time", "2026-01-01T00:00:00.000Z"},
                        {"type", "platform.initStart"},
                        {"record",
                         {{"initializationType", "on-demand"},
                          {"phase", "init"},
                          {"runtimeVersion", "python:3.12.v1"},
                          {"functionName", "f"},
                          {"functionVersion", "$LATEST"}}}});
    const Json id = events[1]["record"]["requestId"];
    CHECK(events[1] == Json{{"time", "2026-01-01T00:00:00.100Z"},
                            {"type", "platform.start"},
                            {"record", {{"requestId", id}, {"version", "$LATEST"}}}});
    // [public log samples 2026]
    CHECK(events[2] == Json{{"time", "2026-01-01T00:00:00.110Z"},
                            {"type", "platform.report"},
                            {"record",
                             {{"requestId", id},
                              {"metrics",
                               {{"durationMs", 10.0},
                                {"billedDurationMs", 110},
                                {"memorySizeMB", 128},
                                {"maxMemoryUsedMB", 40},
                                {"initDurationMs", 100.0}}},
                              {"status", "success"}}}});
}

TEST_CASE("lambda log: SystemLogLevel chooses among the platform's events") {
    Bench debug;
    CHECK(types(run(debug, "DEBUG")) == std::vector<std::string>{"platform.initStart",
                                                                 "platform.initReport",
                                                                 "platform.start",
                                                                 "platform.runtimeDone",
                                                                 "platform.report"});
    Bench warn;
    CHECK(run(warn, "WARN").empty());
    Bench failing;
    failing.runtime.handler = [](const Invocation&) { return std::optional<Outcome>(); };
    const auto events = run(failing, "WARN");
    REQUIRE(types(events) == std::vector<std::string>{"platform.runtimeDone", "platform.report"});
    CHECK(events[1]["record"]["status"] == "timeout");
}

TEST_CASE("lambda log: LoggingConfig names the group") {
    Bench bench;
    bench.create_function({{"LoggingConfig", {{"LogGroup", "shop"}}}});
    bench.invoke(Json::object());
    bench.run_until(1s);
    CHECK(bench.log_groups().at(0) == "shop");
}
