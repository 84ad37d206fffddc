/// Limits and durations of DynamoDB's control plane and streams, as data.
#pragma once

#include "engine/time.h"

#include <cstddef>
#include <cstdint>

namespace orrery::dynamodb::limits {

// How long changes take. AWS says seconds to minutes for all of them. [choice]
inline constexpr Duration table_creation = 5s;
inline constexpr Duration table_update = 3s;
inline constexpr Duration table_deletion = 3s;
inline constexpr Duration index_allocation = 5s;  // before it is filled [docs: GSI.OnlineOps]
inline constexpr Duration index_backfill = 10s;
inline constexpr Duration feature_change = 5s;  // streams, TTL, backups, Contributor Insights
inline constexpr Duration restore = 30s;

inline constexpr std::size_t table_name_min = 3;
inline constexpr std::size_t table_name_max = 255;
// [docs: ServiceQuotas]
inline constexpr std::size_t local_indexes = 5;
inline constexpr std::size_t global_indexes = 20;
inline constexpr std::size_t projected_attributes = 100;   // of all indexes together
inline constexpr std::size_t global_index_attributes = 4;  // of each of hash and range
inline constexpr std::size_t tags = 50;
inline constexpr std::int64_t account_capacity_units = 80'000;
inline constexpr std::int64_t table_capacity_units = 40'000;
inline constexpr std::int64_t largest_throughput = 1'000'000'000'000;  // [dyl]
inline constexpr std::size_t policy_bytes = 20 * 1024;

// Decreases of throughput in a day (UTC): these, then one an hour. [docs: ServiceQuotas]
inline constexpr std::size_t free_decreases = 4;
inline constexpr Duration between_decreases = 1h;
inline constexpr std::size_t on_demand_switches = 4;  // in 24 hours [docs: ServiceQuotas]

// What a new table on demand takes at once, and so what each such table is warm for.
// [LS test_table_crud]
inline constexpr std::int64_t warm_reads = 12'000;
inline constexpr std::int64_t warm_writes = 4'000;

// [docs: Streams, API_streams_GetRecords, API_streams_GetShardIterator]
inline constexpr Duration stream_retention = 24h;
inline constexpr Duration shard_life = 4h;
inline constexpr Duration iterator_life = 15min;
inline constexpr std::size_t records_bytes = 1024 * 1024;
inline constexpr std::size_t records = 1000;
inline constexpr std::size_t streams_page = 100;

// [docs: TTL, API_UpdateTimeToLive]
inline constexpr Duration time_to_live_delay = 5min;  // from expiry to deletion [choice]
inline constexpr Duration between_time_to_live_changes = 1h;

// [docs: PointInTimeRecovery]
inline constexpr std::int64_t recovery_days = 35;
inline constexpr Duration latest_restorable_lag = 5min;

}  // namespace orrery::dynamodb::limits
