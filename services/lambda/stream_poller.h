/// StreamPoller: polls a Kinesis or DynamoDB stream for an event source mapping: which shards are
/// read at present, parents before their children.
#pragma once

#include "services/lambda/mapping_settings.h"
#include "services/lambda/shard_reader.h"
#include "services/lambda/stream_mapping.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace orrery::lambda {

class StreamPoller final : public Poller {
public:
    /// `world` and `functions` must outlive the poller, and what `source` refers to.
    StreamPoller(World& world,
                 Functions& functions,
                 SendOnFailure send_on_failure,
                 std::unique_ptr<StreamSource> source);
    ~StreamPoller() override;

    void start(const MappingSettings& settings) override;
    void stop() override;
    std::string last_processing_result() const override { return mapping_.last_result; }
    Checkpoints checkpoints() const override;
    void on_progress(std::function<void()> progressed) override;
    void restore(const Checkpoints& checkpoints, std::string_view last_result) override;

private:
    void look_at_shards();
    void forget_shards();
    ShardBeginning beginning_of(const StreamShard& shard);
    void start_readers();
    bool parents_finished(const StreamShard& shard) const;

    StreamMapping mapping_;
    bool running_ = false;
    bool positioned_ = false;  // the shards that were there at the start have their positions
    Checkpoints restored_;
    std::map<std::string, std::unique_ptr<ShardReader>> readers_;  // by shard
    std::unique_ptr<StreamWatch> watch_;
    EventId look_;
};

}  // namespace orrery::lambda
