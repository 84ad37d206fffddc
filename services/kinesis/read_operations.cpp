// GetShardIterator and GetRecords. [docs: API_GetShardIterator, API_GetRecords]
#include "engine/world.h"
#include "services/aws/json_text.h"
#include "services/aws/plain_parameters.h"
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

/// What a request of GetRecords says.
struct GetRecordsRequest {
    std::string_view iterator;
    std::optional<std::string_view> arn;
    std::optional<std::string_view> id;
    std::optional<std::int64_t> limit;
};

Place read_iterator(Streams& streams, const GetRecordsRequest& wanted) {
    const std::optional<ShardIterator> iterator = parse_iterator(wanted.iterator);
    if (!iterator) {
        throw invalid_argument("Invalid ShardIterator.");  // [kinesalite]
    }
    const std::shared_ptr<Stream> stream = streams.find(iterator->stream);
    if (stream == nullptr || stream->identity().id != iterator->stream_id || !stream->usable()) {
        throw no_such_stream(streams.identity(), iterator->stream);
    }
    const bool other_arn = wanted.arn && *wanted.arn != stream->identity().arn;
    if (other_arn || (wanted.id && *wanted.id != stream->identity().id)) {
        // (wording unverified)
        throw invalid_argument(std::string("The ") + (other_arn ? "StreamARN" : "StreamId") +
                               " does not match the stream of the ShardIterator.");
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

/// What GetRecords answers with.
struct Got {
    Stream& stream;
    const Shard* shard = nullptr;  // null: its last record is older than the stream keeps them
    ShardRead records;
    std::string next_iterator;  // empty: the shard has ended
};

Got read_shard(Streams& streams, const GetRecordsRequest& wanted) {
    Place place = read_iterator(streams, wanted);
    Stream& stream = place.stream;
    ShardIterator& iterator = place.iterator;
    Shard* shard = stream.find_shard(shard_id(iterator.shard));
    if (shard == nullptr) {
        return {stream, nullptr, {}, {}};
    }
    const auto most = static_cast<std::size_t>(wanted.limit.value_or(limits::records_per_read));
    const Reading reading = read_shared(stream, *shard, iterator.next, most);
    if (reading.throttled_until) {
        throw rate_exceeded(stream, *shard);
    }
    if (reading.records.ended) {
        return {stream, shard, reading.records, {}};
    }
    iterator.next = reading.next;
    iterator.created_at = streams.now();
    return {stream, shard, reading.records, iterator_text(iterator)};
}

Json get_records(Request& request) {
    const GetRecordsRequest wanted{*text_or_nothing(request.parameters, "ShardIterator"),
                                   text_or_nothing(request.parameters, "StreamARN"),
                                   text_or_nothing(request.parameters, "StreamId"),
                                   request.parameters.optional_integer("Limit")};
    request.parameters.finish();
    const Got got = read_shard(request.streams, wanted);
    if (got.shard == nullptr) {
        return {{"Records", Json::array()}, {"MillisBehindLatest", 0}};
    }
    Json answer{{"Records", record_list(*got.shard, got.records)},
                {"MillisBehindLatest", got.records.millis_behind}};
    if (got.next_iterator.empty()) {
        answer["ChildShards"] = child_shards(got.stream, *got.shard);
    } else {
        answer["NextShardIterator"] = got.next_iterator;
    }
    return answer;
}

std::string get_records_quickly(Streams& streams, const aws::PlainValue& parameters) {
    const Got got = read_shard(streams,
                               {*parameters.optional_text("ShardIterator"),
                                parameters.optional_text("StreamARN"),
                                parameters.optional_text("StreamId"),
                                parameters.optional_integer("Limit")});
    std::string answer = "{";
    if (got.shard != nullptr && got.next_iterator.empty()) {
        answer += "\"ChildShards\":" + aws::write_json(child_shards(got.stream, *got.shard)) + ",";
    }
    answer += "\"MillisBehindLatest\":" + std::to_string(got.records.millis_behind);
    if (!got.next_iterator.empty()) {
        answer.append(R"(,"NextShardIterator":")").append(got.next_iterator).append("\"");
    }
    answer += ",\"Records\":";
    if (got.shard == nullptr) {
        answer += "[]";
    } else {
        append_record_list(answer, *got.shard, got.records);
    }
    answer += '}';
    return answer;
}

}  // namespace

void add_read_operations(const Rows& rows) {
    rows.add("GetRecords", get_records);
    rows.add_quick("GetRecords", get_records_quickly);
    rows.add("GetShardIterator", get_shard_iterator);
}

}  // namespace orrery::kinesis
