#include "services/cloudwatch/distribution.h"
#include "services/cloudwatch/statistic.h"
#include "tests/services/cloudwatch/support.h"

#include <catch2/catch.hpp>

namespace orrery::cloudwatch {

namespace {

double of(const char* statistic, const Distribution& values) {
    const auto result = Statistic::parse(statistic)->of(values);
    REQUIRE(result.has_value());
    return *result;
}

Distribution one_to(int last) {
    Distribution values;
    for (int value = 1; value <= last; ++value) {
        values.add(value, 1);
    }
    return values;
}

}  // namespace

TEST_CASE("cloudwatch statistics: percentiles and trimmed means are those of the values") {
    const Distribution values = one_to(100);
    CHECK(of("p50", values) == 50);
    CHECK(of("p99.9", values) == 100);
    CHECK(of("p0", values) == 1);
    CHECK(of("tm90", values) == 45.5);         // 1 to 90
    CHECK(of("TM(10%:90%)", values) == 50.5);  // 11 to 90
    CHECK(of("TM(10:20)", values) == 15.5);    // 11 to 20: without the low end
    CHECK(of("IQM", values) == 50.5);
    CHECK(of("TC(10:20)", values) == 10);
    CHECK(of("TS(80%:)", values) == 1810);  // 81 to 100
    CHECK(of("PR(:25)", values) == 25);
    CHECK(of("wm90", values) == (45.5 * 90 + 10 * 90) / 100);
    for (const char* wrong :
         {"p101", "p", "tmx", "PR(10%:20%)", "pr50", "TM(1:2%)", "sum", "TM()"}) {
        CHECK_FALSE(Statistic::parse(wrong).has_value());
    }
}

TEST_CASE("cloudwatch statistics: many different values take bounded space and stay near") {
    Distribution values;
    for (int i = 0; i < 100'000; ++i) {
        values.add(1 + i * 0.01, 1);
    }
    CHECK(values.values().size() < 3'000);
    CHECK(values.count() == 100'000);
    CHECK(values.maximum() == Approx(1000.99));
    CHECK(of("p50", values) == Approx(501).epsilon(0.005));
}

TEST_CASE(
    "cloudwatch PutMetricData: values, counts and statistic sets come to one datum a minute") {
    Bench bench;
    bench.put(4, start + 5);
    bench.put(
        {{"MetricName", "m"}, {"Timestamp", start + 59}, {"Values", {1, 7}}, {"Counts", {2, 1}}});
    bench.put(
        {{"MetricName", "m"},
         {"Timestamp", start + 60},
         {"StatisticValues", {{"SampleCount", 3}, {"Sum", 9}, {"Minimum", 1}, {"Maximum", 5}}}});
    const Json points =
        bench.statistics({{"Statistics", {"SampleCount", "Sum", "Average", "Minimum", "Maximum"}},
                          {"ExtendedStatistics", {"p50"}}});
    REQUIRE(points.size() == 2);
    CHECK(points[0] == Json{{"Timestamp", start},
                            {"Unit", "None"},
                            {"SampleCount", 4.0},
                            {"Sum", 13.0},
                            {"Average", 3.25},
                            {"Minimum", 1.0},
                            {"Maximum", 7.0},
                            {"ExtendedStatistics", {{"p50", 1.0}}}});
    CHECK(points[1]["Average"] == 3.0);
    CHECK_FALSE(points[1].contains("ExtendedStatistics"));  // nothing is known of a set's values
}

TEST_CASE(
    "cloudwatch PutMetricData: what AWS refuses is refused in its words, and nothing is kept") {
    Bench bench;
    const auto refused = [&](const Json& datum) {
        return bench.failure("PutMetricData",
                             {{"Namespace", "App"},
                              {"MetricData", {{{"MetricName", "good"}, {"Value", 1}}, datum}}});
    };
    CHECK(
        refused({{"MetricName", "m"}, {"Value", 1}, {"Timestamp", start - 15 * 86'400}}) ==
        "InvalidParameterValueException: The parameter MetricData.member.2.Timestamp must specify "
        "a time within the past two weeks.");
    CHECK(
        refused({{"MetricName", "m"}, {"Value", 1}, {"Timestamp", start + 3 * 3600}}) ==
        "InvalidParameterValueException: The parameter MetricData.member.2.Timestamp must specify "
        "a time no more than two hours in the future.");
    CHECK(
        refused({{"MetricName", "m"},
                 {"Value", 1},
                 {"StatisticValues",
                  {{"SampleCount", 1}, {"Sum", 1}, {"Minimum", 1}, {"Maximum", 1}}}}) ==
        "InvalidParameterCombinationException: The parameters MetricData.member.2.Value and "
        "MetricData.member.2.StatisticValues are mutually exclusive and you have specified both.");
    CHECK(refused({{"MetricName", "m"}, {"Value", 1e200}}) ==
          "InvalidParameterValueException: The value 1e+200 for parameter "
          "MetricData.member.2.Value is "
          "invalid.");
    CHECK(refused({{"MetricName", "m"}, {"Value", 1}, {"Unit", "Parrots"}}) ==
          "InvalidParameterValueException: The value Parrots for parameter "
          "MetricData.member.2.Unit is invalid.");
    CHECK(
        refused({{"MetricName", "m"}}) ==
        "MissingRequiredParameterException: The parameter MetricData.member.2.Value is required.");
    CHECK(
        bench.failure("PutMetricData",
                      {{"Namespace", "App"},
                       {"MetricData", Json::array_t(1001, {{"MetricName", "m"}, {"Value", 1}})}}) ==
        "InvalidParameterValueException: The collection MetricData must not have a size greater "
        "than 1000.");
    CHECK(bench.call("ListMetrics", Json::object())["Metrics"].empty());
}

TEST_CASE("cloudwatch GetMetricStatistics: periods begin at the start and units stay apart") {
    Bench bench;
    for (int minute = 0; minute < 10; ++minute) {
        bench.put(1, start + minute * 60);
    }
    bench.put({{"MetricName", "m"}, {"Value", 8}, {"Unit", "Bytes"}, {"Timestamp", start}});
    Json points =
        bench.statistics({{"StartTime", start + 125}, {"Period", 300}, {"Statistics", {"Sum"}}});
    CHECK(points == Json{{{"Timestamp", start + 120}, {"Unit", "None"}, {"Sum", 5.0}},
                         {{"Timestamp", start + 420}, {"Unit", "None"}, {"Sum", 3.0}}});
    points = bench.statistics({{"Statistics", {"Sum"}}, {"Unit", "Bytes"}});
    CHECK(points == Json{{{"Timestamp", start}, {"Unit", "Bytes"}, {"Sum", 8.0}}});
    const auto refused = [&](const Json& more) {
        try {
            bench.statistics(more);
        } catch (const aws::ApiError& error) {
            return error.message();
        }
        return std::string("no error");
    };
    CHECK(refused({{"Statistics", {"Sum"}}, {"EndTime", start + 1441 * 60}}) ==
          "You have requested up to 1,441 datapoints, which exceeds the limit of 1,440. You may "
          "reduce the datapoints requested by increasing Period, or decreasing the time range.");
    CHECK(refused({{"Statistics", {"Sum"}}, {"Period", 90}}) ==
          "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
    CHECK(refused({{"Statistics", {"Sum"}}, {"EndTime", start}}) ==
          "The parameter StartTime must not equal parameter EndTime.");
}

TEST_CASE("cloudwatch metrics: high resolution is kept for three hours, minutes for fifteen days") {
    Bench bench;
    for (const int second : {0, 1, 61}) {
        bench.put({{"MetricName", "m"},
                   {"Value", 1},
                   {"Timestamp", start + second},
                   {"StorageResolution", 1}});
    }
    const auto count = [&](int period) {
        return bench
            .statistics({{"Period", period}, {"EndTime", start + 600}, {"Statistics", {"Sum"}}})
            .size();
    };
    CHECK(count(1) == 3);
    bench.run_for(4h);
    CHECK(count(1) == 2);  // two minutes
    bench.run_for(16 * 24h);
    CHECK(count(60) == 1);  // five minutes
    bench.run_for(500 * 24h);
    CHECK(count(3600) == 0);
}

TEST_CASE("cloudwatch ListMetrics: filters by dimensions and activity, and pages") {
    Bench bench;
    Json data = Json::array();
    for (int i = 0; i < 600; ++i) {
        data.push_back({{"MetricName", "n"},
                        {"Value", 1},
                        {"Dimensions", {{{"Name", "i"}, {"Value", std::to_string(i)}}}}});
    }
    bench.call("PutMetricData", {{"Namespace", "App"}, {"MetricData", data}});
    const Json first = bench.call("ListMetrics", {{"Namespace", "App"}});
    CHECK(first["Metrics"].size() == 500);
    const Json second = bench.call("ListMetrics", {{"NextToken", first["NextToken"]}});
    CHECK(second["Metrics"].size() == 100);
    CHECK_FALSE(second.contains("NextToken"));
    const Json one = bench.call("ListMetrics", {{"Dimensions", {{{"Name", "i"}, {"Value", "7"}}}}});
    CHECK(one["Metrics"] == Json{{{"Namespace", "App"},
                                  {"MetricName", "n"},
                                  {"Dimensions", {{{"Name", "i"}, {"Value", "7"}}}}}});
    bench.run_for(4h);
    CHECK(bench.call("ListMetrics", {{"RecentlyActive", "PT3H"}})["Metrics"].empty());
    CHECK(bench.call("ListMetrics", {{"MetricName", "n"}})["Metrics"].size() == 500);
    bench.run_for(15 * 24h);
    CHECK(bench.call("ListMetrics", Json::object())["Metrics"].empty());
}

TEST_CASE("cloudwatch metrics of services: values are counted by the minute, without events") {
    Bench bench;
    aws::Metric& metric = bench.service.metric({"AWS/X", "Calls", {{"Name", "a"}}, "Count"});
    CHECK(bench.call("ListMetrics", Json::object())["Metrics"].empty());
    for (int i = 0; i < 1000; ++i) {
        metric.record(bench.world.loop.now(), 1);
    }
    metric.record(bench.world.loop.now(), 5);
    bench.run_for(60s);
    metric.record(bench.world.loop.now(), 1);
    CHECK(bench.world.loop.pending() == 0);
    const Json points = bench.call("GetMetricStatistics",
                                   {{"Namespace", "AWS/X"},
                                    {"MetricName", "Calls"},
                                    {"Dimensions", {{{"Name", "Name"}, {"Value", "a"}}}},
                                    {"StartTime", start},
                                    {"EndTime", start + 120},
                                    {"Period", 60},
                                    {"Statistics", {"Sum", "SampleCount"}}})["Datapoints"];
    CHECK(points ==
          Json{{{"Timestamp", start}, {"Unit", "Count"}, {"Sum", 1005.0}, {"SampleCount", 1001.0}},
               {{"Timestamp", start + 60}, {"Unit", "Count"}, {"Sum", 1.0}, {"SampleCount", 1.0}}});
}

}  // namespace orrery::cloudwatch
