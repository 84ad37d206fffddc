#include "services/dynamodb/table_monitor.h"

#include "engine/world.h"
#include "services/aws/metrics.h"
#include "services/dynamodb/table.h"

#include <chrono>
#include <utility>

namespace orrery::dynamodb {

namespace {

using FiveMinutes = std::chrono::duration<std::int64_t, std::ratio<300>>;

}  // namespace

TableMonitor::TableMonitor(World& world,
                           std::string source,
                           std::string table,
                           aws::MetricWriter* metrics)
    : world_(world),
      source_(std::move(source)),
      table_(std::move(table)),
      metrics_(metrics),
      sample_due_(std::chrono::floor<FiveMinutes>(world.loop.now()) + FiveMinutes(1)) {}

void TableMonitor::trace(std::string_view kind, std::initializer_list<TraceField> fields) {
    world_.trace.record(source_, kind, fields);
}

aws::Metric& TableMonitor::metric(std::string_view metric,
                                  std::string_view action,
                                  std::string_view index,
                                  const char* unit) {
    const std::tuple<std::string_view, std::string_view, std::string_view> key{
        metric, action, index};
    auto found = known_.find(key);
    if (found == known_.end()) {
        aws::MetricName name{"AWS/DynamoDB", std::string(metric), {{"TableName", table_}}, unit};
        if (!action.empty()) {
            name.dimensions.push_back({"Operation", std::string(action)});
        }
        if (!index.empty()) {
            name.dimensions.push_back({"GlobalSecondaryIndexName", std::string(index)});
        }
        found = known_.emplace(key, &metrics_->metric(name)).first;
    }
    return *found->second;
}

void TableMonitor::count(std::string_view name,
                         std::string_view action,
                         std::string_view index,
                         double value,
                         const char* unit) {
    if (metrics_ != nullptr) {
        metric(name, action, index, unit).record(world_.loop.now(), value);
    }
}

void TableMonitor::consumed(Access access, std::string_view index, HalfUnits units) {
    count(access == Access::read ? "ConsumedReadCapacityUnits" : "ConsumedWriteCapacityUnits",
          {},
          index,
          static_cast<double>(units) / 2);
}

void TableMonitor::succeeded(std::string_view action, Duration latency) {
    count("SuccessfulRequestLatency",
          action,
          {},
          std::chrono::duration<double, std::milli>(latency).count(),
          "Milliseconds");
}

void TableMonitor::returned_items(std::string_view action, std::size_t items) {
    count("ReturnedItemCount", action, {}, static_cast<double>(items));
}

void TableMonitor::throttled(std::string_view action, Access access, std::string_view index) {
    if (index.empty()) {
        trace("dynamodb.request.throttled", {{"action", action}});
    } else {
        trace("dynamodb.request.throttled", {{"action", action}, {"index", index}});
    }
    count("ThrottledRequests", action, {}, 1);
    count(access == Access::read ? "ReadThrottleEvents" : "WriteThrottleEvents", {}, index, 1);
}

void TableMonitor::expired_items(std::size_t items) {
    count("TimeToLiveDeletedItemCount", {}, {}, static_cast<double>(items));
}

void TableMonitor::returned_records(std::string_view stream_label,
                                    std::size_t records,
                                    std::size_t bytes) {
    if (metrics_ == nullptr) {
        return;
    }
    const auto record = [&](const char* name, const char* unit, std::size_t value) {
        metrics_
            ->metric({"AWS/DynamoDB",
                      name,
                      {{"TableName", table_},
                       {"Operation", "GetRecords"},
                       {"StreamLabel", std::string(stream_label)}},
                      unit})
            .record(world_.loop.now(), static_cast<double>(value));
    };
    record("ReturnedRecordsCount", "Count", records);
    record("ReturnedBytes", "Bytes", bytes);
}

void TableMonitor::sample(const TableDefinition& definition, bool provisioned) {
    const Instant now = world_.loop.now();
    if (metrics_ == nullptr || sample_due_ > now) {
        return;
    }
    const Instant end = std::chrono::floor<FiveMinutes>(now) + FiveMinutes(1);
    const auto record = [&](std::string_view index, const Throughput& throughput) {
        for (Instant at = sample_due_; at < end; at += FiveMinutes(1)) {
            metric("ProvisionedReadCapacityUnits", {}, index, "Count")
                .record(at, static_cast<double>(throughput.read));
            metric("ProvisionedWriteCapacityUnits", {}, index, "Count")
                .record(at, static_cast<double>(throughput.write));
        }
    };
    if (provisioned) {
        record({}, definition.throughput);
        for (const IndexDefinition& index : definition.indexes) {
            if (index.kind == IndexKind::global) {
                record(index.name, index.throughput);
            }
        }
    }
    sample_due_ = end;
}

void TableMonitor::condition_failed() {
    count("ConditionalCheckFailedRequests", {}, {}, 1);
}

void TableMonitor::transaction_conflicted() {
    count("TransactionConflict", {}, {}, 1);
}

void TableMonitor::system_failed(std::string_view action) {
    trace("dynamodb.request.failed", {{"action", action}});
    count("SystemErrors", action, {}, 1);
}

}  // namespace orrery::dynamodb
