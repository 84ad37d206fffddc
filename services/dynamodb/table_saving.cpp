// What storage keeps of a table besides its items.

#include "engine/error.h"
#include "engine/world.h"
#include "services/dynamodb/place_key.h"
#include "services/dynamodb/record_bytes.h"
#include "services/dynamodb/table.h"
#include "services/dynamodb/table_monitor.h"

namespace orrery::dynamodb {

namespace {

void append(std::string& bytes, const Throughput& throughput) {
    append_number(bytes, static_cast<std::uint64_t>(throughput.read));
    append_number(bytes, static_cast<std::uint64_t>(throughput.write));
}

Throughput read_throughput(RecordReader& record) {
    const auto read = static_cast<std::int64_t>(record.number());
    return {read, static_cast<std::int64_t>(record.number())};
}

void append(std::string& bytes, const std::vector<KeyAttribute>& attributes) {
    append_number(bytes, attributes.size());
    for (const KeyAttribute& attribute : attributes) {
        append_bytes(bytes, attribute.name);
        append_number(bytes, static_cast<std::uint64_t>(attribute.type));
    }
}

std::vector<KeyAttribute> read_attribute_list(RecordReader& record) {
    std::vector<KeyAttribute> attributes;
    for (std::uint64_t left = record.number(); left > 0; --left) {
        KeyAttribute& attribute = attributes.emplace_back();
        attribute.name = record.bytes();
        attribute.type = static_cast<AttributeType>(record.number());
    }
    return attributes;
}

void append(std::string& bytes, const KeySchema& keys) {
    append(bytes, keys.hash);
    append(bytes, keys.range);
}

KeySchema read_key_schema(RecordReader& record) {
    KeySchema keys;
    keys.hash = read_attribute_list(record);
    keys.range = read_attribute_list(record);
    return keys;
}

void append(std::string& bytes, const Projection& projection) {
    append_number(bytes, static_cast<std::uint64_t>(projection.kind));
    append_number(bytes, projection.attributes.size());
    for (const std::string& attribute : projection.attributes) {
        append_bytes(bytes, attribute);
    }
}

Projection read_projection(RecordReader& record) {
    Projection projection;
    projection.kind = static_cast<Projection::Kind>(record.number());
    for (std::uint64_t left = record.number(); left > 0; --left) {
        projection.attributes.emplace_back(record.bytes());
    }
    return projection;
}

TableDefinition read_definition(std::uint64_t number, RecordReader& record) {
    TableDefinition definition;
    definition.number = number;
    definition.name = record.bytes();
    definition.arn = record.bytes();
    definition.id = record.bytes();
    definition.keys = read_key_schema(record);
    definition.attributes = read_attribute_list(record);
    definition.billing = static_cast<BillingMode>(record.number());
    definition.throughput = read_throughput(record);
    definition.created_at = record.instant();
    return definition;
}

}  // namespace

std::string Table::saved() const {
    std::string bytes;
    append_bytes(bytes, definition_.name);
    append_bytes(bytes, definition_.arn);
    append_bytes(bytes, definition_.id);
    append(bytes, definition_.keys);
    append(bytes, definition_.attributes);
    append_number(bytes, static_cast<std::uint64_t>(definition_.billing));
    append(bytes, definition_.throughput);
    append_instant(bytes, definition_.created_at);
    append_number(bytes, static_cast<std::uint64_t>(status_));
    append_number(bytes, items_);
    append_number(bytes, bytes_);
    append_number(bytes, last_tree_);
    append_number(bytes, expiry_attribute_ ? 1 : 0);
    append_bytes(bytes, expiry_attribute_.value_or(""));
    append_number(bytes, indexes_.size());
    for (std::size_t index = 0; index < indexes_.size(); ++index) {
        const IndexDefinition& definition = definition_.indexes[index];
        append_bytes(bytes, definition.name);
        append_number(bytes, static_cast<std::uint64_t>(definition.kind));
        append(bytes, definition.keys);
        append(bytes, definition.projection);
        append(bytes, definition.throughput);
        const IndexState& state = indexes_[index];
        append_number(bytes, state.tree);
        append_number(bytes, static_cast<std::uint64_t>(state.status));
        append_number(bytes, state.items);
        append_number(bytes, state.bytes);
    }
    return bytes;
}

Table::Table(World& world, Storage& storage, std::uint64_t number, std::string_view saved)
    : Table(world, storage, number, RecordReader(saved)) {}

Table::Table(World& world, Storage& storage, std::uint64_t number, RecordReader record)
    : world_(world),
      storage_(storage),
      definition_(read_definition(number, record)),
      capacity_(definition_, world.loop.now()),
      prefix_(tree_prefix(number, items_tree)) {
    status_ = static_cast<Status>(record.number());
    items_ = record.number();
    bytes_ = record.number();
    last_tree_ = static_cast<std::uint8_t>(record.number());
    const bool expires = record.number() != 0;
    const std::string_view attribute = record.bytes();
    if (expires) {
        expiry_attribute_ = attribute;
    }
    for (std::uint64_t left = record.number(); left > 0; --left) {
        IndexDefinition& definition = definition_.indexes.emplace_back();
        definition.name = record.bytes();
        definition.kind = static_cast<IndexKind>(record.number());
        definition.keys = read_key_schema(record);
        definition.projection = read_projection(record);
        definition.throughput = read_throughput(record);
        IndexState& state = indexes_.emplace_back();
        state.tree = static_cast<std::uint8_t>(record.number());
        state.status = static_cast<Status>(record.number());
        state.items = record.number();
        state.bytes = record.number();
    }
    capacity_.update(definition_, world.loop.now());
    changed_ = false;
}

}  // namespace orrery::dynamodb
