#include "services/kinesis/stream.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/kinesis/stream_metrics.h"

#include <algorithm>
#include <utility>

namespace orrery::kinesis {

Stream::Stream(World& world, StreamIdentity identity, std::unique_ptr<StreamMetrics> metrics)
    : world_(world), identity_(std::move(identity)), metrics_(std::move(metrics)) {}

Stream::~Stream() {
    for (const auto& [shard, event] : coming_splits_) {
        world_.loop.cancel(event);
    }
}

Consumer* Stream::find_consumer(std::string_view arn) {
    const auto found = std::find_if(consumers.begin(), consumers.end(), [&](const auto& consumer) {
        return consumer.second.arn == arn;
    });
    return found == consumers.end() ? nullptr : &found->second;
}

void Stream::remove_consumer(const std::string& name) {
    consumers.erase(name);
    for (auto& [index, shard] : shards_) {
        shard.waiting.wake(world_);
    }
    waiting_.wake(world_);
}

void Stream::close() {
    gone_ = true;
    waiting_.wake(world_);
    for (auto& [index, shard] : shards_) {
        shard.waiting.wake(world_);
        forget(shard);
    }
    open_.clear();
    shards_.clear();
}

const std::map<std::uint32_t, Shard>& Stream::shards() {
    drop_expired_shards();
    return shards_;
}

Shard* Stream::find_shard(std::string_view id) {
    drop_expired_shards();
    return known_shard(id);
}

Shard* Stream::known_shard(std::string_view id) {
    const std::optional<std::uint32_t> index = parse_shard_id(id);
    const auto found = index ? shards_.find(*index) : shards_.end();
    return found == shards_.end() ? nullptr : &found->second;
}

/// Closed shards expire when retention has taken all that they held. [docs:
/// kinesis-using-sdk-java-after-resharding]
void Stream::drop_expired_shards() {
    if (shards_.size() == open_.size()) {
        return;
    }
    const Instant horizon = world_.loop.now() - settings.retention;
    for (auto each = shards_.begin(); each != shards_.end();) {
        Shard& shard = each->second;
        if (!shard.closed_at || *shard.closed_at >= horizon) {
            ++each;
            continue;
        }
        forget(shard);
        each = shards_.erase(each);
        changed();
    }
}

void Stream::trim(Shard& shard) {
    const std::uint64_t before = shard.first();
    shard.trim(world_.loop.now() - settings.retention);
    if (shard.first() != before) {
        touch(shard);
    }
}

std::uint64_t Stream::horizon(Shard& shard) {
    trim(shard);
    return shard.first();
}

void Stream::set_retention(Duration retention) {
    for (auto& [index, shard] : shards_) {
        trim(shard);  // what is gone does not come back
    }
    settings.retention = retention;
    changed();
}

Shard& Stream::shard_for(const NewRecord& record) {
    const HashKey hash = record.hash ? *record.hash : hasher_.hash(record.key);
    const auto after =
        std::upper_bound(open_.begin(), open_.end(), hash, [](HashKey key, const Shard* shard) {
            return key < shard->range().first;
        });
    ENSURE(after != open_.begin());
    return **std::prev(after);
}

std::uint64_t Stream::put(Shard& shard, const NewRecord& record) {
    const Instant now = world_.loop.now();
    const std::int64_t size = record.size();
    if (!shard.write_records.has(1, now) || !shard.write_bytes.has(size, now)) {
        return 0;
    }
    shard.write_records.take(1, now);
    shard.write_bytes.take(size, now);
    trim(shard);
    touch(shard);
    shard.waiting.wake(world_);
    if (settings.on_demand) {
        watch_traffic(shard, size);
    }
    return shard.append(Record(now, record.key, record.data, !settings.key_id.empty()));
}

ShardRead Stream::read(Shard& shard,
                       std::uint64_t from,
                       std::size_t most_records,
                       std::int64_t most_bytes) {
    trim(shard);
    ShardRead read;
    read.trimmed = from < shard.first();
    read.first = std::clamp(from, shard.first(), shard.next());
    const std::uint64_t end =
        read.first + std::min<std::uint64_t>(most_records, shard.next() - read.first);
    for (read.next = read.first; read.next < end; ++read.next) {
        const std::int64_t size = shard.find(read.next)->size();
        if (read.bytes + size > most_bytes && read.next > read.first) {
            break;
        }
        read.bytes += size;
    }
    if (const Record* waiting = shard.find(read.next)) {
        const Duration age = world_.loop.now() - waiting->arrived();
        read.millis_behind =
            std::max<std::int64_t>(1, std::chrono::floor<std::chrono::milliseconds>(age).count());
    } else {
        read.ended = shard.closed_at.has_value();
    }
    return read;
}

Watch Stream::watch(Shard& shard, std::uint64_t from, std::function<void()> changed) {
    return from < shard.next() || shard.closed_at ? watch_nothing(std::move(changed))
                                                  : shard.waiting.add(std::move(changed));
}

Watch Stream::watch_nothing(std::function<void()> changed) {
    Waiting nothing;
    Watch watch = nothing.add(std::move(changed));
    nothing.wake(world_);
    return watch;
}

Watch Stream::watch_shards(std::function<void()> changed) {
    Watch watch = waiting_.add(std::move(changed));
    if (gone_) {
        waiting_.wake(world_);
    }
    return watch;
}

}  // namespace orrery::kinesis
