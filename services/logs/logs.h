/// CloudWatch Logs: all that others may include of services/logs.
#pragma once

#include "services/aws/api.h"
#include "services/aws/identity.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::logs {

class MetricSink;          // filters.h
class SubscriptionTarget;  // filters.h

/// One event as a reader sees it. The views stay valid until the group changes or time goes on.
struct LogLine {
    std::int64_t timestamp = 0;  // ms since the epoch
    std::int64_t ingestion_time = 0;
    std::string_view stream;
    std::string_view message;
};

class LogsService {
public:
    /// `world` must outlive the service. What the world's store has of the account and Region is
    /// there from the start.
    LogsService(World& world, aws::Identity identity);
    ~LogsService();
    LogsService(const LogsService&) = delete;
    LogsService& operator=(const LogsService&) = delete;

    aws::ApiService& api() { return api_; }

    /// Where metric filters' values go, and where subscription filters deliver; both must outlive
    /// the service. Without them metric values are lost, and subscriptions refused.
    void set_metric_sink(MetricSink& sink);
    void set_subscription_target(SubscriptionTarget& target);

    /// Adds an event with the present time; makes the group and the stream where they are missing,
    /// as the services that write logs do.
    void append(std::string_view group, std::string_view stream, std::string_view message);

    bool has_group(std::string_view group) const;
    /// All events of a group, ordered by timestamp and then by arrival; none if there is no such
    /// group.
    std::vector<LogLine> events(std::string_view group) const;

private:
    friend class Rows;
    struct State;

    World& world_;
    aws::Identity identity_;
    std::unique_ptr<State> state_;
    aws::ApiService api_;
};

}  // namespace orrery::logs
