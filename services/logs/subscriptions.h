/// Holds log events against subscription filters and delivers those that match, in batches.
#pragma once

#include "engine/time.h"
#include "engine/timeline.h"
#include "services/aws/identity.h"
#include "services/logs/log_store.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::logs {

class Subscriptions {
public:
    Subscriptions(World& world, aws::Identity identity)
        : world_(world), identity_(std::move(identity)) {}
    ~Subscriptions();
    Subscriptions(const Subscriptions&) = delete;
    Subscriptions& operator=(const Subscriptions&) = delete;

    void set_target(SubscriptionTarget* target) { target_ = target; }
    SubscriptionTarget* target() const { return target_; }
    /// An event has come in.
    void observe(const LogGroup& group, const LogEvent& event);

private:
    /// Group, filter, stream.
    using BatchKey = std::tuple<std::string, std::string, std::string>;
    struct Batch {
        std::string destination_arn;
        std::shared_ptr<const FilterPattern> pattern;
        std::vector<std::pair<EventKey, std::string>> events;  // with their messages
        std::size_t bytes = 0;
        EventId delivery;
    };

    void deliver(const BatchKey& key);
    std::string document(const BatchKey& key, const Batch& batch) const;

    World& world_;
    aws::Identity identity_;
    SubscriptionTarget* target_ = nullptr;
    std::map<BatchKey, Batch> batches_;
};

}  // namespace orrery::logs
