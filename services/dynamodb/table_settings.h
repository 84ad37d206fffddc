/// What the control plane keeps of a table beside its data, and answers again.
#pragma once

#include "engine/time.h"
#include "services/dynamodb/schema.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orrery::dynamodb {

/// When provisioned throughput, of a table or an index, was changed.
struct ThroughputHistory {
    std::optional<Instant> last_increase;
    std::optional<Instant> last_decrease;
    std::vector<Instant> decreases;  // of the last day
};

struct IndexSettings {
    ThroughputHistory history;
    std::optional<Throughput> on_demand_maximum;  // -1: none
    std::optional<Throughput> warm;
    bool backfilling = false;
};

struct Encryption {
    std::string key_arn;
};

enum class FeatureStatus : std::uint8_t { enabling, enabled, disabling, disabled };
inline bool is_on(FeatureStatus status) {
    return status == FeatureStatus::enabled || status == FeatureStatus::enabling;
}

struct TimeToLive {
    FeatureStatus status = FeatureStatus::disabled;
    std::string attribute;
    std::optional<Instant> changed_at;
};

struct PointInTimeRecovery {
    bool enabled = false;
    std::int64_t days = 0;
    Instant since;
};

struct Policy {
    std::string text;
    std::string revision;
};

struct ContributorInsights {
    FeatureStatus status = FeatureStatus::disabled;
    std::string mode;
    Instant changed_at;
    std::string rule_suffix;
};

struct Restored {
    std::string backup_arn;  // empty: to a point in time
    std::string table_arn;
    Instant at;  // what time the data is of
    bool in_progress = true;
};

struct TableSettings {
    std::vector<KeyAttribute> attributes;  // AttributeDefinitions, in the order they came
    ThroughputHistory history;
    /// Whether BillingModeSummary is answered: not for tables that were always provisioned.
    bool billing_summary = false;
    std::vector<Instant> switches_to_on_demand;
    std::optional<Throughput> on_demand_maximum;  // -1: none
    std::optional<Throughput> warm;
    std::string table_class;  // empty: never said
    std::optional<Instant> class_changed_at;
    bool deletion_protection = false;
    std::optional<Encryption> encryption;
    std::map<std::string, std::string> tags;
    std::map<std::string, Policy> policies;  // by ARN: the table's and its streams'
    TimeToLive time_to_live;
    PointInTimeRecovery recovery;
    std::map<std::string, ContributorInsights> insights;  // by index; "": the table's
    std::optional<Restored> restored;
    std::string stream_arn;  // of the latest stream; empty: there never was one
    std::map<std::string, IndexSettings> indexes;  // of global indexes
};

}  // namespace orrery::dynamodb
