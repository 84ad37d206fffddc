/// MetricSeries: the data of one metric in one unit, for each second, minute, five minutes and
/// hour, coarser as it gets older.
#pragma once

#include "engine/time.h"
#include "services/aws/metrics.h"
#include "services/cloudwatch/distribution.h"
#include "services/cloudwatch/limits.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace orrery::cloudwatch {

/// Which metric. AWS's identity: the unit is no part of it.
struct MetricKey {
    std::string name_space;
    std::string name;
    std::vector<aws::MetricDimension> dimensions;  // sorted
    friend auto operator<=>(const MetricKey&, const MetricKey&) = default;
};

class MetricSeries final : public aws::Metric {
public:
    /// Which points: the index in limits::resolutions, and the second at which they begin.
    using PointKey = std::pair<std::size_t, std::int64_t>;
    using Points = std::map<std::int64_t, Distribution>;

    /// `number` tells series apart on disk. `key` must outlive the series. It adds itself to
    /// `changed` when there is something to save; null: nothing is saved.
    MetricSeries(const MetricKey& key,
                 std::string unit,
                 std::uint64_t number,
                 std::vector<MetricSeries*>* changed)
        : key_(key), unit_(std::move(unit)), number_(number), changed_series_(changed) {}

    const MetricKey& key() const { return key_; }
    const std::string& unit() const { return unit_; }
    std::uint64_t number() const { return number_; }

    /// For data that comes with its resolution: seconds 1 or 60. The point that it goes into.
    Distribution& point(Instant at, std::int64_t resolution);
    /// Calls `visit` for all points that begin in [from, to), in seconds, in the order of time
    /// within each resolution.
    void visit(std::int64_t from,
               std::int64_t to,
               const std::function<void(std::int64_t, const Distribution&)>& visit);
    /// When the newest point begins; nothing was ever recorded: Instant::min().
    Instant newest();
    bool empty() { return newest() == Instant::min(); }
    /// Makes coarser, and at last drops, what has become old by `now`.
    void age(Instant now);

    // The state on disk.
    bool known_on_disk = false;  // its number and name have been written
    /// What has changed since the last time; it is in no list then.
    std::set<PointKey> take_changed();
    /// Null if it is no more.
    const Distribution* find(const PointKey& key) const;
    void restore(const PointKey& key, Distribution distribution) {
        points_.at(key.first).insert_or_assign(key.second, std::move(distribution));
    }

private:
    void begin(Instant at, double value) override;
    void store_counted();
    void mark_changed(const PointKey& key);
    Distribution& change(const PointKey& key);

    const MetricKey& key_;
    std::string unit_;
    std::uint64_t number_;
    std::vector<MetricSeries*>* changed_series_;
    bool listed_ = false;  // in there
    std::array<Points, limits::resolutions.size()> points_;
    std::set<PointKey> changed_;  // since it was saved
};

}  // namespace orrery::cloudwatch
