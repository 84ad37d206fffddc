/// ShardReader: reads one shard for a mapping, filters its records and gives them to lanes by their
/// keys; knows where reading would go on.
#pragma once

#include "engine/timeline.h"
#include "services/lambda/stream_lane.h"
#include "services/lambda/stream_mapping.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// Where reading a shard begins.
struct ShardBeginning {
    std::uint64_t position = 0;
    std::string checkpoint;  // that leads there again; empty: the oldest record
};

class ShardReader {
public:
    /// `finished` is called when all of the shard is done with. `mapping` must outlive the reader.
    ShardReader(StreamMapping& mapping,
                StreamShard shard,
                ShardBeginning beginning,
                std::function<void()> finished);
    ~ShardReader();
    ShardReader(const ShardReader&) = delete;
    ShardReader& operator=(const ShardReader&) = delete;

    const StreamShard& shard() const { return shard_; }
    /// Reads from now on, as the mapping says: from the first record that is not done with.
    void start();
    /// Reads no more. What is being invoked is finished.
    void stop();
    bool running() const { return running_; }
    bool finished() const { return finished_; }
    std::string checkpoint() const;

private:
    void begin();
    void stirred(Wish wish);
    void pump();
    void deliver_and_read();
    Supply supply() const;
    bool some_lane_idle() const;
    bool wants_more() const;
    void read();
    void distribute(const std::vector<StreamRecord>& records);
    StreamLane& lane_of(std::string_view key);
    void wait();
    void poll_at(Instant when);
    const PendingRecord* first_unfinished() const;
    bool invoking() const;
    void trace(std::string_view kind) const;

    StreamMapping& mapping_;
    StreamShard shard_;
    ShardBeginning beginning_;
    std::function<void()> when_finished_;
    bool running_ = false;
    bool draining_ = false;  // what was begun before the last stop is being finished
    bool finished_ = false;

    std::uint64_t position_ = 0;           // where to read on
    std::uint64_t last_read_ = no_record;  // the record before it
    std::vector<std::unique_ptr<StreamLane>> lanes_;
    bool pumping_ = false;
    bool stirred_ = false;  // meanwhile
    bool caught_up_ = false;
    bool throttled_ = false;
    bool ended_ = false;

    Instant last_poll_;
    EventId poll_;
    std::unique_ptr<StreamWatch> watch_;
    EventId restart_;      // once it is drained
    std::string scratch_;  // a record's JSON, for the filter
};

}  // namespace orrery::lambda
