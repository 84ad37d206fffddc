// The queues on disk: what the registry knows of each name, and with it the queues' own records.

#include "engine/ensure.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/sqs/record.h"
#include "services/sqs/registry.h"

#include <utility>

namespace orrery::sqs {

namespace {

/// By ARN: every name that has had a queue.
constexpr std::string_view queue_table = "sqs/queue";

template <typename Map>
void write(RecordWriter& writer, const Map& map) {
    writer.number(static_cast<std::uint32_t>(map.size()));
    for (const auto& [key, value] : map) {
        writer.text(key).text(value);
    }
}

template <typename Map>
Map read_map(RecordReader& reader) {
    Map map;
    for (auto left = reader.number<std::uint32_t>(); left > 0; --left) {
        std::string key = reader.text();
        map.insert_or_assign(std::move(key), reader.text());
    }
    return map;
}

void write(RecordWriter& writer, std::optional<Instant> instant) {
    writer.number(static_cast<std::uint8_t>(instant ? 1 : 0)).instant(instant.value_or(Instant()));
}

std::optional<Instant> read_optional_instant(RecordReader& reader) {
    const bool there = reader.number<std::uint8_t>() != 0;
    const Instant instant = reader.instant();
    return there ? std::optional(instant) : std::nullopt;
}

}  // namespace

void QueueRegistry::keep_on_disk() {
    if (world_.store == nullptr) {
        return;
    }
    restore(*world_.store);
    // The store may outlive the registry.
    world_.store->add_saver([this, alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired()) {
            save(*world_.store);
        }
    });
}

void QueueRegistry::mark_changed(std::string_view name) {
    if (world_.store != nullptr) {
        changed_.emplace(name);
        world_.store->touch();
    }
}

void QueueRegistry::save(Store& store) {
    for (const std::string& name : std::exchange(changed_, {})) {
        const Past& past = past_.find(name)->second;
        RecordWriter writer;
        writer.format().number(past.queues);
        write(writer, past.deleted);
        const QueueEntry* entry = find(name);
        writer.number(static_cast<std::uint8_t>(entry == nullptr ? 0 : 1));
        if (entry != nullptr) {
            write(writer, entry->attributes);
            write(writer, entry->tags);
            writer.instant(entry->created).instant(entry->modified);
            write(writer, entry->purged);
        }
        store.put(queue_table, arn_of(name), writer.take());
    }
    for (const auto& closed : closed_) {
        closed->save(store);
    }
    for (auto& [name, entry] : entries_) {
        entry.queue->save(store);
    }
}

void QueueRegistry::restore(const Store& store) {
    const std::string ours = arn_of("");
    store.each(queue_table, [&](std::string_view arn, std::string_view value) {
        if (arn.starts_with(ours)) {
            restore_entry(std::string(arn.substr(ours.size())), value);
        }
    });
    // The records of one queue lie together.
    std::map<std::string, Queue*, std::less<>> queues;
    for (auto& [name, entry] : entries_) {
        const Queue& queue = *entry.queue;
        queues.emplace(saved_prefix(queue.arn(), queue.identity().incarnation), entry.queue.get());
    }
    for (const std::string_view table : {state_table, history_table, message_table}) {
        store.each(table, [&](std::string_view key, std::string_view value) {
            const std::string_view prefix = key.substr(0, saved_prefix_bytes(key));
            const auto found = queues.find(prefix);
            if (found != queues.end()) {
                found->second->restore({table, key.substr(prefix.size()), value});
            }
        });
    }
    for (auto& [name, entry] : entries_) {
        entry.queue->restored();
    }
}

void QueueRegistry::restore_entry(const std::string& name, std::string_view value) {
    RecordReader reader(value);
    reader.format();
    Past& past = past_[name];
    past.queues = reader.number<std::uint32_t>();
    past.deleted = read_optional_instant(reader);
    if (reader.number<std::uint8_t>() != 0) {
        QueueEntry entry;
        entry.attributes = read_map<AttributeMap>(reader);
        entry.tags = read_map<std::map<std::string, std::string>>(reader);
        entry.created = reader.instant();
        entry.modified = reader.instant();
        entry.purged = read_optional_instant(reader);
        entry.queue = make_queue(name, past.queues, settings_from(entry.attributes));
        entries_.emplace(name, std::move(entry));
    }
    reader.finish();
}

}  // namespace orrery::sqs
