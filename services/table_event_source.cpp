#include "services/table_event_source.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/dynamodb/dynamodb.h"
#include "services/dynamodb/lambda_record.h"
#include "services/dynamodb/stream.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

namespace {

using lambda::StreamRead;
using lambda::StreamShard;

struct TableWait final : lambda::StreamWatch {
    dynamodb::StreamWatch records_or_shards;
    std::shared_ptr<std::function<void()>> at_once;
};

class TableEventSource final : public lambda::StreamSource {
public:
    TableEventSource(World& world, dynamodb::DynamoDbService& dynamodb, std::string_view arn)
        : world_(world), dynamodb_(dynamodb), arn_(arn) {}

    lambda::StreamKind kind() const override { return lambda::StreamKind::dynamodb; }
    std::string arn() const override { return arn_; }
    bool exists() const override { return stream() != nullptr; }
    Duration poll_interval() const override { return 250ms; }  // [docs: with-ddb]

    std::vector<StreamShard> shards() override {
        std::vector<StreamShard> shards;
        if (dynamodb::Stream* found = stream()) {
            for (const dynamodb::Shard& shard : found->shards()) {
                StreamShard& listed = shards.emplace_back();
                listed.id = shard.id;
                if (!shard.parent.empty()) {
                    listed.parents.push_back(shard.parent);
                }
                listed.closed = shard.last.has_value();
            }
        }
        return shards;
    }

    std::uint64_t begin(std::string_view shard_id,
                        lambda::StartingPosition position,
                        Instant timestamp) override {
        dynamodb::Stream* found = stream();
        const dynamodb::Shard* shard = found == nullptr ? nullptr : found->find_shard(shard_id);
        if (shard == nullptr) {
            return 0;
        }
        switch (position) {
            case lambda::StartingPosition::trim_horizon: return found->oldest(*shard).next;
            case lambda::StartingPosition::latest: return found->latest(*shard).next;
            case lambda::StartingPosition::at_timestamp: break;
        }
        return found->since(*shard, timestamp).next;
    }

    std::uint64_t after(std::string_view /*shard*/, std::string_view sequence_number) override {
        const auto sequence = dynamodb::parse_sequence(sequence_number);
        ENSURE(sequence.has_value());
        return *sequence + 1;
    }

    std::string sequence_number(std::string_view /*shard*/, std::uint64_t record) const override {
        return dynamodb::sequence_text(record);
    }

    StreamRead read(std::string_view shard_id, std::uint64_t from, std::size_t most) override {
        StreamRead read;
        read.next = from;
        dynamodb::Stream* found = stream();
        const dynamodb::Shard* shard = found == nullptr ? nullptr : found->find_shard(shard_id);
        if (shard == nullptr) {
            read.ended = true;
            return read;
        }
        dynamodb::StreamPosition position{shard->id, from};
        dynamodb::StreamBatch batch = found->read(position, most, SIZE_MAX);
        if (batch.trimmed) {
            read.trimmed = true;
            position = found->oldest(*shard);
            batch = found->read(position, most, SIZE_MAX);
        }
        read.records.reserve(batch.records.size());
        for (const dynamodb::StreamRecord* record : batch.records) {
            read.records.push_back({record->sequence, record->at, record->keys});
        }
        read.next = batch.next.next;
        read.ended = batch.ended;
        return read;
    }

    std::unique_ptr<lambda::StreamWatch> watch(std::string_view shard_id,
                                               std::uint64_t from,
                                               std::function<void()> changed) override {
        auto wait = std::make_unique<TableWait>();
        const StreamRead present = read(shard_id, from, 1);
        if (present.ended || present.trimmed || !present.records.empty()) {
            wait->at_once = std::make_shared<std::function<void()>>(std::move(changed));
            world_.loop.post([waiting = std::weak_ptr(wait->at_once)] {
                if (const auto fire = waiting.lock()) {
                    (*fire)();
                }
            });
        } else {
            wait->records_or_shards = stream()->watch(std::move(changed));
        }
        return wait;
    }

    std::unique_ptr<lambda::StreamWatch> watch_shards(std::function<void()> changed) override {
        auto wait = std::make_unique<TableWait>();
        // A stream that is gone never comes again: its ARN has the time of its creation.
        if (dynamodb::Stream* found = stream()) {
            wait->records_or_shards = found->watch_shards(std::move(changed));
        }
        return wait;
    }

    bool append_record(std::string_view /*shard*/,
                       std::uint64_t record,
                       std::string_view /*role*/,
                       std::string& json) const override {
        dynamodb::Stream* found = stream();
        const dynamodb::StreamRecord* present =
            found == nullptr ? nullptr : found->find_record(record);
        if (present == nullptr) {
            return false;
        }
        dynamodb::append_lambda_record(*found, *present, json);
        return true;
    }

private:
    /// Null once it is gone: a day after it was disabled.
    dynamodb::Stream* stream() const { return dynamodb_.find_stream(arn_); }

    World& world_;
    dynamodb::DynamoDbService& dynamodb_;
    std::string arn_;
};

}  // namespace

bool TableEventSources::serves(std::string_view arn) const {
    return arn.starts_with(identity_.arn("dynamodb", "table/")) &&
           arn.find("/stream/") != std::string_view::npos;
}

std::unique_ptr<lambda::StreamSource> TableEventSources::find(std::string_view arn) {
    return dynamodb_.find_stream(arn) == nullptr
               ? nullptr
               : std::make_unique<TableEventSource>(world_, dynamodb_, arn);
}

}  // namespace orrery
