/// Reads tables and indexes from requests, with AWS's checks and words.
#pragma once

#include "services/dynamodb/table.h"
#include "services/dynamodb/table_settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace orrery::aws {
class Parameters;
}

namespace orrery::dynamodb {

/// What is made of a table in CreateTable and in a restore.
struct TableRequest {
    TableDefinition definition;
    TableSettings settings;
};

/// TableName of an operation of the control plane: a name, or an ARN where that is allowed.
std::string required_table_name(aws::Parameters& parameters);
/// Throws unless all characters could be a table name's.
void check_table_characters(std::string_view name);
/// Throws for a name that no table can have.
void check_table_name(std::string_view name);

/// Of a new table: names, keys, billing and indexes.
TableRequest read_table(aws::Parameters& parameters);

/// Throws unless every attribute is the key of something.
void check_attributes_used(const std::vector<KeyAttribute>& attributes,
                           const TableDefinition& definition);
/// Throws where all indexes together project too many attributes.
void check_projections(const TableDefinition& definition);

}  // namespace orrery::dynamodb
