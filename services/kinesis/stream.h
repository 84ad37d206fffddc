/// A stream: its shards, open and closed, and what is set for it. Records go to the shard of their
/// hash key and are read from a place in a shard.
#pragma once

#include "engine/time.h"
#include "engine/timeline.h"
#include "services/kinesis/shard.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct World;
class Store;
}  // namespace orrery

namespace orrery::kinesis {

class StreamMetrics;
class Subscription;

enum class StreamStatus : std::uint8_t { creating, active, updating, deleting };
enum class ConsumerStatus : std::uint8_t { creating, active, deleting };

struct StreamIdentity {
    std::string name;
    std::string arn;
    std::string id;  // StreamId; no other stream ever has the same
    std::string account;
    std::string region;
    std::string source;  // in the trace
    Instant created_at;
};

/// Who reads by enhanced fan-out.
struct Consumer {
    std::string name;
    std::string arn;
    ConsumerStatus status = ConsumerStatus::creating;
    Instant created_at;
    std::map<std::string, std::string> tags;
    std::string policy;
    // By shard: what it has been given, and what gives it more.
    std::map<std::uint32_t, ReadBucket> read_bytes;
    struct Subscribed {
        Instant at;  // last
        std::weak_ptr<Subscription> subscription;
    };
    std::map<std::uint32_t, Subscribed> subscriptions;
};

struct StreamSettings {
    bool on_demand = false;
    Duration retention = std::chrono::hours(limits::least_retention_hours);
    std::int64_t record_kib = limits::default_record_kib;
    std::int64_t warm_mibps = 0;  // none
    std::string key_id;           // of encryption; empty: none
    std::set<std::string> shard_metrics;
    std::map<std::string, std::string> tags;
    std::string policy;
    // When it was last done, to be held against what a day admits.
    std::deque<Instant> count_updates;
    std::deque<Instant> mode_updates;
    std::deque<Instant> key_updates;
};

struct NewRecord {
    std::string_view key;
    std::string_view data;  // base64, checked
    std::optional<HashKey> hash;

    /// What limits count.
    std::int64_t size() const { return static_cast<std::int64_t>(key.size() + decoded_size(data)); }
};

struct ShardRead {
    std::uint64_t first = 0;
    std::uint64_t next = 0;  // the records from `first` up to here
    std::int64_t bytes = 0;
    bool trimmed = false;  // what was asked for is gone: it begins at the oldest there is
    bool ended = false;    // nothing will ever come after it
    std::int64_t millis_behind = 0;
};

class Stream {
public:
    /// `metrics` may be null. It has no shards yet.
    Stream(World& world, StreamIdentity identity, std::unique_ptr<StreamMetrics> metrics);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    const StreamIdentity& identity() const { return identity_; }
    World& world() { return world_; }
    StreamMetrics* metrics() { return metrics_.get(); }
    StreamStatus status = StreamStatus::creating;
    StreamSettings settings;
    std::map<std::string, Consumer, std::less<>> consumers;
    /// Null if there is none.
    Consumer* find_consumer(std::string_view arn);
    /// Who waits for records as this consumer is told.
    void remove_consumer(const std::string& name);

    /// Whether it takes and gives records.
    bool usable() const {
        return status == StreamStatus::active || status == StreamStatus::updating;
    }
    /// Gone: deleted. Who still knows it finds nothing in it.
    bool gone() const { return gone_; }
    void close();

    /// By index; with those that retention still keeps.
    const std::map<std::uint32_t, Shard>& shards();
    std::map<std::uint32_t, Shard>& all_shards() { return shards_; }
    const std::vector<Shard*>& open_shards() const { return open_; }
    Shard* find_shard(std::string_view id);
    /// The same without looking whether it has expired.
    Shard* known_shard(std::string_view id);

    void open_first_shards(std::size_t count);
    /// Children of `shard`; the second begins with `key`.
    void split(Shard& shard, HashKey key);
    void merge(Shard& shard, Shard& adjacent);
    /// Splits and merges until there are `count` with the same width.
    void scale(std::size_t count);

    /// The open shard that it goes to.
    Shard& shard_for(const NewRecord& record);
    /// Its index there; 0 if that is more than the shard takes now.
    std::uint64_t put(Shard& shard, const NewRecord& record);
    /// As many records as fit, possibly none. Nothing is traced or counted.
    ShardRead read(Shard& shard,
                   std::uint64_t from,
                   std::size_t most_records,
                   std::int64_t most_bytes = limits::bytes_per_read);
    /// The oldest place of a shard from which it can be read.
    std::uint64_t horizon(Shard& shard);
    void set_retention(Duration retention);

    /// Calls `changed` once, as an event, when there is something at or after `from`, or the shard
    /// is closed, or the stream is gone; at once if that is so.
    Watch watch(Shard& shard, std::uint64_t from, std::function<void()> changed);
    /// For a shard that is not there: at once.
    Watch watch_nothing(std::function<void()> changed);
    /// Calls `changed` once, as an event, when there are other shards, or none any more.
    Watch watch_shards(std::function<void()> changed);

    /// Something that a state directory keeps has changed, apart from records.
    void changed();
    /// What has changed since the last call, into the store.
    void save(Store& store);
    /// A stream that was saved, without its records.
    void restore_shard(Shard shard);
    /// In the order of their indexes. `next` is the one that the next record has.
    void restore_place(std::uint32_t shard, std::uint64_t next);
    void restore_record(std::uint32_t shard, std::uint64_t index, Record record);

private:
    Shard& open_shard(HashRange range);
    void close_shard(Shard& shard);
    void watch_traffic(Shard& shard, std::int64_t bytes);
    void split_evenly(std::uint32_t index);
    void trim(Shard& shard);
    void drop_expired_shards();
    void save_records(Store& store, Shard& shard);
    void touch(const Shard& shard);
    void forget(const Shard& shard);

    World& world_;
    StreamIdentity identity_;
    std::unique_ptr<StreamMetrics> metrics_;
    std::map<std::uint32_t, Shard> shards_;
    std::vector<Shard*> open_;  // by their ranges
    std::uint32_t next_shard_ = 0;
    std::map<std::uint32_t, EventId> coming_splits_;  // of shards that take much
    KeyHasher hasher_;
    Waiting waiting_;  // for other shards
    bool gone_ = false;
    // For the store.
    bool changed_ = true;
    std::set<std::uint32_t> touched_;          // shards whose records have changed
    std::vector<std::string> erased_records_;  // keys, of shards that are no more
    std::vector<std::string> erased_places_;   // the same
};

}  // namespace orrery::kinesis
