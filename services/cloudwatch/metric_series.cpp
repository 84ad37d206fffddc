#include "services/cloudwatch/metric_series.h"

#include <algorithm>

namespace orrery::cloudwatch {

namespace {

std::int64_t aligned(std::int64_t seconds, std::int64_t resolution) {
    return seconds - (seconds % resolution + resolution) % resolution;
}

constexpr std::size_t by_minute = 1;

}  // namespace

void MetricSeries::begin(Instant at, double value) {
    store_counted();
    minute_ = Instant(
        std::chrono::seconds(aligned(epoch_seconds(at), limits::resolutions[by_minute].seconds)));
    value_ = value;
    count_ = 1;
    mark_changed({by_minute, epoch_seconds(minute_)});
}

void MetricSeries::store_counted() {
    if (count_ > 0) {
        change({by_minute, epoch_seconds(minute_)}).add(value_, static_cast<double>(count_));
        count_ = 0;
    }
    value_ = std::numeric_limits<double>::quiet_NaN();  // the next one comes to begin()
}

void MetricSeries::mark_changed(const PointKey& key) {
    if (changed_series_ != nullptr) {
        changed_.insert(key);
        if (!std::exchange(listed_, true)) {
            changed_series_->push_back(this);
        }
    }
}

Distribution& MetricSeries::change(const PointKey& key) {
    mark_changed(key);
    Points& points = points_.at(key.first);
    // Mostly the newest is changed: values come in the order of time.
    if (!points.empty() && points.rbegin()->first == key.second) {
        return points.rbegin()->second;
    }
    return points[key.second];
}

Distribution& MetricSeries::point(Instant at, std::int64_t resolution) {
    const std::size_t level = resolution == 1 ? 0 : by_minute;
    return change({level, aligned(epoch_seconds(at), limits::resolutions.at(level).seconds)});
}

void MetricSeries::visit(std::int64_t from,
                         std::int64_t to,
                         const std::function<void(std::int64_t, const Distribution&)>& visit) {
    store_counted();
    for (const Points& points : points_) {
        for (auto place = points.lower_bound(from); place != points.end() && place->first < to;
             ++place) {
            visit(place->first, place->second);
        }
    }
}

Instant MetricSeries::newest() {
    store_counted();
    std::int64_t newest = std::numeric_limits<std::int64_t>::min();
    for (const Points& points : points_) {
        if (!points.empty()) {
            newest = std::max(newest, points.rbegin()->first);
        }
    }
    return newest == std::numeric_limits<std::int64_t>::min()
               ? Instant::min()
               : Instant(std::chrono::seconds(newest));
}

void MetricSeries::age(Instant now) {
    store_counted();
    for (std::size_t level = 0; level < points_.size(); ++level) {
        Points& points = points_.at(level);
        const std::int64_t oldest = epoch_seconds(now - limits::resolutions.at(level).kept);
        while (!points.empty() && points.begin()->first < oldest) {
            const auto first = points.begin();
            if (level + 1 < points_.size()) {
                const std::int64_t coarser = limits::resolutions.at(level + 1).seconds;
                change({level + 1, aligned(first->first, coarser)}).add(first->second);
            }
            mark_changed({level, first->first});
            points.erase(first);
        }
    }
}

std::set<MetricSeries::PointKey> MetricSeries::take_changed() {
    store_counted();
    listed_ = false;
    return std::exchange(changed_, {});
}

const Distribution* MetricSeries::find(const PointKey& key) const {
    const Points& points = points_.at(key.first);
    const auto found = points.find(key.second);
    return found == points.end() ? nullptr : &found->second;
}

}  // namespace orrery::cloudwatch
