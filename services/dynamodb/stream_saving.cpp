// A stream on disk: its state as one record, and a record for each change.
#include "engine/world.h"
#include "services/dynamodb/control_store.h"
#include "services/dynamodb/record_bytes.h"
#include "services/dynamodb/stream.h"

namespace orrery::dynamodb {

namespace {

std::string record_bytes(const StreamRecord& record) {
    std::string bytes;
    append_number(bytes, record.sequence);
    append_instant(bytes, record.at);
    append_number(bytes, static_cast<std::uint64_t>(record.kind));
    append_number(bytes, static_cast<std::uint64_t>(record.writer));
    append_number(bytes, record.size);
    for (const auto* text : {&record.event_id, &record.keys, &record.before, &record.after}) {
        append_bytes(bytes, *text);
    }
    return bytes;
}

void append_keys(std::string& bytes, const std::vector<KeyAttribute>& keys) {
    append_number(bytes, keys.size());
    for (const KeyAttribute& key : keys) {
        append_bytes(bytes, key.name);
        append_number(bytes, static_cast<std::uint64_t>(key.type));
    }
}

std::vector<KeyAttribute> read_key_attributes(RecordReader& reader) {
    std::vector<KeyAttribute> keys(reader.number());
    for (KeyAttribute& key : keys) {
        key.name = reader.bytes();
        key.type = static_cast<AttributeType>(reader.number());
    }
    return keys;
}

}  // namespace

std::string Stream::state() const {
    std::string bytes;
    append_number(bytes, identity_.number);
    for (const auto* text :
         {&identity_.table_name, &identity_.table_arn, &identity_.label, &identity_.arn}) {
        append_bytes(bytes, *text);
    }
    append_number(bytes, static_cast<std::uint64_t>(identity_.view));
    append_keys(bytes, identity_.keys.hash);
    append_keys(bytes, identity_.keys.range);
    append_instant(bytes, identity_.created_at);
    append_number(bytes, closed() ? 1 : 0);
    append_instant(bytes, closed_at_.value_or(Instant()));
    append_number(bytes, last_sequence_);
    append_number(bytes, trimmed_through_);
    append_number(bytes, shards_.size());
    for (const Shard& shard : shards_) {
        append_bytes(bytes, shard.id);
        append_bytes(bytes, shard.parent);
        append_number(bytes, shard.first);
        append_number(bytes, shard.last.value_or(0));
        append_instant(bytes, shard.opened_at);
        append_instant(bytes, shard.closed_at);
    }
    return bytes;
}

void Stream::save(ControlStore& store) {
    if (!changed_) {
        return;
    }
    changed_ = false;
    store.put(stream_collection, number_key(identity_.number), state());
    for (; erased_through_ < trimmed_through_; ++erased_through_) {
        store.erase(stream_record_collection, number_key(identity_.number, erased_through_ + 1));
    }
    for (auto record = records_.rbegin();
         record != records_.rend() && record->sequence > saved_through_;
         ++record) {
        store.put(stream_record_collection,
                  number_key(identity_.number, record->sequence),
                  record_bytes(*record));
    }
    saved_through_ = last_sequence_;
}

void Stream::erase_from(ControlStore& store) const {
    store.erase(stream_collection, number_key(identity_.number));
    for (std::uint64_t sequence = erased_through_ + 1; sequence <= saved_through_; ++sequence) {
        store.erase(stream_record_collection, number_key(identity_.number, sequence));
    }
}

std::unique_ptr<Stream> Stream::restore(World& world, std::string_view bytes, RandomStream random) {
    RecordReader reader(bytes);
    std::unique_ptr<Stream> stream(new Stream(world, Restored{}, random));
    StreamIdentity& identity = stream->identity_;
    identity.number = reader.number();
    for (auto* text : {&identity.table_name, &identity.table_arn, &identity.label, &identity.arn}) {
        *text = reader.bytes();
    }
    identity.view = static_cast<StreamView>(reader.number());
    identity.keys.hash = read_key_attributes(reader);
    identity.keys.range = read_key_attributes(reader);
    identity.created_at = reader.instant();
    const bool closed = reader.number() != 0;
    const Instant closed_at = reader.instant();
    stream->closed_at_ = closed ? std::optional(closed_at) : std::nullopt;
    stream->last_sequence_ = reader.number();
    stream->trimmed_through_ = reader.number();
    for (std::uint64_t left = reader.number(); left > 0; --left) {
        Shard shard;
        shard.id = reader.bytes();
        shard.parent = reader.bytes();
        shard.first = reader.number();
        const std::uint64_t last = reader.number();
        shard.last = last == 0 ? std::nullopt : std::optional(last);
        shard.opened_at = reader.instant();
        shard.closed_at = reader.instant();
        stream->shards_.push_back(std::move(shard));
    }
    stream->changed_ = false;
    stream->saved_through_ = stream->last_sequence_;
    stream->erased_through_ = stream->trimmed_through_;
    return stream;
}

void Stream::restore_record(std::string_view bytes) {
    RecordReader reader(bytes);
    StreamRecord record;
    record.sequence = reader.number();
    record.at = reader.instant();
    record.kind = static_cast<ChangeKind>(reader.number());
    record.writer = static_cast<Writer>(reader.number());
    record.size = reader.number();
    for (auto* text : {&record.event_id, &record.keys, &record.before, &record.after}) {
        *text = reader.bytes();
    }
    records_.push_back(std::move(record));
}

}  // namespace orrery::dynamodb
