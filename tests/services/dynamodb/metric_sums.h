/// CloudWatch as a sum for each metric.
#pragma once

#include "services/aws/metrics.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace orrery::test {

/// Sums by name, operation and index: "ThrottledRequests PutItem".
class Sums final : public aws::MetricWriter {
public:
    aws::Metric& metric(const aws::MetricName& name) override {
        std::string key = name.name;
        for (const aws::MetricDimension& dimension : name.dimensions) {
            key += dimension.name == "TableName" ? "" : " " + dimension.value;
        }
        CHECK(name.name_space == "AWS/DynamoDB");
        auto& place = sums_[key];
        if (place == nullptr) {
            place = std::make_unique<Sum>();
        }
        return *place;
    }
    void add_sampler(aws::MetricSampler& /*sampler*/) override {}

    double of(const std::string& key) {
        const auto found = sums_.find(key);
        return found == sums_.end() ? -1 : found->second->total();
    }

private:
    class Sum final : public aws::Metric {
    public:
        double total() const {
            return sum_ + (count_ > 0 ? value_ * static_cast<double>(count_) : 0);
        }

    private:
        void begin(Instant at, double value) override {
            sum_ = total();
            minute_ = std::chrono::floor<std::chrono::minutes>(at);
            value_ = value;
            count_ = 1;
        }
        double sum_ = 0;
    };

    std::map<std::string, std::unique_ptr<Sum>> sums_;
};

}  // namespace orrery::test
