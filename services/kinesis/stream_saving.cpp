// A stream's state on disk: its settings and shards as one record, each shard's place, each record.
#include "engine/ensure.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/kinesis/saved_stream.h"
#include "services/kinesis/stream.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace orrery::kinesis {

void Stream::changed() {
    changed_ = true;
    if (world_.store != nullptr) {
        world_.store->touch();
    }
}

void Stream::touch(const Shard& shard) {
    if (world_.store != nullptr) {
        touched_.insert(shard.index());
        world_.store->touch();
    }
}

void Stream::forget(const Shard& shard) {
    if (world_.store == nullptr) {
        return;
    }
    for (std::uint64_t index = shard.saved_first; index < shard.saved_next; ++index) {
        erased_records_.push_back(saved_key(identity_.id, shard.index(), index));
    }
    erased_places_.push_back(saved_key(identity_.id, shard.index()));
    touched_.erase(shard.index());
}

void Stream::save(Store& store) {
    for (const std::string& key : std::exchange(erased_records_, {})) {
        store.erase(record_table, key);
    }
    for (const std::string& key : std::exchange(erased_places_, {})) {
        store.erase(place_table, key);
    }
    if (std::exchange(changed_, false) && !gone_) {
        store.put(stream_table, identity_.arn, saved_stream(*this).dump());
    }
    for (const std::uint32_t index : std::exchange(touched_, {})) {
        save_records(store, shards_.at(index));
    }
}

void Stream::save_records(Store& store, Shard& shard) {
    const auto key = [&](std::uint64_t index) {
        return saved_key(identity_.id, shard.index(), index);
    };
    for (; shard.saved_first < std::min(shard.first(), shard.saved_next); ++shard.saved_first) {
        store.erase(record_table, key(shard.saved_first));
    }
    shard.saved_first = shard.first();
    for (shard.saved_next = std::max(shard.saved_next, shard.first());
         shard.saved_next < shard.next();
         ++shard.saved_next) {
        store.put(record_table, key(shard.saved_next), saved_record(*shard.find(shard.saved_next)));
    }
    store.put(place_table, saved_key(identity_.id, shard.index()), saved_place(shard.next()));
}

void Stream::restore_shard(Shard shard) {
    const std::uint32_t index = shard.index();
    Shard& restored = shards_.emplace(index, std::move(shard)).first->second;
    next_shard_ = std::max(next_shard_, index + 1);
    if (!restored.closed_at) {
        open_.push_back(&restored);
        std::sort(open_.begin(), open_.end(), [](const Shard* left, const Shard* right) {
            return left->range().first < right->range().first;
        });
    }
    changed_ = false;
}

void Stream::restore_place(std::uint32_t index, std::uint64_t next) {
    if (const auto found = shards_.find(index); found != shards_.end()) {
        found->second.restore_place(next);
    }
}

void Stream::restore_record(std::uint32_t index, std::uint64_t record_index, Record record) {
    if (const auto found = shards_.find(index); found != shards_.end()) {
        found->second.restore_record(record_index, std::move(record));
    }
}

}  // namespace orrery::kinesis
