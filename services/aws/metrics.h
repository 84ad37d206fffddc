/// How services report metrics of themselves: a metric is looked up once, and a value then costs a
/// comparison and an addition.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace orrery::aws {

struct MetricDimension {
    std::string name;
    std::string value;
    friend auto operator<=>(const MetricDimension&, const MetricDimension&) = default;
};

struct MetricName {
    std::string name_space;  // "AWS/SQS"
    std::string name;
    std::vector<MetricDimension> dimensions = {};  // in any order
    std::string unit = "None";                     // as CloudWatch writes it: "Count"
};

/// What values of one metric are recorded in. Equal values of one minute are only counted, until
/// another one comes or somebody reads.
class Metric {
public:
    virtual ~Metric() = default;
    Metric(const Metric&) = delete;
    Metric& operator=(const Metric&) = delete;

    /// `at` need not be the present instant.
    void record(Instant at, double value) {
        const auto since = static_cast<std::uint64_t>((at - minute_).count());
        if (since < minute_length && value == value_) {
            ++count_;
            return;
        }
        begin(at, value);
    }

protected:
    Metric() = default;

    static constexpr std::uint64_t minute_length = 60'000'000'000;
    /// Stores what has been counted, and begins to count `value`.
    virtual void begin(Instant at, double value) = 0;

    double value_ = std::numeric_limits<double>::quiet_NaN();  // equals none
    std::uint64_t count_ = 0;                                  // of value_, not yet stored
    Instant minute_;  // when the minute began that they belong to
};

/// A service with metrics that are measured at each minute's end, not counted: it is asked to
/// record what has become due before anybody reads, so that measuring needs no events.
class MetricSampler {
public:
    virtual ~MetricSampler() = default;
    virtual void sample_metrics() = 0;
};

/// Where metrics go; implemented by services/cloudwatch and wired in services/services.cpp.
class MetricWriter {
public:
    virtual ~MetricWriter() = default;
    /// Valid as long as the writer is. A metric without values is not there for its readers.
    virtual Metric& metric(const MetricName& name) = 0;
    /// `sampler` must outlive all reads.
    virtual void add_sampler(MetricSampler& sampler) = 0;
};

}  // namespace orrery::aws
