// The service as others use it, log groups and streams.
#include "tests/services/logs/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::logs::test;
using namespace std::chrono_literals;

TEST_CASE("logs append: makes group and stream, and traces the event") {
    Bench bench;
    bench.run_for(1500ms);
    bench.service.append("/aws/lambda/f", "2026/01/01/[$LATEST]a", "hello\n");
    const auto lines = bench.service.events("/aws/lambda/f");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].timestamp == 1767225601500);
    CHECK(lines[0].ingestion_time == 1767225601500);
    CHECK(lines[0].stream == "2026/01/01/[$LATEST]a");
    CHECK(bench.service.has_group("/aws/lambda/f"));
    CHECK_FALSE(bench.service.has_group("/aws/lambda/g"));
    REQUIRE(bench.world.trace.size() == 1);
    CHECK(bench.world.trace[0].source == "logs//aws/lambda/f");
    CHECK(bench.world.trace[0].kind == "logs.event");
    CHECK(bench.world.trace[0].data == R"({"message":"hello\n","stream":"2026/01/01/[$LATEST]a"})");
}

TEST_CASE("logs events: of all streams of a group by time, equal times by arrival") {
    Bench bench;
    bench.make_stream();
    bench.service.append("/app", "t", "now");
    bench.put({bench.now() - 5, bench.now()});
    CHECK(bench.messages() == std::vector<std::string>{"0", "now", "1"});
}

TEST_CASE("logs CreateLogGroup and CreateLogStream: names are unique and checked") {
    Bench bench;
    bench.make_stream();
    // [API reference: CreateLogGroup, CreateLogStream]
    CHECK(bench.failure("CreateLogGroup", {{"logGroupName", "/app"}}) ==
          "ResourceAlreadyExistsException: The specified log group already exists");
    CHECK(bench.failure("CreateLogStream", Bench::stream_and({})) ==
          "ResourceAlreadyExistsException: The specified log stream already exists");
    CHECK(bench.failure("CreateLogStream", {{"logGroupName", "no"}, {"logStreamName", "s"}}) ==
          "ResourceNotFoundException: The specified log group does not exist.");
    for (const std::string& name : {std::string("a b"), std::string(513, 'a'), std::string()}) {
        CHECK(bench.failure("CreateLogGroup", {{"logGroupName", name}})
                  .starts_with("InvalidParameterException: "));
    }
    CHECK(bench.failure("CreateLogStream", {{"logGroupName", "/app"}, {"logStreamName", "a:b"}})
              .starts_with("InvalidParameterException"));
}

TEST_CASE("logs CreateLogGroup: class, key, tags and protection are kept") {
    Bench bench;
    bench.call("CreateLogGroup",
               {{"logGroupName", "g"},
                {"kmsKeyId", "arn:aws:kms:us-east-1:000000000000:key/k"},
                {"logGroupClass", "INFREQUENT_ACCESS"},
                {"tags", {{"team", "a"}}},
                {"deletionProtectionEnabled", true}});
    const auto group = [&] {
        return bench.call("DescribeLogGroups", Json::object())["logGroups"][0];
    };
    CHECK(group() == Json{{"logGroupName", "g"},
                          {"creationTime", bench.now()},
                          {"metricFilterCount", 0},
                          {"arn", "arn:aws:logs:us-east-1:000000000000:log-group:g:*"},
                          {"logGroupArn", "arn:aws:logs:us-east-1:000000000000:log-group:g"},
                          {"logGroupClass", "INFREQUENT_ACCESS"},
                          {"storedBytes", 0},
                          {"kmsKeyId", "arn:aws:kms:us-east-1:000000000000:key/k"},
                          {"deletionProtectionEnabled", true}});
    CHECK(bench.failure("DeleteLogGroup", {{"logGroupName", "g"}})
              .starts_with("ValidationException"));
    bench.call("PutLogGroupDeletionProtection",
               {{"logGroupIdentifier", "g"}, {"deletionProtectionEnabled", false}});
    bench.call("DisassociateKmsKey", {{"logGroupName", "g"}});
    CHECK_FALSE(group().contains("kmsKeyId"));
    bench.call("AssociateKmsKey",
               {{"resourceIdentifier", "arn:aws:logs:us-east-1:000000000000:log-group:g"},
                {"kmsKeyId", "k2"}});
    CHECK(group()["kmsKeyId"] == "k2");
    CHECK(bench.failure("AssociateKmsKey", {{"kmsKeyId", "k2"}})
              .starts_with("InvalidParameterException"));
    bench.call("DeleteLogGroup", {{"logGroupName", "g"}});
    CHECK_FALSE(bench.service.has_group("g"));
}

