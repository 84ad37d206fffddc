/// The log groups of an account and Region on disk: what changes is written record by record.
#pragma once

#include "services/logs/log_store.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::logs {

using LogGroups = std::map<std::string, std::unique_ptr<LogGroup>, std::less<>>;

class GroupSaving {
public:
    /// `scope` tells accounts and Regions apart: "123456789012/eu-west-1/". Without a store in
    /// `world` it does nothing. Both other than `scope` must outlive this.
    GroupSaving(World& world, std::string scope, const LogGroups& groups);

    /// What the store has.
    void restore(LogGroups& groups) const;

    // To be told of every change.

    void group_changed(const LogGroup& group);
    void stream_changed(const LogGroup& group, const LogStream& stream);
    void event_added(const LogGroup& group, const LogEvent& event);
    void event_dropped(const LogGroup& group, const LogEvent& event);
    /// Before it is removed.
    void stream_removed(const LogGroup& group, const LogStream& stream);
    void group_removed(const LogGroup& group);

private:
    void save();
    void erase(const char* table, std::string key);
    std::string key(const LogGroup& group) const;

    World& world_;
    std::string scope_;
    const LogGroups& groups_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::set<std::string> changed_groups_;
    std::set<std::pair<std::string, std::string>> changed_streams_;
    std::vector<std::pair<std::string, std::string>> added_;   // key and record of events
    std::vector<std::pair<const char*, std::string>> erased_;  // table and key
};

}  // namespace orrery::logs
