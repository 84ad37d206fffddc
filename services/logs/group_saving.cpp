#include "services/logs/group_saving.h"

#include "engine/error.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/logs/group_record.h"

#include <utility>

namespace orrery::logs {

namespace {

// Keys begin with the scope and the group's id; streams add their number, events theirs.
constexpr const char* group_table = "logs/group";
constexpr const char* stream_table = "logs/stream";
constexpr const char* event_table = "logs/event";

}  // namespace

GroupSaving::GroupSaving(World& world, std::string scope, const LogGroups& groups)
    : world_(world), scope_(std::move(scope)), groups_(groups) {
    if (world_.store != nullptr) {
        // The store may outlive this.
        world_.store->add_saver([this, alive = std::weak_ptr<bool>(alive_)] {
            if (!alive.expired()) {
                save();
            }
        });
    }
}

std::string GroupSaving::key(const LogGroup& group) const {
    return scope_ + number_key(group.id());
}

void GroupSaving::group_changed(const LogGroup& group) {
    if (world_.store != nullptr) {
        changed_groups_.insert(group.name());
        world_.store->touch();
    }
}

void GroupSaving::stream_changed(const LogGroup& group, const LogStream& stream) {
    if (world_.store != nullptr) {
        changed_streams_.emplace(group.name(), stream.name);
        world_.store->touch();
    }
}

void GroupSaving::event_added(const LogGroup& group, const LogEvent& event) {
    if (world_.store != nullptr) {
        added_.emplace_back(key(group) + number_key(event.key.sequence), event_record(event));
        stream_changed(group, *event.stream);
    }
}

void GroupSaving::erase(const char* table, std::string key) {
    erased_.emplace_back(table, std::move(key));
    world_.store->touch();
}

void GroupSaving::event_dropped(const LogGroup& group, const LogEvent& event) {
    if (world_.store != nullptr) {
        erase(event_table, key(group) + number_key(event.key.sequence));
    }
}

void GroupSaving::stream_removed(const LogGroup& group, const LogStream& stream) {
    if (world_.store == nullptr) {
        return;
    }
    for (const auto& [position, event] : stream.events) {
        event_dropped(group, *event);
    }
    erase(stream_table, key(group) + number_key(stream.number));
}

void GroupSaving::group_removed(const LogGroup& group) {
    if (world_.store == nullptr) {
        return;
    }
    for (const auto& [name, stream] : group.streams()) {
        stream_removed(group, stream);
    }
    erase(group_table, key(group));
}

void GroupSaving::save() {
    Store& store = *world_.store;
    for (const std::string& name : std::exchange(changed_groups_, {})) {
        if (const auto found = groups_.find(name); found != groups_.end()) {
            store.put(group_table, key(*found->second), group_record(*found->second));
        }
    }
    for (const auto& [group_name, name] : std::exchange(changed_streams_, {})) {
        const auto group = groups_.find(group_name);
        LogStream* stream = group == groups_.end() ? nullptr : group->second->find_stream(name);
        if (stream != nullptr) {
            store.put(stream_table,
                      key(*group->second) + number_key(stream->number),
                      stream_record(*stream));
        }
    }
    for (const auto& [key, record] : std::exchange(added_, {})) {
        store.put(event_table, key, record);
    }
    for (const auto& [table, key] : std::exchange(erased_, {})) {
        store.erase(table, key);
    }
}

void GroupSaving::restore(LogGroups& groups) const {
    if (world_.store == nullptr) {
        return;
    }
    const Store& store = *world_.store;
    std::map<std::uint64_t, LogGroup*> by_id;
    const auto each_of_ours = [&](const char* table, const auto& visit) {
        store.each(table, [&](std::string_view key, std::string_view value) {
            if (key.starts_with(scope_)) {
                key.remove_prefix(scope_.size());
                const std::uint64_t id = take_number(key);
                visit(id, key, value);
            }
        });
    };
    const auto group_of = [&](std::uint64_t id) -> LogGroup& {
        const auto found = by_id.find(id);
        if (found == by_id.end()) {
            throw UsageError("the state on disk is damaged: there is no log group of a record's");
        }
        return *found->second;
    };
    each_of_ours(group_table, [&](std::uint64_t id, std::string_view, std::string_view value) {
        auto group = read_group(id, value);
        by_id.emplace(id, group.get());
        groups.emplace(group->name(), std::move(group));
    });
    std::map<std::pair<std::uint64_t, std::uint64_t>, const LogStream*> streams;
    each_of_ours(stream_table, [&](std::uint64_t id, std::string_view key, std::string_view value) {
        read_stream(group_of(id), take_number(key), value);
    });
    for (const auto& [id, group] : by_id) {
        for (const auto& [name, stream] : group->streams()) {
            streams.emplace(std::pair(id, stream.number), &stream);
        }
    }
    each_of_ours(event_table, [&](std::uint64_t id, std::string_view key, std::string_view value) {
        ReadEvent read = read_event(take_number(key), value);
        const auto stream = streams.find({id, read.stream_number});
        if (stream == streams.end()) {
            throw UsageError("the state on disk is damaged: a log event has no stream");
        }
        read.event.stream = stream->second;
        group_of(id).restore_event(std::move(read.event));
    });
}

}  // namespace orrery::logs