TEST_CASE("logs DescribeLogGroups: by prefix, substring, class and name, in pages") {
    Bench bench;
    for (const char* name : {"b", "a2", "a1", "xa1"}) {
        bench.call("CreateLogGroup", {{"logGroupName", name}});
    }
    bench.call("CreateLogGroup", {{"logGroupName", "ia"}, {"logGroupClass", "INFREQUENT_ACCESS"}});
    const auto names = [&](const Json& parameters) {
        return listed(bench.call("DescribeLogGroups", parameters)["logGroups"], "logGroupName");
    };
    const Json page = bench.call("DescribeLogGroups", {{"logGroupNamePrefix", "a"}, {"limit", 1}});
    CHECK(listed(page["logGroups"], "logGroupName") == "a1 ");
    const Json rest = bench.call("DescribeLogGroups",
                                 {{"logGroupNamePrefix", "a"}, {"nextToken", page["nextToken"]}});
    CHECK(listed(rest["logGroups"], "logGroupName") == "a2 ");
    CHECK_FALSE(rest.contains("nextToken"));
    CHECK(names({{"logGroupNamePattern", "a1"}}) == "a1 xa1 ");
    CHECK(names({{"logGroupClass", "INFREQUENT_ACCESS"}}) == "ia ");
    CHECK(names({{"logGroupIdentifiers",
                  {"b", "arn:aws:logs:us-east-1:000000000000:log-group:a2"}}}) == "a2 b ");
    CHECK(
        names({{"includeLinkedAccounts", true}, {"accountIdentifiers", {"111111111111"}}}).empty());
    CHECK(bench
              .failure("DescribeLogGroups",
                       {{"logGroupNamePattern", "a"}, {"logGroupNamePrefix", "a"}})
              .find("mutually exclusive") != std::string::npos);
    CHECK(bench.failure("DescribeLogGroups", {{"nextToken", "?"}}) ==
          "InvalidParameterException: The specified nextToken is invalid.");
    CHECK(bench.failure("DescribeLogGroups", {{"limit", 51}})
              .starts_with("InvalidParameterException"));
}

TEST_CASE("logs ListLogGroups: by patterns and tags") {
    Bench bench;
    bench.call("CreateLogGroup", {{"logGroupName", "/aws/one"}, {"tags", {{"env", "prod-1"}}}});
    bench.call("CreateLogGroup", {{"logGroupName", "/my/two"}});
    const auto names = [&](const Json& parameters) {
        return listed(bench.call("ListLogGroups", parameters)["logGroups"], "logGroupName");
    };
    CHECK(names(Json::object()) == "/aws/one /my/two ");
    CHECK(names({{"logGroupNamePattern", "^/aws|two"}}) == "/aws/one /my/two ");
    CHECK(names({{"logGroupNamePattern", "^two"}}).empty());
    CHECK(names({{"logGroupTags", {{{"key", "env"}}}}}) == "/aws/one ");
    CHECK(names({{"logGroupTags", {{{"key", "env"}, {"values", {"x", "prod*"}}}}}}) == "/aws/one ");
    CHECK(names({{"logGroupTags", {{{"key", "env"}, {"values", {"x"}}}}}}).empty());
    CHECK(bench.failure("ListLogGroups", {{"fieldIndexNames", {"f"}}}).find("fieldIndexNames") !=
          std::string::npos);
}

TEST_CASE("logs DescribeLogStreams: ordered by name or last event, in pages") {
    Bench bench;
    bench.service.append("b", "old", "x");
    bench.run_for(1s);
    bench.service.append("b", "new", "x");
    bench.call("CreateLogStream", {{"logGroupName", "b"}, {"logStreamName", "none"}});
    const auto names = [&](Json parameters) {
        parameters["logGroupName"] = "b";
        return listed(bench.call("DescribeLogStreams", parameters)["logStreams"], "logStreamName");
    };
    CHECK(names(Json::object()) == "new none old ");
    CHECK(names({{"descending", true}}) == "old none new ");
    CHECK(names({{"logStreamNamePrefix", "n"}}) == "new none ");
    CHECK(names({{"orderBy", "LastEventTime"}}) == "none old new ");
    const Json page = bench.call(
        "DescribeLogStreams",
        {{"logGroupName", "b"}, {"orderBy", "LastEventTime"}, {"descending", true}, {"limit", 2}});
    CHECK(listed(page["logStreams"], "logStreamName") == "new old ");
    CHECK(names({{"orderBy", "LastEventTime"},
                 {"descending", true},
                 {"nextToken", page["nextToken"]}}) == "none ");
    const Json stream = page["logStreams"][0];
    CHECK(stream["lastEventTimestamp"] == bench.now());
    CHECK(stream["storedBytes"] == 0);
    CHECK(stream["arn"] == "arn:aws:logs:us-east-1:000000000000:log-group:b:log-stream:new");
    CHECK(
        bench.failure(
            "DescribeLogStreams",
            {{"logGroupName", "b"}, {"orderBy", "LastEventTime"}, {"logStreamNamePrefix", "n"}}) ==
        "InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix.");
}

