// SplitShard, MergeShards, UpdateShardCount, and the limits of shards. [docs: API_SplitShard,
// API_MergeShards, API_UpdateShardCount]
#include "engine/world.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/reading.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::kinesis {

namespace {

void refuse_on_demand(const Stream& stream, std::string_view operation) {
    if (stream.settings.on_demand) {
        // (wording unverified)
        throw validation_error("Request is invalid. Stream " + stream.identity().name +
                               " under account " + stream.identity().account +
                               " is in On-Demand mode. " + std::string(operation) +
                               " is not supported for it.");
    }
}

Shard& shard_to_change(Stream& stream, const std::string& id) {
    Shard* shard = stream.find_shard(id);
    if (shard == nullptr) {
        // [kinesalite]
        throw aws::ApiError("ResourceNotFoundException",
                            "Could not find shard " + id + in_stream(stream) + ".");
    }
    if (shard->closed_at) {
        // [kinesalite]
        throw invalid_argument("Shard " + id + in_stream(stream) +
                               " has already been merged or split, and thus is not eligible for "
                               "merging or splitting.");
    }
    return *shard;
}

Json split_shard(Request& request) {
    Stream& stream = active_stream(request);
    const std::string id = request.parameters.string("ShardToSplit");
    const std::string key_text = request.parameters.string("NewStartingHashKey");
    request.parameters.finish();
    refuse_on_demand(stream, "SplitShard");
    const Shard& shard = shard_to_change(stream, id);
    const std::optional<HashKey> key = parse_hash_key(key_text);
    const HashRange& range = shard.range();
    if (!key || *key <= range.first || *key - range.first < 2 || *key >= range.last) {
        // [kinesalite]
        throw invalid_argument(
            "NewStartingHashKey " + key_text + " used in SplitShard() on shard " + id +
            in_stream(stream) + " is not both greater than one plus the shard's StartingHashKey " +
            hash_key_text(range.first) + " and less than the shard's EndingHashKey " +
            hash_key_text(range.last) + ".");
    }
    check_shard_limit(request.streams, 1);
    update(request.streams, stream, limits::resharding, [id, key = *key](Stream& changed) {
        changed.split(*changed.find_shard(id), key);
    });
    return Json::object();
}

Json merge_shards(Request& request) {
    Stream& stream = active_stream(request);
    const std::string id = request.parameters.string("ShardToMerge");
    const std::string other_id = request.parameters.string("AdjacentShardToMerge");
    request.parameters.finish();
    refuse_on_demand(stream, "MergeShards");
    const HashRange& one = shard_to_change(stream, id).range();
    const HashRange& other = shard_to_change(stream, other_id).range();
    // The ends of all hash keys do not meet: both would wrap to zero.
    const bool adjacent = (one.last + 1 == other.first && other.first != 0) ||
                          (other.last + 1 == one.first && one.first != 0);
    if (!adjacent) {
        // [kinesalite]
        throw invalid_argument("Shards " + id + " and " + other_id + in_stream(stream) +
                               " are not an adjacent pair of shards eligible for merging");
    }
    update(request.streams, stream, limits::resharding, [id, other_id](Stream& changed) {
        changed.merge(*changed.find_shard(id), *changed.find_shard(other_id));
    });
    return Json::object();
}

Json update_shard_count(Request& request) {
    Streams& streams = request.streams;
    Stream& stream = active_stream(request);
    const auto target =
        static_cast<std::size_t>(*request.parameters.optional_integer("TargetShardCount"));
    request.parameters.accept("ScalingType");  // there is one
    request.parameters.finish();
    refuse_on_demand(stream, "UpdateShardCount");
    const std::size_t current = stream.open_shards().size();
    // (wordings unverified)
    if (target > 2 * current || 2 * target < current) {
        throw invalid_argument("UpdateShardCount cannot scale stream " + stream.identity().name +
                               " from " + std::to_string(current) + " to " +
                               std::to_string(target) +
                               " shards: not more than double, and not less than half of them.");
    }
    if (target > limits::most_shards) {
        throw limit_exceeded("UpdateShardCount cannot scale a stream to more than " +
                             std::to_string(limits::most_shards) + " shards.");
    }
    auto& updates = stream.settings.count_updates;
    if (!another_today(updates, limits::count_updates, streams.now())) {
        throw limit_exceeded("UpdateShardCount can be called " +
                             std::to_string(limits::count_updates) +
                             " times in 24 hours for a stream.");
    }
    if (target > current) {
        check_shard_limit(streams, target - current);
    }
    updates.push_back(streams.now());
    update(
        streams, stream, limits::resharding, [target](Stream& changed) { changed.scale(target); });
    return {{"StreamName", stream.identity().name},
            {"StreamARN", stream.identity().arn},
            {"CurrentShardCount", current},
            {"TargetShardCount", target}};
}

}  // namespace

void check_shard_limit(Streams& streams, std::size_t more) {
    const std::size_t current = streams.open_shards();
    if (current + more > streams.shard_limit()) {
        // [kinesalite]
        throw limit_exceeded(
            "This request would exceed the shard limit for the account " +
            streams.identity().account + " in " + streams.identity().region +
            ". Current shard count for the account: " + std::to_string(current) +
            ". Limit: " + std::to_string(streams.shard_limit()) +
            ". Number of additional shards that would have resulted from this request: " +
            std::to_string(more) +
            ". Refer to the AWS Service Limits page "
            "(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current "
            "limits and how to request higher limits.");
    }
}

void add_shard_operations(const Rows& rows) {
    rows.add("MergeShards", merge_shards);
    rows.add("SplitShard", split_shard);
    rows.add("UpdateShardCount", update_shard_count);
}

}  // namespace orrery::kinesis
