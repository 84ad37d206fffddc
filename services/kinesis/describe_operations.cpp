// What is told of streams and shards: DescribeStream, DescribeStreamSummary, ListShards. [docs:
// API_DescribeStream, API_DescribeStreamSummary, API_ListShards]
#include "engine/world.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/page_token.h"
#include "services/kinesis/reading.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::kinesis {

namespace {

Json shard_json(const Shard& shard) {
    Json json{{"ShardId", shard.id()},
              {"HashKeyRange",
               {{"StartingHashKey", hash_key_text(shard.range().first)},
                {"EndingHashKey", hash_key_text(shard.range().last)}}},
              {"SequenceNumberRange",
               {{"StartingSequenceNumber", sequence_number_text(shard.first_number())}}}};
    if (shard.parent) {
        json["ParentShardId"] = shard_id(*shard.parent);
    }
    if (shard.adjacent_parent) {
        json["AdjacentParentShardId"] = shard_id(*shard.adjacent_parent);
    }
    if (shard.closed_at) {
        json["SequenceNumberRange"]["EndingSequenceNumber"] =
            sequence_number_text(shard.last_number());
    }
    return json;
}

/// What both descriptions have.
Json description(const Stream& stream) {
    const StreamSettings& settings = stream.settings;
    Json json{
        {"StreamName", stream.identity().name},
        {"StreamARN", stream.identity().arn},
        {"StreamStatus", status_text(stream.status)},
        {"StreamModeDetails", mode_details(stream)},
        {"RetentionPeriodHours",
         std::chrono::duration_cast<std::chrono::hours>(settings.retention).count()},
        {"StreamCreationTimestamp", timestamp(stream.identity().created_at)},
        {"EnhancedMonitoring", Json::array({{{"ShardLevelMetrics", settings.shard_metrics}}})},
        {"EncryptionType", settings.key_id.empty() ? "NONE" : "KMS"}};
    if (!settings.key_id.empty()) {
        json["KeyId"] = settings.key_id;
    }
    return json;
}

Json describe_stream(Request& request) {
    constexpr std::int64_t most = 100;  // whatever Limit says [botocore]
    Stream& stream = existing_stream(request);
    const auto limit = static_cast<std::size_t>(
        std::min(request.parameters.optional_integer("Limit").value_or(most), most));
    const std::string* start = request.parameters.optional_text("ExclusiveStartShardId");
    request.parameters.finish();
    const auto& shards = stream.shards();
    auto next = shards.begin();
    if (start != nullptr) {
        const auto index = parse_shard_id(*start);
        if (!index) {
            throw no_such_shard(stream, *start);
        }
        next = shards.upper_bound(*index);
    }
    Json list = Json::array();
    for (; next != shards.end() && list.size() < limit; ++next) {
        list.push_back(shard_json(next->second));
    }
    Json json = description(stream);
    json["HasMoreShards"] = next != shards.end();
    json["Shards"] = std::move(list);
    return {{"StreamDescription", std::move(json)}};
}

Json describe_stream_summary(Request& request) {
    Stream& stream = existing_stream(request);
    request.parameters.finish();
    Json json = description(stream);
    json["StreamId"] = stream.identity().id;
    json["OpenShardCount"] = stream.open_shards().size();
    json["ConsumerCount"] = stream.consumers.size();
    json["MaxRecordSizeInKiB"] = stream.settings.record_kib;
    if (stream.settings.warm_mibps > 0) {
        json["WarmThroughput"] = warm_throughput(stream);
    }
    return {{"StreamDescriptionSummary", std::move(json)}};
}

/// Which shards a ListShards is about.
struct Filter {
    std::string type = "FROM_TRIM_HORIZON";
    std::string shard_id;
    Instant timestamp;
};

Filter read_filter(const Json& given) {
    Filter filter;
    filter.type = given.at("Type");
    filter.shard_id = given.value("ShardId", "");
    const bool timed = filter.type.ends_with("_TIMESTAMP");
    // (wordings unverified)
    if (timed != given.contains("Timestamp")) {
        throw invalid_argument("A ShardFilter of type " + filter.type +
                               (timed ? " must have a Timestamp." : " cannot have a Timestamp."));
    }
    if ((filter.type == "AFTER_SHARD_ID") != given.contains("ShardId")) {
        throw invalid_argument(
            "A ShardFilter of type " + filter.type +
            (filter.shard_id.empty() ? " must have a ShardId." : " cannot have a ShardId."));
    }
    if (timed) {
        filter.timestamp = instant_of(given["Timestamp"]);
    }
    return filter;
}

bool matches(const Filter& filter, const Stream& stream, const Shard& shard, Instant now) {
    const Instant horizon = std::max(stream.identity().created_at, now - stream.settings.retention);
    const auto open_at = [&](Instant instant) {
        return shard.opened_at() <= instant && (!shard.closed_at || *shard.closed_at >= instant);
    };
    if (filter.type == "AFTER_SHARD_ID") {
        return shard.id() > filter.shard_id;
    }
    if (filter.type == "AT_TRIM_HORIZON") {
        // The first shards of a stream open a while after it was made.
        return !shard.parent || open_at(horizon);
    }
    if (filter.type == "AT_LATEST") {
        return !shard.closed_at;
    }
    if (filter.type == "AT_TIMESTAMP") {
        return open_at(std::max(filter.timestamp, horizon));
    }
    if (filter.type == "FROM_TIMESTAMP") {
        return !shard.closed_at || *shard.closed_at >= filter.timestamp;
    }
    return true;
}

/// What a page of ListShards is asked for with, by parameters or by a token.
struct Listing {
    Stream* stream = nullptr;
    Filter filter;
    Json filter_json;  // as it was given, or null
    std::string after;
};

Listing read_listing(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const std::string* token = parameters.optional_text("NextToken");
    const std::string* start = parameters.optional_text("ExclusiveStartShardId");
    const Json* filter = parameters.optional("ShardFilter");
    const Json* created = parameters.optional("StreamCreationTimestamp");
    Listing listing;
    if (token == nullptr) {
        listing.stream = &existing_stream(request);
        listing.after = start == nullptr ? "" : *start;
        if (created != nullptr && epoch_seconds(instant_of(*created)) !=
                                      epoch_seconds(listing.stream->identity().created_at)) {
            throw no_such_stream(request.streams.identity(), listing.stream->identity().name);
        }
        listing.filter_json = filter == nullptr ? Json() : *filter;
    } else {
        for (const char* other : {"StreamName", "StreamARN", "StreamId"}) {
            if (start != nullptr || filter != nullptr || created != nullptr ||
                parameters.optional(other) != nullptr) {
                // (wording unverified)
                throw invalid_argument("NextToken and StreamName cannot be provided together.");
            }
        }
        const Json place = read_token(*token, request.streams.now());
        const std::string id = place.value("stream", "");
        const std::shared_ptr<Stream> stream = request.streams.find_by_id(id);
        if (stream == nullptr) {
            throw no_such_stream(request.streams.identity(), place.value("name", ""));
        }
        listing.stream = stream.get();
        listing.after = place.at("after");
        listing.filter_json = place.value("filter", Json());
    }
    if (listing.filter_json.is_object()) {
        listing.filter = read_filter(listing.filter_json);
    }
    return listing;
}

Json list_shards(Request& request) {
    constexpr std::int64_t most = 1000;  // whatever MaxResults says [botocore]
    const auto limit = static_cast<std::size_t>(
        std::min(request.parameters.optional_integer("MaxResults").value_or(most), most));
    const Listing listing = read_listing(request);
    request.parameters.finish();
    Stream& stream = *listing.stream;
    if (stream.status != StreamStatus::active && stream.status != StreamStatus::updating) {
        throw not_active(stream);
    }
    const Instant now = request.streams.now();
    Json list = Json::array();
    bool more = false;
    for (const auto& [index, shard] : stream.shards()) {
        if (shard.id() <= listing.after || !matches(listing.filter, stream, shard, now)) {
            continue;
        }
        more = list.size() == limit;
        if (more) {
            break;
        }
        list.push_back(shard_json(shard));
    }
    Json answer = Json::object();
    if (more) {
        answer["NextToken"] = token_text({{"stream", stream.identity().id},
                                          {"name", stream.identity().name},
                                          {"filter", listing.filter_json},
                                          {"after", list.back()["ShardId"]}},
                                         now);
    }
    answer["Shards"] = std::move(list);
    return answer;
}

}  // namespace

Json mode_details(const Stream& stream) {
    return {{"StreamMode", stream.settings.on_demand ? "ON_DEMAND" : "PROVISIONED"}};
}

Json warm_throughput(const Stream& stream) {
    return {{"TargetMiBps", stream.settings.warm_mibps},
            {"CurrentMiBps", stream.open_shards().size()}};
}

void add_describe_operations(const Rows& rows) {
    rows.add("DescribeStream", describe_stream);
    rows.add("DescribeStreamSummary", describe_stream_summary);
    rows.add("ListShards", list_shards);
}

}  // namespace orrery::kinesis
