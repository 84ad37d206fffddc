// The control plane on disk: a record for each table, stream, change and backup. What was under way
// when the process ended is complete when the next one begins.
#include "engine/world.h"
#include "services/aws/parameters.h"
#include "services/dynamodb/control_plane.h"
#include "services/dynamodb/index_request.h"
#include "services/dynamodb/record_bytes.h"
#include "services/dynamodb/schema_json.h"
#include "services/dynamodb/settings_record.h"
#include "services/dynamodb/table_request.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::dynamodb {

namespace {

constexpr std::string_view table_collection = "table";

Json parse(std::string_view record) {
    Json json = Json::parse(record, nullptr, false);
    if (json.is_discarded()) {
        throw UsageError("the state on disk is damaged: a record of DynamoDB cannot be read");
    }
    return json;
}

}  // namespace

void ControlPlane::restore() {
    restore_tables();
    restore_streams();
    restore_undo_logs();
    restore_backups();
    for (const auto& [name, table] : managed_) {
        table->apply_time_to_live();
    }
    if (store_.keeps()) {
        // The store may outlive the control plane.
        store_.store().add_saver([this, alive = std::weak_ptr<bool>(alive_)] {
            if (!alive.expired()) {
                save();
            }
        });
    }
}

void ControlPlane::restore_tables() {
    std::map<std::string, Json, std::less<>> records;
    store_.each(table_collection, [&](std::string_view name, std::string_view record) {
        records.emplace(name, parse(record));
    });
    std::vector<std::string> gone;
    for (const auto& [name, table] : tables_.all()) {
        const auto record = records.find(name);
        TableSettings settings;
        if (record != records.end() && record->second.at("id") == table->definition().id) {
            settings = settings_in(record->second);
        } else {
            settings.attributes = table->definition().attributes;
        }
        if (table->status() == Status::deleting ||
            (record != records.end() && record->second.at("deleting"))) {
            gone.push_back(name);
        }
        managed_[name] = std::make_unique<ManagedTable>(
            world(), *table, std::move(settings), trace_source(name));
    }
    for (const std::string& name : gone) {
        erase(name);
    }
    for (const auto& [name, table] : managed_) {
        std::vector<std::string> unfinished;
        for (const IndexDefinition& index : table->definition().indexes) {
            if (table->table().index_status(index.name) == Status::deleting) {
                unfinished.push_back(index.name);
            } else {
                table->table().set_index_status(index.name, Status::active);
            }
        }
        for (const std::string& index : unfinished) {
            table->table().remove_index(index);
        }
        table->table().set_status(Status::active);
    }
}

void ControlPlane::restore_streams() {
    std::map<std::uint64_t, Stream*> by_number;
    store_.each(stream_collection, [&](std::string_view, std::string_view record) {
        auto stream = Stream::restore(
            world(),
            record,
            world().random.stream("dynamodb/stream/" + identity().scope() +
                                  std::to_string(by_number.size()) + iso8601(loop().now())));
        const StreamIdentity& identity = stream->identity();
        last_stream_ = std::max(last_stream_, identity.number);
        by_number[identity.number] = stream.get();
        ManagedTable* table = find(identity.table_name);
        if (table != nullptr && table->settings.stream_arn == identity.arn && !stream->closed()) {
            table->set_stream(stream.get());
        } else {
            stream->close();
        }
        const std::string arn = identity.arn;
        streams_[arn] = std::move(stream);
    });
    store_.each(stream_record_collection, [&](std::string_view key, std::string_view record) {
        const auto found = by_number.find(RecordReader(key).number());
        if (found != by_number.end()) {
            found->second->restore_record(record);
        }
    });
}

void ControlPlane::restore_undo_logs() {
    std::map<std::uint64_t, UndoLog*> by_number;
    for (const auto& [name, table] : managed_) {
        if (table->settings.recovery.enabled) {
            table->keep_undo_log(table->settings.recovery.days);
            by_number[table->definition().number] = table->undo_log();
        }
    }
    store_.each(undo_collection, [&](std::string_view key, std::string_view record) {
        RecordReader numbers(key);
        const auto found = by_number.find(numbers.number());
        if (found != by_number.end()) {
            found->second->restore(numbers.number(), record);
        }
    });
}

void ControlPlane::restore_backups() {
    std::map<std::uint64_t, Backup*> by_number;
    store_.each(backup_collection, [&](std::string_view, std::string_view record) {
        auto backup = std::make_unique<Backup>(backup_in(parse(record)));
        last_backup_ = std::max(last_backup_, backup->number);
        by_number[backup->number] = backup.get();
        backups_[backup->arn] = std::move(backup);
    });
    store_.each(backup_item_collection, [&](std::string_view key, std::string_view item) {
        const auto found = by_number.find(RecordReader(key).number());
        if (found != by_number.end()) {
            found->second->items.emplace_back(item);
        }
    });
}

void ControlPlane::save() {
    for (const std::string& name : std::exchange(changed_tables_, {})) {
        const ManagedTable* table = find(name);
        if (table == nullptr) {
            store_.erase(table_collection, name);
            continue;
        }
        Json record = settings_record(table->settings);
        record["id"] = table->definition().id;
        record["deleting"] = table->table().status() == Status::deleting;
        store_.put(table_collection, name, record.dump());
    }
    for (const std::string& arn : std::exchange(changed_backups_, {})) {
        if (const auto found = backups_.find(arn); found != backups_.end()) {
            save(*found->second);
        }
    }
    for (const auto& [arn, stream] : streams_) {
        stream->save(store_);
    }
    for (const auto& [name, table] : managed_) {
        if (UndoLog* log = table->undo_log()) {
            log->save(store_);
        }
    }
}

void ControlPlane::save(const Backup& backup) {
    store_.put(backup_collection, number_key(backup.number), backup_record(backup).dump());
    for (std::uint64_t item = 0; item < backup.items.size(); ++item) {
        store_.put(backup_item_collection, number_key(backup.number, item), backup.items[item]);
    }
}

}  // namespace orrery::dynamodb
