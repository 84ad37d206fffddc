/// What the tests of stream mappings need: a stream that does as it is told, and a poller of it
/// with a function.
#pragma once

#include "engine/json.h"
#include "engine/world.h"
#include "services/lambda/functions.h"
#include "services/lambda/lambda.h"
#include "services/lambda/stream_poller.h"
#include "tests/services/lambda/support.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda::test {

/// Shards whose records number from 1; a sequence number is the number plus 1000.
class FakeStream {
public:
    explicit FakeStream(World& of) : world(of) {}

    struct Record {
        std::string key;
        std::string id;
        Instant arrived;
    };
    struct Shard {
        StreamShard shard;
        std::vector<Record> records;
        std::uint64_t trimmed = 0;  // how many of them
    };

    void open(const std::string& shard, std::vector<std::string> parents = {});
    void close(const std::string& shard);
    /// Records with these ids, separated by blanks; their keys are the ids unless one is given.
    void put(const std::string& ids, const std::string& key = "", const std::string& shard = "s0");
    void trim(std::uint64_t count, const std::string& shard = "s0");
    /// The stream is gone.
    void remove();
    Shard* find(std::string_view shard);

    World& world;
    StreamKind kind = StreamKind::kinesis;
    Duration interval{1s};
    std::size_t bytes = 0;  // that each record has besides
    bool gone = false;
    std::vector<Shard> shards;
    std::optional<Instant> throttled_until;
    std::vector<Duration> reads;  // when, since the start
    std::vector<std::weak_ptr<std::function<void()>>> waiting;
    std::vector<std::weak_ptr<std::function<void()>>> waiting_for_shards;

private:
    void wake(std::vector<std::weak_ptr<std::function<void()>>>& ones);
};

/// A function "f" that takes 10 ms, and a mapping of the stream to it.
class StreamBench {
public:
    StreamBench();
    ~StreamBench();

    /// Polls as `settings` say.
    void start() { poller->start(settings); }
    void run_until(Duration since_start) { world.loop.run_until(world.loop.start() + since_start); }
    /// Runs until nothing is left to do; the instant of the last event.
    Duration run_until_idle();
    Duration now() const { return world.loop.now() - world.loop.start(); }

    /// What each invocation got: "a b@10ms", the ids and when; the end of a window is
    /// "final@30s", or "early@10ms".
    std::vector<std::string> batches() const { return batches_; }
    /// The events themselves.
    std::vector<Json> events() const;
    /// The function fails while an id is in `ids`, separated by blanks.
    void fail_with(const std::string& ids);
    /// The documents that destination "dlq" got.
    std::vector<Json> reports() const;
    /// One field of all trace events of a kind.
    std::vector<std::string> traced(const std::string& kind, const std::string& field) const;
    std::string checkpoint(const std::string& shard = "s0") const {
        return poller->checkpoints()[shard];
    }

    World world;
    FakeRuntime runtime;
    /// What the function comes to; by default it returns null.
    std::function<Outcome(const Json& event)> handler;

private:
    struct Logs;
    std::unique_ptr<Logs> logs_;
    std::vector<std::string> batches_;

public:
    Functions functions;
    FakeStream stream;
    FakeTargets targets;
    MappingSettings settings;
    std::unique_ptr<StreamPoller> poller;
};

/// "a b c": the ids of an event's records.
std::string ids_of(const Json& event);
/// An answer that reports these records as failed.
Outcome reported(const Json& event, const std::string& ids);

using Texts = std::vector<std::string>;

}  // namespace orrery::lambda::test
