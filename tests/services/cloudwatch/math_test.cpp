#include "tests/services/cloudwatch/support.h"

#include <catch2/catch.hpp>

namespace orrery::cloudwatch {

namespace {

struct Data : Bench {
    Data() {
        const double values[] = {1, 4, 9, 16};
        for (int minute = 0; minute < 4; ++minute) {
            put(values[minute], start + minute * 60);
        }
        put({{"MetricName", "n"}, {"Value", 10}, {"Timestamp", start + 60}});
    }
    Json values(const std::string& expression) {
        const Json results = math(expression);
        REQUIRE(results.size() == 1);
        return results[0]["Values"];
    }
    std::string error(const std::string& expression) {
        return failure("GetMetricData", math_request(expression));
    }
};

}  // namespace

TEST_CASE("cloudwatch GetMetricData: arithmetic joins series where both have data") {
    Data data;
    CHECK(data.values("m1 * 2 + 1") == Json{3.0, 9.0, 19.0, 33.0});
    CHECK(data.values("m1 + m2") == Json{14.0});
    CHECK(data.values("-m1 ^ 2") == Json{1.0, 16.0, 81.0, 256.0});
    CHECK(data.values("100 / (m1 - 1)") == Json{100.0 / 3, 12.5, 100.0 / 15});  // not by zero
    CHECK(data.values("m1 > 3 AND m1 < 10") == Json{0.0, 1.0, 1.0, 0.0});
    CHECK(data.values("m1 / SUM(m1) * 30") == Json{1.0, 4.0, 9.0, 16.0});
}

TEST_CASE("cloudwatch GetMetricData: functions of one series and of several") {
    Data data;
    CHECK(data.values("RATE(m1) * 60") == Json{3.0, 5.0, 7.0});
    CHECK(data.values("DIFF(m1)") == Json{3.0, 5.0, 7.0});
    CHECK(data.values("RUNNING_SUM(m1)") == Json{1.0, 5.0, 14.0, 30.0});
    CHECK(data.values("FILL(m2, 0)") == Json{0.0, 10.0, 0.0, 0.0, 0.0});
    CHECK(data.values("FILL(m2, REPEAT)") == Json{10.0, 10.0, 10.0, 10.0});
    CHECK(data.values("SUM([m1, m2])") == Json{1.0, 14.0, 9.0, 16.0});
    CHECK(data.values("SUM(METRICS())") == Json{1.0, 14.0, 9.0, 16.0});
    CHECK(data.values("MAX(METRICS(\"m1\"))") == Json{1.0, 4.0, 9.0, 16.0});
    CHECK(data.values("IF(m1 > 5, m1, 0)") == Json{0.0, 0.0, 9.0, 16.0});
    CHECK(data.values("TIME_SERIES(7)") == Json{7.0, 7.0, 7.0, 7.0, 7.0});
    CHECK(data.values("m1 - m1 + PERIOD(m1)") == Json{60.0, 60.0, 60.0, 60.0});
    const Json sorted = data.math("SORT(METRICS(), MAX, DESC)");
    REQUIRE(sorted.size() == 2);
    CHECK(sorted[0]["Label"] == "e1 m1");
    CHECK(sorted[1]["Values"] == Json{10.0});
}

TEST_CASE("cloudwatch GetMetricData: what cannot be evaluated is refused by name") {
    Data data;
    CHECK(data.error("SEARCH('{App}', 'Sum', 60)") ==
          "ValidationError: Error in expression 'SEARCH('{App}', 'Sum', 60)': the function SEARCH "
          "is not supported here.");
    CHECK(data.error("SELECT SUM(m) FROM App") ==
          "ValidationError: Metrics Insights queries (SELECT) are not supported here.");
    CHECK(data.error("m9 + 1") ==
          "ValidationError: Error in expression: there is no query with the id m9.");
    CHECK(data.error("e1 + 1") ==
          "ValidationError: Error in expression: query e1 refers to itself.");
    CHECK(data.error("SUM(m1)").find("must return a time series") != std::string::npos);
    CHECK(data.error("m1 +").find("a value is missing") != std::string::npos);
    CHECK(data.error("(m1").find("')' is missing") != std::string::npos);
    CHECK(data.error(std::string(1000, '(')).find("nested too deeply") != std::string::npos);
}

TEST_CASE("cloudwatch GetMetricData: newest first, in pages of at most MaxDatapoints") {
    Data data;
    Json request{
        {"StartTime", start},
        {"EndTime", start + 300},
        {"MaxDatapoints", 3},
        {"MetricDataQueries",
         {{{"Id", "a"}, {"MetricStat", Bench::stat("m")}},
          {{"Id", "b"},
           {"MetricStat", Bench::stat("n")},
           {"Label", "${PROP('Stat')} of ${PROP('MetricName')}: ${MAX} at ${MAX_TIME}"}}}}};
    const Json first = data.call("GetMetricData", request);
    REQUIRE(first["MetricDataResults"].size() == 1);
    CHECK(first["MetricDataResults"][0]["Values"] == Json{16.0, 9.0, 4.0});
    CHECK(first["MetricDataResults"][0]["Timestamps"][0] == start + 180);
    CHECK(first["MetricDataResults"][0]["StatusCode"] == "PartialData");
    request["NextToken"] = first["NextToken"];
    const Json second = data.call("GetMetricData", request);
    CHECK_FALSE(second.contains("NextToken"));
    REQUIRE(second["MetricDataResults"].size() == 2);
    CHECK(second["MetricDataResults"][0]["Values"] == Json{1.0});
    CHECK(second["MetricDataResults"][0]["StatusCode"] == "Complete");
    CHECK(second["MetricDataResults"][1]["Label"] == "Sum of n: 10 at 2026-01-01T00:01:00");
}

}  // namespace orrery::cloudwatch
