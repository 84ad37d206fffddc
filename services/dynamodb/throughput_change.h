/// Changes of provisioned throughput, of tables and indexes: what may be asked for, how often it
/// may go down, and what is remembered of it.
#pragma once

#include "engine/time.h"
#include "services/dynamodb/schema.h"
#include "services/dynamodb/table_settings.h"

#include <string>
#include <vector>

namespace orrery::dynamodb {

/// Throws AWS's error if nothing would change, or where it has gone down too often today. `what` is
/// "table", or "index NAME".
void check_throughput_change(const std::string& what,
                             const Throughput& present,
                             const Throughput& wanted,
                             const ThroughputHistory& history,
                             Instant now);
/// It has happened.
void remember_throughput_change(const Throughput& before,
                                const Throughput& after,
                                ThroughputHistory& history,
                                Instant now);
/// Throws AWS's error where the table went over to on-demand too often in the last 24 hours.
void check_switch_to_on_demand(const std::vector<Instant>& switches, Instant now);

}  // namespace orrery::dynamodb
