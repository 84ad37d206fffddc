/// StreamMetrics: what a stream tells CloudWatch. [docs: monitoring-with-cloudwatch] Latencies are
/// not among it: here no operation takes time.
#pragma once

#include "engine/time.h"
#include "services/aws/metrics.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace orrery::kinesis {

class StreamMetrics {
public:
    /// `writer` must outlive it.
    StreamMetrics(aws::MetricWriter& writer, std::string stream);
    ~StreamMetrics();

    /// One record that was offered to `shard`.
    void put(Instant now, std::uint32_t shard, std::int64_t bytes, bool accepted);
    void put_record(Instant now, std::int64_t bytes, bool accepted);
    void put_records(Instant now, std::size_t total, std::size_t failed, std::int64_t bytes);

    struct Reading {
        std::size_t records = 0;
        std::int64_t bytes = 0;
        std::int64_t age = 0;  // of the last record, in milliseconds; 0: caught up
    };
    void get_records(Instant now, std::uint32_t shard, const Reading& reading);
    void read_throttled(Instant now, std::uint32_t shard);
    void subscribed(Instant now, const std::string& consumer, bool accepted);
    void pushed(Instant now, const std::string& consumer, const Reading& reading);

    /// The metrics that are measured for each shard, by name.
    void set_shard_metrics(std::set<std::string> names);

private:
    struct Own;
    void of_shard(Instant now, std::uint32_t shard, const char* name, double value);
    aws::Metric& of_consumer(const std::string& consumer, const char* name, const char* unit);

    aws::MetricWriter& writer_;
    std::string stream_;
    std::unique_ptr<Own> own_;
    std::set<std::string, std::less<>> shard_metrics_;
    std::map<std::pair<std::uint32_t, std::string>, aws::Metric*> of_shards_;
};

}  // namespace orrery::kinesis
