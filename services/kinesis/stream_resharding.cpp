// How a stream's shards come and go: the first ones, splits, merges.
#include "engine/ensure.h"
#include "engine/world.h"
#include "services/kinesis/stream.h"

#include <algorithm>

namespace orrery::kinesis {

Shard& Stream::open_shard(HashRange range) {
    const std::uint32_t index = next_shard_++;
    Shard& shard = shards_.try_emplace(index, index, range, world_.loop.now()).first->second;
    const auto place = std::upper_bound(
        open_.begin(), open_.end(), range.first, [](HashKey key, const Shard* other) {
            return key < other->range().first;
        });
    open_.insert(place, &shard);
    changed();
    return shard;
}

void Stream::close_shard(Shard& shard) {
    std::erase(open_, &shard);
    shard.closed_at = world_.loop.now();
    shard.waiting.wake(world_);
}

void Stream::open_first_shards(std::size_t count) {
    for (std::size_t index = 0; index < count; ++index) {
        open_shard(uniform_range(index, count));
    }
    waiting_.wake(world_);
}

void Stream::split(Shard& shard, HashKey key) {
    ENSURE(!shard.closed_at && key > shard.range().first && key <= shard.range().last);
    close_shard(shard);
    std::vector<std::string> children;
    for (const HashRange range :
         {HashRange{shard.range().first, key - 1}, HashRange{key, shard.range().last}}) {
        Shard& child = open_shard(range);
        child.parent = shard.index();
        shard.children.push_back(child.index());
        children.push_back(child.id());
    }
    world_.trace.record(
        identity_.source, "kinesis.shard.split", {{"shard", shard.id()}, {"children", children}});
    waiting_.wake(world_);
}

void Stream::merge(Shard& shard, Shard& adjacent) {
    ENSURE(!shard.closed_at && !adjacent.closed_at);
    close_shard(shard);
    close_shard(adjacent);
    Shard& child = open_shard({std::min(shard.range().first, adjacent.range().first),
                               std::max(shard.range().last, adjacent.range().last)});
    child.parent = shard.index();
    child.adjacent_parent = adjacent.index();
    for (Shard* parent : {&shard, &adjacent}) {
        parent->children.push_back(child.index());
    }
    const std::vector<std::string> parents{shard.id(), adjacent.id()};
    world_.trace.record(
        identity_.source, "kinesis.shards.merged", {{"shards", parents}, {"child", child.id()}});
    waiting_.wake(world_);
}

/// Shards are split where another range begins, and what then lies in one range is merged, two by
/// two; some shards live for no time. [docs: API_UpdateShardCount for that; which splits and merges
/// AWS makes is unverified]
void Stream::scale(std::size_t count) {
    for (std::size_t index = 0; index < count; ++index) {
        const HashRange range = uniform_range(index, count);
        const auto holder = [&](HashKey key) -> Shard& {
            return **std::find_if(open_.begin(), open_.end(), [&](Shard* shard) {
                return shard->range().holds(key);
            });
        };
        if (Shard& shard = holder(range.first); shard.range().first != range.first) {
            split(shard, range.first);
        }
        if (Shard& shard = holder(range.last); shard.range().last != range.last) {
            split(shard, range.last + 1);
        }
        while (holder(range.first).range().last != range.last) {
            Shard& shard = holder(range.first);
            merge(shard, holder(shard.range().last + 1));
        }
    }
}

/// A stream on demand has room for double of what it takes: a shard that takes more than half of
/// what it may is split in the middle a while later. [docs: how-do-i-size-a-stream]
void Stream::watch_traffic(Shard& shard, std::int64_t bytes) {
    const std::int64_t minute = epoch_seconds(world_.loop.now()) / 60;
    if (shard.traffic.minute != minute) {
        shard.traffic = {minute, 0, 0};
    }
    ++shard.traffic.records;
    shard.traffic.bytes += bytes;
    const bool hot =
        shard.traffic.records > limits::hot_records || shard.traffic.bytes > limits::hot_bytes;
    if (hot && !coming_splits_.contains(shard.index()) &&
        open_.size() + coming_splits_.size() < limits::most_shards) {
        coming_splits_[shard.index()] = world_.loop.after(
            limits::hot_shard_split, [this, index = shard.index()] { split_evenly(index); });
    }
}

/// Unless something else has become of the shard or stream meanwhile.
void Stream::split_evenly(std::uint32_t index) {
    coming_splits_.erase(index);
    const auto found = shards_.find(index);
    if (found == shards_.end() || found->second.closed_at || !settings.on_demand || !usable()) {
        return;
    }
    const HashRange range = found->second.range();
    if (range.first < range.last) {
        split(found->second, range.first + (range.last - range.first) / 2 + 1);
    }
}

}  // namespace orrery::kinesis
