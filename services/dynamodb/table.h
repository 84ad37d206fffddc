/// A table: its definition, its items and those of its indexes, kept in the account's storage.
#pragma once

#include "engine/time.h"
#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/place_key.h"
#include "services/dynamodb/schema.h"
#include "services/dynamodb/storage.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::dynamodb {

/// All that CreateTable and UpdateTable say of a table's data; what is only answered again (tags,
/// table class, encryption, ...) is the control plane's.
struct TableDefinition {
    std::string name;
    std::string arn;
    std::string id;            // a UUID
    std::uint64_t number = 0;  // of its place in storage; never used again
    KeySchema keys;
    std::vector<KeyAttribute> attributes;  // AttributeDefinitions, in the given order
    BillingMode billing = BillingMode::provisioned;
    Throughput throughput;
    std::vector<IndexDefinition> indexes;  // global and local, in the order of their making
    Instant created_at;
};

class RecordReader;  // of saved bytes
class TableMonitor;

enum class Writer : std::uint8_t { client, time_to_live };

/// Told of every write that changed an item, in order, within the write: a stream.
class ChangeListener {
public:
    virtual ~ChangeListener() = default;
    /// `before` is null for a new item, `after` for a deleted one; both hold the key.
    virtual void item_changed(const Item* before, const Item* after, Writer writer) = 0;
};

/// An item as it is stored.
struct StoredItem {
    std::int64_t number = 0;
    std::size_t size = 0;  // as DynamoDB counts it
    std::string value;     // of StoredValue; empty: nobody has asked for it

    Item decode() const;
};

/// What a write of an item does to one index.
struct IndexWrite {
    std::size_t index = 0;  // its place in the definition
    std::string old_key;    // empty: it was not in the index
    std::string new_key;    // empty: it will not be
    std::size_t old_size = 0;
    std::size_t new_size = 0;
    HalfUnits units = 0;
};

/// A write of one item, worked out and not yet done.
struct ItemWrite {
    std::string key;  // in storage
    std::optional<StoredItem> before;
    std::optional<Item> before_item;  // read if somebody needs it
    std::optional<Item> after;        // none: the item is deleted
    std::string after_value;          // of StoredValue
    std::size_t after_size = 0;
    bool changes = false;
    HalfUnits units = 0;              // of the table
    std::vector<IndexWrite> indexes;  // those that it changes
};

/// What is known of an index besides its definition.
struct IndexState {
    std::uint8_t tree = 0;  // its place in storage
    Status status = Status::creating;
    std::size_t items = 0;
    std::size_t bytes = 0;
};

class Table {
public:
    /// `storage` must outlive it. A new table's status is creating.
    Table(World& world, Storage& storage, TableDefinition definition);
    /// One that storage has, by saved().
    Table(World& world, Storage& storage, std::uint64_t number, std::string_view saved);
    ~Table();
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    const TableDefinition& definition() const { return definition_; }
    Status status() const { return status_; }
    void set_status(Status status);
    /// Readable and writable: active or updating.
    bool usable() const { return status_ == Status::active || status_ == Status::updating; }

    void set_billing(BillingMode billing, Throughput throughput);
    void set_index_throughput(std::string_view index, Throughput throughput);
    /// Fills the index with the table's items; it is answered from by `set_index_status`.
    void add_index(IndexDefinition index);
    void remove_index(std::string_view index);
    Status index_status(std::string_view index) const;
    void set_index_status(std::string_view index, Status status);
    /// Its place in the definition; nothing if there is none.
    std::optional<std::size_t> find_index(std::string_view index) const;
    bool has_local_index() const;

    /// Null: nobody. It must outlive the table or be taken away.
    void set_listener(ChangeListener* listener) { listener_ = listener; }
    CapacityMeter& capacity() { return capacity_; }
    /// What it tells the trace and CloudWatch; given before the first operation on items.
    void set_monitor(std::unique_ptr<TableMonitor> monitor);
    TableMonitor& monitor() { return *monitor_; }
    /// Records what CloudWatch measures every five minutes and has become due; called before it
    /// changes, too.
    void sample_metrics();

    /// How many items there are and what they count together, now.
    std::size_t item_count() const { return items_; }
    std::size_t size_bytes() const { return bytes_; }
    std::size_t index_item_count(std::string_view index) const;
    std::size_t index_size_bytes(std::string_view index) const;

    // One item. Keys are those of storage.

