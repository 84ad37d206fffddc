/// MetricRecorder: takes metrics and knows their sums.
#pragma once

#include "services/aws/metrics.h"

#include <map>
#include <memory>
#include <string>

namespace orrery::lambda::test {

/// By "Name Dimension=value …".
class MetricRecorder final : public aws::MetricWriter {
public:
    aws::Metric& metric(const aws::MetricName& name) override {
        std::string key = name.name;
        for (const aws::MetricDimension& each : name.dimensions) {
            key += " " + each.name + "=" + each.value;
        }
        auto& kept = metrics_[key];
        if (kept == nullptr) {
            kept = std::make_unique<Kept>();
        }
        return *kept;
    }
    void add_sampler(aws::MetricSampler& /*sampler*/) override {}
    /// -1: there is no such metric.
    double sum(const std::string& key) const {
        const auto found = metrics_.find(key);
        return found == metrics_.end() ? -1 : found->second->sum();
    }

private:
    class Kept final : public aws::Metric {
    public:
        double sum() const {
            return sum_ + (count_ > 0 ? value_ * static_cast<double>(count_) : 0);
        }

    private:
        void begin(Instant at, double value) override {
            sum_ = sum();
            minute_ = at;
            value_ = value;
            count_ = 1;
        }
        double sum_ = 0;
    };
    std::map<std::string, std::unique_ptr<Kept>> metrics_;
};

}  // namespace orrery::lambda::test
