#include "services/kinesis/stream_metrics.h"

#include "services/kinesis/shard.h"

#include <utility>

namespace orrery::kinesis {

namespace {

constexpr const char* name_space = "AWS/Kinesis";

const char* unit_of(std::string_view name) {
    return name.ends_with("Bytes")          ? "Bytes"
           : name.ends_with("Milliseconds") ? "Milliseconds"
                                            : "Count";
}

}  // namespace

/// Those of the whole stream.
struct StreamMetrics::Own {
    Own(aws::MetricWriter& a_writer, const std::string& stream)
        : writer(a_writer), dimensions{{"StreamName", stream}} {}

    aws::Metric& metric(const char* name) {
        return writer.metric({name_space, name, dimensions, unit_of(name)});
    }

    aws::MetricWriter& writer;
    std::vector<aws::MetricDimension> dimensions;
    aws::Metric& incoming_bytes = metric("IncomingBytes");
    aws::Metric& incoming_records = metric("IncomingRecords");
    aws::Metric& write_exceeded = metric("WriteProvisionedThroughputExceeded");
    aws::Metric& read_exceeded = metric("ReadProvisionedThroughputExceeded");
    aws::Metric& put_bytes = metric("PutRecord.Bytes");
    aws::Metric& put_success = metric("PutRecord.Success");
    aws::Metric& puts_bytes = metric("PutRecords.Bytes");
    aws::Metric& puts_success = metric("PutRecords.Success");
    aws::Metric& puts_total = metric("PutRecords.TotalRecords");
    aws::Metric& puts_successful = metric("PutRecords.SuccessfulRecords");
    aws::Metric& puts_failed = metric("PutRecords.FailedRecords");
    aws::Metric& puts_throttled = metric("PutRecords.ThrottledRecords");
    aws::Metric& get_bytes = metric("GetRecords.Bytes");
    aws::Metric& get_records = metric("GetRecords.Records");
    aws::Metric& get_age = metric("GetRecords.IteratorAgeMilliseconds");
    aws::Metric& get_success = metric("GetRecords.Success");
};

StreamMetrics::StreamMetrics(aws::MetricWriter& writer, std::string stream)
    : writer_(writer), stream_(std::move(stream)), own_(std::make_unique<Own>(writer, stream_)) {}

StreamMetrics::~StreamMetrics() = default;

void StreamMetrics::put(Instant now, std::uint32_t shard, std::int64_t bytes, bool accepted) {
    own_->write_exceeded.record(now, accepted ? 0 : 1);
    of_shard(now, shard, "WriteProvisionedThroughputExceeded", accepted ? 0 : 1);
    if (accepted) {
        own_->incoming_bytes.record(now, static_cast<double>(bytes));
        own_->incoming_records.record(now, 1);
        of_shard(now, shard, "IncomingBytes", static_cast<double>(bytes));
        of_shard(now, shard, "IncomingRecords", 1);
    }
}

void StreamMetrics::put_record(Instant now, std::int64_t bytes, bool accepted) {
    own_->put_success.record(now, accepted ? 1 : 0);
    if (accepted) {
        own_->put_bytes.record(now, static_cast<double>(bytes));
    }
}

void StreamMetrics::put_records(Instant now,
                                std::size_t total,
                                std::size_t failed,
                                std::int64_t bytes) {
    own_->puts_success.record(now, failed < total ? 1 : 0);
    own_->puts_bytes.record(now, static_cast<double>(bytes));
    own_->puts_total.record(now, static_cast<double>(total));
    own_->puts_successful.record(now, static_cast<double>(total - failed));
    own_->puts_failed.record(now, 0);  // by failures inside of Kinesis, which there are not
    own_->puts_throttled.record(now, static_cast<double>(failed));
}

void StreamMetrics::get_records(Instant now, std::uint32_t shard, const Reading& reading) {
    own_->get_success.record(now, 1);
    own_->get_bytes.record(now, static_cast<double>(reading.bytes));
    own_->get_records.record(now, static_cast<double>(reading.records));
    own_->get_age.record(now, static_cast<double>(reading.age));
    own_->read_exceeded.record(now, 0);
    of_shard(now, shard, "OutgoingBytes", static_cast<double>(reading.bytes));
    of_shard(now, shard, "OutgoingRecords", static_cast<double>(reading.records));
    of_shard(now, shard, "IteratorAgeMilliseconds", static_cast<double>(reading.age));
    of_shard(now, shard, "ReadProvisionedThroughputExceeded", 0);
}

void StreamMetrics::read_throttled(Instant now, std::uint32_t shard) {
    own_->get_success.record(now, 0);
    own_->read_exceeded.record(now, 1);
    of_shard(now, shard, "ReadProvisionedThroughputExceeded", 1);
}

void StreamMetrics::subscribed(Instant now, const std::string& consumer, bool accepted) {
    of_consumer(consumer, "SubscribeToShard.Success", "Count").record(now, accepted ? 1 : 0);
    of_consumer(consumer, "SubscribeToShard.RateExceeded", "Count").record(now, accepted ? 0 : 1);
}

void StreamMetrics::pushed(Instant now, const std::string& consumer, const Reading& reading) {
    of_consumer(consumer, "SubscribeToShardEvent.Success", "Count").record(now, 1);
    of_consumer(consumer, "SubscribeToShardEvent.Bytes", "Bytes")
        .record(now, static_cast<double>(reading.bytes));
    of_consumer(consumer, "SubscribeToShardEvent.Records", "Count")
        .record(now, static_cast<double>(reading.records));
    of_consumer(consumer, "SubscribeToShardEvent.MillisBehindLatest", "Milliseconds")
        .record(now, static_cast<double>(reading.age));
}

void StreamMetrics::set_shard_metrics(std::set<std::string> names) {
    shard_metrics_ = {std::make_move_iterator(names.begin()), std::make_move_iterator(names.end())};
}

void StreamMetrics::of_shard(Instant now, std::uint32_t shard, const char* name, double value) {
    if (shard_metrics_.empty() || !shard_metrics_.contains(std::string_view(name))) {
        return;
    }
    aws::Metric*& metric = of_shards_[{shard, name}];
    if (metric == nullptr) {
        metric = &writer_.metric({name_space,
                                  name,
                                  {{"ShardId", shard_id(shard)}, {"StreamName", stream_}},
                                  unit_of(name)});
    }
    metric->record(now, value);
}

aws::Metric& StreamMetrics::of_consumer(const std::string& consumer,
                                        const char* name,
                                        const char* unit) {
    return writer_.metric(
        {name_space, name, {{"ConsumerName", consumer}, {"StreamName", stream_}}, unit});
}

}  // namespace orrery::kinesis
