#include "services/dynamodb/memory_storage.h"

#include "engine/ensure.h"

#include <xxhash.h>

#include <cstring>
#include <limits>

namespace orrery::dynamodb {

namespace {

constexpr std::size_t first_slots = 64;

std::uint32_t hash_of(std::string_view key) {
    return static_cast<std::uint32_t>(XXH3_64bits(key.data(), key.size()));
}

}  // namespace

void MemoryStorage::StoredBytes::set(std::string_view key, std::string_view value) {
    ENSURE(value.size() <= std::numeric_limits<std::uint32_t>::max());
    if (bytes == nullptr || key.size() + value.size() != std::size_t{key_size} + value_size) {
        std::unique_ptr<char[]> room(new char[key.size() + value.size()]);
        std::memcpy(room.get(), key.data(), key.size());  // which may lie in what is there
        bytes = std::move(room);
        key_size = static_cast<std::uint32_t>(key.size());
        value_size = static_cast<std::uint32_t>(value.size());
    }
    std::memcpy(bytes.get() + key_size, value.data(), value.size());
}

// Number 0 is no item's.
MemoryStorage::MemoryStorage() : items_(1), slots_(first_slots) {}

/// Where it is, or the empty slot where it would be.
std::size_t MemoryStorage::slot_of(std::string_view key, std::uint32_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot].item != 0 &&
           (slots_[slot].hash != hash || items_[slots_[slot].item].key() != key)) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

void MemoryStorage::add_slot(Slot slot) {
    if (++taken_ * 3 > slots_.size() * 2) {
        std::vector<Slot> old(slots_.size() * 2);
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
    const auto go_on = [&](Places::const_iterator place) {
        return visit(place->first, place->second, items_[place->second].value());
    };
    if (direction == Direction::forward) {
        for (auto place = places_.lower_bound(range.low);
             place != places_.end() && place->first < range.high && go_on(place);
             ++place) {
        }
        return;
    }
    auto place = places_.lower_bound(range.high);
    while (place != places_.begin() && (--place)->first >= range.low && go_on(place)) {
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
    items_[item].set(key, value);
    add_slot({hash_of(key), item});
    add_place(key, item);
    return item;
}

void MemoryStorage::set_item(std::int64_t item, std::string_view value) {
    StoredBytes& stored = items_[static_cast<std::size_t>(item)];
    stored.set(stored.key(), value);
}

/// All but its place.
void MemoryStorage::forget(std::string_view key, std::uint32_t item) {
    const std::size_t slot = slot_of(key, hash_of(key));
    ENSURE(slots_[slot].item == item);
    erase_slot(slot);
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
