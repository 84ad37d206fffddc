#include "services/dynamodb/table.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/dynamodb/place_key.h"
#include "services/dynamodb/stored_value.h"
#include "services/dynamodb/table_monitor.h"

#include <algorithm>

namespace orrery::dynamodb {

Table::Table(World& world, Storage& storage, TableDefinition definition)
    : world_(world),
      storage_(storage),
      definition_(std::move(definition)),
      indexes_(definition_.indexes.size()),
      capacity_(definition_, world.loop.now()),
      prefix_(tree_prefix(definition_.number, items_tree)) {
    for (IndexState& index : indexes_) {
        index.tree = ++last_tree_;
    }
}

Table::~Table() = default;

Item StoredItem::decode() const {
    return decode_item(StoredValue(value).item);
}

void Table::changed() {
    changed_ = true;
    storage_.touch();
}

void Table::set_monitor(std::unique_ptr<TableMonitor> monitor) {
    monitor_ = std::move(monitor);
}

void Table::sample_metrics() {
    if (monitor_ != nullptr) {
        monitor_->sample(definition_, usable() && definition_.billing == BillingMode::provisioned);
    }
}

void Table::set_status(Status status) {
    sample_metrics();
    status_ = status;
    changed();
}

void Table::set_billing(BillingMode billing, Throughput throughput) {
    sample_metrics();
    definition_.billing = billing;
    definition_.throughput = throughput;
    capacity_.update(definition_, world_.loop.now());
    changed();
}

void Table::set_index_throughput(std::string_view index, Throughput throughput) {
    sample_metrics();
    definition_.indexes[find_index(index).value()].throughput = throughput;
    capacity_.update(definition_, world_.loop.now());
    changed();
}

void Table::add_index(IndexDefinition index) {
    ENSURE(last_tree_ < 0xFF);
    sample_metrics();
    definition_.indexes.push_back(std::move(index));
    indexes_.emplace_back().tree = ++last_tree_;
    capacity_.update(definition_, world_.loop.now());
    fill_index(indexes_.size() - 1);
    changed();
}

void Table::remove_index(std::string_view index) {
    sample_metrics();
    const std::size_t place = find_index(index).value();
    storage_.erase_places(keys_below(prefix_of(place)));
    definition_.indexes.erase(definition_.indexes.begin() + static_cast<std::ptrdiff_t>(place));
    indexes_.erase(indexes_.begin() + static_cast<std::ptrdiff_t>(place));
    capacity_.update(definition_, world_.loop.now());
    changed();
}

std::optional<std::size_t> Table::find_index(std::string_view index) const {
    const auto& all = definition_.indexes;
    const auto found = std::find_if(
        all.begin(), all.end(), [index](const auto& each) { return each.name == index; });
    return found == all.end() ? std::nullopt : std::optional<std::size_t>(found - all.begin());
}

bool Table::has_local_index() const {
    const auto& all = definition_.indexes;
    return std::any_of(
        all.begin(), all.end(), [](const auto& each) { return each.kind == IndexKind::local; });
}

const IndexState& Table::state_of(std::string_view index) const {
    const std::optional<std::size_t> place = find_index(index);
    ENSURE(place.has_value());
    return indexes_[*place];
}

IndexState& Table::state_of(std::string_view index) {
    return const_cast<IndexState&>(std::as_const(*this).state_of(index));
}

Status Table::index_status(std::string_view index) const {
    return state_of(index).status;
}

void Table::set_index_status(std::string_view index, Status status) {
    state_of(index).status = status;
    changed();
}

std::size_t Table::index_item_count(std::string_view index) const {
    return state_of(index).items;
}

std::size_t Table::index_size_bytes(std::string_view index) const {
    return state_of(index).bytes;
}

std::string Table::key_of(const Item& item) const {
    std::string key = prefix_;
    ENSURE(append_item_key(key, definition_.keys, item));
    return key;
}

std::optional<StoredItem> Table::find(std::string_view key) const {
    std::optional<StoredItem> found;
    storage_.read(key, [&found](std::int64_t number, std::string_view value) {
        found = StoredItem{number, StoredValue(value).size, std::string(value)};
    });
    return found;
}

std::optional<StoredItem> Table::find_to_replace(std::string_view key) const {
    std::optional<StoredItem> found;
    storage_.read(key, [&found](std::int64_t number, std::string_view value) {
        found = StoredItem{number, StoredValue(value).size, {}};
    });
    return found;
}

bool Table::read(std::string_view key, const ReadVisit& visit) const {
    return storage_.read(key, [&visit](std::int64_t, std::string_view value) {
        const StoredValue stored(value);
        visit(stored.size, stored.item);
    });
}

const KeySchema& Table::keys_of(Source source) const {
    return source ? definition_.indexes[*source].keys : definition_.keys;
}

std::string Table::prefix_of(Source source) const {
    return source ? tree_prefix(definition_.number, indexes_[*source].tree) : prefix_;
}

std::optional<std::string> Table::key_in(Source source, const Item& item) const {
    std::string key = source ? index_key(*source, item) : prefix_;
    if (!source && !append_item_key(key, definition_.keys, item)) {
        key.clear();
    }
    return key.empty() ? std::nullopt : std::optional(std::move(key));
}

void Table::each_in(
    const Storage::Range& range,
    Direction direction,
    const std::function<bool(std::size_t size, std::string_view bytes)>& visit) const {
    storage_.each(
        range, direction, [&visit](std::string_view, std::int64_t, std::string_view value) {
            const StoredValue stored(value);
            return visit(stored.size, stored.item);
        });
}

void Table::each_item(const std::function<void(const Item&)>& visit) const {
    each_in(keys_below(prefix_), Direction::forward, [&](std::size_t, std::string_view bytes) {
        visit(decode_item(bytes));
        return true;
    });
}

std::size_t Table::collection_size(const Item& key) const {
    const auto& name = definition_.keys.hash.front().name;
    std::string partition;
    append_partition(partition, {key.find(name)->second});
    const auto known = collections_.find(partition);
    if (known != collections_.end()) {
        return known->second;
    }
    std::size_t bytes = 0;
    each_in(keys_below(prefix_ + partition),
            Direction::forward,
            [&](std::size_t size, std::string_view stored) {
                bytes += size;
                const Item item = decode_item(stored);
                for (std::size_t index = 0; index < indexes_.size(); ++index) {
                    if (definition_.indexes[index].kind == IndexKind::local &&
                        !index_key(index, item).empty()) {
                        bytes += projected_size(index, item, size);
                    }
                }
                return true;
            });
    collections_.emplace(std::move(partition), bytes);
    return bytes;
}

bool Table::is_held(std::string_view key) {
    if (held_.empty()) {
        return false;
    }
    const auto found = held_.find(key);
    if (found != held_.end() && found->second > world_.loop.now()) {
        return true;
    }
    std::erase_if(held_,
                  [now = world_.loop.now()](const auto& hold) { return hold.second <= now; });
    return false;
}

void Table::erase_all() {
    const Storage::Range items = keys_below(prefix_);
    storage_.erase_items(items);
    storage_.erase_places({items.high, tree_prefix(definition_.number + 1, items_tree)});
}

}  // namespace orrery::dynamodb
