/// Items in memory, where nothing outlives the process.
#pragma once

#include "services/dynamodb/item_memory.h"
#include "services/dynamodb/large_memory.h"
#include "services/dynamodb/storage.h"

#include <cstddef>
#include <map>
#include <vector>

namespace orrery::dynamodb {

/// Places lie in a sorted map, which ranges are read from. An item is also found by its own place
/// without a search, and with few reads of memory: those are most of what an operation costs where
/// a table is large.
class MemoryStorage final : public Storage {
public:
    MemoryStorage();
    ~MemoryStorage() override;
    MemoryStorage(const MemoryStorage&) = delete;
    MemoryStorage& operator=(const MemoryStorage&) = delete;

    bool read(std::string_view key, const ReadVisit& visit) override;
    void each(const Range& range, Direction direction, const Visit& visit) override;
    std::int64_t add_item(std::string_view key, std::string_view value) override;
    void set_item(std::int64_t item, std::string_view value) override;
    void erase_item(std::string_view key, std::int64_t item) override;
    void erase_items(const Range& range) override;
    void add_place(std::string_view key, std::int64_t item) override;
    void erase_place(std::string_view key) override;
    void erase_places(const Range& range) override;

    // There is no other process.
    void each_definition(const DefinitionVisit& /*visit*/) override {}
    void set_definition(std::uint64_t /*number*/, std::string_view /*definition*/) override {}
    void erase_definition(std::uint64_t /*number*/) override {}
    void set_saver(std::function<void()> /*save*/) override {}
    void touch() override {}

private:
    /// Its own place, then the value.
    struct StoredBytes {
        char* bytes = nullptr;  // null: there is no such item
        std::uint32_t key_size = 0;
        std::uint32_t value_size = 0;

        std::size_t size() const { return std::size_t{key_size} + value_size; }
        std::string_view key() const { return {bytes, key_size}; }
        std::string_view value() const { return {bytes + key_size, value_size}; }
    };
    /// Where the table by own places has an item, or a slot's hash without one.
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t item = 0;  // 0: none
    };
    using Items = std::vector<StoredBytes, LargeMemory<StoredBytes>>;
    using Slots = std::vector<Slot, LargeMemory<Slot>>;
    using Places = std::map<std::string, std::uint32_t, std::less<>>;

    bool has_key(Slot slot, std::string_view key, std::uint32_t hash) const;
    std::size_t slot_of(std::string_view key, std::uint32_t hash) const;
    void add_slot(Slot slot);
    void erase_slot(std::size_t slot);
    void set_value(StoredBytes& stored, std::string_view value);
    void forget(std::string_view key, std::uint32_t item);

    Places places_;
    ItemMemory memory_;
    Items items_;                        // by number
    std::vector<std::uint32_t> unused_;  // numbers
    Slots slots_;                        // a power of two, at most two thirds of them taken
    std::size_t taken_ = 0;
};

}  // namespace orrery::dynamodb
