/// Reads keys, indexes and throughput from requests, with AWS's checks and words.
#pragma once

#include "engine/json.h"
#include "services/aws/error.h"
#include "services/dynamodb/schema.h"
#include "services/dynamodb/table_settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orrery::dynamodb {

/// A table's or local index's key has one or two attributes, a global index's up to eight. [docs:
/// GSI.DesignPattern.MultiAttributeKeys]
enum class KeyWidth : std::uint8_t { two, eight };

std::vector<KeyAttribute> read_attributes(const Json& definitions);
KeySchema read_keys(const Json& schema,
                    const std::vector<KeyAttribute>& attributes,
                    KeyWidth width);
IndexDefinition read_local_index(const Json& index,
                                 const std::vector<KeyAttribute>& attributes,
                                 const KeySchema& table_keys);
/// `indexed` are its settings to be.
IndexDefinition read_global_index(const Json& index,
                                  const std::vector<KeyAttribute>& attributes,
                                  BillingMode billing,
                                  IndexSettings& indexed);

/// Throws for units beyond all bounds.
Throughput read_throughput(const Json& throughput);
/// OnDemandThroughput and WarmThroughput; nothing if there is none.
std::optional<Throughput> read_units(const Json* units, const char* read, const char* write);

/// "a, b"
std::string names_of(const std::vector<KeyAttribute>& attributes);

}  // namespace orrery::dynamodb
