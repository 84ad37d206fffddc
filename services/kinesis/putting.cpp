#include "services/kinesis/putting.h"

#include "engine/world.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/stream_metrics.h"

#include <string>

namespace orrery::kinesis {

namespace {

HashKey explicit_hash(std::string_view text) {
    const std::optional<HashKey> hash = parse_hash_key(text);
    if (!hash) {
        // [kinesalite]
        throw invalid_argument(
            "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
            "Specified value was " +
            std::string(text));
    }
    return *hash;
}

NewRecord checked(const Offer& offer, const Stream& stream) {
    NewRecord record{offer.key, offer.data, std::nullopt};
    if (offer.hash) {
        record.hash = explicit_hash(*offer.hash);
    }
    const std::int64_t most = stream.settings.record_kib * limits::kib;
    if (record.size() > most) {
        // (wording unverified)
        throw invalid_argument("The record's data and partition key have " +
                               std::to_string(record.size()) + " bytes together, and stream " +
                               stream.identity().name + " takes at most " + std::to_string(most));
    }
    return record;
}

Placed put(Streams& streams, Stream& stream, const NewRecord& record, std::string_view action) {
    World& world = streams.world();
    Shard& shard = stream.shard_for(record);
    const bool refused = world.faults.fires(
        "kinesis.put.throttled",
        {{"stream", stream.identity().name}, {"shard", shard.id()}, {"action", action}});
    const std::uint64_t index = refused ? 0 : stream.put(shard, record);
    if (StreamMetrics* metrics = stream.metrics()) {
        metrics->put(world.loop.now(), shard.index(), record.size(), index != 0);
    }
    return {&shard, index};
}

void trace_throttled(Streams& streams,
                     const Stream& stream,
                     const Shard& shard,
                     std::string_view action,
                     std::size_t records) {
    streams.world().trace.record(stream.identity().source,
                                 "kinesis.request.throttled",
                                 {{"action", action}, {"shard", shard.id()}, {"records", records}});
}

/// SequenceNumberForOrdering: what it names is in this shard's past, so the next number is greater.
void check_ordering(std::string_view text, const Stream& stream, const Shard& shard) {
    const auto number = parse_sequence_number(text);
    if (!number || (number->shard == shard.index() && number->index >= shard.next())) {
        // [kinesalite]
        throw invalid_argument("ExclusiveMinimumSequenceNumber " + std::string(text) +
                               " used in PutRecord on stream " + stream.identity().name +
                               " under account " + stream.identity().account +
                               " is invalid because it did not come from this stream.");
    }
}

}  // namespace

Placed put_one(Streams& streams,
               Stream& stream,
               const Offer& offer,
               std::optional<std::string_view> ordering) {
    const NewRecord record = checked(offer, stream);
    if (ordering) {
        check_ordering(*ordering, stream, stream.shard_for(record));
    }
    const Placed placed = put(streams, stream, record, "PutRecord");
    const bool accepted = placed.index != 0;
    if (StreamMetrics* metrics = stream.metrics()) {
        metrics->put_record(streams.now(), record.size(), accepted);
    }
    if (!accepted) {
        trace_throttled(streams, stream, *placed.shard, "PutRecord", 1);
        throw rate_exceeded(stream, *placed.shard);
    }
    streams.world().trace.record(stream.identity().source,
                                 "kinesis.record.put",
                                 {{"shard", placed.shard->id()},
                                  {"key", record.key},
                                  {"bytes", record.size()},
                                  {"index", placed.index}});
    return placed;
}

PlacedRecords put_all(Streams& streams, Stream& stream, const std::vector<Offer>& offers) {
    std::vector<NewRecord> records;
    records.reserve(offers.size());
    std::int64_t offered_bytes = 0;
    for (const Offer& offer : offers) {
        records.push_back(checked(offer, stream));
        offered_bytes += records.back().size();
    }
    if (offered_bytes > limits::request_bytes) {
        // (wording unverified)
        throw invalid_argument("Records size exceeds " +
                               std::to_string(limits::request_bytes / limits::mib) + " MB limit");
    }
    PlacedRecords placed;
    placed.records.reserve(records.size());
    std::int64_t bytes = 0;
    const Shard* throttled = nullptr;
    for (const NewRecord& record : records) {
        placed.records.push_back(put(streams, stream, record, "PutRecords"));
        if (placed.records.back().index == 0) {
            ++placed.failed;
            throttled = placed.records.back().shard;
        } else {
            bytes += record.size();
        }
    }
    if (StreamMetrics* metrics = stream.metrics()) {
        metrics->put_records(streams.now(), records.size(), placed.failed, bytes);
    }
    if (throttled != nullptr) {
        trace_throttled(streams, stream, *throttled, "PutRecords", placed.failed);
    }
    streams.world().trace.record(
        stream.identity().source,
        "kinesis.records.put",
        {{"records", records.size() - placed.failed}, {"failed", placed.failed}, {"bytes", bytes}});
    return placed;
}

}  // namespace orrery::kinesis
