/// MetricStore: all metrics of an account in a Region, and their data. The domain: it knows no
/// JSON.
#pragma once

#include "services/aws/metrics.h"
#include "services/cloudwatch/metric_series.h"
#include "services/cloudwatch/statistic.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery {
class Store;
struct World;
}  // namespace orrery

namespace orrery::cloudwatch {

/// What to read of a metric: periods that begin at `start` and every `period` seconds after it,
/// before `end`.
struct ReadRange {
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t period = 60;
};

/// The data of each period that has any, by the second at which it begins.
using Periods = std::map<std::int64_t, Distribution>;

class MetricStore {
public:
    /// `prefix` ("000000000000/us-east-1/") begins its keys on disk.
    MetricStore(World& world, std::string prefix);

    /// Makes it if there is none.
    MetricSeries& series(const MetricKey& key, const std::string& unit);
    void add_sampler(aws::MetricSampler& sampler) { samplers_.push_back(&sampler); }

    /// What is due is measured, and what is old made coarser. Called before each read.
    void prepare_read();

    /// By unit; units without data in the range are left out.
    std::map<std::string, Periods> read(const MetricKey& key, const ReadRange& range);
    /// The data of all units together, or of one.
    Periods read_unit(const MetricKey& key,
                      const ReadRange& range,
                      const std::optional<std::string>& unit);

    using Visitor = std::function<void(const MetricKey& key, Instant newest)>;
    /// All metrics that have data, in the order of their keys.
    void visit(const Visitor& visitor);

    /// Something has changed that has to be on disk before its caller is answered.
    void touch();
    void save(Store& store);

private:
    using Units = std::map<std::string, std::unique_ptr<MetricSeries>>;

    MetricSeries& add(const MetricKey& key, const std::string& unit, std::uint64_t number);
    void restore(const Store& store);

    World& world_;
    std::string prefix_;
    std::map<MetricKey, Units> metrics_;
    std::vector<MetricSeries*> by_number_;  // numbers count from 0
    std::vector<MetricSeries*> changed_;    // since the last save
    std::vector<aws::MetricSampler*> samplers_;
};

}  // namespace orrery::cloudwatch
