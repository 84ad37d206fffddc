/// What an event source mapping needs of a Kinesis or DynamoDB stream; wired to services/kinesis
/// and services/dynamodb in one place each, so none knows the others.
#pragma once

#include "engine/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

enum class StreamKind : std::uint8_t { kinesis, dynamodb };
enum class StartingPosition : std::uint8_t { trim_horizon, latest, at_timestamp };

/// A shard of a stream, as far as the order of reading needs to know it.
struct StreamShard {
    std::string id;
    std::vector<std::string>
        parents;          // none, one (a split's), or two (a merge's); some may be gone
    bool closed = false;  // it takes no more records
};

/// A record, as far as batching needs to know it.
struct StreamRecord {
    std::uint64_t number = 0;  // names it within its shard, and rises
    Instant arrived;           // ApproximateArrivalTimestamp, ApproximateCreationDateTime
    std::string_view key;      // partition key or item key; valid until the next event
};

struct StreamRead {
    std::vector<StreamRecord> records;
    std::uint64_t next = 0;  // where to read on
    bool ended = false;      // all of a closed shard has been read: its children are next
    bool trimmed = false;    // what was asked for is gone; reading went on at the oldest there is
    bool more = false;  // one read does not hold all that is there, though less than was asked for
    std::optional<Instant> throttled_until;  // nothing was read: the shard's limits were exceeded
};

/// Destroying it ends the wait.
struct StreamWatch {
    virtual ~StreamWatch() = default;
};

/// A stream that a mapping polls. A shard that is named is or was one of shards(): one that is gone
/// by now, or whose stream is, has ended, and its records are trimmed ones.
class StreamSource {
public:
    virtual ~StreamSource() = default;

    virtual StreamKind kind() const = 0;
    virtual std::string arn() const = 0;
    /// Whether there is such a stream at present; one that is made again under its ARN counts.
    virtual bool exists() const = 0;
    /// How long a poller waits after it has found nothing; zero where records are pushed to it.
    /// [docs: with-kinesis, with-ddb]
    virtual Duration poll_interval() const = 0;

    /// Parents come before their children.
    virtual std::vector<StreamShard> shards() = 0;
    /// Where reading a shard begins; `timestamp` counts for at_timestamp only.
    virtual std::uint64_t begin(std::string_view shard,
                                StartingPosition position,
                                Instant timestamp) = 0;
    /// Where reading goes on after the record with this sequence number.
    virtual std::uint64_t after(std::string_view shard, std::string_view sequence_number) = 0;
    /// Also of a record that has been trimmed since it was read.
    virtual std::string sequence_number(std::string_view shard, std::uint64_t record) const = 0;

    /// At most so many records, possibly none.
    virtual StreamRead read(std::string_view shard, std::uint64_t from, std::size_t most) = 0;
    /// Calls `changed` once, as an event, as soon as there is something at or after `from`, the
    /// shard is closed, or the stream is gone (at once if that is so).
    virtual std::unique_ptr<StreamWatch> watch(std::string_view shard,
                                               std::uint64_t from,
                                               std::function<void()> changed) = 0;
    /// Calls `changed` once, as an event, when shards() may answer otherwise than now.
    virtual std::unique_ptr<StreamWatch> watch_shards(std::function<void()> changed) = 0;

    /// Appends the record as one element of a Lambda event's Records array. `role` is the
    /// function's. False, and nothing, if it has been trimmed since it was read.
    virtual bool append_record(std::string_view shard,
                               std::uint64_t record,
                               std::string_view role,
                               std::string& json) const = 0;
};

/// Finds the streams that mappings poll.
class StreamSources {
public:
    virtual ~StreamSources() = default;
    /// Whether `arn` is of this kind; there need be no such stream.
    virtual bool serves(std::string_view arn) const = 0;
    /// Null if there is no stream with this ARN.
    virtual std::unique_ptr<StreamSource> find(std::string_view arn) = 0;
};

}  // namespace orrery::lambda
