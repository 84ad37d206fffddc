#include "services/dynamodb/key_checks.h"

#include "services/dynamodb/validation_error.h"

#include <string>
#include <string_view>

namespace orrery::dynamodb {

namespace {

constexpr std::size_t most_hash_bytes = 2048;
constexpr std::size_t most_range_bytes = 1024;

/// Of strings and binaries; numbers are never too long for a key.
std::optional<std::size_t> length_of(const AttributeValue& value) {
    if (const auto* string = value.as<std::string>()) {
        return string->size();
    }
    if (const auto* binary = value.as<Binary>()) {
        return binary->bytes.size();
    }
    return std::nullopt;
}

std::string_view kind_of(const AttributeValue& value) {
    return value.type() == AttributeType::string ? "string" : "binary";
}

[[noreturn]] void key_does_not_match() {
    throw validation_error("The provided key element does not match the schema");
}

// [dyl, here and below; "of2048" is AWS's]
void check_lengths(const std::vector<KeyAttribute>& attributes, const Item& item, bool hash) {
    std::size_t all = 0;
    for (const KeyAttribute& attribute : attributes) {
        const auto length = length_of(item.find(attribute.name)->second);
        if (hash && length > most_hash_bytes) {
            throw validation_error(
                "One or more parameter values were invalid: Size of hashkey has "
                "exceeded the maximum size limit of2048 bytes");
        }
        all += length.value_or(0);
    }
    if (!hash && all > most_range_bytes) {
        throw validation_error(
            "One or more parameter values were invalid: Aggregated size of all "
            "range keys has exceeded the size limit of 1024 bytes");
    }
}

void check_not_empty(const std::vector<KeyAttribute>& attributes, const Item& item) {
    for (const KeyAttribute& attribute : attributes) {
        const AttributeValue& value = item.find(attribute.name)->second;
        if (length_of(value) == 0U) {
            throw EmptyKeyError(
                "One or more parameter values are not valid. The AttributeValue for a key "
                "attribute cannot contain an empty " +
                std::string(kind_of(value)) + " value. Key: " + attribute.name);
        }
    }
}

void check_types(const std::vector<KeyAttribute>& attributes, const Item& item) {
    for (const KeyAttribute& attribute : attributes) {
        const auto found = item.find(attribute.name);
        if (found == item.end()) {
            throw validation_error("One or more parameter values were invalid: Missing the key " +
                                   attribute.name + " in the item");
        }
        if (found->second.type() != attribute.type) {
            throw validation_error(
                "One or more parameter values were invalid: Type mismatch for "
                "key " +
                attribute.name + " expected: " + std::string(type_name(attribute.type)) +
                " actual: " + std::string(type_name(found->second.type())));
        }
    }
}

void check_values(const KeySchema& keys, const Item& item) {
    check_not_empty(keys.hash, item);
    check_not_empty(keys.range, item);
    check_lengths(keys.hash, item, true);
    check_lengths(keys.range, item, false);
}

/// [recorded in nubo-db/dynoxide's changes, 0.11.0; here and below]
void check_index_key(const Table& table, const IndexDefinition& index, const Item& item) {
    for (const auto* part : {&index.keys.hash, &index.keys.range}) {
        for (const KeyAttribute& attribute : *part) {
            const auto found = item.find(attribute.name);
            if (found == item.end() || table.definition().keys.contains(attribute.name)) {
                continue;
            }
            const AttributeValue& value = found->second;
            if (value.type() != attribute.type) {
                throw validation_error(
                    "One or more parameter values were invalid: Type mismatch "
                    "for Index Key " +
                    attribute.name + " Expected: " + std::string(type_name(attribute.type)) +
                    " Actual: " + std::string(type_name(value.type())) +
                    " IndexName: " + index.name);
            }
            if (length_of(value) == 0U) {
                throw EmptyKeyError(
                    "One or more parameter values are not valid. A value specified for a secondary "
                    "index key is not supported. The AttributeValue for a key attribute cannot "
                    "contain an empty " +
                    std::string(kind_of(value)) + " value. IndexName: " + index.name +
                    ", IndexKey: " + attribute.name);
            }
            const bool hash = part == &index.keys.hash;
            if (length_of(value) > (hash ? most_hash_bytes : most_range_bytes)) {
                check_lengths({attribute}, item, hash);
            }
        }
    }
}

}  // namespace

void check_key(const Table& table, const Item& key) {
    const KeySchema& keys = table.definition().keys;
    if (key.size() != keys.hash.size() + keys.range.size()) {
        key_does_not_match();
    }
    for (const auto* part : {&keys.hash, &keys.range}) {
        for (const KeyAttribute& attribute : *part) {
            const auto found = key.find(attribute.name);
            if (found == key.end() || found->second.type() != attribute.type) {
                key_does_not_match();
            }
        }
    }
    check_values(keys, key);
}

void check_item(const Table& table, const Item& item) {
    const KeySchema& keys = table.definition().keys;
    check_types(keys.hash, item);
    check_types(keys.range, item);
    check_values(keys, item);
    for (const IndexDefinition& index : table.definition().indexes) {
        check_index_key(table, index, item);
    }
}

/// For BatchWriteItem. [LS test_batch_write_not_matching_schema; recorded in nubo-db/dynoxide's
/// changes, 0.11.0]
void check_batch_item(const Table& table, const Item& item) {
    const KeySchema& keys = table.definition().keys;
    for (const auto* part : {&keys.hash, &keys.range}) {
        for (const KeyAttribute& attribute : *part) {
            const auto found = item.find(attribute.name);
            if (found == item.end() || found->second.type() != attribute.type) {
                key_does_not_match();
            }
        }
    }
    check_item(table, item);
}

/// What an update leaves as it is, is not looked at: an index may be younger than the item.
void check_updated_item(const Table& table, const Item& before, const Item& item) {
    const auto changed = [&](const std::string& name) {
        const auto old = before.find(name);
        const auto now = item.find(name);
        return now != item.end() && (old == before.end() || !(old->second == now->second));
    };
    for (const IndexDefinition& index : table.definition().indexes) {
        bool any = false;
        for (const auto* part : {&index.keys.hash, &index.keys.range}) {
            for (const KeyAttribute& attribute : *part) {
                if (!changed(attribute.name)) {
                    continue;
                }
                any = true;
                const AttributeValue& value = item.find(attribute.name)->second;
                if (value.type() != attribute.type) {
                    throw validation_error(
                        "The update expression attempted to update the "
                        "secondary index key to unsupported type");
                }
                if (length_of(value) == 0U) {
                    throw EmptyKeyError(
                        "One or more parameter values are not valid. The update expression "
                        "attempted to update a secondary index key to a value that is not "
                        "supported. The AttributeValue for a key attribute cannot contain an "
                        "empty " +
                        std::string(kind_of(value)) + " value.");
                }
            }
        }
        if (any) {
            check_index_key(table, index, item);
        }
    }
}

void check_collection(const Table& table, const Item& key, const ItemWrite& write) {
    if (!table.has_local_index() || !write.changes) {
        return;
    }
    const std::ptrdiff_t growth = table.collection_growth(write);
    if (growth > 0 && table.collection_size(key) + static_cast<std::size_t>(growth) >
                          table.most_collection_bytes()) {
        throw aws::ApiError("ItemCollectionSizeLimitExceededException",
                            "Item collection size limit of 10 gigabytes exceeded");  // unverified
    }
}

}  // namespace orrery::dynamodb