    /// Of an item or a key, which has the attributes of the table's key in their types.
    std::string key_of(const Item& item) const;
    std::optional<StoredItem> find(std::string_view key) const;
    /// The same without its value, for a write that replaces it unread.
    std::optional<StoredItem> find_to_replace(std::string_view key) const;
    /// Whether somebody besides the writer asks what was there before a write.
    bool compares_writes() const;
    /// The same without a copy; `visit` may not read or write. False if there is none.
    using ReadVisit = std::function<void(std::size_t size, std::string_view bytes)>;
    bool read(std::string_view key, const ReadVisit& visit) const;
    /// Works out what it means that `after` comes in the place of `before`; `before_item` may hold
    /// what `before` decodes to.
    ItemWrite plan(std::string key,
                   std::optional<StoredItem> before,
                   std::optional<Item> before_item,
                   std::optional<Item> after) const;
    void apply(const ItemWrite& write, Writer writer = Writer::client);

    // Many items, from the table or, by its place in the definition, from an index.

    using Source = std::optional<std::size_t>;
    const KeySchema& keys_of(Source source) const;
    /// What the keys in storage of a source begin with.
    std::string prefix_of(Source source) const;
    /// The place of an item within a source; nothing if it is not there.
    std::optional<std::string> key_in(Source source, const Item& item) const;
    /// Items are the table's, also where an index has only some of their attributes. `visit` ends
    /// it by returning false; it may not write.
    void each_in(const Storage::Range& range,
                 Direction direction,
                 const std::function<bool(std::size_t size, std::string_view bytes)>& visit) const;
    /// What an index has of an item.
    Item projected(std::size_t index, const Item& item) const;
    bool projects(std::size_t index, std::string_view attribute) const;

    /// All items with this partition key, in the table and its local indexes, count so many bytes.
    std::size_t collection_size(const Item& key) const;
    /// How many they may be in a table with local indexes: 10 GB. [docs: LSI.ItemCollections]
    std::size_t most_collection_bytes() const { return most_collection_bytes_; }
    void set_most_collection_bytes(std::size_t most) { most_collection_bytes_ = most; }
    /// By how much the write changes that.
    std::ptrdiff_t collection_growth(const ItemWrite& write) const;

    /// In the order of a scan. It may not write.
    void each_item(const std::function<void(const Item&)>& visit) const;
    /// For restored and imported tables: neither streams nor capacity know of it.
    void load(const Item& item);
    /// Deletes the item as TTL does, if it is still as `item` is. False if it has changed or gone.
    bool expire(const Item& item);
    /// Which attribute says when items expire, in seconds. Storage has an index by it.
    void set_expiry_attribute(std::optional<std::string> name);
    /// Those that have expired by `now`, oldest first, at most `most`.
    std::vector<Item> expired(Instant now, std::size_t most) const;
    /// When the next item expires.
    std::optional<Instant> next_expiry() const;

    /// Nobody may write these items until then: a transaction is under way.
    void hold(std::string key, Instant until) { held_[std::move(key)] = until; }
    bool is_held(std::string_view key);

    /// All that storage does not have by itself, for the constructor.
    std::string saved() const;
    /// Whether that has changed since the last time that this was asked.
    bool take_changed() { return std::exchange(changed_, false); }
    /// Its items and their places are gone from storage.
    void erase_all();

private:
    Table(World& world, Storage& storage, std::uint64_t number, RecordReader record);
    void write_places(const ItemWrite& write, std::int64_t number);
    void plan_index(std::size_t index, ItemWrite& write) const;
    std::string index_key(std::size_t index, const Item& item) const;
    std::size_t projected_size(std::size_t index, const Item& item, std::size_t whole) const;
    void write_expiry(const ItemWrite& write, std::int64_t number);
    std::string expiry_key(const Item& item) const;
    void fill_index(std::size_t index);
    void fill_expiry();
    void changed();
    IndexState& state_of(std::string_view index);
    const IndexState& state_of(std::string_view index) const;

    World& world_;
    Storage& storage_;
    TableDefinition definition_;
    std::vector<IndexState> indexes_;  // as in the definition
    std::uint8_t last_tree_ = expiry_tree;
    Status status_ = Status::creating;
    ChangeListener* listener_ = nullptr;
    CapacityMeter capacity_;
    std::unique_ptr<TableMonitor> monitor_;
    std::string prefix_;
    std::size_t items_ = 0;
    std::size_t bytes_ = 0;
    std::optional<std::string> expiry_attribute_;
    /// By partition, of those that have been asked for: with local indexes only.
    mutable std::map<std::string, std::size_t, std::less<>> collections_;
    std::size_t most_collection_bytes_ = 10ULL * 1024 * 1024 * 1024;
    std::map<std::string, Instant, std::less<>> held_;
    bool changed_ = true;
};

}  // namespace orrery::dynamodb
