/// A table's stream: the changes of the last 24 hours, in shards that follow one another. It knows
/// no JSON; who polls it (GetRecords, event source mappings) reads from a position.
#pragma once

#include "engine/random.h"
#include "engine/time.h"
#include "services/dynamodb/table.h"

#include <cstddef>
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

namespace orrery::dynamodb {

class ControlStore;

enum class ChangeKind : std::uint8_t { insert, modify, remove };

/// One change. What the stream's view leaves out is empty, as is an image that there is not.
struct StreamRecord {
    std::uint64_t sequence = 0;
    Instant at;
    ChangeKind kind = ChangeKind::insert;
    Writer writer = Writer::client;
    std::string event_id;
    std::string keys;        // stored bytes (encode_item), as the images
    std::string before;      // OldImage
    std::string after;       // NewImage
    std::uint64_t size = 0;  // SizeBytes
    Instant readable_at;     // `at`, unless a fault delays it
};

/// A stretch of the stream of four hours. There is one at a time. [choice: AWS has one for each
/// partition of the table, so at least one]
struct Shard {
    std::string id;
    std::string parent;       // empty: it is the first, or its parent was trimmed from the start
    std::uint64_t first = 0;  // sequence numbers; no record has the first one
    std::optional<std::uint64_t> last;  // once it is closed
    Instant opened_at;
    Instant closed_at;
};

/// What every reader comes with: the next sequence number that it has not read.
struct StreamPosition {
    std::string shard;
    std::uint64_t next = 0;
    friend bool operator==(const StreamPosition&, const StreamPosition&) = default;
};

struct StreamBatch {
    std::vector<const StreamRecord*> records;  // valid until the next write or read
    StreamPosition next;
    bool ended = false;    // all of a closed shard has been read: go on with its child
    bool trimmed = false;  // what the position names is older than 24 hours; nothing was read
};

/// Destroying it ends the wait.
class StreamWatch {
public:
    StreamWatch() = default;
    explicit StreamWatch(std::shared_ptr<std::function<void()>> waiting)
        : waiting_(std::move(waiting)) {}

private:
    std::shared_ptr<std::function<void()>> waiting_;
};

struct StreamIdentity {
    std::uint64_t number = 0;  // of its place in the store; never used again
    std::string table_name;
    std::string table_arn;
    std::string label;
    std::string arn;
    StreamView view = StreamView::keys_only;
    KeySchema keys;
    Instant created_at;
};

class Stream {
public:
    /// A new one, with its first shard; `random` names its shards and records.
    Stream(World& world, StreamIdentity identity, RandomStream random);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    const StreamIdentity& identity() const { return identity_; }
    /// Closed: disabled, or its table is gone. It is readable for 24 hours more.
    bool closed() const { return closed_at_.has_value(); }
    std::optional<Instant> closed_at() const { return closed_at_; }
    void close();

    /// While it is being enabled or disabled it works, but says so.
    bool ready() const { return ready_; }
    void set_ready(bool ready) { ready_ = ready; }

    void append(const Item* before, const Item* after, Writer writer);

    /// The oldest first; with those that time has opened and trimmed since the last call.
    const std::deque<Shard>& shards();
    /// Null if there is none.
    const Shard* find_shard(std::string_view id);
    /// Where reading begins: at the oldest record of a shard, or after the newest.
    StreamPosition oldest(const Shard& shard) const;
    StreamPosition latest(const Shard& shard) const;
    /// At the first record of this instant or later.
    StreamPosition since(const Shard& shard, Instant instant) const;
    /// At most so many records and bytes, one record at least. The shard must be there.
    StreamBatch read(const StreamPosition& position, std::size_t records, std::size_t bytes);
    /// Calls `arrived` once, as an event, when there is a record more or the stream is closed.
    StreamWatch watch(std::function<void()> arrived);
    /// Calls `changed` once, as an event, when a shard is opened or closed.
    StreamWatch watch_shards(std::function<void()> changed);
    /// Null if there is none, or it has been trimmed.
    const StreamRecord* find_record(std::uint64_t sequence);

    /// What has changed since the last call, into the store.
    void save(ControlStore& store);
    void erase_from(ControlStore& store) const;
    /// The parts of one that was saved; of records with `restore_record`, in order.
    static std::unique_ptr<Stream> restore(World& world,
                                           std::string_view bytes,
                                           RandomStream random);
    void restore_record(std::string_view bytes);

private:
    struct Restored {};
    Stream(World& world, Restored, RandomStream random) : world_(world), random_(random) {}

    void roll();
    void trim();
    void open_shard(Instant at);
    using Waiting = std::vector<std::weak_ptr<std::function<void()>>>;
    void wake(Waiting& waiting, Instant at);
    std::string state() const;

    World& world_;
    StreamIdentity identity_;
    RandomStream random_;
    std::optional<Instant> closed_at_;
    bool ready_ = true;
    std::uint64_t last_sequence_ = 0;
    std::uint64_t trimmed_through_ = 0;  // the newest record that was trimmed
    std::deque<Shard> shards_;
    std::deque<StreamRecord> records_;
    Waiting waiting_for_records_;
    Waiting waiting_for_shards_;
    // For the store.
    bool changed_ = true;
    std::uint64_t saved_through_ = 0;
    std::uint64_t erased_through_ = 0;
};

/// "100000000000000000042": 21 digits, as AWS's have at least.
std::string sequence_text(std::uint64_t sequence);
/// Nothing for text that is none.
std::optional<std::uint64_t> parse_sequence(std::string_view text);

// Where the store has streams and their records, the latter by (number, sequence).
inline constexpr std::string_view stream_collection = "stream";
inline constexpr std::string_view stream_record_collection = "stream-record";

}  // namespace orrery::dynamodb
