/// A table with what the control plane adds to it: settings, its stream, the log of point-in-time
/// recovery, expiry.
#pragma once

#include "services/dynamodb/expiry_sweep.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/table.h"
#include "services/dynamodb/table_settings.h"
#include "services/dynamodb/undo_log.h"

#include <cstdint>
#include <memory>
#include <string>

namespace orrery::dynamodb {

class ManagedTable final : private ChangeListener {
public:
    /// `table` must outlive it; `source` is its name in the trace.
    ManagedTable(World& world, Table& table, TableSettings table_settings, std::string source);
    ~ManagedTable() override;
    ManagedTable(const ManagedTable&) = delete;
    ManagedTable& operator=(const ManagedTable&) = delete;

    Table& table() { return table_; }
    const Table& table() const { return table_; }
    const TableDefinition& definition() const { return table_.definition(); }
    const std::string& source() const { return source_; }

    /// Null: its changes go to no stream. A stream must outlive the table or be taken away.
    Stream* stream() const { return stream_; }
    void set_stream(Stream* stream);
    /// Null unless point-in-time recovery is on.
    UndoLog* undo_log() const { return undo_log_.get(); }
    void keep_undo_log(std::int64_t days);
    void drop_undo_log();
    ExpirySweep& expiry() { return expiry_; }
    /// The status in the settings decides whether items expire.
    void apply_time_to_live();

    TableSettings settings;

private:
    void item_changed(const Item* before, const Item* after, Writer writer) override;
    void listen();

    World& world_;
    Table& table_;
    std::string source_;
    ExpirySweep expiry_;
    Stream* stream_ = nullptr;
    std::unique_ptr<UndoLog> undo_log_;
    bool expires_ = false;
};

}  // namespace orrery::dynamodb
