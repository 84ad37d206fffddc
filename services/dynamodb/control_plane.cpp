#include "services/dynamodb/control_plane.h"

#include "engine/world.h"
#include "services/aws/error.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/record_bytes.h"

#include <algorithm>
#include <utility>

namespace orrery::dynamodb {

using aws::ApiError;

ControlPlane::ControlPlane(Tables& tables)
    : tables_(tables),
      store_(tables.world().store, tables.identity()),
      // What a state directory has had its ids already.
      random_(tables.world().random.stream("dynamodb/" + tables.identity().scope() +
                                           iso8601(tables.world().loop.now()))),
      changes_(tables.world()) {
    restore();
}

ControlPlane::~ControlPlane() = default;

Loop& ControlPlane::loop() {
    return world().loop;
}

std::string ControlPlane::trace_source(std::string_view table) const {
    return tables_.identity().scope() + "dynamodb/" + std::string(table);
}

ManagedTable* ControlPlane::find(std::string_view name_or_arn) {
    const Table* table = tables_.find(name_or_arn);
    if (table == nullptr) {
        return nullptr;
    }
    const auto found = managed_.find(table->definition().name);
    return found == managed_.end() ? nullptr : found->second.get();
}

ManagedTable& ControlPlane::existing(std::string_view name_or_arn) {
    ManagedTable* table = find(name_or_arn);
    if (table == nullptr) {
        // [LS test_table_crud]
        throw ApiError(
            "ResourceNotFoundException",
            "Requested resource not found: Table: " + std::string(name_or_arn) + " not found");
    }
    return *table;
}

ManagedTable& ControlPlane::settled(std::string_view name_or_arn) {
    ManagedTable& table = existing(name_or_arn);
    const Status status = table.table().status();
    if (status != Status::active) {
        // The first [dyl], the others after it (unverified).
        const char* what = status == Status::creating   ? "created"
                           : status == Status::updating ? "updated"
                                                        : "deleted";
        throw ApiError("ResourceInUseException",
                       std::string("Attempt to change a resource which is still in use: Table is "
                                   "being ") +
                           what + ": " + table.definition().name);
    }
    return table;
}

ManagedTable& ControlPlane::create(TableDefinition definition, TableSettings settings) {
    Table& table = tables_.create(std::move(definition));
    const std::string& name = table.definition().name;
    auto managed =
        std::make_unique<ManagedTable>(world(), table, std::move(settings), trace_source(name));
    ManagedTable& made = *managed;
    managed_[name] = std::move(managed);
    changed(made);
    return made;
}

void ControlPlane::erase(std::string name) {
    ManagedTable& table = *managed_.find(name)->second;
    changes_.drop(table.definition().number);
    disable_stream(table);
    drop_undo_log(table);
    changed(table);
    managed_.erase(name);
    tables_.erase(name);
}

void ControlPlane::drop_undo_log(ManagedTable& table) {
    if (table.undo_log() != nullptr) {
        table.undo_log()->erase_from(store_);
        table.drop_undo_log();
    }
}

Stream& ControlPlane::enable_stream(ManagedTable& table, StreamView view) {
    StreamIdentity identity;
    identity.number = ++last_stream_;
    identity.table_name = table.definition().name;
    identity.table_arn = table.definition().arn;
    // "2024-11-18T14:36:44.149": without the time zone. [LS]
    identity.label = iso8601(loop().now());
    identity.label.pop_back();
    identity.arn = identity.table_arn + "/stream/" + identity.label;
    identity.view = view;
    identity.keys = table.definition().keys;
    identity.created_at = loop().now();
    table.settings.stream_arn = identity.arn;
    const std::string arn = identity.arn;
    auto& stream = streams_[arn];
    if (stream != nullptr) {
        stream->erase_from(store_);  // of a table deleted in the same millisecond
    }
    stream = std::make_unique<Stream>(
        world(), std::move(identity), world().random.stream("dynamodb/" + arn));
    table.set_stream(stream.get());
    changed(table);
    return *stream;
}

void ControlPlane::disable_stream(ManagedTable& table) {
    if (Stream* stream = table.stream()) {
        table.set_stream(nullptr);
        stream->close();
        changed(table);
    }
}

const ControlPlane::Streams& ControlPlane::streams() {
    std::erase_if(streams_, [this](const auto& entry) {
        const Stream& stream = *entry.second;
        if (!stream.closed() || *stream.closed_at() + limits::stream_retention > loop().now()) {
            return false;
        }
        stream.erase_from(store_);
        store_.touch();
        return true;
    });
    return streams_;
}

Stream* ControlPlane::find_stream(std::string_view arn) {
    const auto found = streams().find(arn);
    return found == streams_.end() ? nullptr : found->second.get();
}

void ControlPlane::erase_backup(const std::string& arn) {
    const auto found = backups_.find(arn);
    store_.erase(backup_collection, number_key(found->second->number));
    for (std::uint64_t item = 0; item < found->second->items.size(); ++item) {
        store_.erase(backup_item_collection, number_key(found->second->number, item));
    }
    store_.touch();
    backups_.erase(found);
}

void ControlPlane::changed(const ManagedTable& table) {
    if (store_.keeps()) {
        changed_tables_.insert(table.definition().name);
        store_.touch();
    }
}

void ControlPlane::changed(const Backup& backup) {
    if (store_.keeps()) {
        changed_backups_.insert(backup.arn);
        store_.touch();
    }
}

}  // namespace orrery::dynamodb
