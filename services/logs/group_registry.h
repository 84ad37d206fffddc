/// The log groups of an account and Region: what changes them, what follows from a new event, and
/// when events expire.
#pragma once

#include "services/aws/identity.h"
#include "services/logs/group_saving.h"
#include "services/logs/log_store.h"
#include "services/logs/metric_publisher.h"
#include "services/logs/subscriptions.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery {
struct World;
}

namespace orrery::logs {

class GroupRegistry {
public:
    /// `world` must outlive this. What its store knows is there from the start.
    GroupRegistry(World& world, const aws::Identity& identity);
    ~GroupRegistry();
    GroupRegistry(const GroupRegistry&) = delete;
    GroupRegistry& operator=(const GroupRegistry&) = delete;

    const LogGroups& all() const { return groups_; }
    /// Null if there is no such group.
    LogGroup* find(std::string_view name) const;
    LogGroup& add(const std::string& name);
    void remove(LogGroup& group);
    LogStream& add_stream(LogGroup& group, std::string_view name);
    void remove_stream(LogGroup& group, LogStream& stream);

    /// Keeps the event, traces it, and holds it against the group's filters.
    void append(LogGroup& group,
                LogStream& stream,
                std::int64_t timestamp,
                std::string_view message);
    void set_retention(LogGroup& group, std::optional<std::int64_t> days);
    /// Events before that time have expired; nothing if none ever do.
    std::optional<std::int64_t> kept_from(const LogGroup& group) const;
    /// To be called after any other change of the group's members.
    void changed(const LogGroup& group) { saving_.group_changed(group); }

    MetricPublisher& metrics() { return metrics_; }
    Subscriptions& subscriptions() { return subscriptions_; }

private:
    void schedule_expiry(LogGroup& group);
    void expire(LogGroup& group);

    World& world_;
    std::string scope_;
    LogGroups groups_;
    std::uint64_t last_id_ = 0;
    GroupSaving saving_;
    MetricPublisher metrics_;
    Subscriptions subscriptions_;
    std::string trace_source_;  // reused, since one is needed for every event
};

}  // namespace orrery::logs
