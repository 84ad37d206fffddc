/// The limits of Kinesis, as data, and how long its changes take.
#pragma once

#include "engine/time.h"

#include <cstddef>
#include <cstdint>

namespace orrery::kinesis::limits {

inline constexpr std::int64_t kib = 1024;
inline constexpr std::int64_t mib = 1024 * kib;

// [docs: service-sizes-and-limits]
inline constexpr std::int64_t write_records = 1000;  // of a shard, in a second
inline constexpr std::int64_t write_bytes = mib;     // the same
inline constexpr std::int64_t reads = 5;             // GetRecords of a shard, in a second
inline constexpr std::int64_t read_bytes = 2 * mib;  // the same; also of a consumer and shard
inline constexpr std::size_t records_per_read = 10'000;
inline constexpr std::int64_t bytes_per_read = 10 * mib;
inline constexpr std::int64_t request_bytes = 10 * mib;  // PutRecords, with its keys
inline constexpr std::int64_t iterators = 5;             // GetShardIterator of a shard, in a second

inline constexpr Duration iterator_life = std::chrono::minutes(5);
inline constexpr Duration token_life = std::chrono::seconds(300);  // [botocore: ListShards]

inline constexpr std::int64_t least_retention_hours = 24;
inline constexpr std::int64_t most_retention_hours = 8760;
inline constexpr std::int64_t default_record_kib = 1024;

inline constexpr std::size_t on_demand_shards = 4;  // that a stream begins with
inline constexpr std::size_t on_demand_streams = 50;
// A shard on demand that takes more than 500 KB/s is split within 15 minutes [docs:
// how-do-i-size-a-stream]; measured over a minute, after just these 15, and the same for more than
// half of the records that it may take. [choice]
inline constexpr std::int64_t hot_bytes = 60 * 500 * kib;
inline constexpr std::int64_t hot_records = 60 * write_records / 2;
inline constexpr Duration hot_shard_split = std::chrono::minutes(15);
inline constexpr std::size_t streams_being_created = 5;  // [botocore: CreateStream]
inline constexpr std::size_t most_shards = 10'000;       // of a stream [botocore: UpdateShardCount]
inline constexpr std::size_t count_updates = 10;         // UpdateShardCount, in 24 hours
inline constexpr std::size_t mode_updates = 2;           // UpdateStreamMode, in 24 hours
inline constexpr std::size_t key_updates = 25;           // StartStreamEncryption, in 24 hours
inline constexpr Duration update_window = std::chrono::hours(24);

inline constexpr std::size_t consumers = 20;            // of a stream
inline constexpr std::size_t advantage_consumers = 50;  // with the account's throughput commitment
inline constexpr std::size_t consumers_being_created = 5;
inline constexpr Duration subscription_life = std::chrono::minutes(5);
inline constexpr Duration subscription_pause = std::chrono::seconds(5);  // between two of them

inline constexpr std::size_t tags = 50;
inline constexpr std::size_t policy_bytes = 20'480;
inline constexpr std::int64_t most_warm_mibps =
    10 * 1024;  // [botocore: UpdateStreamWarmThroughput]

// AWS says no more than that these take a while. [choice]
inline constexpr Duration creation = std::chrono::seconds(10);
inline constexpr Duration deletion = std::chrono::seconds(10);
inline constexpr Duration resharding = std::chrono::seconds(10);
inline constexpr Duration setting_change = std::chrono::seconds(5);
inline constexpr Duration consumer_change = std::chrono::seconds(5);

}  // namespace orrery::kinesis::limits
