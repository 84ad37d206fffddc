#include "services/dynamodb/undo_log.h"

#include "engine/world.h"
#include "services/dynamodb/control_store.h"
#include "services/dynamodb/record_bytes.h"

#include <map>
#include <utility>

namespace orrery::dynamodb {

UndoLog::UndoLog(World& world, const Table& table, std::int64_t days)
    : world_(world), table_(table), days_(days) {}

std::string UndoLog::key_of(const Item& item) const {
    Item key;
    const KeySchema& keys = table_.definition().keys;
    for (const auto* parts : {&keys.hash, &keys.range}) {
        for (const KeyAttribute& part : *parts) {
            key.insert(*item.find(part.name));
        }
    }
    return encode_item(key);
}

void UndoLog::append(const Item* before, const Item* after) {
    trim();
    Entry entry;
    entry.sequence = ++last_;
    entry.at = world_.loop.now();
    entry.key = key_of(after == nullptr ? *before : *after);
    entry.before = before == nullptr ? "" : encode_item(*before);
    entries_.push_back(std::move(entry));
}

void UndoLog::trim() {
    const Instant horizon = world_.loop.now() - days_ * 24h;
    while (!entries_.empty() && entries_.front().at < horizon) {
        first_ = entries_.front().sequence + 1;
        entries_.pop_front();
    }
}

void UndoLog::each_item_at(Instant instant, const std::function<void(const Item&)>& visit) const {
    std::map<std::string, std::string, std::less<>> items;
    table_.each_item([&](const Item& item) { items[key_of(item)] = encode_item(item); });
    for (auto entry = entries_.rbegin(); entry != entries_.rend() && entry->at > instant; ++entry) {
        if (entry->before.empty()) {
            items.erase(entry->key);
        } else {
            items[entry->key] = entry->before;
        }
    }
    for (const auto& [key, item] : items) {
        visit(decode_item(item));
    }
}

void UndoLog::save(ControlStore& store) {
    const std::uint64_t table = table_.definition().number;
    for (; erased_through_ + 1 < first_; ++erased_through_) {
        store.erase(undo_collection, number_key(table, erased_through_ + 1));
    }
    for (auto entry = entries_.rbegin();
         entry != entries_.rend() && entry->sequence > saved_through_;
         ++entry) {
        std::string bytes;
        append_instant(bytes, entry->at);
        append_bytes(bytes, entry->key);
        append_bytes(bytes, entry->before);
        store.put(undo_collection, number_key(table, entry->sequence), bytes);
    }
    saved_through_ = last_;
}

void UndoLog::erase_from(ControlStore& store) const {
    for (std::uint64_t sequence = erased_through_ + 1; sequence <= saved_through_; ++sequence) {
        store.erase(undo_collection, number_key(table_.definition().number, sequence));
    }
}

void UndoLog::restore(std::uint64_t sequence, std::string_view bytes) {
    RecordReader reader(bytes);
    Entry entry;
    entry.sequence = sequence;
    entry.at = reader.instant();
    entry.key = reader.bytes();
    entry.before = reader.bytes();
    if (entries_.empty()) {
        first_ = sequence;
        erased_through_ = sequence - 1;
    }
    last_ = saved_through_ = sequence;
    entries_.push_back(std::move(entry));
}

}  // namespace orrery::dynamodb
