// Metrics on disk: a record for each series, and one for each point of it.

#include "engine/error.h"
#include "engine/store.h"
#include "services/cloudwatch/metric_store.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace orrery::cloudwatch {

namespace {

using Json = nlohmann::json;

constexpr std::string_view series_table = "cloudwatch/series";  // prefix and number: what it is of
constexpr std::string_view point_table = "cloudwatch/point";    // the same, level and second

Json dimensions_record(const std::vector<aws::MetricDimension>& dimensions) {
    Json record = Json::array();
    for (const aws::MetricDimension& each : dimensions) {
        record.push_back({each.name, each.value});
    }
    return record;
}

std::string point_record(const Distribution& point) {
    Json values = Json::array();
    for (const Distribution::Value& each : point.values()) {
        values.push_back(each.value);
        values.push_back(each.count);
    }
    return Json{point.count(),
                point.sum(),
                point.minimum(),
                point.maximum(),
                std::move(values),
                point.knows_values(),
                point.rounded()}
        .dump();
}

Distribution read_point(std::string_view text) {
    const Json record = Json::parse(text);
    std::vector<Distribution::Value> values;
    const Json& list = record.at(4);
    for (std::size_t i = 0; i + 1 < list.size(); i += 2) {
        values.push_back({list.at(i), list.at(i + 1)});
    }
    return Distribution::restored(record.at(0),
                                  record.at(1),
                                  record.at(2),
                                  record.at(3),
                                  std::move(values),
                                  record.at(5),
                                  record.at(6));
}

[[noreturn]] void damaged(const std::string& what) {
    throw UsageError("the state of CloudWatch cannot be read: " + what);
}

/// The next number of a key, and the '/' after it.
std::int64_t take_number(std::string_view& key) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
    if (error != std::errc()) {
        damaged("a key has no number");
    }
    key.remove_prefix(static_cast<std::size_t>(end - key.data()));
    key.remove_prefix(key.empty() ? 0 : 1);
    return number;
}

}  // namespace

void MetricStore::save(Store& store) {
    for (MetricSeries* series : std::exchange(changed_, {})) {
        const std::string prefix = prefix_ + std::to_string(series->number());
        if (!std::exchange(series->known_on_disk, true)) {
            const MetricKey& key = series->key();
            store.put(
                series_table,
                prefix,
                Json{key.name_space, key.name, dimensions_record(key.dimensions), series->unit()}
                    .dump());
        }
        for (const MetricSeries::PointKey& changed : series->take_changed()) {
            std::string key = prefix;
            key.append("/").append(std::to_string(changed.first));
            key.append("/").append(std::to_string(changed.second));
            if (const Distribution* point = series->find(changed)) {
                store.put(point_table, key, point_record(*point));
            } else {
                store.erase(point_table, key);
            }
        }
    }
}

void MetricStore::restore(const Store& store) {
    try {
        store.each(series_table, [this](std::string_view name, std::string_view value) {
            if (!name.starts_with(prefix_)) {
                return;
            }
            name.remove_prefix(prefix_.size());
            const Json record = Json::parse(value);
            MetricKey key{record.at(0), record.at(1), {}};
            for (const Json& each : record.at(2)) {
                key.dimensions.push_back({each.at(0), each.at(1)});
            }
            add(key, record.at(3), static_cast<std::uint64_t>(take_number(name))).known_on_disk =
                true;
        });
        store.each(point_table, [this](std::string_view name, std::string_view value) {
            if (!name.starts_with(prefix_)) {
                return;
            }
            name.remove_prefix(prefix_.size());
            const auto number = static_cast<std::size_t>(take_number(name));
            const auto level = static_cast<std::size_t>(take_number(name));
            by_number_.at(number)->restore({level, take_number(name)}, read_point(value));
        });
    } catch (const Json::exception& error) {
        damaged(error.what());
    } catch (const std::out_of_range& error) {
        damaged(error.what());
    }
}

}  // namespace orrery::cloudwatch
