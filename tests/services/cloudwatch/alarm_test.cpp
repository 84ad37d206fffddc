#include "engine/store.h"
#include "tests/services/cloudwatch/support.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

namespace orrery::cloudwatch {

namespace {

Json alarm_on_sum(const Json& more = Json::object()) {
    Json settings{{"AlarmName", "high"},
                  {"Namespace", "App"},
                  {"MetricName", "m"},
                  {"Statistic", "Sum"},
                  {"Period", 60},
                  {"EvaluationPeriods", 1},
                  {"Threshold", 5},
                  {"ComparisonOperator", "GreaterThanThreshold"}};
    settings.update(more);
    return settings;
}

Json described(Bench& bench, const char* name = "high") {
    const Json alarms = bench.call("DescribeAlarms", {{"AlarmNames", {name}}})["MetricAlarms"];
    return alarms.empty() ? Json() : alarms[0];
}

std::string state(Bench& bench) {
    return described(bench)["StateValue"];
}

/// The state after minutes in which the metric had these values; '-': none, 'X': breaching.
std::string state_after(const std::string& minutes, const Json& settings) {
    Bench bench;
    bench.call("PutMetricAlarm", alarm_on_sum(settings));
    bench.call("SetAlarmState",
               {{"AlarmName", "high"}, {"StateValue", "OK"}, {"StateReason", "a test"}});
    // All at once, so that only one evaluation sees them.
    bench.world.loop.run_until(bench.world.loop.now() + 1s);
    for (std::size_t i = 0; i < minutes.size(); ++i) {
        if (minutes[i] != '-') {
            const auto back = static_cast<std::int64_t>(minutes.size() - i - 1);
            bench.put(minutes[i] == 'X' ? 9 : 1, start - back * 60);
        }
    }
    bench.run_for(59s);
    return state(bench);
}

}  // namespace

TEST_CASE("cloudwatch alarms: go to ALARM and back in virtual time, and nobody waits for them") {
    Bench bench;
    bench.call("PutMetricAlarm", alarm_on_sum());
    CHECK(state(bench) == "INSUFFICIENT_DATA");
    CHECK(bench.world.loop.run_until_idle(bench.world.loop.now() + 1h) == Halt::idle);
    CHECK(bench.world.loop.now() == bench.world.loop.start());
    bench.put(9, start + 30);
    bench.run_for(60s);
    Json alarm = described(bench);
    CHECK(alarm["StateValue"] == "ALARM");
    CHECK(alarm["StateReason"] ==
          "Threshold Crossed: 1 out of the last 1 datapoints [9.0 (01/01/26 00:00:00)] was greater "
          "than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).");
    CHECK(alarm["StateUpdatedTimestamp"] == start + 60);
    bench.put(2, start + 60);
    bench.run_for(60s);
    CHECK(state(bench) == "OK");
    bench.run_for(10min);
    CHECK(state(bench) == "INSUFFICIENT_DATA");
    const Json history =
        bench.call("DescribeAlarmHistory",
                   {{"AlarmName", "high"}, {"ScanBy", "TimestampAscending"}})["AlarmHistoryItems"];
    std::vector<std::string> summaries;
    for (const Json& item : history) {
        summaries.push_back(item["HistorySummary"]);
    }
    CHECK(summaries == std::vector<std::string>{"Alarm \"high\" created",
                                                "Alarm updated from INSUFFICIENT_DATA to ALARM",
                                                "Alarm updated from ALARM to OK",
                                                "Alarm updated from OK to INSUFFICIENT_DATA"});
}

TEST_CASE("cloudwatch alarms: missing data are treated as AWS's tables say") {
    struct Row {
        const char* minutes;
        int datapoints;
        const char* states[4];  // missing, ignore, breaching, notBreaching
    };
    // [docs: alarms-and-missing-data] Three evaluation periods; the alarm was OK before.
    const Row rows[] = {
        {"1-X-X", 3, {"OK", "OK", "OK", "OK"}},
        {"1----", 3, {"OK", "OK", "OK", "OK"}},
        {"-----", 3, {"INSUFFICIENT_DATA", "OK", "ALARM", "OK"}},
        {"1XX-X", 3, {"ALARM", "ALARM", "ALARM", "ALARM"}},
        {"--X--", 3, {"ALARM", "OK", "ALARM", "OK"}},
        {"1-X-X", 2, {"ALARM", "ALARM", "ALARM", "ALARM"}},
        {"1-X--", 2, {"OK", "OK", "ALARM", "OK"}},
        {"----1", 2, {"OK", "OK", "ALARM", "OK"}},
        {"---X-", 2, {"ALARM", "OK", "ALARM", "OK"}},
    };
    const char* treatments[] = {"missing", "ignore", "breaching", "notBreaching"};
    for (const Row& row : rows) {
        for (int i = 0; i < 4; ++i) {
            INFO(row.minutes << " " << row.datapoints << " of 3, " << treatments[i]);
            CHECK(state_after(row.minutes,
                              {{"EvaluationPeriods", 3},
                               {"DatapointsToAlarm", row.datapoints},
                               {"TreatMissingData", treatments[i]}}) == row.states[i]);
        }
    }
}

TEST_CASE("cloudwatch alarms: on DynamoDB's metrics missing data are ignored, unless it is said") {
    // [docs: alarms-and-missing-data]
    const auto state_without_data = [](const Json& more) {
        Bench bench;
        Json settings = alarm_on_sum({{"Namespace", "AWS/DynamoDB"}});
        settings.update(more);
        bench.call("PutMetricAlarm", settings);
        bench.call("SetAlarmState",
                   {{"AlarmName", "high"}, {"StateValue", "OK"}, {"StateReason", "a test"}});
        bench.run_for(60s);
        return state(bench);
    };
    CHECK(state_without_data(Json::object()) == "OK");
    CHECK(state_without_data({{"TreatMissingData", "missing"}}) == "INSUFFICIENT_DATA");
    CHECK(state_without_data({{"Namespace", "App"}}) == "INSUFFICIENT_DATA");
}

TEST_CASE("cloudwatch alarms: one that looks at more than a day is evaluated once an hour") {
    Bench bench;  // [docs: alarm-evaluation]
    bench.call("PutMetricAlarm",
               alarm_on_sum({{"Period", 3600},
                             {"EvaluationPeriods", 25},
                             {"DatapointsToAlarm", 1},
                             {"TreatMissingData", "notBreaching"}}));
    bench.put(9, start + 30);
    bench.run_for(59min);
    CHECK(state(bench) == "INSUFFICIENT_DATA");
    bench.run_for(1min);
    CHECK(state(bench) == "ALARM");
}

TEST_CASE("cloudwatch alarms: on metric math, with a period of ten seconds") {
    Bench bench;
    Json stat = Bench::stat("m");
    stat["Period"] = 10;
    bench.call("PutMetricAlarm",
               {{"AlarmName", "high"},
                {"EvaluationPeriods", 1},
                {"Threshold", 50},
                {"ComparisonOperator", "GreaterThanOrEqualToThreshold"},
                {"Metrics",
                 {{{"Id", "m1"}, {"MetricStat", stat}, {"ReturnData", false}},
                  {{"Id", "e1"}, {"Expression", "m1 * 10"}}}}});
    bench.put(
        {{"MetricName", "m"}, {"Value", 5}, {"Timestamp", start + 3}, {"StorageResolution", 1}});
    bench.run_for(10s);
    CHECK(state(bench) == "ALARM");
}

TEST_CASE("cloudwatch alarms: what PutMetricAlarm refuses") {
    Bench bench;
    const auto refused = [&](const Json& more) {
        return bench.failure("PutMetricAlarm", alarm_on_sum(more));
    };
    CHECK(refused({{"Period", 45}}) ==
          "ValidationError: Period must be 10, 20, 30 or a multiple of 60.");
    CHECK(refused({{"Period", 300}, {"EvaluationPeriods", 289}}) ==
          "ValidationError: Metrics cannot be checked across more than a day (EvaluationPeriods * "
          "Period must be <= 86400).");
    CHECK(refused({{"ComparisonOperator", "Above"}}).find("Member must satisfy enum value set") !=
          std::string::npos);
    CHECK(
        refused({{"ComparisonOperator", "GreaterThanUpperThreshold"}}).find("anomaly detection") !=
        std::string::npos);
    CHECK(refused({{"DatapointsToAlarm", 2}}).find("less than or equal to") != std::string::npos);
    CHECK(refused({{"ExtendedStatistic", "p50"}}).find("Exactly one of") != std::string::npos);
    CHECK(bench.failure("SetAlarmState",
                        {{"AlarmName", "none"}, {"StateValue", "OK"}, {"StateReason", ""}}) ==
          "ResourceNotFound: Alarm none does not exist.");
}

TEST_CASE("cloudwatch alarms: are described, tagged, disabled and deleted") {
    Bench bench;
    bench.call("PutMetricAlarm",
               alarm_on_sum({{"AlarmActions", {"arn:aws:sns:us-east-1:000000000000:t"}},
                             {"Tags", {{{"Key", "team"}, {"Value", "red"}}}}}));
    bench.call("PutMetricAlarm", alarm_on_sum({{"AlarmName", "other"}, {"MetricName", "n"}}));
    CHECK(bench.call("DescribeAlarms", {{"AlarmNamePrefix", "oth"}})["MetricAlarms"].size() == 1);
    CHECK(bench.call("DescribeAlarms", {{"ActionPrefix", "arn:aws:sns"}})["MetricAlarms"].size() ==
          1);
    const Json page = bench.call("DescribeAlarms", {{"MaxRecords", 1}});
    CHECK(page["MetricAlarms"][0]["AlarmName"] == "high");
    CHECK(bench.call("DescribeAlarms",
                     {{"NextToken", page["NextToken"]}})["MetricAlarms"][0]["AlarmName"] ==
          "other");
    CHECK(bench
              .call("DescribeAlarmsForMetric",
                    {{"Namespace", "App"}, {"MetricName", "n"}})["MetricAlarms"]
              .size() == 1);
    const Json arn{{"ResourceARN", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:high"}};
    Json tag = arn;
    tag["Tags"] = {{{"Key", "a"}, {"Value", "b"}}};
    bench.call("TagResource", tag);
    Json untag = arn;
    untag["TagKeys"] = {"team"};
    bench.call("UntagResource", untag);
    CHECK(bench.call("ListTagsForResource", arn)["Tags"] == Json{{{"Key", "a"}, {"Value", "b"}}});
    bench.call("DisableAlarmActions", {{"AlarmNames", {"high"}}});
    CHECK(described(bench)["ActionsEnabled"] == false);
    bench.call("EnableAlarmActions", {{"AlarmNames", {"high"}}});
    CHECK(described(bench)["ActionsEnabled"] == true);
    CHECK(bench.failure("DeleteAlarms", {{"AlarmNames", {"high", "none"}}}) ==
          "ResourceNotFound: Alarm none does not exist.");
    bench.call("DeleteAlarms", {{"AlarmNames", {"high", "other"}}});
    CHECK(described(bench).is_null());
    CHECK(bench.service.empty());
}

TEST_CASE("cloudwatch state on disk: metrics, alarms and their history survive") {
    const test::TemporaryFolder folder;
    const auto in_world = [&](const auto& act) {
        World world;
        Store store(world.loop, folder.path() / "state.db");
        world.store = &store;
        CloudWatchService service(world, aws::Identity{});
        aws::Api api;
        api.add(service.api());
        act(world, api, service);
        store.commit();
    };
    in_world([](World& world, aws::Api& api, CloudWatchService& service) {
        api.call_now("cloudwatch", "PutMetricAlarm", alarm_on_sum());
        aws::Metric& metric = service.metric({"App", "m"});
        metric.record(world.loop.now(), 4);
        world.store->commit();
        metric.record(world.loop.now(), 4);  // after a save, the same value
        world.loop.run_until(world.loop.now() + 60s);
    });
    in_world([](World& world, aws::Api& api, CloudWatchService& /*service*/) {
        const Json alarms = api.call_now("cloudwatch", "DescribeAlarms", Json::object());
        CHECK(alarms["MetricAlarms"][0]["StateValue"] == "ALARM");
        CHECK(
            api.call_now("cloudwatch", "DescribeAlarmHistory", Json::object())["AlarmHistoryItems"]
                .size() == 2);
        const Json answer = api.call_now("cloudwatch",
                                         "GetMetricStatistics",
                                         {{"Namespace", "App"},
                                          {"MetricName", "m"},
                                          {"StartTime", start},
                                          {"EndTime", start + 60},
                                          {"Period", 60},
                                          {"Statistics", {"Sum"}},
                                          {"ExtendedStatistics", {"p99"}}});
        CHECK(answer["Datapoints"][0]["Sum"] == 8.0);
        CHECK(answer["Datapoints"][0]["ExtendedStatistics"]["p99"] == 4.0);
        CHECK(world.loop.pending() == 1);  // the next evaluation
    });
}

}  // namespace orrery::cloudwatch
