#include "services/kinesis_event_source.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/lambda_record.h"
#include "services/kinesis/reading.h"
#include "services/kinesis/stream.h"

#include <optional>
#include <utility>

namespace orrery {

namespace {

using lambda::StreamRead;
using lambda::StreamShard;

struct Wait final : lambda::StreamWatch {
    explicit Wait(kinesis::Watch a_watch) : watch(std::move(a_watch)) {}
    kinesis::Watch watch;
};

class KinesisEventSource final : public lambda::StreamSource {
public:
    KinesisEventSource(kinesis::KinesisService& kinesis,
                       std::string_view arn,
                       const kinesis::KinesisService::Found& found)
        : kinesis_(kinesis), arn_(arn), stream_(found.stream) {
        if (found.consumer != nullptr) {
            consumer_ = found.consumer->name;
        }
    }

    lambda::StreamKind kind() const override { return lambda::StreamKind::kinesis; }
    std::string arn() const override { return arn_; }
    bool exists() const override { return stream() != nullptr; }
    /// Consumers are pushed to. [docs: with-kinesis]
    Duration poll_interval() const override { return consumer_.empty() ? 1s : 0s; }

    std::vector<StreamShard> shards() override {
        std::vector<StreamShard> shards;
        if (kinesis::Stream* found = stream()) {
            for (const auto& [index, shard] : found->shards()) {
                StreamShard& listed = shards.emplace_back();
                listed.id = shard.id();
                for (const auto& parent : {shard.parent, shard.adjacent_parent}) {
                    if (parent) {
                        listed.parents.push_back(kinesis::shard_id(*parent));
                    }
                }
                listed.closed = shard.closed_at.has_value();
            }
        }
        return shards;
    }

    std::uint64_t begin(std::string_view shard_id,
                        lambda::StartingPosition position,
                        Instant timestamp) override {
        kinesis::Shard* shard = find(shard_id);
        if (shard == nullptr) {
            return 0;
        }
        switch (position) {
            case lambda::StartingPosition::trim_horizon: return stream_->horizon(*shard);
            case lambda::StartingPosition::latest: return shard->next();
            case lambda::StartingPosition::at_timestamp: break;
        }
        stream_->horizon(*shard);
        return shard->first_since(timestamp);
    }

    std::uint64_t after(std::string_view /*shard*/, std::string_view sequence_number) override {
        const auto number = kinesis::parse_sequence_number(sequence_number);
        ENSURE(number.has_value());
        return number->index + 1;
    }

    std::string sequence_number(std::string_view shard_id, std::uint64_t record) const override {
        const kinesis::Shard* shard = find(shard_id);
        return shard == nullptr ? "" : kinesis::sequence_number_text(shard->number(record));
    }

    StreamRead read(std::string_view shard_id, std::uint64_t from, std::size_t most) override {
        StreamRead read;
        read.next = from;
        kinesis::Shard* shard = find(shard_id);
        if (shard == nullptr) {
            read.ended = true;
            return read;
        }
        // Of a stream that was made again under this name, the beginning.
        const bool ahead = from > shard->next();
        const kinesis::Reading reading = take(*shard, ahead ? 0 : from, most);
        if (reading.throttled_until) {
            read.throttled_until = reading.throttled_until;
            return read;
        }
        read.records.reserve(reading.records.next - reading.records.first);
        for (std::uint64_t index = reading.records.first; index < reading.records.next; ++index) {
            const kinesis::Record& record = *shard->find(index);
            read.records.push_back({index, record.arrived(), record.key()});
        }
        read.next = reading.next;
        read.more = reading.next < shard->next();
        read.ended = reading.records.ended;
        read.trimmed = reading.records.trimmed;
        return read;
    }

    std::unique_ptr<lambda::StreamWatch> watch(std::string_view shard_id,
                                               std::uint64_t from,
                                               std::function<void()> changed) override {
        kinesis::Shard* shard = find(shard_id);
        return std::make_unique<Wait>(shard == nullptr
                                          ? stream_->watch_nothing(std::move(changed))
                                          : stream_->watch(*shard, from, std::move(changed)));
    }

    std::unique_ptr<lambda::StreamWatch> watch_shards(std::function<void()> changed) override {
        kinesis::Stream* found = stream();
        return std::make_unique<Wait>(found == nullptr ? kinesis_.watch(std::move(changed))
                                                       : found->watch_shards(std::move(changed)));
    }

    bool append_record(std::string_view shard_id,
                       std::uint64_t record,
                       std::string_view role,
                       std::string& json) const override {
        kinesis::Shard* shard = find(shard_id);
        // A mapping that only retries reads nothing, which would trim.
        return shard != nullptr && record >= stream_->horizon(*shard) &&
               kinesis::append_lambda_record(*stream_, *shard, record, arn_, role, json);
    }

private:
    /// A mapping polls an ARN: once its stream is deleted, the one that is made again under it.
    /// Null as long as there is none.
    kinesis::Stream* stream() const {
        if (stream_->gone()) {
            const auto found = kinesis_.find(arn_);
            if (found.stream == nullptr || (!consumer_.empty() && found.consumer == nullptr)) {
                return nullptr;
            }
            stream_ = found.stream;
        }
        if (!consumer_.empty() && !stream_->consumers.contains(consumer_)) {
            return nullptr;
        }
        return stream_.get();
    }

    kinesis::Shard* find(std::string_view shard_id) const {
        kinesis::Stream* found = stream();
        return found == nullptr ? nullptr : found->known_shard(shard_id);
    }

    kinesis::Reading take(kinesis::Shard& shard, std::uint64_t from, std::size_t most) {
        return consumer_.empty()
                   ? kinesis::read_shared(*stream_, shard, from, most)
                   : kinesis::read_for(
                         stream_->consumers.find(consumer_)->second, *stream_, shard, from, most);
    }

    kinesis::KinesisService& kinesis_;
    std::string arn_;
    std::string consumer_;  // its name; empty: the mapping reads as all do
    mutable std::shared_ptr<kinesis::Stream> stream_;
};

}  // namespace

bool KinesisEventSources::serves(std::string_view arn) const {
    return kinesis_.owns(arn);
}

std::unique_ptr<lambda::StreamSource> KinesisEventSources::find(std::string_view arn) {
    const auto found = kinesis_.find(arn);
    const bool of_consumer = arn.find("/consumer/") != std::string_view::npos;
    if (found.stream == nullptr || (of_consumer && found.consumer == nullptr)) {
        return nullptr;
    }
    return std::make_unique<KinesisEventSource>(kinesis_, arn, found);
}

}  // namespace orrery
