/// The operation table of CloudWatch Logs: AWS's JSON in, the store's calls, AWS's JSON out.
#pragma once

#include "engine/json.h"

namespace orrery::aws {
class ApiService;
class Parameters;
}  // namespace orrery::aws

namespace orrery::logs {

class LogGroup;
class LogsService;

class Operations {
public:
    /// `service` must outlive `api`'s rows.
    static void add_all(LogsService& service, aws::ApiService& api);

private:
    explicit Operations(LogsService& service) : service_(service) {}

    Json create_log_group(const Json& input) const;
    Json delete_log_group(const Json& input) const;
    Json put_retention_policy(const Json& input) const;
    Json create_log_stream(const Json& input) const;
    Json describe_log_groups(const Json& input) const;
    Json describe_log_streams(const Json& input) const;
    Json put_log_events(const Json& input) const;
    Json get_log_events(const Json& input) const;
    Json filter_log_events(const Json& input) const;

    LogGroup& existing_group(aws::Parameters& parameters) const;

    LogsService& service_;
};

}  // namespace orrery::logs
