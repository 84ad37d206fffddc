/// CloudWatch: all that others may include of services/cloudwatch: its operations, and what other
/// services write their metrics with.
#pragma once

#include "services/aws/api.h"
#include "services/aws/identity.h"
#include "services/aws/metrics.h"

#include <memory>

namespace orrery {
struct World;
}

namespace orrery::cloudwatch {

class Alarms;
class MetricStore;

class CloudWatchService final : public aws::MetricWriter {
public:
    /// `world` must outlive the service. What the world's store has is there from the start.
    CloudWatchService(World& world, aws::Identity identity);
    ~CloudWatchService() override;
    CloudWatchService(const CloudWatchService&) = delete;
    CloudWatchService& operator=(const CloudWatchService&) = delete;

    aws::ApiService& api() { return api_; }

    aws::Metric& metric(const aws::MetricName& name) override;
    void add_sampler(aws::MetricSampler& sampler) override;
    /// Whether there is no alarm; metrics come and go by themselves.
    bool empty() const;

private:
    World& world_;
    aws::Identity identity_;
    aws::ApiService api_{"cloudwatch"};
    std::unique_ptr<MetricStore> metrics_;
    std::unique_ptr<Alarms> alarms_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace orrery::cloudwatch
