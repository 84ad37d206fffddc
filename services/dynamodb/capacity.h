/// What reads and writes consume of a table's capacity, and whether there is any left: token
/// buckets in virtual time.
#pragma once

#include "engine/time.h"
#include "services/dynamodb/schema.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

struct TableDefinition;

/// Capacity in half units, which an eventually consistent read costs.
using HalfUnits = std::int64_t;

enum class Consistency : std::uint8_t { eventual, strong };
enum class Access : std::uint8_t { read, write };

/// [docs: CapacityUnitCalculations] One unit for each 1 KB begun, and for nothing.
HalfUnits write_units(std::size_t bytes);
/// One unit for each 4 KB begun, half of that if it is eventually consistent, and for nothing.
HalfUnits read_units(std::size_t bytes, Consistency consistency);

/// Fills at a rate, up to what that gives in `burst`. What is taken may be more than there is: then
/// nothing more is admitted until the debt is paid. [choice: AWS, too, knows what a request
/// consumes only when it has been served]
class TokenBucket {
public:
    /// It is full at first.
    TokenBucket(std::int64_t units_per_second, Duration burst, Instant now);

    bool admits(Instant now) { return filled(now) > 0; }
    void take(HalfUnits units, Instant now);
    /// What there is stays, as far as there is room for it.
    void change_rate(std::int64_t units_per_second, Instant now);

private:
    std::int64_t filled(Instant now);
    std::int64_t most() const;

    std::int64_t rate_;
    Duration burst_;
    std::int64_t level_;  // in 10^-9 units
    Instant filled_at_;
};

/// The buckets of a table and of its global indexes. On demand there are none, unless a maximum is
/// set.
class CapacityMeter {
public:
    CapacityMeter(const TableDefinition& definition, Instant now);

    /// `index` is the name of a global index, or empty for the table with its local ones.
    bool admits(Access access, std::string_view index, Instant now);
    void take(Access access, std::string_view index, HalfUnits units, Instant now);

    /// The definition has changed: its billing mode, throughput or indexes.
    void update(const TableDefinition& definition, Instant now);

private:
    struct Buckets {
        std::optional<TokenBucket> read;
        std::optional<TokenBucket> write;
    };

    TokenBucket* find(Access access, std::string_view index);
    static void set(std::optional<TokenBucket>& bucket,
                    std::int64_t rate,
                    BillingMode billing,
                    bool was_same_mode,
                    Instant now);

    BillingMode billing_;
    std::map<std::string, Buckets, std::less<>> buckets_;  // of the table: ""
};

}  // namespace orrery::dynamodb
