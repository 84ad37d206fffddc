#include "services/logs/group_registry.h"

#include "engine/ensure.h"
#include "engine/world.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace orrery::logs {

GroupRegistry::GroupRegistry(World& world, const aws::Identity& identity)
    : world_(world),
      scope_(identity.scope()),
      saving_(world, identity.account + "/" + identity.region + "/", groups_),
      metrics_(world),
      subscriptions_(world, identity) {
    saving_.restore(groups_);
    for (const auto& [name, group] : groups_) {
        last_id_ = std::max(last_id_, group->id());
        schedule_expiry(*group);
    }
}

GroupRegistry::~GroupRegistry() {
    for (const auto& [name, group] : groups_) {
        world_.loop.cancel(group->expiry);
    }
}

LogGroup* GroupRegistry::find(std::string_view name) const {
    const auto found = groups_.find(name);
    return found == groups_.end() ? nullptr : found->second.get();
}

LogGroup& GroupRegistry::add(const std::string& name) {
    const auto [place, added] =
        groups_.emplace(name, std::make_unique<LogGroup>(name, ++last_id_, world_.loop.now()));
    ENSURE(added);
    saving_.group_changed(*place->second);
    return *place->second;
}

void GroupRegistry::remove(LogGroup& group) {
    world_.loop.cancel(group.expiry);
    saving_.group_removed(group);
    groups_.erase(groups_.find(group.name()));
}

LogStream& GroupRegistry::add_stream(LogGroup& group, std::string_view name) {
    LogStream& stream = group.add_stream(name, world_.loop.now());
    saving_.stream_changed(group, stream);
    return stream;
}

void GroupRegistry::remove_stream(LogGroup& group, LogStream& stream) {
    saving_.stream_removed(group, stream);
    group.remove_stream(stream);
}

void GroupRegistry::append(LogGroup& group,
                           LogStream& stream,
                           std::int64_t timestamp,
                           std::string_view message) {
    const LogEvent& event = group.append(stream, timestamp, world_.loop.now(), message);
    saving_.event_added(group, event);
    trace_source_.assign(scope_).append("logs/").append(group.name());
    world_.trace.record(
        trace_source_, "logs.event", {{"message", message}, {"stream", stream.name}});
    metrics_.observe(group, event);
    subscriptions_.observe(group, event);
    if (group.retention_days && !group.expiry) {
        schedule_expiry(group);
    }
}

void GroupRegistry::set_retention(LogGroup& group, std::optional<std::int64_t> days) {
    group.retention_days = days;
    saving_.group_changed(group);
    expire(group);
}

std::optional<std::int64_t> GroupRegistry::kept_from(const LogGroup& group) const {
    return group.retention_days
               ? std::optional(epoch_millis(world_.loop.now() - *group.retention_days * 24h))
               : std::nullopt;
}

void GroupRegistry::schedule_expiry(LogGroup& group) {
    world_.loop.cancel(group.expiry);
    group.expiry = {};
    if (!group.retention_days || group.events().empty()) {
        return;
    }
    // Reads do not see what has expired; dropping it is not urgent, and once a minute is enough.
    const std::chrono::milliseconds oldest(group.events().begin()->first.timestamp + 1);
    const Instant due = Instant(std::min<Duration>(
        std::chrono::ceil<std::chrono::minutes>(oldest) + *group.retention_days * 24h,
        end_of_time.time_since_epoch()));
    if (due > world_.loop.now()) {
        group.expiry = world_.loop.at(
            due, [this, &group] { expire(group); }, Weight::background);
    } else {
        expire(group);
    }
}

void GroupRegistry::expire(LogGroup& group) {
    const auto oldest = kept_from(group);
    while (oldest && !group.events().empty() && group.events().begin()->first.timestamp < *oldest) {
        saving_.event_dropped(group, group.events().begin()->second);
        group.drop_first();
    }
    schedule_expiry(group);
}

}  // namespace orrery::logs
