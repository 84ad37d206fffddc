/// Metric filters and subscription filters of a log group, and the interfaces to where they lead.
#pragma once

#include "services/logs/filter_pattern.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::logs {

/// A value for CloudWatch metrics.
struct MetricDatum {
    std::string metric_namespace;
    std::string name;
    std::vector<std::pair<std::string, std::string>> dimensions;  // by name
    double value = 0;
    std::string unit;            // "None" unless the filter says otherwise
    std::int64_t timestamp = 0;  // ms since the epoch
};

/// Where metric filters' values go.
class MetricSink {
public:
    virtual ~MetricSink() = default;
    virtual void put(const MetricDatum& datum) = 0;
};

/// Where subscription filters deliver.
class SubscriptionTarget {
public:
    virtual ~SubscriptionTarget() = default;
    /// Whether something can be delivered to that ARN now.
    virtual bool accepts(std::string_view arn) = 0;
    /// `payload` is what arrives there: {"awslogs":{"data":"…"}}.
    virtual void deliver(std::string_view arn, const std::string& payload) = 0;
};

struct MetricFilter {
    std::string name;
    std::string pattern_text;
    std::shared_ptr<const FilterPattern> pattern;
    std::int64_t created = 0;  // ms since the epoch
    std::string metric_name;
    std::string metric_namespace;
    std::string metric_value;  // a number or a selector
    std::optional<double> default_value = {};
    std::map<std::string, std::string> dimensions = {};  // a selector by name
    std::optional<std::string> unit = {};
};

struct SubscriptionFilter {
    std::string name;
    std::string pattern_text;
    std::shared_ptr<const FilterPattern> pattern;
    std::int64_t created = 0;
    std::string destination_arn;
    std::optional<std::string> role_arn = {};
    std::string distribution = "ByLogStream";
};

}  // namespace orrery::logs
