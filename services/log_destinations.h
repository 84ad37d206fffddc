/// Where CloudWatch Logs' filters lead: subscription filters to Lambda functions, metric filters to
/// CloudWatch. The one place that knows both.
#pragma once

#include "services/aws/api.h"
#include "services/aws/metrics.h"
#include "services/logs/filters.h"

namespace orrery {

/// Invokes functions asynchronously, through Lambda's operations.
class LogSubscriptions final : public logs::SubscriptionTarget {
public:
    /// `api` must outlive this.
    explicit LogSubscriptions(const aws::Api& api) : api_(api) {}

    bool accepts(std::string_view arn) override;
    void deliver(std::string_view arn, const std::string& payload) override;

private:
    const aws::Api& api_;
};

class LogMetrics final : public logs::MetricSink {
public:
    /// `writer` must outlive this.
    explicit LogMetrics(aws::MetricWriter& writer) : writer_(writer) {}

    void put(const logs::MetricDatum& datum) override;

private:
    aws::MetricWriter& writer_;
};

}  // namespace orrery
