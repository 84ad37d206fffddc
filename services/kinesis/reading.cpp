#include "services/kinesis/reading.h"

#include "engine/world.h"
#include "services/aws/json_text.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/stream_metrics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace orrery::kinesis {

using aws::ApiError;

namespace {

PositionType type_of(std::string_view name) {
    return name == "TRIM_HORIZON"            ? PositionType::trim_horizon
           : name == "LATEST"                ? PositionType::latest
           : name == "AT_SEQUENCE_NUMBER"    ? PositionType::at_sequence_number
           : name == "AFTER_SEQUENCE_NUMBER" ? PositionType::after_sequence_number
                                             : PositionType::at_timestamp;
}

bool by_number(PositionType type) {
    return type == PositionType::at_sequence_number || type == PositionType::after_sequence_number;
}

/// The place that a sequence number names.
std::uint64_t numbered_place(const Position& position, const Stream& stream, const Shard& shard) {
    const auto number = parse_sequence_number(position.sequence_number);
    if (number && number->shard != shard.index()) {
        // [kinesalite]
        throw invalid_argument("Invalid StartingSequenceNumber. It encodes " +
                               shard_id(number->shard) +
                               ", while it was used in a call to a shard with " + shard.id());
    }
    const bool ending = number && number->index == ending_index && shard.closed_at;
    if (!number || number->shard_created != epoch_seconds(shard.opened_at()) ||
        (number->index >= shard.next() && !ending)) {
        // [kinesalite]
        throw invalid_argument("StartingSequenceNumber " + position.sequence_number +
                               " used in GetShardIterator on shard " + shard.id() +
                               in_stream(stream) +
                               " is invalid because it did not come from this stream.");
    }
    if (ending) {
        return shard.next();
    }
    const bool after = position.type == PositionType::after_sequence_number || number->index == 0;
    return std::max(shard.first(), number->index + (after ? 1 : 0));
}

void trace_read(Stream& stream, const Shard& shard, const ShardRead& read, std::string_view by) {
    if (read.next > read.first) {
        stream.world().trace.record(stream.identity().source,
                                    "kinesis.records.read",
                                    {{"shard", shard.id()},
                                     {"records", read.next - read.first},
                                     {"behind", std::chrono::milliseconds(read.millis_behind)},
                                     {"by", by}});
    }
}

/// Whether a fault makes the next read begin where this one did.
bool repeats(Stream& stream, const Shard& shard, const ShardRead& read) {
    return read.next > read.first &&
           stream.world().faults.fires("kinesis.records.duplicate",
                                       {{"stream", stream.identity().name}, {"shard", shard.id()}});
}

Reading take(
    Stream& stream, Shard& shard, std::uint64_t from, std::size_t most, std::int64_t most_bytes) {
    Reading reading;
    reading.records =
        stream.read(shard, from, std::min(most, limits::records_per_read), most_bytes);
    reading.next = reading.records.next;
    if (repeats(stream, shard, reading.records)) {
        reading.next = reading.records.first;
        reading.records.ended = false;
    }
    return reading;
}

StreamMetrics::Reading measured(const ShardRead& read) {
    return {read.next - read.first, read.bytes, read.millis_behind};
}

}  // namespace

ApiError no_such_shard(const Stream& stream, std::string_view id) {
    // [kinesalite]
    return {"ResourceNotFoundException",
            "Shard " + std::string(id) + in_stream(stream) + " does not exist"};
}

Position read_position(aws::Parameters& parameters,
                       std::string_view type,
                       std::string_view sequence_number) {
    const std::string* name = parameters.optional_text(type);
    const std::string* number = parameters.optional_text(sequence_number);
    const Json* timestamp = parameters.optional("Timestamp");
    Position position;
    position.type = type_of(*name);
    if (by_number(position.type) != (number != nullptr)) {
        // [kinesalite]
        throw invalid_argument(
            "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
            "StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. "
            "Request specified " +
            *name +
            (number == nullptr ? " and no StartingSequenceNumber."
                               : " and also a StartingSequenceNumber."));
    }
    if (position.type == PositionType::at_timestamp) {
        if (timestamp == nullptr) {
            // [kinesalite]
            throw invalid_argument(
                "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. "
                "Current request has no timestamp parameter.");
        }
        position.timestamp = instant_of(*timestamp);
    }
    if (number != nullptr) {
        position.sequence_number = *number;
    }
    return position;
}

std::uint64_t place_of(const Position& position, Stream& stream, Shard& shard) {
    const std::uint64_t horizon = stream.horizon(shard);
    switch (position.type) {
        case PositionType::trim_horizon: return horizon;
        case PositionType::latest: return shard.next();
        case PositionType::at_timestamp: break;
        default: return numbered_place(position, stream, shard);
    }
    const Instant now = stream.world().loop.now();
    if (position.timestamp > now) {
        // [kinesalite]
        throw invalid_argument(
            "The timestampInMillis parameter cannot be greater than the "
            "currentTimestampInMillis. timestampInMillis: " +
            std::to_string(epoch_millis(position.timestamp)) +
            ", currentTimestampInMillis: " + std::to_string(epoch_millis(now)));
    }
    return shard.first_since(position.timestamp);
}

