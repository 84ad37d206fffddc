// How a table's items are written, with their places in its indexes.

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/dynamodb/key_bytes.h"
#include "services/dynamodb/place_key.h"
#include "services/dynamodb/stored_value.h"
#include "services/dynamodb/table.h"

#include <algorithm>

namespace orrery::dynamodb {

namespace {

std::size_t one_if(bool there) {
    return there ? 1 : 0;
}

}  // namespace

bool Table::compares_writes() const {
    return listener_ != nullptr || !indexes_.empty() || expiry_attribute_;
}

ItemWrite Table::plan(std::string key,
                      std::optional<StoredItem> before,
                      std::optional<Item> before_item,
                      std::optional<Item> after) const {
    ItemWrite write;
    write.key = std::move(key);
    write.before = std::move(before);
    write.before_item = std::move(before_item);
    write.after = std::move(after);
    if (write.after) {
        write.after_size = size_of(*write.after);
        write.after_value = StoredValue::of(write.after_size, *write.after);
    }
    const std::size_t before_size = write.before ? write.before->size : 0;
    write.units = write_units(std::max(before_size, write.after_size));
    // What was there unread counts as other than what comes.
    write.changes = write.before ? !write.after || write.before->value != write.after_value
                                 : write.after.has_value();
    if (!write.changes) {
        return write;
    }
    if (compares_writes() && write.before && !write.before_item) {
        write.before_item = write.before->decode();
    }
    for (std::size_t index = 0; index < indexes_.size(); ++index) {
        plan_index(index, write);
    }
    return write;
}

/// [docs: GSI, Provisioned throughput considerations] An entry that comes, goes or changes is a
/// write; one whose key changes is two.
void Table::plan_index(std::size_t index, ItemWrite& write) const {
    IndexWrite entry;
    entry.index = index;
    if (write.before) {
        entry.old_key = index_key(index, *write.before_item);
        entry.old_size = entry.old_key.empty()
                             ? 0
                             : projected_size(index, *write.before_item, write.before->size);
    }
    if (write.after) {
        entry.new_key = index_key(index, *write.after);
        entry.new_size =
            entry.new_key.empty() ? 0 : projected_size(index, *write.after, write.after_size);
    }
    if (entry.old_key == entry.new_key) {
        if (entry.old_key.empty() ||
            (definition_.indexes[index].projection.kind != Projection::Kind::all &&
             projected(index, *write.before_item) == projected(index, *write.after))) {
            return;
        }
        entry.units = write_units(std::max(entry.old_size, entry.new_size));
    } else {
        entry.units = (entry.old_key.empty() ? 0 : write_units(entry.old_size)) +
                      (entry.new_key.empty() ? 0 : write_units(entry.new_size));
    }
    write.indexes.push_back(std::move(entry));
}

void Table::apply(const ItemWrite& write, Writer writer) {
    if (!write.changes) {
        return;
    }
    std::int64_t number = write.before ? write.before->number : 0;
    if (!write.after) {
        storage_.erase_item(write.key, number);
    } else if (write.before) {
        storage_.set_item(number, write.after_value);
    } else {
        number = storage_.add_item(write.key, write.after_value);
    }
    items_ += one_if(write.after.has_value()) - one_if(write.before.has_value());
    bytes_ += write.after_size - (write.before ? write.before->size : 0);
    write_places(write, number);
    changed_ = true;  // the counts; a commit is to come
    if (listener_ != nullptr) {
        listener_->item_changed(write.before_item ? &*write.before_item : nullptr,
                                write.after ? &*write.after : nullptr,
                                writer);
    }
}

std::ptrdiff_t Table::collection_growth(const ItemWrite& write) const {
    std::size_t grown = write.after_size - (write.before ? write.before->size : 0);
    for (const IndexWrite& entry : write.indexes) {
        if (definition_.indexes[entry.index].kind == IndexKind::local) {
            grown += entry.new_size - entry.old_size;
        }
    }
    return static_cast<std::ptrdiff_t>(grown);
}

void Table::write_places(const ItemWrite& write, std::int64_t number) {
    for (const IndexWrite& entry : write.indexes) {
        if (entry.old_key != entry.new_key) {
            if (!entry.old_key.empty()) {
                storage_.erase_place(entry.old_key);
            }
            if (!entry.new_key.empty()) {
                storage_.add_place(entry.new_key, number);
            }
        }
        IndexState& state = indexes_[entry.index];
        state.items += one_if(!entry.new_key.empty()) - one_if(!entry.old_key.empty());
        state.bytes += entry.new_size - entry.old_size;
    }
    if (expiry_attribute_) {
        write_expiry(write, number);
    }
    if (!collections_.empty()) {
        const Item& key = write.after ? *write.after : *write.before_item;
        std::string partition;
        append_partition(partition, {key.find(definition_.keys.hash.front().name)->second});
        const auto known = collections_.find(partition);
        if (known != collections_.end()) {
            known->second += static_cast<std::size_t>(collection_growth(write));
        }
    }
}

/// Where an index has an item: by the index's key, then by the table's. Empty if it has not.
std::string Table::index_key(std::size_t index, const Item& item) const {
    std::string key = prefix_of(index);
    if (!append_item_key(key, definition_.indexes[index].keys, item)) {
        return {};
    }
    for (const auto* part : {&definition_.keys.hash, &definition_.keys.range}) {
        for (const KeyAttribute& attribute : *part) {
            const auto found = item.find(attribute.name);
            if (found == item.end()) {
                return {};
            }
            append_key_bytes(key, found->second);
        }
    }
    return key;
}

bool Table::projects(std::size_t index, std::string_view attribute) const {
    const IndexDefinition& definition = definition_.indexes[index];
    const auto& included = definition.projection.attributes;
    return definition.projection.kind == Projection::Kind::all ||
           definition.keys.contains(attribute) || definition_.keys.contains(attribute) ||
           std::find(included.begin(), included.end(), attribute) != included.end();
}

Item Table::projected(std::size_t index, const Item& item) const {
    if (definition_.indexes[index].projection.kind == Projection::Kind::all) {
        return item;
    }
    Item part;
    for (const auto& attribute : item) {
        if (projects(index, attribute.first)) {
            part.insert(part.end(), attribute);
        }
    }
    return part;
}

std::size_t Table::projected_size(std::size_t index, const Item& item, std::size_t whole) const {
    return definition_.indexes[index].projection.kind == Projection::Kind::all
               ? whole
               : size_of(projected(index, item));
}

void Table::fill_index(std::size_t index) {
    IndexState& state = indexes_[index];
    storage_.each(keys_below(prefix_),
                  Direction::forward,
                  [&](std::string_view, std::int64_t number, std::string_view value) {
                      const StoredValue stored(value);
                      const Item item = decode_item(stored.item);
                      const std::string key = index_key(index, item);
                      if (!key.empty()) {
                          storage_.add_place(key, number);
                          ++state.items;
                          state.bytes += projected_size(index, item, stored.size);
                      }
                      return true;
                  });
}

void Table::load(const Item& item) {
    std::string key = key_of(item);
    std::optional<StoredItem> before = find(key);
    ChangeListener* const listener = std::exchange(listener_, nullptr);
    apply(plan(std::move(key), std::move(before), std::nullopt, item));
    listener_ = listener;
}

}  // namespace orrery::dynamodb
