/// The limits of CloudWatch Logs, as its API reference prints them. What its model says is checked
/// before an operation is called and is not here.
#pragma once

#include "engine/time.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace orrery::logs::limits {

// [API reference: PutLogEvents]
inline constexpr std::size_t bytes_per_put = 1'048'576;
inline constexpr std::size_t event_overhead_bytes =
    26;                                             // counts for each event besides its message
inline constexpr Duration newest_event = 2h;        // ahead of now
inline constexpr Duration oldest_event = 14 * 24h;  // before now
inline constexpr Duration span_of_put = 24h;

// [API reference: GetLogEvents, FilterLogEvents, DescribeLogGroups, DescribeLogStreams]
inline constexpr std::size_t events_per_answer = 10'000;
inline constexpr std::size_t bytes_per_answer = 1'048'576;
inline constexpr std::size_t descriptions_per_answer = 50;

// [API reference: PutMetricFilter, PutSubscriptionFilter, PutResourcePolicy, TagResource]
inline constexpr std::size_t metric_filters_per_group = 100;
inline constexpr std::size_t subscription_filters_per_group = 2;
inline constexpr std::ptrdiff_t regex_filters_per_group = 5;
inline constexpr std::size_t resource_policies = 10;
inline constexpr std::size_t dimensions_per_metric = 3;
inline constexpr std::size_t tags_per_group = 50;

// [API reference: PutRetentionPolicy]
inline constexpr std::array<std::int64_t, 22> retention_days{
    1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
    365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

}  // namespace orrery::logs::limits
