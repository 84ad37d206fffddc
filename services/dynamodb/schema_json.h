/// Keys, indexes and throughput in AWS's JSON, as requests have them and answers repeat them.
#pragma once

#include "engine/json.h"
#include "services/dynamodb/schema.h"
#include "services/dynamodb/table.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::dynamodb {

Json key_schema_json(const KeySchema& keys);
Json attributes_json(const std::vector<KeyAttribute>& attributes);
Json projection_json(const Projection& projection);
Json throughput_json(const Throughput& throughput);

std::string_view billing_name(BillingMode mode);
std::string_view view_name(StreamView view);
std::optional<StreamView> parse_view(std::string_view name);

/// CreateTable's parameters of a table's keys, indexes and billing.
Json creation_json(const TableDefinition& definition, const std::vector<KeyAttribute>& attributes);

}  // namespace orrery::dynamodb
