/// A shard: its range of hash keys, its records in order, and how much it still takes and gives.
#pragma once

#include "engine/time.h"
#include "services/kinesis/hash_key.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/sequence_number.h"
#include "services/kinesis/throughput.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::kinesis {

/// How many bytes base64 stands for.
std::size_t decoded_size(std::string_view base64);

class Record {
public:
    /// `data` is base64: so it comes, and so it goes to clients and functions.
    Record(Instant arrived, std::string_view key, std::string_view data, bool encrypted);

    Instant arrived() const { return arrived_; }
    std::string_view key() const { return {bytes_.get(), key_size_}; }
    std::string_view data() const { return {bytes_.get() + key_size_, data_size_}; }
    bool encrypted() const { return encrypted_; }
    /// What limits count: the data and the key.
    std::int64_t size() const {
        return static_cast<std::int64_t>(key_size_ + decoded_size(data()));
    }

private:
    Instant arrived_;
    std::uint32_t key_size_;
    std::uint32_t data_size_ : 31;
    std::uint32_t encrypted_ : 1;
    std::unique_ptr<char[]> bytes_;
};

/// Destroying it ends the wait.
class Watch {
public:
    Watch() = default;
    explicit Watch(std::shared_ptr<std::function<void()>> waiting) : waiting_(std::move(waiting)) {}

private:
    std::shared_ptr<std::function<void()>> waiting_;
};

/// Those who wait for something to happen, each to be called once.
class Waiting {
public:
    Watch add(std::function<void()> callback);
    /// Calls all of them, as events of the present instant; then nobody waits any more.
    void wake(World& world) {
        if (!waiting_.empty()) {
            call(world);
        }
    }

private:
    void call(World& world);

    std::vector<std::weak_ptr<std::function<void()>>> waiting_;
    std::size_t worth_sweeping_ = 16;
};

/// "shardId-000000000005" for 5.
std::string shard_id(std::uint32_t index);
std::optional<std::uint32_t> parse_shard_id(std::string_view id);

class Shard {
public:
    Shard(std::uint32_t index, HashRange range, Instant opened_at);

    std::uint32_t index() const { return index_; }
    const std::string& id() const { return id_; }
    const HashRange& range() const { return range_; }
    Instant opened_at() const { return opened_at_; }
    /// Indexes of the shards that it was made of; none for the stream's first.
    std::optional<std::uint32_t> parent;
    std::optional<std::uint32_t> adjacent_parent;  // of a merge
    std::vector<std::uint32_t> children;
    std::optional<Instant> closed_at;

    /// Records have the indexes from first() up to next(), which the next one will have.
    std::uint64_t first() const { return first_; }
    std::uint64_t next() const { return first_ + records_.size(); }
    /// Null if it has been trimmed, or is not there yet.
    const Record* find(std::uint64_t index) const {
        return index < first_ || index >= next() ? nullptr : &records_[index - first_];
    }
    /// The first record that arrived at `instant` or later; next() if there is none.
    std::uint64_t first_since(Instant instant) const;
    std::uint64_t append(Record record);
    /// Forgets what arrived before `horizon`.
    void trim(Instant horizon) {
        while (!records_.empty() && records_.front().arrived() < horizon) {
            records_.pop_front();
            ++first_;
        }
    }

    /// Of a record. One that has been trimmed has lost its second.
    SequenceNumber number(std::uint64_t index) const;
    SequenceNumber first_number() const {
        return {epoch_seconds(opened_at_), index_, 0, epoch_seconds(opened_at_)};
    }
    /// A closed one's.
    SequenceNumber last_number() const;

    Bucket write_records{limits::write_records};
    Bucket write_bytes{limits::write_bytes};
    Bucket reads{limits::reads};
    ReadBucket read_bytes{limits::read_bytes};
    Bucket iterators{limits::iterators};
    Waiting waiting;  // for records, or its end
    /// What it has taken in a minute, of a stream on demand.
    struct Traffic {
        std::int64_t minute = 0;  // since the epoch
        std::int64_t records = 0;
        std::int64_t bytes = 0;
    } traffic;

    // For the store: what it has of the records.
    std::uint64_t saved_first = 1;
    std::uint64_t saved_next = 1;
    /// Of a shard that is read back: where it stood, and then its records in order.
    void restore_place(std::uint64_t next);
    void restore_record(std::uint64_t index, Record record);

private:
    std::uint32_t index_;
    std::string id_;
    HashRange range_;
    Instant opened_at_;
    std::uint64_t first_ = 1;
    std::deque<Record> records_;
};

}  // namespace orrery::kinesis
