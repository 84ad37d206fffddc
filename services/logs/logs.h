/// CloudWatch Logs: all that others may include of services/logs.
#pragma once

#include "services/aws/api.h"
#include "services/aws/identity.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::logs {

class LogGroup;

/// One event as a reader sees it. The views stay valid until the group is deleted.
struct LogLine {
    std::int64_t timestamp = 0;  // ms since the epoch
    std::int64_t ingestion_time = 0;
    std::string_view stream;
    std::string_view message;
};

class LogsService {
public:
    /// `world` must outlive the service.
    LogsService(World& world, aws::Identity identity);
    ~LogsService();
    LogsService(const LogsService&) = delete;
    LogsService& operator=(const LogsService&) = delete;

    aws::ApiService& api() { return api_; }

    /// Adds an event with the present time; makes the group and the stream where they are missing,
    /// as the services that write logs do.
    void append(std::string_view group, std::string_view stream, std::string_view message);

    bool has_group(std::string_view group) const;
    /// All events of a group, ordered by timestamp and then by arrival; none if there is no such
    /// group.
    std::vector<LogLine> events(std::string_view group) const;

private:
    friend class Operations;

    LogGroup* find(std::string_view group) const;
    LogGroup& add_group(std::string_view name);
    void trace_event(std::string_view group, std::string_view stream, std::string_view message);

    World& world_;
    aws::Identity identity_;
    aws::ApiService api_;
    std::map<std::string, std::unique_ptr<LogGroup>, std::less<>> groups_;
    std::string trace_source_;  // reused, since one is needed for every event
};

}  // namespace orrery::logs