TEST_CASE("logs DescribeLogStreams: a group's ARN may stand for its name") {
    Bench bench;
    bench.make_stream();
    const std::string arn = "arn:aws:logs:us-east-1:000000000000:log-group:/app";
    CHECK(bench.call("DescribeLogStreams", {{"logGroupIdentifier", arn}})["logStreams"].size() ==
          1);
    CHECK(bench.failure("DescribeLogStreams",
                        {{"logGroupIdentifier", arn}, {"logGroupName", "/app"}}) ==
          "InvalidParameterException: LogGroup name and LogGroup ARN are mutually exclusive "
          "parameters.");
    CHECK(bench.failure("DescribeLogStreams", Json::object())
              .starts_with("InvalidParameterException"));
    CHECK(bench.failure(
              "DescribeLogStreams",
              {{"logGroupIdentifier", "arn:aws:logs:eu-west-1:000000000000:log-group:/app"}}) ==
          "ResourceNotFoundException: The specified log group does not exist.");
}

TEST_CASE("logs DeleteLogStream: takes its events along, not the others'") {
    Bench bench;
    bench.make_stream();
    bench.service.append("/app", "s", "gone");
    bench.service.append("/app", "t", "kept");
    bench.call("DeleteLogStream", Bench::stream_and({}));
    CHECK(bench.messages() == std::vector<std::string>{"kept"});
    CHECK(bench.failure("DeleteLogStream", Bench::stream_and({})) ==
          "ResourceNotFoundException: The specified log stream does not exist.");
    CHECK(bench.call("DescribeLogGroups", Json::object())["logGroups"][0]["storedBytes"] == 30);
}

TEST_CASE("logs DeleteLogGroup: takes the events along; the next one makes the group anew") {
    Bench bench;
    bench.make_stream();
    bench.service.append("/app", "s", "x");
    bench.call("DeleteLogGroup", {{"logGroupName", "/app"}});
    CHECK_FALSE(bench.service.has_group("/app"));
    CHECK(bench.messages().empty());
    bench.service.append("/app", "s", "y");
    CHECK(bench.messages() == std::vector<std::string>{"y"});
    CHECK(bench.failure("DeleteLogGroup", {{"logGroupName", "no"}})
              .starts_with("ResourceNotFoundException"));
}

TEST_CASE("logs PutRetentionPolicy: older events are not seen any more, and dropped") {
    Bench bench;
    bench.make_stream();
    bench.service.append("/app", "s", "old");
    bench.call("PutRetentionPolicy", {{"logGroupName", "/app"}, {"retentionInDays", 1}});
    const auto group = [&] {
        return bench.call("DescribeLogGroups", Json::object())["logGroups"][0];
    };
    CHECK(group()["retentionInDays"] == 1);
    CHECK(bench.world.loop.run_until_idle(bench.world.loop.now() + 48h) == Halt::idle);
    bench.run_for(24h);
    CHECK(bench.messages().size() == 1);
    bench.run_for(1ms);
    CHECK(bench.messages().empty());
    CHECK(bench.put({bench.now() - 2 * 24 * 3600 * 1000}) ==
          Json{{"rejectedLogEventsInfo", {{"expiredLogEventEndIndex", 1}}}});
    bench.run_for(1min);
    CHECK(group()["storedBytes"] == 0);
    // [API reference: PutRetentionPolicy]: one of a list
    CHECK(bench.failure("PutRetentionPolicy", {{"logGroupName", "/app"}, {"retentionInDays", 2}})
              .starts_with("InvalidParameterException"));
    bench.call("DeleteRetentionPolicy", {{"logGroupName", "/app"}});
    CHECK_FALSE(group().contains("retentionInDays"));
}
