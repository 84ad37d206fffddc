/// A subscription: records of a shard are pushed to a consumer for five minutes. [docs:
/// API_SubscribeToShard]
#pragma once

#include "engine/json.h"
#include "engine/pipe.h"
#include "engine/timeline.h"
#include "services/kinesis/streams.h"

#include <cstdint>
#include <memory>
#include <string>

namespace orrery::kinesis {

/// It owns itself, until it ends.
class Subscription : public std::enable_shared_from_this<Subscription> {
public:
    struct Place {
        std::shared_ptr<Stream> stream;
        std::string consumer;
        std::uint32_t shard = 0;
        std::uint64_t next = 0;
    };

    /// `events` are written what the operation's event stream has; `gone` becomes true when nobody
    /// reads them any more, and may be null.
    Subscription(World& world,
                 Place place,
                 std::shared_ptr<Pipe<Json>> events,
                 std::shared_ptr<const bool> gone);
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    void begin();
    /// The last event is an error, if `code` is not empty.
    void end(const std::string& code = "", const std::string& message = "");

private:
    void push();
    /// What there is to read; false if there is no more to be done.
    bool push_records(Consumer& consumer, Shard& shard);
    void wait(Shard& shard);
    void write(const Shard& shard, const ShardRead& read);
    void restart_heartbeat();
    void heartbeat();
    std::function<void()> calling(void (Subscription::*member)());

    World& world_;
    Place place_;
    std::shared_ptr<Pipe<Json>> events_;
    std::shared_ptr<const bool> gone_;
    bool ended_ = false;
    Watch watch_;
    EventId end_;
    EventId heartbeat_;
    EventId retry_;
};

}  // namespace orrery::kinesis