Reading read_shared(Stream& stream, Shard& shard, std::uint64_t from, std::size_t most) {
    World& world = stream.world();
    const Instant now = world.loop.now();
    const bool fault =
        world.faults.fires("kinesis.get_records.throttled",
                           {{"stream", stream.identity().name}, {"shard", shard.id()}});
    if (fault || !shard.reads.has(1, now) || !shard.read_bytes.open(now)) {
        Reading refused;
        refused.throttled_until = std::max(
            {fault ? now + 1s : now, shard.reads.when(1), shard.read_bytes.closed_until()});
        world.trace.record(stream.identity().source,
                           "kinesis.request.throttled",
                           {{"action", "GetRecords"}, {"shard", shard.id()}});
        if (StreamMetrics* metrics = stream.metrics()) {
            metrics->read_throttled(now, shard.index());
        }
        return refused;
    }
    Reading reading = take(stream, shard, from, most, limits::bytes_per_read);
    shard.reads.take(1, now);
    shard.read_bytes.take(reading.records.bytes, now);
    if (StreamMetrics* metrics = stream.metrics()) {
        metrics->get_records(now, shard.index(), measured(reading.records));
    }
    trace_read(stream, shard, reading.records, "GetRecords");
    return reading;
}

Reading read_for(
    Consumer& consumer, Stream& stream, Shard& shard, std::uint64_t from, std::size_t most) {
    const Instant now = stream.world().loop.now();
    ReadBucket& bytes =
        consumer.read_bytes.try_emplace(shard.index(), limits::read_bytes).first->second;
    if (!bytes.open(now)) {
        Reading refused;
        refused.throttled_until = bytes.closed_until();
        return refused;
    }
    Reading reading = take(stream, shard, from, most, limits::read_bytes);
    bytes.take(reading.records.bytes, now);
    if (StreamMetrics* metrics = stream.metrics()) {
        metrics->pushed(now, consumer.name, measured(reading.records));
    }
    trace_read(stream, shard, reading.records, consumer.name);
    return reading;
}

Json record_list(const Shard& shard, const ShardRead& records) {
    Json list = Json::array();
    auto& all = list.get_ref<Json::array_t&>();
    all.reserve(records.next - records.first);
    for (std::uint64_t index = records.first; index < records.next; ++index) {
        const Record& record = *shard.find(index);
        auto& entry = all.emplace_back(Json::object()).get_ref<Json::object_t&>();
        entry.emplace("SequenceNumber", sequence_number_text(shard.number(index)));
        entry.emplace("ApproximateArrivalTimestamp", timestamp(record.arrived()));
        entry.emplace("Data", record.data());
        entry.emplace("PartitionKey", record.key());
        if (record.encrypted()) {
            entry.emplace("EncryptionType", "KMS");
        }
    }
    return list;
}

void append_record_list(std::string& out, const Shard& shard, const ShardRead& records) {
    constexpr std::size_t usual_size = 200;  // besides data and key
    out.reserve(out.size() + static_cast<std::size_t>(records.bytes) / 3 * 4 +
                usual_size * (records.next - records.first));
    char before = '[';
    for (std::uint64_t index = records.first; index < records.next; ++index) {
        const Record& record = *shard.find(index);
        out += std::exchange(before, ',');
        out += R"({"ApproximateArrivalTimestamp":)";
        append_timestamp(out, record.arrived());
        out += R"(,"Data":")";
        out += record.data();
        out += record.encrypted() ? R"(","EncryptionType":"KMS","PartitionKey":)"
                                  : R"(","PartitionKey":)";
        aws::append_json(out, record.key());
        out += R"(,"SequenceNumber":")";
        append_sequence_number(out, shard.number(index));
        out += "\"}";
    }
    out += before == '[' ? "[]" : "]";
}

Json child_shards(Stream& stream, const Shard& shard) {
    Json list = Json::array();
    for (const std::uint32_t index : shard.children) {
        const auto found = stream.all_shards().find(index);
        if (found == stream.all_shards().end()) {
            continue;
        }
        const Shard& child = found->second;
        Json parents = Json::array({shard_id(*child.parent)});
        if (child.adjacent_parent) {
            parents.push_back(shard_id(*child.adjacent_parent));
        }
        list.push_back({{"ShardId", child.id()},
                        {"ParentShards", std::move(parents)},
                        {"HashKeyRange",
                         {{"StartingHashKey", hash_key_text(child.range().first)},
                          {"EndingHashKey", hash_key_text(child.range().last)}}}});
    }
    return list;
}

}  // namespace orrery::kinesis
