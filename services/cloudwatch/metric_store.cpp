#include "services/cloudwatch/metric_store.h"

#include "engine/store.h"
#include "engine/world.h"

namespace orrery::cloudwatch {

MetricStore::MetricStore(World& world, std::string prefix)
    : world_(world), prefix_(std::move(prefix)) {
    if (world_.store != nullptr) {
        restore(*world_.store);
    }
}

MetricSeries& MetricStore::series(const MetricKey& key, const std::string& unit) {
    const auto metric = metrics_.find(key);
    if (metric != metrics_.end()) {
        const auto found = metric->second.find(unit);
        if (found != metric->second.end()) {
            return *found->second;
        }
    }
    return add(key, unit, by_number_.size());
}

MetricSeries& MetricStore::add(const MetricKey& key,
                               const std::string& unit,
                               std::uint64_t number) {
    const auto metric = metrics_.try_emplace(key).first;
    auto made = std::make_unique<MetricSeries>(
        metric->first, unit, number, world_.store == nullptr ? nullptr : &changed_);
    MetricSeries& series = *made;
    metric->second.insert_or_assign(unit, std::move(made));
    if (by_number_.size() <= number) {
        by_number_.resize(number + 1);
    }
    by_number_[number] = &series;
    return series;
}

void MetricStore::prepare_read() {
    for (aws::MetricSampler* sampler : samplers_) {
        sampler->sample_metrics();
    }
    for (MetricSeries* series : by_number_) {
        series->age(world_.loop.now());
    }
}

std::map<std::string, Periods> MetricStore::read(const MetricKey& key, const ReadRange& range) {
    std::map<std::string, Periods> units;
    const auto metric = metrics_.find(key);
    if (metric == metrics_.end()) {
        return units;
    }
    for (const auto& [unit, series] : metric->second) {
        Periods periods;
        series->visit(range.start, range.end, [&](std::int64_t at, const Distribution& points) {
            const std::int64_t begin = at - (at - range.start) % range.period;
            periods[begin].add(points);
        });
        if (!periods.empty()) {
            units.emplace(unit, std::move(periods));
        }
    }
    return units;
}

Periods MetricStore::read_unit(const MetricKey& key,
                               const ReadRange& range,
                               const std::optional<std::string>& unit) {
    Periods all;
    for (const auto& [each, periods] : read(key, range)) {
        if (!unit || each == *unit) {
            for (const auto& [at, distribution] : periods) {
                all[at].add(distribution);
            }
        }
    }
    return all;
}

void MetricStore::visit(const Visitor& visitor) {
    for (const auto& [key, units] : metrics_) {
        Instant newest = Instant::min();
        for (const auto& [unit, series] : units) {
            newest = std::max(newest, series->newest());
        }
        if (newest != Instant::min()) {
            visitor(key, newest);
        }
    }
}

void MetricStore::touch() {
    if (world_.store != nullptr) {
        world_.store->touch();
    }
}

}  // namespace orrery::cloudwatch
