/// CloudWatch's limits and how long it keeps what, as its API reference and its guide print them.
#pragma once

#include "engine/time.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace orrery::cloudwatch::limits {

// [docs: PutMetricData]
inline constexpr std::size_t metrics_per_put = 1'000;
inline constexpr std::size_t values_per_metric = 150;
inline constexpr std::size_t dimensions = 30;
inline constexpr double largest_value = 0x1p360;
inline constexpr Duration oldest_data = 14 * 24h;
inline constexpr Duration newest_data = 2h;

// [docs: GetMetricStatistics, GetMetricData, ListMetrics]
inline constexpr std::int64_t datapoints_per_statistics = 1'440;
inline constexpr std::int64_t datapoints_per_answer = 100'800;
inline constexpr std::size_t queries = 500;
inline constexpr std::size_t extended_statistics = 10;
inline constexpr std::size_t metrics_per_page = 500;
inline constexpr std::size_t dimension_filters = 10;
inline constexpr Duration recently_active = 3h;
inline constexpr Duration listed = 14 * 24h;

// [docs: PutMetricAlarm, DescribeAlarms, DescribeAlarmHistory, DeleteAlarms, cloudwatch_limits]
inline constexpr std::int64_t alarm_span_seconds = 86'400;
inline constexpr std::int64_t long_alarm_span_seconds =
    7 * 86'400;  // of periods of an hour or more
inline constexpr std::size_t alarms_per_page = 50;
inline constexpr std::size_t history_per_page = 100;
inline constexpr Duration history_kept = 30 * 24h;
inline constexpr std::size_t alarm_queries = 10;
inline constexpr std::size_t tags = 50;

/// Data becomes coarser with age. [docs: cloudwatch_concepts, Metrics retention]
struct Resolution {
    std::int64_t seconds;
    Duration kept;
};
inline constexpr std::array<Resolution, 4> resolutions{
    {{1, 3h}, {60, 15 * 24h}, {300, 63 * 24h}, {3'600, 455 * 24h}}};

}  // namespace orrery::cloudwatch::limits
