/// Event source mappings: which queue or stream feeds which function, how, whether it does at
/// present, and what is changing.
#pragma once

#include "engine/random.h"
#include "engine/timeline.h"
#include "services/lambda/lambda.h"
#include "services/lambda/mapping_settings.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

class AsyncInvocations;
class Functions;

/// What is under way: it takes effect when it ends.
enum class MappingChange : std::uint8_t { none, creating, enabling, disabling, updating, deleting };

/// Whether a change takes its time. [choice]
enum class Pace : std::uint8_t { at_once, in_time };

struct EventSourceMapping {
    std::uint64_t number = 0;  // in the order they were created
    MappingSettings settings;  // as they are going to be
    Instant last_modified;
    std::map<std::string, std::string> tags;
    std::shared_ptr<Poller> poller;

    MappingChange change = MappingChange::none;
    Instant settled_at;  // when that ends
    EventId settling;
};

/// "Enabled", "Updating"; what API answers call State.
std::string_view state_name(const EventSourceMapping& mapping);
std::string_view change_name(MappingChange change);

/// A mapping as a state directory has it.
struct SavedMapping {
    MappingSettings settings;
    std::map<std::string, std::string> tags;
    Instant last_modified;
    MappingChange change = MappingChange::none;
    Instant settled_at;
};

class EventSourceMappings {
public:
    /// All of these must outlive the mappings. What streams' mappings give up goes to `events`'
    /// targets.
    EventSourceMappings(World& world, Functions& functions, AsyncInvocations& events);
    ~EventSourceMappings();
    EventSourceMappings(const EventSourceMappings&) = delete;
    EventSourceMappings& operator=(const EventSourceMappings&) = delete;

    /// Mappings that were waiting for this one go on.
    void add_queues(EventSources& queues);
    void add_streams(StreamSources& streams);
    /// Goes on as soon as there is the source that it polls.
    void restore_later(SavedMapping mapping) { waiting_.push_back(std::move(mapping)); }
    const std::vector<SavedMapping>& waiting() const { return waiting_; }
    /// Called when a change has come to its end.
    void on_settled(std::function<void()> settled) { settled_ = std::move(settled); }

    /// Checks `settings` against the source and the function as AWS does. Throws ApiError.
    EventSourceMapping& create(MappingSettings settings, Pace pace);
    /// What it is called while it goes on.
    MappingChange update(EventSourceMapping& mapping, MappingSettings settings, Pace pace);
    /// The mapping is gone at the end of that.
    void remove(EventSourceMapping& mapping, Pace pace);

    /// Null if there is none.
    EventSourceMapping* find(std::string_view uuid);
    /// In the order they were created.
    const std::vector<std::unique_ptr<EventSourceMapping>>& all() const { return mappings_; }

private:
    std::unique_ptr<QueueSource> find_queue(std::string_view arn) const;
    std::unique_ptr<StreamSource> find_stream(std::string_view arn) const;
    std::shared_ptr<Poller> find_poller(std::string_view arn);
    EventSourceMapping& add(MappingSettings settings, std::shared_ptr<Poller> poller);
    void restore_found();

    void check_source_exists(const MappingSettings& settings) const;
    void check(const MappingSettings& settings) const;
    void check_not_twice(const MappingSettings& settings) const;

    void begin(EventSourceMapping& mapping, MappingChange change, Pace pace);
    void settle_at(EventSourceMapping& mapping, Instant when);
    void settle(EventSourceMapping& mapping);
    void apply(EventSourceMapping& mapping);
    void function_added(const std::string& name);

    std::string progress_key(const std::string& uuid) const;
    void progressed(const std::string& uuid);
    void save_progress();

    World& world_;
    Functions& functions_;
    AsyncInvocations& events_;
    RandomStream random_;
    std::vector<EventSources*> queues_;
    std::vector<StreamSources*> streams_;
    std::vector<SavedMapping> waiting_;  // for their source
    struct Progress {
        Checkpoints checkpoints;
        std::string last_result;
    };
    std::map<std::string, Progress> saved_progress_;  // by UUID, until they go on
    std::set<std::string> unsaved_;                   // who has made progress
    std::function<void()> settled_;
    std::uint64_t created_ = 0;
    std::vector<std::unique_ptr<EventSourceMapping>> mappings_;
};

}  // namespace orrery::lambda
