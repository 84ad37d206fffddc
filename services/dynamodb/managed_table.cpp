#include "services/dynamodb/managed_table.h"

#include <utility>

namespace orrery::dynamodb {

ManagedTable::ManagedTable(World& world,
                           Table& table,
                           TableSettings table_settings,
                           std::string source)
    : settings(std::move(table_settings)),
      world_(world),
      table_(table),
      source_(std::move(source)),
      expiry_(world, table, source_) {}

ManagedTable::~ManagedTable() {
    table_.set_listener(nullptr);
}

void ManagedTable::set_stream(Stream* stream) {
    stream_ = stream;
    listen();
}

void ManagedTable::keep_undo_log(std::int64_t days) {
    if (undo_log_ == nullptr) {
        undo_log_ = std::make_unique<UndoLog>(world_, table_, days);
    }
    undo_log_->set_days(days);
    listen();
}

void ManagedTable::drop_undo_log() {
    undo_log_ = nullptr;
    listen();
}

void ManagedTable::apply_time_to_live() {
    const bool expires = settings.time_to_live.status == FeatureStatus::enabled;
    if (expires != expires_) {
        expires_ = expires;
        listen();
        expires ? expiry_.begin(settings.time_to_live.attribute) : expiry_.end();
    }
}

/// Writes of a table that nobody watches cost nothing more.
void ManagedTable::listen() {
    const bool watched = stream_ != nullptr || undo_log_ != nullptr || expires_;
    table_.set_listener(watched ? this : nullptr);
}

void ManagedTable::item_changed(const Item* before, const Item* after, Writer writer) {
    if (stream_ != nullptr) {
        stream_->append(before, after, writer);
    }
    if (undo_log_ != nullptr) {
        undo_log_->append(before, after);
    }
    if (expires_ && after != nullptr) {
        expiry_.item_written(*after);
    }
}

}  // namespace orrery::dynamodb
