// GetShardIterator and GetRecords. [docs: API_GetShardIterator, API_GetRecords]
#include "engine/world.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/reading.h"
#include "services/kinesis/shard_iterator.h"
#include "services/kinesis/stream_metrics.h"

#include <nlohmann/json.hpp>

namespace orrery::kinesis {

namespace {

using aws::ApiError;

/// "Tue Jan 01 00:00:00 UTC 2030", as Java writes it.
std::string java_date(Instant instant) {
    constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::string_view months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::string text = iso8601(instant);
    const auto weekday = (epoch_seconds(instant) / 86'400 + 4) % 7;
    const int month = std::stoi(text.substr(5, 2));
    return std::string(days[weekday]) + " " + std::string(months[month - 1]) + " " +
           text.substr(8, 2) + " " + text.substr(11, 8) + " UTC " + text.substr(0, 4);
}

Json get_shard_iterator(Request& request) {
    Stream& stream = usable_stream(request);
    const std::string id = request.parameters.string("ShardId");
    const Position position =
        read_position(request.parameters, "ShardIteratorType", "StartingSequenceNumber");
    request.parameters.finish();
    Shard* shard = stream.find_shard(id);
    if (shard == nullptr) {
        throw no_such_shard(stream, id);
    }
    const std::uint64_t next = place_of(position, stream, *shard);
    const Instant now = request.streams.now();
    if (!shard->closed_at) {
        if (!shard->iterators.has(1, now)) {
            throw rate_exceeded(stream, *shard);
        }
        shard->iterators.take(1, now);
    }
    const StreamIdentity& identity = stream.identity();
    return {
        {"ShardIterator", iterator_text({identity.name, identity.id, shard->index(), next, now})}};
}

/// The iterator with its stream, which is as it was.
struct Place {
    ShardIterator iterator;
    Stream& stream;
};

Place read_iterator(Request& request) {
    const std::optional<ShardIterator> iterator =
        parse_iterator(*request.parameters.optional_text("ShardIterator"));
    if (!iterator) {
        throw invalid_argument("Invalid ShardIterator.");  // [kinesalite]
    }
    Streams& streams = request.streams;
    const std::shared_ptr<Stream> stream = streams.find(iterator->stream);
    if (stream == nullptr || stream->identity().id != iterator->stream_id || !stream->usable()) {
        throw no_such_stream(streams.identity(), iterator->stream);
    }
    for (const auto& [name, value] : {std::pair("StreamARN", &stream->identity().arn),
                                      std::pair("StreamId", &stream->identity().id)}) {
        const std::string* given = request.parameters.optional_text(name);
        if (given != nullptr && *given != *value) {
            // (wording unverified)
            throw invalid_argument(std::string("The ") + name +
                                   " does not match the stream of the ShardIterator.");
        }
    }
    const Instant now = streams.now();
    const bool fault = streams.world().faults.fires("kinesis.iterator.expired",
                                                    {{"stream", stream->identity().name}});
    if (fault || iterator->created_at + limits::iterator_life < now) {
        streams.world().trace.record(
            stream->identity().source,
            "kinesis.iterator.expired",
            {{"shard", shard_id(iterator->shard)}, {"age", now - iterator->created_at}});
        // [kinesalite]
        throw ApiError("ExpiredIteratorException",
                       "Iterator expired. The iterator was created at time " +
                           java_date(iterator->created_at) + " while right now it is " +
                           java_date(now) +
                           " which is further in the future than the tolerated delay of 300000 "
                           "milliseconds.");
    }
    return {*iterator, *stream};
}

Json get_records(Request& request) {
    Place place = read_iterator(request);
    const std::size_t most = static_cast<std::size_t>(
        request.parameters.optional_integer("Limit").value_or(limits::records_per_read));
    request.parameters.finish();
    Stream& stream = place.stream;
    ShardIterator& iterator = place.iterator;
    Shard* shard = stream.find_shard(shard_id(iterator.shard));
    if (shard == nullptr) {  // its last record is older than the stream keeps them
        return {{"Records", Json::array()}, {"MillisBehindLatest", 0}};
    }
    const Reading reading = read_shared(stream, *shard, iterator.next, most);
    if (reading.throttled_until) {
        throw rate_exceeded(stream, *shard);
    }
    Json answer{{"Records", record_list(*shard, reading.records)},
                {"MillisBehindLatest", reading.records.millis_behind}};
    if (reading.records.ended) {
        answer["ChildShards"] = child_shards(stream, *shard);
    } else {
        iterator.next = reading.next;
        iterator.created_at = request.streams.now();
        answer["NextShardIterator"] = iterator_text(iterator);
    }
    return answer;
}

}  // namespace

void add_read_operations(const Rows& rows) {
    rows.add("GetRecords", get_records);
    rows.add("GetShardIterator", get_shard_iterator);
}

}  // namespace orrery::kinesis
