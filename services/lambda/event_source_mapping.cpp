#include "services/lambda/event_source_mapping.h"

#include "engine/store.h"
#include "engine/world.h"
#include "services/aws/error.h"
#include "services/lambda/async_invocations.h"
#include "services/lambda/event_source.h"
#include "services/lambda/functions.h"
#include "services/lambda/limits.h"
#include "services/lambda/sqs_poller.h"
#include "services/lambda/stream_poller.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace orrery::lambda {

namespace {

// By "account/Region/UUID".
constexpr const char* checkpoints_table = "lambda.checkpoints";
constexpr const char* results_table = "lambda.last_results";

/// AWS takes some seconds up to a minute. [choice]
Duration length_of(MappingChange change) {
    return change == MappingChange::creating || change == MappingChange::deleting
               ? limits::mapping_creation
               : limits::mapping_update;
}

/// Text unverified but for its second half. [public error logs]
void check_settled(const EventSourceMapping& mapping, Pace pace, std::string_view what) {
    if (pace == Pace::in_time && mapping.change != MappingChange::none) {
        throw aws::ApiError(
            "ResourceInUseException",
            "Cannot " + std::string(what) + " the event source mapping because it is in use.");
    }
}

}  // namespace

std::string_view change_name(MappingChange change) {
    switch (change) {
        case MappingChange::creating: return "Creating";
        case MappingChange::enabling: return "Enabling";
        case MappingChange::disabling: return "Disabling";
        case MappingChange::updating: return "Updating";
        case MappingChange::deleting: return "Deleting";
        case MappingChange::none: break;
    }
    return "";
}

std::string_view state_name(const EventSourceMapping& mapping) {
    if (mapping.change != MappingChange::none) {
        return change_name(mapping.change);
    }
    return mapping.settings.state == MappingState::enabled ? "Enabled" : "Disabled";
}

EventSourceMappings::EventSourceMappings(World& world,
                                         Functions& functions,
                                         AsyncInvocations& events)
    : world_(world),
      functions_(functions),
      events_(events),
      random_(world.random.stream(functions.identity().scope() + "lambda.mappings")) {
    functions_.on_added([this](const std::string& name) { function_added(name); });
    if (world_.store == nullptr) {
        return;
    }
    const std::string prefix = progress_key("");
    world_.store->each(checkpoints_table, [&](std::string_view key, std::string_view value) {
        if (key.starts_with(prefix)) {
            saved_progress_[std::string(key.substr(prefix.size()))].checkpoints =
                Json::parse(value).get<Checkpoints>();
        }
    });
    world_.store->each(results_table, [&](std::string_view key, std::string_view value) {
        if (key.starts_with(prefix)) {
            saved_progress_[std::string(key.substr(prefix.size()))].last_result = value;
        }
    });
    world_.store->add_saver([this] { save_progress(); });
}

EventSourceMappings::~EventSourceMappings() {
    functions_.on_added({});
    for (const auto& mapping : mappings_) {
        world_.loop.cancel(mapping->settling);
    }
}

/// A mapping that lost its function goes on when there is one of that name again.
void EventSourceMappings::function_added(const std::string& name) {
    for (const auto& mapping : mappings_) {
        if (mapping->settings.function.name == name && mapping->change == MappingChange::none) {
            apply(*mapping);
        }
    }
}

// Sources.

void EventSourceMappings::add_queues(EventSources& queues) {
    queues_.push_back(&queues);
    restore_found();
}

void EventSourceMappings::add_streams(StreamSources& streams) {
    streams_.push_back(&streams);
    restore_found();
}

std::unique_ptr<QueueSource> EventSourceMappings::find_queue(std::string_view arn) const {
    for (EventSources* queues : queues_) {
        if (auto queue = queues->find(arn)) {
            return queue;
        }
    }
    return nullptr;
}

std::unique_ptr<StreamSource> EventSourceMappings::find_stream(std::string_view arn) const {
    for (StreamSources* streams : streams_) {
        if (auto stream = streams->find(arn)) {
            return stream;
        }
    }
    return nullptr;
}

/// Null if there is no such queue or stream.
std::shared_ptr<Poller> EventSourceMappings::find_poller(std::string_view arn) {
    if (auto queue = find_queue(arn)) {
        return std::make_shared<SqsPoller>(world_, functions_, std::move(queue));
    }
    if (auto stream = find_stream(arn)) {
        return std::make_shared<StreamPoller>(
            world_,
            functions_,
            [this](std::string_view to, EventMessage message) {
                return events_.send(to, std::move(message));
            },
            std::move(stream));
    }
    return nullptr;
}

EventSourceMapping& EventSourceMappings::add(MappingSettings settings,
                                             std::shared_ptr<Poller> poller) {
    auto mapping = std::make_unique<EventSourceMapping>();
    mapping->number = ++created_;
    mapping->settings = std::move(settings);
    mapping->poller = std::move(poller);
    mapping->poller->on_progress([this, uuid = mapping->settings.uuid] { progressed(uuid); });
    mappings_.push_back(std::move(mapping));
    return *mappings_.back();
}

