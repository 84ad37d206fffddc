// Log groups on disk: what clients know of them is the same after a restart.
#include "services/aws/error.h"
#include "services/logs/logs.h"
#include "tests/services/lives.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace saving_test {

using namespace orrery;
using namespace orrery::logs;

namespace {

/// A folder for the state file, there before it.
struct StateFolder {
    orrery::test::TemporaryFolder folder;
};

class SavedLogs : StateFolder, public orrery::test::Lives<LogsService> {
public:
    SavedLogs()
        : orrery::test::Lives<LogsService>(
              folder.path() / "state", [](World& world, aws::Api& api) {
                  auto service = std::make_unique<LogsService>(world, aws::Identity{});
                  api.add(service->api());
                  return service;
              }) {}

    Json call(const char* operation, const Json& parameters) {
        Json answer = api().call_now("logs", operation, parameters);
        run_for(0s);
        return answer;
    }
};

}  // namespace

TEST_CASE("logs on disk: groups, streams, events, filters and policies come back as they were") {
    SavedLogs lives;
    lives.call("CreateLogGroup",
               {{"logGroupName", "g"}, {"kmsKeyId", "k"}, {"tags", {{"a", "b"}}}});
    lives.call("PutRetentionPolicy", {{"logGroupName", "g"}, {"retentionInDays", 3}});
    lives.call("PutMetricFilter",
               {{"logGroupName", "g"},
                {"filterName", "f"},
                {"filterPattern", "{ $.a = 1 }"},
                {"metricTransformations",
                 Json::array({Json{{"metricName", "m"},
                                   {"metricNamespace", "n"},
                                   {"metricValue", "$.a"},
                                   {"defaultValue", 0.5},
                                   {"unit", "Count"}}})}});
    lives.call("PutResourcePolicy", {{"policyName", "p"}, {"policyDocument", "{}"}});
    lives.service().append("g", "s", std::string("not UTF-8: \xff\0", 13));
    lives.service().append("g", "t", "two");
    lives.run_for(1s);
    lives.service().append("g", "s", "three");
    lives.run_for(0s);
    const auto all = [&] {
        Json filtered = lives.call("FilterLogEvents", {{"logGroupName", "g"}});
        filtered["events"][0].erase("message");
        return Json{lives.call("DescribeLogGroups", Json::object()),
                    lives.call("DescribeLogStreams", {{"logGroupName", "g"}}),
                    lives.call("DescribeMetricFilters", Json::object()),
                    lives.call("DescribeResourcePolicies", Json::object()),
                    lives.call("ListTagsLogGroup", {{"logGroupName", "g"}}),
                    filtered}
            .dump();
    };
    const std::string before = all();
    lives.restart();
    CHECK(all() == before);
    CHECK(lives.service().events("g")[0].message == std::string("not UTF-8: \xff\0", 13));
    lives.run_for(3 * 24h);
    CHECK(lives.service().events("g").size() == 1);
}

TEST_CASE("logs on disk: what was deleted or has expired does not come back") {
    SavedLogs lives;
    lives.service().append("g", "s", "of a group");
    lives.service().append("h", "gone", "of a stream");
    lives.service().append("h", "kept", "here");
    lives.run_for(0s);
    lives.call("DeleteLogGroup", {{"logGroupName", "g"}});
    lives.call("DeleteLogStream", {{"logGroupName", "h"}, {"logStreamName", "gone"}});
    // Made and deleted between two commits, and made again.
    lives.service().append("new", "s", "1");
    aws::Api api;
    api.add(lives.service().api());
    api.call_now("logs", "DeleteLogGroup", {{"logGroupName", "new"}});
    lives.service().append("new", "s", "2");
    lives.run_for(0s);
    lives.restart();
    CHECK_FALSE(lives.service().has_group("g"));
    REQUIRE(lives.service().events("h").size() == 1);
    CHECK(lives.service().events("h")[0].message == "here");
    REQUIRE(lives.service().events("new").size() == 1);
    CHECK(lives.service().events("new")[0].message == "2");
    lives.service().append("g", "s", "again");
    CHECK(lives.service().events("g").size() == 1);
    lives.call("PutRetentionPolicy", {{"logGroupName", "h"}, {"retentionInDays", 1}});
    lives.run_for(25h);
    lives.call("DeleteRetentionPolicy", {{"logGroupName", "h"}});
    lives.restart();
    CHECK(lives.service().events("h").empty());
}

}  // namespace saving_test
