/// A table as DescribeTable and the operations that change tables answer it.
#pragma once

#include "engine/json.h"
#include "engine/time.h"

#include <cstdint>
#include <string_view>

namespace orrery::dynamodb {

class ControlPlane;
class ManagedTable;
enum class FeatureStatus : std::uint8_t;

/// Whether the table's warm throughput is told: only by DescribeTable. [LS test_table_crud]
enum class Detail : std::uint8_t { of_changes, full };

Json table_description(ControlPlane& control, const ManagedTable& table, Detail detail);
/// What DeleteTable answers: without keys and indexes. [LS test_table_crud]
Json deleted_description(ControlPlane& control, const ManagedTable& table);

/// A time in AWS's JSON: seconds with milliseconds.
Json time_json(Instant instant);
/// "ENABLING", …
std::string_view feature_status(FeatureStatus status);

}  // namespace orrery::dynamodb
