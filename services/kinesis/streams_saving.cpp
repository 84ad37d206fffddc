// The streams of an account and Region on disk: written as they change, and read back.
#include "engine/error.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/kinesis/saved_stream.h"
#include "services/kinesis/stream_metrics.h"
#include "services/kinesis/streams.h"

#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace orrery::kinesis {

namespace {

Json parse(std::string_view bytes) {
    Json json = Json::parse(bytes, nullptr, false);
    if (!json.is_object()) {
        throw UsageError("the state on disk is damaged: a record of Kinesis is no JSON");
    }
    return json;
}

}  // namespace

void Streams::restore() {
    if (world_.store == nullptr) {
        return;
    }
    restore_streams();
    restore_records();
    // What was to be deleted is, and what had no shards yet never was.
    std::vector<std::string> deleted;
    for (const auto& [name, stream] : streams_) {
        if (stream->status == StreamStatus::deleting || stream->open_shards().empty()) {
            deleted.push_back(name);
        }
    }
    for (const std::string& name : deleted) {
        remove(name);
    }
    // The store may outlive this.
    world_.store->add_saver([this, alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired()) {
            save();
        }
    });
}

void Streams::restore_streams() {
    const std::string ours = arn_of("");
    world_.store->each(account_table, [&](std::string_view key, std::string_view value) {
        if (key == ours) {
            account_ = read_account(parse(value));
        }
    });
    world_.store->each(stream_table, [&](std::string_view arn, std::string_view value) {
        if (!arn.starts_with(ours)) {
            return;
        }
        const Json saved = parse(value);
        const SavedNames names = read_names(saved);
        std::shared_ptr<Stream> stream = make(identify(names.name, names.id, names.created_at));
        read_stream(saved, *stream);
        if (stream->metrics() != nullptr) {
            stream->metrics()->set_shard_metrics(stream->settings.shard_metrics);
        }
        streams_[names.name] = std::move(stream);
    });
}

void Streams::restore_records() {
    std::map<std::string_view, Stream*> by_id;
    for (const auto& [name, stream] : streams_) {
        by_id[stream->identity().id] = stream.get();
    }
    world_.store->each(place_table, [&](std::string_view key, std::string_view value) {
        const SavedKey saved = read_key(key);
        if (const auto found = by_id.find(saved.stream_id); found != by_id.end()) {
            found->second->restore_place(saved.shard, read_place(value));
        }
    });
    world_.store->each(record_table, [&](std::string_view key, std::string_view value) {
        const SavedKey saved = read_key(key);
        if (const auto found = by_id.find(saved.stream_id); found != by_id.end()) {
            found->second->restore_record(saved.shard, saved.index, read_record(value));
        }
    });
}

void Streams::save() {
    Store& store = *world_.store;
    for (const auto& [id, stream] : std::exchange(removed_, {})) {
        stream->save(store);
        store.erase(stream_table, stream->identity().arn);
    }
    for (const auto& [name, stream] : streams_) {
        stream->save(store);
    }
    if (std::exchange(account_changed_, false)) {
        store.put(account_table, arn_of(""), saved_account(account_).dump());
    }
}

}  // namespace orrery::kinesis
