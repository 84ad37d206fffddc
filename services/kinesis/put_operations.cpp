// PutRecord and PutRecords. [docs: API_PutRecord, API_PutRecords]
#include "engine/world.h"
#include "services/aws/encoding.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/stream_metrics.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace orrery::kinesis {

namespace {

/// A record as a request has it; refers to the request's own text.
struct Given {
    NewRecord record;
    std::int64_t bytes = 0;
};

/// Whether it is what base64() writes: such text is kept as it is.
bool is_canonical_base64(std::string_view text) {
    static const std::vector<signed char> values = [] {
        std::vector<signed char> table(256, -1);
        constexpr std::string_view letters =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (std::size_t value = 0; value < letters.size(); ++value) {
            table[static_cast<unsigned char>(letters[value])] = static_cast<signed char>(value);
        }
        return table;
    }();
    if (text.size() % 4 != 0) {
        return false;
    }
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const std::string_view letters = text.substr(0, text.size() - padding);
    signed char all = 0;
    for (const char letter : letters) {
        all = static_cast<signed char>(all | values[static_cast<unsigned char>(letter)]);
    }
    if (all < 0) {
        return false;
    }
    // The bits that stand for no byte must be zero.
    const int unused = padding == 2 ? 0xF : padding == 1 ? 0x3 : 0;
    return unused == 0 || (values[static_cast<unsigned char>(letters.back())] & unused) == 0;
}

void check_data(std::string_view data) {
    if (!is_canonical_base64(data) && !aws::decode_base64(data)) {
        // (wording unverified)
        throw aws::ApiError("SerializationException", "Data is not valid base64");
    }
}

HashKey explicit_hash(const std::string& text) {
    const std::optional<HashKey> hash = parse_hash_key(text);
    if (!hash) {
        // [kinesalite]
        throw invalid_argument(
            "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
            "Specified value was " +
            text);
    }
    return *hash;
}

/// The rules that one bad record breaks for the whole request.
Given read_record(const std::string& key,
                  const std::string& data,
                  const std::string* hash,
                  const Stream& stream) {
    check_data(data);
    Given given;
    given.record.key = key;
    given.record.data = data;
    if (hash != nullptr) {
        given.record.hash = explicit_hash(*hash);
    }
    given.bytes = static_cast<std::int64_t>(key.size() + decoded_size(data));
    const std::int64_t most = stream.settings.record_kib * limits::kib;
    if (given.bytes > most) {
        // (wording unverified)
        throw invalid_argument("The record's data and partition key have " +
                               std::to_string(given.bytes) + " bytes together, and stream " +
                               stream.identity().name + " takes at most " + std::to_string(most));
    }
    return given;
}

struct Placed {
    const Shard& shard;
    std::uint64_t index;  // 0: the shard's limits or a fault refused it
};

Placed put(Streams& streams, Stream& stream, const Given& given, std::string_view action) {
    World& world = streams.world();
    Shard& shard = stream.shard_for(given.record);
    const bool refused = world.faults.fires(
        "kinesis.put.throttled",
        {{"stream", stream.identity().name}, {"shard", shard.id()}, {"action", action}});
    const std::uint64_t index = refused ? 0 : stream.put(shard, given.record);
    if (StreamMetrics* metrics = stream.metrics()) {
        metrics->put(world.loop.now(), shard.index(), given.bytes, index != 0);
    }
    return {shard, index};
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
void check_ordering(const std::string& text, const Stream& stream, const Shard& shard) {
    const auto number = parse_sequence_number(text);
    if (!number || (number->shard == shard.index() && number->index >= shard.next())) {
        // [kinesalite]
        throw invalid_argument("ExclusiveMinimumSequenceNumber " + text +
                               " used in PutRecord on stream " + stream.identity().name +
                               " under account " + stream.identity().account +
                               " is invalid because it did not come from this stream.");
    }
}

Json put_record(Request& request) {
    Stream& stream = usable_stream(request);
    const Given given = read_record(*request.parameters.optional_text("PartitionKey"),
                                    *request.parameters.optional_text("Data"),
                                    request.parameters.optional_text("ExplicitHashKey"),
                                    stream);
    const std::string* ordering = request.parameters.optional_text("SequenceNumberForOrdering");
    request.parameters.finish();
    if (ordering != nullptr) {
        check_ordering(*ordering, stream, stream.shard_for(given.record));
    }
    const Placed placed = put(request.streams, stream, given, "PutRecord");
    const bool accepted = placed.index != 0;
    if (StreamMetrics* metrics = stream.metrics()) {
        metrics->put_record(request.streams.now(), given.bytes, accepted);
    }
    if (!accepted) {
        trace_throttled(request.streams, stream, placed.shard, "PutRecord", 1);
        throw rate_exceeded(stream, placed.shard);
    }
    request.streams.world().trace.record(stream.identity().source,
                                         "kinesis.record.put",
                                         {{"shard", placed.shard.id()},
                                          {"key", given.record.key},
                                          {"bytes", given.bytes},
                                          {"index", placed.index}});
    Json answer{{"ShardId", placed.shard.id()},
                {"SequenceNumber", sequence_number_text(placed.shard.number(placed.index))}};
    if (!stream.settings.key_id.empty()) {
        answer["EncryptionType"] = "KMS";
    }
    return answer;
}

std::vector<Given> read_records(const Json& entries, const Stream& stream) {
    std::vector<Given> records;
    records.reserve(entries.size());
    std::int64_t bytes = 0;
    for (const Json& entry : entries) {
        const auto hash = entry.find("ExplicitHashKey");
        records.push_back(
            read_record(entry.at("PartitionKey").get_ref<const std::string&>(),
                        entry.at("Data").get_ref<const std::string&>(),
                        hash == entry.end() ? nullptr : &hash->get_ref<const std::string&>(),
                        stream));
        bytes += records.back().bytes;
    }
    if (bytes > limits::request_bytes) {
        // (wording unverified)
        throw invalid_argument("Records size exceeds " +
                               std::to_string(limits::request_bytes / limits::mib) + " MB limit");
    }
    return records;
}

Json put_records(Request& request) {
    Stream& stream = usable_stream(request);
    const std::vector<Given> records =
        read_records(*request.parameters.optional("Records"), stream);
    request.parameters.finish();
    Json results = Json::array();
    auto& list = results.get_ref<Json::array_t&>();
    list.reserve(records.size());
    std::size_t failed = 0;
    std::int64_t bytes = 0;
    const Shard* throttled = nullptr;
    for (const Given& given : records) {
        const Placed placed = put(request.streams, stream, given, "PutRecords");
        // Initializer lists would make a list of each of these first.
        auto& result = list.emplace_back(Json::object()).get_ref<Json::object_t&>();
        if (placed.index == 0) {
            ++failed;
            throttled = &placed.shard;
            result.emplace("ErrorCode", "ProvisionedThroughputExceededException");
            result.emplace("ErrorMessage", rate_exceeded_text(stream, placed.shard));
        } else {
            bytes += given.bytes;
            result.emplace("SequenceNumber",
                           sequence_number_text(placed.shard.number(placed.index)));
            result.emplace("ShardId", placed.shard.id());
        }
    }
    if (StreamMetrics* metrics = stream.metrics()) {
        metrics->put_records(request.streams.now(), records.size(), failed, bytes);
    }
    if (throttled != nullptr) {
        trace_throttled(request.streams, stream, *throttled, "PutRecords", failed);
    }
    request.streams.world().trace.record(
        stream.identity().source,
        "kinesis.records.put",
        {{"records", records.size() - failed}, {"failed", failed}, {"bytes", bytes}});
    Json answer{{"FailedRecordCount", failed}, {"Records", std::move(results)}};
    if (!stream.settings.key_id.empty()) {
        answer["EncryptionType"] = "KMS";
    }
    return answer;
}

}  // namespace

void add_put_operations(const Rows& rows) {
    rows.add("PutRecord", put_record);
    rows.add("PutRecords", put_records);
}

}  // namespace orrery::kinesis
