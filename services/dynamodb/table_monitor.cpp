#include "services/dynamodb/table_monitor.h"

#include "engine/world.h"
#include "services/aws/metrics.h"

#include <utility>

namespace orrery::dynamodb {

TableMonitor::TableMonitor(World& world,
                           std::string source,
                           std::string table,
                           aws::MetricWriter* metrics)
    : world_(world), source_(std::move(source)), table_(std::move(table)), metrics_(metrics) {}

void TableMonitor::trace(std::string_view kind, std::initializer_list<TraceField> fields) {
    world_.trace.record(source_, kind, fields);
}

void TableMonitor::count(std::string_view metric,
                         std::string_view action,
                         std::string_view index,
                         double value,
                         const char* unit) {
    if (metrics_ == nullptr) {
        return;
    }
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
    found->second->record(world_.loop.now(), value);
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
