#include "services/dynamodb/memory_storage.h"

#include "engine/ensure.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

namespace orrery::dynamodb {

namespace {

constexpr std::size_t first_slots = 64;

std::uint32_t hash_of(std::string_view key) {
    return static_cast<std::uint32_t>(XXH3_64bits(key.data(), key.size()));
}

std::uint32_t size_of(std::string_view bytes) {
    ENSURE(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
    return static_cast<std::uint32_t>(bytes.size());
}

/// All of it will be read or written soon: the memory's latency passes once, and meanwhile
/// something else is done.
void prefetch(const char* bytes, std::size_t size) {
    constexpr std::size_t line = 64;
    constexpr std::size_t most = 32 * line;  // beyond that the processor has seen what is going on
    for (std::size_t offset = 0; offset < std::min(size, most); offset += line) {
        __builtin_prefetch(bytes + offset);
    }
}

}  // namespace

// Number 0 is no item's.
MemoryStorage::MemoryStorage() : items_(1), slots_(first_slots) {}

MemoryStorage::~MemoryStorage() {
    for (const StoredBytes& stored : items_) {
        if (ItemMemory::is_apart(stored.size())) {
            memory_.give_back(stored.bytes, stored.size());
        }
    }
}

void MemoryStorage::set_value(StoredBytes& stored, std::string_view value) {
    const std::size_t size = stored.key_size + value.size();
    if (ItemMemory::room_for(size) != ItemMemory::room_for(stored.size())) {
        char* const room = memory_.take(size);
        std::memcpy(room, stored.bytes, stored.key_size);
        memory_.give_back(stored.bytes, stored.size());
        stored.bytes = room;
    }
    stored.value_size = size_of(value);
    std::memcpy(stored.bytes + stored.key_size, value.data(), value.size());
}

bool MemoryStorage::has_key(Slot slot, std::string_view key, std::uint32_t hash) const {
    if (slot.hash != hash) {
        return false;
    }
    const StoredBytes& stored = items_[slot.item];
    prefetch(stored.bytes, stored.size());  // all but surely it is the one
    return stored.key() == key;
}

/// Where it is, or the empty slot where it would be.
std::size_t MemoryStorage::slot_of(std::string_view key, std::uint32_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot].item != 0 && !has_key(slots_[slot], key, hash)) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

void MemoryStorage::add_slot(Slot slot) {
    if (++taken_ * 3 > slots_.size() * 2) {
        Slots old(slots_.size() * 2);
        old.swap(slots_);
        taken_ = 1;
        for (const Slot& each : old) {
            if (each.item != 0) {
                add_slot(each);
            }
        }
    }
    slots_[slot_of(items_[slot.item].key(), slot.hash)] = slot;
}

/// Those behind it that would lie nearer to where they belong move up.
void MemoryStorage::erase_slot(std::size_t slot) {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t next = (slot + 1) & mask; slots_[next].item != 0; next = (next + 1) & mask) {
        const std::size_t home = slots_[next].hash & mask;
        if (((next - home) & mask) >= ((next - slot) & mask)) {
            slots_[slot] = slots_[next];
            slot = next;
        }
    }
    slots_[slot].item = 0;
    --taken_;
}

bool MemoryStorage::read(std::string_view key, const ReadVisit& visit) {
    const std::uint32_t item = slots_[slot_of(key, hash_of(key))].item;
    if (item == 0) {
        return false;
    }
    visit(item, items_[item].value());
    return true;
}

void MemoryStorage::each(const Range& range, Direction direction, const Visit& visit) {
    const auto fetch = [this](Places::const_iterator place) {
        const StoredBytes& stored = items_[place->second];
        prefetch(stored.bytes, stored.size());
    };
    const auto go_on = [&](Places::const_iterator place) {
        return visit(place->first, place->second, items_[place->second].value());
    };
    if (direction == Direction::forward) {
        auto next = places_.lower_bound(range.low);
        while (next != places_.end() && next->first < range.high) {
            const auto place = next++;
            if (next != places_.end()) {
                fetch(next);
            }
            if (!go_on(place)) {
                return;
            }
        }
        return;
    }
    auto place = places_.lower_bound(range.high);
    while (place != places_.begin() && (--place)->first >= range.low) {
        if (place != places_.begin()) {
            fetch(std::prev(place));
        }
        if (!go_on(place)) {
            return;
        }
    }
}

std::int64_t MemoryStorage::add_item(std::string_view key, std::string_view value) {
    std::uint32_t item = 0;
    if (unused_.empty()) {
        ENSURE(items_.size() < std::numeric_limits<std::uint32_t>::max());
        item = static_cast<std::uint32_t>(items_.size());
        items_.emplace_back();
    } else {
        item = unused_.back();
        unused_.pop_back();
    }
    StoredBytes& stored = items_[item];
    stored = {memory_.take(key.size() + value.size()), size_of(key), size_of(value)};
    std::memcpy(stored.bytes, key.data(), key.size());
    std::memcpy(stored.bytes + key.size(), value.data(), value.size());
    add_slot({hash_of(key), item});
    add_place(key, item);
    return item;
}

void MemoryStorage::set_item(std::int64_t item, std::string_view value) {
    set_value(items_[static_cast<std::size_t>(item)], value);
}

/// All but its place.
void MemoryStorage::forget(std::string_view key, std::uint32_t item) {
    const std::size_t slot = slot_of(key, hash_of(key));
    ENSURE(slots_[slot].item == item);
    erase_slot(slot);
    memory_.give_back(items_[item].bytes, items_[item].size());
    items_[item] = {};
    unused_.push_back(item);
}

void MemoryStorage::erase_item(std::string_view key, std::int64_t item) {
    forget(key, static_cast<std::uint32_t>(item));
    erase_place(key);
}

void MemoryStorage::erase_items(const Range& range) {
    const auto low = places_.lower_bound(range.low);
    const auto high = places_.lower_bound(range.high);
    for (auto place = low; place != high; ++place) {
        forget(place->first, place->second);
    }
    places_.erase(low, high);
}

void MemoryStorage::add_place(std::string_view key, std::int64_t item) {
    ENSURE(places_.emplace(key, static_cast<std::uint32_t>(item)).second);
}

void MemoryStorage::erase_place(std::string_view key) {
    const auto place = places_.find(key);
    ENSURE(place != places_.end());
    places_.erase(place);
}

void MemoryStorage::erase_places(const Range& range) {
    places_.erase(places_.lower_bound(range.low), places_.lower_bound(range.high));
}

}  // namespace orrery::dynamodb
