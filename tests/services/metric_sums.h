/// CloudWatch as a sum for each metric.
#pragma once

#include "services/aws/metrics.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace orrery::test {

class MetricSums : public aws::MetricWriter {
public:
    aws::Metric& metric(const aws::MetricName& name) final {
        auto& kept = sums_[key_of(name)];
        if (kept == nullptr) {
            kept = std::make_unique<Sum>();
        }
        return *kept;
    }
    void add_sampler(aws::MetricSampler& /*sampler*/) final {}

    /// -1: there is no such metric.
    double of(const std::string& key) const {
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

    virtual std::string key_of(const aws::MetricName& name) const = 0;

    std::map<std::string, std::unique_ptr<Sum>> sums_;
};

/// Of one namespace, by the name and what it is of beside one dimension: "ThrottledRequests
/// PutItem".
class SumsBeside final : public MetricSums {
public:
    SumsBeside(std::string_view name_space, std::string_view left_out)
        : name_space_(name_space), left_out_(left_out) {}

private:
    std::string key_of(const aws::MetricName& name) const override {
        CHECK(name.name_space == name_space_);
        std::string key = name.name;
        for (const aws::MetricDimension& dimension : name.dimensions) {
            key += dimension.name == left_out_ ? "" : " " + dimension.value;
        }
        return key;
    }

    std::string_view name_space_;
    std::string_view left_out_;
};

/// By "Name Dimension=value …".
class SumsByDimensions final : public MetricSums {
private:
    std::string key_of(const aws::MetricName& name) const override {
        std::string key = name.name;
        for (const aws::MetricDimension& each : name.dimensions) {
            key += " " + each.name + "=" + each.value;
        }
        return key;
    }
};

}  // namespace orrery::test