void EventSourceMappings::restore_found() {
    std::erase_if(waiting_, [&](SavedMapping& saved) {
        std::shared_ptr<Poller> poller = find_poller(saved.settings.event_source_arn);
        if (poller == nullptr) {
            return false;
        }
        EventSourceMapping& mapping = add(std::move(saved.settings), std::move(poller));
        mapping.tags = std::move(saved.tags);
        mapping.last_modified = saved.last_modified;
        const Progress& progress = saved_progress_[mapping.settings.uuid];
        mapping.poller->restore(progress.checkpoints, progress.last_result);
        saved_progress_.erase(mapping.settings.uuid);
        mapping.change = saved.change;
        if (saved.change != MappingChange::none) {
            settle_at(mapping, saved.settled_at);
        } else {
            apply(mapping);
        }
        return true;
    });
}

// Changes.

EventSourceMapping& EventSourceMappings::create(MappingSettings settings, Pace pace) {
    check_source_exists(settings);
    check(settings);
    check_not_twice(settings);
    settings.uuid = random_.uuid();
    std::shared_ptr<Poller> poller = find_poller(settings.event_source_arn);
    EventSourceMapping& mapping = add(std::move(settings), std::move(poller));
    world_.trace.record(
        functions_.identity().scope() + "lambda/" + mapping.settings.function.name,
        "lambda.mapping.created",
        {{"event_source", mapping.settings.event_source_arn}, {"uuid", mapping.settings.uuid}});
    // What is made disabled is that at once. [LS test_fifo_message_group_parallelism]
    begin(mapping,
          MappingChange::creating,
          mapping.settings.state == MappingState::enabled ? pace : Pace::at_once);
    return mapping;
}

MappingChange EventSourceMappings::update(EventSourceMapping& mapping,
                                          MappingSettings settings,
                                          Pace pace) {
    check_settled(mapping, pace, "update");
    check(settings);
    const bool switched = settings.state != mapping.settings.state;
    mapping.settings = std::move(settings);
    MappingChange change = MappingChange::updating;
    if (switched) {
        change = mapping.settings.state == MappingState::enabled ? MappingChange::enabling
                                                                 : MappingChange::disabling;
    }
    begin(mapping, change, pace);
    return change;
}

void EventSourceMappings::remove(EventSourceMapping& mapping, Pace pace) {
    check_settled(mapping, pace, "delete");
    begin(mapping, MappingChange::deleting, pace);
}

void EventSourceMappings::begin(EventSourceMapping& mapping, MappingChange change, Pace pace) {
    world_.loop.cancel(std::exchange(mapping.settling, {}));
    mapping.last_modified = world_.loop.now();
    mapping.change = change;
    if (pace == Pace::at_once) {
        settle(mapping);
    } else {
        settle_at(mapping, world_.loop.now() + length_of(change));
    }
}

void EventSourceMappings::settle_at(EventSourceMapping& mapping, Instant when) {
    mapping.settled_at = when;
    mapping.settling = world_.loop.at(when, [this, &mapping] {
        mapping.settling = {};
        world_.trace.record(
            functions_.identity().scope() + "lambda/" + mapping.settings.function.name,
            "lambda.mapping.settled",
            {{"after", change_name(mapping.change)}, {"uuid", mapping.settings.uuid}});
        settle(mapping);
        if (settled_) {
            settled_();
        }
    });
}

void EventSourceMappings::settle(EventSourceMapping& mapping) {
    if (std::exchange(mapping.change, MappingChange::none) != MappingChange::deleting) {
        apply(mapping);
        return;
    }
    mapping.poller->on_progress([] {});  // it may be finishing an invocation
    mapping.poller->stop();
    if (world_.store != nullptr) {
        unsaved_.erase(mapping.settings.uuid);
        world_.store->erase(checkpoints_table, progress_key(mapping.settings.uuid));
        world_.store->erase(results_table, progress_key(mapping.settings.uuid));
    }
    std::erase_if(mappings_, [&](const auto& other) { return other.get() == &mapping; });
}

void EventSourceMappings::apply(EventSourceMapping& mapping) {
    if (mapping.settings.state == MappingState::enabled) {
        mapping.poller->start(mapping.settings);
        progressed(mapping.settings.uuid);  // where it begins is to be kept, too
    } else {
        mapping.poller->stop();
    }
}

EventSourceMapping* EventSourceMappings::find(std::string_view uuid) {
    const auto found = std::find_if(mappings_.begin(), mappings_.end(), [&](const auto& mapping) {
        return mapping->settings.uuid == uuid;
    });
    return found == mappings_.end() ? nullptr : found->get();
}

// Checkpoints and last results. They change too often to be saved with all the rest.

std::string EventSourceMappings::progress_key(const std::string& uuid) const {
    const aws::Identity& identity = functions_.identity();
    return identity.account + "/" + identity.region + "/" + uuid;
}

void EventSourceMappings::progressed(const std::string& uuid) {
    if (world_.store != nullptr) {
        unsaved_.insert(uuid);
        world_.store->touch();
    }
}

void EventSourceMappings::save_progress() {
    for (const std::string& uuid : std::exchange(unsaved_, {})) {
        const EventSourceMapping* mapping = find(uuid);
        if (mapping == nullptr) {
            continue;
        }
        const Checkpoints checkpoints = mapping->poller->checkpoints();
        if (!checkpoints.empty()) {
            world_.store->put(checkpoints_table, progress_key(uuid), Json(checkpoints).dump());
        }
        const std::string result = mapping->poller->last_processing_result();
        if (!result.empty()) {
            world_.store->put(results_table, progress_key(uuid), result);
        }
    }
}

}  // namespace orrery::lambda
