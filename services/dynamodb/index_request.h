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
/// The error where keys, by their names, have no definition.
aws::ApiError undefined_key_attributes(const std::string& names,
                                       const std::vector<KeyAttribute>& attributes);
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

/// OnDemandThroughput's mistakes: `provisioned` is what is wrong where the table's billing mode is
/// that, after the member's name; `smallest` is the least that a member may be, besides no 0.
/// [recorded in nubo-db/dynoxide's changes, 0.12.0]
void check_on_demand_maximum(const Json& maximum,
                             BillingMode billing,
                             const char* provisioned,
                             std::int64_t smallest);

/// At which rates a table or index on demand is throttled; 0: never.
Throughput on_demand_rates(const std::optional<Throughput>& maximum);

/// "a, b"
std::string names_of(const std::vector<KeyAttribute>& attributes);

}  // namespace orrery::dynamodb
