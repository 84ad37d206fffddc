/// The control plane of an account and Region: tables with all that is known of them, streams,
/// backups, and what is under way.
#pragma once

#include "services/dynamodb/backup.h"
#include "services/dynamodb/changes.h"
#include "services/dynamodb/control_store.h"
#include "services/dynamodb/managed_table.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/tables.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace orrery {
class Loop;
}

namespace orrery::dynamodb {

class ControlPlane {
public:
    using ManagedTables = std::map<std::string, std::unique_ptr<ManagedTable>, std::less<>>;
    using Streams = std::map<std::string, std::unique_ptr<Stream>, std::less<>>;
    using Backups = std::map<std::string, std::unique_ptr<Backup>, std::less<>>;

    /// With what the world's store has of it. `tables` must outlive this.
    explicit ControlPlane(Tables& tables);
    ~ControlPlane();
    ControlPlane(const ControlPlane&) = delete;
    ControlPlane& operator=(const ControlPlane&) = delete;

    World& world() { return tables_.world(); }
    Loop& loop();
    const aws::Identity& identity() const { return tables_.identity(); }
    Changes& changes() { return changes_; }
    /// As Tables has it.
    void answered_with(const aws::ApiError& error) { tables_.answered_with(error); }
    /// For ids of all kinds.
    RandomStream& random() { return random_; }

    const ManagedTables& tables() const { return managed_; }
    /// By name or ARN; null if there is none.
    ManagedTable* find(std::string_view name_or_arn);
    /// Throws ResourceNotFoundException with the name in its words.
    ManagedTable& existing(std::string_view name_or_arn);
    /// The same where nothing may be under way: throws ResourceInUseException.
    ManagedTable& settled(std::string_view name_or_arn);
    ManagedTable& create(TableDefinition definition, TableSettings settings);
    /// The table is gone, and its stream closed.
    void erase(std::string name);

    /// Makes a stream and lets the table's changes go there.
    Stream& enable_stream(ManagedTable& table, StreamView view);
    void disable_stream(ManagedTable& table);
    /// What point-in-time recovery kept is gone, on disk too.
    void drop_undo_log(ManagedTable& table);
    /// By ARN; without those that were closed a day ago.
    const Streams& streams();
    /// Null if there is none.
    Stream* find_stream(std::string_view arn);

    Backups& backups() { return backups_; }
    std::uint64_t next_backup_number() { return ++last_backup_; }
    /// Forgets it, on disk too.
    void erase_backup(const std::string& arn);

    /// What an operation may have changed of this table, or of streams and backups, is to be kept.
    void changed(const ManagedTable& table);
    void changed(const Backup& backup);

private:
    void restore();
    void restore_tables();
    void restore_streams();
    void restore_undo_logs();
    void restore_backups();
    void save();
    void save(const Backup& backup);
    std::string trace_source(std::string_view table) const;

    Tables& tables_;
    ControlStore store_;
    RandomStream random_;
    Changes changes_;
    std::uint64_t last_stream_ = 0;
    std::uint64_t last_backup_ = 0;
    Streams streams_;  // before the tables, which let go of them
    Backups backups_;
    ManagedTables managed_;
    // For the store.
    std::set<std::string> changed_tables_;
    std::set<std::string> changed_backups_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace orrery::dynamodb
