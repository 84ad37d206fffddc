/// CloudWatch behind its operation table, with short forms of what tests do with it.
#pragma once

#include "engine/world.h"
#include "services/aws/api.h"
#include "services/aws/error.h"
#include "services/cloudwatch/cloudwatch.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace orrery::cloudwatch {

inline constexpr std::int64_t start = 1767225600;  // when worlds begin: a whole minute

struct Bench {
    Bench() { api.add(service.api()); }

    Json call(const char* operation, const Json& parameters) {
        return api.call_now("cloudwatch", operation, parameters);
    }
    /// "Code: message", or "no error".
    std::string failure(const char* operation, const Json& parameters) {
        try {
            call(operation, parameters);
        } catch (const aws::ApiError& error) {
            return error.code() + ": " + error.message();
        }
        return "no error";
    }
    void put(const Json& datum) {
        call("PutMetricData", {{"Namespace", "App"}, {"MetricData", {datum}}});
    }
    void put(double value, std::int64_t at) {
        put({{"MetricName", "m"}, {"Value", value}, {"Timestamp", at}});
    }
    Json statistics(const Json& more) {
        Json query{{"Namespace", "App"},
                   {"MetricName", "m"},
                   {"StartTime", start},
                   {"EndTime", start + 3600},
                   {"Period", 60}};
        query.update(more);
        return call("GetMetricStatistics", query)["Datapoints"];
    }
    /// The values of an expression over m1, the sum of "m" by the minute, oldest first.
    Json math(const std::string& expression, std::int64_t seconds = 300) {
        return call("GetMetricData", math_request(expression, seconds))["MetricDataResults"];
    }
    static Json math_request(const std::string& expression, std::int64_t seconds = 300) {
        return {{"StartTime", start},
                {"EndTime", start + seconds},
                {"ScanBy", "TimestampAscending"},
                {"MetricDataQueries",
                 {{{"Id", "m1"}, {"MetricStat", stat("m")}, {"ReturnData", false}},
                  {{"Id", "m2"}, {"MetricStat", stat("n")}, {"ReturnData", false}},
                  {{"Id", "e1"}, {"Expression", expression}}}}};
    }
    static Json stat(const char* metric) {
        return {{"Metric", {{"Namespace", "App"}, {"MetricName", metric}}},
                {"Period", 60},
                {"Stat", "Sum"}};
    }
    void run_for(Duration duration) { world.loop.run_until(world.loop.now() + duration); }

    World world;
    CloudWatchService service{world, aws::Identity{}};
    aws::Api api;
};

}  // namespace orrery::cloudwatch
