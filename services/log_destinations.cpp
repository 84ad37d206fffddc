#include "services/log_destinations.h"

#include "services/aws/encoding.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>

namespace orrery {

bool LogSubscriptions::accepts(std::string_view arn) {
    bool there = false;
    api_.call("lambda", "GetFunction", {{"FunctionName", arn}}, [&](const aws::ApiResult& result) {
        there = result.ok();
    });
    return there;
}

void LogSubscriptions::deliver(std::string_view arn, const std::string& payload) {
    // What fails here fails on AWS without anybody being told: the function is gone, or throttled
    // for longer than events wait.
    api_.call(
        "lambda",
        "Invoke",
        {{"FunctionName", arn}, {"InvocationType", "Event"}, {"Payload", aws::base64(payload)}},
        [](const aws::ApiResult&) {});
}

void LogMetrics::put(const logs::MetricDatum& datum) {
    aws::MetricName name{datum.metric_namespace, datum.name, {}, datum.unit};
    for (const auto& [dimension, value] : datum.dimensions) {
        name.dimensions.push_back({dimension, value});
    }
    writer_.metric(name).record(Instant(std::chrono::milliseconds(datum.timestamp)), datum.value);
}

}  // namespace orrery
