/// What a table tells the trace and CloudWatch of the operations on its items.
///
/// Kinds in the trace, whose source is the table, and their fields:
///   dynamodb.item.put        key, bytes
///   dynamodb.item.updated    key, bytes
///   dynamodb.item.deleted    key
///   dynamodb.item.read       key, found
///   dynamodb.items.queried   scanned, returned, index (if it was one)
///   dynamodb.items.scanned   scanned, returned, index (if it was one)
///   dynamodb.condition.failed     action, key
///   dynamodb.request.throttled    action, index (if its capacity is used up)
///   dynamodb.request.failed       action: an internal error that a fault has asked for
///   dynamodb.transaction.conflict action, key
///   dynamodb.transaction.cancelled reasons
#pragma once

#include "engine/time.h"
#include "engine/trace.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/schema.h"

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace orrery {
struct World;
namespace aws {
class Metric;
class MetricWriter;
}  // namespace aws
}  // namespace orrery

namespace orrery::dynamodb {

struct TableDefinition;

class TableMonitor {
public:
    /// `metrics` may be null.
    TableMonitor(World& world, std::string source, std::string table, aws::MetricWriter* metrics);

    void trace(std::string_view kind, std::initializer_list<TraceField> fields);

    // CloudWatch's metrics, by their names there. [docs: metrics-dimensions]
    void consumed(Access access, std::string_view index, HalfUnits units);
    void succeeded(std::string_view action, Duration latency);
    void returned_items(std::string_view action, std::size_t count);
    void throttled(std::string_view action, Access access, std::string_view index);
    void expired_items(std::size_t count);
    void returned_records(std::string_view stream_label, std::size_t count, std::size_t bytes);
    /// The provisioned throughput at each full five minutes since the last call, which was the same
    /// in all of them; none if there is no such throughput.
    void sample(const TableDefinition& definition, bool provisioned);
    void condition_failed();
    void transaction_conflicted();
    void system_failed(std::string_view action);

private:
    aws::Metric& metric(std::string_view metric,
                        std::string_view action,
                        std::string_view index,
                        const char* unit);
    void count(std::string_view metric,
               std::string_view action,
               std::string_view index,
               double value,
               const char* unit = "Count");

    World& world_;
    std::string source_;
    std::string table_;
    aws::MetricWriter* metrics_;
    Instant sample_due_;
    /// By name, operation and index.
    std::map<std::tuple<std::string, std::string, std::string>, aws::Metric*, std::less<>> known_;
};

}  // namespace orrery::dynamodb
