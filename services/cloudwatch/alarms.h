/// Alarms: all alarms by name with their history; evaluated every minute of virtual time, by events
/// that no run waits for.
#pragma once

#include "engine/loop.h"
#include "services/cloudwatch/alarm.h"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace orrery {
class Store;
struct World;
}  // namespace orrery

namespace orrery::cloudwatch {

struct HistoryItem {
    std::string alarm;
    Instant at;
    std::string type;  // "ConfigurationUpdate" or "StateUpdate"
    std::string summary;
    std::string data;  // JSON
};

class Alarms {
public:
    /// `prefix` begins its keys on disk. What the world's store has is there from the start.
    Alarms(World& world, MetricStore& metrics, aws::Identity identity, std::string prefix);
    ~Alarms();
    Alarms(const Alarms&) = delete;
    Alarms& operator=(const Alarms&) = delete;

    /// Makes it or replaces its settings; a replaced one keeps its state and tags.
    void put(Alarm alarm);
    void remove(const std::string& name);
    void set_state(Alarm& alarm, const Verdict& verdict);
    void enable_actions(Alarm& alarm, bool enabled);
    /// Tags were changed.
    void changed(const Alarm& alarm);

    /// Null if there is none.
    Alarm* find(std::string_view name);
    Alarm* find_by_arn(std::string_view arn);
    const std::map<std::string, Alarm, std::less<>>& all() const { return alarms_; }
    /// Oldest first.
    const std::deque<HistoryItem>& history() const { return history_; }

    void save(Store& store);

private:
    void arm();
    void evaluate_due();
    void note(const std::string& alarm, const char* type, std::string summary, const Json& data);
    void restore(const Store& store);

    World& world_;
    MetricStore& metrics_;
    aws::Identity identity_;
    std::string prefix_;
    std::map<std::string, Alarm, std::less<>> alarms_;
    std::deque<HistoryItem> history_;
    std::uint64_t forgotten_ = 0;  // history items that are no more
    EventId evaluation_;
    std::optional<Instant> evaluation_at_;
    // Since the last save.
    std::set<std::string> changed_;
    std::uint64_t saved_from_ = 0;  // items before this one are not on disk any more
    std::uint64_t saved_to_ = 0;    // items from this one on are not yet on disk
};

}  // namespace orrery::cloudwatch
