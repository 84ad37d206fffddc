/// Event source mappings: which queue feeds which function, how, and whether it does at present.
#pragma once

#include "engine/random.h"
#include "services/lambda/lambda.h"
#include "services/lambda/sqs_poller.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

class Functions;

enum class MappingState : std::uint8_t { enabled, disabled };

/// A mapping as its owner described it.
struct MappingSettings {
    PollerSettings poller;
    std::string event_source_arn;
    std::string
        function_arn;  // with the qualifier it was given with. [LS test_function_name_variations]
    MappingState state = MappingState::enabled;
};

struct EventSourceMapping {
    std::uint64_t number = 0;  // in the order they were created
    std::string uuid;
    MappingSettings settings;
    Instant last_modified;
    std::map<std::string, std::string> tags;
    std::shared_ptr<SqsPoller> poller;
};

/// A mapping as a state directory has it.
struct SavedMapping {
    std::string uuid;
    MappingSettings settings;
    std::map<std::string, std::string> tags;
    Instant last_modified;
};

class EventSourceMappings {
public:
    EventSourceMappings(World& world, Functions& functions);
    ~EventSourceMappings();

    /// Mappings that were waiting for this one go on.
    void add_source(EventSources& sources);
    /// Goes on as soon as there is the source that it polls.
    void restore_later(SavedMapping mapping) { waiting_.push_back(std::move(mapping)); }
    const std::vector<SavedMapping>& waiting() const { return waiting_; }

    /// Checks `settings` against the queue and the function as AWS does, then starts. Throws
    /// ApiError.
    EventSourceMapping& create(MappingSettings settings);
    void update(EventSourceMapping& mapping, MappingSettings settings);
    void remove(EventSourceMapping& mapping);

    /// Null if there is none.
    EventSourceMapping* find(std::string_view uuid);
    /// In the order they were created.
    const std::vector<std::unique_ptr<EventSourceMapping>>& all() const { return mappings_; }

private:
    std::unique_ptr<QueueSource> find_queue(std::string_view arn) const;
    void check(const MappingSettings& settings, const QueueSource& queue);
    void check_not_twice(const MappingSettings& settings) const;
    void apply(EventSourceMapping& mapping);

    World& world_;
    Functions& functions_;
    RandomStream random_;
    std::vector<EventSources*> sources_;
    std::vector<SavedMapping> waiting_;
    std::uint64_t created_ = 0;
    std::vector<std::unique_ptr<EventSourceMapping>> mappings_;
};

}  // namespace orrery::lambda
